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

        footprint = Surroundings();
        toGrid = new CoordinateTransformation(wgs84, reference);
    }

    /// <summary>The coverage of a zone over the grid.</summary>
    internal PolygonCoverage Cover(Geometry zone) => new(Rings(zone), grid.Width, grid.Height);

    /// <summary>The rings of a zone in pixel coordinates; shells of positive, holes of negative area.</summary>
    internal List<(double X, double Y)[]> Rings(Geometry zone)
    {
        if (footprint is null || footprint.EnvelopeInternal.Contains(zone.EnvelopeInternal))
        {
            return RingsOf(zone);
        }

        // Far from the grid its projection may not be defined; only what can touch it is transformed.
        return [.. Turns(zone, footprint.EnvelopeInternal)
            .SelectMany(turn => RingsOf(ZoneReader.PolygonsOf(OverlayNGRobust.Overlay(turn, footprint, SpatialFunction.Intersection))))];
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
        if (footprint is not null && !footprint.EnvelopeInternal.Intersects(longitude, latitude))
        {
            return null;
        }

        Span<double> x = [longitude];
        Span<double> y = [latitude];
        toGrid?.Transform(x, y);
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

    private List<(double X, double Y)[]> RingsOf(Geometry part)
    {
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

        return rings;
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

    private Polygon Surroundings()
    {
        (double west, double south, double east, double north) = grid.GeographicBounds();
        var envelope = new Envelope(west, east, south, north);
        envelope.ExpandBy(0.02 * envelope.Width + 0.01, 0.02 * envelope.Height + 0.01);
        return (Polygon)GeometryFactory.Default.ToGeometry(envelope);
    }
}
