namespace IrrigationWatch.Kernels;

/// <summary>QA words of the pixels and the bits that reject one; an empty span for a scene without them.</summary>
/// <param name="pixels">One word a pixel, or empty.</param>
/// <param name="rejected">A pixel with any of these bits is masked.</param>
public readonly ref struct QaBits(ReadOnlySpan<ushort> pixels, ushort rejected)
{
    /// <summary>One word a pixel, or empty.</summary>
    public ReadOnlySpan<ushort> Pixels { get; } = pixels;

    /// <summary>A pixel with any of these bits is masked.</summary>
    public ushort Rejected { get; } = rejected;

    internal bool IsActive => !Pixels.IsEmpty && Rejected != 0;
}
