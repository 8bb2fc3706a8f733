using System.Text;
using CsCheck;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Cql2;

namespace IrrigationWatch.Server.Tests;

/// <summary>CQL2 text over a collection whose features are known.</summary>
public class Cql2Tests
{
    private const string Features = """
        {"type":"FeatureCollection","features":[
        {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[36.319836,32.288087]},"properties":{"city":"Toronto","floors":6,"swimming_pool":true,"material":"brick","value":10,"foo":20,"name":"Smithson","built":"2014-05-01","updated_at":"2012-08-10T05:30:00Z","starts_at":"1991-10-07T08:21:06.393262Z","ends_at":"2010-02-10T05:29:20.073225Z","eo:cloud_cover":0.15,"landsat:wrs_row":28,"landsat:wrs_path":203,"road_class":"ΟΔΌΣ"}},
        {"type":"Feature","id":"b","geometry":{"type":"Polygon","coordinates":[[[-117.98,33.85],[-117.95,33.85],[-117.95,33.9],[-117.98,33.9],[-117.98,33.85]]]},"properties":{"city":"Ottawa","floors":3,"swimming_pool":false,"material":"wood","value":2,"foo":12,"name":"Mike O'Hara","built":"2016-01-01","updated_at":"2013-01-01T00:00:00Z","starts_at":"1991-10-07T08:21:06.393262Z","ends_at":"1992-01-01T00:00:00Z","eo:cloud_cover":0.05,"landsat:wrs_row":28,"landsat:wrs_path":203,"road_class":"STRASSE"}},
        {"type":"Feature","id":"c","geometry":null,"properties":{"city":"Montréal","floors":9,"swimming_pool":true,"material":null,"value":null,"name":"foo 100%","eo:cloud_cover":0.3,"landsat:wrs_row":29,"landsat:wrs_path":203}}
        ]}
        """;

    private static readonly string[] Pieces = ["a", "b", "%", "_", "\\%", "\\_"];

    private static readonly string Standard = Path.Combine(TestSupport.Repository.Root, "tests", "schemas", "cql2");

    private static ServedCollection Collection() => new("test", "Test", "Test", FeatureSource.Of("test", Encoding.UTF8.GetBytes(Features))) { Extent = Box.Empty, Interval = null };

