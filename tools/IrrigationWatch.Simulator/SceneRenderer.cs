using IrrigationWatch.Landsat;

namespace IrrigationWatch.Simulator;

/// <summary>Renders what a satellite saw of the world on a day.</summary>
internal sealed class SceneRenderer(World world, Mixture mixture, long seed)
{
    private const double Scale = 2.75e-5;
    private const double Offset = -0.2;

    // What does not change from scene to scene is worked out once.
    private readonly double[] texture = Smooth(world, seed + 300, 30);
    private readonly double[] soilTexture = Smooth(world, seed + 301, 90);

    internal SceneImage Render(ProductId id)
    {
        int columns = world.Grid.Width;
        int rows = world.Grid.Height;
        var image = new SceneImage(columns * rows);
        long sceneSeed = (long)(Noise.Hash(seed, id.Acquired.DayNumber, id.Satellite) >> 8);
        var sky = new Sky(sceneSeed, columns, rows);
        int year = id.Acquired.Year;
        double rain = Math.Clamp(Noise.Normal(seed, 501, year) * 0.55, -1, 1);
        double earliness = Math.Clamp(Noise.Normal(seed, 502, year) * 3.5, -8, 8);
        double day = id.Acquired.DayOfYear + earliness;
        bool snow = id.Acquired.DayOfYear < 78 && Noise.Uniform(sceneSeed, 503) < 0.45;
        PatchState[] patches = [.. world.Patches.Select((patch, id) => new PatchState(world.CoverOf(patch, year), 6 * Noise.Normal(seed, 601, id, year), Math.Max(0.4, 1 + 0.09 * Noise.Normal(seed, 602, id, year))))];
        double[] gain = [.. Enumerable.Range(0, Spectra.Bands).Select(band => 1 + 0.012 * Noise.Normal(sceneSeed, 504, band))];
        Parallel.For(0, rows, row =>
        {
            Span<double> spectrum = stackalloc double[Spectra.Bands];
            for (int column = 0; column < columns; column++)
            {
                int pixel = row * columns + column;
                if (IsSlcGap(id, column, row, sceneSeed))
                {
                    image.QaPixel[pixel] = (ushort)QaPixelBits.Fill;
                    continue;
                }

                spectrum.Clear();
                bool water = Ground(pixel, patches, day, rain, snow, spectrum);
                Atmosphere(sky, pixel, spectrum);
                for (int band = 0; band < Spectra.Bands; band++)
                {
                    double value = spectrum[band] * gain[band] + Spectra.PixelNoise[band] * Noise.Normal(sceneSeed, 505 + band, pixel);
                    image.Reflective[band][pixel] = ToDn(id, band, value);
                }

                image.QaPixel[pixel] = Qa(id.Sensor, sky, pixel, water, snow && Noise.Smooth(sceneSeed + 9, column, row, 50) < 0.7);
                image.QaRadsat[pixel] = image.Reflective[0][pixel] == ushort.MaxValue ? (ushort)(1 << (id.BandNumber(BandRole.Blue) - 1)) : (ushort)0;
            }
        });
        image.CloudCover = 100.0 * sky.FlaggedCloud.Count(flag => flag) / sky.FlaggedCloud.Length;
        return image;
    }

