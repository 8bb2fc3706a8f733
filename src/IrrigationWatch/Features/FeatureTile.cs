using System.Collections.Concurrent;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>
/// The features of one tile. Scenes are read whole, indices and their statistics then computed block by block, so that no
/// index ever leaves the caches. Of a scene that cannot be read the cause is kept, and the tile is of no use; reading goes
/// on so that all such scenes are found.
/// </summary>
internal sealed class FeatureTile(FeatureSet set, YearCalendar calendar, IReadOnlyList<List<Observation>> passes, PixelWindow tile, FeatureWorkspace space, ConcurrentDictionary<Scene, InputException> failed)
{
    private static readonly double[] Median = [0.5];
    private static readonly double[] MedianAndMaximum = [0.5, 1];
    private static readonly double[] OfTheYear = [0.1, 0.5, 0.9];

    private readonly SpectralIndex[] indices = [.. set.Indices];
    private readonly (int First, int Rows)[] seasons = [.. set.Seasons.Select(season => RowsOf(season, passes))];
    private readonly float[] days = [.. passes.Select(pass => (float)calendar.DayOfYear(pass[0].Scene.Id.Acquired))];

    /// <summary>Computes and writes them.</summary>
    /// <param name="writer">Receives the features.</param>
    /// <param name="counter">Receives the counts of observations; null for none.</param>
    /// <param name="parts">Into how many strips of rows the tile is cut, scenes being read for one after the other.</param>
    /// <param name="threads">How many scenes are read at once, then how many blocks computed, then how many features written.</param>
    internal void Compute(CogWriter writer, CogWriter? counter, int parts, int threads)
    {
        int rows = (tile.Height + parts - 1) / parts;
        for (int y = 0; y < tile.Height; y += rows)
        {
            Compute(new PixelWindow(tile.X, tile.Y + y, tile.Width, Math.Min(rows, tile.Height - y)), y * tile.Width, threads);
        }

        int pixels = tile.PixelCount;
        ParallelWork.Run(Enumerable.Range(0, space.Values.Length / space.Pixels), feature => writer.Write<float>(1 + feature, tile, space.Values.AsSpan(feature * space.Pixels, pixels)), threads);
        for (int count = 0; counter is not null && count <= seasons.Length; count++)
        {
            counter.Write<byte>(1 + count, tile, space.Counts.AsSpan(count * space.Pixels, pixels));
        }
    }

    private void Compute(PixelWindow window, int offset, int threads)
    {
        var observed = new Observation.ObservedWindow?[passes.Count][];
        ParallelWork.Run(Enumerable.Range(0, passes.Count), pass => observed[pass] = [.. passes[pass].Select(scene => Read(scene, window))], threads);
        int blocks = (window.PixelCount + space.BlockLength - 1) / space.BlockLength;
        ParallelWork.Run(Enumerable.Range(0, blocks), number =>
        {
            FeatureWorkspace.Block block = space.Rent();
            int start = number * space.BlockLength;
            Compute(observed, start, Math.Min(space.BlockLength, window.PixelCount - start), offset + start, block);
            space.Return(block);
        }, threads);
        foreach (Observation.ObservedWindow? scene in observed.SelectMany(pass => pass))
        {
            scene?.Dispose();
        }
    }

    private Observation.ObservedWindow? Read(Observation observation, PixelWindow window)
    {
        try
        {
            return failed.ContainsKey(observation.Scene) ? null : observation.Read(window, indices);
        }
        catch (InputException e)
        {
            failed.TryAdd(observation.Scene, e);
            return null;
        }
    }

