using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace IrrigationWatch.Server.Cql2;

/// <summary>The spatial predicates of CQL2: relations of OGC 06-103r4 (DE-9IM).</summary>
internal static class SpatialPredicate
{
    private static readonly HashSet<string> Names = ["S_INTERSECTS", "S_EQUALS", "S_DISJOINT", "S_TOUCHES", "S_WITHIN", "S_OVERLAPS", "S_CROSSES", "S_CONTAINS"];

    /// <summary>Whether there is a predicate of this name, in capitals.</summary>
    internal static bool IsKnown(string name) => Names.Contains(name);

    /// <summary>The predicate that holds for b and a where one holds for a and b.</summary>
    internal static string Turned(string name) => name switch { "S_WITHIN" => "S_CONTAINS", "S_CONTAINS" => "S_WITHIN", _ => name };

    /// <summary>Whether a predicate holds for geometries whose boxes do not meet.</summary>
    internal static bool HoldsApart(string name) => name == "S_DISJOINT";

    /// <summary>Whether a predicate holds for two geometries.</summary>
    internal static bool Holds(string name, Geometry a, Geometry b) => Holds(name, a, PreparedGeometryFactory.Prepare(b));

    /// <summary>Whether a predicate holds for a geometry and another that is compared with many.</summary>
    internal static bool Holds(string name, Geometry a, IPreparedGeometry b)
    {
        // The prepared geometry stands on the left here: relations turn with it.
        return name switch
        {
            "S_INTERSECTS" => b.Intersects(a),
            "S_DISJOINT" => b.Disjoint(a),
            "S_WITHIN" => b.Contains(a),
            "S_CONTAINS" => b.Within(a),
            "S_TOUCHES" => b.Touches(a),
            "S_OVERLAPS" => b.Overlaps(a),
            "S_CROSSES" => b.Crosses(a) || a.Crosses(b.Geometry),
            _ => a.EqualsTopologically(b.Geometry),
        };
    }
}
