namespace IrrigationWatch.Workflow;

/// <summary>What a run is doing.</summary>
/// <param name="Step">The step, for example <c>features 2010</c>.</param>
/// <param name="Fraction">Share of the step that is done, 0 to 1.</param>
/// <param name="Note">A remark to show as a line of its own; null for none.</param>
public sealed record RunProgress(string Step, double Fraction, string? Note = null);
