using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Light and shadow of a relief, for the background of maps.</summary>
internal static class Hillshade
{
    private const double Azimuth = 315;
    private const double Altitude = 45;

    /// <summary>Darkest and lightest factor, so that colours stay what the legend says.</summary>
    private const double Darkest = 0.72;

    /// <summary>Brings an elevation model to the pixels of a picture and shades it.</summary>
    /// <param name="elevation">The model, in metres.</param>
    /// <param name="frame">What the picture shows.</param>
    /// <returns>A factor a pixel from 0.72 to 1; 1 where no height is known.</returns>
    /// <exception cref="InputException">The model cannot be read.</exception>
    /// <remarks>Slope and aspect of Horn 1981, Proceedings of the IEEE 69, 14–47; light from the north-west at 45°.</remarks>
    internal static float[] Of(RasterLayer elevation, MapFrame frame)
    {
        try
        {
            using var pool = new RasterPool(0);
            Grid grid = frame.PictureGrid();
            var layer = new LayerOnGrid(pool, elevation, grid, Resampling.Bilinear);
            float[] heights = new float[grid.Width * grid.Height];
            layer.Read(new PixelWindow(0, 0, grid.Width, grid.Height), heights);
            return Shade(heights, grid.Width, grid.Height, frame.MetresPerPixel);
        }
        catch (GdalException e)
        {
            throw new InputException(elevation.Path, $"cannot be read as an elevation model ({e.Reason}); give a raster of heights in metres", e);
        }
    }

    /// <summary>Shades heights on square pixels, NaN where none is known.</summary>
    internal static float[] Shade(float[] heights, int width, int height, double metresPerPixel)
    {
        float[] shade = new float[heights.Length];
        double zenith = (90 - Altitude) * Math.PI / 180;
        double light = (360 - Azimuth + 90) * Math.PI / 180;
        double flat = Math.Cos(zenith);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double own = heights[y * width + x];
                if (double.IsNaN(own))
                {
                    shade[y * width + x] = 1;
                    continue;
                }

                double At(int dx, int dy)
                {
                    double value = heights[Math.Clamp(y + dy, 0, height - 1) * width + Math.Clamp(x + dx, 0, width - 1)];
                    return double.IsNaN(value) ? own : value;
                }

                double east = (At(1, -1) + 2 * At(1, 0) + At(1, 1) - At(-1, -1) - 2 * At(-1, 0) - At(-1, 1)) / (8 * metresPerPixel);
                double south = (At(-1, 1) + 2 * At(0, 1) + At(1, 1) - At(-1, -1) - 2 * At(0, -1) - At(1, -1)) / (8 * metresPerPixel);
                double slope = Math.Atan(Math.Sqrt(east * east + south * south));
                double aspect = Math.Atan2(south, -east);
                double bright = Math.Clamp(Math.Cos(zenith) * Math.Cos(slope) + Math.Sin(zenith) * Math.Sin(slope) * Math.Cos(light - aspect), 0, 1);
                // Flat land keeps its colour.
                shade[y * width + x] = (float)(bright >= flat ? 1 : Darkest + (1 - Darkest) * bright / flat);
            }
        }

        return shade;
    }
}
