using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Fields whose names are nearly or wholly the same: the one that is asked for as it is written, or none.</summary>
public sealed class VectorFieldsTests : IDisposable
{
    private const string Box = "\"POLYGON((80.1 43.9,80.2 43.9,80.2 44.0,80.1 44.0,80.1 43.9))\"";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("""{"name":"A","Name":"B","country":"KZ","COUNTRY":"X"}""")]
    [InlineData("""{"Name":"B","name":"A","COUNTRY":"X","Country":"Y","country":"KZ"}""")]
    public void The_field_of_the_very_name_wins(string properties)
    {
        Zone zone = Assert.Single(ZoneReader.Read(GeoJson(properties)));
        Assert.Equal(("A", "KZ"), (zone.Name, zone.Country));
        zone = Assert.Single(ZoneReader.Read(GeoJson(properties), "Name", "COUNTRY"));
        Assert.Equal(("B", "X"), (zone.Name, zone.Country));
    }

    [Fact]
    public void Of_several_that_differ_in_capitals_one_must_be_named()
    {
        string path = GeoJson("""{"NAME":"A","Name":"B","Country":"KZ","COUNTRY":"X"}""");
        Assert.Contains("has the fields 'NAME' and 'Name', and nothing says which of them is 'name'; name one as it is written with --zone-name", Assert.Throws<InputException>(() => ZoneReader.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("nothing says which of them is 'country'; name one as it is written with --country", Assert.Throws<InputException>(() => ZoneReader.Read(path, "NAME")).Message, StringComparison.Ordinal);
        Zone zone = Assert.Single(ZoneReader.Read(path, "NAME", "Country"));
        Assert.Equal(("A", "KZ"), (zone.Name, zone.Country));
        Assert.Equal("A", Assert.Single(ZoneReader.Read(GeoJson("""{"NAME":"A"}"""))).Name);
    }

    [Fact]
    public void Columns_of_tables_are_told_apart_too()
    {
        Assert.Equal("Good", Assert.Single(ZoneReader.Read(Csv("Name,name,WKT", $"Bad,Good,{Box}"))).Name);
        Assert.Contains("has the fields 'name' and 'name'", Assert.Throws<InputException>(() => ZoneReader.Read(Csv("name,name,WKT", $"A,B,{Box}"))).Message, StringComparison.Ordinal);
        Assert.Equal("A", Assert.Single(ZoneReader.Read(Csv("name,old_name,WKT", $"A,B,{Box}"))).Name);
        Assert.Contains("has no field 'nome' for the zones' names and no 'ctry' for their countries (fields: name, WKT)", Assert.Throws<InputException>(() => ZoneReader.Read(Csv("name,WKT", $"A,{Box}"), "nome", "ctry")).Message, StringComparison.Ordinal);
        // Others may be what they like.
        Assert.Equal("A", Assert.Single(ZoneReader.Read(Csv("name,note,Note,note,WKT", $"A,1,2,3,{Box}"))).Name);
        Assert.Contains("has the columns 'lon' and 'LON'", Assert.Throws<InputException>(() => ReferenceReader.Read(Csv("lon,LON,lat,class", "80,81,44,a"))).Message, StringComparison.Ordinal);
        Assert.Equal(80, Assert.Single(ReferenceReader.Read(Csv("lon,lon_old,lat,class", "80,81,44,a")).Points).Longitude);
    }

    [Fact]
    public void Points_and_labels_have_the_year_and_the_class_of_the_very_names()
    {
        string path = scratch.File("points.geojson");
        static string Point(string properties) => $$$"""{"type":"Feature","properties":{{{properties}}},"geometry":{"type":"Point","coordinates":[80,44]}}""";
        File.WriteAllText(path, $$"""{"type":"FeatureCollection","features":[{{Point("""{"class":"a","CLASS":"x","year":2010,"YEAR":1999}""")}},{{Point("""{"CLASS":"x","class":"b","YEAR":1999,"year":2010}""")}}]}""");
        Assert.Equal([("a", 2010), ("b", 2010)], ReferenceReader.Read(path).Points.Select(point => (point.Class, point.FromYear!.Value)));
        Assert.Equal([("a", 2010), ("b", 2010)], LabelReader.Read(path).Select(label => (label.Class, label.FromYear)));
        foreach ((string properties, string field) in new[] { ("""{"class":"a","Year":2010,"YEAR":1999}""", "year"), ("""{"class":"a","year":2010,"Stratum_HA":5,"STRATUM_HA":6}""", "stratum_ha") })
        {
            File.WriteAllText(path, $$"""{"type":"FeatureCollection","features":[{{Point(properties)}}]}""");
            Assert.Contains($"nothing says which of them is '{field}'; rename or remove the others", Assert.Throws<InputException>(() => ReferenceReader.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A zone whose hole is all of it, or that is a line there and back, has no row; no zone is without a name.</summary>
    [Fact]
    public void A_zone_without_an_area_is_named_and_one_without_a_name_refused()
    {
        const string Ring = "(80.1 43.9,80.2 43.9,80.2 44.0,80.1 44.0,80.1 43.9)";
        var warnings = new List<string>();
        string path = Csv("name,WKT", $"A,{Box}\nholes,\"POLYGON({Ring},{Ring})\"\nflat,\"POLYGON((80 44,81 45,80 44,80 44))\"");
        Assert.Equal("A", Assert.Single(ZoneReader.Read(path, options: new VectorOptions { Warn = warnings.Add })).Name);
        Assert.Equal([$"{path}: 2 polygons have no area and are left out: 2 (holes), 3 (flat)"], warnings);
        foreach (string name in new[] { "", " ", "\u3000" })
        {
            Assert.Contains("feature 2 has no 'name'; give every zone a name", Assert.Throws<InputException>(() => ZoneReader.Read(Csv("name,WKT", $"A,{Box}\n{name},{Box}"))).Message, StringComparison.Ordinal);
        }
    }

    private string GeoJson(string properties)
    {
        string path = scratch.File("zones.geojson");
        File.WriteAllText(path, $$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{{{properties}}},"geometry":{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,44]]]}}]}""");
        return path;
    }

    private string Csv(string header, string row)
    {
        string path = scratch.File("table.csv");
        File.WriteAllText(path, $"{header}\n{row}\n");
        return path;
    }
}
