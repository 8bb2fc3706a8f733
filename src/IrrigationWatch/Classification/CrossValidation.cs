using System.Globalization;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Classification;

/// <summary>
/// Accuracy on samples that the model did not see: by spatial blocks, whose samples never fall on both sides, and beside it
/// by a plain random split, so that the optimism of the latter shows (Roberts et al. 2017, Ecography 40, 913–929); and by years.
/// </summary>
public static class CrossValidation
{
    private const int Folds = 5;

    /// <summary>Cross-validates by spatial blocks; the pixels of one polygon are of one block.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between folds.</param>
    /// <returns>The predictions, or null where all samples lie in one block.</returns>
    public static CrossValidated? ByBlocks(TrainingSet set, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        int[] blocks = BlocksOf(set, options);
        return FoldsOf(blocks, Folds, options.Seed) is int[] folds ? Run(set, options, folds, blocks, withImportance: true, cancel) : null;
    }

    /// <summary>Cross-validates by a random split.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between folds.</param>
    /// <returns>The predictions.</returns>
    public static CrossValidated? AtRandom(TrainingSet set, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        int[] folds = [.. Enumerable.Range(0, set.Samples.Count).Select(i => i % Folds)];
        new Random(options.Seed).Shuffle(folds);
        return Run(set, options, folds, [.. Enumerable.Range(0, folds.Length)], withImportance: false, cancel);
    }

    /// <summary>Leaves each year out in turn: how well the model does in a year of which it has no label.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between years.</param>
    /// <returns>The predictions, or null where all samples are of one year.</returns>
    public static CrossValidated? ByYears(TrainingSet set, TrainerOptions options, CancellationToken cancel = default) =>
        LeavingOut(set, options, sample => sample.Year.ToString(CultureInfo.InvariantCulture), cancel);

    /// <summary>Leaves out in turn all years that were seen by the same sensors: how well the model does across sensors.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How models are trained.</param>
    /// <param name="cancel">Stops between sensors.</param>
    /// <returns>The predictions, or null where all samples were seen by the same sensors.</returns>
    public static CrossValidated? BySensors(TrainingSet set, TrainerOptions options, CancellationToken cancel = default) =>
        LeavingOut(set, options, sample => sample.Sensors, cancel);

    private static CrossValidated? LeavingOut(TrainingSet set, TrainerOptions options, Func<TrainingSample, string> key, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        string[] keys = [.. set.Samples.Select(key).Distinct().Order(StringComparer.Ordinal)];
        int[] folds = [.. set.Samples.Select(sample => Array.IndexOf(keys, key(sample)))];
        return keys.Length < 2 ? null : Run(set, options, folds, BlocksOf(set, options), withImportance: false, cancel);
    }

    /// <summary>A number for the block of each sample. A polygon that lies across blocks is of the block of its first pixel.</summary>
    internal static int[] BlocksOf(TrainingSet set, TrainerOptions options)
    {
        var ofLabel = new Dictionary<int, (long, long)>();
        var blocks = new (long, long)[set.Samples.Count];
        for (int i = 0; i < blocks.Length; i++)
        {
            TrainingSample sample = set.Samples[i];
            blocks[i] = ((long)Math.Floor(sample.X / options.BlockMetres), (long)Math.Floor(sample.Y / options.BlockMetres));
            if (set.Labels.Labels > 0 && !ofLabel.TryAdd(sample.Label, blocks[i]))
            {
                blocks[i] = ofLabel[sample.Label];
            }
        }

        (long, long)[] sorted = [.. blocks.Distinct().Order()];
        return [.. blocks.Select(block => Array.BinarySearch(sorted, block))];
    }

    /// <summary>Shares groups out among folds at random; null where there is one group only.</summary>
    internal static int[]? FoldsOf(int[] groups, int folds, int seed)
    {
        int[] distinct = [.. groups.Distinct().Order()];
        if (distinct.Length < 2)
        {
            return null;
        }

        new Random(seed).Shuffle(distinct);
        Dictionary<int, int> foldOf = distinct.Select((group, i) => (group, i)).ToDictionary(item => item.group, item => item.i % Math.Min(folds, distinct.Length));
        return [.. groups.Select(group => foldOf[group])];
    }

    private static CrossValidated? Run(TrainingSet set, TrainerOptions options, int[] folds, int[] groups, bool withImportance, CancellationToken cancel)
    {
        string[] names = [.. set.CountByClass().Keys];
        var held = new HeldOut?[set.Samples.Count];
        double[] lost = new double[set.FeatureNames.Count];
        for (int fold = 0; fold <= folds.Max(); fold++)
        {
            cancel.ThrowIfCancellationRequested();
            TrainingSample[] learn = [.. set.Samples.Where((_, i) => folds[i] != fold)];
            int[] test = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] == fold)];
            if (test.Length == 0 || learn.Select(sample => sample.Class).Distinct().Count() < 2)
            {
                continue;
            }

            // In a fold the irrigated class may be missing; only the names of classes matter here.
            IrrigationModel model = ModelTrainer.Train(set with { Samples = learn }, options with { IrrigatedClasses = [] }, string.Empty);
            string[] classes = [.. model.Description.Classes.Select(c => c.Name)];
            model.Score([.. test.Select(i => set.Samples[i].Features)], (i, scores) =>
            {
                double irrigated = 0;
                for (int c = 0; c < classes.Length; c++)
                {
                    irrigated += options.IrrigatedClasses.Contains(classes[c]) ? scores[c] : 0;
                }

                held[test[i]] = new HeldOut(set.Samples[test[i]], fold, groups[test[i]], classes[ArgMax.Of(scores)], Math.Clamp(irrigated, 0, 1));
            });
            if (withImportance)
            {
                AddLosses(model, classes, test, held, set, options.Seed, lost);
            }
        }

        HeldOut[] samples = [.. held.OfType<HeldOut>()];
        return samples.Length == 0 ? null : new CrossValidated(names, [.. options.IrrigatedClasses], samples, withImportance ? [.. lost.Select(count => count / samples.Length)] : [], options.Seed);
    }

    /// <summary>Permutation importance: Breiman 2001, Machine Learning 45, 5–32, on the samples left out.</summary>
    private static void AddLosses(IrrigationModel model, string[] classes, int[] test, HeldOut?[] held, TrainingSet set, int seed, double[] lost)
    {
        int right = test.Count(i => held[i]!.Predicted == set.Samples[i].Class);
        for (int f = 0; f < lost.Length; f++)
        {
            int[] order = [.. test];
            new Random(seed + f).Shuffle(order);
            var rows = new List<float[]>(test.Length);
            for (int i = 0; i < test.Length; i++)
            {
                float[] row = [.. set.Samples[test[i]].Features];
                row[f] = set.Samples[order[i]].Features[f];
                rows.Add(row);
            }

            int still = 0;
            model.Score(rows, (i, scores) => still += classes[ArgMax.Of(scores)] == set.Samples[test[i]].Class ? 1 : 0);
            lost[f] += right - still;
        }
    }
}
