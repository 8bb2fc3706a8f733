using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Polygons;

/// <summary>An edge of a ring.</summary>
/// <param name="X0">The first point's longitude or x.</param>
/// <param name="Y0">The first point's latitude or y.</param>
/// <param name="X1">The second point's.</param>
/// <param name="Y1">The second point's.</param>
/// <param name="Ring">Which ring or line it belongs to.</param>
/// <param name="Place">Its number in the ring, from 0.</param>
internal readonly record struct GeometryEdge(double X0, double Y0, double X1, double Y1, int Ring, int Place)
{
    /// <summary>Its smallest x.</summary>
    internal double West => Math.Min(X0, X1);

    /// <summary>Its largest x.</summary>
    internal double East => Math.Max(X0, X1);

    /// <summary>Its smallest y.</summary>
    internal double South => Math.Min(Y0, Y1);

    /// <summary>Its largest y.</summary>
    internal double North => Math.Max(Y0, Y1);
}

/// <summary>
/// Pairs of edges whose boxes meet: what relations of geometries have to look at. Lines close together, such as spirals, have as many
/// as the square of their points; outlines of land have few.
/// </summary>
internal static class EdgePairs
{
    private const int StepsBetweenChecks = 1 << 14;

    /// <summary>Comparisons of boxes in the time of a step.</summary>
    private const int ComparisonsOfStep = 4;

    /// <summary>The edges of a geometry: of its lines, and of the rings of its polygons.</summary>
    internal static GeometryEdge[] Of(Geometry geometry)
    {
        var edges = new List<GeometryEdge>(geometry.NumPoints);
        int ring = 0;
        geometry.Apply(new LineFilter(line =>
        {
            CoordinateSequence points = line.CoordinateSequence;
            int place = 0;
            for (int i = 1; i < points.Count; i++)
            {
                // A point given twice makes no edge.
                if (points.GetX(i - 1) != points.GetX(i) || points.GetY(i - 1) != points.GetY(i))
                {
                    edges.Add(new GeometryEdge(points.GetX(i - 1), points.GetY(i - 1), points.GetX(i), points.GetY(i), ring, place++));
                }
            }

            ring++;
        }));
        return [.. edges];
    }

    /// <summary>Goes through the pairs within one set of edges, by a sweep over it.</summary>
    /// <param name="edges">The edges.</param>
    /// <param name="visit">Gets each pair once; ends the search by false.</param>
    /// <param name="work">Is told of each comparison.</param>
    internal static void Within(GeometryEdge[] edges, Func<GeometryEdge, GeometryEdge, bool> visit, IWorkLimit work)
    {
        // The sweep goes the way on which fewer edges lie side by side: through upright teeth of a comb from west to east.
        bool upward = edges.Sum(edge => edge.North - edge.South) * (High(edges, false) - Low(edges, false)) < edges.Sum(edge => edge.East - edge.West) * (High(edges, true) - Low(edges, true));
        Span[] spans = [.. edges.Select((edge, i) => upward ? new Span(edge.South, edge.North, edge.West, edge.East, i) : new Span(edge.West, edge.East, edge.South, edge.North, i))];
        Array.Sort(spans, static (a, b) => a.Start.CompareTo(b.Start));
        var active = new Span[edges.Length];
        int count = 0;
        long steps = 0;
        foreach (Span span in spans)
        {
            int kept = 0;
            for (int k = 0; k < count; k++)
            {
                Span other = active[k];
                if (other.End < span.Start)
                {
                    continue;
                }

                active[kept++] = other;
                if (other.Low <= span.High && span.Low <= other.High)
                {
                    steps++;
                    if (!visit(edges[other.Edge], edges[span.Edge]))
                    {
                        return;
                    }
                }
            }

            steps += 1 + count / ComparisonsOfStep;
            count = kept;
            active[count++] = span;
            if (steps > StepsBetweenChecks)
            {
                work.Spend(steps);
                steps = 0;
            }
        }

        work.Spend(steps);
    }

    private static double Low(GeometryEdge[] edges, bool ofY) => edges.Length == 0 ? 0 : edges.Min(edge => ofY ? edge.South : edge.West);

    private static double High(GeometryEdge[] edges, bool ofY) => edges.Length == 0 ? 0 : edges.Max(edge => ofY ? edge.North : edge.East);

    /// <summary>The box of an edge: along the sweep, and across.</summary>
    private readonly record struct Span(double Start, double End, double Low, double High, int Edge);

    private sealed class LineFilter(Action<LineString> visit) : IGeometryComponentFilter
    {
        public void Filter(Geometry geom)
        {
            if (geom is LineString line)
            {
                visit(line);
            }
        }
    }
}
