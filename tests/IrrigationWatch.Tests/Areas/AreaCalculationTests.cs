using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Areas;

public class AreaCalculationTests
{
    private static readonly string Countries = Repository.Sample("zones", "countries.geojson");
    private static readonly string Corridor = Repository.Sample("zones", "corridor.geojson");

    public static IReadOnlyList<string> Maps => [.. Directory.GetFiles(Repository.Sample("irrigation-maps"), "*.tif").Order(StringComparer.Ordinal)];

    [Fact]
    public void The_published_maps_agree_with_an_independent_calculation_in_every_year_and_country()
    {
        // tests/golden/gim-countries.csv was made by tests/peers/zonal_area.py (GEOS and numerical integration).
        string[] golden = File.ReadAllLines(Repository.Golden("gim-countries.csv"))[1..];
        AreaTable table = AreaCalculation.Compute([.. Maps], ZoneReader.Read(Countries), ClassValues.Parse("high=2"), Countries);
        Assert.Equal(36, golden.Length);
        Assert.Equal(golden.Length, table.Rows.Count);
        foreach (string line in golden)
        {
            string[] fields = line.Split(',');
            AreaRow row = table.Rows.Single(r => r.Year.ToString(CultureInfo.InvariantCulture) == fields[0] && r.Zone == fields[1]);
            double[] expected = [.. fields[2..].Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            double[] actual = [row.IrrigatedHectares, row.ObservedHectares, row.ZoneHectares];
            for (int i = 0; i < 3; i++)
            {
                Assert.InRange(actual[i], expected[i] * (1 - 1e-7), expected[i] * (1 + 1e-7));
            }
        }
    }

    [Fact]
    public void The_independent_calculation_still_gives_the_golden_values()
    {
        (int code, string output) = Repository.RunPeer([Path.Combine(Repository.Root, "tests", "peers", "zonal_area.py"), Countries, "name", "2", .. Maps]);
        Assert.True(code == 0, output);
        string[][] fresh = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => line.Split(','))];
        string[][] golden = [.. File.ReadAllLines(Repository.Golden("gim-countries.csv"))[1..].Select(line => line.Split(','))];
        Assert.Equal(golden.Length, fresh.Length);
        for (int i = 0; i < golden.Length; i++)
        {
            Assert.Equal(golden[i][..2], fresh[i][..2]);
            Assert.Equal(double.Parse(golden[i][2], CultureInfo.InvariantCulture), double.Parse(fresh[i][2], CultureInfo.InvariantCulture), 3);
        }
    }

    [Fact]
    public void Cutting_to_the_corridor_leaves_less_of_each_zone_and_never_more()
    {
        IReadOnlyList<Zone> zones = ZoneReader.Read(Countries);
        Geometry corridor = ZoneReader.ReadAreaOfInterest(Corridor);
        AreaTable whole = AreaCalculation.Compute([.. Maps], zones, ClassValues.Parse("any=1,2"), Countries);
        AreaTable inside = AreaCalculation.Compute([.. Maps], ZoneReader.Within(zones, corridor), ClassValues.Parse("any=1,2"), Countries);
        Assert.All(inside.Rows, row => Assert.InRange(row.IrrigatedHectares, 0, whole.Rows.Single(r => (r.Year, r.Zone) == (row.Year, row.Zone)).IrrigatedHectares));
        // The corridor lies in the maps, so its parts by country add up to its own area.
        double parts = inside.Rows.Where(row => row.Year == 2005).Sum(row => row.ZoneHectares);
        AreaTable one = AreaCalculation.Compute([.. Maps], [new Zone("corridor", "", corridor)], ClassValues.Parse("any=1,2"), Corridor);
        Assert.InRange(parts / one.Rows[0].ZoneHectares, 0.999, 1.0000001);
    }

    [Fact]
    public void In_UTM_areas_are_those_of_the_ellipsoid_not_of_the_projection()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("map-2010.tif");
        var grid = new Grid("EPSG:32644", 250_005, 4_900_005, 30, 30, 400, 300);
        ClassMap.Write(map, grid, (x, _) => x < 100 ? (byte)1 : x < 110 ? (byte)0 : (byte)2);
        AreaTable table = AreaCalculation.Compute([map], [World()], ClassValues.Parse("irrigated=1"), "zones");
        AreaRow row = Assert.Single(table.Rows);
        // GeographicLib through pyproj 3.4 (Geod.polygon_area_perimeter on WGS84, edges densified to a few metres).
        Assert.Equal(2698.059655461991, row.IrrigatedHectares, 3);
        Assert.Equal(10792.823899531099, row.ZoneHectares, 3);
        Assert.Equal(390.0 / 400, row.ObservedFraction, 4);
    }

    [Fact]
    public void A_country_over_a_projected_map_agrees_with_an_independent_calculation()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("map-2005.tif");
        // Nine degrees wide, far beyond the zone's own six, where areas on paper are wrong by more than one per cent.
        ClassMap.Write(map, new Grid("EPSG:32644", -300_000, 5_500_000, 5000, 5000, 230, 200), (x, y) => (byte)((x * 7 + y * 13) % 3));
        AreaTable table = AreaCalculation.Compute([map], [.. ZoneReader.Read(Countries).Where(zone => zone.Country == "KG")], ClassValues.Parse("two=2"), Countries);
        // GEOS for the shares, edges cut every 0.005°, and GeographicLib (pyproj 3.4) for every pixel's area.
        AreaRow row = Assert.Single(table.Rows);
        Assert.InRange(row.IrrigatedHectares / 5082412.069971491, 1 - 1e-6, 1 + 1e-6);
        Assert.InRange(row.ZoneHectares / 15263600.83507482, 1 - 1e-6, 1 + 1e-6);
    }

    [Fact]
    public void Maps_missing_in_a_year_read_as_unobserved_not_as_a_smaller_zone()
    {
        using var scratch = new ScratchFolder();
        var west = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 50, 40);
        var east = new Grid("EPSG:32644", 301_500, 4_900_000, 30, 30, 50, 40);
        ClassMap.Write(scratch.File("w-2010.tif"), west, (_, _) => 1);
        ClassMap.Write(scratch.File("e-2010.tif"), east, (_, _) => 1);
        ClassMap.Write(scratch.File("w-2011.tif"), west, (_, _) => 1);
        AreaTable table = AreaCalculation.Compute([scratch.File("w-2010.tif"), scratch.File("e-2010.tif"), scratch.File("w-2011.tif")], [World()], ClassValues.Parse("irrigated=1"), "zones");
        Assert.Equal([2010, 2011], table.Rows.Select(row => row.Year));
        Assert.Equal(table.Rows[0].ZoneHectares, table.Rows[1].ZoneHectares);
        Assert.Equal(1, table.Rows[0].ObservedFraction, 9);
        Assert.Equal(0.5, table.Rows[1].ObservedFraction, 4);
    }

    [Fact]
    public void Two_maps_of_one_year_and_place_are_refused()
    {
        using var scratch = new ScratchFolder();
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 50, 40);
        ClassMap.Write(scratch.File("a-2010.tif"), grid, (_, _) => 1);
        ClassMap.Write(scratch.File("b-2010.tif"), grid.Cut(new PixelWindow(10, 10, 5, 5)), (_, _) => 1);
        InputException e = Assert.Throws<InputException>(() => AreaCalculation.Compute([scratch.File("a-2010.tif"), scratch.File("b-2010.tif")], [World()], ClassValues.Parse("irrigated=1"), "zones"));
        Assert.Contains("second map of 2010", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zones_without_polygons_or_outside_the_maps_are_refused()
    {
        using var scratch = new ScratchFolder();
        string points = scratch.File("points.geojson");
        File.WriteAllText(points, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"p"},"geometry":{"type":"Point","coordinates":[80,44]}}]}""");
        Assert.Contains("no polygon", Assert.Throws<InputException>(() => ZoneReader.Read(points)).Message, StringComparison.Ordinal);
        string far = scratch.File("far.geojson");
        File.WriteAllText(far, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}""");
        InputException e = Assert.Throws<InputException>(() => AreaCalculation.Compute([.. Maps], ZoneReader.Read(far), ClassValues.Parse("high=2"), far));
        Assert.Contains(far + ": all zones lie outside the maps", e.Message, StringComparison.Ordinal);
        string empty = scratch.File("empty.geojson");
        File.WriteAllText(empty, """{"type":"FeatureCollection","features":[]}""");
        Assert.Throws<InputException>(() => ZoneReader.Read(empty));
        Assert.Contains("--zone-name", Assert.Throws<InputException>(() => ZoneReader.Read(Countries, "title")).Message, StringComparison.Ordinal);
    }

    private static Zone World() => new("world", "", GeometryFactory.Default.ToGeometry(new Envelope(60, 100, 30, 60)));
}
