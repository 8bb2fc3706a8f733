namespace IrrigationWatch.Kernels;

/// <summary>Pixels of one label that hang together by their sides.</summary>
/// <param name="Label">Their label, above 0.</param>
/// <param name="Row">Row of the first pixel in reading order.</param>
/// <param name="Column">Its column.</param>
/// <param name="Pixels">How many pixels.</param>
/// <param name="Area">Sum of their areas.</param>
/// <param name="Mean">Mean of their values weighted by area; NaN where none has one.</param>
/// <param name="Rings">
/// The outline along pixel sides, in columns and rows (0, 0 the upper left corner of the raster, y down), each ring closed: first the
/// outer one, then the holes. Corners only; with y up the outer ring turns counter-clockwise and holes clockwise.
/// </param>
public sealed record Patch(int Label, int Row, int Column, long Pixels, double Area, double Mean, IReadOnlyList<(int X, int Y)[]> Rings);
