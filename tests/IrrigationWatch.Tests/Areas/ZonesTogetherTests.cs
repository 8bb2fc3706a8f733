using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Union;
using NetTopologySuite.Triangulate;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Zones that tile, nest and overlap, that are smaller than a pixel, and that lie in several UTM zones.</summary>
public sealed class ZonesTogetherTests : IDisposable
{
    private static readonly GeometryFactory Factory = GeometryFactory.Default;
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Regions that fill a country, by chance: the cells nearest to random points, cut at its border.</summary>
    [Theory]
    [InlineData("EPSG:32644", 300_000, 4_950_000, 700)]
    [InlineData("EPSG:4326", 78.6, 44.8, 0.008)]
    public void Areas_of_zones_that_fill_a_country_add_up_to_its_own(string crs, double left, double top, double pixel)
    {
        var grid = new Grid(crs, left, top, pixel, pixel, 230, 170);
        string map = scratch.File("map-2010.tif");
        ClassMap.Write(map, grid, (x, y) => (byte)((x * 31 + y * 17 + x * y) % 5));
        var country = (Polygon)Factory.CreatePoint(new Coordinate(79.6, 44.1)).Buffer(0.9, 12);
        Gen.Select(Gen.Double[78.6, 80.6], Gen.Double[43.2, 45.0], (x, y) => new Coordinate(x, y)).Array[3, 40].Sample(sites =>
        {
            var builder = new VoronoiDiagramBuilder();
            builder.SetSites(sites);
            builder.ClipEnvelope = country.EnvelopeInternal;
            Geometry[] cells = [.. builder.GetDiagram(Factory).Select(cell => cell.Intersection(country)).Where(cell => cell.Area > 0)];
            // The country with the corners of its regions, as in a data set of borders.
            Zone whole = new("country", "KZ", UnaryUnionOp.Union(cells));
            Zone[] zones = [whole, .. cells.Select((cell, i) => new Zone($"region {i}", "KZ", cell))];
            AreaTable table = AreaCalculation.Compute([map], zones, ClassValues.Parse("one=1,3"), "zones");
            AreaRow all = table.Rows.Single(row => row.Zone == "country");
            AreaRow[] parts = [.. table.Rows.Where(row => row.Zone != "country")];
            Assert.Equal(1, parts.Sum(row => row.IrrigatedHectares) / all.IrrigatedHectares, 1e-9);
            Assert.Equal(1, parts.Sum(row => row.ObservedHectares) / all.ObservedHectares, 1e-9);
            Assert.Equal(1, parts.Sum(row => row.ZoneHectares) / all.ZoneHectares, 1e-9);
            Assert.Equal(["country"], ZoneNesting.Outermost(zones).Select(zone => zone.Name));
            Assert.Equal(cells.Length, ZoneNesting.Outermost(zones[1..]).Count);
        }, iter: 12, threads: 1);
    }

    [Fact]
    public void A_zone_smaller_than_a_pixel_counts_its_share_of_that_pixel()
    {
        var grid = new Grid("EPSG:4326", 80, 45, 0.01, 0.01, 20, 20);
        string map = scratch.File("map-2010.tif");
        ClassMap.Write(map, grid, (x, y) => (byte)(x == 3 && y == 3 ? 1 : 2));
        // A tenth of a pixel's width and height inside of it, and the same across two pixels.
        Zone inside = new("inside", "", Box(80.032, 44.964, 0.001));
        Zone across = new("across", "", Box(80.0395, 44.964, 0.001));
        AreaTable table = AreaCalculation.Compute([map], [inside, across], ClassValues.Parse("irrigated=1"), "zones");
        double pixel = Pixel(grid, 3, 3);
        Assert.Equal(pixel / 100, table.Rows[0].IrrigatedHectares, pixel * 1e-9);
        Assert.Equal(table.Rows[0].ZoneHectares, table.Rows[0].IrrigatedHectares, pixel * 1e-9);
        Assert.Equal(pixel / 200, table.Rows[1].IrrigatedHectares, pixel * 1e-9);
        Assert.Equal(pixel / 100, table.Rows[1].ObservedHectares, pixel * 1e-9);
    }

