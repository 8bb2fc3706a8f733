using System.Globalization;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Gdal.Tests;

/// <summary>Damage to packed blocks, which libtiff passes over, is an error that names the block; in whatever form a file is stored, and however it is read.</summary>
public class BlockCheckTests
{
    private const int Width = 150;
    private const int Height = 101;

    public static TheoryData<string> Forms() =>
    [
        "COMPRESS=DEFLATE TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32",
        "COMPRESS=DEFLATE PREDICTOR=2 TILED=YES BLOCKXSIZE=16 BLOCKYSIZE=16",
        "COMPRESS=DEFLATE BLOCKYSIZE=1",
        "COMPRESS=DEFLATE PREDICTOR=2 BLOCKYSIZE=8",
        "COMPRESS=DEFLATE BLOCKYSIZE=101",
        "COMPRESS=DEFLATE BLOCKYSIZE=16 ENDIANNESS=BIG",
        "COMPRESS=DEFLATE BLOCKYSIZE=16 BIGTIFF=YES",
        "COMPRESS=DEFLATE TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64 INTERLEAVE=PIXEL bands=3",
        "COMPRESS=DEFLATE BLOCKYSIZE=16 INTERLEAVE=BAND bands=3",
        "COMPRESS=DEFLATE NBITS=12 BLOCKYSIZE=8",
        "COMPRESS=DEFLATE NBITS=11 INTERLEAVE=PIXEL bands=3 BLOCKYSIZE=8",
    ];

    /// <summary>Codecs whose streams carry no checksum: not all damage can be found.</summary>
    public static TheoryData<string> FormsWithoutChecksum() =>
    [
        "COMPRESS=LZW BLOCKYSIZE=8",
        "COMPRESS=LZW PREDICTOR=2 TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32",
        "COMPRESS=ZSTD BLOCKYSIZE=8",
        "COMPRESS=ZSTD PREDICTOR=2 TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32",
        "COMPRESS=PACKBITS BLOCKYSIZE=8",
        "COMPRESS=LZMA TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32",
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void No_flipped_bit_of_a_block_with_a_checksum_gives_other_pixels(string form)
    {
        (int refused, int same, int other) = FlipBits(form, 120);
        Assert.Equal(0, other);
        Assert.True(refused > same, $"{refused} refused, {same} read as they were");
    }

    [Theory]
    [MemberData(nameof(FormsWithoutChecksum))]
    public void Blocks_without_a_checksum_are_refused_where_their_length_tells(string form)
    {
        (int refused, int same, int other) = FlipBits(form, 200);
        TestContext.Current.SendDiagnosticMessage($"{form}: {refused} refused, {same} as they were, {other} read as other pixels");
        Assert.True(refused > 0, $"{refused} {same} {other}");
    }

    /// <summary>GDAL offers a strip of all rows, where these are many, row by row; only the first has a place in the file.</summary>
    [Fact]
    public void A_strip_of_thousands_of_rows_is_checked()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        byte[] all = [.. Enumerable.Range(0, 20 * 2500).Select(i => (byte)(i * 7 ^ i >> 9))];
        var window = new PixelWindow(0, 0, 20, 2500);
        using (Dataset dataset = Dataset.Create(path, "GTiff", 20, 2500, 1, RasterType.Byte, "COMPRESS=DEFLATE", "BLOCKYSIZE=2500"))
        {
            dataset.Band(1).Write<byte>(window, all);
            dataset.Finish();
        }

        byte[] read = new byte[all.Length];
        using (Dataset dataset = Dataset.Open(path))
        {
            Assert.Equal(1, dataset.Band(1).BlockHeight);
            dataset.Band(1).Read<byte>(window, read);
            Assert.Equal(all, read);
        }

        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 4;
        File.WriteAllBytes(path, bytes);
        using Dataset damaged = Dataset.Open(path);
        Assert.Contains("band 1, block 0,0", Assert.Throws<GdalException>(() => damaged.Band(1).Read<byte>(new PixelWindow(3, 2000, 5, 5), read)).Reason, StringComparison.Ordinal);
    }

    /// <summary>What is too large to be unpacked at once is unpacked piece by piece, to its checksum.</summary>
    [Fact]
    public void A_block_of_more_than_64_megabytes_is_checked_to_its_end()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        using (Dataset dataset = Dataset.Create(path, "GTiff", 9000, 1900, 1, RasterType.Float32, "COMPRESS=DEFLATE", "BLOCKYSIZE=1900"))
        {
            float[] row = [.. Enumerable.Range(0, 9000).Select(i => (float)(i % 7))];
            for (int y = 0; y < 1900; y++)
            {
                dataset.Band(1).Write<float>(new PixelWindow(0, y, 9000, 1), row);
            }

            dataset.Finish();
        }

