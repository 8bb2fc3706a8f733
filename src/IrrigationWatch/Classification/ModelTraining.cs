namespace IrrigationWatch.Classification;

/// <summary>A model that was trained, with what cross-validation says of it.</summary>
/// <param name="Model">The model, trained on all samples.</param>
/// <param name="ByBlocks">Cross-validation by spatial blocks, or null where all samples lie in one block.</param>
/// <param name="AtRandom">Cross-validation by a random split.</param>
public sealed record ModelTraining(IrrigationModel Model, Confusion? ByBlocks, Confusion? AtRandom)
{
    /// <summary>Trains a model, cross-validates, and writes the model with its card beside it; the model appears last.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="options">How.</param>
    /// <param name="labelsFile">The labels' file, for errors.</param>
    /// <param name="path">The model to write.</param>
    /// <param name="progress">Told the share of the work done.</param>
    /// <param name="cancel">Stops between folds; nothing is written then.</param>
    /// <returns>The model and its validation.</returns>
    /// <exception cref="InputException">The labels cannot be used, or the place cannot be written.</exception>
    public static ModelTraining Run(TrainingSet set, TrainerOptions options, string labelsFile, string path, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        IrrigationModel model = ModelTrainer.Train(set, options, labelsFile);
        progress?.Report(0.2);
        Confusion? byBlocks = CrossValidation.ByBlocks(set, options, cancel);
        progress?.Report(0.6);
        Confusion? atRandom = CrossValidation.AtRandom(set, options, cancel);
        ModelCard.Write(path, model.Description, set, options, byBlocks, atRandom);
        model.Save(path);
        return new ModelTraining(model, byBlocks, atRandom);
    }
}
