using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace IrrigationWatch.Areas;

/// <summary>Brings zones, whose edges are straight in longitude and latitude, into the pixels of a grid.</summary>
internal sealed class ZoneProjector : IDisposable
{
    /// <summary>Longest edge in degrees that is transformed as a straight line: about 500 m, off by 5 mm in UTM.</summary>
    private const double LongestEdge = 0.005;

    /// <summary>What it costs to project a point, in steps of <see cref="IWorkLimit"/>.</summary>
    private const int StepsOfPoint = 100;

    private const int PointsBetweenChecks = 4096;

    private readonly Grid grid;
    private readonly CoordinateTransformation? toGrid;
    private readonly Polygon footprint;
    private readonly bool isGeographic;

    internal ZoneProjector(Grid grid)
    {
        this.grid = grid;
        using SpatialReference reference = grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        isGeographic = reference.IsGeographic;
        footprint = Surroundings();
        toGrid = isGeographic && reference.IsSame(wgs84) ? null : new CoordinateTransformation(wgs84, reference);
    }

    /// <summary>The coverage of a zone over the grid.</summary>
    /// <param name="zone">Valid polygons in longitude and latitude.</param>
    /// <param name="work">Is told of the work before it is done; null where nobody asks.</param>
    internal PolygonCoverage Cover(Geometry zone, IWorkLimit? work = null)
    {
        if (footprint.EnvelopeInternal.Contains(zone.EnvelopeInternal))
        {
            return new PolygonCoverage(RingsOf(zone, null, work), grid.Width, grid.Height);
        }

        if (toGrid is null)
        {
            return new PolygonCoverage(Turns(zone, footprint.EnvelopeInternal).SelectMany(turn => RingsOf(turn, null, work)), grid.Width, grid.Height);
        }

        // Far from the grid its projection may not be defined. Cut ring by ring and not by an overlay, whose time has no bound.
        Envelope near = footprint.EnvelopeInternal;
        return new PolygonCoverage(Turns(zone, near).SelectMany(turn => RingsOf(turn, near, work)), grid.Width, grid.Height);
    }

    /// <summary>The outlines of a zone in pixel coordinates, as they are drawn; shells of positive, holes of negative area.</summary>
    internal List<(double X, double Y)[]> Rings(Geometry zone)
    {
        if (footprint.EnvelopeInternal.Contains(zone.EnvelopeInternal))
        {
            return RingsOf(zone, null, null);
        }

        if (toGrid is null)
        {
            return [.. Turns(zone, footprint.EnvelopeInternal).SelectMany(turn => RingsOf(turn, null, null))];
        }

        // Far from the grid its projection may not be defined; only what can touch it is transformed.
        return [.. Turns(zone, footprint.EnvelopeInternal)
            .SelectMany(turn => RingsOf(ZoneReader.PolygonsOf(OverlayNGRobust.Overlay(turn, footprint, SpatialFunction.Intersection)), null, null))];
    }

    /// <summary>
    /// A geometry in longitude and latitude as it is, and once round the Earth to the west and to the east, where it comes near a
    /// place: outlines of grids that lie over the antimeridian go on beyond ±180, zones are cut there (RFC 7946, 3.1.9).
    /// </summary>
    internal static IEnumerable<Geometry> Turns(Geometry geometry, Envelope near)
    {
        Envelope own = geometry.EnvelopeInternal;
        foreach (double degrees in new double[] { 0, -360, 360 })
        {
            if (near.Intersects(new Envelope(own.MinX + degrees, own.MaxX + degrees, own.MinY, own.MaxY)))
            {
                yield return degrees == 0 ? geometry : AffineTransformation.TranslationInstance(degrees, 0).Transform(geometry);
            }
        }
    }

    /// <summary>A point of longitude and latitude in pixel coordinates; may lie outside the raster.</summary>
    internal (double X, double Y) ToPixel(double longitude, double latitude) => TryToPixel(longitude, latitude) ?? (-1, -1);

    /// <summary>The same; null where the point lies far from the raster, where its projection may not be defined.</summary>
    internal (double X, double Y)? TryToPixel(double longitude, double latitude)
    {
        // Outlines of grids go on beyond ±180, and grids of whole Earths from 0 to 360.
        double turn = new double[] { 0, -360, 360, double.NaN }.First(degrees => double.IsNaN(degrees) || footprint.EnvelopeInternal.Intersects(longitude + degrees, latitude));
        if (double.IsNaN(turn))
        {
            return null;
        }

        Span<double> x = [longitude + turn];
        Span<double> y = [latitude];
        Transform(x, y);
        return ((x[0] - grid.Left) / grid.PixelWidth, (grid.Top - y[0]) / grid.PixelHeight);
    }

    /// <summary>The outline of a grid in longitude and latitude, its edges followed.</summary>
    internal static Polygon Footprint(Grid grid)
    {
        (double[] longitudes, double[] latitudes) = grid.GeographicOutline();
        return new Polygon(new LinearRing([.. longitudes.Zip(latitudes, (longitude, latitude) => new Coordinate(longitude, latitude))]));
    }

