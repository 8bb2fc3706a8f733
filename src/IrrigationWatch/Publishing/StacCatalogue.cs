using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>A file that an item of a catalogue names.</summary>
/// <param name="Key">Its key among the assets of the item.</param>
/// <param name="Path">The file.</param>
/// <param name="Title">What it is.</param>
/// <param name="MediaType">Its media type.</param>
public sealed record StacAsset(string Key, string Path, string Title, string MediaType)
{
    /// <summary>Media type of Cloud Optimized GeoTIFFs.</summary>
    public const string Cog = "image/tiff; application=geotiff; profile=cloud-optimized";

    /// <summary>Media type of GeoJSON.</summary>
    public const string GeoJson = "application/geo+json";

    /// <summary>Bytes and SHA-256 of the file, in lower-case hexadecimal, where they are known; null to read the file for them.</summary>
    public (long Length, string Digest)? Content { get; init; }
}

/// <summary>
/// The maps of all years as a static STAC catalogue 1.0.0: catalogue, collection, and one item a year, with the extensions
/// projection 2.0.0, classification 1.1.0 and file 2.1.0. All links are relative, so that the folder can be moved.
/// </summary>
public static class StacCatalogue
{
    private const string Version = "1.0.0";
    private const string Projection = "https://stac-extensions.github.io/projection/v2.0.0/schema.json";
    private const string ClassificationExtension = "https://stac-extensions.github.io/classification/v1.1.0/schema.json";
    private const string FileInfo = "https://stac-extensions.github.io/file/v2.1.0/schema.json";

    /// <summary>Names of the files of a catalogue, relative to its folder.</summary>
    /// <param name="years">The years.</param>
    /// <returns>The catalogue, the collection and the items.</returns>
    public static IReadOnlyList<string> FilesOf(IEnumerable<int> years) =>
        ["catalog.json", "irrigation/collection.json", .. years.Select(year => string.Create(CultureInfo.InvariantCulture, $"irrigation/{year}.json"))];

    /// <summary>Writes a catalogue.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="name">What the maps are of.</param>
    /// <param name="source">Where they come from; empty for none.</param>
    /// <param name="maps">The class map of each year.</param>
    /// <param name="assetsOf">Further files of a year; those that are missing are left out.</param>
    /// <exception cref="InputException">A map cannot be read or the folder not be written.</exception>
    public static void Write(string folder, string name, string source, IReadOnlyList<(int Year, MapSource Map)> maps, Func<int, IReadOnlyList<StacAsset>> assetsOf)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(assetsOf);
        string id = Slug(name, "irrigation");
        string items = Path.Combine(folder, "irrigation");
        double[]? everywhere = null;
        (string Begin, string End)? always = null;
        foreach ((int year, MapSource one) in maps)
        {
            using OpenClassMap open = OpenClassMap.Open(one);
            Dataset map = open.Dataset;
            Grid grid = open.Grid;
            (double west, double south, double east, double north) = grid.GeographicBounds();
            everywhere = everywhere is null ? [west, south, east, north] : [Math.Min(west, everywhere[0]), Math.Min(south, everywhere[1]), Math.Max(east, everywhere[2]), Math.Max(north, everywhere[3])];
            string number = year.ToString(CultureInfo.InvariantCulture);
            (string Begin, string End) span = SpanOf(map, year);
            always = always is (string first, string last) ? (Earlier(first, span.Begin), Earlier(last, span.End) == last ? span.End : last) : span;
            Save(Path.Combine(items, number + ".json"), new JsonObject
            {
                ["type"] = "Feature",
                ["stac_version"] = Version,
                ["stac_extensions"] = new JsonArray(Projection, ClassificationExtension, FileInfo),
                ["id"] = $"{id}-{number}",
                ["collection"] = id,
                ["geometry"] = Outline(grid),
                ["bbox"] = new JsonArray(Degrees(west), Degrees(south), Degrees(east), Degrees(north)),
                ["properties"] = Properties(grid, name, year, span),
                ["links"] = new JsonArray(Link("root", "../catalog.json", "application/json"), Link("parent", "collection.json", "application/json"), Link("collection", "collection.json", "application/json"), Link("self", number + ".json", StacAsset.GeoJson)),
                ["assets"] = Assets(items, [new StacAsset("irrigated", RasterName.FileOf(one.Path), "irrigated land and other classes", StacAsset.Cog), .. assetsOf(year)], map),
            });
        }

