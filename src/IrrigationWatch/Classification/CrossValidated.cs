using System.Numerics.Tensors;

namespace IrrigationWatch.Classification;

/// <summary>What a model said of a sample that it had not seen.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Fold">The fold it was left out in.</param>
/// <param name="Group">The block, or what else was left out as a whole.</param>
/// <param name="Predicted">The class predicted.</param>
/// <param name="Probability">Probability of all irrigated classes together, 0 to 1.</param>
public sealed record HeldOut(TrainingSample Sample, int Fold, int Group, string Predicted, double Probability);

/// <summary>A figure with its 95% interval.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Ranged(double Value, double Low, double High);

/// <summary>A cross-validation: every sample once predicted by a model that had not seen it.</summary>
/// <param name="Classes">Names of the classes.</param>
/// <param name="IrrigatedClasses">Those that count as irrigated.</param>
/// <param name="Samples">The predictions.</param>
/// <param name="Importance">How much accuracy is lost when a feature's values are shuffled among the samples left out; by feature.</param>
/// <param name="Seed">Seed of the resampling of <see cref="Interval"/>.</param>
public sealed record CrossValidated(IReadOnlyList<string> Classes, IReadOnlyList<string> IrrigatedClasses, IReadOnlyList<HeldOut> Samples, IReadOnlyList<double> Importance, int Seed)
{
    private const int Resamples = 1000;

    private Confusion[]? resampled;

    /// <summary>All samples.</summary>
    public Confusion Overall { get; } = Confusion.Of(Classes, Samples.Select(held => (held.Sample.Class, held.Predicted)));

    /// <summary>Mean squared difference between probability and truth: Brier 1950, Monthly Weather Review 78, 1–3.</summary>
    public double Brier => Samples.Average(held => Math.Pow(held.Probability - (IsIrrigated(held.Sample.Class) ? 1 : 0), 2));

    /// <summary>The samples by some property of theirs.</summary>
    /// <param name="key">The property; empty to leave a sample out.</param>
    /// <returns>Confusions by the property, sorted.</returns>
    public IReadOnlyList<KeyValuePair<string, Confusion>> By(Func<TrainingSample, string> key) =>
    [
        .. Samples.GroupBy(held => key(held.Sample)).Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, ConfusionOf(group))),
    ];

    /// <summary>
    /// A figure with the 95% interval that it has when whole groups are drawn again with replacement (percentiles; Efron and
    /// Tibshirani 1993): samples of one block are no independent evidence.
    /// </summary>
    /// <param name="figure">What is computed from a confusion.</param>
    /// <returns>The figure and its interval; NaN ends where there is one group only.</returns>
    public Ranged Interval(Func<Confusion, double> figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        double value = figure(Overall);
        resampled ??= Resample();
        double[] sorted = [.. resampled.Select(figure).Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? new Ranged(value, double.NaN, double.NaN) : new Ranged(value, sorted[(int)(0.025 * (sorted.Length - 1))], sorted[(int)Math.Ceiling(0.975 * (sorted.Length - 1))]);
    }

    /// <summary>Tenths of probability with the share that was irrigated in truth: the reliability curve.</summary>
    /// <returns>Bins that have samples.</returns>
    public IReadOnlyList<ReliabilityBin> Reliability()
    {
        const int Bins = 10;
        return
        [
            .. Samples.GroupBy(held => Math.Min(Bins - 1, (int)(held.Probability * Bins))).OrderBy(bin => bin.Key)
                .Select(bin => new ReliabilityBin(bin.Average(held => held.Probability), bin.Average(held => IsIrrigated(held.Sample.Class) ? 1.0 : 0), bin.Count())),
        ];
    }

    /// <summary>Confusions of as many groups as there are, drawn with replacement; none where there is one group only.</summary>
    private Confusion[] Resample()
    {
        int classes = Classes.Count;
        int[][] groups = [.. Samples.GroupBy(held => held.Group).OrderBy(group => group.Key).Select(group => ConfusionOf(group).Counts.SelectMany(row => row).ToArray())];
        if (groups.Length < 2)
        {
            return [];
        }

        var random = new Random(Seed);
        var drawn = new Confusion[Resamples];
        int[] sum = new int[classes * classes];
        for (int i = 0; i < drawn.Length; i++)
        {
            Array.Clear(sum);
            for (int draw = 0; draw < groups.Length; draw++)
            {
                TensorPrimitives.Add<int>(sum, groups[random.Next(groups.Length)], sum);
            }

            drawn[i] = new Confusion(Classes, [.. sum.Chunk(Math.Max(1, classes))]);
        }

        return drawn;
    }

    private bool IsIrrigated(string name) => IrrigatedClasses.Contains(name);

    private Confusion ConfusionOf(IEnumerable<HeldOut> samples) => Confusion.Of(Classes, samples.Select(held => (held.Sample.Class, held.Predicted)));
}

/// <summary>A bin of a reliability curve.</summary>
/// <param name="Probability">Mean probability of irrigation.</param>
/// <param name="Irrigated">Share that was irrigated in truth.</param>
/// <param name="Samples">Samples of the bin.</param>
public sealed record ReliabilityBin(double Probability, double Irrigated, int Samples);
