namespace IrrigationWatch.Workflow;

/// <summary>What taking scenes into a catalogue did.</summary>
/// <param name="Records">All scenes asked for, in their order.</param>
/// <param name="Added">How many were new.</param>
/// <param name="Changed">How many were known and have changed.</param>
/// <param name="Unchanged">How many were known as they are.</param>
public sealed record IntakeSummary(IReadOnlyList<SceneRecord> Records, int Added, int Changed, int Unchanged)
{
    /// <summary>The scenes that cannot be used, with their cause.</summary>
    public IReadOnlyList<SkippedScene> Damaged => [.. Records.Where(record => record.Error is not null).Select(record => new SkippedScene(record.Path, record.Error!))];
}
