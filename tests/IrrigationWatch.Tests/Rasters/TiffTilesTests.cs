using CsCheck;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Rasters;

public class TiffTilesTests
{
    private const int Width = 700;
    private const int Height = 530;

    public static TheoryData<string, bool> Forms() => new()
    {
        { "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES", true },
        { "COMPRESS=DEFLATE TILED=YES", true },
        { "TILED=YES", true },
        { "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=128", true },
        { "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES BIGTIFF=YES", true },
        { "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES INTERLEAVE=BAND bands=3", true },
        { "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES INTERLEAVE=PIXEL bands=3", false },
        { "COMPRESS=LZW PREDICTOR=2 TILED=YES", false },
        { "COMPRESS=ZSTD TILED=YES", false },
        { "COMPRESS=DEFLATE PREDICTOR=2", false },
        { "COMPRESS=DEFLATE TILED=YES ENDIANNESS=BIG", false },
        { "COMPRESS=DEFLATE TILED=YES NBITS=12", false },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Pixels_are_those_of_GDAL_whatever_the_form(string form, bool plain)
    {
        string[] words = form.Split(' ');
        int bands = words.Contains("bands=3") ? 3 : 1;
        string[] options = [.. words.Where(word => !word.StartsWith("bands", StringComparison.Ordinal))];
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        string path = scratch.File("a.tif");
        Check<ushort>(path, RasterType.UInt16, bands, options, plain);
        if (options.Contains("NBITS=12"))
        {
            return;
        }

        Check<short>(path, RasterType.Int16, bands, options, plain);
        Check<byte>(path, RasterType.Byte, bands, options, plain);
        Check<uint>(path, RasterType.UInt32, bands, options, plain);
        Check<int>(path, RasterType.Int32, bands, options, plain);
        Check<float>(path, RasterType.Float32, bands, [.. options.Select(option => option.Replace("PREDICTOR=2", "PREDICTOR=3", StringComparison.Ordinal))], plain);
        Check<double>(path, RasterType.Float64, bands, [.. options.Where(option => option != "PREDICTOR=2")], plain);
    }

    [Fact]
    public void A_member_of_a_tar_is_read_where_it_lies()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        string path = scratch.File("a.tif");
        ushort[] pixels = Write<ushort>(path, RasterType.UInt16, 1, ["COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES"])[0];
        byte[] tiff = File.ReadAllBytes(path);
        File.WriteAllBytes(scratch.File("a.tar"), [.. new byte[512], .. tiff, .. new byte[1024]]);
        using TiffTiles? tiles = TiffTiles.TryOpen($"/vsisubfile/512_{tiff.Length},{scratch.File("a.tar")}");
        ushort[] read = new ushort[pixels.Length];
        Assert.True(tiles!.TryRead(1, new PixelWindow(0, 0, Width, Height), read.AsSpan(), new TileCache(0)));
        Assert.Equal(pixels, read);
    }

    [Fact]
    public void Tiles_left_out_read_as_by_GDAL_and_files_of_other_kinds_are_left_to_it()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        string path = scratch.File("sparse.tif");
        using (Dataset dataset = Dataset.Create(path, "GTiff", Width, Height, 1, RasterType.UInt16, "COMPRESS=DEFLATE", "TILED=YES", "SPARSE_OK=YES"))
        {
            dataset.Band(1).NoData = 7;
            dataset.Band(1).Write<ushort>(new PixelWindow(256, 256, 256, 256), [.. Enumerable.Range(0, 65_536).Select(i => (ushort)i)]);
            dataset.Finish();
        }

