using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Zones cut ring by ring cover the same pixels as those cut by an overlay.</summary>
public sealed class RectangleClipTests
{
    private static readonly Grid Utm = new("EPSG:32644", 441225, 4890015, 30, 30, 60, 40);

    private static readonly Envelope Box = new(0, 1, 0, 1);

    [Fact]
    public void Rings_are_cut_as_an_overlay_cuts_them() =>
        Polygons(0.5, 0.5, 1.2).Sample(
            polygon =>
            {
                double expected = OverlayNGRobust.Overlay(polygon, GeometryFactory.Default.ToGeometry(Box), SpatialFunction.Intersection).Area;
                double actual = Math.Abs(Shoelace(RectangleClip.Ring(polygon.Shell.CoordinateSequence, Box)));
                foreach (LinearRing hole in polygon.Holes)
                {
                    actual -= Math.Abs(Shoelace(RectangleClip.Ring(hole.CoordinateSequence, Box)));
                }

                Assert.Equal(expected, actual, 1e-12);
            },
            iter: Form.Cases(300, 20_000));

    [Fact]
    public void Shares_of_pixels_are_those_of_an_overlay()
    {
        (double west, double south, double east, double north) = Utm.GeographicBounds();
        using var projector = new ZoneProjector(Utm);
        Polygons((west + east) / 2, (south + north) / 2, 0.06).Sample(
            polygon =>
            {
                var expected = new PolygonCoverage(projector.Rings(polygon), Utm.Width, Utm.Height);
                PolygonCoverage actual = projector.Cover(polygon);
                double[] wanted = new double[Utm.Width];
                double[] shares = new double[Utm.Width];
                for (int row = 0; row < Utm.Height; row++)
                {
                    Fill(expected, row, wanted);
                    Fill(actual, row, shares);
                    for (int column = 0; column < Utm.Width; column++)
                    {
                        Assert.Equal(wanted[column], shares[column], 1e-7);
                    }
                }
            },
            iter: Form.Cases(60, 3000));
    }

    [Fact]
    public void What_lies_outside_leaves_nothing_and_what_holds_all_leaves_the_rectangle()
    {
        CoordinateSequence around = GeometryFactory.Default.ToGeometry(new Envelope(-5, 9, -7, 3)).Factory.CreateLinearRing([new(-5, -7), new(9, -7), new(9, 3), new(-5, 3), new(-5, -7)]).CoordinateSequence;
        Assert.Equal(1, Shoelace(RectangleClip.Ring(around, Box)));
        CoordinateSequence beside = GeometryFactory.Default.CreateLinearRing([new(2, 0), new(3, 0), new(3, 1), new(2, 0)]).CoordinateSequence;
        Assert.Empty(RectangleClip.Ring(beside, Box));
    }

    [Fact]
    public void A_coverage_is_gone_through_again_with_the_same_shares_and_knows_its_crossings()
    {
        // A square of three pixels' side between pixels: two upright edges reach four rows each, as the level ones are left out.
        var coverage = new PolygonCoverage([[(2.5, 2.5), (5.5, 2.5), (5.5, 5.5), (2.5, 5.5), (2.5, 2.5)]], 10, 10);
        Assert.Equal(2 * (2 + 3), coverage.Crossings);
        double[] first = new double[10];
        double[] second = new double[10];
        Fill(coverage, 2, first);
        Fill(coverage, 5, first);
        var again = new PolygonCoverage(coverage);
        Fill(again, 2, second);
        Assert.Equal([0, 0, 0.25, 0.5, 0.5, 0.25, 0, 0, 0, 0], second);
        Fill(again, 5, second);
        Assert.Equal(first, second);
        Assert.Equal(coverage.Crossings, again.Crossings);
    }

    private static void Fill(PolygonCoverage coverage, int row, double[] shares)
    {
        Array.Clear(shares);
        if (!coverage.IsEmpty)
        {
            coverage.Row(row, shares.AsSpan(coverage.FirstColumn));
        }
    }

    /// <summary>Stars with a hole, around a place, that reach as far as a size.</summary>
    private static Gen<Polygon> Polygons(double x, double y, double size) =>
        Gen.Select(Gen.Double[0.2, 1].Array[3, 40], Gen.Double[-0.5, 0.5], Gen.Double[-0.5, 0.5]).Select((radii, dx, dy) =>
        {
            GeometryFactory factory = GeometryFactory.Default;
            LinearRing Ring(double part)
            {
                Coordinate[] points = [.. radii.Select((radius, i) => new Coordinate(
                    x + dx * size + size * part * radius * Math.Cos(2 * Math.PI * i / radii.Length),
                    y + dy * size + size * part * radius * Math.Sin(2 * Math.PI * i / radii.Length)))];
                return factory.CreateLinearRing([.. points, points[0].Copy()]);
            }

            return factory.CreatePolygon(Ring(1), [Ring(0.4)]);
        });

    private static double Shoelace(List<(double X, double Y)> ring)
    {
        double sum = 0;
        for (int i = 1; i < ring.Count; i++)
        {
            sum += ring[i - 1].X * ring[i].Y - ring[i].X * ring[i - 1].Y;
        }

        return sum / 2;
    }
}
