using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;

namespace IrrigationWatch.Server.Features;

/// <summary>The definition of the API: OpenAPI 3.0.3, made of the collections that are there.</summary>
internal static class OpenApiDocument
{
    /// <summary>Makes the definition.</summary>
    internal static JsonObject Make(ApiRequest request)
    {
        var paths = new JsonObject
        {
            ["/"] = Get("landing", "Landing page", "service", [Ref("f")], "application/json", "text/html"),
            ["/conformance"] = Get("conformance", "Conformance classes", "service", [Ref("f")], "application/json", "text/html"),
            ["/api"] = Get("definition", "This definition", "service", [Ref("f")], MediaFormat.OpenApi.MediaType, "text/html"),
            ["/files"] = Get("files", "Published files", "data", [Ref("f")], "application/json", "text/html"),
            ["/areas"] = Get("areas.table", "The area table without outlines", "data", [], "application/json"),
            ["/layers"] = Get("layers", "Maps that are drawn in tiles, with their legends", "data", [Ref("f")], "application/json"),
            ["/series"] = Get("series", "Classes and NDVI of a pixel in all years", "data", [Ref("lon"), Ref("lat")], "application/json"),
            ["/collections"] = Get("collections", "Collections", "data", [Ref("f")], "application/json", "text/html"),
        };
        foreach (ServedCollection collection in request.Folder.Collections)
        {
            string path = "/collections/" + collection.Id;
            paths[path] = Get(collection.Id + ".describe", collection.Title, "data", [Ref("f")], "application/json", "text/html");
            paths[path + "/queryables"] = Get(collection.Id + ".queryables", "Properties for filters", "data", [Ref("f")], MediaFormat.Schema.MediaType, "text/html");
            string[] shared = ["f", "limit", "offset", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "sortby"];
            IEnumerable<JsonNode> own = PropertiesOf(request.Folder, collection).Select(column => (JsonNode)new JsonObject { ["name"] = column, ["in"] = "query", ["required"] = false, ["schema"] = new JsonObject { ["type"] = "string" }, ["style"] = "form", ["explode"] = false });
            paths[path + "/items"] = Get(collection.Id + ".items", "Features of " + collection.Title, "data", [.. shared.Select(Ref), .. own], MediaFormat.GeoJson.MediaType, "text/html", "text/csv", MediaFormat.FlatGeobuf.MediaType);
            paths[path + "/items/{featureId}"] = Get(collection.Id + ".item", "A feature of " + collection.Title, "data", [Ref("featureId"), Ref("f"), Ref("crs")], MediaFormat.GeoJson.MediaType, "text/html");
        }

        JsonObject within = Operation("series.within", "Irrigated area inside a polygon in all years", "data", [], "application/json");
        within["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { [MediaFormat.GeoJson.MediaType] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "object" } } } };
        paths["/series"]!["post"] = within;
        var definition = new JsonObject
        {
            ["openapi"] = "3.0.3",
            ["info"] = new JsonObject { ["title"] = request.Folder.Name, ["version"] = typeof(OpenApiDocument).Assembly.GetName().Version?.ToString(3), ["description"] = "Irrigated land from Landsat scenes, as OGC API – Features." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = request.Root }),
            ["tags"] = new JsonArray(new JsonObject { ["name"] = "service" }, new JsonObject { ["name"] = "data" }),
            ["paths"] = paths,
            ["components"] = Components(request),
        };
        if (request.Options.Keys is not null)
        {
            // A key, or none where the server lets those without one in.
            definition["components"]!["securitySchemes"] = new JsonObject { ["key"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = ApiKeys.Header } };
            definition["security"] = new JsonArray(new JsonObject { ["key"] = new JsonArray() }, new JsonObject());
        }

        return definition;
    }

    /// <summary>The definition as a page.</summary>
    internal static string ToHtml(JsonObject definition)
    {
        var html = new StringBuilder();
        foreach ((string path, JsonNode? operations) in (JsonObject)definition["paths"]!)
        {
            JsonNode get = operations!["get"]!;
            html.Append("<h2><code>GET ").Append(HtmlPage.Text(path)).Append("</code></h2><p>").Append(HtmlPage.Text((string?)get["summary"])).Append("</p><p>");
            html.AppendJoin(", ", ((JsonArray)get["parameters"]!).Select(parameter => "<code>" + HtmlPage.Text((string?)parameter!["name"] ?? ((string)parameter["$ref"]!).Split('/')[^1]) + "</code>"));
            html.Append("</p>\n");
        }

        html.Append("<h2>Parameters</h2>");
        html.Append(HtmlPage.Table(["Name", "What it does"], ((JsonObject)definition["components"]!["parameters"]!).Select(parameter => new[] { "<code>" + HtmlPage.Text(parameter.Key) + "</code>", HtmlPage.Text((string?)parameter.Value!["description"]) })));
        return html.ToString();
    }

    /// <summary>The schema of a property.</summary>
    internal static JsonObject SchemaOf(ServedCollection collection, string name)
    {
        FeatureColumn? column = collection.Features.Column(name);
        if (column is null)
        {
            return name == "datetime" ? new JsonObject { ["title"] = name, ["type"] = "string", ["format"] = "date-time", ["x-ogc-role"] = "primary-instant" } : new JsonObject { ["title"] = name, ["type"] = "string", ["x-ogc-role"] = "id" };
        }

        return column.Type switch
        {
            ColumnType.Integer => new JsonObject { ["title"] = name, ["type"] = "integer" },
            ColumnType.Number => new JsonObject { ["title"] = name, ["type"] = "number" },
            ColumnType.Flag => new JsonObject { ["title"] = name, ["type"] = "boolean" },
            ColumnType.Time => new JsonObject { ["title"] = name, ["type"] = "string", ["format"] = column.Texts.All(text => text.Length == 10) ? "date" : "date-time" },
            _ => new JsonObject { ["title"] = name, ["type"] = "string" },
        };
    }

