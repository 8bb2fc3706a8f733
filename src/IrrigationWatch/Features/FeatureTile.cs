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
internal sealed class FeatureTile(FeatureSet set, IReadOnlyList<List<Observation>> passes, PixelWindow tile, FeatureWorkspace space, ConcurrentDictionary<Scene, InputException> failed)
{
    private static readonly SpectralIndex[] Indices = [.. FeatureSet.Indices];
    private static readonly double[] Median = [0.5];
    private static readonly double[] MedianAndMaximum = [0.5, 1];
    private static readonly double[] OfTheYear = [0.1, 0.5, 0.9];

    private readonly int pixels = tile.PixelCount;

    /// <summary>Computes and writes them.</summary>
    /// <param name="writer">Receives the features.</param>
    /// <param name="counter">Receives the counts of observations; null for none.</param>
    /// <param name="threads">How many scenes are read at once, and then how many features computed.</param>
    internal void Compute(CogWriter writer, CogWriter? counter, int threads)
    {
        ParallelWork.Run(Enumerable.Range(0, passes.Count), pass => ReadPass(passes[pass], pass * space.RowLength), threads);
        // The longest first: the year as a whole, then the indices of each season.
        int seasons = set.Seasons.Count;
        ParallelWork.Run(Enumerable.Range(0, 1 + seasons * Indices.Length), piece =>
        {
            FeatureWorkspace.Planes planes = space.Rent();
            if (piece == 0)
            {
                WholeYear(1 + seasons * FeatureSet.PerSeason, planes, writer, counter);
            }
            else
            {
                OfSeason((piece - 1) / Indices.Length, (piece - 1) % Indices.Length, planes, writer, counter);
            }

            space.Return(planes);
        }, threads);
    }

    private void OfSeason(int season, int index, FeatureWorkspace.Planes planes, CogWriter writer, CogWriter? counter)
    {
        (int first, int rows) = RowsOf(set.Seasons[season]);
        int band = 1 + season * FeatureSet.PerSeason;
        bool isNdvi = Indices[index] == SpectralIndex.Ndvi;
        Quantiles(index, first, rows, isNdvi ? MedianAndMaximum : Median, planes);
        writer.Write(band + index, tile, planes.Plane(0, pixels));
        if (!isNdvi)
        {
            return;
        }

        writer.Write(band + Indices.Length, tile, planes.Plane(1, pixels));
        Span<float> counts = planes.Values.AsSpan(2 * pixels, pixels);
        for (int x = 0; x < pixels; x++)
        {
            counts[x] = planes.Counts[x];
        }

        writer.Write(band + Indices.Length + 1, tile, planes.Plane(2, pixels));
        WriteCounts(2 + season, planes, counter);
    }

    private void WholeYear(int band, FeatureWorkspace.Planes planes, CogWriter writer, CogWriter? counter)
    {
        int ndvi = Array.IndexOf(Indices, SpectralIndex.Ndvi);
        Quantiles(ndvi, 0, passes.Count, OfTheYear, planes);
        for (int i = 0; i < OfTheYear.Length; i++)
        {
            writer.Write(band + i, tile, planes.Plane(i, pixels));
        }

        Span<float> result = planes.Values.AsSpan(3 * pixels, pixels);
        ReadOnlySpan<float> low = planes.Plane(0, pixels);
        ReadOnlySpan<float> high = planes.Plane(2, pixels);
        for (int x = 0; x < pixels; x++)
        {
            result[x] = high[x] - low[x];
        }

        writer.Write(band + 3, tile, planes.Plane(3, pixels));
        float[] days = [.. passes.Select(pass => (float)pass[0].Scene.Id.Acquired.DayOfYear)];
        OrderStatistics.LabelOfMaximum(space.Values.AsSpan(ndvi * pixels), space.RowLength, pixels, days, result);
        writer.Write(band + 4, tile, planes.Plane(3, pixels));
        WriteCounts(1, planes, counter);
    }

    private void Quantiles(int index, int first, int rows, double[] probabilities, FeatureWorkspace.Planes planes) =>
        OrderStatistics.Quantiles(space.Values.AsSpan(first * space.RowLength + index * pixels), space.RowLength, rows, pixels, probabilities, planes.Values, planes.Counts);

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
    private void ReadPass(List<Observation> pass, int offset)
    {
        Span<float> values = space.Values.AsSpan(offset, Indices.Length * pixels);
        Read(pass[0], values);
        if (pass.Count == 1)
        {
            return;
        }

        // Scenes of one pass follow each other along the orbit: few tiles see two.
        float[] rented = ArrayPool<float>.Shared.Rent(values.Length);
        Span<float> second = rented.AsSpan(0, values.Length);
        for (int part = 1; part < pass.Count; part++)
        {
            Read(pass[part], second);
            for (int x = 0; x < values.Length; x++)
            {
                values[x] = float.IsNaN(values[x]) ? second[x] : values[x];
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private void Read(Observation observation, Span<float> planes)
    {
        try
        {
            if (!failed.ContainsKey(observation.Scene))
            {
                observation.ReadIndices(tile, Indices, planes);
            }
        }
        catch (InputException e)
        {
            failed.TryAdd(observation.Scene, e);
        }
    }

    private void WriteCounts(int band, FeatureWorkspace.Planes planes, CogWriter? counter)
    {
        if (counter is null)
        {
            return;
        }

        for (int x = 0; x < pixels; x++)
        {
            planes.Bytes[x] = (byte)Math.Min(255, planes.Counts[x]);
        }

        counter.Write<byte>(band, tile, planes.Bytes);
    }
}