    /// <summary>The true area in square metres of polygons whose edges are straight in longitude and latitude.</summary>
    internal static double TrueArea(Geometry geometry)
    {
        double sum = 0;
        for (int i = 0; i < geometry.NumGeometries; i++)
        {
            if (geometry.GetGeometryN(i) is Polygon polygon && !polygon.IsEmpty)
            {
                sum += TrueArea(polygon.Shell) - polygon.Holes.Sum(TrueArea);
            }
        }

        return sum;
    }

    private List<(double X, double Y)[]> RingsOf(Geometry part, Envelope? within, IWorkLimit? work)
    {
        var rings = new List<(double X, double Y)[]>();
        for (int i = 0; i < part.NumGeometries; i++)
        {
            if (part.GetGeometryN(i) is not Polygon polygon || polygon.IsEmpty)
            {
                continue;
            }

            Add(polygon.Shell, positive: true);
            foreach (LinearRing hole in polygon.Holes)
            {
                Add(hole, positive: false);
            }
        }

        return rings;

        void Add(LinearRing ring, bool positive)
        {
            CoordinateSequence points = ring.CoordinateSequence;
            work?.Spend(points.Count);
            if (within is null || within.Contains(ring.EnvelopeInternal))
            {
                rings.Add(Ring([.. Enumerable.Range(0, points.Count).Select(i => (points.GetX(i), points.GetY(i)))], positive, work));
            }
            else if (within.Intersects(ring.EnvelopeInternal))
            {
                rings.Add(Ring(RectangleClip.Ring(points, within), positive, work));
            }
        }
    }

    private static double TrueArea(LinearRing ring)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        Coordinate[] points = ring.Coordinates;
        for (int i = 0; i < points.Length; i++)
        {
            if (i > 0)
            {
                Densify(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, xs, ys);
            }

            xs.Add(points[i].X);
            ys.Add(points[i].Y);
        }

        return Math.Abs(EllipsoidalArea.Polygon(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(xs), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ys)));
    }

    public void Dispose() => toGrid?.Dispose();

    private (double X, double Y)[] Ring(List<(double X, double Y)> points, bool positive, IWorkLimit? work)
    {
        var xs = new List<double>(points.Count);
        var ys = new List<double>(points.Count);
        for (int i = 0; i < points.Count; i++)
        {
            if (i > 0 && toGrid is not null)
            {
                work?.Spend(StepsOfPoint * PartsOf(points[i - 1], points[i]));
                Densify(points[i - 1].X, points[i - 1].Y, points[i].X, points[i].Y, xs, ys);
            }

            xs.Add(points[i].X);
            ys.Add(points[i].Y);
        }

        double[] x = [.. xs];
        double[] y = [.. ys];
        for (int start = 0; toGrid is not null && start < x.Length; start += PointsBetweenChecks)
        {
            work?.Spend(1);
            int count = Math.Min(PointsBetweenChecks, x.Length - start);
            Transform(x.AsSpan(start, count), y.AsSpan(start, count));
        }

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

    /// <summary>To the grid's CRS; longitudes of another datum stay where they were, on whichever turn round the Earth.</summary>
    private void Transform(Span<double> x, Span<double> y)
    {
        double[] before = isGeographic && toGrid is not null ? x.ToArray() : [];
        toGrid?.Transform(x, y);
        for (int i = 0; i < before.Length; i++)
        {
            x[i] += 360 * Math.Round((before[i] - x[i]) / 360);
        }
    }

    private static int PartsOf((double X, double Y) a, (double X, double Y) b) => (int)Math.Ceiling(Math.Max(Math.Abs(b.X - a.X), Math.Abs(b.Y - a.Y)) / LongestEdge);

    /// <summary>Adds points between two others; the same points whichever end comes first, so that neighbours still meet.</summary>
    private static void Densify(double x0, double y0, double x1, double y1, List<double> xs, List<double> ys)
    {
        int parts = PartsOf((x0, y0), (x1, y1));
        bool forward = x0 < x1 || (x0 == x1 && y0 < y1);
        (double ax, double ay, double bx, double by) = forward ? (x0, y0, x1, y1) : (x1, y1, x0, y0);
        for (int i = 1; i < parts; i++)
        {
            double t = (double)(forward ? i : parts - i) / parts;
            xs.Add(ax + t * (bx - ax));
            ys.Add(ay + t * (by - ay));
        }
    }

    private Polygon Surroundings()
    {
        (double west, double south, double east, double north) = grid.GeographicBounds();
        var envelope = new Envelope(west, east, south, north);
        envelope.ExpandBy(0.02 * envelope.Width + 0.01, 0.02 * envelope.Height + 0.01);
        return (Polygon)GeometryFactory.Default.ToGeometry(envelope);
    }
}
