using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace IrrigationWatch.Areas;

/// <summary>Brings zones, whose edges are straight in longitude and latitude, into the pixels of a grid.</summary>
internal sealed class ZoneProjector : IDisposable
{
    /// <summary>Longest edge in degrees that is transformed as a straight line: about 500 m, off by 5 mm in UTM.</summary>
    private const double LongestEdge = 0.005;

    private readonly Grid grid;
    private readonly CoordinateTransformation? toGrid;
    private readonly Polygon? footprint;

    internal ZoneProjector(Grid grid)
    {
        this.grid = grid;
        using SpatialReference reference = grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        if (reference.IsGeographic && reference.IsSame(wgs84))
        {
            return;
        }

        footprint = Footprint();
        toGrid = new CoordinateTransformation(wgs84, reference);
    }

    /// <summary>The coverage of a zone over the grid.</summary>
    internal PolygonCoverage Cover(Geometry zone)
    {
        Geometry part = zone;
        if (footprint is not null)
        {
            // Far from the grid its projection may not be defined; only what can touch it is transformed.
            part = zone.EnvelopeInternal.Intersects(footprint.EnvelopeInternal)
                ? ZoneReader.PolygonsOf(OverlayNGRobust.Overlay(zone, footprint, SpatialFunction.Intersection))
                : zone.Factory.CreatePolygon();
        }

        var rings = new List<(double X, double Y)[]>();
        for (int i = 0; i < part.NumGeometries; i++)
        {
            if (part.GetGeometryN(i) is not Polygon polygon || polygon.IsEmpty)
            {
                continue;
            }

            rings.Add(Ring(polygon.Shell, positive: true));
            rings.AddRange(polygon.Holes.Select(hole => Ring(hole, positive: false)));
        }

        return new PolygonCoverage(rings, grid.Width, grid.Height);
    }

    public void Dispose() => toGrid?.Dispose();

    private (double X, double Y)[] Ring(LinearRing ring, bool positive)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        CoordinateSequence points = ring.CoordinateSequence;
        for (int i = 0; i < points.Count; i++)
        {
            if (i > 0 && toGrid is not null)
            {
                Densify(points.GetX(i - 1), points.GetY(i - 1), points.GetX(i), points.GetY(i), xs, ys);
            }

            xs.Add(points.GetX(i));
            ys.Add(points.GetY(i));
        }

        double[] x = [.. xs];
        double[] y = [.. ys];
        toGrid?.Transform(x, y);
        var result = new (double X, double Y)[x.Length];
        double area = 0;
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = ((x[i] - grid.Left) / grid.PixelWidth, (grid.Top - y[i]) / grid.PixelHeight);
            if (i > 0)
            {
                area += result[i - 1].X * result[i].Y - result[i].X * result[i - 1].Y;
            }
        }

        if (area > 0 != positive)
        {
            Array.Reverse(result);
        }

        return result;
    }

    /// <summary>Adds points between two others; the same points whichever end comes first, so that neighbours still meet.</summary>
    private static void Densify(double x0, double y0, double x1, double y1, List<double> xs, List<double> ys)
    {
        int parts = (int)Math.Ceiling(Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0)) / LongestEdge);
        bool forward = x0 < x1 || (x0 == x1 && y0 < y1);
        (double ax, double ay, double bx, double by) = forward ? (x0, y0, x1, y1) : (x1, y1, x0, y0);
        for (int i = 1; i < parts; i++)
        {
            double t = (double)(forward ? i : parts - i) / parts;
            xs.Add(ax + t * (bx - ax));
            ys.Add(ay + t * (by - ay));
        }
    }

    private Polygon Footprint()
    {
        (double west, double south, double east, double north) = grid.GeographicBounds();
        var envelope = new Envelope(west, east, south, north);
        envelope.ExpandBy(0.02 * envelope.Width + 0.01, 0.02 * envelope.Height + 0.01);
        return (Polygon)GeometryFactory.Default.ToGeometry(envelope);
    }
}
