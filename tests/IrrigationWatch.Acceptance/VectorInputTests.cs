using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Acceptance;

/// <summary>Vector files as they come, through the commands that read them: what is not clear is refused, and each way out that is named leads out.</summary>
public sealed class VectorInputTests : IDisposable
{
    /// <summary>A map of 300 by 200 pixels of 30 m near 80° E, the west half of value 1.</summary>
    private static readonly Grid Place = new("EPSG:32644", 420_000, 4_884_000, 30, 30, 300, 200);

    private readonly ScratchFolder scratch = new();
    private readonly string map;

    public VectorInputTests()
    {
        map = scratch.File("irrigated-2010.tif");
        ClassMap.Write(map, Place, (x, _) => x < 150 ? (byte)1 : (byte)2);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_of_several_layers_is_refused_and_a_layer_picked_in_either_way()
    {
        string zones = Package();
        CommandResult refused = Area(zones);
        refused.FailsWith(1, "several layers that may be the zones", "'kz' (Polygon, 1 feature)", "'cn' (Polygon, 1 feature)", $"{zones}:kz", "--layer");
        // 2 km by 3 km, all of it irrigated, and of the other the half.
        Assert.Equal(["kz 600", "cn 300"], Rows(Area($"{zones}:kz,cn").Succeeds()));
        Assert.Equal(["kz 600"], Rows(Area($"{zones}:kz").Succeeds()));
        Assert.Equal(["cn 300"], Rows(Area(zones, "--layer", "cn").Succeeds()));
        Assert.Equal(["cn 300"], Rows(Area($"{zones}:kz,cn", "--within", $"{zones}:cn").Succeeds()));
        foreach (string[] command in new string[][]
        {
            ["map", map, "-o", scratch.File("a.png")],
            ["polygons", map, "--class", "irrigated=1", "-o", scratch.File("a.geojson")],
            ["report", map, "--class", "irrigated=1", "--publish", "csv", "-o", scratch.File("report")],
            ["sample", "--map", map, "--points", "100", "-o", scratch.File("points.csv")],
        })
        {
            CommandLine.Run([.. command, "--zones", zones]).FailsWith(1, "several layers that may be the zones");
            CommandLine.Run([.. command, "--zones", zones, "--layer", "cn"]).Succeeds();
        }
    }

    [Fact]
    public void What_is_left_aside_or_left_out_is_said_by_the_command()
    {
        string zones = scratch.File("basin.gpkg");
        Write(zones, ("canals", VectorGeometry.Any, [("canal", "LINESTRING(421000 4880000,423000 4881000)")]), ("districts", VectorGeometry.Any, [("a", Box(421_000, 423_000)), ("b", null), ("c", "LINESTRING(421000 4880000,423000 4881000)")]));
        CommandResult result = Area(zones).Succeeds();
        Assert.Equal(["a 600"], Rows(result));
        Assert.Contains("warning: " + zones + ": the zones are read from layer 'districts'", result.Error, StringComparison.Ordinal);
        Assert.Contains("left aside: 'canals'", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 feature has no geometry and is left out: 2 (b)", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 feature is left out, as zones are polygons: 3 (c) is a LineString", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_that_leave_a_doubt_are_read_by_each_way_that_the_message_names()
    {
        string[] names = ["札幌市", "アルマトイ"];
        string zones = scratch.File("zones.shp");
        Shapefile.Write(zones, Shapefile.Bytes("shift_jis", names));
        string box = scratch.File("box-2010.tif");
        ClassMap.Write(box, new Grid("EPSG:4326", 80, 44.02, 0.001, 0.001, 40, 20), (_, _) => 1);
        string[] command = ["area", box, "--zones", zones, "--class", "irrigated=1"];
        CommandLine.Run(command).FailsWith(1, "the bytes leave a doubt", "--encoding", ".cpg");
        Assert.Equal(names, Rows(CommandLine.Run([.. command, "--encoding", "CP932"]).Succeeds()).Select(row => row.Split(' ')[0]));
        File.WriteAllText(scratch.File("zones.cpg"), "CP932");
        Assert.Equal(names, Rows(CommandLine.Run(command).Succeeds()).Select(row => row.Split(' ')[0]));
        Shapefile.Write(zones, Shapefile.Bytes("koi8-r", "Панфиловский район", "Уйгурский"));
        CommandResult told = CommandLine.Run(command).Succeeds();
        Assert.Contains("Панфиловский район", told.Output, StringComparison.Ordinal);
        Assert.Contains("names are read as KOI8-R", told.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', told.Output);
    }

    /// <summary>As Earth Engine exports points: values for names, places as GeoJSON in a column.</summary>
    [Fact]
    public void Points_of_Earth_Engine_assess_a_map()
    {
        string points = scratch.File("points.csv");
        (int Pixel, int Class)[] sample = [.. Enumerable.Range(0, 20).Select(i => (i, i == 0 ? 2 : 1)), .. Enumerable.Range(200, 20).Select(i => (i, i < 203 ? 1 : 2))];
        File.WriteAllLines(points, ["system:index,class,year,.geo", .. sample.Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{i:D8},{point.Class},2010,\"{{\"\"geodesic\"\":false,\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[{At(point.Pixel)}]}}\""))]);
        foreach (string[] classes in new string[][] { ["1=1", "2=2"], ["irrigated=1", "rainfed=2"] })
        {
            CommandResult assessed = CommandLine.Run("assess", "--map", map, "--reference", points, "--class", classes[0], "--class", classes[1], "--json").Succeeds();
            using JsonDocument json = JsonDocument.Parse(assessed.Output);
            Assert.Equal("[[19,1],[3,17]]", JsonSerializer.Serialize(json.RootElement.GetProperty("counts")));
            double hectares = json.RootElement.GetProperty("per_class")[0].GetProperty("area_ha").GetProperty("value").GetDouble();
            // The halves differ in area by the distance from the zone's meridian.
            Assert.Equal((0.95 + 0.15) / 2 * json.RootElement.GetProperty("observed_ha").GetDouble(), hectares, 0.1);
        }

        File.WriteAllText(points, File.ReadAllText(points).Replace(",1,2010", ",arrosé,2010", StringComparison.Ordinal));
        CommandResult strange = CommandLine.Run("assess", "--map", map, "--reference", points, "--class", "irrigated=1");
        strange.FailsWith(1, "none of its 40 points is of a class asked for (irrigated = 1): they are 'arrosé' (22), '2' (18)", "--class NAME=VALUE");
        CommandLine.Run("area", map, "--zones", Package() + ":kz", "--class", "irrigated=1", "--assessment", points).FailsWith(1, "they are 'arrosé' (22)");
        // As advised: the class by the name that the points have, with its value in the map.
        Assert.Contains("| arrosé | 19 | 1 | 20 |", CommandLine.Run("assess", "--map", map, "--reference", points, "--class", "arrosé=1").Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_reads_a_layer_and_an_encoding_from_its_configuration_and_keeps_what_it_says()
    {
        var tiny = new TinyArea(scratch.File("tiny"), 40, 32, "2022", "waters: waters.csv");
        tiny.Product("LC09_L2SP_149030_20220714_20220801_02_T1").WriteTar(Path.Combine(tiny.Scenes, "scene.tar"));
        Geometry zone = ZoneReader.Read(Path.Combine(tiny.Folder, "zones.geojson"))[0].Geometry;
        string package = Path.Combine(tiny.Folder, "basin.gpkg");
        using (VectorTarget target = VectorTarget.Create(package, "GPKG"))
        using (SpatialReference wgs84 = SpatialReference.Wgs84())
        {
            foreach (string layer in new[] { "first", "second" })
            {
                target.BeginLayer(layer, wgs84, VectorGeometry.Polygon, [new VectorField("name", VectorFieldType.Text)]);
                target.Add([layer], new WKBWriter().Write(zone));
            }

            target.Finish();
        }

        File.WriteAllBytes(Path.Combine(tiny.Folder, "waters.csv"), Shapefile.Bytes("gb18030", $"name,WKT\n伊犁河,\"LINESTRING(80 44,80.01 44)\"\n霍城湖,\"{zone}\"\n空,\n")[0]);
        string text = File.ReadAllText(tiny.Configuration);
        File.WriteAllText(tiny.Configuration, text.Replace("zones: zones.geojson", "zones: basin.gpkg", StringComparison.Ordinal));
        CommandLine.Run("run", tiny.Configuration).FailsWith(1, "several layers that may be the zones");
        File.WriteAllText(tiny.Configuration, text.Replace("zones: zones.geojson", "zones: basin.gpkg:second", StringComparison.Ordinal));
        CommandResult run = CommandLine.Run("run", tiny.Configuration).Succeeds();
        Assert.Equal(["second"], AreaCsv.Read(Path.Combine(tiny.Output, "area.csv")).Select(row => row.Zone).Distinct());
        Assert.Contains("waters.csv: names are read as GBK", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 feature has no geometry and is left out: 3", run.Error, StringComparison.Ordinal);
        Assert.Contains("names are read as GBK", File.ReadAllText(Path.Combine(tiny.Output, "run.json")), StringComparison.Ordinal);
        // Said in the configuration there is nothing to say any more; another layer is another input.
        File.WriteAllText(tiny.Configuration, text.Replace("zones: zones.geojson", "zones: basin.gpkg:first\nencoding: CP936", StringComparison.Ordinal));
        CommandResult again = CommandLine.Run("run", tiny.Configuration).Succeeds();
        Assert.Equal(["first"], AreaCsv.Read(Path.Combine(tiny.Output, "area.csv")).Select(row => row.Zone).Distinct());
        Assert.DoesNotContain("names are read as", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_whose_value_no_pixel_has_is_said_by_every_command_that_counts_it()
    {
        string zones = Package() + ":kz";
        string later = scratch.File("irrigated-2011.tif");
        File.Copy(map, later);
        const string Said = "is 'forest' (9)";
        Assert.Contains(Said, CommandLine.Run("area", map, "--zones", zones, "--class", "forest=9").Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains(Said, CommandLine.Run("polygons", map, "--class", "irrigated=1", "--class", "forest=9", "-o", scratch.File("a.geojson")).Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains(Said, CommandLine.Run("change", map, later, "--zones", zones, "--class", "irrigated=1", "--class", "forest=9").Succeeds().Error, StringComparison.Ordinal);
        Assert.Contains(Said, CommandLine.Run("report", map, "--zones", zones, "--class", "forest=9", "--publish", "csv", "-o", scratch.File("report")).Succeeds().Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no pixel", CommandLine.Run("change", map, later, "--zones", zones, "--class", "irrigated=1").Succeeds().Error, StringComparison.Ordinal);
    }

    private CommandResult Area(string zones, params string[] further) => CommandLine.Run(["area", map, "--zones", zones, "--class", "irrigated=1", .. further]);

    /// <summary>Zones and their irrigated hectares, whole.</summary>
    private static string[] Rows(CommandResult result) =>
        [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).Select(fields => string.Create(CultureInfo.InvariantCulture, $"{fields[1]} {Math.Round(double.Parse(fields[3], CultureInfo.InvariantCulture)):0}"))];

    private static string Box(int west, int east) => $"POLYGON(({west} 4879500,{east} 4879500,{east} 4882500,{west} 4882500,{west} 4879500))";

    private string Package()
    {
        string path = scratch.File("basin.gpkg");
        if (!File.Exists(path))
        {
            Write(path, ("kz", VectorGeometry.Polygon, [("kz", Box(421_000, 423_000))]), ("cn", VectorGeometry.Polygon, [("cn", Box(423_500, 425_500))]));
        }

        return path;
    }

    private static void Write(string path, params (string Layer, VectorGeometry Geometry, (string Name, string? Shape)[] Features)[] layers)
    {
        using VectorTarget target = VectorTarget.Create(path, "GPKG");
        using SpatialReference utm = SpatialReference.Parse(Place.Crs);
        foreach ((string layer, VectorGeometry geometry, (string Name, string? Shape)[] features) in layers)
        {
            target.BeginLayer(layer, utm, geometry, [new VectorField("name", VectorFieldType.Text)]);
            foreach ((string name, string? shape) in features)
            {
                target.Add([name], shape is null ? [] : new WKBWriter().Write(new WKTReader().Read(shape)));
            }
        }

        target.Finish();
    }

    /// <summary>Longitude and latitude of the middle of a pixel in a row of its own.</summary>
    private static string At(int column)
    {
        using SpatialReference utm = SpatialReference.Parse(Place.Crs);
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(utm, wgs84);
        double[] x = [Place.Left + 30 * (column + 0.5)];
        double[] y = [Place.Top - 30 * (column % 100 + 0.5)];
        transformation.Transform(x, y);
        return string.Create(CultureInfo.InvariantCulture, $"{x[0]:R}, {y[0]:R}");
    }
}
