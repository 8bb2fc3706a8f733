using IrrigationWatch.Features;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Classification;

/// <summary>Reads the features of single pixels out of a stack, tile by tile.</summary>
internal static class FeatureSampler
{
    internal const int TileSize = 256;

    /// <summary>Reads features.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="positions">Which features.</param>
    /// <param name="pixels">Which pixels.</param>
    /// <returns>The features of each pixel in its order; null where none of them was observed.</returns>
    internal static float[]?[] Read(FeatureStack stack, int[] positions, IReadOnlyList<(int X, int Y)> pixels)
    {
        float[]?[] result = new float[]?[pixels.Count];
        var whole = new PixelWindow(0, 0, stack.Grid.Width, stack.Grid.Height);
        foreach (IGrouping<(int X, int Y), int> block in Enumerable.Range(0, pixels.Count).GroupBy(i => (pixels[i].X / TileSize, pixels[i].Y / TileSize)))
        {
            PixelWindow tile = new PixelWindow(block.Key.X * TileSize, block.Key.Y * TileSize, TileSize, TileSize).Intersect(whole);
            float[] planes = new float[tile.PixelCount * positions.Length];
            stack.Read(tile, positions, planes);
            foreach (int i in block)
            {
                float[] values = new float[positions.Length];
                for (int f = 0; f < values.Length; f++)
                {
                    values[f] = planes[f * tile.PixelCount + (pixels[i].Y - tile.Y) * tile.Width + pixels[i].X - tile.X];
                }

                result[i] = values.All(float.IsNaN) ? null : values;
            }
        }

        return result;
    }
}
