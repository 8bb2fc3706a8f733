using System.Globalization;
using System.Net;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace IrrigationWatch.Server.Features;

/// <summary>OGC API – Features: the features of a collection, page by page and one by one, in every representation.</summary>
internal sealed class ItemEndpoints(TimeProvider clock)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/collections/{collection}/items", context => ItemsAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}/items/{**item}", context => ItemAsync(ApiRequest.Of(context)));
    }

    private async Task ItemsAsync(ApiRequest request)
    {
        ServedCollection collection = FeatureEndpoints.CollectionOf(request);
        MediaFormat format = request.Choose(MediaFormat.GeoJson, MediaFormat.Html, MediaFormat.Csv, MediaFormat.FlatGeobuf);
        WorkLimit work = request.Work("ask by bbox, by fewer conditions, or by geometries of fewer points");
        IQueryCollection asked = request.Context.Request.Query;
        ItemsQuery query = ItemsQuery.MayBeHeavy(asked)
            ? await request.HeavyAsync(() => new ItemsQuery(collection, asked, request.Options.Limits, work)).ConfigureAwait(false)
            : new ItemsQuery(collection, asked, request.Options.Limits, work);
        if (format == MediaFormat.FlatGeobuf && query.Crs != Crs.Longitudes)
        {
            throw ProblemException.Bad("FlatGeobuf is given in longitude and latitude; leave crs out");
        }

        if (request.IsKept(format.Key))
        {
            return;
        }

        (int matched, int[] rows) = query.IsHeavy || ItemsQuery.MayBeHeavy(asked)
            ? await request.HeavyAsync(() => query.Find(request.Cancelled)).ConfigureAwait(false)
            : query.Find(request.Cancelled);
        List<Link> links =
        [
            .. FeatureEndpoints.Representations(request, format, MediaFormat.GeoJson, MediaFormat.Html, MediaFormat.Csv, MediaFormat.FlatGeobuf),
            new Link($"{request.Root}/collections/{collection.Id}", "collection", "application/json", collection.Title),
        ];
        if (query.Offset + rows.Length < matched && rows.Length > 0)
        {
            links.Add(Page("next", "Next page", query.Offset + rows.Length));
        }

        if (query.Offset > 0)
        {
            links.Add(Page("prev", "Page before", Math.Max(0, query.Offset - query.Limit)));
        }

        ServerMetrics.Features.Add(rows.Length);
        HttpResponse response = request.Context.Response;
        response.Headers["Link"] = string.Join(", ", links.Where(link => link.Relation is "next" or "prev").Select(link => $"<{link.Href}>; rel=\"{link.Relation}\"; type=\"{link.MediaType}\""));
        response.Headers["OGC-NumberMatched"] = matched.ToString(CultureInfo.InvariantCulture);
        response.Headers["OGC-NumberReturned"] = rows.Length.ToString(CultureInfo.InvariantCulture);
        response.ContentType = format.MediaType;
        if (format == MediaFormat.GeoJson)
        {
            response.Headers["Content-Crs"] = $"<{query.Crs.Uri}>";
            await GeoJsonItems.WriteAsync(response, collection.Features, matched, rows, links, query.Crs, clock, request.Cancelled).ConfigureAwait(false);
        }
        else if (format == MediaFormat.Csv)
        {
            response.ContentType = "text/csv; charset=utf-8; header=present";
            await CsvItems.WriteAsync(response, collection.Features, rows, request.Cancelled).ConfigureAwait(false);
        }
        else if (format == MediaFormat.FlatGeobuf)
        {
            byte[] file = await request.HeavyAsync(() => FlatGeobufItems.Make(collection.Features, collection.Id, rows, request.Cancelled)).ConfigureAwait(false);
            response.Headers.ContentDisposition = $"attachment; filename=\"{collection.Id}.fgb\"";
            response.ContentLength = file.Length;
            await response.Body.WriteAsync(file, request.Cancelled).ConfigureAwait(false);
        }
        else
        {
            await request.WriteAsync(ItemsPage(request, collection, matched, rows, query, links), HtmlPage.MediaType).ConfigureAwait(false);
        }

        Link Page(string relation, string title, int offset) => new(request.Self(("offset", offset.ToString(CultureInfo.InvariantCulture)), ("f", format.Key)), relation, format.MediaType, title);
    }

    private static string ItemsPage(ApiRequest request, ServedCollection collection, int matched, int[] rows, ItemsQuery query, IReadOnlyList<Link> links)
    {
        FeatureFile features = collection.Features;
        string items = $"{request.Root}/collections/{collection.Id}/items";
        string count = matched == 0 ? "No features." : string.Create(CultureInfo.InvariantCulture, $"Features {query.Offset + 1} to {query.Offset + rows.Length} of {matched}.");
        string table = HtmlPage.Table(
            ["id", .. features.Columns.Select(column => column.Name)],
            rows.Select(row => features.IdOf(row) is string id
                ? features.Columns.Select(column => HtmlPage.Text(PropertyText.Of(column, row))).Prepend(HtmlPage.Anchor($"{items}/{Uri.EscapeDataString(id)}?f=html", id))
                : []));
        return HtmlPage.Make(request, "Features", FeatureEndpoints.Trail(collection), $"<p>{count}</p>" + HtmlPage.Others(links) + table);
    }

    private static async Task ItemAsync(ApiRequest request)
    {
        request.Takes("f", "crs");
        ServedCollection collection = FeatureEndpoints.CollectionOf(request);
        MediaFormat format = request.Choose(MediaFormat.GeoJson, MediaFormat.Html);
        string? crsName = request.Context.Request.Query["crs"];
        Crs crs = crsName is null ? Crs.Longitudes : Crs.Find(crsName) ?? throw ProblemException.Bad($"crs is '{crsName}'; use {string.Join(", ", Crs.All.Select(one => one.Uri))}");
        // Identifiers hold slashes; clients send them as they are or escaped.
        string id = WebUtility.UrlDecode(((string)request.Context.Request.RouteValues["item"]!).Replace("+", "%2B", StringComparison.Ordinal));
        int row = collection.Features.Find(id);
        if (row < 0)
        {
            throw ProblemException.NotFound($"{collection.Id} has no feature '{id}'");
        }

        if (request.IsKept(format.Key))
        {
            return;
        }

        string address = $"{request.Root}/collections/{collection.Id}/items/{Uri.EscapeDataString(id)}";
        Link[] links =
        [
            new Link($"{address}?f={format.Key}", "self", format.MediaType, "This document"),
            .. new[] { MediaFormat.GeoJson, MediaFormat.Html }.Where(other => other != format).Select(other => new Link($"{address}?f={other.Key}", "alternate", other.MediaType, FeatureEndpoints.NameOf(other))),
            new Link($"{request.Root}/collections/{collection.Id}", "collection", "application/json", collection.Title),
        ];
        HttpResponse response = request.Context.Response;
        if (format == MediaFormat.GeoJson)
        {
            response.ContentType = format.MediaType;
            response.Headers["Content-Crs"] = $"<{crs.Uri}>";
            await GeoJsonItems.WriteAsync(response, collection.Features, row, links, crs, request.Cancelled).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["Property", "Value"], collection.Features.Columns.Select(column => new[] { HtmlPage.Text(column.Name), HtmlPage.Text(PropertyText.Of(column, row)) }));
        double[] box = collection.Features.BoxOf(row).ToDegrees();
        string place = string.Create(CultureInfo.InvariantCulture, $"{request.Root}/map/#box={box[0]},{box[1]},{box[2]},{box[3]}");
        await request.WriteAsync(HtmlPage.Make(request, id, [.. FeatureEndpoints.Trail(collection), ($"collections/{collection.Id}/items", "Features")], $"<p>{HtmlPage.Anchor(place, "Show on the map")}</p>" + table + HtmlPage.Others(links)), HtmlPage.MediaType).ConfigureAwait(false);
    }
}
