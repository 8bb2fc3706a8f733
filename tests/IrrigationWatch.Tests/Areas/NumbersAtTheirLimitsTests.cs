using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Numbers at their limits; the answers are those of docs/reliability.md.</summary>
public class NumbersAtTheirLimitsTests
{
    private static readonly ClassValues Irrigated = ClassValues.Parse("irrigated=1");

    [Fact]
    public void A_map_over_the_antimeridian_counts_what_lies_on_both_sides()
    {
        using var scratch = new ScratchFolder();
        // 180° lies 3° west of the meridian of UTM zone 1.
        string map = Map(scratch, new Grid("EPSG:32601", 250_000, 5_000_000, 100, 100, 300, 300));
        string zones = Zones(scratch, ("both", """{"type":"MultiPolygon","coordinates":[[[[179.9,44.95],[180,44.95],[180,45.05],[179.9,45.05],[179.9,44.95]]],[[[-180,44.95],[-179.9,44.95],[-179.9,45.05],[-180,45.05],[-180,44.95]]]]}"""),
            ("east", "[[[-180,44.95],[-179.9,44.95],[-179.9,45.05],[-180,45.05],[-180,44.95]]]"), ("beyond", "[[[179.9,44.95],[180.1,44.95],[180.1,45.05],[179.9,45.05],[179.9,44.95]]]"));
        AreaRow[] rows = [.. AreaCalculation.Compute([map], ZoneReader.Read(zones), Irrigated, zones).Rows];
        double expected = EllipsoidalArea.Cell(179.9, 44.95, 180.1, 45.05) / 10_000;
        Assert.All(rows, row => Assert.Equal(1, row.ObservedFraction, 9));
        Assert.Equal(expected, rows[0].IrrigatedHectares, 1e-6 * expected);
        Assert.Equal(expected / 2, rows[1].IrrigatedHectares, 1e-6 * expected);
        Assert.Equal(expected, rows[2].IrrigatedHectares, 1e-6 * expected);
    }

    [Fact]
    public void An_edge_that_leads_the_long_way_round_the_Earth_is_refused_and_a_box_round_the_Earth_is_not()
    {
        using var scratch = new ScratchFolder();
        string uncut = Zones(scratch, ("uncut", "[[[179.9,44.95],[-179.9,44.95],[-179.9,45.05],[179.9,45.05],[179.9,44.95]]]"));
        InputException e = Assert.Throws<InputException>(() => ZoneReader.Read(uncut));
        Assert.Contains("from longitude 179.9 to -179.9, the long way round the Earth; cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -wrapdateline -datelineoffset 90", e.Message, StringComparison.Ordinal);
        // Round a pole no program cuts: as advised, in the CRS of the file, where longitude 180 leads up from the pole.
        Assert.Contains("the long way round the Earth; cut it along longitude 180, up to the pole if it holds it, in the CRS of its file, a metre to each side", Assert.Throws<InputException>(() => ZoneReader.Read(Polar("POLYGON((-1000000 500000,1000000 500000,1000000 2000000,-1000000 2000000,-1000000 500000))"))).Message, StringComparison.Ordinal);
        Zone side = Assert.Single(ZoneReader.Read(Polar("MULTIPOLYGON(((-1000000 500000,-1 500000,-1 2000000,-1000000 2000000,-1000000 500000)),((1 500000,1000000 500000,1000000 2000000,1 2000000,1 500000)))")));
        Assert.True(side.Geometry.Area is > 1250 and < 1260, $"{side.Geometry.Area} square degrees");
        Zone pole = Assert.Single(ZoneReader.Read(Polar("POLYGON((-1000000 -1000000,1000000 -1000000,1000000 1000000,1 1000000,0 0,-1 1000000,-1000000 1000000,-1000000 -1000000))")));
        Assert.True(pole.Geometry.Area is > 3700 and < 3715, $"{pole.Geometry.Area} square degrees");
        string Polar(string text)
        {
            string path = scratch.File("polar.gpkg");
            File.Delete(path);
            using VectorTarget target = VectorTarget.Create(path, "GPKG");
            using SpatialReference reference = SpatialReference.Parse("EPSG:3995");
            target.BeginLayer("zones", reference, VectorGeometry.Any, [new VectorField("name", VectorFieldType.Text)]);
            target.Add(["polar"], new NetTopologySuite.IO.WKBWriter().Write(new NetTopologySuite.IO.WKTReader().Read(text)));
            target.Finish();
            return path;
        }

        string box = Zones(scratch, ("box", "[[[-180,40],[180,40],[180,50],[-180,50],[-180,40]]]"));
        string map = Map(scratch, new Grid("EPSG:32644", 300_000, 5_000_000, 100, 100, 20, 20));
        Assert.Equal(1, Assert.Single(AreaCalculation.Compute([map], ZoneReader.Read(box), Irrigated, box).Rows).ObservedFraction, 9);
    }

