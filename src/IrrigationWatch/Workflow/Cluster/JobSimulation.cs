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
/// <param name="ReduceSeconds">Joining, and all that follows.</param>
/// <param name="CoreHours">Cores that are paid, in hours: those of all workers until the last piece is done, and of the job that joins.</param>
/// <param name="Price">What these cost.</param>
/// <param name="Efficiency">Time of one worker for all, divided by the time of so many times as many.</param>
/// <param name="Limit">What keeps it from being faster: <c>work</c>, <c>storage</c>, <c>longest piece</c> or <c>reduce</c>.</param>
public sealed record JobEstimate(int Workers, double WorkSeconds, double ReduceSeconds, double CoreHours, double Price, double Efficiency, string Limit)
{
    /// <summary>From the first piece to the last file.</summary>
    public double Seconds => WorkSeconds + ReduceSeconds;
}

/// <summary>
/// Simulates a plan: workers take pieces in their order, each as soon as it is free; a piece lasts its expected seconds of one core, divided
/// by the cores of a worker as far as these are of use; where all pieces together read and write more than the storage gives in that time, they
/// wait for it. Then one job joins.
/// </summary>
public static class JobSimulation
{
    /// <summary>Two cores do the work of one in 1/1.9 of the time (docs/performance.md): of each further core 0.9 are of use.</summary>
    private const double UseOfFurtherCores = 0.9;

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
        double one = Makespan(pieces, costs, 1, 1, cluster);
        double speed = Math.Min(1, (cluster.CoresInAll ?? workers * cluster.Cores) / (double)(workers * cluster.Cores));
        double computing = Makespan(pieces, costs, workers, speed, cluster);
        double bytes = plan.Pieces.Sum(piece => piece.ScenePixels * CostModel.BytesPerScenePixel + piece.Tiles.Sum(tile => tile.PixelCount * CostModel.BytesPerPixel));
        double storage = bytes / cluster.StorageBytesPerSecond;
        double work = Math.Max(computing, storage);
        double written = plan.Pieces.Sum(piece => piece.Tiles.Sum(tile => tile.PixelCount * CostModel.BytesPerPixel));
        double reduce = Math.Max(CostModel.ReduceSeconds(plan, cluster.Cores), 3 * written / cluster.StorageBytesPerSecond);
        double longest = pieces.Length == 0 ? 0 : pieces.Max() / Use(cluster.Cores) / speed;
        double coreHours = (work * workers * cluster.Cores + reduce * cluster.Cores) / 3600;
        string limit = reduce > work ? "reduce" : storage >= computing ? "storage" : longest > 0.5 * work ? "longest piece" : "work";
        return new JobEstimate(workers, work, reduce, coreHours, coreHours * cluster.PricePerCoreHour, pieces.Length == 0 ? 1 : Math.Min(1, one / workers / work), limit);
    }

    private static double Use(int cores) => 1 + (cores - 1) * UseOfFurtherCores;

    private static double Makespan(double[] pieces, CostModel costs, int workers, double speed, SimulatedCluster cluster)
    {
        var free = new PriorityQueue<int, double>(Enumerable.Range(0, Math.Min(workers, Math.Max(1, pieces.Length))).Select(worker => (worker, 0.0)));
        double end = 0;
        foreach (double seconds in pieces)
        {
            free.TryDequeue(out int worker, out double at);
            double done = at + (costs.SecondsToBegin + (seconds - costs.SecondsToBegin) / Use(cluster.Cores)) / speed;
            end = Math.Max(end, done);
            free.Enqueue(worker, done + cluster.SecondsBetween);
        }

        return end;
    }
}
