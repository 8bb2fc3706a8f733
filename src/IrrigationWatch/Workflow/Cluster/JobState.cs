namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What of a plan is done.</summary>
public sealed class JobState
{
    private JobState(JobPieces pieces, StageState stages, IReadOnlyList<SkippedScene> rejected, IReadOnlyCollection<string> damaged)
    {
        Stages = stages;
        IReadOnlySet<int> done = pieces.Done();
        Pieces = pieces.Plan.Pieces.Count;
        Missing = [.. pieces.Plan.Pieces.Select(piece => piece.Number).Where(number => !done.Contains(number))];
        Years = [.. pieces.Plan.Pieces.GroupBy(piece => piece.Year).Select(year => (year.Key, year.Count(piece => done.Contains(piece.Number)), year.Count()))];
        SecondsSpent = pieces.Spent(done);
        double expected = pieces.Plan.Pieces.Where(piece => done.Contains(piece.Number)).Sum(piece => piece.Seconds);
        double left = pieces.Plan.Pieces.Where(piece => !done.Contains(piece.Number)).Sum(piece => piece.Seconds);
        // What is done says how fast these machines are.
        SecondsLeft = expected > 0 ? left * SecondsSpent / expected : left;
        Rejected = rejected;
        Damaged = [.. pieces.Damaged, .. damaged];
    }

    /// <summary>Number of pieces.</summary>
    public int Pieces { get; }

    /// <summary>Number of pieces that are done.</summary>
    public int Done => Pieces - Missing.Count;

    /// <summary>Pieces that are not done, or were made with scenes that turned out to be damaged.</summary>
    public IReadOnlyList<int> Missing { get; }

    /// <summary>Each year with its pieces that are done, and all.</summary>
    public IReadOnlyList<(int Year, int Done, int Pieces)> Years { get; }

    /// <summary>Seconds of one core that the pieces took.</summary>
    public double SecondsSpent { get; }

    /// <summary>Seconds of one core that the others will take, as those before did.</summary>
    public double SecondsLeft { get; }

    /// <summary>How far the years are after their pieces.</summary>
    public StageState Stages { get; }

    /// <summary>Scenes that turned out to be damaged.</summary>
    public IReadOnlyList<SkippedScene> Rejected { get; }

    /// <summary>Files that have other bytes than were written; what they are of counts as not done.</summary>
    public IReadOnlyList<string> Damaged { get; }

    /// <summary>Reads the state. Files on a disk are compared with their digests, once in a process.</summary>
    /// <param name="plan">The folder of the plan.</param>
    /// <returns>What is done at this moment.</returns>
    /// <exception cref="InputException">There is no plan, or it no longer holds.</exception>
    public static JobState Of(string plan)
    {
        var folder = new PlanFolder(plan);
        using var stages = new StageWorker(JobPieces.Open(folder), RunAccess.Look);
        StageState state = stages.State();
        return new JobState(stages.Pieces, state, [.. folder.Rejected().Select(scene => new SkippedScene(scene.Key, scene.Value.Problem))], stages.Damages);
    }
}