    [Theory]
    [InlineData("[[[700000,4900000],[710000,4900000],[710000,4910000],[700000,4900000]]]", "at 700000, 4900000, which is no longitude and latitude; say the file's CRS")]
    [InlineData("[[[80,44],[80,91],[81,44],[80,44]]]", "at 80, 91, which is no longitude and latitude")]
    [InlineData("[[[80,44],[1e999,44],[81,45],[80,44]]]", "which is no longitude and latitude")]
    public void Points_that_are_nowhere_on_Earth_are_named(string coordinates, string expected)
    {
        using var scratch = new ScratchFolder();
        Assert.Contains(expected, Assert.Throws<InputException>(() => ZoneReader.Read(Zones(scratch, ("a", coordinates)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_holds_a_pole_is_refused_and_one_beside_it_is_counted()
    {
        using var scratch = new ScratchFolder();
        string zones = Zones(scratch, ("south", "[[[-180,-89.99],[180,-89.99],[180,-80],[-180,-80],[-180,-89.99]]]"));
        string pole = Map(scratch, new Grid("EPSG:3031", -10_000, 10_000, 100, 100, 200, 200));
        InputException e = Assert.Throws<InputException>(() => AreaCalculation.Compute([pole], ZoneReader.Read(zones), Irrigated, zones));
        Assert.Contains("holds a pole, where all longitudes meet; cut it", e.Message, StringComparison.Ordinal);

        // Over the antimeridian, which leads down from the pole there.
        string beside = Map(scratch, new Grid("EPSG:3031", -10_000, -100_000, 100, 100, 200, 200));
        AreaRow row = Assert.Single(AreaCalculation.Compute([beside], ZoneReader.Read(zones), Irrigated, zones).Rows);
        Assert.Equal(1, row.ObservedFraction, 6);
        // 20 km × 20 km on paper; the projection is true at 71° south, and by 2.7 % too small in length at the pole.
        Assert.InRange(row.IrrigatedHectares, 40_000 * 1.04, 40_000 * 1.07);
    }

    [Fact]
    public void A_single_pixel_is_a_map()
    {
        using var scratch = new ScratchFolder();
        string map = Map(scratch, new Grid("EPSG:4326", 80, 45, 0.001, 0.001, 1, 1));
        string zones = Zones(scratch, ("all", "[[[79,44],[81,44],[81,46],[79,46],[79,44]]]"), ("half", "[[[79,44],[80.0005,44],[80.0005,46],[79,46],[79,44]]]"));
        AreaRow[] rows = [.. AreaCalculation.Compute([map], ZoneReader.Read(zones), Irrigated, zones).Rows];
        double pixel = EllipsoidalArea.Cell(80, 44.999, 80.001, 45) / 10_000;
        Assert.Equal(pixel, rows[0].IrrigatedHectares, 1e-9 * pixel);
        Assert.Equal(pixel / 2, rows[1].IrrigatedHectares, 1e-9 * pixel);
        var polygons = new List<LandPolygon>();
        LandPolygons.Trace(map, [Irrigated], [], null, 0, polygons.Add);
        Assert.Equal(pixel, Assert.Single(polygons).Hectares, 1e-9 * pixel);
    }

    [Fact]
    public void Ten_thousand_million_pixels_are_a_map()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("map-2001.tif");
        var grid = new Grid("EPSG:32644", 300_000, 5_300_000, 10, 10, 100_000, 100_000);
        using (Dataset sparse = Dataset.Create(map, "GTiff", grid.Width, grid.Height, 1, RasterType.Byte, "TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE", "BIGTIFF=YES"))
        {
            using SpatialReference reference = grid.OpenSpatialReference();
            sparse.SetSpatialReference(reference);
            sparse.GeoTransform = grid.ToGeoTransform();
            sparse.Band(1).NoData = 0;
            byte[] pixels = new byte[1000 * 1000];
            pixels.AsSpan().Fill(1);
            // The corner farthest from the origin, where 32 bits would not hold the place of a pixel.
            sparse.Band(1).Write<byte>(new PixelWindow(99_000, 99_000, 1000, 1000), pixels);
            sparse.Finish();
        }

        string zones = Zones(scratch, ("corner", "[[[90.08,38.51],[90.14,38.51],[90.14,38.56],[90.08,38.56],[90.08,38.51]]]"), ("wide", "[[[90.0,38.4],[90.3,38.4],[90.3,38.7],[90.0,38.7],[90.0,38.4]]]"));
        AreaRow[] rows = [.. AreaCalculation.Compute([map], ZoneReader.Read(zones), Irrigated, zones).Rows];
        double corner = EllipsoidalArea.Cell(90.08, 38.51, 90.14, 38.56) / 10_000;
        Assert.Equal(corner, rows[0].IrrigatedHectares, 1e-6 * corner);
        // 10 km × 10 km at 0.9993 to 1.001 of their length, which is what the projection does there.
        Assert.InRange(rows[1].IrrigatedHectares, 9800, 10_000);
        Assert.InRange(rows[1].ObservedFraction, 0.05, 0.4);
    }

    [Fact]
    public void A_zone_of_a_million_vertices_is_what_it_is_with_fewer()
    {
        using var scratch = new ScratchFolder();
        string map = Map(scratch, new Grid("EPSG:32644", 690_000, 4_890_000, 30, 30, 1000, 1000));
        string zones = Zones(scratch, ("million", Circle(1_000_000)), ("thousand", Circle(1000)));
        AreaRow[] rows = [.. AreaCalculation.Compute([map], ZoneReader.Read(zones), Irrigated, zones).Rows];
        Assert.Equal(1, rows[0].ObservedFraction, 9);
        // A regular polygon of n corners is n/2π · sin(2π/n) of its circle.
        double share = 1000 / (2 * Math.PI) * Math.Sin(2 * Math.PI / 1000);
        Assert.Equal(rows[1].IrrigatedHectares, rows[0].IrrigatedHectares * share, 1e-6 * rows[0].IrrigatedHectares);

        static string Circle(int corners) => "[[" + string.Join(',', Enumerable.Range(0, corners + 1).Select(i => (i % corners) * 2 * Math.PI / corners)
            .Select(angle => string.Create(CultureInfo.InvariantCulture, $"[{83.55 + 0.08 * Math.Cos(angle):R},{44.0 + 0.08 * Math.Sin(angle):R}]"))) + "]]";
    }

    [Theory]
    // A bow tie: both halves. Twice round: once. A hole beside its shell: land of its own. A spike without width: nothing more.
    [InlineData("[[[80,44],[80.1,44.1],[80.1,44],[80,44.1],[80,44]]]", 0.5)]
    [InlineData("[[[80,44],[80.1,44],[80.1,44.1],[80,44.1],[80,44],[80.1,44],[80.1,44.1],[80,44.1],[80,44]]]", 1)]
    [InlineData("[[[80,44],[80.1,44],[80.1,44.1],[80,44.1],[80,44]],[[80.01,44.01],[80.06,44.01],[80.06,44.06],[80.01,44.06],[80.01,44.01]]]", 0.75)]
    [InlineData("[[[80,44],[80.1,44],[80.1,44.1],[80.1,44.2],[80.1,44.1],[80,44.1],[80,44]]]", 1)]
    public void Polygons_that_cross_themselves_count_what_they_enclose_and_once(string coordinates, double share)
    {
        using var scratch = new ScratchFolder();
        string map = Map(scratch, new Grid("EPSG:4326", 79.9, 44.3, 0.001, 0.001, 400, 400));
        string zones = Zones(scratch, ("a", coordinates));
        AreaRow row = Assert.Single(AreaCalculation.Compute([map], ZoneReader.Read(zones), Irrigated, zones).Rows);
        double whole = EllipsoidalArea.Cell(80, 44, 80.1, 44.1) / 10_000;
        Assert.Equal(share, row.IrrigatedHectares / whole, 3);
        Assert.Equal(1, row.ObservedFraction, 9);
    }

    [Fact]
    public void Leap_days_are_days()
    {
        Assert.Equal(new DateOnly(2020, 2, 29), ProductId.Parse("LC08_L2SP_149030_20200229_20200822_02_T1", "a").Acquired);
        Assert.Throws<InputException>(() => ProductId.Parse("LC08_L2SP_149030_20210229_20210822_02_T1", "a"));
        Assert.Throws<InputException>(() => ProductId.Parse("LE07_L2SP_149030_19000229_20210822_02_T1", "a"));
        // 2000 was a leap year, 366 days long; pre-Collection ids count days.
        Season leap = Season.TryParse("leap", "02-29..02-29")!;
        Assert.True(leap.Contains(new DateOnly(2020, 2, 29)));
        // It is the last of February, whichever that is.
        Assert.True(leap.Contains(new DateOnly(2021, 2, 28)) && leap.Contains(new DateOnly(1900, 2, 28)) && leap.Contains(new DateOnly(2000, 2, 29)));
        Assert.False(leap.Contains(new DateOnly(2021, 3, 1)) || leap.Contains(new DateOnly(2021, 2, 27)) || leap.Contains(new DateOnly(2020, 2, 28)));
        Season toMarch = Season.TryParse("turn", "02-29..03-01")!;
        Assert.Equal([2, 2], new[] { 2020, 2021 }.Select(year => Enumerable.Range(0, 365).Count(day => toMarch.Contains(new DateOnly(year, 1, 1).AddDays(day)))));
        Season overTurn = Season.TryParse("winter", "12-31..02-29")!;
        Assert.True(overTurn.Contains(new DateOnly(2021, 2, 28)) && overTurn.Contains(new DateOnly(2020, 2, 29)));
        Season all = Season.TryParse("all", "02-29..02-28")!;
        Assert.All(Enumerable.Range(0, 731), day => Assert.True(all.Contains(new DateOnly(2020, 1, 1).AddDays(day))));
        Season spring = Season.TryParse("spring", "02-15..03-15")!;
        Assert.Equal(30, Days(2020).Count(spring.Contains));
        Assert.Equal(29, Days(2021).Count(spring.Contains));

        static IEnumerable<DateOnly> Days(int year) => Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(new DateOnly(year, 1, 1).AddDays);
    }

    [Fact]
    public void A_series_of_nothing_and_of_equal_years_has_a_trend_that_says_so()
    {
        Trend flat = Trend.Of([.. Enumerable.Range(1990, 20)], [.. Enumerable.Repeat(0.0, 20)]);
        Assert.Equal((0L, double.NaN, 1.0, 0.0), (flat.S, flat.Tau, flat.P, flat.Slope));
        Trend large = Trend.Of([.. Enumerable.Range(1990, 20)], [.. Enumerable.Range(0, 20).Select(i => i * 1e15)]);
        Assert.Equal(1e15, large.Slope, 1);
        Assert.Equal(1.0, large.Tau, 9);
    }

    private static string Map(ScratchFolder scratch, Grid grid)
    {
        string map = scratch.File($"map-2001-{Directory.GetFiles(scratch.Path).Length}", "map-2001.tif");
        Directory.CreateDirectory(Path.GetDirectoryName(map)!);
        ClassMap.Write(map, grid, (_, _) => 1);
        return map;
    }

    /// <summary>A file of zones; a geometry is a whole one, or the coordinates of a polygon.</summary>
    private static string Zones(ScratchFolder scratch, params (string Name, string Geometry)[] zones)
    {
        string file = scratch.File(zones[0].Name + ".geojson");
        File.WriteAllText(file, $$"""{"type":"FeatureCollection","features":[{{string.Join(',', zones.Select(zone => $$"""{"type":"Feature","properties":{"name":"{{zone.Name}}","country":"X"},"geometry":{{(zone.Geometry[0] == '{' ? zone.Geometry : $$"""{"type":"Polygon","coordinates":{{zone.Geometry}}}""")}}}"""))}}]}""");
        return file;
    }
}
