using System.Globalization;
using System.Runtime.InteropServices;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Rasters;

public sealed class PixelValidityTests : IDisposable
{
    private const int Width = 7;
    private const int Height = 3;

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Pixels_are_valid_where_GDALs_own_mask_says_so_in_all_types_formats_and_kinds_of_mask()
    {
        const int MapsOfRound = 250;
        int rounds = Form.Cases(1, 40);
        int pixels = 0;
        int missing = 0;
        for (int round = 0; round < rounds; round++)
        {
            string folder = Directory.CreateDirectory(scratch.File("round")).FullName;
            (int code, string output) = Repository.RunPeer(Path.Combine(Repository.Root, "tests", "peers", "masks.py"), (1000 * Form.Seed + round).ToString(CultureInfo.InvariantCulture), MapsOfRound.ToString(CultureInfo.InvariantCulture), folder);
            string[][] maps = [.. output.Split('\n').Where(line => line.Contains('\t', StringComparison.Ordinal)).Select(line => line.Split('\t'))];
            Assert.True(code == 0 && maps.Length == MapsOfRound, output);
            foreach (string[] map in maps)
            {
                double[] expected = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(Path.ChangeExtension(map[0], ".f64"))).ToArray();
                Assert.True(expected.SequenceEqual(Read(map[0])), $"{map[1]}: {string.Join(' ', expected)} is not {string.Join(' ', Read(map[0]))}");
                Assert.True(expected.SequenceEqual(ReadByPool(map[0])), map[1]);
                CompareBits(map[0], map[1], expected);
                pixels += expected.Length;
                missing += expected.Count(double.IsNaN);
            }

            Directory.Delete(folder, recursive: true);
        }