    [Theory]
    [InlineData("city='Toronto'", "a")]
    [InlineData("city<>'Toronto'", "bc")]
    [InlineData("floors>5", "ac")]
    [InlineData("floors>5 AND swimming_pool=true", "ac")]
    [InlineData("(floors>5 AND material='brick') OR swimming_pool=true", "ac")]
    [InlineData("NOT (floors<5) OR swimming_pool=true", "ac")]
    [InlineData("name LIKE 'Smith%'", "a")]
    [InlineData("name LIKE '%O''Hara'", "b")]
    [InlineData("name LIKE 'foo ___\\%'", "c")]
    [InlineData("name NOT LIKE 'foo%' AND \"value\" > 5", "a")]
    [InlineData("\"value\" IS NULL", "c")]
    [InlineData("\"value\" IS NOT NULL", "ab")]
    [InlineData("\"value\" IS NULL OR \"value\" BETWEEN 10 AND 20", "ac")]
    [InlineData("NOT \"value\" BETWEEN 10 AND 20", "b")]
    [InlineData("\"value\" IN (1.0, 2.0, 3.0)", "b")]
    [InlineData("\"value\" NOT IN (1.0, 2.0, 3.0)", "a")]
    [InlineData("NOT \"value\" > 5", "b")]
    [InlineData("\"value\" < (\"foo\" - 9)", "ab")]
    [InlineData("\"value\" = \"foo\" / 2", "a")]
    [InlineData("0 = \"foo\" % 20", "a")]
    [InlineData("\"value\" = - foo + 30", "a")]
    [InlineData("2 ^ \"value\" > 1000", "a")]
    [InlineData("foo div 8 = 2", "a")]
    [InlineData("foo / 0 > 1 OR floors = 9", "c")]
    [InlineData("\"id\" = 'b'", "b")]
    [InlineData("CASEI(city) IN (CASEI('TORONTO'), CASEI('ottawa'))", "ab")]
    [InlineData("CASEI(road_class) IN (CASEI('Οδός'),CASEI('Straße'))", "ab")]
    [InlineData("ACCENTI(city) = ACCENTI('Montreal')", "c")]
    [InlineData("CASEI(ACCENTI(city)) = 'montreal'", "c")]
    [InlineData("T_BEFORE(built, DATE('2015-01-01'))", "a")]
    [InlineData("T_AFTER(built,DATE('2012-06-05'))", "ab")]
    [InlineData("built = DATE('2016-01-01')", "b")]
    [InlineData("updated_at >= DATE('2012-08-10')", "ab")]
    [InlineData("T_BEFORE(updated_at, TIMESTAMP('2012-08-10T05:30:01Z'))", "a")]
    [InlineData("T_FINISHEDBY(INTERVAL('1990-01-01T00:00:00Z','2010-02-10T05:29:20.073225Z'), INTERVAL(starts_at, ends_at))", "a")]
    [InlineData("T_STARTS(INTERVAL(starts_at, ends_at), INTERVAL('1991-10-07T08:21:06.393262Z', '..'))", "ab")]
    [InlineData("T_DURING(INTERVAL(starts_at, ends_at), INTERVAL('1991-01-01', '1993-01-01'))", "b")]
    [InlineData("S_INTERSECTS(geometry,POINT(36.319836 32.288087))", "a")]
    [InlineData("S_WITHIN(geometry,BBOX(-118,33.8,-117.9,34))", "b")]
    [InlineData("S_CONTAINS(BBOX(-118,33.8,-117.9,34), geometry)", "b")]
    [InlineData("S_DISJOINT(geometry,BBOX(-118,33.8,-117.9,34))", "a")]
    [InlineData("S_CONTAINS(geometry,POINT(-117.96 33.87))", "b")]
    [InlineData("S_OVERLAPS(geometry,POLYGON((-117.97 33.8,-117.9 33.8,-117.9 33.95,-117.97 33.95,-117.97 33.8)))", "b")]
    [InlineData("S_TOUCHES(geometry,LINESTRING(-117.95 33.85, -117.9 33.85))", "b")]
    [InlineData("S_CROSSES(geometry,LINESTRING(-118 33.87, -117.9 33.87))", "b")]
    [InlineData("S_EQUALS(POLYGON((-117.98 33.9,-117.98 33.85,-117.95 33.85,-117.95 33.9,-117.98 33.9)), geometry)", "b")]
    [InlineData("S_INTERSECTS(geometry,BBOX(170,-90,40,90))", "ab")]
    [InlineData("geometry IS NULL", "c")]
    [InlineData("eo:cloud_cover < 0.1 AND landsat:wrs_row=28 AND landsat:wrs_path=203", "b")]
    [InlineData("eo:cloud_cover BETWEEN 0.1 AND 0.2\nAND landsat:wrs_row=28\nAND landsat:wrs_path=203", "a")]
    [InlineData("A_CONTAINS(('a','b'),('b'))", "abc")]
    [InlineData("A_CONTAINEDBY(('a','z'),('a','b'))", "")]
    [InlineData("swimming_pool", "ac")]
    [InlineData("NOT NOT floors = 3", "b")]
    public void A_filter_selects_what_it_says(string filter, string expected)
    {
        using ServedCollection collection = Collection();
        var prepared = Cql2Filter.Prepare(filter, collection);
        Assert.Equal(expected, string.Concat(Enumerable.Range(0, collection.Features.Count).Where(prepared.Selects).Select(collection.Features.IdOf)));
    }

