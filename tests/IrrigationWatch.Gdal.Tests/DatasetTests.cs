using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Gdal.Tests;

public class DatasetTests
{
    private static readonly string Map = Repository.Sample("irrigation-maps", "gim_v3b_2001.tif");

    /// <summary>Windows of whole blocks are read past GDAL's cache; they hold what windows through it hold.</summary>
    [Theory]
    [InlineData("TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32")]
    [InlineData("TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE", "PREDICTOR=2")]
    [InlineData("BLOCKYSIZE=8", "COMPRESS=LZW")]
    public void Windows_of_whole_blocks_hold_what_others_hold(params string[] options)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        ushort[] all = [.. Enumerable.Range(0, 150 * 101).Select(i => (ushort)(i * 7919))];
        using (Dataset dataset = Dataset.Create(path, "GTiff", 150, 101, 1, RasterType.UInt16, options))
        {
            dataset.Band(1).Write<ushort>(new PixelWindow(0, 0, 150, 101), all);
            dataset.Finish();
        }

        using Dataset opened = Dataset.Open(path);
        Band band = opened.Band(1);
        int columns = (150 + band.BlockWidth - 1) / band.BlockWidth;
        int rows = (101 + band.BlockHeight - 1) / band.BlockHeight;
        for (int x0 = 0; x0 < columns; x0++)
        {
            for (int y0 = 0; y0 < rows; y0 += 2)
            {
                for (int x1 = x0; x1 < columns; x1 += 2)
                {
                    int left = x0 * band.BlockWidth;
                    int top = y0 * band.BlockHeight;
                    var window = new PixelWindow(left, top, Math.Min(150, (x1 + 1) * band.BlockWidth) - left, Math.Min(101, (y0 + 2) * band.BlockHeight) - top);
                    ushort[] pixels = new ushort[window.PixelCount];
                    band.Read<ushort>(window, pixels);
                    for (int i = 0; i < pixels.Length; i++)
                    {
                        Assert.Equal(all[(top + i / window.Width) * 150 + left + i % window.Width], pixels[i]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Opens_a_raster_and_says_where_it_lies()
    {
        using Dataset dataset = Dataset.Open(Map);
        Assert.Equal((162, 102, 1), (dataset.Width, dataset.Height, dataset.BandCount));
        using SpatialReference reference = dataset.GetSpatialReference()!;
        Assert.Equal("EPSG:4326", reference.AuthorityCode);
        Assert.True(reference.IsGeographic);
        Assert.Equal(72.483009037428218, dataset.GeoTransform![0], 12);
        Assert.Equal(RasterType.Byte, dataset.Band(1).Type);
        Assert.Equal("classification", dataset.Band(1).Description);
    }

    [Fact]
    public void A_block_and_a_window_give_the_same_pixels()
    {
        using Dataset dataset = Dataset.Open(Map);
        Band band = dataset.Band(1);
        byte[] block = new byte[band.BlockWidth * band.BlockHeight];
        byte[] window = new byte[band.BlockWidth * band.BlockHeight];
        band.ReadBlock<byte>(0, 1, block);
        band.Read<byte>(new PixelWindow(0, band.BlockHeight, band.BlockWidth, band.BlockHeight), window);
        Assert.Equal(window, block);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Every_numeric_type_survives_writing_and_reading(int type)
    {
        switch ((RasterType)type)
        {
            case RasterType.Byte: RoundTrip<byte>([0, 1, 200, 255]); break;
            case RasterType.UInt16: RoundTrip<ushort>([0, 1, 43636, 65535]); break;
            case RasterType.Int16: RoundTrip<short>([-32768, -1, 0, 32767]); break;
            case RasterType.UInt32: RoundTrip<uint>([0, 1, 70000, uint.MaxValue]); break;
            case RasterType.Int32: RoundTrip([int.MinValue, -1, 0, int.MaxValue]); break;
            case RasterType.Float32: RoundTrip([float.NaN, -0.5f, 0, float.MaxValue]); break;
            default: RoundTrip([double.NaN, -0.5, 0, double.MaxValue]); break;
        }
    }

    [Fact]
    public void A_missing_file_is_named_with_GDALs_reason()
    {
        GdalException e = Assert.Throws<GdalException>(() => Dataset.Open("/no/such/map.tif"));
        Assert.Equal("/no/such/map.tif", e.File);
        Assert.Contains("No such file", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_an_error_and_not_zeros()
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("cut.tif");
        byte[] bytes = File.ReadAllBytes(Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2", "LC08_L2SP_017036_20130419_20200913_02_T2_SR_B4.TIF"));
        File.WriteAllBytes(file, bytes[..(bytes.Length * 2 / 3)]);
        GdalException e = Assert.Throws<GdalException>(() =>
        {
            using Dataset dataset = Dataset.Open(file);
            ushort[] pixels = new ushort[dataset.Width * dataset.Height];
            dataset.Band(1).Read<ushort>(new PixelWindow(0, 0, dataset.Width, dataset.Height), pixels);
        });
        Assert.Equal(file, e.File);
    }

    [Fact]
    public void A_window_outside_the_raster_or_a_short_span_is_refused()
    {
        using Dataset dataset = Dataset.Open(Map);
        Assert.Throws<ArgumentException>(() => dataset.Band(1).Read<byte>(new PixelWindow(160, 0, 3, 1), new byte[3]));
        Assert.Throws<ArgumentException>(() => dataset.Band(1).Read<byte>(new PixelWindow(0, 0, 3, 3), new byte[8]));
        Assert.Throws<ArgumentException>(() => dataset.Band(1).ReadBlock<ushort>(0, 0, new ushort[162 * 50]));
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Band(2));
    }

    [Fact]
    public void A_closed_dataset_is_refused_and_does_not_crash()
    {
        Dataset dataset = Dataset.Open(Map);
        Band band = dataset.Band(1);
        dataset.Dispose();
        Assert.Throws<ObjectDisposedException>(() => band.Read<byte>(new PixelWindow(0, 0, 1, 1), new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => dataset.GetMetadata("YEAR"));
    }

    [Fact]
    public void A_full_disk_is_an_error_at_the_latest_when_finishing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        GdalException e = Assert.Throws<GdalException>(() =>
        {
            using Dataset dataset = Dataset.Create("/dev/full", "GTiff", 300, 300, 1, RasterType.Byte);
            dataset.Band(1).Write<byte>(new PixelWindow(0, 0, 300, 300), new byte[90_000]);
            dataset.Finish();
        });
        Assert.Equal("/dev/full", e.File);
    }

    [Fact]
    public void Warping_to_its_own_grid_changes_nothing_and_the_outside_is_nodata()
    {
        using Dataset plain = Dataset.Open(Map);
        byte[] expected = new byte[plain.Width * plain.Height];
        plain.Band(1).Read<byte>(new PixelWindow(0, 0, plain.Width, plain.Height), expected);
        double[] transform = plain.GeoTransform!;
        transform[0] -= 2 * transform[1];
        using SpatialReference reference = plain.GetSpatialReference()!;
        using Dataset warped = Dataset.Open(Map).Warp(reference, transform, plain.Width + 2, plain.Height, Resampling.Near, noData: 99);
        byte[] actual = new byte[warped.Width * warped.Height];
        warped.Band(1).Read<byte>(new PixelWindow(0, 0, warped.Width, warped.Height), actual);
        for (int y = 0; y < plain.Height; y++)
        {
            Assert.Equal([99, 99], actual.AsSpan(y * warped.Width, 2).ToArray());
            Assert.Equal(expected.AsSpan(y * plain.Width, plain.Width).ToArray(), actual.AsSpan(y * warped.Width + 2, plain.Width).ToArray());
        }
    }

    [Fact]
    public async Task Threads_share_a_pool_and_read_the_same_pixels()
    {
        using var pool = new DatasetPool(2);
        byte[] expected = ReadAll(pool);
        byte[][] results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => ReadAll(pool))));
        Assert.All(results, result => Assert.Equal(expected, result));
        Assert.InRange(pool.IdleCount, 1, 2);
    }

    private static byte[] ReadAll(DatasetPool pool)
    {
        using DatasetPool.Lease lease = pool.Rent(Map);
        byte[] pixels = new byte[162 * 102];
        lease.Dataset.Band(1).Read<byte>(new PixelWindow(0, 0, 162, 102), pixels);
        return pixels;
    }

    private static void RoundTrip<T>(T[] values)
        where T : unmanaged
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("pixels.tif");
        using (Dataset dataset = Dataset.Create(file, "GTiff", 2, 2, 1, RasterTypes.Of<T>()))
        {
            dataset.Band(1).Write<T>(new PixelWindow(0, 0, 2, 2), values);
            dataset.Finish();
        }

        using Dataset again = Dataset.Open(file);
        T[] read = new T[4];
        again.Band(1).Read<T>(new PixelWindow(0, 0, 2, 2), read);
        Assert.Equal(RasterTypes.Of<T>(), again.Band(1).Type);
        Assert.Equal(values, read);
    }

    /// <summary>A band that is a description of a request is no band: GDAL tells formats by content, and would follow it.</summary>
    [Fact]
    public void A_file_that_says_where_other_pixels_are_is_read_only_where_its_name_says_so()
    {
        using var scratch = new ScratchFolder();
        string pixels = scratch.File("pixels.tif");
        using (Dataset made = Dataset.Create(pixels, "GTiff", 2, 2, 1, RasterType.Byte))
        {
            made.Finish();
        }

        string description = $"<VRTDataset rasterXSize=\"2\" rasterYSize=\"2\"><VRTRasterBand dataType=\"Byte\" band=\"1\"><SimpleSource><SourceFilename>{pixels}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>";
        File.WriteAllText(scratch.File("band.TIF"), description);
        File.WriteAllText(scratch.File("mosaic.vrt"), description);
        Assert.Throws<GdalException>(() => Dataset.Open(scratch.File("band.TIF")).Dispose());
        Dataset.Open(scratch.File("mosaic.vrt")).Dispose();
        Assert.Throws<GdalException>(() => Dataset.Open(description).Dispose());
        Assert.Throws<GdalException>(() => Dataset.Open("WMS:http://127.0.0.1:9/").Dispose());

        string zip = scratch.File("product.zip");
        using (var archive = System.IO.Compression.ZipFile.Open(zip, System.IO.Compression.ZipArchiveMode.Create))
        {
            System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, scratch.File("mosaic.vrt"), "mosaic.vrt");
        }

        Assert.Throws<GdalException>(() => Dataset.Open($"/vsizip/{zip}/mosaic.vrt").Dispose());
        File.WriteAllText(scratch.File("zones.geojson"), "<OGRVRTDataSource><OGRVRTLayer name=\"a\"><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>");
        Assert.Throws<GdalException>(() => VectorSource.Open(scratch.File("zones.geojson")).Dispose());
        Assert.Throws<GdalException>(() => VectorSource.Open("PG:host=127.0.0.1").Dispose());
    }
}
