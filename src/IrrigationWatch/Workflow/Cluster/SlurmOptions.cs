using IrrigationWatch.Features;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What the files for Slurm ask for.</summary>
public sealed record SlurmOptions
{
    /// <summary>How often a task whose pieces failed is queued again.</summary>
    public const int Retries = 3;

    /// <summary>The program and the arguments before its own, as the nodes find it.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Most tasks of an array; a cluster's <c>MaxArraySize</c> is 1001 unless it says otherwise.</summary>
    public int MostTasks { get; init; } = 1000;

    /// <summary>Cores of a task, and of the job that joins.</summary>
    public int Cores { get; init; } = 2;

    /// <summary>Bytes that the features of a piece may take, as the configuration says.</summary>
    public long MemoryLimit { get; init; } = new FeatureOptions().MemoryLimit;

    /// <summary>Further lines for <c>#SBATCH</c>, as <c>--partition=long</c>.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