        int[] years = [.. maps.Select(map => map.Year).Order()];
        var collection = new JsonObject
        {
            ["type"] = "Collection",
            ["stac_version"] = Version,
            ["id"] = id,
            ["title"] = name,
            ["description"] = $"Irrigated land of {name}, one class map a year.{(source.Length > 0 ? " " + source : string.Empty)}",
            ["license"] = "other",
            ["keywords"] = new JsonArray("irrigation", "Landsat", "land cover"),
            ["extent"] = new JsonObject
            {
                ["spatial"] = new JsonObject { ["bbox"] = new JsonArray(new JsonArray([.. (everywhere ?? [-180, -90, 180, 90]).Select(value => (JsonNode)Degrees(value))])) },
                ["temporal"] = new JsonObject { ["interval"] = new JsonArray(always is (string begin, string end) ? new JsonArray(begin, end) : new JsonArray(null, null)) },
            },
            ["links"] = new JsonArray([Link("root", "../catalog.json", "application/json"), Link("parent", "../catalog.json", "application/json"), .. years.Select(year => Link("item", string.Create(CultureInfo.InvariantCulture, $"{year}.json"), StacAsset.GeoJson))]),
        };
        Save(Path.Combine(items, "collection.json"), collection);
        Save(Path.Combine(folder, "catalog.json"), new JsonObject
        {
            ["type"] = "Catalog",
            ["stac_version"] = Version,
            ["id"] = id + "-catalogue",
            ["title"] = name,
            ["description"] = $"Maps of irrigated land of {name}.",
            ["links"] = new JsonArray(Link("root", "catalog.json", "application/json"), Link("child", "irrigation/collection.json", "application/json")),
        });
    }

    private static JsonObject Properties(Grid grid, string name, int year, (string Begin, string End) span)
    {
        var properties = new JsonObject
        {
            ["title"] = string.Create(CultureInfo.InvariantCulture, $"{name} {year}"),
            ["datetime"] = null,
            ["start_datetime"] = span.Begin,
            ["end_datetime"] = span.End,
            ["proj:shape"] = new JsonArray(grid.Height, grid.Width),
            ["proj:transform"] = new JsonArray(grid.PixelWidth, 0, grid.Left, 0, -grid.PixelHeight, grid.Top),
        };
        if (grid.Crs.StartsWith("EPSG:", StringComparison.Ordinal))
        {
            properties["proj:code"] = grid.Crs;
        }
        else
        {
            properties["proj:code"] = null;
            properties["proj:wkt2"] = grid.Crs;
        }

        return properties;
    }

    private static JsonObject Assets(string items, StacAsset[] assets, Dataset map)
    {
        var result = new JsonObject();
        foreach (StacAsset asset in assets.Where(asset => asset.Content is not null || File.Exists(asset.Path)))
        {
            (long length, string digest) = asset.Content ?? (new FileInfo(asset.Path).Length, Digest.OfFile(asset.Path));
            var node = new JsonObject
            {
                ["href"] = Path.GetRelativePath(items, asset.Path).Replace('\\', '/'),
                ["title"] = asset.Title,
                ["type"] = asset.MediaType,
                ["roles"] = new JsonArray("data"),
                ["file:size"] = length,
                // A multihash: sha2-256, 32 bytes.
                ["file:checksum"] = "1220" + digest,
            };
            if (asset.Key == "irrigated" && ClassValues.NamesOf(map) is { Count: > 0 } classes)
            {
                IReadOnlyDictionary<double, uint> colors = ClassMapStyle.ColorsOf(classes);
                node["classification:classes"] = new JsonArray([.. classes.Select(pair => new JsonObject
                {
                    ["value"] = pair.Key,
                    ["name"] = Slug(pair.Value, string.Create(CultureInfo.InvariantCulture, $"class-{pair.Key}")),
                    ["description"] = pair.Value,
                    ["color_hint"] = (colors[pair.Key] & 0xFFFFFF).ToString("X6", CultureInfo.InvariantCulture),
                })]);
            }

            result[asset.Key] = node;
        }

        return result;
    }

    private static JsonObject Outline(Grid grid)
    {
        (double[] x, double[] y) = grid.GeographicOutline();
        var points = x.Zip(y, (longitude, latitude) => new NetTopologySuite.Geometries.Coordinate(longitude, latitude)).ToArray();
        var ring = new NetTopologySuite.Geometries.LinearRing(points);
        return new JsonObject
        {
            ["type"] = "Polygon",
            ["coordinates"] = new JsonArray(new JsonArray([.. (ring.IsCCW ? points : [.. points.Reverse()]).Select(point => new JsonArray(Degrees(point.X), Degrees(point.Y)))])),
        };
    }

    private static JsonObject Link(string relation, string href, string type) => new() { ["rel"] = relation, ["href"] = "./" + href, ["type"] = type };

    private static double Degrees(double value) => Math.Round(value, 7);

    /// <summary>The first and the last second of a map's year: of the days in its metadata, else of the calendar year.</summary>
    private static (string Begin, string End) SpanOf(Dataset map, int year)
    {
        string? begins = map.GetMetadata(YearCalendar.BeginsItem);
        string? ends = map.GetMetadata(YearCalendar.EndsItem);
        bool isSaid = Array.TrueForAll([begins, ends], day => DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        return isSaid ? ($"{begins}T00:00:00Z", $"{ends}T23:59:59Z") : (string.Create(CultureInfo.InvariantCulture, $"{year}-01-01T00:00:00Z"), string.Create(CultureInfo.InvariantCulture, $"{year}-12-31T23:59:59Z"));
    }

    private static string Earlier(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? a : b;

    /// <summary>Letters, digits and hyphens of a name; something else where it has none, as in other scripts.</summary>
    private static string Slug(string name, string otherwise)
    {
        string slug = string.Join('-', new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return slug.Length > 0 ? slug : otherwise;
    }

    private static void Save(string path, JsonObject document) => AtomicFile.WriteText(path, document.ToJsonString(JsonText.Options) + "\n");
}
