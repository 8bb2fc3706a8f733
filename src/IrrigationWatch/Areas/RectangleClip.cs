using NetTopologySuite.Geometries;

namespace IrrigationWatch.Areas;

/// <summary>Cuts rings to a rectangle, edge by edge (Sutherland and Hodgman 1974, Communications of the ACM 17, 32–42).</summary>
/// <remarks>
/// What is left of a ring may run along the border of the rectangle and back. For areas by signed edges this is as good as a true
/// intersection, as such pieces cancel; and the work grows with the number of edges alone, where an overlay of polygons whose edges
/// lie close together may take minutes and cannot be stopped.
/// </remarks>
internal static class RectangleClip
{
    private enum Side
    {
        West,
        East,
        South,
        North,
    }

    /// <summary>What lies of a ring within a rectangle.</summary>
    /// <param name="points">The ring's points; the last is the first.</param>
    /// <param name="within">The rectangle, in the units of the points.</param>
    /// <returns>A closed ring of the same turn; empty where nothing is left.</returns>
    internal static List<(double X, double Y)> Ring(CoordinateSequence points, Envelope within)
    {
        var ring = new List<(double X, double Y)>(points.Count);
        for (int i = 0; i < points.Count - 1; i++)
        {
            ring.Add((points.GetX(i), points.GetY(i)));
        }

        ring = Cut(ring, Side.West, within.MinX);
        ring = Cut(ring, Side.East, within.MaxX);
        ring = Cut(ring, Side.South, within.MinY);
        ring = Cut(ring, Side.North, within.MaxY);
        if (ring.Count < 3)
        {
            return [];
        }

        ring.Add(ring[0]);
        return ring;
    }

    private static List<(double X, double Y)> Cut(List<(double X, double Y)> ring, Side side, double at)
    {
        if (ring.TrueForAll(point => Inside(point, side, at) >= 0))
        {
            return ring;
        }

        var result = new List<(double X, double Y)>(ring.Count);
        for (int i = 0; i < ring.Count; i++)
        {
            (double X, double Y) a = ring[i];
            (double X, double Y) b = ring[(i + 1) % ring.Count];
            double da = Inside(a, side, at);
            double db = Inside(b, side, at);
            if (da >= 0)
            {
                Add(result, a, side, at);
            }

            if (da >= 0 != db >= 0)
            {
                // From the same end whichever way the edge is gone, so that neighbours are cut at the same place; on the border to the last bit.
                (double X, double Y) first = da >= 0 ? a : b;
                (double X, double Y) last = da >= 0 ? b : a;
                double t = Inside(first, side, at) / (Inside(first, side, at) - Inside(last, side, at));
                Add(result, side is Side.West or Side.East ? (at, first.Y + t * (last.Y - first.Y)) : (first.X + t * (last.X - first.X), at), side, at);
            }
        }

        return result;
    }

    private static double Inside((double X, double Y) point, Side side, double at) => side switch
    {
        Side.West => point.X - at,
        Side.East => at - point.X,
        Side.South => point.Y - at,
        _ => at - point.Y,
    };

    /// <summary>Adds a point; of several in a row on the border the first and the last are enough.</summary>
    private static void Add(List<(double X, double Y)> ring, (double X, double Y) point, Side side, double at)
    {
        if (ring.Count > 1 && Inside(point, side, at) == 0 && Inside(ring[^1], side, at) == 0 && Inside(ring[^2], side, at) == 0)
        {
            ring[^1] = point;
            return;
        }

        ring.Add(point);
    }
}
