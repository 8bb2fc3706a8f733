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
    /// <summary>Most planes of features that are held at once.</summary>
    internal const int Planes = 4;

    private static readonly SpectralIndex[] Indices = [.. FeatureSet.Indices];
    private static readonly double[] Median = [0.5];
    private static readonly double[] MedianAndMaximum = [0.5, 1];
    private static readonly double[] OfTheYear = [0.1, 0.5, 0.9];

    private readonly int pixels = tile.PixelCount;

    /// <summary>Computes and writes them.</summary>
    /// <param name="writer">Receives the features.</param>
    /// <param name="counter">Receives the counts of observations; null for none.</param>
    /// <param name="readers">How many scenes are read at once.</param>
    internal void Compute(CogWriter writer, CogWriter? counter, int readers)
    {
        ParallelWork.Run(Enumerable.Range(0, passes.Count), pass => ReadPass(passes[pass], pass * space.RowLength), readers);
        int band = 1;
        for (int s = 0; s < set.Seasons.Count; s++)
        {
            OfSeason(set.Seasons[s], band, 2 + s, writer, counter);
            band += FeatureSet.PerSeason;
        }

        WholeYear(band, writer, counter);
    }

    private void OfSeason(Season season, int band, int countBand, CogWriter writer, CogWriter? counter)
    {
        (int first, int rows) = RowsOf(season);
        for (int i = 0; i < Indices.Length; i++)
        {
            bool isNdvi = Indices[i] == SpectralIndex.Ndvi;
            Quantiles(i, first, rows, isNdvi ? MedianAndMaximum : Median);
            writer.Write(band + i, tile, Plane(0));
            if (isNdvi)
            {
                writer.Write(band + Indices.Length, tile, Plane(1));
                WriteCounts(countBand, counter);
                Span<float> counts = space.Results.AsSpan(2 * pixels, pixels);
                for (int x = 0; x < pixels; x++)
                {
                    counts[x] = space.Counts[x];
                }

                writer.Write(band + Indices.Length + 1, tile, Plane(2));
            }
        }
    }

    private void WholeYear(int band, CogWriter writer, CogWriter? counter)
    {
        int ndvi = Array.IndexOf(Indices, SpectralIndex.Ndvi);
        Quantiles(ndvi, 0, passes.Count, OfTheYear);
        for (int i = 0; i < OfTheYear.Length; i++)
        {
            writer.Write(band + i, tile, Plane(i));
        }

        Span<float> result = space.Results.AsSpan(3 * pixels, pixels);
        ReadOnlySpan<float> low = Plane(0);
        ReadOnlySpan<float> high = Plane(2);
        for (int x = 0; x < pixels; x++)
        {
            result[x] = high[x] - low[x];
        }

        writer.Write(band + 3, tile, Plane(3));
        float[] days = [.. passes.Select(pass => (float)pass[0].Scene.Id.Acquired.DayOfYear)];
        OrderStatistics.LabelOfMaximum(space.Values.AsSpan(ndvi * pixels), space.RowLength, pixels, days, result);
        writer.Write(band + 4, tile, Plane(3));
        WriteCounts(1, counter);
    }

    private ReadOnlySpan<float> Plane(int number) => space.Results.AsSpan(number * pixels, pixels);

    private void Quantiles(int index, int first, int rows, double[] probabilities) =>
        OrderStatistics.Quantiles(space.Values.AsSpan(first * space.RowLength + index * pixels), space.RowLength, rows, pixels, probabilities, space.Results, space.Counts);

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
        float[] second = new float[values.Length];
        for (int part = 1; part < pass.Count; part++)
        {
            Read(pass[part], second);
            for (int x = 0; x < values.Length; x++)
            {
                values[x] = float.IsNaN(values[x]) ? second[x] : values[x];
            }
        }
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

    private void WriteCounts(int band, CogWriter? counter)
    {
        if (counter is null)
        {
            return;
        }

        for (int x = 0; x < pixels; x++)
        {
            space.Bytes[x] = (byte)Math.Min(255, space.Counts[x]);
        }

        counter.Write<byte>(band, tile, space.Bytes);
    }
}
