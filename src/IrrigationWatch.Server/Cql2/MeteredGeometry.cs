using IrrigationWatch.Server.Polygons;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace IrrigationWatch.Server.Cql2;

/// <summary>A geometry of a filter that is compared with many, and what each comparison costs: it is known before it is made, as it cannot be stopped.</summary>
internal sealed class MeteredGeometry
{
    /// <summary>What the library takes for a point of either geometry, in steps.</summary>
    private const long StepsOfPoint = 30;

    /// <summary>What it takes for any two geometries.</summary>
    private const long StepsOfRelation = 200;

    /// <summary>Work below which it is not worth while to count pairs of edges one by one.</summary>
    private const long Small = 1 << 20;

    private readonly IPreparedGeometry prepared;
    private readonly GeometryEdge[] edges;
    private readonly IWorkLimit work;
    private long ownPairs = -1;

    /// <summary>Prepares a geometry.</summary>
    /// <param name="geometry">A valid geometry.</param>
    /// <param name="work">Is told of the work before it is done.</param>
    internal MeteredGeometry(Geometry geometry, IWorkLimit work)
    {
        this.work = work;
        edges = EdgePairs.Of(geometry);
        work.Spend(StepsOfPoint * geometry.NumPoints);
        prepared = PreparedGeometryFactory.Prepare(geometry);
    }

    /// <summary>Whether a predicate holds for another geometry and this one.</summary>
    /// <param name="name">The predicate, in capitals.</param>
    /// <param name="other">The other, which stands first.</param>
    internal bool Holds(string name, Geometry other)
    {
        Envelope box = other.EnvelopeInternal;
        Envelope own = prepared.Geometry.EnvelopeInternal;
        work.Spend(StepsOfRelation);
        if ((name == "S_EQUALS" && !box.Equals(own)) || (name == "S_CONTAINS" && !box.Contains(own)) || (name == "S_WITHIN" && !own.Contains(box)))
        {
            return false;
        }

        work.Spend(edges.Length / 4);
        GeometryEdge[] near = Array.FindAll(edges, edge => edge.West <= box.MaxX && edge.East >= box.MinX && edge.South <= box.MaxY && edge.North >= box.MinY);
        if (near.Length == 0 && edges.Length > 0 && other is Polygon && prepared.Geometry is Polygon && name is "S_TOUCHES" or "S_OVERLAPS" or "S_CROSSES" or "S_EQUALS" or "S_CONTAINS")
        {
            // Their borders do not meet: one lies in the other, or beside it, and this one not in the other, in whose box it has no edge.
            return false;
        }

        // Where geometries are asked whether they meet, the index of this one is used, as where one may lie within this;
        // else, and where borders meet, all edges of both are compared with each other.
        bool isIndexed = name is "S_INTERSECTS" or "S_DISJOINT" || (name == "S_WITHIN" && near.Length == 0);
        long points = other.NumPoints + (isIndexed ? 0 : edges.Length);
        work.Spend(StepsOfPoint * points + PolygonCheck.StepsOfPair * (PairsWith(near, other) + (isIndexed ? 0 : OwnPairs() + Pairs(other))));
        return SpatialPredicate.Holds(name, other, prepared);
    }

    /// <summary>Pairs of this geometry's own edges whose boxes meet.</summary>
    private long OwnPairs() => ownPairs >= 0 ? ownPairs : ownPairs = Count(edges, static (_, _) => true);

    /// <summary>Pairs of another geometry's edges; of small ones no more than all.</summary>
    private long Pairs(Geometry other)
    {
        long all = (long)other.NumPoints * other.NumPoints / 2;
        return all * PolygonCheck.StepsOfPair < Small ? all / 8 : Count(EdgePairs.Of(other), static (_, _) => true);
    }

    private long PairsWith(GeometryEdge[] near, Geometry other)
    {
        long all = (long)near.Length * other.NumPoints;
        if (all * PolygonCheck.StepsOfPair < Small)
        {
            return all / 8;
        }

        GeometryEdge[] others = [.. EdgePairs.Of(other).Select(edge => edge with { Ring = -1 })];
        return Count([.. near, .. others], static (a, b) => a.Ring < 0 != b.Ring < 0);
    }

    private long Count(GeometryEdge[] all, Func<GeometryEdge, GeometryEdge, bool> counts)
    {
        long pairs = 0;
        EdgePairs.Within(
            all,
            (a, b) =>
            {
                pairs += counts(a, b) ? 1 : 0;
                return true;
            },
            work);
        return pairs;
    }
}
