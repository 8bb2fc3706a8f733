namespace IrrigationWatch.Classification;

/// <summary>Labelled pixels with their features.</summary>
/// <param name="FeatureNames">Names of the features.</param>
/// <param name="Samples">The pixels.</param>
/// <param name="Labels">What became of the labels.</param>
public sealed record TrainingSet(IReadOnlyList<string> FeatureNames, IReadOnlyList<TrainingSample> Samples, LabelReport Labels)
{
    /// <summary>True where no labels were given and confident pixels labelled themselves.</summary>
    public bool IsWeak { get; init; }

    /// <summary>The day on which the years of the samples begin, <c>MM-DD</c>; null for calendar years.</summary>
    public string? YearStarts { get; init; }

    /// <summary>How weak labels were found, each one line; empty for true labels.</summary>
    public IReadOnlyList<string> WeakRules { get; init; } = [];

    /// <summary>Number of samples of each class, sorted by name.</summary>
    /// <returns>Class name and count.</returns>
    public IReadOnlyDictionary<string, int> CountByClass() =>
        new SortedDictionary<string, int>(Samples.GroupBy(sample => sample.Class).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal);
}
