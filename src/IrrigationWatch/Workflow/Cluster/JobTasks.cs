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

    /// <summary>Megabytes of the job that joins: it holds some class maps of the whole grid at once.</summary>
    internal static double ReduceMegabytes(JobPlan plan) => 2000 + 8.0 * plan.Grid.Width * plan.Grid.Height / 1e6;

    /// <summary>A text as one word of a shell.</summary>
    internal static string Word(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
