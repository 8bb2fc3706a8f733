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
            throw new InputException(labelsFile, $"none of its classes ({string.Join(", ", names)}) counts as irrigated; name them so, or list them under model: irrigated:");
        }

        if (names.Length > MaxClasses)
        {
            throw new InputException(labelsFile, $"has {names.Length} classes, more than the {MaxClasses} a class map can hold; join some");
        }

        MLContext context = IrrigationModel.CreateContext(options.Seed);
        (ITransformer transformer, DataViewSchema schema, string[] order) = Fit(context, set.Samples, set.FeatureNames.Count, options);
        return new IrrigationModel(context, transformer, schema, new ModelDescription
        {
            FeatureNames = set.FeatureNames,
            Classes = Values(order, options.IrrigatedClasses),
            Trainer = options.Kind.ToString(),
            Trees = options.Trees,
            Leaves = options.Leaves,
            Seed = options.Seed,
        });
    }

    private static (ITransformer Transformer, DataViewSchema Schema, string[] Classes) Fit(MLContext context, IReadOnlyList<TrainingSample> samples, int features, TrainerOptions options)
    {
        IDataView view = PixelRow.ToView(context, samples, features);
        ValueToKeyMappingEstimator key = context.Transforms.Conversion.MapValueToKey(nameof(PixelRow.Label), keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        TransformerChain<MulticlassPredictionTransformer<OneVersusAllModelParameters>> transformer = options.Kind == TrainerKind.LightGbm
            ? key.Append(context.MulticlassClassification.Trainers.LightGbm(LightGbm(options))).Fit(view)
            : key.Append(context.Transforms.ReplaceMissingValues(nameof(PixelRow.Features), replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append(context.MulticlassClassification.Trainers.OneVersusAll(context.BinaryClassification.Trainers.FastForest(Forest(options)))).Fit(view);
        // The names of the slots of Score are the classes in the order of their probabilities.
        VBuffer<ReadOnlyMemory<char>> slots = default;
        transformer.GetOutputSchema(view.Schema)["Score"].GetSlotNames(ref slots);
        return (transformer, view.Schema, [.. slots.DenseValues().Select(slot => slot.ToString())]);
    }

    private static LightGbmMulticlassTrainer.Options LightGbm(TrainerOptions options) => new()
    {
        NumberOfIterations = options.Trees,
        NumberOfLeaves = options.Leaves,
        LearningRate = 0.1,
        MinimumExampleCountPerLeaf = 5,
        UseCategoricalSplit = false,
        HandleMissingValue = true,
        UseZeroAsMissingValue = false,
        UseSoftmax = true,
        // One thread, so that sums, splits and with them the model are the same on any machine.
        NumberOfThreads = 1,
        Deterministic = true,
        Seed = options.Seed,
        Silent = true,
        Booster = new GradientBooster.Options { FeatureFraction = 0.7, SubsampleFraction = 0.8, SubsampleFrequency = 1, L2Regularization = 1 },
    };

    private static FastForestBinaryTrainer.Options Forest(TrainerOptions options) => new()
    {
        NumberOfTrees = options.Trees,
        NumberOfLeaves = options.Leaves,
        MinimumExampleCountPerLeaf = 5,
        FeatureFraction = 0.7,
        NumberOfThreads = 1,
        Seed = options.Seed,
    };

    /// <summary>Irrigated classes come first, so that a map with one of them has the value 1 for irrigated.</summary>
    private static ModelClass[] Values(string[] order, IReadOnlyList<string> irrigated)
    {
        List<string> byValue = [.. order.Where(irrigated.Contains).Order(StringComparer.Ordinal), .. order.Where(name => !irrigated.Contains(name)).Order(StringComparer.Ordinal)];
        return [.. order.Select(name => new ModelClass(name, (byte)(byValue.IndexOf(name) + 1), irrigated.Contains(name)))];
    }
}
