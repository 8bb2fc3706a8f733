using System.Security.Cryptography;
using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>The STAC catalogue of a run: places, times, links, assets.</summary>
public class StacCatalogueTests
{
    /// <summary>A degree east and half a degree south of 80° E, 45° N.</summary>
    private static readonly Grid Place = new("EPSG:4326", 80, 45, 0.125, 0.125, 8, 4);

    [Fact]
    public void Files_of_a_catalogue_are_the_catalogue_the_collection_and_an_item_a_year() =>
        Assert.Equal(["catalog.json", "irrigation/collection.json", "irrigation/1990.json", "irrigation/2020.json"], StacCatalogue.FilesOf([1990, 2020]));

    [Fact]
    public void All_files_are_written_and_every_link_leads_to_one_of_them()
    {
        using var made = new Made([1990, 2020]);
        Assert.Equal(StacCatalogue.FilesOf([1990, 2020]).Order(StringComparer.Ordinal), Directory.GetFiles(made.Folder, "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(made.Folder, file)).Order(StringComparer.Ordinal));
        foreach (string file in StacCatalogue.FilesOf([1990, 2020]))
        {
            Assert.All(made.Read(file).GetProperty("links").EnumerateArray(), link =>
            {
                string href = link.GetProperty("href").GetString()!;
                Assert.StartsWith("./", href, StringComparison.Ordinal);
                Assert.True(File.Exists(Path.Combine(made.Folder, Path.GetDirectoryName(file)!, href)), $"{file}: {href}");
            });
        }

        Assert.Equal(["root", "child"], Links(made.Read("catalog.json")));
        Assert.Equal(["root", "parent", "item", "item"], Links(made.Read("irrigation/collection.json")));
        Assert.Equal(["root", "parent", "collection", "self"], Links(made.Read("irrigation/1990.json")));
    }

    [Fact]
    public void An_item_says_when_and_where()
    {
        using var made = new Made([1990]);
        JsonElement item = made.Read("irrigation/1990.json");
        Assert.Equal(("Feature", "1.0.0", "the-ile-valley-1990", "the-ile-valley"), (Text(item, "type"), Text(item, "stac_version"), Text(item, "id"), Text(item, "collection")));
        Assert.Equal("[80,44.5,81,45]", Compact(item.GetProperty("bbox")));
        JsonElement properties = item.GetProperty("properties");
        Assert.Equal(JsonValueKind.Null, properties.GetProperty("datetime").ValueKind);
        Assert.Equal(("1990-01-01T00:00:00Z", "1990-12-31T23:59:59Z", "The \"Ile\" valley 1990"), (Text(properties, "start_datetime"), Text(properties, "end_datetime"), Text(properties, "title")));
        Assert.Equal(("EPSG:4326", "[4,8]", "[0.125,0,80,0,-0.125,45]"), (Text(properties, "proj:code"), Compact(properties.GetProperty("proj:shape")), Compact(properties.GetProperty("proj:transform"))));
        // The outline closes and goes counter-clockwise.
        JsonElement[] ring = [.. item.GetProperty("geometry").GetProperty("coordinates")[0].EnumerateArray()];
        (double X, double Y)[] points = [.. ring.Select(point => (point[0].GetDouble(), point[1].GetDouble()))];
        Assert.Equal(points[0], points[^1]);
        Assert.Equal(0.5, points.Zip(points.Skip(1), (a, b) => a.X * b.Y - b.X * a.Y).Sum() / 2, 1e-6);
    }

    [Fact]
    public void A_map_is_an_asset_with_its_size_checksum_and_classes()
    {
        using var made = new Made([1990]);
        JsonElement asset = made.Read("irrigation/1990.json").GetProperty("assets").GetProperty("irrigated");
        byte[] bytes = File.ReadAllBytes(made.Map(1990));
        Assert.Equal(("../irrigated-1990.tif", StacAsset.Cog, "[\"data\"]"), (Text(asset, "href"), Text(asset, "type"), Compact(asset.GetProperty("roles"))));
        // A multihash: 0x12 for SHA-256, 0x20 for 32 bytes.
        Assert.Equal((bytes.Length, "1220" + Convert.ToHexStringLower(SHA256.HashData(bytes))), (asset.GetProperty("file:size").GetInt64(), Text(asset, "file:checksum")));
        Assert.Equal(
            [(1, "irrigated", "irrigated", "009E73"), (2, "rain-fed-1", "Rain-fed (1)", "F0E442"), (4, "class-4", "орошаемые", "6A3D9A"), (5, "class-5", "水田", "B15928")],
            asset.GetProperty("classification:classes").EnumerateArray().Select(one => (one.GetProperty("value").GetInt32(), Text(one, "name")!, Text(one, "description")!, Text(one, "color_hint")!)));
    }

    [Fact]
    public void Further_assets_are_named_where_they_are_there_and_their_content_is_taken_as_known()
    {
        using var made = new Made([1990], folder =>
        [
            new StacAsset("polygons", Path.Combine(folder, "irrigated-1990.geojson"), "polygons", StacAsset.GeoJson),
            new StacAsset("missing", Path.Combine(folder, "missing.tif"), "missing", StacAsset.Cog),
            new StacAsset("elsewhere", Path.Combine(folder, "deep", "later.tif"), "written elsewhere", StacAsset.Cog) { Content = (42, "abcd") },
        ]);
        JsonElement assets = made.Read("irrigation/1990.json").GetProperty("assets");
        Assert.Equal(["irrigated", "polygons", "elsewhere"], assets.EnumerateObject().Select(asset => asset.Name));
        Assert.Equal(("../irrigated-1990.geojson", "application/geo+json", 2), (Text(assets.GetProperty("polygons"), "href"), Text(assets.GetProperty("polygons"), "type"), assets.GetProperty("polygons").GetProperty("file:size").GetInt32()));
        Assert.Equal(("../deep/later.tif", 42, "1220abcd"), (Text(assets.GetProperty("elsewhere"), "href"), assets.GetProperty("elsewhere").GetProperty("file:size").GetInt32(), Text(assets.GetProperty("elsewhere"), "file:checksum")));
        Assert.False(assets.GetProperty("polygons").TryGetProperty("classification:classes", out _));
    }

    [Fact]
    public void The_collection_spans_all_maps_and_years()
    {
        // The second map lies a degree further west and north.
        using var made = new Made([2020, 1990], grid: year => year == 1990 ? Place : new Grid("EPSG:4326", 79, 46, 0.125, 0.125, 8, 4));
        JsonElement collection = made.Read("irrigation/collection.json");
        Assert.Equal("[[79,44.5,81,46]]", Compact(collection.GetProperty("extent").GetProperty("spatial").GetProperty("bbox")));
        Assert.Equal("[[\"1990-01-01T00:00:00Z\",\"2020-12-31T23:59:59Z\"]]", Compact(collection.GetProperty("extent").GetProperty("temporal").GetProperty("interval")));
        Assert.Equal(["./1990.json", "./2020.json"], collection.GetProperty("links").EnumerateArray().Where(link => Text(link, "rel") == "item").Select(link => Text(link, "href")));
        Assert.Equal(("Irrigated land of The \"Ile\" valley, one class map a year. GIM v3b.", "The \"Ile\" valley"), (Text(collection, "description"), Text(collection, "title")));
    }

    [Fact]
    public void Without_maps_nothing_is_bounded()
    {
        using var made = new Made([]);
        JsonElement extent = made.Read("irrigation/collection.json").GetProperty("extent");
        Assert.Equal(("[[-180,-90,180,90]]", "[[null,null]]"), (Compact(extent.GetProperty("spatial").GetProperty("bbox")), Compact(extent.GetProperty("temporal").GetProperty("interval"))));
    }

    [Theory]
    [InlineData("Хоргос 伊犁", "irrigation")]
    [InlineData("  A--b  (2) ", "a-b-2")]
    public void Ids_are_of_letters_digits_and_hyphens(string name, string id)
    {
        using var made = new Made([], name: name);
        Assert.Equal((id, name, id + "-catalogue"), (Text(made.Read("irrigation/collection.json"), "id"), Text(made.Read("catalog.json"), "title"), Text(made.Read("catalog.json"), "id")));
    }

    [Fact]
    public void A_grid_without_a_code_is_described_in_full()
    {
        const string Albers = "+proj=aea +lat_1=40 +lat_2=50 +lat_0=45 +lon_0=80 +datum=WGS84 +units=m";
        using SpatialReference reference = SpatialReference.Parse(Albers);
        using var made = new Made([1990], grid: _ => new Grid(Grid.NameOf(reference), 0, 0, 30, 30, 8, 4));
        JsonElement properties = made.Read("irrigation/1990.json").GetProperty("properties");
        Assert.Equal(JsonValueKind.Null, properties.GetProperty("proj:code").ValueKind);
        Assert.Contains("Albers", Text(properties, "proj:wkt2"), StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Links(JsonElement document) => document.GetProperty("links").EnumerateArray().Select(link => Text(link, "rel"));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    /// <summary>A catalogue of small maps in a folder that goes away with it.</summary>
    private sealed class Made : IDisposable
    {
        private readonly ScratchFolder scratch = new();

        internal Made(int[] years, Func<string, StacAsset[]>? assets = null, Func<int, Grid>? grid = null, string name = "The \"Ile\" valley")
        {
            foreach (int year in years)
            {
                var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["CLASSES"] = "1=irrigated;2=Rain-fed (1);4=орошаемые;5=水田" };
                Grid place = grid?.Invoke(year) ?? Place;
                using var writer = new CogWriter(Map(year), place, RasterType.Byte, 1, new CogOptions { NoData = 0, IsCategorical = true, Metadata = metadata });
                writer.Write<byte>(1, new PixelWindow(0, 0, place.Width, place.Height), Enumerable.Repeat((byte)1, place.Width * place.Height).ToArray());
                writer.Commit();
            }

            File.WriteAllText(scratch.File("irrigated-1990.geojson"), "{}");
            StacCatalogue.Write(Folder, name, "GIM v3b.", [.. years.Select(year => (year, Map(year)))], _ => assets?.Invoke(Folder) ?? []);
        }

        internal string Folder => scratch.Path;

        internal string Map(int year) => scratch.File($"irrigated-{year}.tif");

        internal JsonElement Read(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(scratch.File(file)));

        public void Dispose() => scratch.Dispose();
    }
}
