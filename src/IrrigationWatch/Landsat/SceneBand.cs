using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

/// <summary>One band of a scene.</summary>
/// <param name="Role">What it holds.</param>
/// <param name="FileName">Its file's name within the product.</param>
/// <param name="Path">The path by which GDAL reads the file.</param>
/// <param name="Scaling">From DN to reflectance; default for quality and angle bands.</param>
public sealed record SceneBand(BandRole Role, string FileName, string Path, BandScaling Scaling)
{
    /// <summary>Its number in the file, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>
    /// True for signed 16-bit pixels, as many stacks have: they are read with 32 768 added, so that the kernels see
    /// unsigned numbers, and <see cref="Scaling"/> is for those.
    /// </summary>
    public bool IsSigned { get; init; }

    /// <summary>How values become digital numbers where pixels are no integers of 8 or 16 bits; else null.</summary>
    public RealBand? Real { get; init; }
}
