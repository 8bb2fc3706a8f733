namespace IrrigationWatch.Landsat;

/// <summary>What was found in an index map.</summary>
/// <param name="Pixels">Pixels of the scene.</param>
/// <param name="Observed">Pixels with a value.</param>
/// <param name="Mean">Mean of the values; NaN where there is none.</param>
/// <param name="Minimum">Smallest value; NaN where there is none.</param>
/// <param name="Maximum">Largest value; NaN where there is none.</param>
public sealed record IndexSummary(long Pixels, long Observed, double Mean, double Minimum, double Maximum);
