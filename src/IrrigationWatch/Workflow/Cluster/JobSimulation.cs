namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What a cluster is made of, for a simulation.</summary>
public sealed record SimulatedCluster
{
    /// <summary>Cores of a worker.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Cores of all machines together, where workers may be more than these; null for as many as the workers want.</summary>
    public int? CoresInAll { get; init; }

    /// <summary>Bytes a second that the storage gives to all workers together.</summary>
    public double StorageBytesPerSecond { get; init; } = 1e9;

    /// <summary>Price of a core for an hour.</summary>
    public double PricePerCoreHour { get; init; } = 0.05;

    /// <summary>Seconds from the end of a piece to the begin of the next on the same worker: the scheduler.</summary>
    public double SecondsBetween { get; init; } = 0.5;
}

/// <summary>How long a plan takes on so many workers.</summary>
/// <param name="Workers">Number of workers.</param>
/// <param name="WorkSeconds">Until the last piece is done.</param>
/// <param name="YearSeconds">Joining and classifying years, as many at once as there are workers, and training between.</param>
/// <param name="ReduceSeconds">All that follows, in one job.</param>
/// <param name="CoreHours">Cores that are paid, in hours: those of all workers until the last year is done, and of the job after them.</param>
/// <param name="Price">What these cost.</param>
/// <param name="Efficiency">Time of one worker for all, divided by the time of so many times as many.</param>
/// <param name="Limit">What keeps it from being faster: <c>work</c>, <c>storage</c>, <c>longest piece</c>, <c>years</c> or <c>reduce</c>.</param>
public sealed record JobEstimate(int Workers, double WorkSeconds, double YearSeconds, double ReduceSeconds, double CoreHours, double Price, double Efficiency, string Limit)
{
    /// <summary>From the first piece to the last file.</summary>
    public double Seconds => WorkSeconds + YearSeconds + ReduceSeconds;
}

/// <summary>
/// Simulates a plan: workers take pieces in their order, each as soon as it is free; a piece lasts its expected seconds of one core, divided
/// by the cores of a worker as far as these are of use; where all pieces together read and write more than the storage gives in that time, they
/// wait for it. Then years are joined, the model is trained, and years are classified, in the same way, each stage when the one before is done; one job does the rest.
/// </summary>
public static class JobSimulation
{
    /// <summary>Simulates.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="costs">What pieces take.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="cluster">The cluster.</param>
    /// <returns>The estimate.</returns>
    public static JobEstimate Run(JobPlan plan, CostModel costs, int workers, SimulatedCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(costs);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        double[] pieces = [.. plan.Pieces.Select(piece => costs.Seconds(piece.ScenePixels, piece.Tiles.Sum(tile => (long)tile.PixelCount)))];
        (double read, double written) = Bytes(plan);
        double one = Makespan(pieces, costs, 1, cluster) + Years(plan, costs, 1, cluster);
        double computing = Makespan(pieces, costs, workers, cluster);
        double storage = (read + written) / cluster.StorageBytesPerSecond;
        double work = Math.Max(computing, storage);
        // Joining reads and writes the features of a year, classifying reads them again.
        double yearStorage = (plan.HasModel ? 3 : 2) * written / cluster.StorageBytesPerSecond;
        double yearComputing = Years(plan, costs, workers, cluster);
        double years = Math.Max(yearComputing, yearStorage);
        double reduce = costs.PublishSeconds(plan) / JobTasks.Use(cluster.Cores);
        double longest = pieces.Length == 0 ? 0 : pieces.Max() / JobTasks.Use(cluster.Cores) / Speed(pieces.Length, workers, cluster);
        double coreHours = ((work + years) * workers * cluster.Cores + reduce * cluster.Cores) / 3600;
        string limit = reduce > work + years ? "reduce"
            : storage + yearStorage >= 0.9 * (work + years) ? "storage"
            : years > work && workers > plan.Years.Count ? "years"
            : longest > 0.5 * work ? "longest piece"
            : "work";
        return new JobEstimate(workers, work, years, reduce, coreHours, coreHours * cluster.PricePerCoreHour, work + years == 0 ? 1 : Math.Min(1, one / workers / (work + years)), limit);
    }

    /// <summary>Bytes that pieces read and write.</summary>
    private static (double Read, double Written) Bytes(JobPlan plan) => (
        plan.Pieces.Sum(piece => piece.ScenePixels * CostModel.BytesPerScenePixel),
        plan.Pieces.Sum(piece => piece.Tiles.Sum(tile => tile.PixelCount * CostModel.BytesPerPixel)));

    /// <summary>The stages after the pieces, one after the other.</summary>
    private static double Years(JobPlan plan, CostModel costs, int workers, SimulatedCluster cluster) =>
        JobTasks.Stages(plan).Sum(stage => Makespan([.. Enumerable.Repeat(costs.StageSeconds(plan, stage), stage == ReduceStage.Model ? 1 : plan.Years.Count)], costs, workers, cluster));

    /// <summary>How fast a worker is when as many as can be are at work, beside one alone.</summary>
    private static double Speed(int tasks, int workers, SimulatedCluster cluster)
    {
        double wanted = Math.Max(1, Math.Min(workers, tasks)) * cluster.Cores;
        return Math.Min(1, (cluster.CoresInAll ?? wanted) / wanted);
    }

    private static double Makespan(double[] pieces, CostModel costs, int workers, SimulatedCluster cluster)
    {
        var free = new PriorityQueue<int, double>(Enumerable.Range(0, Math.Min(workers, Math.Max(1, pieces.Length))).Select(worker => (worker, 0.0)));
        double speed = Speed(pieces.Length, workers, cluster);
        double end = 0;
        foreach (double seconds in pieces)
        {
            free.TryDequeue(out int worker, out double at);
            double done = at + (costs.SecondsToBegin + (seconds - costs.SecondsToBegin) / JobTasks.Use(cluster.Cores)) / speed;
            end = Math.Max(end, done);
            free.Enqueue(worker, done + cluster.SecondsBetween);
        }

        return end;
    }
}
