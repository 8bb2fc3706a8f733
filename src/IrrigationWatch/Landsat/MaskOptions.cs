using System.Globalization;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

/// <summary>Which pixels of a scene count as not observed, beside fill and values out of range, which never count.</summary>
public sealed record MaskOptions
{
    private const ushort OcclusionBit = 1 << 11;
    private const ushort DroppedBit = 1 << 9;

    /// <summary>Masks what QA_PIXEL marks as obstructed, saturated bands, dropped pixels and terrain occlusion.</summary>
    public static MaskOptions Default { get; } = new();

    /// <summary>Masks fill and invalid values only.</summary>
    public static MaskOptions FillOnly { get; } = new() { RejectedQaPixel = QaPixelBits.None, RejectsSaturated = false, RejectsTerrainOcclusion = false, UsesStackMask = false };

    /// <summary>A pixel with any of these bits of QA_PIXEL is masked.</summary>
    public QaPixelBits RejectedQaPixel { get; init; } = QaPixelBits.Obstructed;

    /// <summary>Masks clouds from this confidence on; none to go by <see cref="RejectedQaPixel"/> alone.</summary>
    public QaConfidence CloudConfidence { get; init; }

    /// <summary>Masks cloud shadows from this confidence on.</summary>
    public QaConfidence ShadowConfidence { get; init; }

    /// <summary>Masks snow and ice from this confidence on.</summary>
    public QaConfidence SnowConfidence { get; init; }

    /// <summary>Masks cirrus from this confidence on (OLI only).</summary>
    public QaConfidence CirrusConfidence { get; init; }

    /// <summary>Masks what lies within so many pixels of the analysis grid of a masked cloud, shadow or other class; fill does not grow.</summary>
    public int Dilation { get; init; }

    /// <summary>Masks pixels of which QA_RADSAT says that a band in use is saturated or that the pixel was dropped.</summary>
    public bool RejectsSaturated { get; init; } = true;

    /// <summary>Masks pixels that terrain hides from the sensor, by QA_RADSAT (OLI).</summary>
    public bool RejectsTerrainOcclusion { get; init; } = true;

    /// <summary>A pixel with any of these bits of SR_CLOUD_QA is masked (TM, ETM+).</summary>
    public CloudQaBits RejectedCloudQa { get; init; }

    /// <summary>Masks pixels whose aerosol in SR_QA_AEROSOL is at least this (OLI); null to leave them.</summary>
    public AerosolLevel? RejectedAerosol { get; init; }

    /// <summary>Masks what the mask band of a stack says is not clear.</summary>
    public bool UsesStackMask { get; init; } = true;

    /// <summary>The rejected bits of QA_RADSAT for bands in use.</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="bands">USGS band numbers.</param>
    /// <returns>Bits 0–8 for saturation of bands 1–9, bit 9 for dropped pixels (TM, ETM+), bit 11 for terrain occlusion (OLI).</returns>
    public ushort RejectedRadsat(Sensor sensor, params ReadOnlySpan<int> bands)
    {
        int bits = RejectsTerrainOcclusion && sensor == Sensor.Oli ? OcclusionBit : 0;
        if (RejectsSaturated)
        {
            bits |= sensor == Sensor.Oli ? 0 : DroppedBit;
            foreach (int band in bands)
            {
                bits |= 1 << (band - 1);
            }
        }

        return (ushort)bits;
    }

    /// <summary>The mask in words, as metadata and records carry it.</summary>
    /// <returns>For example <c>Fill, DilatedCloud, Cirrus, Cloud, CloudShadow; saturated; terrain occlusion</c>.</returns>
    public string Describe()
    {
        var parts = new List<string> { RejectedQaPixel == QaPixelBits.None ? "fill and invalid values" : RejectedQaPixel.ToString() };
        AddConfidence("cloud", CloudConfidence);
        AddConfidence("cloud shadow", ShadowConfidence);
        AddConfidence("snow", SnowConfidence);
        AddConfidence("cirrus", CirrusConfidence);
        if (RejectedCloudQa != CloudQaBits.None)
        {
            parts.Add($"SR_CLOUD_QA {RejectedCloudQa}");
        }

        if (RejectedAerosol is AerosolLevel aerosol)
        {
            parts.Add($"aerosol from {aerosol}");
        }

        if (RejectsSaturated)
        {
            parts.Add("saturated and dropped");
        }

        if (RejectsTerrainOcclusion)
        {
            parts.Add("terrain occlusion");
        }

        if (Dilation > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"grown by {Dilation} pixels"));
        }

        return string.Join("; ", parts);

        void AddConfidence(string name, QaConfidence level)
        {
            if (level != QaConfidence.None)
            {
                parts.Add($"{name} from {level} confidence");
            }
        }
    }

    /// <summary>True when the bits of QA_PIXEL alone make the mask, so that no mask has to be computed before the indices.</summary>
    internal bool IsPlain => Dilation == 0 && CloudConfidence == QaConfidence.None && ShadowConfidence == QaConfidence.None && SnowConfidence == QaConfidence.None
        && CirrusConfidence == QaConfidence.None && RejectedCloudQa == CloudQaBits.None && RejectedAerosol is null;

    /// <summary>The confidence fields of QA_PIXEL that reject: bits 8–9 cloud, 10–11 shadow, 12–13 snow, 14–15 cirrus.</summary>
    internal QaField[] ConfidenceFields(Sensor sensor)
    {
        var fields = new List<QaField>();
        Add(CloudConfidence, 8);
        Add(ShadowConfidence, 10);
        Add(SnowConfidence, 12);
        if (sensor == Sensor.Oli)
        {
            // TM and ETM+ have no cirrus band; the bits are unused.
            Add(CirrusConfidence, 14);
        }

        return [.. fields];

        void Add(QaConfidence level, int shift)
        {
            if (level != QaConfidence.None)
            {
                fields.Add(new QaField((ushort)(3 << shift), (ushort)((int)level << shift)));
            }
        }
    }
}
