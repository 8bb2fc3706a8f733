using IrrigationWatch.Areas;
using IrrigationWatch.Landsat;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;

namespace IrrigationWatch.Workflow;

/// <summary>Which scenes of a catalogue are wanted; what is null or empty does not restrict.</summary>
public sealed record CatalogueQuery
{
    /// <summary>First day of acquisition.</summary>
    public DateOnly? From { get; init; }

    /// <summary>Last day of acquisition.</summary>
    public DateOnly? To { get; init; }

    /// <summary>WRS-2 path.</summary>
    public int? Path { get; init; }

    /// <summary>WRS-2 row.</summary>
    public int? Row { get; init; }

    /// <summary>The sensor.</summary>
    public Sensor? Sensor { get; init; }

    /// <summary>The satellite's number.</summary>
    public int? Satellite { get; init; }

    /// <summary>1 or 2.</summary>
    public int? Level { get; init; }

    /// <summary>Most cloud cover in percent; scenes of unknown cover are left out.</summary>
    public double? MaximumCloud { get; init; }

    /// <summary>An area in longitude and latitude that the scene must touch.</summary>
    public Geometry? Area { get; init; }

    /// <summary>True for scenes that cannot be used, false for those that can.</summary>
    public bool? Damaged { get; init; }

    /// <summary>Chooses scenes.</summary>
    /// <param name="records">The scenes of a catalogue.</param>
    /// <returns>Those wanted, sorted by time, then path.</returns>
    public IReadOnlyList<SceneRecord> Select(IEnumerable<SceneRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        IPreparedGeometry? area = Area is null ? null : PreparedGeometryFactory.Prepare(Area);
        return [.. records.Where(record => Matches(record, area)).OrderBy(record => record.Time).ThenBy(record => record.Path, StringComparer.Ordinal)];
    }

    private bool Matches(SceneRecord record, IPreparedGeometry? area)
    {
        if (Damaged is bool damaged && damaged != record.Error is not null)
        {
            return false;
        }

        if (record.Id is not ProductId id)
        {
            // Of a scene that could not be read nothing is known that a filter could ask for.
            return this == new CatalogueQuery { Damaged = Damaged };
        }

        return (From is null || id.Acquired >= From)
            && (To is null || id.Acquired <= To)
            && (Path is null || id.Path == Path)
            && (Row is null || id.Row == Row)
            && (Sensor is null || id.Sensor == Sensor)
            && (Satellite is null || id.Satellite == Satellite)
            && (Level is null || id.IsLevel2 == (Level == 2))
            && (MaximumCloud is null || record.CloudCover <= MaximumCloud)
            && (area is null || (record.Grid is not null && area.Intersects(ZoneProjector.Footprint(record.Grid))));
    }
}
