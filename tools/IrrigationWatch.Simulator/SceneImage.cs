using IrrigationWatch.Landsat;

namespace IrrigationWatch.Simulator;

/// <summary>The pixels of one product.</summary>
internal sealed class SceneImage
{
    internal SceneImage(int pixels)
    {
        Reflective = [.. Enumerable.Range(0, Spectra.Bands).Select(_ => new ushort[pixels])];
        QaPixel = new ushort[pixels];
        QaRadsat = new ushort[pixels];
    }

    /// <summary>DN of blue, green, red, NIR, SWIR 1, SWIR 2.</summary>
    internal ushort[][] Reflective { get; }

    internal ushort[] QaPixel { get; }

    internal ushort[] QaRadsat { get; }

    /// <summary>Share of pixels flagged as cloud, in percent.</summary>
    internal double CloudCover { get; set; }

    internal static readonly BandRole[] Roles = [BandRole.Blue, BandRole.Green, BandRole.Red, BandRole.Nir, BandRole.Swir1, BandRole.Swir2];
}
