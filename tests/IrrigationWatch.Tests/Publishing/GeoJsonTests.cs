using System.Text;
using System.Text.Json;
using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>GeoJSON after RFC 7946 and JSON, read by System.Text.Json: geometries, features, area tables.</summary>
public class GeoJsonTests
{
    private static readonly AreaRow[] Rows =
    [
        new(2010, "Іле \"east\" <1>", "KZ", 1234.56789, 2000, 2500, 1100.125, 1300.5),
        new(2010, "伊犁\nnorth", "", 0, 0, 500),
    ];

    private static readonly Zone[] Zones = [new(Rows[0].Zone, "KZ", Shapes.Square(80, 44, 1)), new(Rows[1].Zone, "", Shapes.Square(82, 43, 2))];

    [Fact]
    public void A_polygon_is_longitude_first_and_turned_by_the_right_hand_rule()
    {
        var polygon = new Polygon(Shapes.Ring(80, 44, 1), [(LinearRing)Shapes.Ring(80.25, 44.25, 0.5).Reverse()]);
        Assert.Equal(
            """{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,45],[80,44]],[[80.25,44.25],[80.25,44.75],[80.75,44.75],[80.75,44.25],[80.25,44.25]]]}""",
            Text(polygon));
    }

    [Fact]
    public void A_multipolygon_holds_its_polygons_in_order()
    {
        var both = new MultiPolygon([Shapes.Square(80, 44, 1), Shapes.Square(-10, -20, 2)]);
        Assert.Equal(
            """{"type":"MultiPolygon","coordinates":[[[[80,44],[81,44],[81,45],[80,45],[80,44]]],[[[-10,-20],[-8,-20],[-8,-18],[-10,-18],[-10,-20]]]]}""",
            Text(both));
    }

    [Fact]
    public void Coordinates_have_seven_decimals_at_most() =>
        Assert.StartsWith("""{"type":"Polygon","coordinates":[[[80.1234568,44.0000001],""", Text(Shapes.Square(80.123456789, 44.00000009, 1)), StringComparison.Ordinal);

    [Fact]
    public void Rings_turn_as_they_should_however_they_were_turned() =>
        Gen.Select(Gen.Double[-179, 170], Gen.Double[-89, 80], Gen.Double[0.01, 8], Gen.Bool, Gen.Bool).Sample((west, south, side, shell, hole) =>
        {
            LinearRing outer = Shapes.Ring(west, south, side);
            LinearRing inner = Shapes.Ring(west + side / 4, south + side / 4, side / 2);
            var polygon = new Polygon(shell ? outer : (LinearRing)outer.Reverse(), [hole ? inner : (LinearRing)inner.Reverse()]);
            using JsonDocument json = JsonDocument.Parse(Text(polygon));
            JsonElement rings = json.RootElement.GetProperty("coordinates");
            // The shoelace sum is positive where a ring goes counter-clockwise.
            return Math.Abs(Shoelace(rings[0]) - side * side) < 1e-5 && Math.Abs(Shoelace(rings[1]) + side * side / 4) < 1e-5;
        }, iter: 200, threads: 1);

