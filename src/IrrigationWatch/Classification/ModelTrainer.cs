using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using Microsoft.ML.Transforms;

namespace IrrigationWatch.Classification;

/// <summary>Trains ML.NET models.</summary>
public static class ModelTrainer
{
    /// <summary>Most classes a class map can tell apart.</summary>
    public const int MaxClasses = 250;

    /// <summary>Share of the features that each tree of LightGBM sees.</summary>
    private const double FeatureFraction = 0.3;

    /// <summary>The least it sees, if there are as many.</summary>
    private const double FewestFeatures = 8;

    /// <summary>Trains a model on all samples.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How.</param>
    /// <param name="labelsFile">The labels' file, for errors.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">No class counts as irrigated, or there are too many classes.</exception>
    public static IrrigationModel Train(TrainingSet set, TrainerOptions options, string labelsFile)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        string[] names = [.. set.CountByClass().Keys];
        if (options.IrrigatedClasses.Count > 0 && !names.Any(options.IrrigatedClasses.Contains))
        {
            throw new InputException(labelsFile, $"none of its classes ({string.Join(", ", names)}) counts as irrigated; name them so, or list them with --irrigated (model: irrigated:)");
        }

        if (names.Length > MaxClasses)
        {
            throw new InputException(labelsFile, $"has {names.Length} classes, more than the {MaxClasses} a class map can hold; join some");
        }

        MLContext context = IrrigationModel.CreateContext(options.Seed);
        IDataView view = PixelRow.ToView(context, set.Samples, set.FeatureNames.Count, options);
        (ITransformer transformer, string[] order) = Fit(context, view, set.FeatureNames.Count, options);
        return new IrrigationModel(context, transformer, view.Schema, new ModelDescription
        {
            FeatureNames = set.FeatureNames,
            Classes = Values(order, options.IrrigatedClasses),
            Trainer = options.Kind.ToString(),
            Trees = options.Trees,
            Leaves = options.Leaves,
            Seed = options.Seed,
            PreviousYears = options.PreviousYears,
            Ranges = Ranges(set),
            IsWeak = set.IsWeak,
            YearStarts = set.YearStarts,
        });
    }

    /// <summary>
    /// Trains LightGBM until it gets no better on other samples, and says with how many trees it was best there and how well.
    /// </summary>
    internal static (int Trees, double LogLoss) FindTrees(TrainingSet set, IReadOnlyList<TrainingSample> others, TrainerOptions options)
    {
        const int Patience = 20;
        MLContext context = IrrigationModel.CreateContext(options.Seed);
        IDataView view = PixelRow.ToView(context, set.Samples, set.FeatureNames.Count, options);
        ValueToKeyMappingTransformer key = Key(context).Fit(view);
        LightGbmMulticlassTrainer.Options lightGbm = LightGbm(options, set.FeatureNames.Count);
        lightGbm.EarlyStoppingRound = Patience;
        lightGbm.EvaluationMetric = LightGbmMulticlassTrainer.Options.EvaluateMetricType.LogLoss;
        MulticlassPredictionTransformer<OneVersusAllModelParameters> trained = context.MulticlassClassification.Trainers.LightGbm(lightGbm)
            .Fit(key.Transform(view), key.Transform(PixelRow.ToView(context, others, set.FeatureNames.Count, options)));
        MulticlassClassificationMetrics metrics = context.MulticlassClassification.Evaluate(trained.Transform(key.Transform(PixelRow.ToView(context, others, set.FeatureNames.Count, options))));
        return (EnsembleReader.Read(trained).Classes.Max(trees => trees.Count), metrics.LogLoss);
    }

    private static ValueToKeyMappingEstimator Key(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey(nameof(PixelRow.Label), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

    private static (ITransformer Transformer, string[] Classes) Fit(MLContext context, IDataView view, int features, TrainerOptions options)
    {
        ValueToKeyMappingEstimator key = Key(context);
        TransformerChain<MulticlassPredictionTransformer<OneVersusAllModelParameters>> transformer = options.Kind == TrainerKind.LightGbm
            ? key.Append(context.MulticlassClassification.Trainers.LightGbm(LightGbm(options, features))).Fit(view)
            : key.Append(context.Transforms.ReplaceMissingValues(nameof(PixelRow.Features), replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append(context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.FastForest(Forest(options)))).Fit(view);
        // The names of the slots of Score are the classes in the order of their probabilities.
        VBuffer<ReadOnlyMemory<char>> slots = default;
        transformer.GetOutputSchema(view.Schema)["Score"].GetSlotNames(ref slots);
        return (transformer, [.. slots.DenseValues().Select(slot => slot.ToString())]);
    }

    /// <summary>From the 1st to the 99th percentile of each feature: beyond lies land the model has hardly seen.</summary>
    private static FeatureRange[] Ranges(TrainingSet set)
    {
        var ranges = new FeatureRange[set.FeatureNames.Count];
        for (int f = 0; f < ranges.Length; f++)
        {
            float[] values = [.. set.Samples.Select(sample => sample.Features[f]).Where(value => !float.IsNaN(value)).Order()];
            ranges[f] = values.Length == 0 ? new FeatureRange(null, null) : new FeatureRange(values[(int)(0.01 * (values.Length - 1))], values[(int)Math.Ceiling(0.99 * (values.Length - 1))]);
        }

        return ranges;
    }

    /// <remarks>
    /// Each tree sees a third of the features, as in a random forest: features of one crop say much the same, and trees that differ
    /// err less on land that was not among the labels (docs/accuracy.md).
    /// </remarks>
    private static LightGbmMulticlassTrainer.Options LightGbm(TrainerOptions options, int features) => new()
    {
        NumberOfIterations = options.Trees,
        NumberOfLeaves = options.Leaves,
        LearningRate = options.LearningRate,
        MinimumExampleCountPerLeaf = options.LeastPerLeaf,
        ExampleWeightColumnName = WeightColumn(options),
        UseCategoricalSplit = false,
        HandleMissingValue = true,
        UseZeroAsMissingValue = false,
        UseSoftmax = true,
        // One thread, so that sums, splits and with them the model are the same on any machine.
        NumberOfThreads = 1,
        Deterministic = true,
        Seed = options.Seed,
        Silent = true,
        Booster = new GradientBooster.Options { FeatureFraction = Math.Max(FeatureFraction, Math.Min(1, FewestFeatures / features)), SubsampleFraction = 0.8, SubsampleFrequency = 1, L2Regularization = 1 },
    };

    private static FastForestBinaryTrainer.Options Forest(TrainerOptions options) => new()
    {
        NumberOfTrees = options.Trees,
        NumberOfLeaves = options.Leaves,
        MinimumExampleCountPerLeaf = options.LeastPerLeaf,
        ExampleWeightColumnName = WeightColumn(options),
        FeatureFraction = 0.7,
        NumberOfThreads = 1,
        Seed = options.Seed,
    };

    private static string? WeightColumn(TrainerOptions options) => options.BalancesClasses || options.ClassWeights.Count > 0 ? nameof(PixelRow.Weight) : null;

    /// <summary>Irrigated classes come first, so that a map with one of them has the value 1 for irrigated.</summary>
    private static ModelClass[] Values(string[] order, IReadOnlyList<string> irrigated)
    {
        List<string> byValue = [.. order.Where(irrigated.Contains).Order(StringComparer.Ordinal), .. order.Where(name => !irrigated.Contains(name)).Order(StringComparer.Ordinal)];
        return [.. order.Select(name => new ModelClass(name, (byte)(byValue.IndexOf(name) + 1), irrigated.Contains(name)))];
    }
}
