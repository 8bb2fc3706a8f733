using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Workflow;

/// <summary>From feature stacks and labels to a model on disk with its card.</summary>
public static class ModelMaker
{
    /// <summary>Trains, validates, and writes the model and its card; the model appears last.</summary>
    /// <param name="stacks">Feature stacks of the labelled years.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="labelsFile">Their file; null to have confident pixels label themselves.</param>
    /// <param name="options">How.</param>
    /// <param name="zones">Zones that say of which country a sample is; may be empty.</param>
    /// <param name="path">The model to write.</param>
    /// <param name="digests">SHA-256 of the files of the stacks, where they are known; null to read the files for them.</param>
    /// <param name="progress">Told the share of the work done.</param>
    /// <param name="cancel">Stops between folds; nothing is written then.</param>
    /// <returns>The model and its validation.</returns>
    /// <exception cref="InputException">The labels cannot be used, or the place cannot be written.</exception>
    public static ModelTraining Make(IReadOnlyList<FeatureStack> stacks, IReadOnlyList<Label> labels, string? labelsFile, TrainerOptions options, IReadOnlyList<Zone> zones, string path, IReadOnlyList<string>? digests = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options = labelsFile is null ? options with { IrrigatedClasses = [WeakLabels.Classes[0]] } : options;
        if (labelsFile is not null)
        {
            (labels, options) = LabelNames.Check(labels, labelsFile, options);
        }

        TrainingSet set = labelsFile is null ? WeakLabels.Find(stacks, options, cancel) : TrainingSetBuilder.Build(stacks, labels, labelsFile, options, zones, cancel);
        set = set with { YearStarts = StartsOf(stacks) };
        var training = ModelTraining.Run(set, options, labelsFile ?? "weak labels", progress, cancel);
        ModelCard.Write(path, training, [.. labelsFile is null ? Array.Empty<KeyValuePair<string, string>>() : [KeyValuePair.Create(Path.GetFileName(labelsFile), VectorPlace.DigestOf(labelsFile))], .. stacks.Select((stack, i) => KeyValuePair.Create(NameOf(stack), digests?[i] ?? Digest.OfFile(stack.Path)))]);
        training.Model.Save(path);
        return training;
    }

    /// <summary>The day on which the years of all stacks begin: a day of the maximum counts from there.</summary>
    private static string? StartsOf(IReadOnlyList<FeatureStack> stacks) =>
        stacks.FirstOrDefault(stack => stack.YearStarts != stacks[0].YearStarts) is FeatureStack other
            ? throw new InputException(other.Path, $"has a year that begins on {other.YearStarts ?? "01-01"}, but that of {stacks[0].Path} begins on {stacks[0].YearStarts ?? "01-01"}; make both with one --year-starts")
            : stacks[0].YearStarts;

    private static string NameOf(FeatureStack stack) => Path.Combine(Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(stack.Path))) ?? string.Empty, Path.GetFileName(stack.Path));
}
