namespace IrrigationWatch.Workflow.Cluster;

/// <summary>
/// Does for single years what <see cref="IrrigationRun.Reduce"/> would do for all, one after the other: many workers make different years at the same
/// time. What they leave is found by all who come after, and is the same, whoever makes it.
/// </summary>
public sealed class StageWorker : IDisposable
{
    private readonly JobPieces pieces;
    private readonly RunFolder results;
    private readonly RunSteps steps;
    private readonly RunInputs inputs;

    /// <summary>Opens a plan.</summary>
    /// <param name="plan">The folder of the plan, or its address in object storage.</param>
    /// <param name="output">Place of the results instead of the plan's; null for the plan's.</param>
    /// <param name="scratch">A folder on a disk of this machine for files until they are whole; null for one beside the results, or that of the system.</param>
    /// <param name="progress">Told what is being done; may be called from several threads.</param>
    /// <param name="cancel">Stops; what was finished is kept.</param>
    /// <exception cref="InputException">The plan cannot be read, or a run is at work on the results.</exception>
    public StageWorker(string plan, string? output = null, string? scratch = null, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
        : this(Open(plan, output, scratch), RunAccess.Shared, scratch, progress, cancel)
    {
    }

    /// <summary>Takes over an open plan.</summary>
    internal StageWorker(JobPieces pieces, RunAccess access, string? scratch = null, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        this.pieces = pieces;
        try
        {
            inputs = new RunInputs(pieces.Configuration);
            results = new RunFolder(pieces.Configuration.Output, access, scratch);
        }
        catch
        {
            pieces.Dispose();
            throw;
        }

        steps = new RunSteps(pieces.Configuration, results, progress, cancel);
        Years = [.. pieces.Configuration.Years.Where(year => pieces.Scenes.OfYear(year).Count > 0)];
        foreach (int year in Years)
        {
            steps.Expect(year, pieces.TilesOf(year));
        }
    }

    /// <summary>Years that have scenes.</summary>
    public IReadOnlyList<int> Years { get; }

    /// <summary>The pieces of the plan.</summary>
    internal JobPieces Pieces => pieces;

    /// <summary>Steps that this worker did, of those it was asked for; the others were there.</summary>
    public IReadOnlyList<string> Done => steps.Runner.Done;

    /// <summary>What a user should know of what was made.</summary>
    public IReadOnlyList<string> Warnings => [.. inputs.Warnings, .. steps.Warnings, .. steps.Runner.Warnings, .. steps.Runner.DamageWarnings];

    /// <summary>Files of the results that had other bytes than were written.</summary>
    internal IReadOnlyCollection<string> Damages => steps.Runner.Damages;

    /// <summary>Joins the features of years from their pieces.</summary>
    /// <param name="years">The years; those without scenes are passed over.</param>
    /// <exception cref="InputException">Pieces of them are missing.</exception>
    public void Join(params IReadOnlyCollection<int> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        _ = pieces.Check(years, steps.Holding, partial: false);
        foreach (int year in years)
        {
            steps.JoinFeatures(year, pieces);
        }
    }

    /// <summary>Trains the model, unless it is there, and before that joins the years of its labels, unless these are.</summary>
    /// <exception cref="InputException">Pieces are missing, or it cannot be trained.</exception>
    public void TrainModel()
    {
        if (pieces.Configuration.HasModel)
        {
            Join([.. steps.YearsOfModel(inputs)]);
            _ = steps.GetModel(inputs);
        }
    }

    /// <summary>Classifies years by the model, and before that joins them and those before that the model sees, unless these are joined.</summary>
    /// <param name="years">The years; those without scenes are passed over.</param>
    /// <exception cref="InputException">There is no model yet, or pieces are missing.</exception>
    public void Classify(params IReadOnlyCollection<int> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        if (!pieces.Configuration.HasModel)
        {
            return;
        }

        // Each of many workers would train the same one.
        TrainedModel model = steps.FindModel(inputs)
            ?? throw new InputException(results.Place, $"holds no model yet, or one of other labels; run 'irrigationwatch reduce {pieces.Place} --only model' first");
        foreach (int year in years.Where(Years.Contains))
        {
            Join([.. Enumerable.Range(year - model.Model.Description.PreviousYears, model.Model.Description.PreviousYears + 1).Where(Years.Contains)]);
            steps.Classify(year, model);
        }
    }

    /// <summary>How far the stages are.</summary>
    /// <returns>Years that are joined, whether the model is there, and years that are classified.</returns>
    public StageState State()
    {
        int[] joined = [.. Years.Where(year => steps.HasFeatures(year, pieces.TilesOf(year)))];
        TrainedModel? model = FindModel();
        return new StageState(Years, joined, !pieces.Configuration.HasModel, model is not null, model is null ? [] : [.. Years.Where(year => steps.HasClasses(year, model))]);
    }

    /// <summary>Removes what is left of work that was not finished.</summary>
    public void Dispose()
    {
        results.Dispose();
        pieces.Dispose();
    }

    private static JobPieces Open(string plan, string? output, string? scratch) => JobPieces.Open(new PlanFolder(plan), output, scratch);

    private TrainedModel? FindModel()
    {
        try
        {
            return pieces.Configuration.HasModel && Years.Count > 0 ? steps.FindModel(inputs) : null;
        }
        catch (InputException e)
        {
            // That no label fits, or that a given model cannot be read, the stage itself will say.
            System.Diagnostics.Debug.WriteLine(e.Message);
            return null;
        }
    }
}

/// <summary>How far the stages of a plan are.</summary>
/// <param name="Years">Years that have scenes.</param>
/// <param name="Joined">Years whose features are joined from all that there is now.</param>
/// <param name="WantsNoModel">True where features alone are made.</param>
/// <param name="HasModel">Whether the model is there.</param>
/// <param name="Classified">Years that are classified by this model from these features.</param>
public sealed record StageState(IReadOnlyList<int> Years, IReadOnlyList<int> Joined, bool WantsNoModel, bool HasModel, IReadOnlyList<int> Classified)
{
    /// <summary>True where a stage, and with it all before, is done.</summary>
    /// <param name="stage">The stage.</param>
    /// <returns>Whether the next can begin.</returns>
    public bool IsDone(ReduceStage stage) => stage switch
    {
        ReduceStage.Join => Joined.Count == Years.Count,
        ReduceStage.Model => IsDone(ReduceStage.Join) && (WantsNoModel || HasModel || Years.Count == 0),
        _ => IsDone(ReduceStage.Model) && (WantsNoModel || Classified.Count == Years.Count),
    };
}