    [Fact]
    public void Rings_that_are_turned_already_are_written_as_they_are()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            GeoJsonGeometry.Write(json, [[80, 44, 81, 44, 81, 45, 80, 44], [80.5, 44.1, 80.123456789, 44.2, 80.6, 44.3, 80.5, 44.1]]);
        }

        Assert.Equal(
            """{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,44]],[[80.5,44.1],[80.1234568,44.2],[80.6,44.3],[80.5,44.1]]]}""",
            Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void Features_have_id_geometry_and_properties_and_their_text_is_escaped()
    {
        string text = Features(newlineDelimited: false, ("a\"b\\c\n\u0001", "伊犁 </script>"));
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement feature = Assert.Single(json.RootElement.GetProperty("features").EnumerateArray());
        Assert.Equal(["type", "id", "geometry", "properties"], feature.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("FeatureCollection", "Feature", "a\"b\\c\n\u0001"), (json.RootElement.GetProperty("type").GetString(), feature.GetProperty("type").GetString(), feature.GetProperty("id").GetString()));
        Assert.Equal("伊犁 </script>", feature.GetProperty("properties").GetProperty("name").GetString());
        // Letters stay letters, which is half the size and can be read.
        Assert.Contains("伊犁", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_collection_is_a_collection_and_no_lines_are_no_lines()
    {
        Assert.Equal("""{"type":"FeatureCollection","features":[]}""", Features(newlineDelimited: false));
        Assert.Equal(string.Empty, Features(newlineDelimited: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3000)]
    public void Features_one_a_line_are_each_a_whole_document(int count)
    {
        (string, string)[] features = [.. Enumerable.Range(0, count).Select(i => ($"id {i}", $"line\n{i}"))];
        string text = Features(newlineDelimited: true, features);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        string[] lines = text[..^1].Split('\n');
        Assert.Equal(features.Select(feature => feature.Item1), lines.Select(line =>
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("id").GetString()!;
        }));
    }

    [Fact]
    public void A_collection_larger_than_the_buffer_is_whole()
    {
        (string, string)[] features = [.. Enumerable.Range(0, 3000).Select(i => ($"id {i}", new string('x', 40)))];
        using JsonDocument json = JsonDocument.Parse(Features(newlineDelimited: false, features));
        Assert.Equal(features.Select(feature => feature.Item1), json.RootElement.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("id").GetString()!));
    }

    [Fact]
    public void An_area_table_as_JSON_has_the_columns_of_the_CSV_in_full_precision()
    {
        string text = AreaJson.ToText(Rows);
        using JsonDocument json = JsonDocument.Parse(text);
        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.All(json.RootElement.EnumerateArray(), row => Assert.Equal(AreaCsv.Header.Split(','), row.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(["2010", Rows[0].Zone, "KZ", "1234.56789", "2000", "2500", "0.8", "1100.125", "1300.5"], json.RootElement[0].EnumerateObject().Select(member => member.Value.ToString()));
        Assert.Equal(["0", "0", "500", "0", null, null], json.RootElement[1].EnumerateObject().Skip(3).Select(member => member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.GetRawText()));
        Assert.Equal("[]", AreaJson.ToText([]));
        Assert.Contains("Іле", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_of_a_JSON_table_is_its_text_in_UTF_8_without_a_mark()
    {
        using var scratch = new ScratchFolder();
        AreaJson.Write(scratch.File("deep", "er", "a.json"), Rows);
        Assert.Equal(Encoding.UTF8.GetBytes(AreaJson.ToText(Rows)), File.ReadAllBytes(scratch.File("deep", "er", "a.json")));
    }

    [Fact]
    public void A_row_keeps_its_id_and_a_zone_without_a_country_has_none_in_it()
    {
        Assert.Equal("KZ/Almaty/2010", AreaJson.IdOf(new AreaRow(2010, "Almaty", "KZ", 1, 2, 3)));
        Assert.Equal("Almaty/2011", AreaJson.IdOf(new AreaRow(2011, "Almaty", "", 5, 6, 7)));
    }

    [Fact]
    public void An_area_table_as_GeoJSON_has_one_feature_a_row_with_the_shape_of_its_zone()
    {
        using var scratch = new ScratchFolder();
        AreaRow[] rows = [.. Rows, Rows[0] with { Year = 2011 }];
        AreaJson.WriteGeoJson(scratch.File("a.geojson"), new AreaTable(rows, Zones, []));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(scratch.File("a.geojson")));
        JsonElement[] features = [.. json.RootElement.GetProperty("features").EnumerateArray()];
        Assert.Equal(rows.Select(AreaJson.IdOf), features.Select(feature => feature.GetProperty("id").GetString()));
        Assert.Equal([80, 82, 80], features.Select(feature => feature.GetProperty("geometry").GetProperty("coordinates")[0].EnumerateArray().Min(point => point[0].GetDouble())));
        Assert.All(features, feature => Assert.Equal(AreaCsv.Header.Split(','), feature.GetProperty("properties").EnumerateObject().Select(member => member.Name)));
        AreaJson.WriteGeoJson(scratch.File("a.ndjson"), new AreaTable(rows, Zones, []), newlineDelimited: true);
        Assert.Equal(features.Select(feature => feature.GetRawText()), File.ReadAllLines(scratch.File("a.ndjson")));
    }

    private static string Text(Geometry geometry) => Encoding.UTF8.GetString(GeoJsonGeometry.ToText(geometry));

    private static string Features(bool newlineDelimited, params (string Id, string Name)[] features)
    {
        using var stream = new MemoryStream();
        using (var writer = new FeatureWriter(stream, newlineDelimited))
        {
            foreach ((string id, string name) in features)
            {
                writer.Add(id, json => json.WriteNullValue(), json => json.WriteString("name", name));
            }

            writer.Finish();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static double Shoelace(JsonElement ring)
    {
        (double X, double Y)[] points = [.. ring.EnumerateArray().Select(point => (point[0].GetDouble(), point[1].GetDouble()))];
        return points.Zip(points.Skip(1), (a, b) => a.X * b.Y - b.X * a.Y).Sum() / 2;
    }
}
