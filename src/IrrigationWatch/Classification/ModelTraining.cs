namespace IrrigationWatch.Classification;

/// <summary>A model that was trained, with what cross-validation says of it.</summary>
/// <param name="Model">The model, trained on all samples.</param>
/// <param name="Set">What it was trained on.</param>
/// <param name="Options">How, with the parameters that a search found.</param>
/// <param name="Trials">What the search tried; empty where none was asked for.</param>
/// <param name="ByBlocks">Cross-validation by spatial blocks, or null where all samples lie in one block.</param>
/// <param name="AtRandom">Cross-validation by a random split.</param>
/// <param name="ByYears">Each year left out in turn, or null where all samples are of one year.</param>
/// <param name="BySensors">The years of the same sensors left out in turn, or null where all were seen by the same.</param>
public sealed record ModelTraining(IrrigationModel Model, TrainingSet Set, TrainerOptions Options, IReadOnlyList<SearchTrial> Trials, CrossValidated? ByBlocks, CrossValidated? AtRandom, CrossValidated? ByYears, CrossValidated? BySensors)
{
    /// <summary>Trains a model and cross-validates.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How.</param>
    /// <param name="labelsFile">The labels' file, for errors.</param>
    /// <param name="progress">Told the share of the work done.</param>
    /// <param name="cancel">Stops between folds.</param>
    /// <returns>The model and its validation.</returns>
    /// <exception cref="InputException">The labels cannot be used.</exception>
    public static ModelTraining Run(TrainingSet set, TrainerOptions options, string labelsFile, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<SearchTrial> trials = [];
        if (options.Search)
        {
            (options, trials) = ParameterSearch.Run(set, options, cancel);
        }

        progress?.Report(0.2);
        IrrigationModel model = ModelTrainer.Train(set, options, labelsFile);
        progress?.Report(0.3);
        CrossValidated? byBlocks = CrossValidation.ByBlocks(set, options, cancel);
        progress?.Report(0.6);
        CrossValidated? atRandom = CrossValidation.AtRandom(set, options, cancel);
        progress?.Report(0.8);
        return new ModelTraining(model, set, options, trials, byBlocks, atRandom, CrossValidation.ByYears(set, options, cancel), CrossValidation.BySensors(set, options, cancel));
    }
}
