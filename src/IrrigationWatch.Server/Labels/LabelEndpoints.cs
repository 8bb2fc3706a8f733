using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Features;
using IrrigationWatch.Server.Operations;
using IrrigationWatch.Server.Series;
using IrrigationWatch.Server.Tiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SkiaSharp;

namespace IrrigationWatch.Server.Labels;

/// <summary>
/// Labelling in the browser: places of a sample one by one, with what the satellites saw there. What the map says, and the stratum that
/// tells of it, is not shown: it would sway the eye (Olofsson et al. 2014, section 4).
/// </summary>
internal sealed class LabelEndpoints(LabelStore store, Labellers labellers) : IDisposable
{
    private const int ChipPixels = 192;

    /// <summary>Ground that a picture shows: some 60 pixels of Landsat.</summary>
    private const double ChipMetres = 1920;

    private static readonly string[] DefaultClasses = ["irrigated", "not irrigated"];

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/label/points", context => Signed(context, PointsAsync));
        routes.MapGet("/label/points/{index:int}", context => Signed(context, PointAsync));
        routes.MapPost("/label/points/{index:int}", context => Signed(context, SetAsync));
        routes.MapGet("/label/points/{index:int}/{year:int}.png", context => Signed(context, ChipAsync));
        routes.MapGet("/label/agreement", context => Signed(context, AgreementAsync));
        routes.MapGet("/label/export", context => Signed(context, ExportAsync));
        routes.MapGet("/label", context =>
        {
            if (!context.Request.Path.Value!.EndsWith('/'))
            {
                context.Response.Redirect(ApiRequest.Of(context).Root + "/label/");
                return Task.CompletedTask;
            }

            return FileEndpoints.AssetAsync(ApiRequest.Of(context), "label.html");
        });
    }

    public void Dispose() => store.Dispose();

    private Task Signed(HttpContext context, Func<ApiRequest, string, Task> answer)
    {
        // Not for pages of others, and not kept by anyone.
        context.Response.Headers.Remove("Access-Control-Allow-Origin");
        context.Response.Headers.CacheControl = "no-store";
        return answer(ApiRequest.Of(context), labellers.Of(context));
    }

    private Task PointsAsync(ApiRequest request, string labeller)
    {
        Dictionary<string, GivenLabel> own = store.All().Where(label => label.Labeller == labeller).ToDictionary(label => label.Point);
        return request.WriteAsync(new JsonObject
        {
            ["labeller"] = labeller,
            ["classes"] = new JsonArray([.. Classes(request.Folder).Select(name => (JsonNode)name)]),
            ["points"] = new JsonArray([.. store.Points.Select(point => new JsonObject { ["id"] = point.Id, ["class"] = own.GetValueOrDefault(point.Id)?.Class, ["sure"] = own.GetValueOrDefault(point.Id)?.IsSure })]),
        });
    }

    private Task PointAsync(ApiRequest request, string labeller)
    {
        LabelPoint point = PointOf(request);
        var years = new JsonArray();
        foreach (MapLayer layer in request.Folder.Layers.Where(layer => layer.Kind == LayerKind.Season))
        {
            if (request.Folder.Raster.ValuesAt(layer, point.Longitude, point.Latitude) is { } values)
            {
                years.Add(new JsonObject { ["year"] = layer.Year, ["ndvi"] = SeriesEndpoints.MedianNdvi(layer, values) });
            }
        }

        return request.WriteAsync(new JsonObject { ["id"] = point.Id, ["lon"] = point.Longitude, ["lat"] = point.Latitude, ["year"] = point.Year, ["years"] = years });
    }

    private async Task SetAsync(ApiRequest request, string labeller)
    {
        LabelPoint point = PointOf(request);
        string? name;
        bool isSure;
        try
        {
            using JsonDocument body = await JsonDocument.ParseAsync(request.Context.Request.Body, new JsonDocumentOptions { MaxDepth = 4 }, request.Cancelled).ConfigureAwait(false);
            JsonElement given = body.RootElement.GetProperty("class");
            name = given.ValueKind == JsonValueKind.Null ? null : given.GetString();
            isSure = !body.RootElement.TryGetProperty("sure", out JsonElement sure) || sure.GetBoolean();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw ProblemException.Bad("send {\"class\": NAME or null, \"sure\": true or false}");
        }

        if (name is not null && !Classes(request.Folder).Contains(name))
        {
            throw ProblemException.Bad($"'{name}' is no class; use {string.Join(", ", Classes(request.Folder))}");
        }

        store.Set(point.Id, labeller, name, isSure);
        await request.WriteAsync(new JsonObject { ["id"] = point.Id, ["class"] = name, ["sure"] = isSure }).ConfigureAwait(false);
    }

    private async Task ChipAsync(ApiRequest request, string labeller)
    {
        LabelPoint point = PointOf(request);
        int year = int.Parse((string)request.Context.Request.RouteValues["year"]!, CultureInfo.InvariantCulture);
        MapLayer layer = request.Folder.Layers.FirstOrDefault(layer => layer.Kind == LayerKind.Season && layer.Year == year) ?? throw ProblemException.NotFound($"there is no picture of {year}");
        (double x, double y) = TileAddress.ToWorld(point.Longitude, point.Latitude);
        double metres = ChipMetres / Math.Cos(double.DegreesToRadians(point.Latitude));
        uint[] pixels = request.Folder.Raster.Pixels(layer, (x - 0.5) * 2 * TileAddress.HalfWorld - metres / 2, (0.5 - y) * 2 * TileAddress.HalfWorld + metres / 2, metres, ChipPixels) ?? new uint[ChipPixels * ChipPixels];
        request.Context.Response.ContentType = "image/png";
        await request.Context.Response.Body.WriteAsync(RasterTiles.Encode(pixels, ChipPixels, SKEncodedImageFormat.Png), request.Cancelled).ConfigureAwait(false);
    }

    private Task AgreementAsync(ApiRequest request, string labeller)
    {
        IReadOnlyList<GivenLabel> labels = store.All();
        IGrouping<string, GivenLabel>[] shared = [.. labels.GroupBy(label => label.Point).Where(point => point.Count() > 1)];
        return request.WriteAsync(new JsonObject
        {
            ["points"] = store.Points.Count,
            ["labelled"] = labels.Select(label => label.Point).Distinct().Count(),
            ["shared"] = shared.Length,
            ["unanimous"] = shared.Count(point => point.Select(label => label.Class).Distinct().Count() == 1),
            ["labellers"] = new JsonArray([.. labels.GroupBy(label => label.Labeller).Select(one => new JsonObject { ["name"] = one.Key, ["points"] = one.Count() })]),
            ["pairs"] = new JsonArray([.. LabelAgreement.Of(labels).Select(pair => new JsonObject { ["first"] = pair.First, ["second"] = pair.Second, ["points"] = pair.Points, ["agreement"] = Math.Round(pair.Agreement, 4), ["kappa"] = double.IsNaN(pair.Kappa) ? null : Math.Round(pair.Kappa, 4) })]),
        });
    }

    private async Task ExportAsync(ApiRequest request, string labeller)
    {
        request.Context.Response.Headers.ContentDisposition = "attachment; filename=\"labelled.geojson\"";
        await request.WriteAsync(store.Export(), MediaFormat.GeoJson.MediaType).ConfigureAwait(false);
    }

    private static string[] Classes(ResultFolder folder)
    {
        string[] names = [.. folder.Layers.Where(layer => layer.Kind == LayerKind.Class).SelectMany(layer => layer.ClassNames.Values).Distinct()];
        return names.Length > 0 ? names : DefaultClasses;
    }

    private LabelPoint PointOf(ApiRequest request)
    {
        request.Takes();
        int index = int.Parse((string)request.Context.Request.RouteValues["index"]!, CultureInfo.InvariantCulture);
        return index >= 0 && index < store.Points.Count ? store.Points[index] : throw ProblemException.NotFound($"there is no point {index}; there are {store.Points.Count}, from 0");
    }
}
