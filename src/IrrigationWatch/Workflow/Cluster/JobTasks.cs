namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What the files for all schedulers share: pieces of a task, memory, words of a shell.</summary>
internal static class JobTasks
{
    /// <summary>Pieces of one task, where there may be so many tasks.</summary>
    internal static int PiecesOfTask(JobPlan plan, int mostTasks) => Math.Max(1, (plan.Pieces.Count + mostTasks - 1) / mostTasks);

    /// <summary>Tasks of so many pieces; one at least, as no array is empty.</summary>
    internal static int Count(JobPlan plan, int piecesOfTask) => Math.Max(1, (plan.Pieces.Count + piecesOfTask - 1) / piecesOfTask);

    /// <summary>Megabytes of a task: what the features of a piece may take, and the program and its libraries.</summary>
    internal static double WorkMegabytes(long memoryLimit) => 500 + 1.3 * memoryLimit / 1e6;

    /// <summary>Stages that many machines do, before one does the rest.</summary>
    internal static IEnumerable<ReduceStage> Stages(JobPlan plan) => (plan.Years.Count, plan.HasModel) switch
    {
        (0, _) => [],
        (_, false) => [ReduceStage.Join],
        _ => Enum.GetValues<ReduceStage>(),
    };

    /// <summary>A stage as the command line names it.</summary>
    internal static string NameOf(ReduceStage stage) => stage.ToString().ToLowerInvariant();

    /// <summary>What a stage does, for the heads of files.</summary>
    internal static string Describe(ReduceStage stage) => stage switch
    {
        ReduceStage.Join => "Joins the features of years from pieces",
        ReduceStage.Model => "Trains the model",
        _ => "Classifies years",
    };

    /// <summary>Megabytes of a task of a stage: rows of tiles at once, and of training all labelled pixels.</summary>
    internal static double StageMegabytes(JobPlan plan, ReduceStage stage) => stage == ReduceStage.Model ? 4000 : 1500 + 0.05 * plan.Grid.Width;

    /// <summary>How many times as fast so many cores are as one: two cores do the work of one in 1/1.9 of the time (docs/performance.md), of each further core 0.9 are of use.</summary>
    internal static double Use(int cores) => 1 + 0.9 * (cores - 1);

    /// <summary>Megabytes of the job that joins: it holds some class maps of the whole grid at once.</summary>
    internal static double ReduceMegabytes(JobPlan plan) => 2000 + 8.0 * plan.Grid.Width * plan.Grid.Height / 1e6;

    /// <summary>A text as one word of a shell.</summary>
    internal static string Word(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
