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
        if (configuration.Labels is not null)
        {
            (Labels, _) = LabelNames.Check(Labels, configuration.Labels, configuration.Trainer);
        }

        Area = configuration.Area is null ? null : ZoneReader.ReadAreaOfInterest(configuration.Area, options);
        Zones = configuration.Zones is null ? [] : ZoneReader.Read(configuration.Zones, configuration.ZoneName, configuration.CountryField, configuration.Area, options);
        Reference = configuration.Assessment is null ? null : ReferenceReader.Read(configuration.Assessment, options);
        if (Reference is not null && configuration.Labels is not null && configuration.Trainer.IrrigatedClasses.Count > 0)
        {
            MustHoldIrrigated(Reference, configuration.Trainer.IrrigatedClasses);
        }

        _ = configuration.Waters is null ? [] : Water.Read(configuration.Waters, options: options);
        Warnings = [.. warnings.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Refuses a sample of which no point can be of the class whose area is wanted; pixel values are known only once a model is.</summary>
    private static void MustHoldIrrigated(ReferenceSample sample, IReadOnlyList<string> irrigated)
    {
        var counted = new ClassValues("irrigated", []) { OtherNames = irrigated };
        if (!sample.Points.Any(point => counted.IsNamed(point.Class) || NameMatch.IsValue(point.Class, out _)))
        {
            throw new InputException(sample.File, $"none of its {sample.Points.Count} points is irrigated ({string.Join(", ", irrigated)}): they are {NameMatch.Counted(sample.Points.Select(point => point.Class))}; write the names of the labels into the field 'class'");
        }
    }

    internal IReadOnlyList<Label> Labels { get; }

    internal Geometry? Area { get; }

    internal IReadOnlyList<Zone> Zones { get; }

    internal ReferenceSample? Reference { get; }

    /// <summary>What a user should know of how the files were read.</summary>
    internal IReadOnlyList<string> Warnings { get; }
}