    [Theory]
    [InlineData("floors >", "ends")]
    [InlineData("floors > 'many'", "cannot be compared")]
    [InlineData("storeys > 3", "'storeys' is no property")]
    [InlineData("city = 'Toronto", "not closed")]
    [InlineData("city = \"Toronto", "not closed")]
    [InlineData("floors > 3)", "')' at place 11")]
    [InlineData("floors NOT 3", "LIKE, BETWEEN or IN")]
    [InlineData("floors ; drop table", "';' at place 8")]
    [InlineData("S_WITHIN(road,Buffer(geometry,10,'m'))", "road")]
    [InlineData("S_WITHIN(geometry,Buffer(geometry,10,'m'))", "no function Buffer")]
    [InlineData("avg(floors) > 3", "no function avg")]
    [InlineData("Foo(geometry) = TRUE", "no function Foo")]
    [InlineData("S_INTERSECTS(geometry,POLYGON((0 0,1 1,0 1,1 0,0 0)))", "crosses itself")]
    [InlineData("S_INTERSECTS(geometry,POLYGON((0 0,1 1)))", "POLYGON at place")]
    [InlineData("S_INTERSECTS(geometry,BBOX(1,2,3))", "west, south, east, north")]
    [InlineData("T_AFTER(built, DATE('2012-13-05'))", "no day")]
    [InlineData("T_AFTER(built, TIMESTAMP('2012-10-05'))", "no moment")]
    [InlineData("floors", "neither true nor false")]
    [InlineData("geometry = 1", "S_")]
    [InlineData("A_CONTAINS(city, ('a'))", "no array")]
    public void What_is_wrong_is_named(string filter, string problem)
    {
        using ServedCollection collection = Collection();
        Assert.Contains(problem, Assert.Throws<Cql2Exception>(() => Cql2Filter.Prepare(filter, collection)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("36,32,37,33", "ca")]
    [InlineData("-118,33.8,-117.9,34", "cb")]
    [InlineData("0,0,1,1", "c")]
    public void A_box_selects_what_meets_it_and_what_has_no_place(string box, string expected)
    {
        using ServedCollection collection = Collection();
        var query = new Microsoft.AspNetCore.Http.QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["bbox"] = box });
        (int matched, int[] rows) = new Server.Features.ItemsQuery(collection, query, new ServerLimits()).Find(CancellationToken.None);
        Assert.Equal((expected.Length, expected), (matched, string.Concat(rows.Select(collection.Features.IdOf))));
    }

    [Fact]
    public void All_examples_of_the_standard_can_be_read()
    {
        string[] files = Directory.GetFiles(Standard, "*.txt");
        Assert.Equal(80, files.Length);
        foreach (string file in files)
        {
            Exception? error = Record.Exception(() => Cql2Parser.Parse(File.ReadAllText(file)));
            Assert.True(error is null, $"{Path.GetFileName(file)}: {error?.Message}");
        }
    }

    [Fact]
    public void Examples_of_the_standard_are_answered_or_refused_by_name()
    {
        using ServedCollection collection = Collection();
        int answered = 0;
        foreach (string file in Directory.GetFiles(Standard, "*.txt"))
        {
            try
            {
                var filter = Cql2Filter.Prepare(File.ReadAllText(file), collection);
                Assert.All(Enumerable.Range(0, collection.Features.Count), row => filter.Selects(row));
                answered++;
            }
            catch (Cql2Exception e)
            {
                Assert.Matches("is no property|no function|no geometry of this|crosses itself|neither true nor false|no array|cannot be compared", e.Message);
            }
        }

        Assert.InRange(answered, 40, 80);
    }

    [Fact]
    public void Nothing_that_is_sent_breaks_the_parser()
    {
        string[] pieces = ["(", ")", "AND", "OR", "NOT", "'", "\"", "a", "floors", "=", "<", ">=", "1", "-", "2.5e3", "IN", "LIKE", "'x%'", ",", "POLYGON", "((0 0,", "BBOX", "INTERVAL", "DATE", "geometry", "S_INTERSECTS", "é", "\\", "IS", "NULL", "BETWEEN", "^", "*", "\u0000", "𝔸"];
        using ServedCollection collection = Collection();
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 30].Sample(words =>
        {
            try
            {
                _ = Cql2Filter.Prepare(string.Join(' ', words), collection);
            }
            catch (Cql2Exception)
            {
                // Refused, with a reason.
            }
        }, iter: 20_000);
        Assert.Contains("deep", Assert.Throws<Cql2Exception>(() => Cql2Parser.Parse(new string('(', 5000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LIKE_agrees_with_a_plain_reference()
    {
        Gen.Select(Gen.Int[0, 2].Select(i => "ab%"[i]).Array[0, 9], Gen.Int[0, 5].Select(i => Pieces[i]).Array[0, 6]).Sample((text, pattern) =>
        {
            string value = new(text);
            string like = string.Concat(pattern);
            string regex = "^" + string.Concat(pattern.Select(piece => piece switch { "%" => ".*", "_" => ".", _ => System.Text.RegularExpressions.Regex.Escape(piece.TrimStart('\\')) })) + "$";
            return Cql2Text.IsLike(value, like) == System.Text.RegularExpressions.Regex.IsMatch(value, regex, System.Text.RegularExpressions.RegexOptions.Singleline);
        });
    }
}
