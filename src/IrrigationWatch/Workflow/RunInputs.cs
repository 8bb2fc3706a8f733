using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Workflow;

/// <summary>The vector files of a run, read before it begins: what can be wrong is found before hours of work, not after.</summary>
internal sealed class RunInputs
{
    internal RunInputs(RunConfiguration configuration)
    {
        var warnings = new List<string>();
        var options = new VectorOptions { Encoding = configuration.Encoding, Warn = warnings.Add };
        Labels = configuration.Labels is null ? [] : LabelReader.Read(configuration.Labels, options);
        Area = configuration.Area is null ? null : ZoneReader.ReadAreaOfInterest(configuration.Area, options);
        Zones = configuration.Zones is null ? [] : ZoneReader.Read(configuration.Zones, configuration.ZoneName, configuration.CountryField, configuration.Area, options);
        Reference = configuration.Assessment is null ? null : ReferenceReader.Read(configuration.Assessment, options);
        _ = configuration.Waters is null ? [] : Water.Read(configuration.Waters, options: options);
        Warnings = [.. warnings.Distinct(StringComparer.Ordinal)];
    }

    internal IReadOnlyList<Label> Labels { get; }

    internal Geometry? Area { get; }

    internal IReadOnlyList<Zone> Zones { get; }

    internal ReferenceSample? Reference { get; }

    /// <summary>What a user should know of how the files were read.</summary>
    internal IReadOnlyList<string> Warnings { get; }
}