        using var direct = new RasterPool();
        using var byGdal = new RasterPool(0, direct: false);
        var window = new PixelWindow(200, 200, 300, 300);
        ushort[] a = new ushort[90_000];
        ushort[] b = new ushort[90_000];
        direct.Read<ushort>(path, 1, window, a);
        byGdal.Read<ushort>(path, 1, window, b);
        Assert.Equal(b, a);
        Assert.Equal(7, a[0]);
        File.WriteAllText(scratch.File("text.tif"), "II*\0 but no more");
        Assert.Null(TiffTiles.TryOpen(scratch.File("text.tif")));
        Assert.Null(TiffTiles.TryOpen(scratch.File("none.tif")));
        Assert.Null(TiffTiles.TryOpen(scratch.Path));
        Assert.Throws<GdalException>(() => direct.Read<ushort>(scratch.File("none.tif"), 1, window, a));
    }

    [Fact]
    public void Tiles_read_in_parts_are_unpacked_once_and_the_memory_is_kept()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        string path = scratch.File("a.tif");
        ushort[] pixels = Write<ushort>(path, RasterType.UInt16, 1, ["COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES"])[0];
        using TiffTiles tiles = TiffTiles.TryOpen(path)!;
        foreach (long limit in new[] { 0L, 200_000, 4_000_000 })
        {
            var cache = new TileCache(limit);
            // Windows that lie across the tiles; all pixels in the end.
            var windows = new List<PixelWindow>();
            for (int y = 0; y < Height; y += 100)
            {
                for (int x = 0; x < Width; x += 150)
                {
                    windows.Add(new PixelWindow(x, y, Math.Min(150, Width - x), Math.Min(100, Height - y)));
                }
            }

            ParallelWork.Run(windows, window =>
            {
                ushort[] read = new ushort[window.PixelCount];
                Assert.True(tiles.TryRead(1, window, read.AsSpan(), cache));
                for (int row = 0; row < window.Height; row++)
                {
                    Assert.True(read.AsSpan(row * window.Width, window.Width).SequenceEqual(pixels.AsSpan((window.Y + row) * Width + window.X, window.Width)));
                }

                Assert.InRange(cache.Bytes, 0, limit);
            }, threads: 3);
            // With room for all of them nothing is left once everything was read.
            Assert.True(limit < 4_000_000 || cache.Bytes == 0);
        }
    }

    [Fact]
    public void A_damaged_file_gives_the_pixels_or_the_error_of_GDAL_and_never_anything_else()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        string path = scratch.File("a.tif");
        Write<ushort>(path, RasterType.UInt16, 1, ["COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES"]);
        byte[] whole = File.ReadAllBytes(path);
        int n = 0;
        using var pool = new RasterPool();
        string undamaged = Outcome(pool, path);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Bool).Sample((place, value, cut) =>
        {
            // Each time another name: GDAL may remember a file.
            string damaged = scratch.File($"{Interlocked.Increment(ref n)}.tif");
            byte[] bytes = cut ? whole[..place] : [.. whole];
            if (!cut)
            {
                // Most of a file is pixels; half of the damage is to its head.
                bytes[value % 2 == 0 ? place : place % 600] ^= (byte)(value | 1);
            }

            File.WriteAllBytes(damaged, bytes);
            using var direct = new RasterPool();
            using var byGdal = new RasterPool(0, direct: false);
            string actual = Outcome(direct, damaged);
            // Damage to what says nothing of the pixels stops GDAL, and need not stop a reader of pixels.
            Assert.True(actual == undamaged || actual == Outcome(byGdal, damaged), actual);
            File.Delete(damaged);
        }, iter: 400);

        static string Outcome(RasterPool pool, string file)
        {
            try
            {
                (int width, int height) = pool.SizeOf(file);
                if ((long)width * height > 10_000_000)
                {
                    return "a size that is nobody's";
                }

                ushort[] pixels = new ushort[width * height];
                pool.Read<ushort>(file, 1, new PixelWindow(0, 0, width, height), pixels);
                return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ushort>(pixels)));
            }
            catch (GdalException)
            {
                return "an error of GDAL";
            }
        }
    }

    private static void Check<T>(string path, RasterType type, int bands, string[] options, bool plain)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        T[][] written = Write<T>(path, type, bands, options);
        using (TiffTiles? tiles = TiffTiles.TryOpen(path))
        {
            Assert.Equal(plain, tiles is not null);
        }

        using var pool = new RasterPool();
        Gen.Select(Gen.Int[0, Width - 1], Gen.Int[0, Height - 1], Gen.Int[1, Width], Gen.Int[1, Height], Gen.Int[1, bands]).Sample((x, y, width, height, band) =>
        {
            var window = new PixelWindow(x, y, Math.Min(width, Width - x), Math.Min(height, Height - y));
            T[] read = new T[window.PixelCount];
            pool.Read<T>(path, band, window, read);
            for (int row = 0; row < window.Height; row++)
            {
                Assert.True(read.AsSpan(row * window.Width, window.Width).SequenceEqual(written[band - 1].AsSpan((y + row) * Width + x, window.Width)));
            }
        }, iter: 40);
        File.Delete(path);
    }

    private static T[][] Write<T>(string path, RasterType type, int bands, string[] options)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var random = new Random(11);
        T[][] pixels = [.. Enumerable.Range(0, bands).Select(_ => Enumerable.Range(0, Width * Height).Select(i => T.CreateTruncating(i / 700 * 3 + random.Next(60))).ToArray())];
        using Dataset dataset = Dataset.Create(path, "GTiff", Width, Height, bands, type, options);
        for (int band = 1; band <= bands; band++)
        {
            dataset.Band(band).Write<T>(new PixelWindow(0, 0, Width, Height), pixels[band - 1]);
        }

        dataset.Finish();
        return pixels;
    }
}
