using System.Security.Cryptography;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using Microsoft.Data.Sqlite;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>What is published of class maps: the formats that were asked for, no others, and in all of them the same areas.</summary>
public sealed class PublicationTests : IDisposable
{
    /// <summary>16 × 16 pixels of 100 m: 256 ha in the plane.</summary>
    private static readonly Grid Place = new("EPSG:32644", 400_000, 4_900_000, 100, 100, 16, 16);

    private readonly ScratchFolder scratch = new();

    private string Out => scratch.File("out");

    public void Dispose() => scratch.Dispose();

    /// <summary>What each format adds, by its name in the guide, to the tables that are always written.</summary>
    [Theory]
    [InlineData("csv", "")]
    [InlineData("geojson", "area.geojson irrigated-2001.geojson irrigated-2002.geojson")]
    [InlineData("ndjson", "area.ndjson irrigated-2001.ndjson irrigated-2002.ndjson")]
    [InlineData("json", "area.json")]
    [InlineData("parquet", "area.parquet irrigated.parquet")]
    [InlineData("geopackage", "irrigation.gpkg")]
    [InlineData("cog", "change.qml change.tif first-irrigated-year.qml first-irrigated-year.tif irrigated-years.qml irrigated-years.tif last-irrigated-year.qml last-irrigated-year.tif observed-years.qml observed-years.tif")]
    [InlineData("stac", "stac/catalog.json stac/irrigation/2001.json stac/irrigation/2002.json stac/irrigation/collection.json")]
    public void A_format_is_its_files_and_no_others(string format, string files)
    {
        Assert.Contains(format, Publication.Formats);
        (IReadOnlyList<string> written, IReadOnlyList<string> warnings) = Publication.Write(Out, Maps(2001, 2002), Options(format));
        Assert.Empty(warnings);
        string[] always = ["area.csv", "change.csv", "publication.json", "transition-matrix.csv", "transitions.csv"];
        Assert.Equal([.. always.Concat(files.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order(StringComparer.Ordinal)], written.Order(StringComparer.Ordinal));
        Assert.Equal(written.Order(StringComparer.Ordinal), FilesOf(Out));
    }

    [Fact]
    public void All_formats_tell_the_same_areas()
    {
        Publication.Write(Out, Maps(2001, 2002), Options("csv", "geojson", "ndjson", "json", "geopackage"));
        IReadOnlyList<AreaRow> rows = AreaCsv.Read(Path.Combine(Out, "area.csv"));
        // A quarter of the pixels in 2001, half of them in 2002; the scale of UTM is 0.9997 here, that of areas its square.
        Assert.Equal([2001, 2002], rows.Select(row => row.Year));
        Assert.Equal(64 * 1.0006, rows[0].IrrigatedHectares, 0.05);
        Assert.Equal(128 * 1.0006, rows[1].IrrigatedHectares, 0.1);
        double[] expected = [.. rows.Select(row => Math.Round(row.IrrigatedHectares, 2))];
        using (var collection = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "area.geojson"))))
        {
            Assert.Equal(expected, collection.RootElement.GetProperty("features").EnumerateArray().Select(feature => Hectares(feature.GetProperty("properties"))));
        }

        Assert.Equal(expected, File.ReadLines(Path.Combine(Out, "area.ndjson")).Select(line => Hectares(JsonElement.Parse(line).GetProperty("properties"))));
        using var package = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(Out, "irrigation.gpkg"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        package.Open();
        using SqliteCommand command = package.CreateCommand();
        command.CommandText = "SELECT count(*) FROM irrigated";
        // The land of each year is one patch.
        Assert.Equal(2L, command.ExecuteScalar());

        static double Hectares(JsonElement properties) => Math.Round(properties.GetProperty("irrigated_ha").GetDouble(), 2);
    }

    [Fact]
    public void One_year_has_no_change()
    {
        (IReadOnlyList<string> written, IReadOnlyList<string> warnings) = Publication.Write(Out, Maps(2001), Options("csv", "cog", "geojson"));
        Assert.Equal(["area.csv", "area.geojson", "change.csv", "irrigated-2001.geojson", "publication.json"], written.Order(StringComparer.Ordinal));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Several_maps_of_one_year_are_added_up_but_not_compared_by_pixel()
    {
        PublishedMap[] maps = [.. Maps(2001, 2002), new PublishedMap(2002, Map("east-2002.tif", new Grid("EPSG:32644", 401_600, 4_900_000, 100, 100, 16, 16), 4), null, [])];
        (IReadOnlyList<string> written, IReadOnlyList<string> warnings) = Publication.Write(Out, maps, Options("csv", "cog", "stac"));
        Assert.DoesNotContain("transitions.csv", written);
        Assert.DoesNotContain("change.tif", written);
        Assert.Equal(
            [
                "several maps of one year: change is read from the table of areas only; join the maps of each year (for example with gdalbuildvrt) to have it by pixel",
                "the catalogue names only the first of the maps of 2002",
            ],
            warnings.Where(warning => warning.Contains("maps of", StringComparison.Ordinal)));
        Assert.Equal(3 * 64 * 1.0006, AreaCsv.Read(Path.Combine(Out, "area.csv")).Single(row => row.Year == 2002).IrrigatedHectares, 0.3);
    }

    [Fact]
    public void Styles_lie_beside_maps_of_the_folder_and_of_no_other()
    {
        Directory.CreateDirectory(Path.Combine(Out, "years"));
        PublishedMap[] maps = [new(2001, Map("out/years/2001.tif", Place, 4), null, []), new(2002, Map("2002.tif", Place, 8), null, [])];
        IReadOnlyList<string> written = Publication.Write(Out, maps, Options("cog")).Files;
        Assert.Contains("years/2001.qml", written);
        Assert.True(File.Exists(Path.Combine(Out, "years", "2001.qml")));
        Assert.False(File.Exists(scratch.File("2002.qml")));
    }

    [Fact]
    public void Without_lakes_on_the_maps_there_is_no_open_water()
    {
        string waters = scratch.File("waters.geojson");
        File.WriteAllText(waters, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far away"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}""");
        (IReadOnlyList<string> written, IReadOnlyList<string> warnings) = Publication.Write(Out, Maps(2001), Options("csv") with { Waters = waters, WaterValues = new ClassValues("water", [2]) });
        Assert.Contains("water.csv", written);
        Assert.Contains($"no lake of {waters} lies on the maps: no area of open water", warnings);
        Assert.Single(File.ReadAllLines(Path.Combine(Out, "water.csv")));
        // Where the maps have no class of water, none is asked for.
        Assert.DoesNotContain("water.csv", Publication.Write(scratch.File("dry"), Maps(2001), Options("csv") with { Waters = waters }).Files);
    }

    [Fact]
    public void The_record_names_the_maps_and_the_zones_with_their_digests()
    {
        File.WriteAllText(scratch.File("zones.geojson"), "zones");
        PublishedMap[] maps = Maps(2001, 2002);
        Publication.Write(Out, maps, Options("csv") with { ZonesFile = scratch.File("zones.geojson"), Source = "USGS", Texts = Texts.Find("kk")!, LeastObserved = 0.5 });
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "publication.json")));
        JsonElement root = json.RootElement;
        Assert.Equal(("test", "USGS", "kk", 0.5), (root.GetProperty("name").GetString(), root.GetProperty("source").GetString(), root.GetProperty("language").GetString(), root.GetProperty("least_observed").GetDouble()));
        Assert.Equal("""{"name":"irrigated","values":[1]}""", JsonSerializer.Serialize(root.GetProperty("counted")));
        Assert.Equal((scratch.File("zones.geojson"), Sha256(scratch.File("zones.geojson"))), (root.GetProperty("zones").GetProperty("path").GetString(), root.GetProperty("zones").GetProperty("sha256").GetString()));
        Assert.Equal(
            maps.Select(map => (map.Year, map.Path, Sha256(map.Path))),
            root.GetProperty("maps").EnumerateArray().Select(map => (map.GetProperty("year").GetInt32(), map.GetProperty("path").GetString()!, map.GetProperty("sha256").GetString()!)));
        Assert.Equal("[]", JsonSerializer.Serialize(root.GetProperty("warnings")));
    }

    [Fact]
    public void A_report_is_made_of_a_folder_of_results_and_of_no_other()
    {
        Publication.Write(Out, Maps(2001, 2002), Options("csv"));
        FolderReport.Write(Out);
        string english = File.ReadAllText(Path.Combine(Out, "report", "index.html"));
        Assert.Contains(">Steppe<", english, StringComparison.Ordinal);
        Assert.Contains(Sha256(scratch.File("map-2001.tif")), english, StringComparison.Ordinal);
        Assert.Contains("lang=\"en\"", english, StringComparison.Ordinal);
        FolderReport.Write(Out, Texts.Find("ru"));
        Assert.Contains("lang=\"ru\"", File.ReadAllText(Path.Combine(Out, "report", "index.html")), StringComparison.Ordinal);
        Assert.Equal(
            $"{scratch.Path}: holds neither run.json nor publication.json; give the output folder of 'run', or class maps with --zones and -o",
            Assert.Throws<InputException>(() => FolderReport.Write(scratch.Path)).Message);
        string record = Path.Combine(Out, "publication.json");
        File.WriteAllText(record, File.ReadAllText(record)[..100]);
        Assert.Matches($@"^{System.Text.RegularExpressions.Regex.Escape(record)}: is damaged \(.*\); run again$", Assert.Throws<InputException>(() => FolderReport.Write(Out)).Message);
    }

    [Fact]
    public void It_stops_between_parts_when_it_is_told_to()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Publication.Write(Out, Maps(2001), Options("csv"), source.Token));
        Assert.False(File.Exists(Path.Combine(Out, "publication.json")));
    }

    private static PublicationOptions Options(params string[] formats) => new()
    {
        Name = "test",
        Zones = [new Zone("Steppe", "KZ", GeometryFactory.Default.ToGeometry(new Envelope(79, 81, 43, 45)))],
        ZonesFile = "zones.geojson",
        Counted = new ClassValues("irrigated", [1]),
        Formats = formats,
    };

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static IEnumerable<string> FilesOf(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    /// <summary>Maps of which the irrigated columns grow by four a year from 2001 on.</summary>
    private PublishedMap[] Maps(params int[] years) => [.. years.Select(year => new PublishedMap(year, Map(FormattableString.Invariant($"map-{year}.tif"), Place, 4 * (year - 2000)), null, []))];

    private string Map(string name, Grid grid, int columns)
    {
        ClassMap.Write(scratch.File(name), grid, (x, _) => (byte)(x < columns ? 1 : 2));
        return scratch.File(name);
    }
}
