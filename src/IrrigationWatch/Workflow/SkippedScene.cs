namespace IrrigationWatch.Workflow;

/// <summary>A scene that was left out, and why.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Cause">What is wrong with it.</param>
public sealed record SkippedScene(string Path, string Cause);
