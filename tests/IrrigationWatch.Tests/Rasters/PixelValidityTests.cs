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
                double[] actual = Read(map[0]);
                Assert.True(AreSame(expected, actual), $"{map[1]}: {string.Join(' ', expected)} is not {string.Join(' ', actual)}");
                Assert.True(actual.SequenceEqual(ReadByPool(map[0])), map[1]);
                CompareBits(map[0], map[1], actual);
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
        Assert.Equal(isMissing, double.IsNaN(values[Width + 2]));
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

    [Theory]
    [InlineData("_FillValue=[-9], missing_value=[-1]", -9, true)]
    [InlineData("_FillValue=[-9], missing_value=[-1]", -1, true)]
    [InlineData("valid_range=[0, 6]", 7, true)]
    [InlineData("valid_range=[0, 6]", 6, false)]
    [InlineData("valid_min=[1]", 0, true)]
    [InlineData("valid_max=[6]", 7, true)]
    [InlineData("valid_max=[6]", -30, false)]
    public void All_that_a_netCDF_says_of_missing_values_counts(string attributes, double value, bool isMissing)
    {
        string path = scratch.File("v.nc");
        (int code, string said) = Repository.RunPeer("-c", FormattableString.Invariant($"""
            from osgeo import gdal
            import numpy
            gdal.UseExceptions()
            number = gdal.ExtendedDataType.Create(gdal.GDT_Int16)
            text = gdal.ExtendedDataType.CreateString()
            file = gdal.GetDriverByName('netCDF').CreateMultiDimensional('{path}')
            root = file.GetRootGroup()
            axes = []
            for name, unit, size, begin, step in [('lat', 'degrees_north', {Height}, 44.0, -0.01), ('lon', 'degrees_east', {Width}, 80.0, 0.01)]:
                axes.append(root.CreateDimension(name, None, None, size))
                axis = root.CreateMDArray(name, [axes[-1]], gdal.ExtendedDataType.Create(gdal.GDT_Float64))
                axis.CreateAttribute('units', [], text).Write(unit)
                axis.Write(begin + step * numpy.arange(size))
                axis = None
            variable = root.CreateMDArray('irr', axes, number)
            for name, values in dict({attributes}).items():
                variable.CreateAttribute(name, [len(values)] if len(values) > 1 else [], number).Write(values if len(values) > 1 else values[0])
            pixels = numpy.full(({Height}, {Width}), 5, numpy.int16)
            pixels[1, 2] = {value}
            variable.Write(pixels)
            variable = root = file = None
            """));
        Assert.True(code == 0, said);
        double[] values = Read(path);
        Assert.Equal(isMissing ? double.NaN : value, values[Width + 2]);
        Assert.Equal(Width * Height - 1, values.Count(one => one == 5));
        Assert.Equal(values, Read(path + ":irr"));
    }

    [Theory]
    [InlineData(0.1f, 10, 0, 1)]
    [InlineData(0.1f, 1, 0, 0.1)]
    [InlineData(21200f, 0.01f, 0, 212)]
    [InlineData(0.123456f, 1, 0, 0.123456)]
    [InlineData(1 / 3f, 1, 0, 0.3333333432674408)]
    [InlineData(16_777_215f, 1, 0, 16_777_215)]
    public void What_single_precision_cannot_hold_is_taken_for_the_number_that_is_meant(float stored, double scale, double offset, double expected)
    {
        string path = Make(RasterType.Float32, map =>
        {
            map.Band(1).Scale = scale;
            map.Band(1).Write<float>(new PixelWindow(2, 1, 1, 1), [stored]);
        });
        Assert.Equal(expected + offset, Read(path)[Width + 2]);
    }

    [Theory]
    [InlineData(-3.40282e38, float.MinValue)]
    // What Surfer writes for no value, with six digits in the header: GDAL's own warp takes it for a height.
    [InlineData(1.70141e38, 1.70141173e38f)]
    [InlineData(-9999, -9999f)]
    public void What_is_missing_is_no_height_on_another_grid_either(double noData, float pixel)
    {
        string path = Make(RasterType.Float32, map =>
        {
            map.Band(1).NoData = noData;
            map.Band(1).Write<float>(new PixelWindow(2, 1, 1, 1), [pixel]);
        });
        using var pool = new RasterPool();
        var grid = new Grid("EPSG:32644", 399_990, 4_900_010, 20, 20, 12, 7);
        float[] values = new float[grid.Width * grid.Height];
        new LayerOnGrid(pool, path, grid, Resampling.Bilinear).Read(new PixelWindow(0, 0, grid.Width, grid.Height), values);
        Assert.All(values, value => Assert.True(float.IsNaN(value) || Math.Abs(value - 5) < 1e-5, $"{value}"));
        Assert.InRange(values.Count(float.IsNaN), 1, values.Length / 2);
    }

    [Fact]
    public void Pages_of_a_TIFF_are_named_by_their_number()
    {
        string one = Make(RasterType.Byte, _ => { });
        string path = scratch.File("pages.tif");
        (int code, string said) = Repository.RunPeer("-c", $"from osgeo import gdal; gdal.UseExceptions(); gdal.Translate('{path}', '{one}'); gdal.Translate('{path}', '{one}', options='-co APPEND_SUBDATASET=YES -scale 0 5 0 4')");
        Assert.True(code == 0, said);
        Assert.Contains("holds several rasters: 1 (Page 1", Assert.Throws<InputException>(() => Read(path)).Message, StringComparison.Ordinal);
        Assert.All(Read(path + ":1"), value => Assert.Equal(5, value));
        Assert.All(Read(path + ":2"), value => Assert.Equal(4, value));
    }

    [Theory]
    [InlineData(179.9, "[[[179.9,-0.1],[180,-0.1],[180,0.1],[179.9,0.1],[179.9,-0.1]]],[[[-180,-0.1],[-179.9,-0.1],[-179.9,0.1],[-180,0.1],[-180,-0.1]]]")]
    [InlineData(-180.1, "[[[179.9,-0.1],[180,-0.1],[180,0.1],[179.9,0.1],[179.9,-0.1]]],[[[-180,-0.1],[-179.9,-0.1],[-179.9,0.1],[-180,0.1],[-180,-0.1]]]")]
    [InlineData(359.9, "[[[-0.1,-0.1],[0.1,-0.1],[0.1,0.1],[-0.1,0.1],[-0.1,-0.1]]]")]
    [InlineData(-0.1, "[[[-0.1,-0.1],[0.1,-0.1],[0.1,0.1],[-0.1,0.1],[-0.1,-0.1]]]")]
    public void Zones_are_found_on_every_turn_round_the_Earth(double west, string polygons)
    {
        string zones = scratch.File("z.geojson");
        File.WriteAllText(zones, $$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"z"},"geometry":{"type":"MultiPolygon","coordinates":[{{{polygons}}}]}}]}""");
        string path = scratch.File("m.tif");
        using (Dataset map = Dataset.Create(path, "GTiff", 20, 20, 1, RasterType.Byte))
        {
            map.GeoTransform = [west, 0.01, 0, 0.1, 0, -0.01];
            using SpatialReference reference = SpatialReference.Wgs84();
            map.SetSpatialReference(reference);
            map.Band(1).Write<byte>(new PixelWindow(0, 0, 20, 20), [.. Enumerable.Range(0, 400).Select(i => (byte)(i % 20 < 5 ? 1 : 2))]);
            map.Finish();
        }

        AreaRow row = Assert.Single(AreaCalculation.Compute([new MapSource(path, 2010)], ZoneReader.Read(zones), new ClassValues("irrigated", [1]), zones).Rows);
        double whole = EllipsoidalArea.Cell(0, -0.1, 0.2, 0.1) / 10_000;
        Assert.Equal(whole, row.ZoneHectares, 1e-6 * whole);
        Assert.Equal(whole, row.ObservedHectares, 1e-6 * whole);
        Assert.Equal(whole / 4, row.IrrigatedHectares, 1e-6 * whole);
        var polygonsOfMap = new List<LandPolygon>();
        LandPolygons.Trace(new MapSource(path, 2010), [new ClassValues("irrigated", [1])], ZoneReader.Read(zones), null, 0, polygonsOfMap.Add);
        Assert.All(polygonsOfMap.SelectMany(polygon => polygon.Rings).SelectMany(ring => ring.Where((_, i) => i % 2 == 0)), longitude => Assert.InRange(longitude, -180.2, 180.2));
        PointSample sample = StratifiedSampling.Draw(new MapSource(path, 2010), new SampleOptions { Points = 40, Minimum = 5 });
        Assert.All(sample.Places, place => Assert.InRange(place.Longitude, -180, 180));
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

        Assert.Equal($"{path}: has 2 bands (1, 2 'classes'), and nothing says which is meant; name one with --band, in a configuration as {{ file: NAME, band: NUMBER }}", Assert.Throws<InputException>(() => Read(path)).Message);
        Assert.All(Read(new RasterLayer(path) { Band = 2 }), value => Assert.Equal(4, value));
        Assert.Equal($"{path}: has no band 3; it has 2 bands (1, 2 'classes')", Assert.Throws<InputException>(() => Read(new RasterLayer(path) { Band = 3 })).Message);
    }

    /// <summary>The same but for what single precision cannot hold, and for sentinels whose nodata value lost digits, which are missing here and not to GDAL.</summary>
    private static bool AreSame(double[] expected, double[] actual) =>
        expected.Length == actual.Length && expected.Zip(actual).All(pair => double.IsNaN(pair.Second)
            ? double.IsNaN(pair.First) || Math.Abs(pair.First) > 1e20
            : pair.First == pair.Second || Math.Abs(pair.First - pair.Second) <= 6e-8 * Math.Abs(pair.First));

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