        byte[] whole = File.ReadAllBytes(path);
        Assert.Null(Problem());
        (int from, int to) = TiffBytes.OfBlocks(path);
        foreach (int at in new[] { to - 1, to - 4, from + (to - from) / 2 })
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= 8;
            File.WriteAllBytes(path, bytes);
            Assert.Contains("block 0,0", Problem(), StringComparison.Ordinal);
        }

        string? Problem()
        {
            try
            {
                using Dataset dataset = Dataset.Open(path);
                dataset.Band(1).Read<float>(new PixelWindow(5, 5, 2, 2), new float[4]);
                return null;
            }
            catch (GdalException e)
            {
                return e.Reason;
            }
        }
    }

    /// <summary>Where the result is smaller GDAL reads an overview: a damaged one is an error, and damage where nothing is read is none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Overviews_are_checked_at_every_size_that_reads_them(bool external)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        _ = Write(path, "COMPRESS=DEFLATE TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64", 640, 512);
        int length = (int)new FileInfo(path).Length;
        AddOverviews(path, external);
        string holder = external ? path + ".ovr" : path;
        byte[] whole = File.ReadAllBytes(holder);
        int read = 0;
        int[] sizes = [640, 500, 330, 320, 250, 170, 160, 100, 81, 80, 60, 41, 40, 20, 10];
        foreach (int width in sizes)
        {
            // All that was added is damaged, so that an overview cannot be read unseen.
            ushort[] undamaged = Resized(path, width);
            byte[] bytes = [.. whole];
            for (int i = external ? 600 : length + 600; i < bytes.Length; i += 40)
            {
                bytes[i] ^= 16;
            }

            File.WriteAllBytes(holder, bytes);
            try
            {
                Assert.Equal(undamaged, Resized(path, width));
            }
            catch (GdalException e)
            {
                read += e.Reason.Contains("overview", StringComparison.Ordinal) ? 1 : 0;
            }

            File.WriteAllBytes(holder, whole);
        }

        Assert.True(read >= sizes.Length - 4, $"an overview was read for {read} sizes");
    }

    /// <summary>A warped view and a virtual raster are made of the pixels of files; windows that do not need a damaged block are read.</summary>
    [Theory]
    [InlineData("warp")]
    [InlineData("vrt")]
    public void What_is_made_of_a_file_is_checked_where_it_is_read(string view)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        _ = Write(path, "COMPRESS=DEFLATE TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64", 640, 512);
        using (Dataset dataset = Dataset.Open(path, update: true))
        using (SpatialReference place = SpatialReference.Parse("EPSG:32643"))
        {
            dataset.GeoTransform = [780_000, 30, 0, 4_900_000, 0, -30];
            dataset.SetSpatialReference(place);
            dataset.Finish();
        }

        byte[] bytes = File.ReadAllBytes(path);
        ushort[] near = View(new PixelWindow(5, 5, 40, 40));
        using (Dataset dataset = Dataset.Open(path))
        {
            // The block at the lower right of all.
            bytes[int.Parse(dataset.Band(1).GetMetadata("BLOCK_OFFSET_9_7", "TIFF")!, CultureInfo.InvariantCulture) + 300] ^= 1;
        }

        File.WriteAllBytes(path, bytes);
        Assert.Equal(near, View(new PixelWindow(5, 5, 40, 40)));
        Assert.Contains("band 1, block 9,7", Assert.Throws<GdalException>(() => View(new PixelWindow(590, 460, 40, 40))).Reason, StringComparison.Ordinal);
        Assert.Contains("band 1, block 9,7", Assert.Throws<GdalException>(() => View(new PixelWindow(0, 0, 600, 480))).Reason, StringComparison.Ordinal);

        ushort[] View(PixelWindow window)
        {
            ushort[] pixels = new ushort[window.PixelCount];
            using Dataset dataset = view == "warp" ? Warped() : Virtual();
            dataset.Band(1).Read<ushort>(window, pixels);
            return pixels;
        }

        Dataset Warped()
        {
            using SpatialReference from = SpatialReference.Parse("EPSG:32643");
            using SpatialReference to = SpatialReference.Parse("EPSG:32644");
            double[] x = [780_000, 780_000 + 640 * 30];
            double[] y = [4_900_000, 4_900_000 - 512 * 30];
            using var across = new CoordinateTransformation(from, to);
            across.Transform(x, y);
            return Dataset.Open(path).Warp(to, [x[0], (x[1] - x[0]) / 640, 0, y[0], 0, (y[1] - y[0]) / 512], 640, 512, Resampling.Bilinear, from);
        }

        Dataset Virtual()
        {
            string vrt = scratch.File("a.vrt");
            File.WriteAllText(vrt, """<VRTDataset rasterXSize="640" rasterYSize="512"><VRTRasterBand dataType="UInt16" band="1"><SimpleSource><SourceFilename relativeToVRT="1">a.tif</SourceFilename><SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="640" ySize="512"/><DstRect xOff="0" yOff="0" xSize="640" ySize="512"/></SimpleSource></VRTRasterBand></VRTDataset>""");
            return Dataset.Open(vrt);
        }
    }

    /// <summary>Offsets and sizes of blocks, in files that are not packed: pixels of another place are whole ones.</summary>
    [Fact]
    public void Blocks_that_lie_where_others_are_or_beyond_the_file_are_refused()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        ushort[][] all = Write(path, "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=32", Width, Height);
        byte[] whole = File.ReadAllBytes(path);
        int table = PlaceOfTable(whole, 324);
        for (int bit = 0; bit < 32; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[table + bit / 8] ^= (byte)(1 << bit % 8);
            File.WriteAllBytes(scratch.File($"{bit}.tif"), bytes);
            Assert.NotNull(Differs(scratch.File($"{bit}.tif"), all));
            Assert.DoesNotContain("other pixels", Differs(scratch.File($"{bit}.tif"), all), StringComparison.Ordinal);
        }

        // A dataset goes back into a pool when it was refused: it is refused each time.
        byte[] moved = [.. whole];
        moved[table] ^= 16;
        File.WriteAllBytes(scratch.File("moved.tif"), moved);
        using (Dataset dataset = Dataset.Open(scratch.File("moved.tif")))
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.Contains("lie where others are", Assert.Throws<GdalException>(() => dataset.Band(1).Read<ushort>(new PixelWindow(0, 0, 5, 5), new ushort[25])).Reason, StringComparison.Ordinal);
            }
        }

        File.WriteAllBytes(scratch.File("short.tif"), whole[..^100]);
        Assert.Contains("beyond the end of the file", Differs(scratch.File("short.tif"), all), StringComparison.Ordinal);
    }

    private static int PlaceOfTable(byte[] tiff, ushort tag)
    {
        int at = BitConverter.ToInt32(tiff, 4);
        for (int entry = at + 2; entry < at + 2 + 12 * BitConverter.ToUInt16(tiff, at); entry += 12)
        {
            if (BitConverter.ToUInt16(tiff, entry) == tag)
            {
                return BitConverter.ToInt32(tiff, entry + 8);
            }
        }

        throw new InvalidOperationException("no such tag");
    }

    private static ushort[] Resized(string path, int width)
    {
        using Dataset dataset = Dataset.Open(path);
        ushort[] pixels = new ushort[width * (width * 4 / 5)];
        dataset.Band(1).ReadResized<ushort>(new PixelWindow(0, 0, dataset.Width, dataset.Height), width, width * 4 / 5, pixels);
        return pixels;
    }

    private static void AddOverviews(string path, bool external)
    {
        string open = external ? "gdal.OF_READONLY" : "gdal.OF_UPDATE";
        (int code, string output) = Repository.RunPeer("-c", $"from osgeo import gdal; gdal.UseExceptions(); gdal.SetConfigOption('COMPRESS_OVERVIEW', 'DEFLATE'); gdal.OpenEx('{path}', {open}).BuildOverviews('NEAREST', [2, 4, 8])");
        Assert.True(code == 0, output);
    }

    private static (int Refused, int Same, int Other) FlipBits(string form, int cases)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        ushort[][] all = Write(path, form, Width, Height);
        Assert.Null(Differs(path, all));
        byte[] whole = File.ReadAllBytes(path);
        (int from, int to) = TiffBytes.OfBlocks(path);
        var random = new Random(Form.Seed);
        int refused = 0;
        int same = 0;
        int other = 0;
        for (int i = 0; i < cases; i++)
        {
            byte[] bytes = [.. whole];
            bytes[random.Next(from, to)] ^= (byte)(1 << random.Next(8));
            string damaged = scratch.File(string.Create(CultureInfo.InvariantCulture, $"{i}.tif"));
            File.WriteAllBytes(damaged, bytes);
            string? difference = Differs(damaged, all);
            _ = difference is null ? same++ : difference.StartsWith("other", StringComparison.Ordinal) ? other++ : refused++;
            File.Delete(damaged);
        }

        return (refused, same, other);
    }

    /// <summary>What a reader is told of a file: null for the pixels that were written.</summary>
    private static string? Differs(string path, ushort[][] all)
    {
        try
        {
            using Dataset dataset = Dataset.Open(path);
            for (int number = 1; number <= all.Length; number++)
            {
                ushort[] pixels = new ushort[dataset.Width * dataset.Height];
                dataset.Band(number).Read<ushort>(new PixelWindow(0, 0, dataset.Width, dataset.Height), pixels);
                if (!pixels.AsSpan().SequenceEqual(all[number - 1]))
                {
                    return "other pixels";
                }
            }

            return null;
        }
        catch (GdalException e)
        {
            return e.Reason;
        }
    }

    private static ushort[][] Write(string path, string form, int width, int height)
    {
        string[] words = form.Split(' ');
        int bands = words.Contains("bands=3") ? 3 : 1;
        int most = words.Contains("NBITS=12") ? 4095 : words.Contains("NBITS=11") ? 2047 : 65535;
        var random = new Random(7);
        ushort[][] all = [.. Enumerable.Range(0, bands).Select(_ => Enumerable.Range(0, width * height).Select(i => (ushort)((i / width * 20 + random.Next(60)) & most)).ToArray())];
        using Dataset dataset = Dataset.Create(path, "GTiff", width, height, bands, RasterType.UInt16, [.. words.Where(word => !word.StartsWith("bands", StringComparison.Ordinal))]);
        for (int number = 1; number <= bands; number++)
        {
            dataset.Band(number).Write<ushort>(new PixelWindow(0, 0, width, height), all[number - 1]);
        }

        dataset.Finish();
        return all;
    }
}
