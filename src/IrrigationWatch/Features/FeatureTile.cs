using System.Buffers;
using System.Collections.Concurrent;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>
/// The features of one tile. Of a scene that cannot be read the cause is kept, and the tile is of no use; reading goes on
/// so that all such scenes are found.
/// </summary>
internal sealed class FeatureTile(FeatureSet set, IReadOnlyList<List<Observation>> passes, PixelWindow tile, ConcurrentDictionary<Scene, InputException> failed)
{
    private readonly int pixels = tile.PixelCount;

    internal void Compute(CogWriter writer, CogWriter? counter)
    {
        int indices = FeatureSet.Indices.Count;
        int stride = passes.Count * pixels;
        // One matrix an index: a row an observation, a column a pixel.
        float[] values = ArrayPool<float>.Shared.Rent(Math.Max(1, indices * stride));
        float[] scratch = ArrayPool<float>.Shared.Rent(Math.Max(1, stride));
        try
        {
            for (int pass = 0; pass < passes.Count; pass++)
            {
                ReadPass(passes[pass], values, pass * pixels, stride);
            }

            float[] result = new float[pixels];
            int[] counts = new int[pixels];
            byte[] bytes = new byte[pixels];
            int band = 1;
            for (int s = 0; s < set.Seasons.Count; s++)
            {
                (int first, int rows) = RowsOf(set.Seasons[s]);
                for (int i = 0; i < indices; i++)
                {
                    Sort(values.AsSpan(i * stride + first * pixels, rows * pixels), scratch, rows, counts);
                    OrderStatistics.Quantile(scratch, pixels, counts, 0.5, result);
                    writer.Write<float>(band + i, tile, result);
                    if (FeatureSet.Indices[i] == SpectralIndex.Ndvi)
                    {
                        OrderStatistics.Quantile(scratch, pixels, counts, 1, result);
                        writer.Write<float>(band + indices, tile, result);
                        WriteCounts(counts, result, bytes, band + indices + 1, 2 + s, writer, counter);
                    }
                }

                band += FeatureSet.PerSeason;
            }

            WholeYear(values.AsSpan(0, stride), scratch, counts, result, bytes, band, writer, counter);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
            ArrayPool<float>.Shared.Return(scratch);
        }
    }

    private void WholeYear(ReadOnlySpan<float> ndvi, float[] scratch, int[] counts, float[] result, byte[] bytes, int band, CogWriter writer, CogWriter? counter)
    {
        Sort(ndvi, scratch, passes.Count, counts);
        float[] low = new float[pixels];
        OrderStatistics.Quantile(scratch, pixels, counts, 0.1, low);
        writer.Write<float>(band, tile, low);
        OrderStatistics.Quantile(scratch, pixels, counts, 0.5, result);
        writer.Write<float>(band + 1, tile, result);
        OrderStatistics.Quantile(scratch, pixels, counts, 0.9, result);
        writer.Write<float>(band + 2, tile, result);
        for (int x = 0; x < pixels; x++)
        {
            low[x] = result[x] - low[x];
        }

        writer.Write<float>(band + 3, tile, low);
        DayOfMaximum(ndvi, result);
        writer.Write<float>(band + 4, tile, result);
        if (counter is not null)
        {
            ToBytes(counts, bytes);
            counter.Write<byte>(1, tile, bytes);
        }
    }

    /// <summary>Day of the year, from 1, of the highest NDVI; the first of equals.</summary>
    private void DayOfMaximum(ReadOnlySpan<float> ndvi, float[] result)
    {
        float[] best = new float[pixels];
        Array.Fill(best, float.NegativeInfinity);
        Array.Fill(result, float.NaN);
        for (int pass = 0; pass < passes.Count; pass++)
        {
            float day = passes[pass][0].Scene.Id.Acquired.DayOfYear;
            ReadOnlySpan<float> row = ndvi.Slice(pass * pixels, pixels);
            for (int x = 0; x < row.Length; x++)
            {
                if (row[x] > best[x])
                {
                    best[x] = row[x];
                    result[x] = day;
                }
            }
        }
    }

    /// <summary>Observations are sorted by time, so those of a season stand together.</summary>
    private (int First, int Rows) RowsOf(Season season)
    {
        int first = 0;
        while (first < passes.Count && !season.Contains(passes[first][0].Scene.Id.Acquired))
        {
            first++;
        }

        int rows = 0;
        while (first + rows < passes.Count && season.Contains(passes[first + rows][0].Scene.Id.Acquired))
        {
            rows++;
        }

        return (rows == 0 ? 0 : first, rows);
    }

    /// <summary>Reads the scenes of one pass; where they overlap the first that saw a pixel counts.</summary>
    private void ReadPass(List<Observation> pass, float[] values, int offset, int stride)
    {
        int indices = FeatureSet.Indices.Count;
        float[] planes = ArrayPool<float>.Shared.Rent(indices * pixels);
        try
        {
            for (int part = 0; part < pass.Count; part++)
            {
                try
                {
                    if (!failed.ContainsKey(pass[part].Scene))
                    {
                        pass[part].ReadIndices(tile, [.. FeatureSet.Indices], planes);
                    }
                }
                catch (InputException e)
                {
                    failed.TryAdd(pass[part].Scene, e);
                }

                for (int i = 0; i < indices; i++)
                {
                    ReadOnlySpan<float> plane = planes.AsSpan(i * pixels, pixels);
                    Span<float> row = values.AsSpan(i * stride + offset, pixels);
                    if (part == 0)
                    {
                        plane.CopyTo(row);
                        continue;
                    }

                    for (int x = 0; x < row.Length; x++)
                    {
                        row[x] = float.IsNaN(row[x]) ? plane[x] : row[x];
                    }
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(planes);
        }
    }

    private void Sort(ReadOnlySpan<float> source, float[] scratch, int rows, int[] counts)
    {
        source.CopyTo(scratch);
        OrderStatistics.SortColumns(scratch, rows, pixels, counts);
    }

    private void WriteCounts(int[] counts, float[] floats, byte[] bytes, int featureBand, int countBand, CogWriter writer, CogWriter? counter)
    {
        for (int x = 0; x < pixels; x++)
        {
            floats[x] = counts[x];
        }

        writer.Write<float>(featureBand, tile, floats);
        if (counter is not null)
        {
            ToBytes(counts, bytes);
            counter.Write<byte>(countBand, tile, bytes);
        }
    }

    private static void ToBytes(int[] counts, byte[] bytes)
    {
        for (int x = 0; x < bytes.Length; x++)
        {
            bytes[x] = (byte)Math.Min(255, counts[x]);
        }
    }
}
