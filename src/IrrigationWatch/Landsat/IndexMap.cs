using System.Buffers;
using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>Writes one index of one scene as a Cloud Optimized GeoTIFF on the scene's own grid.</summary>
public static class IndexMap
{
    /// <summary>Factor of the 16-bit form, as USGS ships its indices.</summary>
    public const double Int16Scale = 10_000;

    /// <summary>Nodata value of the 16-bit form, as USGS ships its indices.</summary>
    public const short Int16NoData = -9999;

    internal const int TileSize = 512;

    /// <summary>Computes and writes the map.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="index">Which index.</param>
    /// <param name="output">The COG: float32 with NaN, or 16-bit integers scaled by <see cref="Int16Scale"/>.</param>
    /// <param name="options">What counts as not observed; harmonisation is not applied to a map of one scene unless asked for.</param>
    /// <param name="asInt16">True for the 16-bit form.</param>
    /// <param name="cancel">Stops the work between tiles; nothing is written then.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">A band is missing or damaged, or the output cannot be written.</exception>
    public static IndexSummary Write(Scene scene, SpectralIndex index, string output, ObservationOptions options, bool asInt16, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        (BandRole first, BandRole second) = Observation.BandsOf(index);
        _ = scene.Band(first);
        _ = scene.Band(second);
        string name = index.ToString().ToUpperInvariant();
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["INDEX"] = name,
            ["SCENE"] = scene.Id.Text,
            ["DATE"] = scene.Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["MASK"] = scene.HasQa ? options.Mask.Describe() : "fill and invalid values only: the product has no QA_PIXEL",
        };
        using var pool = new RasterPool();
        var observation = new Observation(scene, scene.Grid, pool, options);
        using var writer = new CogWriter(output, scene.Grid, asInt16 ? RasterType.Int16 : RasterType.Float32, 1, new CogOptions
        {
            NoData = asInt16 ? Int16NoData : double.NaN,
            Scale = asInt16 ? 1 / Int16Scale : 1,
            BandNames = [name],
            Metadata = metadata,
        });
        var summary = new Accumulator();
        var gate = new Lock();
        ParallelWork.Run(scene.Grid.Tiles(TileSize), WriteTile, cancel);
        writer.Commit();
        return summary.ToSummary((long)scene.Grid.Width * scene.Grid.Height);

        void WriteTile(PixelWindow tile)
        {
            float[] values = ArrayPool<float>.Shared.Rent(tile.PixelCount);
            try
            {
                Span<float> pixels = values.AsSpan(0, tile.PixelCount);
                observation.ReadIndices(tile, [index], pixels);
                lock (gate)
                {
                    summary.Add(pixels);
                }

                if (asInt16)
                {
                    writer.Write<short>(1, tile, ToInt16(pixels));
                }
                else
                {
                    writer.Write<float>(1, tile, pixels);
                }
            }
            finally
            {
                ArrayPool<float>.Shared.Return(values);
            }
        }
    }

    /// <summary>Values in the 16-bit form: scaled, rounded to even, kept within ±32 000, NaN as <see cref="Int16NoData"/>.</summary>
    /// <param name="values">Index values.</param>
    /// <returns>As many integers.</returns>
    public static short[] ToInt16(ReadOnlySpan<float> values)
    {
        short[] result = new short[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double scaled = Math.Round(values[i] * Int16Scale);
            result[i] = double.IsNaN(scaled) ? Int16NoData : (short)Math.Clamp(scaled, -9998, 32_000);
        }

        return result;
    }

    private sealed class Accumulator
    {
        private long count;
        private double sum;
        private double minimum = double.PositiveInfinity;
        private double maximum = double.NegativeInfinity;

        internal void Add(ReadOnlySpan<float> values)
        {
            foreach (float value in values)
            {
                if (!float.IsNaN(value))
                {
                    count++;
                    sum += value;
                    minimum = Math.Min(minimum, value);
                    maximum = Math.Max(maximum, value);
                }
            }
        }

        internal IndexSummary ToSummary(long pixels) => count == 0
            ? new IndexSummary(pixels, 0, double.NaN, double.NaN, double.NaN)
            : new IndexSummary(pixels, count, sum / count, minimum, maximum);
    }
}
