namespace IrrigationWatch.Classification;

/// <summary>How a model is trained. The same options and samples give the same model on one machine.</summary>
public sealed record TrainerOptions
{
    /// <summary>The learning method.</summary>
    public TrainerKind Kind { get; init; } = TrainerKind.LightGbm;

    /// <summary>Trees a class.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Most leaves of a tree.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>How much each tree of LightGBM corrects; smaller needs more trees.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Fewest samples of a leaf.</summary>
    public int LeastPerLeaf { get; init; } = 5;

    /// <summary>Tries some numbers of leaves, learning rates and trees on spatial folds, and takes the best.</summary>
    public bool Search { get; init; }

    /// <summary>Seed of all that is random.</summary>
    public int Seed { get; init; } = 1984;

    /// <summary>Classes that count as irrigated, of which at least one must be among the labels; empty where land is mapped that has none.</summary>
    public IReadOnlyList<string> IrrigatedClasses { get; init; } = ["irrigated"];

    /// <summary>Features by name, <c>*</c> for any letters; empty for all but counts of observations.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>How many years before join with their features, 0 to 2.</summary>
    public int PreviousYears { get; init; }

    /// <summary>Gives all classes the same weight together, however many samples they have.</summary>
    public bool BalancesClasses { get; init; }

    /// <summary>Weight of the samples of some classes, 1 for those not named.</summary>
    public IReadOnlyDictionary<string, double> ClassWeights { get; init; } = new SortedDictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Most pixels taken of one polygon and year, so that a large field does not outvote many small ones.</summary>
    public int MostPixelsOfPolygon { get; init; } = 40;

    /// <summary>Width in metres of the blocks that cross-validation never splits.</summary>
    public double BlockMetres { get; init; } = 10_000;

    /// <summary>Weight of each class.</summary>
    internal IReadOnlyDictionary<string, float> WeightsOf(IReadOnlyList<TrainingSample> samples)
    {
        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        IGrouping<string, TrainingSample>[] classes = [.. samples.GroupBy(sample => sample.Class)];
        foreach (IGrouping<string, TrainingSample> group in classes)
        {
            double weight = BalancesClasses ? (double)samples.Count / classes.Length / group.Count() : 1;
            weights.Add(group.Key, (float)(weight * ClassWeights.GetValueOrDefault(group.Key, 1)));
        }

        return weights;
    }
}
