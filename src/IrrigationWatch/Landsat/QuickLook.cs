using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>One colour of a quick-look.</summary>
/// <param name="Role">The band that is shown.</param>
/// <param name="Brightest">Reflectance from which on it is shown brightest; 0 is darkest.</param>
public sealed record QuickLookBand(BandRole Role, double Brightest);

/// <summary>
/// A scene as a picture: three bands as red, green and blue. The stretch is the same for every scene, so that equal colours are equal
/// reflectance, whatever the day.
/// </summary>
public static class QuickLook
{
    /// <summary>Pixels of the scene that are averaged along each side of one of the picture, at most.</summary>
    private const int MostAveraged = 3;

    /// <summary>Lifts dark land, as screens want it.</summary>
    private const double Gamma = 1.5;

    /// <summary>The bands that are shown as red, green and blue.</summary>
    /// <param name="combination">Which combination.</param>
    /// <returns>Three bands.</returns>
    public static IReadOnlyList<QuickLookBand> BandsOf(BandCombination combination) => combination switch
    {
        BandCombination.True => [new(BandRole.Red, 0.3), new(BandRole.Green, 0.3), new(BandRole.Blue, 0.3)],
        BandCombination.Infrared => [new(BandRole.Nir, 0.5), new(BandRole.Red, 0.3), new(BandRole.Green, 0.3)],
        _ => [new(BandRole.Swir1, 0.45), new(BandRole.Nir, 0.5), new(BandRole.Red, 0.35)],
    };

    /// <summary>Reads a part of a scene in some size; clouds are shown, not masked.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="combination">Which bands.</param>
    /// <param name="window">The part of <see cref="Scene.Grid"/>.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <returns>width × height colours row by row as 0xAARRGGBB; 0 where a band holds no image.</returns>
    /// <exception cref="InputException">A band is missing or damaged.</exception>
    public static uint[] Read(Scene scene, BandCombination combination, PixelWindow window, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (SceneBand Band, double Brightest)[] bands = [.. BandsOf(combination).Select(band => (scene.Band(band.Role), band.Brightest))];
        double[][] planes = new double[bands.Length][];
        ParallelWork.Run(Enumerable.Range(0, bands.Length), i => planes[i] = Reflectance(scene, bands[i].Band, window, width, height));
        uint[] colors = new uint[width * height];
        for (int i = 0; i < colors.Length; i++)
        {
            uint color = 0xFF;
            for (int b = 0; b < bands.Length && color != 0; b++)
            {
                color = double.IsNaN(planes[b][i]) ? 0 : color << 8 | Shade(planes[b][i] / bands[b].Brightest);
            }

            colors[i] = color;
        }

        return colors;
    }

    private static byte Shade(double share) => (byte)Math.Round(255 * Math.Pow(Math.Clamp(share, 0, 1), 1 / Gamma));

    /// <summary>Mean reflectance of what each pixel of the picture holds; NaN where there is no image.</summary>
    private static double[] Reflectance(Scene scene, SceneBand band, PixelWindow window, int width, int height)
    {
        int side = Math.Clamp(Math.Min(window.Width / width, window.Height / height), 1, MostAveraged);
        int[] pixels = new int[width * side * height * side];
        try
        {
            using Dataset dataset = Dataset.Open(band.Path);
            if (band.Real is RealBand real)
            {
                float[] values = new float[pixels.Length];
                LayerReader.Of(dataset, real.LayerOf(band)).ReadResized(dataset, window, width * side, height * side, values.AsSpan());
                ushort[] numbers = new ushort[values.Length];
                real.ToNumbers(values, numbers);
                pixels = [.. numbers];
            }
            else
            {
                dataset.Band(band.Number).ReadResized(window, width * side, height * side, pixels.AsSpan());
            }
        }
        catch (GdalException e)
        {
            throw scene.Unreadable(e);
        }

        int shift = band.IsSigned ? 32768 : 0;
        double[] means = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                long sum = 0;
                int count = 0;
                for (int row = 0; row < side; row++)
                {
                    foreach (int value in pixels.AsSpan(((y * side + row) * width + x) * side, side))
                    {
                        int dn = value + shift;
                        if (dn != band.Scaling.FillDn)
                        {
                            sum += dn;
                            count++;
                        }
                    }
                }

                // Half of a pixel without image is none: gaps stay gaps.
                means[y * width + x] = 2 * count > side * side ? (double)sum / count * band.Scaling.Multiplier + band.Scaling.Offset : double.NaN;
            }
        }

        return means;
    }
}
