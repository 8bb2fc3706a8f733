using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace IrrigationWatch.Server.Features;

/// <summary>OGC API – Features: landing page, conformance, definition, collections.</summary>
internal static class FeatureEndpoints
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

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", context => LandingAsync(ApiRequest.Of(context)));
        routes.MapGet("/conformance", context => ConformanceAsync(ApiRequest.Of(context)));
        routes.MapGet("/api", context => DefinitionAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections", context => CollectionsAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}", context => CollectionAsync(ApiRequest.Of(context)));
        routes.MapGet("/collections/{collection}/queryables", context => QueryablesAsync(ApiRequest.Of(context)));
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
            await request.WriteAsync(new JsonObject { ["title"] = request.Folder.Name, ["description"] = description, ["attribution"] = request.Folder.Attribution, ["links"] = Link.ToJson(links) }).ConfigureAwait(false);
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
        await request.WriteAsync(HtmlPage.Make(request, request.Folder.Name, [], body), HtmlPage.MediaType).ConfigureAwait(false);
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
            await request.WriteAsync(new JsonObject { ["conformsTo"] = new JsonArray([.. Classes.Select(name => (JsonNode)name)]) }).ConfigureAwait(false);
            return;
        }

        string list = "<ul>" + string.Concat(Classes.Select(name => $"<li>{HtmlPage.Text(name)}</li>\n")) + "</ul>";
        await request.WriteAsync(HtmlPage.Make(request, "Conformance", [], list + HtmlPage.Others(Representations(request, format, MediaFormat.Json, MediaFormat.Html))), HtmlPage.MediaType).ConfigureAwait(false);
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
            await request.WriteAsync(definition, format.MediaType).ConfigureAwait(false);
            return;
        }

        await request.WriteAsync(HtmlPage.Make(request, "Description of the API", [], OpenApiDocument.ToHtml(definition) + HtmlPage.Others(Representations(request, format, MediaFormat.OpenApi, MediaFormat.Html))), HtmlPage.MediaType).ConfigureAwait(false);
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
            await request.WriteAsync(new JsonObject
            {
                ["links"] = Link.ToJson(links),
                ["crs"] = CrsList(),
                ["collections"] = new JsonArray([.. request.Folder.Collections.Select(collection => Describe(request, collection))]),
            }).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["Collection", "What it holds"], request.Folder.Collections.Select(collection => new[] { HtmlPage.Anchor($"{request.Root}/collections/{collection.Id}?f=html", collection.Title), HtmlPage.Text(collection.Description) }));
        await request.WriteAsync(HtmlPage.Make(request, "Collections", [], table + HtmlPage.Others(links)), HtmlPage.MediaType).ConfigureAwait(false);
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
            await request.WriteAsync(description).ConfigureAwait(false);
            return;
        }

        string items = $"{request.Root}/collections/{collection.Id}/items";
        string body = $"""
            <p>{HtmlPage.Text(collection.Description)}</p>
            <p><a class="button" href="{HtmlPage.Text(items)}?f=html&amp;limit=50">{collection.Features.Count.ToString(CultureInfo.InvariantCulture)} features</a>
            {HtmlPage.Anchor(items + "?f=json&limit=1000", "GeoJSON")} · {HtmlPage.Anchor(items + "?f=csv&limit=10000", "CSV")} · {HtmlPage.Anchor(items + "?f=fgb&limit=10000", "FlatGeobuf")} · {HtmlPage.Anchor($"{request.Root}/collections/{collection.Id}/queryables?f=html", "properties for filters")}</p>
            {HtmlPage.Others(Representations(request, format, MediaFormat.Json, MediaFormat.Html))}
            """;
        await request.WriteAsync(HtmlPage.Make(request, collection.Title, [("collections", "Collections")], body), HtmlPage.MediaType).ConfigureAwait(false);
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
            await request.WriteAsync(new JsonObject
            {
                ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
                ["$id"] = $"{request.Root}/collections/{collection.Id}/queryables",
                ["type"] = "object",
                ["title"] = collection.Title,
                ["properties"] = properties,
                ["additionalProperties"] = false,
            }, format.MediaType).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["Property", "Type"], properties.Select(property => new[] { HtmlPage.Text(property.Key), HtmlPage.Text((string?)property.Value!["type"] ?? (string?)property.Value["format"]) }));
        await request.WriteAsync(HtmlPage.Make(request, "Properties for filters", Trail(collection), table + HtmlPage.Others(Representations(request, format, MediaFormat.Schema, MediaFormat.Html))), HtmlPage.MediaType).ConfigureAwait(false);
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

    /// <summary>The pages above those of a collection.</summary>
    internal static (string, string)[] Trail(ServedCollection collection) => [("collections", "Collections"), ($"collections/{collection.Id}", collection.Title)];

    /// <summary>Links to this document and to its other representations.</summary>
    internal static IEnumerable<Link> Representations(ApiRequest request, MediaFormat chosen, params IReadOnlyList<MediaFormat> all) =>
    [
        new Link(request.Self(("f", chosen.Key)), "self", chosen.MediaType, "This document"),
        .. all.Where(format => format != chosen).Select(format => new Link(request.Self(("f", format.Key)), "alternate", format.MediaType, NameOf(format))),
    ];

    /// <summary>What a representation is called in links.</summary>
    internal static string NameOf(MediaFormat format) => format.MediaType switch
    {
        "text/html" => "As a page",
        "application/geo+json" => "As GeoJSON",
        "text/csv" => "As CSV",
        "application/vnd.flatgeobuf" => "As FlatGeobuf",
        _ => "As JSON",
    };
}