    /// <summary>Properties of a collection; those of one of many alike are taken from the first, so that the definition needs no index of all.</summary>
    private static IEnumerable<string> PropertiesOf(ResultFolder folder, ServedCollection collection) =>
        (collection.Id.StartsWith("irrigated-", StringComparison.Ordinal) ? folder.Collections.First(one => one.Id.StartsWith("irrigated-", StringComparison.Ordinal)) : collection)
        .Features.Columns.Select(column => column.Name).Where(name => !ItemsQuery.Parameters.Contains(name));

    private static JsonNode Ref(string name) => new JsonObject { ["$ref"] = "#/components/parameters/" + name };

    private static JsonObject Get(string id, string summary, string tag, IReadOnlyList<JsonNode> parameters, params IReadOnlyList<string> mediaTypes) => new() { ["get"] = Operation(id, summary, tag, parameters, mediaTypes) };

    private static JsonObject Operation(string id, string summary, string tag, IReadOnlyList<JsonNode> parameters, params IReadOnlyList<string> mediaTypes)
    {
        var content = new JsonObject();
        foreach (string type in mediaTypes)
        {
            content[type] = new JsonObject { ["schema"] = new JsonObject { ["type"] = type.Contains("json", StringComparison.Ordinal) ? "object" : "string" } };
        }

        var responses = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = summary, ["content"] = content },
            ["304"] = new JsonObject { ["description"] = "The client has the newest answer already." },
        };
        foreach (string status in new[] { "400", "401", "404", "405", "406", "408", "413", "421", "422", "429", "500", "503" })
        {
            responses[status] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
        }

        return new JsonObject { ["operationId"] = id, ["summary"] = summary, ["tags"] = new JsonArray(tag), ["parameters"] = new JsonArray([.. parameters]), ["responses"] = responses };
    }

    private static JsonObject Components(ApiRequest request)
    {
        JsonObject Query(string name, string description, JsonObject schema) => new() { ["name"] = name, ["in"] = "query", ["required"] = false, ["description"] = description, ["schema"] = schema, ["style"] = "form", ["explode"] = false };
        JsonObject Place(string name, string description, int most) => new() { ["name"] = name, ["in"] = "query", ["required"] = true, ["description"] = description, ["schema"] = new JsonObject { ["type"] = "number", ["minimum"] = -most, ["maximum"] = most } };
        JsonObject Text() => new() { ["type"] = "string" };
        JsonObject Address() => new() { ["type"] = "string", ["format"] = "uri", ["default"] = Crs.Longitudes.Uri };
        return new JsonObject
        {
            ["parameters"] = new JsonObject
            {
                ["f"] = Query("f", "The representation: json, html, and for features csv and fgb (FlatGeobuf). Without it the header Accept is asked.", Text()),
                ["lon"] = Place("lon", "Longitude, degrees.", 180),
                ["lat"] = Place("lat", "Latitude, degrees.", 90),
                ["featureId"] = new JsonObject { ["name"] = "featureId", ["in"] = "path", ["required"] = true, ["description"] = "Identifier of a feature; slashes in it may be escaped.", ["schema"] = Text() },
                ["limit"] = Query("limit", "Features of an answer, at most.", new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = request.Options.Limits.Features, ["default"] = 10 }),
                ["offset"] = Query("offset", "Features that are passed over.", new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["default"] = 0 }),
                ["bbox"] = Query("bbox", "Features that meet a box: west,south,east,north.", new JsonObject
                {
                    ["type"] = "array",
                    ["oneOf"] = new JsonArray(new JsonObject { ["minItems"] = 4, ["maxItems"] = 4 }, new JsonObject { ["minItems"] = 6, ["maxItems"] = 6 }),
                    ["items"] = new JsonObject { ["type"] = "number" },
                }),
                ["bbox-crs"] = Query("bbox-crs", "CRS of bbox.", Address()),
                ["datetime"] = Query("datetime", "Features of a moment or a span of time, after RFC 3339; a year lasts from its first to its last day.", Text()),
                ["crs"] = Query("crs", "CRS of the answer.", Address()),
                ["filter"] = Query("filter", "CQL2 text, for example area_ha > 10 AND zone = 'China'.", Text()),
                ["filter-lang"] = Query("filter-lang", "Language of filter.", new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("cql2-text"), ["default"] = "cql2-text" }),
                ["filter-crs"] = Query("filter-crs", "CRS of geometries in filter.", Address()),
                ["sortby"] = Query("sortby", "Properties by which features are sorted, with - before a name for the largest first.", Text()),
            },
            ["responses"] = new JsonObject
            {
                ["Problem"] = new JsonObject
                {
                    ["description"] = "The request is refused, and why.",
                    ["content"] = new JsonObject
                    {
                        ["application/problem+json"] = new JsonObject
                        {
                            ["schema"] = new JsonObject
                            {
                                ["type"] = "object",
                                ["properties"] = new JsonObject { ["type"] = Text(), ["title"] = Text(), ["status"] = new JsonObject { ["type"] = "integer" }, ["detail"] = Text() },
                            },
                        },
                    },
                },
            },
        };
    }
}
