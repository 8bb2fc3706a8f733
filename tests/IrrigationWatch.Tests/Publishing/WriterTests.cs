using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Area tables and samples of places in the format that an ending names.</summary>
public class WriterTests
{
    private static readonly AreaRow[] Rows = [new(2010, "z", "KZ", 1.5, 2, 4)];

    private static readonly AreaTable Table = new(Rows, [new Zone("z", "KZ", Shapes.Square(80, 44, 1))], []);

    private static readonly PointSample Sample = new(
        2010,
        [new SampleStratum("irrigated, 0.5–0.9", 4000, 360.0625, 10), new SampleStratum("伊犁", 3, 0.27, 1)],
        [new SamplePlace(80.123456789, 44.5, 0), new SamplePlace(-0.25, -1, 1)]);

    [Theory]
    [InlineData(".csv", "year,zone,")]
    [InlineData(".CSV", "year,zone,")]
    [InlineData(".geojson", "{\"type\":\"FeatureCollection\",")]
    [InlineData(".ndjson", "{\"type\":\"Feature\",")]
    [InlineData(".json", "[\n  {\n    \"year\": 2010,")]
    [InlineData(".parquet", "PAR1")]
    [InlineData(".gpkg", "SQLite format 3\0")]
    public void The_ending_of_an_area_table_chooses_its_format(string ending, string begin)
    {
        using var scratch = new ScratchFolder();
        AreaTableWriter.Write(scratch.File("a" + ending), Table);
        Assert.StartsWith(begin, File.ReadAllText(scratch.File("a" + ending), System.Text.Encoding.Latin1), StringComparison.Ordinal);
        Assert.Contains(ending.ToLowerInvariant(), AreaTableWriter.Endings);
    }

    [Fact]
    public void Endings_that_are_not_written_are_refused_before_any_work()
    {
        Assert.Equal("a.xlsx: the ending '.xlsx' names no format of area tables that this version writes; use .csv, .geojson, .ndjson, .json, .parquet, .gpkg", Assert.Throws<ConfigurationException>(() => AreaTableWriter.Write("a.xlsx", Table)).Message);
        Assert.Equal("a: the ending '' names no format of area tables that this version writes; use .csv, .geojson, .ndjson, .json, .parquet, .gpkg", Assert.Throws<ConfigurationException>(() => AreaTableWriter.CheckEnding("a")).Message);
        Assert.Equal("s.shp: the ending names no format of samples; use .geojson or .csv", Assert.Throws<ConfigurationException>(() => PointSampleWriter.Write("s.shp", Sample)).Message);
    }

    [Fact]
    public void A_sample_as_CSV_has_an_empty_class_and_says_how_it_was_drawn()
    {
        using var scratch = new ScratchFolder();
        PointSampleWriter.Write(scratch.File("s.CSV"), Sample);
        Assert.Equal(
            [
                "id,lon,lat,class,year,stratum,stratum_ha,inclusion_probability",
                "1,80.1234568,44.5,,2010,\"irrigated, 0.5–0.9\",360.063,0.0025",
                "2,-0.25,-1,,2010,伊犁,0.270,0.3333333333333333",
            ],
            File.ReadAllLines(scratch.File("s.CSV")));
    }

    [Fact]
    public void A_sample_as_GeoJSON_has_an_empty_class_and_says_how_it_was_drawn()
    {
        using var scratch = new ScratchFolder();
        PointSampleWriter.Write(scratch.File("s.geojson"), Sample);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(scratch.File("s.geojson")));
        Assert.Equal("FeatureCollection", json.RootElement.GetProperty("type").GetString());
        JsonElement[] features = [.. json.RootElement.GetProperty("features").EnumerateArray()];
        Assert.Equal(["[80.1234568,44.5]", "[-0.25,-1]"], features.Select(feature => feature.GetProperty("geometry").GetProperty("coordinates").GetRawText()));
        Assert.Equal([1, 2], features.Select(feature => feature.GetProperty("id").GetInt32()));
        Assert.Equal(["id", "class", "year", "stratum", "stratum_ha", "inclusion_probability"], features[0].GetProperty("properties").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["1", "", "2010", "irrigated, 0.5–0.9", "360.062", "0.0025"], features[0].GetProperty("properties").EnumerateObject().Select(member => member.Value.ToString()));
        Assert.Equal(JsonValueKind.Null, features[1].GetProperty("properties").GetProperty("class").ValueKind);
        Assert.Equal("伊犁", features[1].GetProperty("properties").GetProperty("stratum").GetString());
    }

    [Fact]
    public void A_sample_of_a_map_without_a_year_leaves_it_empty()
    {
        using var scratch = new ScratchFolder();
        PointSample sample = Sample with { Year = null, Places = [Sample.Places[1]] };
        PointSampleWriter.Write(scratch.File("s.csv"), sample);
        Assert.Equal("1,-0.25,-1,,,伊犁,0.270,0.3333333333333333", File.ReadAllLines(scratch.File("s.csv"))[1]);
        PointSampleWriter.Write(scratch.File("s.geojson"), sample);
        Assert.Contains("\"year\":null", File.ReadAllText(scratch.File("s.geojson")), StringComparison.Ordinal);
        PointSampleWriter.Write(scratch.File("none.geojson"), sample with { Places = [] });
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(scratch.File("none.geojson")));
        Assert.Equal(0, json.RootElement.GetProperty("features").GetArrayLength());
    }

    [Fact]
    public void What_the_map_says_at_a_place_is_in_neither_form()
    {
        using var scratch = new ScratchFolder();
        foreach (string ending in PointSampleWriter.Endings)
        {
            PointSampleWriter.Write(scratch.File("s" + ending), Sample);
            Assert.DoesNotContain("map", File.ReadAllText(scratch.File("s" + ending)), StringComparison.OrdinalIgnoreCase);
        }
    }
}