    /// <summary>Computes all features of some pixels.</summary>
    /// <param name="observed">The windows of each pass.</param>
    /// <param name="start">The first pixel of them.</param>
    /// <param name="length">How many.</param>
    /// <param name="at">Where the first lies in the tile.</param>
    /// <param name="block">Memory.</param>
    private void Compute(Observation.ObservedWindow?[][] observed, int start, int length, int at, FeatureWorkspace.Block block)
    {
        for (int index = 0; index < indices.Length; index++)
        {
            bool isNdvi = indices[index] == SpectralIndex.Ndvi;
            for (int pass = 0; pass < observed.Length; pass++)
            {
                Merge(observed[pass], indices[index], start, block.Matrix.AsSpan(pass * block.Stride, length), block.Second.AsSpan(0, length));
            }

            for (int season = 0; season < seasons.Length; season++)
            {
                int feature = season * set.PerSeason;
                (int first, int rows) = seasons[season];
                Quantiles(first, rows, length, isNdvi ? MedianAndMaximum : Median, block);
                Keep(block, 0, length, feature + index, at);
                if (isNdvi)
                {
                    Keep(block, 1, length, feature + indices.Length, at);
                    for (int x = 0; x < length; x++)
                    {
                        space.Values[(feature + indices.Length + 1) * space.Pixels + at + x] = block.Counts[x];
                    }

                    KeepCounts(block, length, 1 + season, at);
                }
            }

            if (isNdvi)
            {
                WholeYear(observed.Length, length, at, block);
            }
        }
    }

    private void WholeYear(int rows, int length, int at, FeatureWorkspace.Block block)
    {
        int feature = seasons.Length * set.PerSeason;
        Quantiles(0, rows, length, OfTheYear, block);
        for (int i = 0; i < OfTheYear.Length; i++)
        {
            Keep(block, i, length, feature + i, at);
        }

        Span<float> amplitude = Plane(feature + 3, at, length);
        for (int x = 0; x < length; x++)
        {
            amplitude[x] = block.Quantiles[2 * length + x] - block.Quantiles[x];
        }

        OrderStatistics.LabelOfMaximum(block.Matrix, block.Stride, length, days, Plane(feature + 4, at, length));
        KeepCounts(block, length, 0, at);
    }

    /// <summary>The scenes of one pass; where they overlap the first that saw a pixel counts.</summary>
    private static void Merge(Observation.ObservedWindow?[] pass, SpectralIndex index, int start, Span<float> values, Span<float> second)
    {
        Compute(pass[0], index, start, values);
        // Scenes of one pass follow each other along the orbit: few tiles see two.
        for (int part = 1; part < pass.Length; part++)
        {
            Compute(pass[part], index, start, second);
            for (int x = 0; x < values.Length; x++)
            {
                values[x] = float.IsNaN(values[x]) ? second[x] : values[x];
            }
        }
    }

    /// <summary>An index of a scene, missing where the scene could not be read.</summary>
    private static void Compute(Observation.ObservedWindow? scene, SpectralIndex index, int start, Span<float> values)
    {
        if (scene is null)
        {
            values.Fill(float.NaN);
            return;
        }

        scene.Compute(index, start, values);
    }

    /// <summary>Observations are sorted by time, so those of a season stand together.</summary>
    private static (int First, int Rows) RowsOf(Season season, IReadOnlyList<List<Observation>> passes)
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

    private static void Quantiles(int first, int rows, int length, double[] probabilities, FeatureWorkspace.Block block) =>
        OrderStatistics.Quantiles(block.Matrix.AsSpan(first * block.Stride), block.Stride, rows, length, probabilities, block.Quantiles, block.Counts);

    private Span<float> Plane(int feature, int at, int length) => space.Values.AsSpan(feature * space.Pixels + at, length);

    private void Keep(FeatureWorkspace.Block block, int quantile, int length, int feature, int at) =>
        block.Quantiles.AsSpan(quantile * length, length).CopyTo(Plane(feature, at, length));

    private void KeepCounts(FeatureWorkspace.Block block, int length, int plane, int at)
    {
        Span<byte> counts = space.Counts.AsSpan(plane * space.Pixels + at, length);
        for (int x = 0; x < length; x++)
        {
            counts[x] = (byte)Math.Min(255, block.Counts[x]);
        }
    }
}