        Assert.InRange(missing, pixels / 50, pixels / 2);
        Form.Report("Maps of random types, formats and masks against GDAL's own mask", FormattableString.Invariant($"{rounds * MapsOfRound} maps, {pixels} pixels, of which {missing} were not observed: no difference"));
    }

    [Theory]
    // The lowest float as text: whole, as a double, with five digits, the value of many programs.
    [InlineData("-3.4028234663852886e+38", float.MinValue, true)]
    [InlineData("-3.4e+38", -3.4e38f, true)]
    [InlineData("-3.40282e+38", float.MinValue, true)]
    [InlineData("-1.7976931348623157e+308", float.MinValue, true)]
    [InlineData("9.96921e+36", 9.96921e36f, true)]
    [InlineData("0.1", 0.1f, true)]
    [InlineData("-9999", -9999f, true)]
    [InlineData("-9999", -9998f, false)]
    [InlineData("1", 1.0001f, false)]
    [InlineData("1e-30", 0f, false)]
    [InlineData("-3.4e+38", 3.4e38f, false)]
    [InlineData("1e+20", 1.1e20f, false)]
    [InlineData("255", float.NaN, true)]
    [InlineData("255", float.NegativeInfinity, true)]
    public void Nodata_is_compared_at_the_precision_of_the_band(string noData, float pixel, bool isMissing)
    {
        string path = Make(RasterType.Float32, map =>
        {
            map.Band(1).NoData = double.Parse(noData, NumberStyles.Float, CultureInfo.InvariantCulture);
            map.Band(1).Write<float>(new PixelWindow(2, 1, 1, 1), [pixel]);
        });
        double[] values = Read(path);
        Assert.Equal(isMissing ? double.NaN : pixel, values[Width + 2]);
        Assert.Equal(Width * Height - 1, values.Count(value => value == 5));
    }

    [Theory]
    [InlineData("3", 3, true)]
    [InlineData("7,3", 3, true)]
    [InlineData("none", 9, false)]
    [InlineData("3", 9, true)]
    public void Values_that_a_user_names_are_missing_too_and_those_of_the_file_can_be_taken_back(string named, byte pixel, bool isMissing)
    {
        string path = Make(RasterType.Byte, map =>
        {
            map.Band(1).NoData = 9;
            map.Band(1).Write<byte>(new PixelWindow(2, 1, 1, 1), [pixel]);
        });
        double[] values = Read(new RasterLayer(path) { Missing = MissingValues.Parse(named, "--nodata") });
        Assert.Equal(isMissing ? double.NaN : pixel, values[Width + 2]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("water")]
    [InlineData("1,,2")]
    [InlineData("1;2")]
    public void Nodata_that_is_no_number_is_refused(string text) =>
        Assert.StartsWith($"--nodata: '{text}' is no nodata value; write a number", Assert.Throws<ConfigurationException>(() => MissingValues.Parse(text, "--nodata")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_class_of_the_nodata_value_is_refused_and_counts_when_the_remedy_is_followed()
    {
        string path = Make(RasterType.Byte, map => map.Band(1).NoData = 5);
        Zone[] zones = [new Zone("all", string.Empty, GeometryFactory.Default.ToGeometry(new Envelope(79, 82, 43, 45)))];
        ClassValues[] classes = [new ClassValues("irrigated", [5])];
        InputException refused = Assert.Throws<InputException>(() => AreaCalculation.Compute([new MapSource(path, 2010)], zones, classes[0], "zones"));
        Assert.Equal($"{path}: has 5 as its nodata value, which is a value of class 'irrigated' too; give --nodata none where these pixels were observed, or leave the value out of the class", refused.Message);
        AreaRow row = Assert.Single(AreaCalculation.Compute([new MapSource(new RasterLayer(path) { Missing = MissingValues.Parse("none", "--nodata") }, 2010)], zones, classes[0], "zones").Rows);
        Assert.Equal(row.ZoneHectares, row.IrrigatedHectares, 1e-9);
    }

    [Fact]
    public void Rows_that_go_north_are_turned()
    {
        double[] up = Read(Make(RasterType.Int16, Fill));
        string path = scratch.File("down.tif");
        using (Dataset map = Dataset.Create(path, "GTiff", Width, Height, 1, RasterType.Int16))
        {
            map.GeoTransform = [400_000, 30, 0, 4_900_000 - Height * 30, 0, 30];
            Locate(map);
            map.Band(1).Write<short>(new PixelWindow(0, 0, Width, Height), [.. Enumerable.Range(0, Width * Height).Select(i => (short)(100 * (Height - 1 - i / Width) + i % Width))]);
            map.Finish();
        }

        using OpenClassMap turned = OpenClassMap.Open(path);
        Assert.Equal(new Grid("EPSG:32644", 400_000, 4_900_000, 30, 30, Width, Height), turned.Grid);
        Assert.Equal(up, Read(path));
        double[] part = new double[2];
        turned.Read(new PixelWindow(3, 1, 1, 2), part);
        Assert.Equal([103, 203], part);

        static void Fill(Dataset map) => map.Band(1).Write<short>(new PixelWindow(0, 0, Width, Height), [.. Enumerable.Range(0, Width * Height).Select(i => (short)(100 * (i / Width) + i % Width))]);
    }

    [Fact]
    public void Of_several_bands_one_must_be_named()
    {
        string path = scratch.File("two.tif");
        using (Dataset map = Dataset.Create(path, "GTiff", Width, Height, 2, RasterType.Byte))
        {
            map.GeoTransform = [400_000, 30, 0, 4_900_000, 0, -30];
            Locate(map);
            map.Band(2).Description = "classes";
            map.Band(2).Write<byte>(new PixelWindow(0, 0, Width, Height), [.. Enumerable.Repeat((byte)4, Width * Height)]);
            map.Finish();
        }

        Assert.Equal($"{path}: has 2 bands (1, 2 'classes'), and nothing says which is meant; name one with --band, or say with --bands-are-years that each is the map of a year", Assert.Throws<InputException>(() => Read(path)).Message);
        Assert.All(Read(new RasterLayer(path) { Band = 2 }), value => Assert.Equal(4, value));
        Assert.Equal($"{path}: has no band 3; it has 2 bands (1, 2 'classes')", Assert.Throws<InputException>(() => Read(new RasterLayer(path) { Band = 3 })).Message);
    }

    private static double[] Read(RasterLayer layer)
    {
        using Dataset dataset = RasterName.Open(layer.Path);
        double[] values = new double[dataset.Width * dataset.Height];
        LayerReader.Of(dataset, layer).Read(dataset, new PixelWindow(0, 0, dataset.Width, dataset.Height), values.AsSpan());
        return values;
    }

    private static double[] ReadByPool(RasterLayer layer)
    {
        using var pool = new RasterPool();
        using Dataset dataset = RasterName.Open(layer.Path);
        var reader = LayerReader.Of(dataset, layer);
        double[] values = new double[dataset.Width * dataset.Height];
        for (int row = 0; row < dataset.Height; row++)
        {
            reader.Read(pool, new PixelWindow(0, row, dataset.Width, 1), values.AsSpan(row * dataset.Width, dataset.Width));
        }

        return values;
    }

    private static void CompareBits(string path, string what, double[] expected)
    {
        using OpenClassMap map = OpenClassMap.Open(path);
        double[] all = [.. expected.Where(value => !double.IsNaN(value)).Distinct().Take(2)];
        if (all.Length == 0)
        {
            return;
        }

        var bits = new ClassBits(map.Grid.Width, map.Grid.Height);
        using var reader = new ClassBitsReader(map, map.Grid.Height, new ClassValues("some", all));
        reader.Read(0, bits);
        for (int i = 0; i < expected.Length; i++)
        {
            (int row, int x) = Math.DivRem(i, map.Grid.Width);
            Assert.True(!double.IsNaN(expected[i]) == IsSet(bits.Observed(row), x), what);
            Assert.True(all.Contains(expected[i]) == IsSet(bits.Counted(row), x), what);
        }

        static bool IsSet(Span<ulong> bits, int x) => (bits[x / 64] >> (x % 64) & 1) != 0;
    }

    private string Make(RasterType type, Action<Dataset> fill)
    {
        string path = scratch.File($"{Guid.NewGuid():N}.tif");
        using Dataset map = Dataset.Create(path, "GTiff", Width, Height, 1, type);
        map.GeoTransform = [400_000, 30, 0, 4_900_000, 0, -30];
        Locate(map);
        map.Band(1).Write<double>(new PixelWindow(0, 0, Width, Height), [.. Enumerable.Repeat(5.0, Width * Height)]);
        fill(map);
        map.Finish();
        return path;
    }

    private static void Locate(Dataset map)
    {
        using SpatialReference reference = SpatialReference.Parse("EPSG:32644");
        map.SetSpatialReference(reference);
    }
}
