using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Tests;

/// <summary>The abstract tests of OGC API – Features Part 1, one each, named as the standard names them.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class AbstractTests(ServedFolder served)
{
    [Fact(DisplayName = "/conf/core/http")]
    public async Task Http()
    {
        using HttpResponseMessage answer = await served.Client.GetAsync("/");
        Assert.Equal(HttpVersion.Version11, answer.Version);
    }

    [Fact(DisplayName = "/conf/core/crs84")]
    public async Task Crs84()
    {
        (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
        foreach (string id in await IdsAsync())
        {
            foreach (JsonNode? feature in (JsonArray)(await served.GetAsync($"/collections/{id}/items?limit=1000"))["features"]!)
            {
                Assert.All(Numbers(feature!["geometry"]!["coordinates"]!).Chunk(2), point => Assert.True(point[0] >= west - 1e-6 && point[0] <= east + 1e-6 && point[1] >= south - 1e-6 && point[1] <= north + 1e-6));
            }
        }
    }

    [Fact(DisplayName = "/conf/core/root-op, /conf/core/root-success")]
    public async Task Root()
    {
        JsonNode page = await served.GetAsync("/");
        JsonNode[] links = Links(page);
        foreach (string relation in new[] { "self", "alternate", "service-desc", "service-doc", "conformance", "data" })
        {
            JsonNode link = Assert.Single(links, one => (string?)one["rel"] == relation);
            using HttpResponseMessage answer = await served.Client.GetAsync((string)link["href"]!);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(((string)link["type"]!).Split(';')[0], answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact(DisplayName = "/conf/core/api-definition-op, /conf/core/api-definition-success")]
    public async Task Definition()
    {
        JsonNode definition = await served.GetAsync("/api");
        Assert.StartsWith("3.0.", (string)definition["openapi"]!, StringComparison.Ordinal);
        Assert.NotNull(definition["info"]!["title"]);
        Assert.NotNull(definition["info"]!["version"]);
        foreach ((string path, JsonNode? item) in (JsonObject)definition["paths"]!)
        {
            Assert.StartsWith("/", path, StringComparison.Ordinal);
            Assert.NotNull(item!["get"]!["responses"]!["200"]!["description"]);
            foreach (JsonNode? parameter in (JsonArray)item["get"]!["parameters"]!)
            {
                if ((string?)parameter!["$ref"] is string reference)
                {
                    Assert.NotNull(definition["components"]!["parameters"]![reference.Split('/')[^1]]);
                }
                else
                {
                    Assert.NotNull(parameter["schema"]);
                }
            }
        }

        Assert.Distinct(((JsonObject)definition["paths"]!).Select(path => (string)path.Value!["get"]!["operationId"]!));
    }

    [Fact(DisplayName = "/conf/core/conformance-op, /conf/core/conformance-success")]
    public async Task Conformance()
    {
        string[] classes = [.. ((JsonArray)(await served.GetAsync("/conformance"))["conformsTo"]!).Select(name => (string)name!)];
        Assert.Contains("http://www.opengis.net/spec/ogcapi-features-1/1.1/conf/core", classes);
        Assert.Contains("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core", classes);
        Assert.Contains("http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs", classes);
        Assert.Contains("http://www.opengis.net/spec/cql2/1.0/conf/cql2-text", classes);
        Assert.Distinct(classes);
    }

    [Fact(DisplayName = "/conf/core/fc-md-op, /conf/core/fc-md-success, /conf/core/fc-md-links, /conf/core/fc-md-items, /conf/core/fc-md-items-links")]
    public async Task Collections()
    {
        JsonNode document = await served.GetAsync("/collections");
        Assert.Contains(Links(document), link => (string?)link["rel"] == "self" && link["type"] is not null);
        Assert.Contains(Links(document), link => (string?)link["rel"] == "alternate" && (string?)link["type"] == "text/html");
        Assert.Equal(["areas", "zones", "change", "irrigated-2010", "irrigated-2011", "irrigated-2012"], await IdsAsync());
        foreach (JsonNode? collection in (JsonArray)document["collections"]!)
        {
            JsonNode[] items = [.. Links(collection!).Where(link => (string?)link["rel"] == "items")];
            Assert.Equal(["application/geo+json", "text/html", "text/csv", "application/vnd.flatgeobuf"], items.Select(link => (string?)link["type"]));
            foreach (JsonNode link in items)
            {
                using HttpResponseMessage answer = await served.Client.GetAsync((string)link["href"]!);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
    }

    [Fact(DisplayName = "/conf/core/fc-md-extent, /conf/core/fc-md-extent-multi")]
    public async Task Extents()
    {
        foreach (JsonNode? collection in (JsonArray)(await served.GetAsync("/collections"))["collections"]!)
        {
            double[] box = [.. Numbers(Assert.Single((JsonArray)collection!["extent"]!["spatial"]!["bbox"]!)!)];
            foreach (JsonNode? feature in (JsonArray)(await served.GetAsync($"/collections/{collection["id"]}/items?limit=1000"))["features"]!)
            {
                Assert.All(Numbers(feature!["geometry"]!["coordinates"]!).Chunk(2), point => Assert.True(point[0] >= box[0] && point[0] <= box[2] && point[1] >= box[1] && point[1] <= box[3], $"{collection["id"]} {point[0]} {point[1]}"));
                if (collection["extent"]!["temporal"] is JsonNode temporal && feature["properties"]!["year"] is JsonNode year)
                {
                    int[] ends = [.. ((JsonArray)temporal["interval"]![0]!).Select(end => int.Parse(((string)end!)[..4], CultureInfo.InvariantCulture))];
                    Assert.InRange((int)year, ends[0], ends[1]);
                }
            }
        }
    }

    [Fact(DisplayName = "/conf/core/sfc-md-op, /conf/core/sfc-md-success")]
    public async Task Collection()
    {
        foreach (JsonNode? listed in (JsonArray)(await served.GetAsync("/collections"))["collections"]!)
        {
            JsonNode own = await served.GetAsync("/collections/" + listed!["id"]);
            foreach (string member in new[] { "id", "title", "description", "extent", "itemType", "crs", "storageCrs" })
            {
                Assert.True(JsonNode.DeepEquals(listed[member], own[member]), member);
            }

            string[] relations = [.. Links(own).Select(link => $"{link["rel"]} {link["type"]}")];
            Assert.All(Links(listed), link => Assert.Contains($"{link["rel"]} {link["type"]}", relations));
        }

        await served.RefusedAsync(404, "/collections/nothing");
        await served.RefusedAsync(404, "/collections/nothing/items");
    }

    [Fact(DisplayName = "/conf/core/fc-op, /conf/core/fc-response, /conf/core/fc-links, /conf/core/fc-timeStamp, /conf/core/fc-numberMatched, /conf/core/fc-numberReturned")]
    public async Task Items()
    {
        foreach (string id in await IdsAsync())
        {
            var seen = new List<string>();
            string? next = $"/collections/{id}/items?limit=7";
            while (next is not null)
            {
                JsonNode page = await served.GetAsync(next);
                Assert.Equal("FeatureCollection", (string?)page["type"]);
                Assert.Equal(((JsonArray)page["features"]!).Count, (int)page["numberReturned"]!);
                Assert.InRange(DateTimeOffset.Parse((string)page["timeStamp"]!, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
                Assert.All(Links(page), link => Assert.True(link["rel"] is not null && link["type"] is not null));
                Assert.Equal(["text/html", "text/csv", "application/vnd.flatgeobuf"], Links(page).Where(link => (string?)link["rel"] == "alternate").Select(link => (string?)link["type"]));
                seen.AddRange(((JsonArray)page["features"]!).Select(feature => (string)feature!["id"]!));
                next = (string?)Links(page).FirstOrDefault(link => (string?)link["rel"] == "next")?["href"];
                Assert.True(next is not null || seen.Count == (int)page["numberMatched"]!);
            }

            Assert.Distinct(seen);
            Assert.NotEmpty(seen);
        }
    }

    [Fact(DisplayName = "/conf/core/fc-bbox-definition, /conf/core/fc-limit-definition, /conf/core/fc-time-definition")]
    public async Task Parameters()
    {
        JsonNode parameters = (await served.GetAsync("/api"))["components"]!["parameters"]!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"type":"array","oneOf":[{"minItems":4,"maxItems":4},{"minItems":6,"maxItems":6}],"items":{"type":"number"}}"""), parameters["bbox"]!["schema"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"type":"integer","minimum":1,"maximum":10000,"default":10}"""), parameters["limit"]!["schema"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"type":"string"}"""), parameters["datetime"]!["schema"]));
        Assert.All(new[] { "bbox", "limit", "datetime" }, name => Assert.Equal(("query", false, "form", false), ((string)parameters[name]!["in"]!, (bool)parameters[name]!["required"]!, (string)parameters[name]!["style"]!, (bool)parameters[name]!["explode"]!)));
    }

    [Fact(DisplayName = "/conf/core/fc-bbox-response")]
    public async Task Bbox()
    {
        (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
        var all = Features(await served.GetAsync("/collections/irrigated-2011/items?limit=1000"));
        double[] box = [west + (east - west) * 0.3, south + (north - south) * 0.4, west + (east - west) * 0.5, south + (north - south) * 0.6];
        Geometry wanted = GeometryFactory.Default.ToGeometry(new Envelope(box[0], box[2], box[1], box[3]));
        string[] expected = [.. all.Where(feature => feature.Geometry.Intersects(wanted)).Select(feature => feature.Id)];
        Assert.InRange(expected.Length, 1, all.Count - 1);
        string text = string.Join(',', box.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(expected, Features(await served.GetAsync($"/collections/irrigated-2011/items?limit=1000&bbox={text}")).Select(feature => feature.Id));
        Assert.Equal(expected, Features(await served.GetAsync($"/collections/irrigated-2011/items?limit=1000&bbox={string.Join(',', [.. text.Split(',')[..2], "0", .. text.Split(',')[2..], "100"])}")).Select(feature => feature.Id));
        // With the datetime of another year nothing is left.
        Assert.Empty(Features(await served.GetAsync($"/collections/irrigated-2011/items?bbox={text}&datetime=2012-05-01")));
        // The same box in UTM.
        Assert.NotEmpty(Features(await served.GetAsync($"/collections/irrigated-2011/items?bbox=441300,4888000,442000,4889000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32644")));
        // Latitude first in EPSG:4326.
        Assert.Equal(expected, Features(await served.GetAsync($"/collections/irrigated-2011/items?limit=1000&bbox={string.Join(',', new[] { box[1], box[0], box[3], box[2] }.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326")).Select(feature => feature.Id));
    }

    [Fact(DisplayName = "/conf/core/fc-limit-response")]
    public async Task Limit()
    {
        Assert.Equal(3, (int)(await served.GetAsync("/collections/areas/items?limit=3"))["numberReturned"]!);
        Assert.Equal(6, (int)(await served.GetAsync("/collections/areas/items?limit=999999999999"))["numberReturned"]!);
        Assert.Equal(10, (int)(await served.GetAsync("/collections/irrigated-2010/items"))["numberReturned"]!);
    }

    [Fact(DisplayName = "/conf/core/fc-time-response")]
    public async Task Datetime()
    {
        foreach ((string time, int[] years) in new (string, int[])[]
        {
            ("2011-07-01T00:00:00Z", [2011]), ("2011-07-01", [2011]), ("2011-07-01T00:00:00Z/2012-01-01T00:00:00Z", [2011, 2012]),
            ("../2010-12-31T23:59:59Z", [2010]), ("/2010-12-31", [2010]), ("2011-12-31/..", [2011, 2012]), ("2012-01-01/", [2012]), ("1999-01-01", []), ("2011-07-01T05:00:00+06:00", [2011]),
        })
        {
            JsonNode answer = await served.GetAsync("/collections/areas/items?limit=100&datetime=" + Uri.EscapeDataString(time));
            Assert.Equal(years.SelectMany(year => new[] { year, year }).Order(), ((JsonArray)answer["features"]!).Select(feature => (int)feature!["properties"]!["year"]!).Order());
        }

        // Zones have no time: all match.
        Assert.Equal(2, (int)(await served.GetAsync("/collections/zones/items?datetime=1999-01-01"))["numberMatched"]!);
    }

    [Fact(DisplayName = "/conf/core/query-param-invalid")]
    public async Task Invalid()
    {
        foreach (string query in new[]
        {
            "limit=0", "limit=-1", "limit=ten", "limit=1.5", "offset=-1", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=80,45,81,44", "bbox=80,44,81,95", "bbox=NaN,44,81,45", "bbox-crs=nothing&bbox=1,2,3,4", "crs=http://www.opengis.net/def/crs/EPSG/0/99999",
            "datetime=yesterday", "datetime=2011-13-01", "datetime=2012-01-01/2011-01-01", "datetime=a/b/c", "filter=nothing", "filter=year%20%3D", "filter-lang=sql", "filter-crs=x&filter=year%3D2010", "sortby=nothing", "f=xml", "limit=1&limit=2", "year=young",
        })
        {
            await served.RefusedAsync(400, "/collections/areas/items?" + query);
        }
    }

    [Fact(DisplayName = "/conf/core/query-param-unknown")]
    public async Task Unknown()
    {
        foreach (string path in new[] { "/", "/conformance", "/api", "/collections", "/collections/areas", "/collections/areas/queryables", "/collections/areas/items", "/files" })
        {
            Assert.Contains("unheard_of", await served.RefusedAsync(400, path + "?unheard_of=1"), StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "/conf/core/f-op, /conf/core/f-success, /conf/core/f-links")]
    public async Task Feature()
    {
        foreach (string id in await IdsAsync())
        {
            foreach (JsonNode? listed in (JsonArray)(await served.GetAsync($"/collections/{id}/items?limit=1000"))["features"]!)
            {
                string name = (string)listed!["id"]!;
                foreach (string path in new[] { Uri.EscapeDataString(name), string.Join('/', name.Split('/').Select(Uri.EscapeDataString)) })
                {
                    JsonNode own = await served.GetAsync($"/collections/{id}/items/{path}");
                    Assert.True(JsonNode.DeepEquals(listed["geometry"], own["geometry"]) && JsonNode.DeepEquals(listed["properties"], own["properties"]) && (string)own["id"]! == name);
                    Assert.Equal(["self", "alternate", "collection"], Links(own).Select(link => (string?)link["rel"]));
                    Assert.All(Links(own), link => Assert.NotNull(link["type"]));
                }
            }
        }

        await served.RefusedAsync(404, "/collections/areas/items/nothing");
    }

    [Fact(DisplayName = "/conf/geojson/definition, /conf/geojson/content")]
    public async Task GeoJson()
    {
        using HttpResponseMessage answer = await served.Client.GetAsync("/collections/zones/items");
        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.All(Features(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!), feature => Assert.True(feature.Geometry.IsValid));
    }

    [Fact(DisplayName = "/conf/html/definition, /conf/html/content")]
    public async Task Html()
    {
        string feature = (string)(await served.GetAsync("/collections/areas/items"))["features"]![0]!["id"]!;
        foreach (string path in new[] { "/", "/conformance", "/api", "/collections", "/collections/areas", "/collections/areas/queryables", "/collections/areas/items", $"/collections/areas/items/{Uri.EscapeDataString(feature)}", "/files" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" } } };
            using HttpResponseMessage answer = await served.Client.SendAsync(request);
            string page = await answer.Content.ReadAsStringAsync();
            Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
            // Names are never markup.
            Assert.DoesNotContain("basin <1>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "/conf/oas30/completeness, /conf/oas30/exceptions-codes, /conf/oas30/oas-definition-1, /conf/oas30/oas-definition-2, /conf/oas30/security")]
    public async Task OpenApi()
    {
        using HttpResponseMessage answer = await served.Client.GetAsync("/api");
        Assert.Equal("application/vnd.oai.openapi+json; version=3.0", answer.Content.Headers.ContentType?.ToString());
        JsonNode definition = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        foreach ((_, JsonNode? item) in (JsonObject)definition["paths"]!)
        {
            Assert.All(new[] { "200", "304", "400", "404", "405", "406", "500", "503" }, status => Assert.NotNull(item!["get"]!["responses"]![status]));
        }

        Assert.NotNull(definition["components"]!["responses"]!["Problem"]!["content"]!["application/problem+json"]);
        Assert.Null(definition["security"]);
        Assert.NotNull(definition["paths"]!["/series"]!["post"]!["requestBody"]);
    }

    [Fact(DisplayName = "/conf/oas30/oas-impl")]
    public async Task Implemented()
    {
        JsonNode definition = await served.GetAsync("/api");
        foreach ((string path, JsonNode? item) in (JsonObject)definition["paths"]!)
        {
            string address = path;
            if (path.EndsWith("{featureId}", StringComparison.Ordinal))
            {
                address = path.Replace("{featureId}", Uri.EscapeDataString((string)(await served.GetAsync(path.Replace("/{featureId}", string.Empty, StringComparison.Ordinal)))["features"]![0]!["id"]!), StringComparison.Ordinal);
            }

            if (path == "/series")
            {
                (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
                address = string.Create(CultureInfo.InvariantCulture, $"/series?lon={(west + east) / 2}&lat={(south + north) / 2}");
            }

            foreach ((string type, _) in (JsonObject)item!["get"]!["responses"]!["200"]!["content"]!)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.TryAddWithoutValidation("Accept", type);
                using HttpResponseMessage answer = await served.Client.SendAsync(request);
                Assert.True(answer.IsSuccessStatusCode, $"{address} as {type}: {(int)answer.StatusCode}");
                Assert.Equal(type.Split(';')[0], answer.Content.Headers.ContentType?.MediaType);
            }
        }
    }

    private async Task<string[]> IdsAsync() => [.. ((JsonArray)(await served.GetAsync("/collections"))["collections"]!).Select(collection => (string)collection!["id"]!)];

    private static JsonNode[] Links(JsonNode document) => [.. ((JsonArray)document["links"]!).Select(link => link!)];

    private static IEnumerable<double> Numbers(JsonNode node) => node is JsonArray array ? array.SelectMany(item => Numbers(item!)) : [(double)node];

    private static List<(string Id, Geometry Geometry)> Features(JsonNode collection) =>
        [.. ((JsonArray)collection["features"]!).Select(feature =>
        {
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(feature!["geometry"]!.ToJsonString()));
            reader.Read();
            return ((string)feature["id"]!, Server.Collections.GeoJsonReader.Read(ref reader));
        })];
}
