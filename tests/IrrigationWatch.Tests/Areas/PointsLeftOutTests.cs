using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Points of a sample that say nothing of a map: each is counted, and none is taken for a year that it may not be of.</summary>
public sealed class PointsLeftOutTests : IDisposable
{
    private static readonly ClassValues Irrigated = new("irrigated", [1]);

    private readonly ScratchFolder scratch = new();
    private readonly string[] maps;

    public PointsLeftOutTests() => maps = [Map("map-2010.tif"), Map("map-2011.tif")];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Points_without_a_year_serve_maps_of_one_year_alone()
    {
        ReferencePoint[] points = [.. Points(100, null)];
        AreaTable one = Fill([maps[0]], points);
        Assert.NotNull(Assert.Single(one.Rows).LowHectares);
        Assert.Empty(one.Warnings);
        AreaTable two = Fill(maps, points);
        Assert.All(two.Rows, row => Assert.Null(row.LowHectares));
        Assert.Contains("100 of 100 points of points.geojson have no year and are left out, as the maps are of 2 years; add the field 'year' with the year in which each class was seen", two.Warnings);
        // As advised.
        two = Fill(maps, [.. Points(100, 2010)]);
        Assert.Equal([true, false], two.Rows.Select(row => row.LowHectares is not null));
        Assert.Equal([$"no intervals for 2011: points.geojson has no point of these years"], two.Warnings);
        two = Fill(maps, [.. Points(100, 2010), .. Points(50, null, 0.0101)]);
        Assert.Equal(one.Rows[0].LowHectares, two.Rows[0].LowHectares);
        Assert.Contains("50 of 150 points of points.geojson have no year and are left out", two.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Points_of_other_years_and_places_and_those_without_a_class_are_warnings()
    {
        AreaTable table = Fill([maps[0]], [.. Points(100, 2010), .. Points(50, 1999)], unlabelled: 7);
        Assert.Equal(["7 points of points.geojson have no class yet and are left out", "50 of 150 points of points.geojson are of other years than the maps and are left out"], table.Warnings);
        Assert.NotNull(table.Rows[0].LowHectares);
        // Longitude and latitude changed over.
        table = Fill([maps[0]], [.. Points(100, 2010), .. Points(50, 2010).Select(point => point with { Longitude = point.Latitude, Latitude = point.Longitude })]);
        Assert.Equal(["2010: 50 points lie outside the map"], table.Warnings);
        // The first row was not observed.
        table = Fill([maps[0]], [.. Points(100, 2010), .. Enumerable.Range(0, 3).Select(i => new ReferencePoint(80.0005 + 0.001 * i, 44.0995, "irrigated", 2010, 2010))]);
        Assert.Equal(["2010: 3 points lie on pixels that were not observed"], table.Warnings);
        Assert.Empty(Fill(maps, [.. Points(100, 2010), .. Points(100, 2011)]).Warnings);
    }

    [Fact]
    public void An_assessment_of_one_map_says_all_of_them()
    {
        var sample = new ReferenceSample("points.geojson", [.. Points(100, 2010), .. Points(50, 1999), .. Points(5, 2010).Select(point => point with { Latitude = 10 })], 3);
        Assessment assessment = AccuracyAssessment.Compute([maps[0]], 2010, sample, [Irrigated, new ClassValues("other", [2])], []);
        Assert.Equal(["3 points have no class yet", "50 points are of other years than 2010", "5 points lie outside the map"], assessment.Warnings);
        Assert.Equal(assessment.Warnings, assessment.Remarks);
    }

    private static AreaTable Fill(IReadOnlyList<string> maps, IReadOnlyList<ReferencePoint> points, int unlabelled = 0)
    {
        MapSource[] sources = [.. maps];
        var zone = new Zone("all", "KZ", GeometryFactory.Default.ToGeometry(new Envelope(80, 80.1, 44, 44.1)));
        return AreaIntervals.Add(AreaCalculation.Compute(sources, [zone], Irrigated, "zones"), sources, Irrigated, new ReferenceSample("points.geojson", points, unlabelled)).Table;
    }

    /// <summary>Points of different pixels, the west half irrigated but for some.</summary>
    private static IEnumerable<ReferencePoint> Points(int count, int? year, double shift = 0) => Enumerable.Range(0, count)
        .Select(i => new ReferencePoint(80.0005 + 0.001 * (i * 37 % 100), 44.0105 + shift + 0.001 * (i % 80), (i * 37 % 100 < 50) != (i % 11 == 0) ? "irrigated" : "other", year, year));

    private string Map(string name)
    {
        string path = scratch.File(name);
        ClassMap.Write(path, new Grid("EPSG:4326", 80, 44.1, 0.001, 0.001, 100, 100), (x, y) => y == 0 ? (byte)0 : x < 50 ? (byte)1 : (byte)2);
        return path;
    }
}
