namespace IrrigationWatch.Simulator;

/// <summary>
/// Surface reflectance of what land is made of, in the order blue, green, red, NIR, SWIR 1, SWIR 2, as OLI would see it.
/// </summary>
/// <remarks>
/// Vegetation, soil, snow, cloud and shadow are medians of real Landsat pixel histories in data-samples/pixel-records, and a
/// test computes them again. Water, which those places lack, is typical clear to turbid water of the USGS spectral library.
/// </remarks>
internal static class Spectra
{
    internal const int Bands = 6;

    /// <summary>Clear pixels of the Washington record with NDVI of 0.8 and above and all bands positive: full green cover.</summary>
    internal static readonly double[] Vegetation = [0.03160, 0.06015, 0.03920, 0.40890, 0.18145, 0.08415];

    /// <summary>Clear pixels of p035r032, rows 3 to 5 of the chip, day 151 to 289, with NDVI from 0.2 to 0.25: dry soil and litter.</summary>
    internal static readonly double[] Soil = [0.0684, 0.0911, 0.1175, 0.1857, 0.3077, 0.2455];

    /// <summary>Pixels that Fmask calls snow in the Washington record, with their trees; open snow is about three times as bright.</summary>
    internal static readonly double[] Snow = [0.15525, 0.15460, 0.14815, 0.24180, 0.06825, 0.04490];

    /// <summary>Pixels that Fmask calls cloud in p035r032.</summary>
    internal static readonly double[] Cloud = [0.3131, 0.3252, 0.3220, 0.4377, 0.2712, 0.2204];

    internal static readonly double[] Water = [0.055, 0.062, 0.045, 0.022, 0.010, 0.007];

    /// <summary>Reflectance noise of a pixel in each band, a third of the spread between clear looks at most nine days apart in p035r032.</summary>
    internal static readonly double[] PixelNoise = [0.0020, 0.0029, 0.0030, 0.0058, 0.0037, 0.0032];

    /// <summary>A mixture of green vegetation over a background.</summary>
    /// <param name="background">The spectrum below.</param>
    /// <param name="brightness">Factor on the background.</param>
    /// <param name="green">Green cover from 0 to 1.</param>
    /// <param name="weight">Share of the pixel.</param>
    /// <param name="sum">Added to.</param>
    internal static void Add(double[] background, double brightness, double green, double weight, Span<double> sum)
    {
        double g = Math.Clamp(green, 0, 1);
        for (int band = 0; band < Bands; band++)
        {
            sum[band] += weight * (g * Vegetation[band] + (1 - g) * brightness * background[band]);
        }
    }
}
