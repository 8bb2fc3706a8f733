using CsCheck;
using IrrigationWatch.Areas;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace IrrigationWatch.Tests.Areas;

public class PolygonCoverageTests
{
    private const int Width = 9;
    private const int Height = 7;

    [Fact]
    public void Shares_equal_the_geometric_intersection_of_every_pixel()
    {
        Gen<Geometry> polygons = Gen.Select(Gen.Double[-4, 13], Gen.Double[-4, 11], Gen.Double[0.1, 8], Gen.Int[3, 14], Gen.Double[0.2, 1].Array[14], Gen.Bool, (x, y, radius, n, spread, hole) =>
        {
            LinearRing shell = Star(x, y, radius, n, spread);
            return (Geometry)new Polygon(shell, hole ? [Star(x, y, radius * 0.15, n, spread)] : []);
        });
        polygons.Sample(polygon =>
        {
            double[,] actual = Cover(polygon);
            Envelope box = polygon.EnvelopeInternal;
            PolygonCoverage coverage = Open(polygon);
            if (box.MinY < Height && box.MaxY > 0)
            {
                Assert.Equal((Math.Max(0, (int)Math.Floor(box.MinY)), Math.Min(Height, (int)Math.Ceiling(box.MaxY))), (coverage.FirstRow, coverage.EndRow));
                Assert.Equal(box.MinX >= Width || box.MaxX <= 0, coverage.IsEmpty);
            }
            else
            {
                Assert.Equal((true, 0, 0), (coverage.IsEmpty, coverage.FirstRow, coverage.EndRow));
            }

            if (!coverage.IsEmpty)
            {
                Assert.Equal((Math.Max(0, (int)Math.Floor(box.MinX)), Math.Min(Width, (int)Math.Ceiling(box.MaxX))), (coverage.FirstColumn, coverage.EndColumn));
                Assert.Throws<ArgumentOutOfRangeException>(() =>
                {
                    coverage.Runs(3);
                    coverage.Runs(3);
                });
            }

            for (int row = 0; row < Height; row++)
            {
                for (int column = 0; column < Width; column++)
                {
                    Geometry pixel = GeometryFactory.Default.ToGeometry(new Envelope(column, column + 1, row, row + 1));
                    double expected = OverlayNGRobust.Overlay(polygon, pixel, SpatialFunction.Intersection).Area;
                    Assert.Equal(expected, actual[row, column], tolerance: 1e-9);
                }
            }
        }, iter: 1500);
    }

    [Fact]
    public void Polygons_that_tile_a_place_add_up_to_it()
    {
        Gen.Double[0.01, 0.99].Array[6].Sample(cuts =>
        {
            // A jagged line from top to bottom, well inside the raster, splits a rectangle that covers it.
            Coordinate[] line = [.. cuts.Select((cut, i) => new Coordinate(1 + 7 * cut, -1 + i * 9.0 / 5))];
            Coordinate[] left = [new(-1, -1), .. line, new(-1, 8), new(-1, -1)];
            Coordinate[] right = [new(10, -1), .. line, new(10, 8), new(10, -1)];
            double[,] a = Cover(new Polygon(new LinearRing(left)));
            double[,] b = Cover(new Polygon(new LinearRing(right)));
            for (int row = 0; row < Height; row++)
            {
                for (int column = 0; column < Width; column++)
                {
                    Assert.Equal(1, a[row, column] + b[row, column], tolerance: 1e-12);
                }
            }
        }, iter: 500);
    }

    [Fact]
    public void Whole_pixels_are_exactly_one_and_outside_is_exactly_zero()
    {
        double[,] shares = Cover(GeometryFactory.Default.ToGeometry(new Envelope(2, 5, 1, 4)));
        for (int row = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++)
            {
                Assert.Equal(column is >= 2 and < 5 && row is >= 1 and < 4 ? 1.0 : 0.0, shares[row, column]);
            }
        }
    }

    private static double[,] Cover(Geometry polygon)
    {
        PolygonCoverage coverage = Open(polygon);
        double[,] result = new double[Height, Width];
        double[] row = new double[Width];
        for (int y = coverage.FirstRow; y < coverage.EndRow && !coverage.IsEmpty; y++)
        {
            coverage.Row(y, row);
            for (int x = coverage.FirstColumn; x < coverage.EndColumn; x++)
            {
                result[y, x] = row[x - coverage.FirstColumn];
            }
        }

        return result;
    }

    private static PolygonCoverage Open(Geometry polygon)
    {
        var shape = (Polygon)polygon;
        return new PolygonCoverage([Ring(shape.Shell, positive: true), .. shape.Holes.Select(hole => Ring(hole, positive: false))], Width, Height);
    }

    private static (double X, double Y)[] Ring(LinearRing ring, bool positive)
    {
        Coordinate[] points = ring.Coordinates;
        if (ring.IsCCW != positive)
        {
            Array.Reverse(points);
        }

        return [.. points.Select(point => (point.X, point.Y))];
    }

    private static LinearRing Star(double x, double y, double radius, int n, double[] spread)
    {
        var points = new Coordinate[n + 1];
        for (int i = 0; i < n; i++)
        {
            double angle = 2 * Math.PI * i / n;
            points[i] = new Coordinate(x + radius * spread[i] * Math.Cos(angle), y + radius * spread[i] * Math.Sin(angle));
        }

        points[n] = points[0];
        return new LinearRing(points);
    }
}