    [Fact]
    public void A_zone_over_maps_in_two_UTM_zones_gets_the_area_of_both()
    {
        // West and east of 78°E at 45°N, each on its own grid; their rectangles are tilted against each other and do not meet.
        var west = new Grid("EPSG:32643", 690_000, 5_000_000, 300, 300, 145, 150);
        var east = new Grid("EPSG:32644", 267_000, 5_000_000, 300, 300, 145, 150);
        ClassMap.Write(scratch.File("w-2010.tif"), west, (x, y) => (byte)(1 + (x + y) % 2));
        ClassMap.Write(scratch.File("e-2010.tif"), east, (x, y) => (byte)(1 + (x * y) % 2));
        Zone zone = new("both sides", "KZ", Factory.ToGeometry(new Envelope(77.5, 78.5, 44.8, 45.1)));
        ClassValues counted = ClassValues.Parse("irrigated=1");
        AreaRow together = Assert.Single(AreaCalculation.Compute([scratch.File("w-2010.tif"), scratch.File("e-2010.tif")], [zone], counted, "zones", countsOutside: true).Rows);
        AreaRow left = Assert.Single(AreaCalculation.Compute([scratch.File("w-2010.tif")], [zone], counted, "zones").Rows);
        AreaRow right = Assert.Single(AreaCalculation.Compute([scratch.File("e-2010.tif")], [zone], counted, "zones").Rows);
        Assert.Equal(left.IrrigatedHectares + right.IrrigatedHectares, together.IrrigatedHectares, 1e-6);
        Assert.Equal(left.ObservedHectares + right.ObservedHectares, together.ObservedHectares, 1e-6);
        // The seam between them, and what lies beyond, belongs to the zone and was not observed.
        Assert.InRange(together.ObservedFraction, 0.5, 0.99);
        Assert.Equal(ZoneProjector.TrueArea(zone.Geometry) / 10_000, together.ZoneHectares, together.ZoneHectares * 1e-6);

        // Moved until they overlap they are refused.
        ClassMap.Write(scratch.File("x-2010.tif"), new Grid("EPSG:32644", 255_000, 5_000_000, 300, 300, 145, 150), (_, _) => 1);
        InputException e = Assert.Throws<InputException>(() => AreaCalculation.Compute([scratch.File("w-2010.tif"), scratch.File("x-2010.tif")], [zone], counted, "zones"));
        Assert.Contains("second map of 2010", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_outermost_zones_neither_nest_nor_overlap()
    {
        Zone basin = new("basin", "", Factory.ToGeometry(new Envelope(76, 83, 42, 46)));
        Zone west = new("west", "KZ", Factory.ToGeometry(new Envelope(74, 80, 43, 47)));
        Zone east = new("east", "CN", Factory.ToGeometry(new Envelope(80, 88, 43, 47)));
        Zone district = new("district", "CN", Factory.ToGeometry(new Envelope(81, 82, 44, 45)));
        // Digitised by another hand: a sliver of the neighbour is no overlap.
        Zone south = new("south", "KG", Factory.ToGeometry(new Envelope(74, 80, 40, 43.003)));
        Assert.Equal(["west", "east"], ZoneNesting.Outermost([district, west, east]).Select(zone => zone.Name));
        Assert.Equal(["west", "east", "south"], ZoneNesting.Outermost([west, basin, east, south]).Select(zone => zone.Name));
        Assert.Equal(["basin"], ZoneNesting.Outermost([basin, district]).Select(zone => zone.Name));
    }

    private static Geometry Box(double left, double bottom, double size) => Factory.ToGeometry(new Envelope(left, left + size, bottom, bottom + size));

    private static double Pixel(Grid grid, int x, int y) => ZoneProjector.TrueArea(Box(grid.Left + x * grid.PixelWidth, grid.Top - (y + 1) * grid.PixelHeight, grid.PixelWidth)) / 10_000;
}
