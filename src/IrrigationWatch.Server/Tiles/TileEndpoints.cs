using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Features;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Caching.Memory;
using SkiaSharp;

namespace IrrigationWatch.Server.Tiles;

/// <summary>Tiles of maps and of polygons, at XYZ addresses and as OGC API – Tiles Part 1; drawn once and kept.</summary>
internal sealed class TileEndpoints : IDisposable
{
    private const string MatrixSet = "WebMercatorQuad";
    private const string VectorType = "application/vnd.mapbox-vector-tile";
    private const long KeptBytes = 128L << 20;

    private readonly MemoryCache kept = new(new MemoryCacheOptions { SizeLimit = KeptBytes });

    public void Dispose() => kept.Dispose();

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/layers", context => LayersAsync(ApiRequest.Of(context)));
        routes.MapGet("/tiles/{layer}/{zoom:int}/{column:int}/{row:int}.{format}", context => XyzAsync(ApiRequest.Of(context)));
        routes.MapGet("/tileMatrixSets", context => AnswerAsync(ApiRequest.Of(context), request => new JsonObject { ["tileMatrixSets"] = new JsonArray(new JsonObject { ["id"] = MatrixSet, ["title"] = "Google Maps compatible", ["links"] = new JsonArray(new Link($"{request.Root}/tileMatrixSets/{MatrixSet}", "self", "application/json", MatrixSet).ToJson()) }) }));
        routes.MapGet("/tileMatrixSets/" + MatrixSet, context => AnswerAsync(ApiRequest.Of(context), _ => MatrixSetDocument()));
        routes.MapGet("/collections/{collection}/tiles", context => AnswerAsync(ApiRequest.Of(context), request => new JsonObject { ["tilesets"] = new JsonArray(Tileset(request, FeatureEndpoints.CollectionOf(request))) }));
        routes.MapGet("/collections/{collection}/tiles/" + MatrixSet, context => AnswerAsync(ApiRequest.Of(context), request => Tileset(request, FeatureEndpoints.CollectionOf(request))));
        routes.MapGet($"/collections/{{collection}}/tiles/{MatrixSet}/{{zoom:int}}/{{row:int}}/{{column:int}}", context =>
        {
            ApiRequest request = ApiRequest.Of(context);
            request.Takes("f");
            _ = request.Choose(new MediaFormat("mvt", VectorType, VectorType, "application/x-protobuf"));
            return VectorAsync(request, FeatureEndpoints.CollectionOf(request));
        });
        routes.MapGet($"/styles/{{layer}}/map/tiles/{MatrixSet}/{{zoom:int}}/{{row:int}}/{{column:int}}", context =>
        {
            ApiRequest request = ApiRequest.Of(context);
            request.Takes("f");
            MediaFormat format = request.Choose(new MediaFormat("png", "image/png", "image/png", "image/*"), new MediaFormat("webp", "image/webp", "image/webp"));
            return RasterAsync(request, LayerOf(request), format.Key);
        });
    }

    private Task XyzAsync(ApiRequest request)
    {
        request.Takes("v");
        string format = (string)request.Context.Request.RouteValues["format"]!;
        return format switch
        {
            "png" or "webp" => RasterAsync(request, LayerOf(request), format),
            "mvt" or "pbf" => VectorAsync(request, request.Folder.Collection((string)request.Context.Request.RouteValues["layer"]!) ?? throw ProblemException.NotFound($"there is no collection of that name; {request.Root}/collections lists those that there are")),
            _ => throw ProblemException.NotFound($"there are no tiles as {format}; use png or webp for maps, mvt for polygons"),
        };
    }

    private static MapLayer LayerOf(ApiRequest request)
    {
        string id = (string)request.Context.Request.RouteValues["layer"]!;
        return request.Folder.Layers.FirstOrDefault(layer => layer.Id == id) ?? throw ProblemException.NotFound($"there is no layer '{id}'; {request.Root}/layers lists those that there are");
    }

    private static TileAddress AddressOf(ApiRequest request)
    {
        RouteValueDictionary values = request.Context.Request.RouteValues;
        return TileAddress.Of(Whole("zoom"), Whole("column"), Whole("row"));

        int Whole(string name) => int.Parse((string)values[name]!, CultureInfo.InvariantCulture);
    }

    private Task RasterAsync(ApiRequest request, MapLayer layer, string format)
    {
        TileAddress tile = AddressOf(request);
        return SendAsync(request, format == "png" ? "image/png" : "image/webp", $"{layer.Id}/{tile}/{format}", () =>
            request.Folder.Raster.Draw(layer, tile, format == "png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Webp) ?? Clear(format));
    }

    private Task VectorAsync(ApiRequest request, ServedCollection collection)
    {
        TileAddress tile = AddressOf(request);
        return SendAsync(request, VectorType, $"{collection.Id}/{tile}/mvt", () => VectorTile.Make(collection.Id, collection.Features, tile, request.Cancelled));
    }

    private async Task SendAsync(ApiRequest request, string type, string key, Func<byte[]> make)
    {
        if (request.IsKept(type))
        {
            return;
        }

        // An address that names the state of the folder always gives the same tile.
        if (request.Context.Request.Query["v"] == request.Folder.Tag)
        {
            request.Context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        }

        string name = request.Folder.Tag + '/' + key;
        if (!kept.TryGetValue(name, out byte[]? bytes) || bytes is null)
        {
            bytes = make();
            ServerMetrics.TilesDrawn.Add(1);
            kept.Set(name, bytes, new MemoryCacheEntryOptions { Size = bytes.Length + 200 });
        }
        else
        {
            ServerMetrics.TilesKept.Add(1);
        }

        request.Context.Response.ContentType = type;
        request.Context.Response.ContentLength = type == VectorType ? null : bytes.Length;
        await request.Context.Response.Body.WriteAsync(bytes, request.Cancelled).ConfigureAwait(false);
    }

    private static byte[] Clear(string format) => RasterTiles.Encode(new uint[RasterTiles.Size * RasterTiles.Size], RasterTiles.Size, format == "png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Webp);

    private static Task LayersAsync(ApiRequest request) => AnswerAsync(request, _ => new JsonObject
    {
        ["version"] = request.Folder.Tag,
        ["name"] = request.Folder.Name,
        ["attribution"] = request.Folder.Attribution,
        ["language"] = request.Folder.Language.Code,
        ["least_observed"] = request.Folder.LeastObserved,
        ["years"] = new JsonArray([.. request.Folder.Years.Select(year => (JsonNode)year)]),
        ["box"] = request.Folder.Collection("zones") is { } zones ? new JsonArray([.. zones.Extent.ToDegrees().Select(value => (JsonNode)value)]) : null,
        ["layers"] = new JsonArray([.. request.Folder.Layers.Select(layer =>
        {
            (double west, double south, double east, double north) = layer.Grid.GeographicBounds();
            return new JsonObject
            {
                ["id"] = layer.Id,
                ["kind"] = layer.Kind.ToString().ToLowerInvariant(),
                ["year"] = layer.Year,
                ["box"] = new JsonArray(west, south, east, north),
                ["tiles"] = $"{request.Root}/tiles/{layer.Id}/{{z}}/{{x}}/{{y}}.webp?v={request.Folder.Tag}",
                ["file"] = $"{request.Root}/files/{layer.File.Name}",
                ["legend"] = new JsonArray([.. layer.Legend.Select(entry => new JsonObject { ["color"] = entry.Color == 0 ? "transparent" : string.Create(CultureInfo.InvariantCulture, $"#{entry.Color & 0xFFFFFF:x6}"), ["label"] = entry.Label })]),
            };
        })]),
    });

    private static JsonObject Tileset(ApiRequest request, ServedCollection collection) => new()
    {
        ["title"] = collection.Title,
        ["dataType"] = "vector",
        ["crs"] = "http://www.opengis.net/def/crs/EPSG/0/3857",
        ["tileMatrixSetURI"] = "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + MatrixSet,
        ["links"] = new JsonArray(
            new Link($"{request.Root}/collections/{collection.Id}/tiles/{MatrixSet}", "self", "application/json", collection.Title).ToJson(),
            new Link($"{request.Root}/tileMatrixSets/{MatrixSet}", "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "application/json", MatrixSet).ToJson(),
            new JsonObject { ["href"] = $"{request.Root}/collections/{collection.Id}/tiles/{MatrixSet}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", ["rel"] = "item", ["type"] = VectorType, ["templated"] = true }),
    };

    private static JsonObject MatrixSetDocument()
    {
        const double PixelMetres = 0.00028;
        return new JsonObject
        {
            ["id"] = MatrixSet,
            ["uri"] = "http://www.opengis.net/def/tilematrixset/OGC/1.0/" + MatrixSet,
            ["crs"] = "http://www.opengis.net/def/crs/EPSG/0/3857",
            ["orderedAxes"] = new JsonArray("X", "Y"),
            ["wellKnownScaleSet"] = "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            ["tileMatrices"] = new JsonArray([.. Enumerable.Range(0, TileAddress.DeepestZoom + 1).Select(zoom =>
            {
                double cell = new TileAddress(zoom, 0, 0).Size / RasterTiles.Size;
                return new JsonObject
                {
                    ["id"] = zoom.ToString(CultureInfo.InvariantCulture),
                    ["scaleDenominator"] = cell / PixelMetres,
                    ["cellSize"] = cell,
                    ["pointOfOrigin"] = new JsonArray(-TileAddress.HalfWorld, TileAddress.HalfWorld),
                    ["tileWidth"] = RasterTiles.Size,
                    ["tileHeight"] = RasterTiles.Size,
                    ["matrixWidth"] = 1 << zoom,
                    ["matrixHeight"] = 1 << zoom,
                };
            })]),
        };
    }

    private static async Task AnswerAsync(ApiRequest request, Func<ApiRequest, JsonObject> make)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.Json);
        if (!request.IsKept(format.Key))
        {
            await request.WriteAsync(make(request)).ConfigureAwait(false);
        }
    }
}
