using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;
using IrrigationWatch.Server.Polygons;
using IrrigationWatch.Server.Tiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Series;

/// <summary>What happened at a place, year by year: classes and NDVI of a pixel, or the exact irrigated area inside a polygon.</summary>
internal static class SeriesEndpoints
{
    /// <summary>The polygon of a request in messages.</summary>
    private const string BodyName = "polygon";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/areas", context => AreasAsync(ApiRequest.Of(context)));
        routes.MapGet("/series", context => AtAsync(ApiRequest.Of(context)));
        routes.MapPost("/series", context => WithinAsync(ApiRequest.Of(context)));
    }

    /// <summary>The area table without outlines.</summary>
    private static async Task AreasAsync(ApiRequest request)
    {
        request.Takes();
        if (!request.IsKept("json"))
        {
            await request.WriteAsync(AreaJson.ToText(request.Folder.Rows), MediaFormat.Json.MediaType).ConfigureAwait(false);
        }
    }

    private static async Task AtAsync(ApiRequest request)
    {
        request.Takes("lon", "lat");
        double longitude = Degrees(request, "lon", 180);
        double latitude = Degrees(request, "lat", 90);
        if (request.IsKept("json"))
        {
            return;
        }

        var years = new JsonArray();
        foreach (int year in request.Folder.Years)
        {
            request.Cancelled.ThrowIfCancellationRequested();
            if (Year(request.Folder, year, longitude, latitude) is { } row)
            {
                years.Add(row);
            }
        }

        if (years.Count == 0)
        {
            throw ProblemException.NotFound(string.Create(CultureInfo.InvariantCulture, $"no map reaches {longitude}, {latitude}; {request.Root}/layers says where they lie"));
        }

        await request.WriteAsync(new JsonObject { ["lon"] = longitude, ["lat"] = latitude, ["zones"] = Zones(request.Folder, longitude, latitude), ["years"] = years }).ConfigureAwait(false);
    }

    /// <summary>Median NDVI at a place by season, of the values that <see cref="RasterTiles.ValuesAt"/> gives.</summary>
    internal static JsonObject MedianNdvi(MapLayer layer, float[] values) =>
        new(layer.Series.Zip(values).Where(value => value.First.Name != MapLayer.High).Select(value => KeyValuePair.Create(value.First.Name, Number(value.Second))));

    private static JsonObject? Year(ResultFolder folder, int year, double longitude, double latitude)
    {
        JsonObject? row = null;
        foreach (MapLayer layer in folder.Layers.Where(layer => layer.Year == year))
        {
            if (folder.Raster.ValuesAt(layer, longitude, latitude) is not { } values)
            {
                continue;
            }

            row ??= new JsonObject { ["year"] = year };
            float first = values.Length > 0 ? values[0] : float.NaN;
            switch (layer.Kind)
            {
                case LayerKind.Class:
                    row["class"] = float.IsNaN(first) ? null : (int)first;
                    row["class_name"] = float.IsNaN(first) ? null : layer.ClassNames.GetValueOrDefault(first);
                    row["irrigated"] = float.IsNaN(first) || layer.Counted is null ? null : layer.Counted.Contains(first);
                    break;
                case LayerKind.Probability:
                    row["probability"] = Number(first);
                    break;
                case LayerKind.Observations:
                    row["observations"] = Number(first);
                    break;
                case LayerKind.Season:
                    row["ndvi"] = MedianNdvi(layer, values);
                    int high = layer.Series.ToList().FindIndex(series => series.Name == MapLayer.High);
                    row["ndvi_high"] = high < 0 ? null : Number(values[high]);
                    break;
                default:
                    break;
            }
        }

        return row;
    }

    private static JsonNode? Number(float value) => float.IsNaN(value) ? null : Math.Round((double)value, 4);

    private static JsonArray Zones(ResultFolder folder, double longitude, double latitude)
    {
        if (folder.Collection("zones")?.Features is not { } zones)
        {
            return [];
        }

        Point point = GeometryFactory.Default.CreatePoint(new Coordinate(longitude, latitude));
        return [.. zones.Rows(Box.Of(point)).Where(row => zones.GeometryOf(row)?.Intersects(point) == true).Select(row => (JsonNode)zones.IdOf(row))];
    }

    private static async Task WithinAsync(ApiRequest request)
    {
        request.Takes();
        byte[] body = await BodyAsync(request).ConfigureAwait(false);
        MapLayer[] maps = [.. request.Folder.Layers.Where(layer => layer is { Kind: LayerKind.Class, Counted: not null })];
        if (maps.Length == 0)
        {
            throw ProblemException.NotFound("no class maps of years are in the folder that say what is irrigated; areas inside a polygon need them");
        }

        AreaTable table = await request.HeavyAsync(() => Areas(request, maps, body)).ConfigureAwait(false);
        request.Context.Response.Headers.CacheControl = "no-store";
        await request.WriteAsync(new JsonObject
        {
            ["years"] = new JsonArray([.. table.Rows.OrderBy(row => row.Year).Select(row => new JsonObject
            {
                ["year"] = row.Year,
                ["irrigated_ha"] = row.IrrigatedHectares,
                ["observed_ha"] = row.ObservedHectares,
                ["zone_ha"] = row.ZoneHectares,
                ["observed_fraction"] = row.ObservedFraction,
            })]),
        }).ConfigureAwait(false);
    }

    private static AreaTable Areas(ApiRequest request, MapLayer[] maps, byte[] body)
    {
        WorkLimit work = request.Work("send a polygon of fewer vertices, whose edges do not lie close together, or a smaller one");
        Geometry polygon = Read(request, body, work);
        try
        {
            return AreaCalculation.Compute([.. maps.Select(map => map.File.Path)], [new Zone("polygon", string.Empty, polygon)], maps[0].Counted!, BodyName, countsOutside: false, work, request.Cancelled);
        }
        catch (InputException e) when (e.File == BodyName)
        {
            throw ProblemException.Bad($"the polygon lies outside of the maps; {request.Root}/layers says where they lie");
        }
    }

    private static async Task<byte[]> BodyAsync(ApiRequest request)
    {
        using var copy = new MemoryStream();
        await request.Context.Request.Body.CopyToAsync(copy, request.Cancelled).ConfigureAwait(false);
        return copy.ToArray();
    }

    private static Geometry Read(ApiRequest request, byte[] body, WorkLimit work)
    {
        Geometry geometry;
        try
        {
            geometry = Read(body);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw ProblemException.Bad($"the body is no polygon of GeoJSON in longitude and latitude: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}");
        }

        if (geometry is not Polygon and not MultiPolygon || geometry.IsEmpty)
        {
            throw ProblemException.Bad($"the body is a {geometry.GeometryType}; send a Polygon or MultiPolygon, or a Feature of one");
        }

        if (geometry.NumPoints > request.Options.Limits.Vertices)
        {
            throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "Too large", $"the polygon has {geometry.NumPoints} vertices; {request.Options.Limits.Vertices} are taken");
        }

        Envelope box = geometry.EnvelopeInternal;
        if (!PolygonCheck.IsValid(geometry, work) || box.MinX < -180 || box.MaxX > 180 || box.MinY < -90 || box.MaxY > 90)
        {
            throw ProblemException.Bad("the polygon crosses itself, or leaves the range of longitude and latitude; send a valid one");
        }

        return geometry;
    }

    private static Geometry Read(byte[] body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        using JsonDocument document = JsonDocument.ParseValue(ref json);
        JsonElement root = document.RootElement;
        JsonElement geometry = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("geometry", out JsonElement inner) ? inner : root;
        if (geometry.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("there is no geometry");
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            geometry.WriteTo(writer);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        reader.Read();
        return GeoJsonReader.Read(ref reader);
    }

    private static double Degrees(ApiRequest request, string name, double most) =>
        double.TryParse(request.Context.Request.Query[name], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value) <= most
            ? value
            : throw ProblemException.Bad(string.Create(CultureInfo.InvariantCulture, $"{name} is '{request.Context.Request.Query[name]}'; give degrees from {-most} to {most}"));
}
