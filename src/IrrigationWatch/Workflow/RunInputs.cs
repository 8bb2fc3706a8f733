using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Workflow;

/// <summary>The vector files of a run, read before it begins: what can be wrong is found before hours of work, not after.</summary>
internal sealed class RunInputs
{
    internal RunInputs(RunConfiguration configuration)
    {
        Labels = configuration.Labels is null ? [] : LabelReader.Read(configuration.Labels);
        Area = configuration.Area is null ? null : ZoneReader.ReadAreaOfInterest(configuration.Area);
        Zones = configuration.Zones is null ? [] : ZoneReader.Read(configuration.Zones, configuration.ZoneName, configuration.CountryField, configuration.Area);
        Reference = configuration.Assessment is null ? null : ReferenceReader.Read(configuration.Assessment);
    }

    internal IReadOnlyList<Label> Labels { get; }

    internal Geometry? Area { get; }

    internal IReadOnlyList<Zone> Zones { get; }

    internal ReferenceSample? Reference { get; }
}
