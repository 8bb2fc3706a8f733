using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Classification;

/// <summary>How far the features of a year lie outside of what a model was trained on, tile by tile.</summary>
internal sealed class NoveltyMap
{
    private readonly Grid grid;
    private readonly int tileSize;
    private readonly float[] values;

    /// <summary>Begins a map.</summary>
    /// <param name="of">The grid that is classified.</param>
    /// <param name="tileSize">Columns and rows of its tiles.</param>
    /// <param name="earlier">A map made before, whose tiles hold where they are not set anew; null for none.</param>
    internal NoveltyMap(Grid of, int tileSize, string? earlier)
    {
        this.tileSize = tileSize;
        grid = new Grid(of.Crs, of.Left, of.Top, of.PixelWidth * tileSize, of.PixelHeight * tileSize, (of.Width + tileSize - 1) / tileSize, (of.Height + tileSize - 1) / tileSize);
        values = new float[grid.Width * grid.Height];
        Array.Fill(values, float.NaN);
        if (earlier is not null)
        {
            using Dataset dataset = Dataset.Open(earlier);
            dataset.Band(1).Read<float>(new PixelWindow(0, 0, grid.Width, grid.Height), values);
        }
    }

    /// <summary>The mean share of the features of pixels that lie outside of their range; those that are missing do not count.</summary>
    internal static double Share(ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> pixels, int[] features, IReadOnlyList<FeatureRange> ranges)
    {
        long outside = 0;
        long present = 0;
        foreach (int feature in ranges.Count == 0 ? [] : features)
        {
            if (ranges[feature] is not { Low: float low, High: float high })
            {
                continue;
            }

            ReadOnlySpan<float> plane = planes.Slice(feature * stride, stride);
            foreach (int pixel in pixels)
            {
                float value = plane[pixel];
                present += float.IsNaN(value) ? 0 : 1;
                outside += value < low || value > high ? 1 : 0;
            }
        }

        return present == 0 ? double.NaN : (double)outside / present;
    }

    internal void Set(PixelWindow tile, double share) => values[tile.Y / tileSize * grid.Width + tile.X / tileSize] = (float)share;

    internal void Write(string path, SortedDictionary<string, string> metadata)
    {
        using var writer = new CogWriter(path, grid, RasterType.Float32, 1, new CogOptions { NoData = double.NaN, BandNames = ["share of features outside of the range in training"], Metadata = metadata });
        foreach (PixelWindow window in grid.Tiles(CogWriter.TileSize))
        {
            float[] pixels = new float[window.PixelCount];
            for (int row = 0; row < window.Height; row++)
            {
                values.AsSpan((window.Y + row) * grid.Width + window.X, window.Width).CopyTo(pixels.AsSpan(row * window.Width));
            }

            writer.Write<float>(1, window, pixels);
        }

        writer.Commit();
    }

    /// <summary>The mean over the tiles of a map; NaN where nothing was observed.</summary>
    internal static double MeanOf(string path)
    {
        using Dataset dataset = Dataset.Open(path);
        float[] values = new float[dataset.Width * dataset.Height];
        dataset.Band(1).Read<float>(new PixelWindow(0, 0, dataset.Width, dataset.Height), values);
        float[] known = [.. values.Where(value => !float.IsNaN(value))];
        return known.Length == 0 ? double.NaN : known.Average(value => (double)value);
    }
}
