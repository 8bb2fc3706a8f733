using IrrigationWatch.Areas;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Tables with places, as programs and people write them, and curves.</summary>
public sealed class TablePlacesTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("class,lon,lat\na,80.25,44.5\n")]
    [InlineData("CLASS,LON,LAT\na,80.25,44.5\n")]
    [InlineData("class,Longitude,Latitude\na,80.25,44.5\n")]
    [InlineData("class,POINT_X,POINT_Y\na,80.25,44.5\n")]
    [InlineData("class;x;y\na;80.25;44.5\n")]
    [InlineData("class;x;y\na;80,25;44,5\n")]
    [InlineData("class\tx\ty\na\t80.25\t44.5\n")]
    [InlineData("class,x,y,lon,lat\na,680000,4900000,80.25,44.5\n")]
    [InlineData("class,WKT\na,POINT (80.25 44.5)\n")]
    [InlineData("class,geom\na,POINT (80.25 44.5)\n")]
    [InlineData("class,geometry\na,010100000000000000001054400000000000404640\n")]
    [InlineData("system:index,class,.geo\n0,a,\"{\"\"geodesic\"\":false,\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[80.25,44.5]}\"\n")]
    public void A_place_is_found_in_its_columns(string table)
    {
        ReferencePoint point = Assert.Single(Read(table).Points);
        Assert.Equal((80.25, 44.5, "a"), (point.Longitude, point.Latitude, point.Class));
        Assert.Empty(warnings);
    }

    [Fact]
    public void Rows_without_a_place_are_counted_and_shown()
    {
        Assert.Equal(2, Read("class,lon,lat\na,80,44\na,,44\nb,80°1'E,44\nb,81,44\n").Points.Count);
        Assert.EndsWith(": 2 rows have no place in lon and lat and are left out: 2 (a) '', '44', 3 (b) '80°1'E', '44'", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("none of its 1 rows has a place in lon and lat", Assert.Throws<InputException>(() => Read("class,lon,lat\na,,44\n")).Message, StringComparison.Ordinal);
        Assert.Contains("is a table without places (columns: class, area)", Assert.Throws<InputException>(() => Read("class,area\na,1\n")).Message, StringComparison.Ordinal);
        Assert.Single(Read("class,.geo\na,\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[80,44]}\"\nb,\"{\"\"type\"\":\"\"MultiPoint\"\",\"\"coordinates\"\":[]}\"\n").Points);
        Assert.Single(warnings);
    }

    /// <summary>The area of a circle comes out to within a millionth, of half of one too.</summary>
    [Theory]
    [InlineData("CURVEPOLYGON(CIRCULARSTRING(80.1 44,80 44.1,79.9 44,80 43.9,80.1 44))", Math.PI * 0.01)]
    [InlineData("CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(80.1 44,80 44.1,79.9 44),(79.9 44,80.1 44)))", Math.PI * 0.005)]
    [InlineData("MULTISURFACE(CURVEPOLYGON(CIRCULARSTRING(80.1 44,80 44.1,79.9 44,80 43.9,80.1 44)),((81 44,82 44,82 45,81 45,81 44)))", Math.PI * 0.01 + 1)]
    [InlineData("TIN Z(((80 44 0,81 44 0,81 45 0,80 44 0)),((80 44 0,81 45 0,80 45 0,80 44 0)))", 1)]
    [InlineData("POLYHEDRALSURFACE Z(((80 44 0,81 44 0,81 45 0,80 44 0)),((80 44 0,81 45 0,80 45 0,80 44 0)))", 1)]
    public void Curves_and_surfaces_have_their_area(string shape, double area)
    {
        string path = scratch.File("zones.csv");
        File.WriteAllText(path, $"name;geom\na;\"{shape}\"\n");
        double found = Assert.Single(ZoneReader.Read(path)).Geometry.Area;
        Assert.InRange(found / area, 1 - 1e-6, 1 + 1e-9);
    }

    private ReferenceSample Read(string table)
    {
        warnings.Clear();
        string path = scratch.File("points.csv");
        File.WriteAllText(path, table);
        return ReferenceReader.Read(path, new VectorOptions { Warn = warnings.Add });
    }
}
