using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Rasters;

public class RasterTests
{
    private static readonly Grid Utm = new("EPSG:32644", 250_005, 4_900_005, 30, 30, 400, 300);

    [Fact]
    public void Pixel_areas_are_those_of_GeographicLib()
    {
        // pyproj 3.4, Geod(ellps="WGS84").polygon_area_perimeter with edges densified.
        var utm = new PixelAreas(Utm);
        Assert.InRange(utm.At(0, 0) / 899.3368472554012, 1 - 1e-7, 1 + 1e-7);
        Assert.InRange(utm.At(60, 50) / 899.3567755811146, 1 - 1e-7, 1 + 1e-7);
        var degree = new PixelAreas(new Grid("EPSG:4326", 80, 44, 1, 1, 3, 2));
        Assert.InRange(degree.At(1, 0) / 8985483100.89843, 1 - 1e-9, 1 + 1e-9);
        Assert.InRange(EllipsoidalArea.Cell(-180, -90, 180, 90) / 510065621724088.44, 1 - 1e-12, 1 + 1e-12);
    }

    [Fact]
    public void Areas_between_lattice_nodes_are_as_exact_as_on_them()
    {
        var areas = new PixelAreas(Utm);
        foreach ((int x, int y) in new[] { (33, 31), (399, 299), (17, 255), (64, 64) })
        {
            double alone = new PixelAreas(Utm.Cut(new PixelWindow(x, y, 1, 1))).At(0, 0);
            Assert.InRange(areas.At(x, y) / alone, 1 - 1e-7, 1 + 1e-7);
        }
    }

    [Fact]
    public void Alignment_is_a_matter_of_whole_pixels_and_the_same_CRS()
    {
        Assert.True(Utm.IsAlignedWith(new Grid("EPSG:32644", 250_005 - 300, 4_900_005 + 90, 30, 30, 10, 10)));
        Assert.False(Utm.IsAlignedWith(new Grid("EPSG:32644", 250_000, 4_900_005, 30, 30, 10, 10)));
        Assert.False(Utm.IsAlignedWith(new Grid("EPSG:32644", 250_005, 4_900_005, 30.01, 30, 10, 10)));
        Assert.False(Utm.IsAlignedWith(new Grid("EPSG:32643", 250_005, 4_900_005, 30, 30, 10, 10)));
        Assert.Equal(new PixelWindow(-10, -3, 10, 10), Utm.WindowOf(new Grid("EPSG:32644", 250_005 - 300, 4_900_005 + 90, 30, 30, 10, 10)));
    }

