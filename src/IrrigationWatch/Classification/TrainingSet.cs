namespace IrrigationWatch.Classification;

/// <summary>Labelled pixels with their features.</summary>
/// <param name="FeatureNames">Names of the features.</param>
/// <param name="Samples">The pixels.</param>
/// <param name="UnobservedLabels">Labels none of whose pixels was observed in their years.</param>
public sealed record TrainingSet(IReadOnlyList<string> FeatureNames, IReadOnlyList<TrainingSample> Samples, int UnobservedLabels)
{
    /// <summary>Number of samples of each class, sorted by name.</summary>
    /// <returns>Class name and count.</returns>
    public IReadOnlyDictionary<string, int> CountByClass() =>
        new SortedDictionary<string, int>(Samples.GroupBy(sample => sample.Class).ToDictionary(group => group.Key, group => group.Count()), StringComparer.Ordinal);
}
