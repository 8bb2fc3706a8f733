using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// One item of a SpatioTemporal Asset Catalog that describes a Landsat product: USGS's own items, old (0.7) and new (1.0),
/// and those of the Planetary Computer and of Earth Search, which name assets and properties differently.
/// </summary>
public sealed partial class StacItem
{
    private static readonly Dictionary<string, BandRole> Assets = new(StringComparer.OrdinalIgnoreCase)
    {
        ["blue"] = BandRole.Blue,
        ["green"] = BandRole.Green,
        ["red"] = BandRole.Red,
        ["nir08"] = BandRole.Nir,
        ["nir"] = BandRole.Nir,
        ["swir16"] = BandRole.Swir1,
        ["swir22"] = BandRole.Swir2,
        ["qa_pixel"] = BandRole.QaPixel,
        ["qa_radsat"] = BandRole.QaRadsat,
        ["cloud_qa"] = BandRole.CloudQa,
        ["qa_aerosol"] = BandRole.AerosolQa,
        ["sza"] = BandRole.SolarZenith,
    };

    private readonly JsonElement root;
    private readonly JsonElement properties;

    private StacItem(JsonElement root, JsonElement properties, string document)
    {
        this.root = root;
        this.properties = properties;
        Document = document;
        ItemId = root.TryGetProperty("id", out JsonElement id) ? id.ToString() : string.Empty;
    }

    /// <summary>Where the item was read.</summary>
    public string Document { get; }

    /// <summary>The item's own id.</summary>
    public string ItemId { get; }

    /// <summary>Addresses of all assets by their keys, seen from the item's place.</summary>
    internal IEnumerable<(string Key, string Address, string? S3)> AllAssets()
    {
        if (!root.TryGetProperty("assets", out JsonElement assets) || assets.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (JsonProperty asset in assets.EnumerateObject())
        {
            if (asset.Value.ValueKind == JsonValueKind.Object && asset.Value.TryGetProperty("href", out JsonElement href) && href.ValueKind == JsonValueKind.String && href.GetString() is { Length: > 0 } text)
            {
                string? s3 = asset.Value.TryGetProperty("alternate", out JsonElement alternate) && alternate.ValueKind == JsonValueKind.Object
                    && alternate.TryGetProperty("s3", out JsonElement store) && store.ValueKind == JsonValueKind.Object && store.TryGetProperty("href", out JsonElement other) && other.ValueKind == JsonValueKind.String ? other.GetString() : null;
                yield return (asset.Name, RemotePath.Resolve(Document, text), s3);
            }
        }
    }

    /// <summary>What the file extension says of the assets' files: their sizes in bytes and their checksums as multihashes in hexadecimal.</summary>
    internal IEnumerable<(string Address, long? Size, string? Multihash)> FileClaims()
    {
        JsonElement assets = root.GetProperty("assets");
        foreach ((string key, string address, _) in AllAssets())
        {
            JsonElement asset = assets.GetProperty(key);
            long? size = asset.TryGetProperty("file:size", out JsonElement bytes) && bytes.ValueKind == JsonValueKind.Number && bytes.TryGetInt64(out long number) ? number : null;
            string? multihash = asset.TryGetProperty("file:checksum", out JsonElement checksum) && checksum.ValueKind == JsonValueKind.String ? checksum.GetString() : null;
            if (size is not null || multihash is not null)
            {
                yield return (address, size, multihash);
            }
        }
    }

    /// <summary>Takes an element as an item where it is one.</summary>
    /// <param name="element">A JSON object; it must live as long as the item.</param>
    /// <param name="document">Where it was read; relative addresses are relative to it.</param>
    /// <returns>The item, or null where the element is no item with assets.</returns>
    public static StacItem? TryRead(JsonElement element, string document) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.GetString() == "Feature"
        && element.TryGetProperty("assets", out JsonElement assets) && assets.ValueKind == JsonValueKind.Object
        && element.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? new StacItem(element, properties, document)
            : null;

    /// <summary>What the item says of its product.</summary>
    /// <returns>The metadata. The scaling of Level 1 is there only where <c>raster:bands</c> gives it together with the sun's elevation.</returns>
    /// <exception cref="InputException">It names no Landsat product that is read, or has no time.</exception>
    public ProductMetadata ReadMetadata()
    {
        ProductId id = FindId();
        var files = new SortedDictionary<BandRole, string>();
        var scaling = new SortedDictionary<BandRole, BandScaling>();
        foreach ((string key, string address, _) in AllAssets())
        {
            if (RoleOf(id, key, address) is BandRole role && files.TryAdd(role, RemotePath.FileName(address)) && role.IsReflective() && id.IsLevel2)
            {
                scaling.Add(role, ProductMetadata.SurfaceReflectance);
            }
        }

        return new ProductMetadata
        {
            Id = id,
            Source = "STAC",
            Time = Time(id),
            CloudCover = Number("eo:cloud_cover") is double cover and >= 0 ? cover : null,
            SunElevation = Number("view:sun_elevation") ?? Number("eo:sun_elevation"),
            SunAzimuth = Number("view:sun_azimuth") ?? Number("eo:sun_azimuth"),
            Grid = DeclaredGrid(),
            Files = files,
            Scaling = scaling,
        };
    }

    /// <summary>The role of an asset by its file name, which all providers keep, else by its key.</summary>
    private static BandRole? RoleOf(ProductId id, string key, string address)
    {
        string name = Path.GetFileNameWithoutExtension(RemotePath.FileName(address));
        foreach (BandRole role in BandRoles.Of(id))
        {
            if (name.EndsWith("_" + ProductMetadata.SuffixOf(id, role), StringComparison.OrdinalIgnoreCase))
            {
                return role;
            }
        }

        return ProductId.FindIn(name) is null && Assets.TryGetValue(key, out BandRole known) ? known : null;
    }

    private ProductId FindId()
    {
        // The item's own id lacks the day of processing at some providers, and may end in _SR or _ST; file names have it all.
        foreach ((_, string address, _) in AllAssets())
        {
            if (ProductId.FindIn(RemotePath.FileName(address)) is string found)
            {
                return ProductId.Parse(found, Document);
            }
        }

        return ProductId.FindIn(ItemId) is string own
            ? ProductId.Parse(own, Document)
            : throw new InputException(Document, $"the STAC item '{ItemId}' names no Landsat product, neither by its id nor by its files; give items of Landsat Collection 2");
    }

    private DateTimeOffset Time(ProductId id)
    {
        string? text = properties.TryGetProperty("datetime", out JsonElement time) && time.ValueKind == JsonValueKind.String ? time.GetString()
            : properties.TryGetProperty("start_datetime", out JsonElement start) && start.ValueKind == JsonValueKind.String ? start.GetString() : null;
        return text is null
            ? new DateTimeOffset(id.Acquired, TimeOnly.MinValue, TimeSpan.Zero)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset result)
                ? ProductMetadata.ToMilliseconds(result)
                : throw new InputException(Document, $"the STAC item '{ItemId}' has datetime = '{text}', which is no time; mend it");
    }

