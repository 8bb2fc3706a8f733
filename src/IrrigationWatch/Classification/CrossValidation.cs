using IrrigationWatch.Kernels;

namespace IrrigationWatch.Classification;

/// <summary>
/// Accuracy on samples that the model did not see: by spatial blocks, whose samples never fall on both sides, and beside it
/// by a plain random split, so that the optimism of the latter shows (Roberts et al. 2017, Ecography 40, 913–929).
/// </summary>
public static class CrossValidation
{
    private const int Folds = 5;

    /// <summary>Cross-validates by spatial blocks.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between folds.</param>
    /// <returns>The confusion over all folds, or null where all samples lie in one block.</returns>
    public static Confusion? ByBlocks(TrainingSet set, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        (long, long)[] blocks = [.. set.Samples.Select(sample => ((long)Math.Floor(sample.X / options.BlockMetres), (long)Math.Floor(sample.Y / options.BlockMetres)))];
        (long, long)[] distinct = [.. blocks.Distinct().Order()];
        if (distinct.Length < 2)
        {
            return null;
        }

        var order = new Random(options.Seed);
        order.Shuffle(distinct);
        Dictionary<(long, long), int> foldOf = distinct.Select((block, i) => (block, i)).ToDictionary(item => item.block, item => item.i % Math.Min(Folds, distinct.Length));
        return Run(set, options, [.. blocks.Select(block => foldOf[block])], cancel);
    }

    /// <summary>Cross-validates by a random split.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between folds.</param>
    /// <returns>The confusion over all folds.</returns>
    public static Confusion? AtRandom(TrainingSet set, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        int[] folds = [.. Enumerable.Range(0, set.Samples.Count).Select(i => i % Folds)];
        new Random(options.Seed).Shuffle(folds);
        return Run(set, options, folds, cancel);
    }

    private static Confusion? Run(TrainingSet set, TrainerOptions options, int[] folds, CancellationToken cancel)
    {
        string[] names = [.. set.CountByClass().Keys];
        int[][] counts = [.. names.Select(_ => new int[names.Length])];
        for (int fold = 0; fold <= folds.Max(); fold++)
        {
            cancel.ThrowIfCancellationRequested();
            TrainingSample[] learn = [.. set.Samples.Where((_, i) => folds[i] != fold)];
            TrainingSample[] test = [.. set.Samples.Where((_, i) => folds[i] == fold)];
            if (test.Length == 0 || learn.Select(sample => sample.Class).Distinct().Count() < 2)
            {
                continue;
            }

            // In a fold the irrigated class may be missing; only the names of classes matter here.
            IrrigationModel model = ModelTrainer.Train(set with { Samples = learn }, options with { IrrigatedClasses = [] }, string.Empty);
            IReadOnlyList<ModelClass> classes = model.Description.Classes;
            model.Score([.. test.Select(sample => sample.Features)], (i, scores) =>
            {
                int predicted = Array.IndexOf(names, classes[ArgMax.Of(scores)].Name);
                counts[Array.IndexOf(names, test[i].Class)][predicted]++;
            });
        }

        return counts.Sum(row => row.Sum()) == 0 ? null : new Confusion(names, counts);
    }
}
