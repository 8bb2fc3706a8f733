using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>A STAC file: an item, the result of a search (a collection of features), or a catalog or collection whose links lead to items.</summary>
internal static class StacDocument
{
    private const long LargestDocument = 256 << 20;
    private const int MostPages = 10_000;

    private static readonly Lock Gate = new();
    private static string lastStamp = string.Empty;
    private static Dictionary<string, StacItem> lastItems = [];

    /// <summary>A path to one item of a search result: the file and the item's id.</summary>
    internal static string PathOf(string document, string itemId) => MemberPath.Of(document, itemId);

    /// <summary>True for a path that may name a STAC document, or an item in one.</summary>
    internal static bool IsCandidate(string path)
    {
        string name = RemotePath.FileName(path);
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("_MTL.json", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".geojson", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The item that a path names.</summary>
    /// <exception cref="InputException">There is none.</exception>
    internal static StacItem Item(string path)
    {
        (string document, string? itemId) = MemberPath.Split(path);
        if (itemId is null)
        {
            return StacItem.TryRead(Load(document), document) ?? throw new InputException(path, "is no Landsat product: a STAC item is read, but this is none; give the product, its item, or a whole collection or search result to a command that takes many scenes");
        }

        lock (Gate)
        {
            // A search result may hold thousands of items, which are asked for one by one.
            string stamp = File.Exists(document) ? string.Create(CultureInfo.InvariantCulture, $"{document} {File.GetLastWriteTimeUtc(document).Ticks}") : document;
            if (lastStamp != stamp)
            {
                lastItems = Features(Load(document)).Select(feature => StacItem.TryRead(feature, document)).OfType<StacItem>().DistinctBy(item => item.ItemId).ToDictionary(item => item.ItemId, StringComparer.Ordinal);
                lastStamp = stamp;
            }

            if (lastItems.TryGetValue(itemId, out StacItem? known))
            {
                return known;
            }
        }

        throw new InputException(document, $"has no item '{itemId}'; search again");
    }

    /// <summary>Paths of all items below a document, links to items and further pages followed.</summary>
    /// <exception cref="InputException">The document is no STAC, or cannot be read.</exception>
    internal static IReadOnlyList<string> Items(string document)
    {
        lock (Gate)
        {
            lastStamp = string.Empty;
        }

        var items = new List<string>();
        Collect(document, items, []);
        return items;
    }

    /// <summary>True when a file holds STAC rather than any other JSON.</summary>
    /// <exception cref="InputException">It is no JSON, or cannot be read.</exception>
    internal static bool IsStac(string document)
    {
        JsonElement root = Load(document);
        return StacItem.TryRead(root, document) is not null || Features(root).Any(feature => StacItem.TryRead(feature, document) is not null)
            || (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("stac_version", out _));
    }

    private static void Collect(string document, List<string> items, HashSet<string> visited)
    {
        string? next = document;
        while (next is not null && visited.Add(next))
        {
            if (visited.Count > MostPages)
            {
                throw new InputException(document, string.Create(CultureInfo.InvariantCulture, $"leads to more than {MostPages} documents; give a smaller catalogue"));
            }

            string place = next;
            JsonElement root = Load(place);
            next = null;
            if (StacItem.TryRead(root, place) is not null)
            {
                items.Add(place);
            }
            else if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("features", out _))
            {
                items.AddRange(Features(root).Select(feature => StacItem.TryRead(feature, place)).OfType<StacItem>().Select(item => PathOf(place, item.ItemId)));
                next = NextPage(root, place);
            }
            else if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("stac_version", out _))
            {
                foreach (string child in Links(root, place, "item").Concat(Links(root, place, "child")).Concat(Links(root, place, "items")))
                {
                    Collect(child, items, visited);
                }
            }
            else
            {
                throw new InputException(place, "is no STAC item, collection, catalogue or search result; check the path");
            }
        }
    }

    /// <summary>The next page of a search result; a page that can only be had by posting the search again is an error, for scenes must not be lost in silence.</summary>
    private static string? NextPage(JsonElement root, string document)
    {
        foreach (JsonElement link in LinksOf(root, "next"))
        {
            bool posts = link.TryGetProperty("method", out JsonElement method) && method.ValueKind == JsonValueKind.String && method.GetString()!.Equals("POST", StringComparison.OrdinalIgnoreCase);
            return posts
                ? throw new InputException(document, "is one page of several of a search, and the next must be asked for by POST; save all pages, or search with a higher limit")
                : RemotePath.Resolve(document, link.GetProperty("href").GetString()!);
        }

        return null;
    }

    private static IEnumerable<string> Links(JsonElement root, string document, string relation) =>
        LinksOf(root, relation).Select(link => RemotePath.Resolve(document, link.GetProperty("href").GetString()!));

    private static IEnumerable<JsonElement> LinksOf(JsonElement root, string relation) =>
        root.TryGetProperty("links", out JsonElement links) && links.ValueKind == JsonValueKind.Array
            ? links.EnumerateArray().Where(link => link.ValueKind == JsonValueKind.Object
                && link.TryGetProperty("rel", out JsonElement rel) && rel.ValueKind == JsonValueKind.String && rel.GetString() == relation
                && link.TryGetProperty("href", out JsonElement href) && href.ValueKind == JsonValueKind.String)
            : [];

    private static JsonElement.ArrayEnumerator Features(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("features", out JsonElement features) && features.ValueKind == JsonValueKind.Array ? features.EnumerateArray() : default;

    private static JsonElement Load(string document)
    {
        try
        {
            byte[] bytes = VirtualFileSystem.ReadAllBytes(RemotePath.ToGdal(document), LargestDocument);
            if (!Utf8.IsValid(bytes))
            {
                throw new InputException(document, "is not in UTF-8 throughout, as JSON is; it is damaged, fetch it again");
            }

            using JsonDocument parsed = JsonDocument.Parse(bytes);
            return parsed.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new InputException(document, string.Create(CultureInfo.InvariantCulture, $"is no JSON (line {e.LineNumber + 1}); it is damaged or cut short, fetch it again"), e);
        }
        catch (GdalException e)
        {
            throw new InputException(document, $"cannot be read ({e.Reason}); check the path and the connection", e);
        }
    }
}
