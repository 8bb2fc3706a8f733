using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

public class AreaTests
{
    private static readonly string Maps = Repository.Sample("irrigation-maps", "*.tif");
    private static readonly string Countries = Repository.Sample("zones", "countries.geojson");

    [Fact]
    public void The_published_maps_become_a_table_of_the_contracts_columns()
    {
        using var scratch = new ScratchFolder();
        string csv = scratch.File("out.csv");
        CommandLine.Run("area", Maps, "--zones", Countries, "--class", "high=2", "-o", csv).Succeeds();
        string[] lines = File.ReadAllLines(csv);
        Assert.Equal("year,zone,country,irrigated_ha,observed_ha,zone_ha,observed_fraction,irrigated_low_ha,irrigated_high_ha", lines[0]);
        Assert.Equal(37, lines.Length);
        // 1 955 376.705 ha by GEOS and numerical integration, see tests/peers/zonal_area.py.
        Assert.StartsWith("2001,China,CN,1955376.705,24848197.026,24848197.026,1.000000,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void GeoJSON_is_read_back_by_GDAL_with_its_columns()
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("out.geojson");
        CommandLine.Run("area", Maps, "--zones", Repository.Sample("zones", "regions.geojson"), "--within", Repository.Sample("zones", "corridor.geojson"), "--class", "any=1,2", "-o", file).Succeeds();
        using Gdal.VectorSource source = Gdal.VectorSource.Open(file);
        IReadOnlyList<Gdal.VectorFeature> features = source.Layers[0].ReadFeatures();
        Assert.Equal(["Almaty", "Xinjiang"], features.Where(f => double.Parse(f.Fields["irrigated_ha"]!, System.Globalization.CultureInfo.InvariantCulture) > 100_000).Select(f => f.Fields["zone"]!).Distinct().Order());
        Assert.Equal(12, features.Select(f => f.Fields["year"]).Distinct().Count());
        Assert.Equal(features.Count, features.Select(f => f.Fields["id"]).Distinct().Count());
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("geojson")]
    public void Bad_input_is_one_line_and_writes_nothing(string ending)
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out." + ending);
        string points = scratch.File("points.geojson");
        File.WriteAllText(points, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"p"},"geometry":{"type":"Point","coordinates":[80,44]}}]}""");
        string far = scratch.File("far.geojson");
        File.WriteAllText(far, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}""");
        CommandLine.Run("area", "no/such.tif", "--zones", Countries, "--class", "high=2", "-o", output).FailsWith(1, "no/such.tif: no such file");
        CommandLine.Run("area", Maps, "--zones", "no/zones.geojson", "--class", "high=2", "-o", output).FailsWith(1, "no/zones.geojson: no such file");
        CommandLine.Run("area", Maps, "--zones", points, "--class", "high=2", "-o", output).FailsWith(1, points, "no polygon");
        CommandLine.Run("area", Maps, "--zones", far, "--class", "high=2", "-o", output).FailsWith(1, far, "outside the maps");
        CommandLine.Run("area", Maps, "--zones", Countries, "--class", "high", "-o", output).FailsWith(2, "--class", "irrigated=1");
        CommandLine.Run("area", Maps, "--zones", Countries, "-o", output).FailsWith(2, "--class");
        CommandLine.Run("area", Maps, "--zones", Countries, "--class", "high=2", "--withn", points, "-o", output).FailsWith(2, "--withn");
        Assert.Equal(2, Directory.GetFileSystemEntries(scratch.Path).Length);
        CommandLine.Run("area", Maps, "--zones", Countries, "--class", "high=2", "-o", points + "/out." + ending).FailsWith(1, "cannot be written");
        CommandLine.Run("area", Maps, "--zones", Countries, "--class", "high=2", "-o", scratch.File("out.xls")).FailsWith(2, ".xls");
    }
}
