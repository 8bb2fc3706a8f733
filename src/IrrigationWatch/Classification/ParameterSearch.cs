namespace IrrigationWatch.Classification;

/// <summary>What a search tried.</summary>
/// <param name="Leaves">Most leaves of a tree.</param>
/// <param name="LearningRate">How much each tree corrects; that of the options for a forest, which has none.</param>
/// <param name="Trees">Trees: for LightGBM the mean of where the folds were best.</param>
/// <param name="LogLoss">Mean logarithmic loss on the folds, the smaller the better.</param>
public sealed record SearchTrial(int Leaves, double LearningRate, int Trees, double LogLoss);

/// <summary>Finds the parameters of a trainer by a small search inside spatial folds, the number of trees by stopping early.</summary>
public static class ParameterSearch
{
    private const int Folds = 3;
    private const int MostTrees = 400;

    private static readonly int[] LeavesTried = [7, 15, 31];
    private static readonly int[] LeavesOfForestTried = [15, 31, 63];
    private static readonly double[] RatesTried = [0.05, 0.1];

    /// <summary>Searches.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">What is kept as it is.</param>
    /// <param name="cancel">Stops between trainings.</param>
    /// <returns>The options with the best parameters, and all trials.</returns>
    public static (TrainerOptions Options, IReadOnlyList<SearchTrial> Trials) Run(TrainingSet set, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        // Other folds than those of the validation.
        int[]? folds = CrossValidation.FoldsOf(CrossValidation.BlocksOf(set, options), Folds, options.Seed + 1);
        if (folds is null)
        {
            return (options, []);
        }

        var trials = new List<SearchTrial>();
        bool isForest = options.Kind == TrainerKind.FastForest;
        foreach (int leaves in isForest ? LeavesOfForestTried : LeavesTried)
        {
            foreach (double rate in isForest ? [options.LearningRate] : RatesTried)
            {
                var found = new List<(int Trees, double Loss)>();
                for (int fold = 0; fold <= folds.Max(); fold++)
                {
                    cancel.ThrowIfCancellationRequested();
                    TrainingSample[] learn = [.. set.Samples.Where((_, i) => folds[i] != fold)];
                    HashSet<string> known = [.. learn.Select(sample => sample.Class)];
                    TrainingSample[] test = [.. set.Samples.Where((sample, i) => folds[i] == fold && known.Contains(sample.Class))];
                    if (known.Count > 1 && test.Length > 0)
                    {
                        TrainerOptions tried = options with { Leaves = leaves, LearningRate = rate, Trees = isForest ? options.Trees : MostTrees };
                        found.Add(isForest ? (tried.Trees, LogLoss(set with { Samples = learn }, test, tried)) : ModelTrainer.FindTrees(set with { Samples = learn }, test, tried));
                    }
                }

                if (found.Count > 0)
                {
                    trials.Add(new SearchTrial(leaves, rate, Math.Max(1, (int)Math.Round(found.Average(trial => trial.Trees))), found.Average(trial => trial.Loss)));
                }
            }
        }

        return trials.MinBy(trial => trial.LogLoss) is SearchTrial best
            ? (options with { Leaves = best.Leaves, LearningRate = best.LearningRate, Trees = best.Trees }, trials)
            : (options, trials);
    }

    /// <summary>Mean of minus the logarithm of the probability that a model gives to the true class.</summary>
    private static double LogLoss(TrainingSet set, TrainingSample[] test, TrainerOptions options)
    {
        const double Smallest = 1e-15;
        IrrigationModel model = ModelTrainer.Train(set, options with { IrrigatedClasses = [] }, string.Empty);
        string[] classes = [.. model.Description.Classes.Select(c => c.Name)];
        double sum = 0;
        model.Score([.. test.Select(sample => sample.Features)], (i, scores) => sum -= Math.Log(Math.Max(Smallest, scores[Array.IndexOf(classes, test[i].Class)])));
        return sum / test.Length;
    }
}
