using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Stacks of a run that are no products of USGS.</summary>
/// <param name="Paths">Folders, archives and patterns.</param>
/// <param name="Description">How they are read.</param>
public sealed record StackConfiguration(IReadOnlyList<string> Paths, StackDescription Description)
{
    /// <summary>The file of the description; null for a ready-made one.</summary>
    internal string? File { get; init; }
}
