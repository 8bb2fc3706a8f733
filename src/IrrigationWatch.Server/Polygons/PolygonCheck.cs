using NetTopologySuite.Algorithm;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Polygons;

/// <summary>Whether geometries are valid (OGC 06-103r4), as NetTopologySuite's own check says, in work that is counted and can be ended.</summary>
/// <remarks>
/// The library's check takes up to a microsecond for each pair of edges whose boxes meet, and cannot be stopped. Here pairs are first
/// looked at by the signs of areas alone. Where no two edges touch that do not follow each other, what is left is which ring lies in which.
/// Where some touch, as holes may touch their shell, the library decides, once its work is known.
/// </remarks>
internal static class PolygonCheck
{
    /// <summary>What the library takes for a pair of edges, in steps of <see cref="IWorkLimit"/>.</summary>
    internal const long StepsOfPair = 65;

    /// <summary>Whether a geometry is valid.</summary>
    /// <param name="geometry">Any geometry.</param>
    /// <param name="work">Is told of the work before it is done, or while it is.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    internal static bool IsValid(Geometry geometry, IWorkLimit work)
    {
        GeometryEdge[] edges = EdgePairs.Of(geometry);
        if (!edges.All(edge => double.IsFinite(edge.X0) && double.IsFinite(edge.Y0) && double.IsFinite(edge.X1) && double.IsFinite(edge.Y1)))
        {
            return false;
        }

        var sizes = new Dictionary<int, int>();
        foreach (GeometryEdge edge in edges)
        {
            sizes[edge.Ring] = edge.Place + 1;
        }

        bool isArea = geometry is Polygon or MultiPolygon;
        bool crosses = false;
        bool touches = false;
        long pairs = 0;
        EdgePairs.Within(
            edges,
            (a, b) =>
            {
                pairs++;
                if (isArea)
                {
                    Meeting meeting = a.Ring == b.Ring && AreNeighbours(a.Place, b.Place, sizes[a.Ring]) ? Neighbours(a, b) : Meet(a, b);
                    crosses |= meeting == Meeting.Cross;
                    touches |= meeting == Meeting.Touch;
                }

                return !crosses;
            },
            work);
        if (crosses)
        {
            return false;
        }

        Polygon[] polygons = isArea ? [.. Enumerable.Range(0, geometry.NumGeometries).Select(i => (Polygon)geometry.GetGeometryN(i)).Where(polygon => !polygon.IsEmpty)] : [];
        if (isArea && !touches && sizes.Values.All(size => size >= 3) && sizes.Count == polygons.Sum(polygon => 1 + polygon.NumInteriorRings))
        {
            return AreNested(polygons, work);
        }

        work.Spend(StepsOfPair * pairs + (long)sizes.Count * geometry.NumPoints);
        return geometry.IsValid;
    }

    private enum Meeting
    {
        Apart,
        Touch,
        Cross,
    }

    private static bool AreNeighbours(int a, int b, int size) => Math.Abs(a - b) == 1 || Math.Abs(a - b) == size - 1;

    /// <summary>Edges that follow each other share a point; more only where the ring goes back on itself, or is a triangle's.</summary>
    private static Meeting Neighbours(in GeometryEdge a, in GeometryEdge b)
    {
        (GeometryEdge first, GeometryEdge second) = a.X1 == b.X0 && a.Y1 == b.Y0 ? (a, b) : (b, a);
        bool straight = Side(first, second.X1, second.Y1) == 0;
        double along = (first.X1 - first.X0) * (second.X1 - second.X0) + (first.Y1 - first.Y0) * (second.Y1 - second.Y0);
        return straight && along <= 0 ? Meeting.Touch : Meeting.Apart;
    }

    private static Meeting Meet(in GeometryEdge a, in GeometryEdge b)
    {
        int b0 = Side(a, b.X0, b.Y0);
        int b1 = Side(a, b.X1, b.Y1);
        if (b0 * b1 > 0)
        {
            return Meeting.Apart;
        }

        int a0 = Side(b, a.X0, a.Y0);
        int a1 = Side(b, a.X1, a.Y1);
        return a0 * a1 > 0 ? Meeting.Apart : b0 * b1 < 0 && a0 * a1 < 0 ? Meeting.Cross : Meeting.Touch;
    }

    private static int Side(in GeometryEdge edge, double x, double y) => CGAlgorithmsDD.OrientationIndex(edge.X0, edge.Y0, edge.X1, edge.Y1, x, y);

    /// <summary>Whether rings that nowhere touch lie in one another as those of polygons: any point of a ring tells of all of it.</summary>
    private static bool AreNested(Polygon[] polygons, IWorkLimit work)
    {
        foreach (Polygon polygon in polygons)
        {
            LinearRing[] holes = polygon.Holes;
            for (int i = 0; i < holes.Length; i++)
            {
                if (!IsIn(holes[i], polygon.Shell, work))
                {
                    return false;
                }

                for (int j = 0; j < holes.Length; j++)
                {
                    if (i != j && IsIn(holes[i], holes[j], work))
                    {
                        return false;
                    }
                }
            }
        }

        for (int i = 0; i < polygons.Length; i++)
        {
            for (int j = 0; j < polygons.Length; j++)
            {
                if (i != j && IsIn(polygons[i].Shell, polygons[j].Shell, work) && !polygons[j].Holes.Any(hole => IsIn(polygons[i].Shell, hole, work)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsIn(LinearRing ring, LinearRing other, IWorkLimit work)
    {
        if (!other.EnvelopeInternal.Contains(ring.EnvelopeInternal))
        {
            return false;
        }

        work.Spend(other.NumPoints);
        return PointLocation.LocateInRing(ring.GetCoordinateN(0), other.Coordinates) == Location.Interior;
    }
}
