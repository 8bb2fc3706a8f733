using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

/// <summary>One file of a scene.</summary>
/// <param name="Role">What it holds.</param>
/// <param name="FileName">Its name within the product.</param>
/// <param name="Path">The path by which GDAL reads it.</param>
/// <param name="Scaling">From DN to reflectance; default for QA bands.</param>
public sealed record SceneBand(BandRole Role, string FileName, string Path, BandScaling Scaling);
