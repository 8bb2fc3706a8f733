using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace IrrigationWatch.Server.Features;

/// <summary>OGC API – Features: landing page, conformance, definition, collections, items.</summary>
internal sealed class FeatureEndpoints(TimeProvider clock)
{
    private const string Core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/";
    private const string Filtering = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/";
    private const string Cql2 = "http://www.opengis.net/spec/cql2/1.0/conf/";

    /// <summary>Conformance classes of the standards that hold here.</summary>
    internal static readonly string[] Classes =
    [
        Core + "core", Core + "geojson", Core + "html", Core + "oas30",
        "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/core", "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/html", "http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core", "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
        Filtering + "queryables", Filtering + "queryables-query-parameters", Filtering + "filter", Filtering + "features-filter",
        Cql2 + "cql2-text", Cql2 + "basic-cql2", Cql2 + "advanced-comparison-operators", Cql2 + "case-insensitive-comparison", Cql2 + "accent-insensitive-comparison",
        Cql2 + "basic-spatial-functions", Cql2 + "spatial-functions", Cql2 + "temporal-functions", Cql2 + "property-property", Cql2 + "arithmetic",
    ];

    internal void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", context => LandingAsync(ApiRequest.Of(context)));
        routes.MapGet("/conformance", context => ConformanceAsync(ApiRequest.Of(context)));
        routes.MapGet("/api", context => DefinitionAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections", context => CollectionsAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}", context => CollectionAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}/queryables", context => QueryablesAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}/items", context => ItemsAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}/items/{**item}", context => ItemAsync(ApiRequest.Of(context)));
    }

    /// <summary>The collection that the address names.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    internal static ServedCollection CollectionOf(ApiRequest request)
    {
        string id = (string)request.Context.Request.RouteValues["collection"]!;
        return request.Folder.Collection(id) ?? throw ProblemException.NotFound($"there is no collection '{id}'; {request.Root}/collections lists those that there are");
    }

    private static async Task LandingAsync(ApiRequest request)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.Json, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        string root = request.Root;
        Link[] links =
        [
            .. Representations(request, format, MediaFormat.Json, MediaFormat.Html),
            new Link(root + "/api?f=json", "service-desc", MediaFormat.OpenApi.MediaType, "Definition of the API (OpenAPI 3.0)"),
            new Link(root + "/api?f=html", "service-doc", "text/html", "Description of the API"),
            new Link(root + "/conformance", "conformance", "application/json", "Conformance classes"),
            new Link(root + "/collections", "data", "application/json", "Collections"),
        ];
        string description = string.Create(CultureInfo.InvariantCulture, $"Irrigated land of {request.Folder.Years.Count} years, {request.Folder.Years[0]}–{request.Folder.Years[^1]}, from Landsat scenes.");
        if (format == MediaFormat.Json)
        {
            await WriteAsync(request, format, new JsonObject { ["title"] = request.Folder.Name, ["description"] = description, ["attribution"] = request.Folder.Attribution, ["links"] = Link.ToJson(links) }).ConfigureAwait(false);
            return;
        }

        string body = $"""
            <p>{HtmlPage.Text(description)}</p>
            <p><a class="button large" href="{HtmlPage.Text(root)}/map/">Open the map</a></p>
            <ul>
            <li>{HtmlPage.Anchor(root + "/collections?f=html", "Collections")}: areas, zones, change, irrigated land of each year</li>
            <li>{HtmlPage.Anchor(root + "/files?f=html", "Files")}: tables, maps and polygons as they were published</li>
            <li>{HtmlPage.Anchor(root + "/api?f=html", "Description of the API")} · {HtmlPage.Anchor(root + "/api?f=json", "OpenAPI 3.0")} · {HtmlPage.Anchor(root + "/conformance?f=html", "Conformance")}</li>
            </ul>
            {HtmlPage.Others(links)}
            """;
        await WriteHtmlAsync(request, HtmlPage.Make(request, request.Folder.Name, [], body)).ConfigureAwait(false);
    }

    private static async Task ConformanceAsync(ApiRequest request)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.Json, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        if (format == MediaFormat.Json)
        {
            await WriteAsync(request, format, new JsonObject { ["conformsTo"] = new JsonArray([.. Classes.Select(name => (JsonNode)name)]) }).ConfigureAwait(false);
            return;
        }

        string list = "<ul>" + string.Concat(Classes.Select(name => $"<li>{HtmlPage.Text(name)}</li>\n")) + "</ul>";
        await WriteHtmlAsync(request, HtmlPage.Make(request, "Conformance", [], list + HtmlPage.Others(Representations(request, format, MediaFormat.Json, MediaFormat.Html)))).ConfigureAwait(false);
    }

    private static async Task DefinitionAsync(ApiRequest request)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.OpenApi, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        JsonObject definition = OpenApiDocument.Make(request);
        if (format == MediaFormat.OpenApi)
        {
            await WriteAsync(request, format, definition).ConfigureAwait(false);
            return;
        }

        await WriteHtmlAsync(request, HtmlPage.Make(request, "Description of the API", [], OpenApiDocument.ToHtml(definition) + HtmlPage.Others(Representations(request, format, MediaFormat.OpenApi, MediaFormat.Html)))).ConfigureAwait(false);
    }

    private static async Task CollectionsAsync(ApiRequest request)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.Json, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        Link[] links = [.. Representations(request, format, MediaFormat.Json, MediaFormat.Html)];
        if (format == MediaFormat.Json)
        {
            await WriteAsync(request, format, new JsonObject
            {
                ["links"] = Link.ToJson(links),
                ["crs"] = CrsList(),
                ["collections"] = new JsonArray([.. request.Folder.Collections.Select(collection => Describe(request, collection))]),
            }).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["Collection", "What it holds"], request.Folder.Collections.Select(collection => new[] { HtmlPage.Anchor($"{request.Root}/collections/{collection.Id}?f=html", collection.Title), HtmlPage.Text(collection.Description) }));
        await WriteHtmlAsync(request, HtmlPage.Make(request, "Collections", [], table + HtmlPage.Others(links))).ConfigureAwait(false);
    }

    private static async Task CollectionAsync(ApiRequest request)
    {
        request.Takes("f");
        ServedCollection collection = CollectionOf(request);
        MediaFormat format = request.Choose(MediaFormat.Json, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        JsonObject description = Describe(request, collection, Representations(request, format, MediaFormat.Json, MediaFormat.Html));
        if (format == MediaFormat.Json)
        {
            await WriteAsync(request, format, description).ConfigureAwait(false);
            return;
        }

        string items = $"{request.Root}/collections/{collection.Id}/items";
        string body = $"""
            <p>{HtmlPage.Text(collection.Description)}</p>
            <p><a class="button" href="{HtmlPage.Text(items)}?f=html&amp;limit=50">{collection.Features.Count.ToString(CultureInfo.InvariantCulture)} features</a>
            {HtmlPage.Anchor(items + "?f=json&limit=1000", "GeoJSON")} · {HtmlPage.Anchor(items + "?f=csv&limit=10000", "CSV")} · {HtmlPage.Anchor(items + "?f=fgb&limit=10000", "FlatGeobuf")} · {HtmlPage.Anchor($"{request.Root}/collections/{collection.Id}/queryables?f=html", "properties for filters")}</p>
            {HtmlPage.Others(Representations(request, format, MediaFormat.Json, MediaFormat.Html))}
            """;
        await WriteHtmlAsync(request, HtmlPage.Make(request, collection.Title, [("collections", "Collections")], body)).ConfigureAwait(false);
    }

    private static async Task QueryablesAsync(ApiRequest request)
    {
        request.Takes("f");
        ServedCollection collection = CollectionOf(request);
        MediaFormat format = request.Choose(MediaFormat.Schema, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        var properties = new JsonObject();
        foreach (string name in collection.Queryables)
        {
            properties[name] = name == "geometry"
                ? new JsonObject { ["title"] = name, ["x-ogc-role"] = "primary-geometry", ["format"] = "geometry-any" }
                : OpenApiDocument.SchemaOf(collection, name);
        }

        if (format == MediaFormat.Schema)
        {
            await WriteAsync(request, format, new JsonObject
            {
                ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
                ["$id"] = $"{request.Root}/collections/{collection.Id}/queryables",
                ["type"] = "object",
                ["title"] = collection.Title,
                ["properties"] = properties,
                ["additionalProperties"] = false,
            }).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["Property", "Type"], properties.Select(property => new[] { HtmlPage.Text(property.Key), HtmlPage.Text((string?)property.Value!["type"] ?? (string?)property.Value["format"]) }));
        await WriteHtmlAsync(request, HtmlPage.Make(request, "Properties for filters", Trail(collection), table + HtmlPage.Others(Representations(request, format, MediaFormat.Schema, MediaFormat.Html)))).ConfigureAwait(false);
    }

    private async Task ItemsAsync(ApiRequest request)
    {
        ServedCollection collection = CollectionOf(request);
        MediaFormat format = request.Choose(MediaFormat.GeoJson, MediaFormat.Html, MediaFormat.Csv, MediaFormat.FlatGeobuf);
        var query = new ItemsQuery(collection, request.Context.Request.Query, request.Options.Limits);
        if (format == MediaFormat.FlatGeobuf && query.Crs != Crs.Longitudes)
        {
            throw ProblemException.Bad("FlatGeobuf is given in longitude and latitude; leave crs out");
        }

        if (request.IsKept(format.Key))
        {
            return;
        }

        (int matched, int[] rows) = query.Find(request.Cancelled);
        List<Link> links =
        [
            .. Representations(request, format, MediaFormat.GeoJson, MediaFormat.Html, MediaFormat.Csv, MediaFormat.FlatGeobuf),
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
            byte[] file = FlatGeobufItems.Make(collection.Features, collection.Id, rows, request.Cancelled);
            response.Headers.ContentDisposition = $"attachment; filename=\"{collection.Id}.fgb\"";
            response.ContentLength = file.Length;
            await response.Body.WriteAsync(file, request.Cancelled).ConfigureAwait(false);
        }
        else
        {
            await WriteHtmlAsync(request, ItemsPage(request, collection, matched, rows, query, links)).ConfigureAwait(false);
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
        return HtmlPage.Make(request, "Features", Trail(collection), $"<p>{count}</p>" + HtmlPage.Others(links) + table);
    }

    private static async Task ItemAsync(ApiRequest request)
    {
        request.Takes("f", "crs");
        ServedCollection collection = CollectionOf(request);
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
            .. new[] { MediaFormat.GeoJson, MediaFormat.Html }.Where(other => other != format).Select(other => new Link($"{address}?f={other.Key}", "alternate", other.MediaType, NameOf(other))),
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
        await WriteHtmlAsync(request, HtmlPage.Make(request, id, [.. Trail(collection), ($"collections/{collection.Id}/items", "Features")], $"<p>{HtmlPage.Anchor(place, "Show on the map")}</p>" + table + HtmlPage.Others(links))).ConfigureAwait(false);
    }

    private static JsonObject Describe(ApiRequest request, ServedCollection collection, IEnumerable<Link>? own = null)
    {
        string address = $"{request.Root}/collections/{collection.Id}";
        Link[] links =
        [
            .. own ?? [new Link(address, "self", "application/json", "This collection")],
            new Link(address + "/items?f=json", "items", MediaFormat.GeoJson.MediaType, "Features as GeoJSON"),
            new Link(address + "/items?f=html", "items", "text/html", "Features as a page"),
            new Link(address + "/items?f=csv", "items", "text/csv", "Features as CSV"),
            new Link(address + "/items?f=fgb", "items", MediaFormat.FlatGeobuf.MediaType, "Features as FlatGeobuf"),
            new Link(address + "/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", MediaFormat.Schema.MediaType, "Properties for filters"),
        ];
        var extent = new JsonObject();
        if (!collection.Extent.IsEmpty)
        {
            extent["spatial"] = new JsonObject { ["bbox"] = new JsonArray(new JsonArray([.. collection.Extent.ToDegrees().Select(value => (JsonNode)value)])), ["crs"] = Crs.Longitudes.Uri };
        }

        if (collection.Interval is Moment interval)
        {
            extent["temporal"] = new JsonObject
            {
                ["interval"] = new JsonArray(new JsonArray(Time(interval.Start), Time(interval.End))),
                ["trs"] = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            };
        }

        return new JsonObject
        {
            ["id"] = collection.Id,
            ["title"] = collection.Title,
            ["description"] = collection.Description,
            ["itemType"] = "feature",
            ["extent"] = extent,
            ["crs"] = CrsList(),
            ["storageCrs"] = Crs.Longitudes.Uri,
            ["links"] = Link.ToJson(links),
        };

        static JsonNode Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static JsonArray CrsList() => new([.. Crs.All.Select(crs => (JsonNode)crs.Uri)]);

    private static (string, string)[] Trail(ServedCollection collection) => [("collections", "Collections"), ($"collections/{collection.Id}", collection.Title)];

    private static IEnumerable<Link> Representations(ApiRequest request, MediaFormat chosen, params IReadOnlyList<MediaFormat> all) =>
    [
        new Link(request.Self(("f", chosen.Key)), "self", chosen.MediaType, "This document"),
        .. all.Where(format => format != chosen).Select(format => new Link(request.Self(("f", format.Key)), "alternate", format.MediaType, NameOf(format))),
    ];

    private static string NameOf(MediaFormat format) => format.MediaType switch
    {
        "text/html" => "As a page",
        "application/geo+json" => "As GeoJSON",
        "text/csv" => "As CSV",
        "application/vnd.flatgeobuf" => "As FlatGeobuf",
        _ => "As JSON",
    };

    private static Task WriteAsync(ApiRequest request, MediaFormat format, JsonObject document)
    {
        request.Context.Response.ContentType = format.MediaType;
        byte[] bytes = Encoding.UTF8.GetBytes(document.ToJsonString(OpenApiDocument.Options));
        return request.Context.Response.Body.WriteAsync(bytes, request.Cancelled).AsTask();
    }

    private static Task WriteHtmlAsync(ApiRequest request, string page)
    {
        request.Context.Response.ContentType = "text/html; charset=utf-8";
        return request.Context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(page), request.Cancelled).AsTask();
    }
}
