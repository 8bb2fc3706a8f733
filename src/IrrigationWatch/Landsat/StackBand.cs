namespace IrrigationWatch.Landsat;

/// <summary>Where a band of a stack is.</summary>
/// <param name="Ending">What the name of its file ends with, without extension; empty for a scene of one file.</param>
/// <param name="Number">Its number in that file, from 1.</param>
public sealed record StackBand(string Ending, int Number);