    [Fact]
    public void Tiles_cover_every_pixel_once()
    {
        int[] seen = new int[400 * 300];
        foreach (PixelWindow tile in Utm.Tiles(77))
        {
            for (int i = 0; i < tile.PixelCount; i++)
            {
                seen[(tile.Y + i / tile.Width) * 400 + tile.X + i % tile.Width]++;
            }
        }

        Assert.All(seen, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_written_COG_is_valid_and_keeps_its_pixels_names_and_grid(bool categorical)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("deep", "map.tif");
        var grid = new Grid("EPSG:32644", 250_005, 4_900_005, 30, 30, 700, 600);
        float[] pixels = [.. Enumerable.Range(0, 700 * 600).Select(i => i % 7 == 0 ? float.NaN : i / 1000f)];
        using (var writer = new CogWriter(path, grid, RasterType.Float32, 2, new CogOptions
        {
            NoData = double.NaN,
            BandNames = ["first", "second"],
            Metadata = new SortedDictionary<string, string> { ["YEAR"] = "2010" },
            IsCategorical = categorical,
        }))
        {
            foreach (PixelWindow tile in grid.Tiles(256))
            {
                float[] part = [.. Enumerable.Range(0, tile.PixelCount).Select(i => pixels[(tile.Y + i / tile.Width) * 700 + tile.X + i % tile.Width])];
                writer.Write<float>(1, tile, part);
                writer.Write<float>(2, tile, part);
            }

            Assert.False(File.Exists(path));
            writer.Commit();
        }

        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))), WrittenFiles.DigestOf(path));
        using (Dataset again = Dataset.Open(path))
        {
            Assert.Equal(grid, Grid.Of(again));
            Assert.Equal(("second", "2010", "COG"), (again.Band(2).Description, again.GetMetadata("YEAR"), again.GetMetadata("LAYOUT", "IMAGE_STRUCTURE")));
            Assert.True(again.Band(1).OverviewCount > 0);
            float[] read = new float[pixels.Length];
            again.Band(2).Read<float>(new PixelWindow(0, 0, 700, 600), read);
            Assert.Equal(pixels, read);
        }

        (int code, string output) = Repository.RunPeer("-c", "import sys; from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate; w, e, _ = validate(sys.argv[1], full_check=True); print(w, e); sys.exit(1 if e else 0)", path);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Overviews_are_averages_of_what_was_observed_or_the_class_of_most(bool categorical)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 1024, 768);
        float[] pixels = [.. Enumerable.Range(0, 1024 * 768).Select(i => (i * 7919) % 13 == 0 ? float.NaN : categorical ? 1 + i / 1024 / 2 * 31 % 5 : (i * 31) % 97)];
        byte[] classes = [.. pixels.Select(value => float.IsNaN(value) ? (byte)0 : (byte)value)];
        using (var writer = new CogWriter(path, grid, categorical ? RasterType.Byte : RasterType.Float32, 1, new CogOptions { IsCategorical = categorical, NoData = categorical ? 0 : double.NaN }))
        {
            foreach (PixelWindow tile in grid.Tiles(256))
            {
                float[] part = new float[tile.PixelCount];
                for (int i = 0; i < part.Length; i++)
                {
                    part[i] = pixels[(tile.Y + i / tile.Width) * 1024 + tile.X + i % tile.Width];
                }

                if (categorical)
                {
                    writer.Write<byte>(1, tile, [.. part.Select(value => float.IsNaN(value) ? (byte)0 : (byte)value)]);
                }
                else
                {
                    writer.Write<float>(1, tile, part);
                }
            }

            writer.Commit();
        }

        using Dataset dataset = Dataset.Open(path);
        float[] half = new float[512 * 384];
        dataset.Band(1).ReadResized<float>(new PixelWindow(0, 0, 1024, 768), 512, 384, half);
        for (int i = 0; i < half.Length; i++)
        {
            int at = i / 512 * 2 * 1024 + i % 512 * 2;
            int[] four = [at, at + 1, at + 1024, at + 1025];
            if (categorical)
            {
                // Two rows alike: three or four of the four are of one class, or missing ones stand beside it.
                Assert.Contains((byte)half[i], four.Select(x => classes[x]));
            }
            else
            {
                Assert.Equal(four.Select(x => pixels[x]).Where(value => !float.IsNaN(value)).Average(), half[i], 1e-4f);
            }
        }
    }

    [Fact]
    public void A_nodata_number_that_overviews_would_average_is_refused()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.Path);
        Assert.Throws<ArgumentException>(() => new CogWriter(scratch.File("a.tif"), Utm, RasterType.Float32, 1, new CogOptions { NoData = -9999 }));
        Assert.Empty(Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public void A_file_that_was_changed_after_it_was_written_has_no_known_digest()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        using (var writer = new CogWriter(path, Utm, RasterType.Byte, 1, new CogOptions()))
        {
            writer.Write<byte>(1, new PixelWindow(0, 0, 400, 300), new byte[400 * 300]);
            writer.Commit();
        }

        Assert.NotNull(WrittenFiles.DigestOf(path));
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        Assert.Null(WrittenFiles.DigestOf(path));
        File.AppendAllText(path, "x");
        Assert.Null(WrittenFiles.DigestOf(path));
        Assert.Null(WrittenFiles.DigestOf(scratch.File("none.tif")));
    }

    [Theory]
    [InlineData(1, new[] { 550, 275, 138 })]
    [InlineData(2, new[] { 275, 138 })]
    [InlineData(3, new[] { 138 })]
    [InlineData(9, new[] { 138 })]
    public void Overviews_begin_where_they_are_asked_to_and_one_there_is(int first, int[] widths)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.tif");
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 1100, 300);
        using (var writer = new CogWriter(path, grid, RasterType.Int16, 2, new CogOptions { NoData = -1, FirstOverview = first }))
        {
            foreach (PixelWindow tile in grid.Tiles(256))
            {
                short[] pixels = [.. Enumerable.Range(0, tile.PixelCount).Select(i => (short)(tile.X + i % tile.Width))];
                writer.Write<short>(2, tile, pixels);
                writer.Write<short>(1, tile, pixels);
            }

            writer.Commit();
        }

        (int code, string output) = Repository.RunPeer("-c", "import sys; from osgeo import gdal; from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate; w, e, _ = validate(sys.argv[1], full_check=True); d = gdal.Open(sys.argv[1]); b = d.GetRasterBand(2); print([b.GetOverview(i).XSize for i in range(b.GetOverviewCount())], e)", path);
        Assert.Equal((0, $"[{string.Join(", ", widths)}] []"), (code, output.Trim()));
    }

    [Fact]
    public void A_tile_that_is_missing_or_comes_twice_is_a_mistake_of_the_caller()
    {
        using var scratch = new ScratchFolder();
        using var writer = new CogWriter(scratch.File("a.tif"), Utm, RasterType.Byte, 1, new CogOptions());
        writer.Write<byte>(1, new PixelWindow(0, 0, 256, 256), new byte[256 * 256]);
        Assert.Throws<InvalidOperationException>(writer.Commit);
        Assert.Throws<ArgumentException>(() => writer.Write<byte>(1, new PixelWindow(0, 0, 256, 256), new byte[256 * 256]));
        Assert.Throws<ArgumentException>(() => writer.Write<byte>(1, new PixelWindow(10, 0, 256, 256), new byte[256 * 256]));
        Assert.Throws<ArgumentException>(() => writer.Write<short>(1, new PixelWindow(256, 0, 144, 256), new short[256 * 256]));
    }

    [Fact]
    public void Beyond_four_gigabytes_the_head_is_that_of_a_BigTIFF()
    {
        var pyramid = new Pyramid(30_000, 20_000, 1, RasterType.Byte, new CogOptions(), (_, _, _, _) => { });
        foreach ((int tileLength, int version) in new[] { (100, 42), (500_000, 43) })
        {
            int[][] lengths = [.. pyramid.Levels.Select(level => Enumerable.Repeat(tileLength, level.TilesAcross * level.TilesDown).ToArray())];
            (byte[] head, long[][] offsets, long length) = CogLayout.Arrange([], pyramid.Levels, 1, 2, lengths);
            SortedDictionary<ushort, TiffField> fields = TiffDirectory.Read((offset, bytes) =>
            {
                head.AsSpan((int)offset, bytes.Length).CopyTo(bytes);
                return bytes.Length;
            })!;
            Assert.Equal(version, head[2]);
            Assert.Equal(offsets[0][^1], fields[TiffDirectory.TileOffsets].Value(lengths[0].Length - 1));
            Assert.Equal(length, offsets[0][^1] + tileLength + CogLayout.FrameLength);
            Assert.Equal(head.Length + CogLayout.FrameLength, offsets[^1][0]);
        }
    }

    [Fact]
    public void The_bytes_of_a_COG_do_not_depend_on_threads_nor_on_the_order_of_tiles()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("map.tif");
        var grid = new Grid("EPSG:32644", 250_005, 4_900_005, 30, 30, 1500, 1300);
        float[] pixels = [.. Enumerable.Range(0, 1500 * 1300).Select(i => (i * 2654435761L % 1000) / 1000f)];
        byte[] first = Write(inTurn: true);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, Write());
        }

        byte[] Write(bool inTurn = false)
        {
            using var writer = new CogWriter(path, grid, RasterType.Float32, 1, new CogOptions { NoData = double.NaN });
            if (inTurn)
            {
                foreach (PixelWindow tile in grid.Tiles(256))
                {
                    WriteTile(tile);
                }
            }
            else
            {
                ParallelWork.Run(grid.Tiles(256).Reverse(), WriteTile);
            }

            writer.Commit();
            return File.ReadAllBytes(path);

            void WriteTile(PixelWindow tile) =>
                writer.Write<float>(1, tile, [.. Enumerable.Range(0, tile.PixelCount).Select(x => pixels[(tile.Y + x / tile.Width) * 1500 + tile.X + x % tile.Width])]);
        }
    }

    [Fact]
    public void A_writer_that_is_not_committed_leaves_nothing_and_keeps_what_was_there()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("map.tif");
        File.WriteAllText(path, "old");
        using (var writer = new CogWriter(path, Utm, RasterType.Byte, 1, new CogOptions()))
        {
            writer.Write<byte>(1, new PixelWindow(0, 0, 400, 300), new byte[400 * 300]);
        }

        Assert.Equal([path], Directory.GetFileSystemEntries(scratch.Path));
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_said_at_once()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("file"), "");
        Assert.Contains("cannot be written", Assert.Throws<InputException>(() => AtomicFile.Prepare(scratch.File("file", "below.tif"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => AtomicFile.Prepare(scratch.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_on_the_analysis_grid_fills_outside_and_warps_other_zones()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("scene.tif");
        var source = new Grid("EPSG:32644", 250_005, 4_900_005, 30, 30, 100, 100);
        using (var writer = new CogWriter(path, source, RasterType.UInt16, 1, new CogOptions()))
        {
            writer.Write<ushort>(1, new PixelWindow(0, 0, 100, 100), [.. Enumerable.Range(0, 10_000).Select(i => (ushort)(8000 + i % 100))]);
            writer.Commit();
        }

        using var pool = new RasterPool();
        var shifted = new Grid("EPSG:32644", 250_005 - 60, 4_900_005, 30, 30, 100, 100);
        var aligned = new GridReader(pool, path, 1, source, shifted, Resampling.Bilinear, 0);
        ushort[] row = new ushort[100];
        aligned.Read<ushort>(new PixelWindow(0, 5, 100, 1), row);
        Assert.True(aligned.IsAligned);
        Assert.Equal([0, 0, 8000, 8001], row[..4]);

        // The same place seen from the neighbouring UTM zone: values of a ramp, less than a pixel off.
        using SpatialReference utm44 = SpatialReference.Parse("EPSG:32644");
        using SpatialReference utm43 = SpatialReference.Parse("EPSG:32643");
        using var transformation = new CoordinateTransformation(utm44, utm43);
        double[] x = [250_005 + 50 * 30];
        double[] y = [4_900_005 - 50 * 30];
        transformation.Transform(x, y);
        var other = new Grid("EPSG:32643", x[0] - 15, y[0] + 15, 30, 30, 1, 1);
        var warped = new GridReader(pool, path, 1, source, other, Resampling.Bilinear, 0);
        ushort[] one = new ushort[1];
        warped.Read<ushort>(new PixelWindow(0, 0, 1, 1), one);
        Assert.False(warped.IsAligned);
        Assert.InRange(one[0], 8048, 8051);
    }
}
