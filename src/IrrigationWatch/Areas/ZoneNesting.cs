using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;

namespace IrrigationWatch.Areas;

/// <summary>Zones that lie in one another: countries, their regions, the districts of these, irrigation schemes across them.</summary>
public static class ZoneNesting
{
    /// <summary>Share of the smaller of two zones from which on they overlap; less is borders that were drawn twice.</summary>
    private const double Overlap = 0.01;

    /// <summary>The zones whose areas can be added up to a whole: the largest that do not overlap.</summary>
    /// <param name="zones">The zones in longitude and latitude.</param>
    /// <returns>Some of them, in their order: one that overlaps with a larger one by more than a hundredth of itself is left out.</returns>
    public static IReadOnlyList<Zone> Outermost(IReadOnlyList<Zone> zones)
    {
        ArgumentNullException.ThrowIfNull(zones);
        var taken = new List<(int Index, IPreparedGeometry Shape)>();
        foreach (int index in Enumerable.Range(0, zones.Count).OrderByDescending(i => zones[i].Geometry.Area).ThenBy(i => i))
        {
            Geometry geometry = zones[index].Geometry;
            if (!geometry.IsEmpty && taken.TrueForAll(other => !Overlaps(other.Shape, geometry)))
            {
                taken.Add((index, PreparedGeometryFactory.Prepare(geometry)));
            }
        }

        return [.. taken.Select(zone => zone.Index).Order().Select(index => zones[index])];
    }

    private static bool Overlaps(IPreparedGeometry larger, Geometry smaller)
    {
        if (!larger.Geometry.EnvelopeInternal.Intersects(smaller.EnvelopeInternal) || !larger.Intersects(smaller))
        {
            return false;
        }

        return larger.Covers(smaller) || OverlayNGRobust.Overlay(larger.Geometry, smaller, SpatialFunction.Intersection).Area > Overlap * smaller.Area;
    }
}
