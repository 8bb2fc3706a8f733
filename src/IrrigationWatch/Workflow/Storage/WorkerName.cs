namespace IrrigationWatch.Workflow.Storage;

/// <summary>Names for folders of one process among those of many machines.</summary>
internal static class WorkerName
{
    /// <summary>A name that no other process will have.</summary>
    internal static string New() => $"irrigationwatch-{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
}