    private double? Number(string key) =>
        properties.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;

    /// <summary>The item's grid by the projection extension, given for the item or for its red band.</summary>
    private Grid? DeclaredGrid()
    {
        JsonElement? asset = root.GetProperty("assets").TryGetProperty("red", out JsonElement red) && red.ValueKind == JsonValueKind.Object ? red : null;
        if (Find("proj:shape") is not { ValueKind: JsonValueKind.Array } shape || shape.GetArrayLength() != 2
            || Find("proj:transform") is not { ValueKind: JsonValueKind.Array } transform || transform.GetArrayLength() < 6)
        {
            return null;
        }

        string? crs = Find("proj:epsg") is { ValueKind: JsonValueKind.Number } epsg && epsg.TryGetInt32(out int code) ? string.Create(CultureInfo.InvariantCulture, $"EPSG:{code}")
            : Find("proj:code") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        double[] numbers = [.. shape.EnumerateArray().Concat(transform.EnumerateArray().Take(6)).Select(number => number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out double value) ? value : double.NaN)];
        return !IsCrs(crs) || numbers[3] != 0 || numbers[5] != 0 || numbers[2] is not > 0 || numbers[6] is not < 0 || !Array.TrueForAll(numbers, double.IsFinite)
            || !Array.TrueForAll(numbers[..2], side => side is >= 1 and <= Grid.MostPixelsPerSide)
            ? null
            : new Grid(crs!, numbers[4], numbers[7], numbers[2], -numbers[6], (int)numbers[1], (int)numbers[0]);

        static bool IsCrs(string? text)
        {
            try
            {
                // GDAL would take other texts for files or addresses to read a definition from.
                using SpatialReference? reference = text is not null && AuthorityCode().IsMatch(text) ? SpatialReference.Parse(text) : null;
                return reference is not null;
            }
            catch (GdalException)
            {
                return false;
            }
        }

        JsonElement? Find(string key) =>
            asset is JsonElement own && own.TryGetProperty(key, out JsonElement value) ? value
            : properties.TryGetProperty(key, out JsonElement shared) ? shared : null;
    }

    [GeneratedRegex("^[A-Z]+:[0-9A-Z]+$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AuthorityCode();
}