    private bool Ground(int pixel, PatchState[] patches, double day, double rain, bool snow, Span<double> spectrum)
    {
        ReadOnlySpan<int> ids = mixture.Ids(pixel);
        ReadOnlySpan<float> weights = mixture.Weights(pixel);
        double uneven = texture[pixel];
        double waterShare = 0;
        for (int k = 0; k < ids.Length; k++)
        {
            (Cover cover, double shift, double vigour) = patches[ids[k]];
            double amount = cover is Cover.Desert or Cover.Steppe ? 0.35 : 0.10;
            double green = Calendar.Green(cover, day + (cover >= Cover.Fallow ? shift : 0), rain) * vigour * (1 + amount * uneven);
            double brightness = 1 + 0.15 * soilTexture[pixel] + (cover == Cover.Desert ? 0.25 : 0);
            bool flooded = cover == Cover.Rice && day is > 135 and < 172;
            if (cover == Cover.Water || flooded)
            {
                waterShare += weights[k];
                Spectra.Add(Spectra.Water, 1 + 0.2 * uneven, flooded ? green : 0, weights[k], spectrum);
            }
            else if (cover == Cover.Reeds)
            {
                // Reeds stand in water and mud: as green as a crop, but darker and wetter below.
                double[] mud = [0.05, 0.065, 0.065, 0.09, 0.08, 0.06];
                Spectra.Add(mud, 1 + 0.15 * uneven, green, weights[k], spectrum);
            }
            else
            {
                Spectra.Add(Spectra.Soil, brightness, green, weights[k], spectrum);
            }
        }

        if (snow && waterShare < 0.5)
        {
            double depth = Math.Clamp(0.85 + 0.3 * uneven, 0.3, 1);
            for (int band = 0; band < Spectra.Bands; band++)
            {
                spectrum[band] += depth * (3 * Spectra.Snow[band] - spectrum[band]);
            }
        }

        return waterShare >= 0.5;
    }

    private static double[] Smooth(World world, long seed, double size)
    {
        double[] values = new double[world.Grid.Width * world.Grid.Height];
        Parallel.For(0, world.Grid.Height, row =>
        {
            for (int column = 0; column < world.Grid.Width; column++)
            {
                values[row * world.Grid.Width + column] = Noise.Smooth(seed, column, row, size);
            }
        });
        return values;
    }

    private static void Atmosphere(Sky sky, int pixel, Span<double> spectrum)
    {
        double opacity = sky.Opacity[pixel];
        for (int band = 0; band < Spectra.Bands; band++)
        {
            double bright = Spectra.Cloud[band] * 1.35;
            spectrum[band] = opacity > 0 ? spectrum[band] + opacity * (bright - spectrum[band]) : sky.Shadow[pixel] ? spectrum[band] * 0.45 : spectrum[band];
        }
    }

    /// <summary>TM and ETM+ see what OLI sees through the inverse of Roy et al. 2016, kept above zero over dark water.</summary>
    private static ushort ToDn(ProductId id, int band, double reflectance)
    {
        if (id.Sensor != Sensor.Oli)
        {
            (double intercept, double slope) = Harmonisation.Coefficients(SceneImage.Roles[band]);
            reflectance = Math.Max((reflectance - intercept) / slope, 0.003);
        }

        return (ushort)Math.Clamp(Math.Round((reflectance - Offset) / Scale), 1, ushort.MaxValue);
    }

    /// <summary>The gaps of the broken scan line corrector: stripes across the track, seven lines in thirty-four at this place in the scene.</summary>
    private static bool IsSlcGap(ProductId id, int column, int row, long sceneSeed)
    {
        if (id.Sensor != Sensor.EtmPlus || id.Acquired <= new DateOnly(2003, 5, 31))
        {
            return false;
        }

        double line = row + 0.21 * column + 34 * Noise.Uniform(sceneSeed, 510);
        return line - 34 * Math.Floor(line / 34) < 5 + 4.0 * column / 480;
    }

    /// <summary>The words that USGS's own files hold for these cases (LSDS-1618 and LSDS-1619, QA_PIXEL value interpretations).</summary>
    private static ushort Qa(Sensor sensor, Sky sky, int pixel, bool water, bool snow)
    {
        bool oli = sensor == Sensor.Oli;
        if (sky.FlaggedCloud[pixel])
        {
            return oli ? (ushort)22280 : (ushort)5896;
        }

        if (sky.FlaggedShadow[pixel])
        {
            return oli ? (ushort)23888 : (ushort)7440;
        }

        if (sky.FlaggedDilated[pixel])
        {
            return oli ? (ushort)21826 : (ushort)5442;
        }

        if (snow)
        {
            return oli ? (ushort)30048 : (ushort)13664;
        }

        return water ? (oli ? (ushort)21952 : (ushort)5504) : (oli ? (ushort)21824 : (ushort)5440);
    }

    /// <summary>A patch in a year: what grows there, how many days late, and how well.</summary>
    private readonly record struct PatchState(Cover Cover, double Shift, double Vigour);
}
