namespace IrrigationWatch.Landsat;

/// <summary>Which pixels of a scene count as not observed, beside fill and values out of range, which never count.</summary>
public sealed record MaskOptions
{
    /// <summary>Masks what QA_PIXEL marks as obstructed, saturated bands, dropped pixels and terrain occlusion.</summary>
    public static MaskOptions Default { get; } = new();

    /// <summary>Masks fill and invalid values only.</summary>
    public static MaskOptions FillOnly { get; } = new() { RejectedQaPixel = QaPixelBits.None, RejectsSaturated = false };

    /// <summary>A pixel with any of these bits of QA_PIXEL is masked.</summary>
    public QaPixelBits RejectedQaPixel { get; init; } = QaPixelBits.Obstructed;

    /// <summary>Masks pixels of which QA_RADSAT says that a band in use is saturated, that the pixel was dropped or is hidden by terrain.</summary>
    public bool RejectsSaturated { get; init; } = true;

    /// <summary>The rejected bits of QA_RADSAT for bands in use.</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="bands">USGS band numbers.</param>
    /// <returns>Bits 0–8 for saturation of bands 1–9, bit 9 for dropped pixels (TM, ETM+), bit 11 for terrain occlusion (OLI).</returns>
    public ushort RejectedRadsat(Sensor sensor, params ReadOnlySpan<int> bands)
    {
        if (!RejectsSaturated)
        {
            return 0;
        }

        int bits = sensor == Sensor.Oli ? 1 << 11 : 1 << 9;
        foreach (int band in bands)
        {
            bits |= 1 << (band - 1);
        }

        return (ushort)bits;
    }
}
