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

    internal const int TileSize = 2 * CogWriter.TileSize;

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
        foreach (BandRole role in Observation.BandsOf(index))
        {
            // A missing band is said before anything is written.
            _ = scene.Band(role);
        }

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
        PixelWindow[] tiles = [.. scene.Grid.Tiles(TileSize)];
        var summaries = new Summary[tiles.Length];
        ParallelWork.Run(Enumerable.Range(0, tiles.Length), WriteTile, cancel);
        writer.Commit();
        // In the order of tiles, whichever thread came first: the mean is the same to its last digit.
        return ToSummary(summaries.Aggregate(Summary.Empty, static (sum, tile) => sum.With(tile)), scene.Grid);

        void WriteTile(int number)
        {
            PixelWindow tile = tiles[number];
            float[] values = ArrayPool<float>.Shared.Rent(tile.PixelCount);
            short[] integers = ArrayPool<short>.Shared.Rent(asInt16 ? tile.PixelCount : 0);
            try
            {
                Span<float> pixels = values.AsSpan(0, tile.PixelCount);
                observation.ReadIndices(tile, [index], pixels);
                summaries[number] = Summary.Of(pixels);
                if (asInt16)
                {
                    ToInt16(pixels, integers);
                    writer.Write<short>(1, tile, integers);
                }
                else
                {
                    writer.Write<float>(1, tile, pixels);
                }
            }
            finally
            {
                ArrayPool<float>.Shared.Return(values);
                ArrayPool<short>.Shared.Return(integers);
            }
        }
    }

    /// <summary>Values in the 16-bit form: scaled, rounded to even, kept within what USGS allows, NaN as <see cref="Int16NoData"/>.</summary>
    /// <param name="values">Index values.</param>
    /// <param name="result">Receives as many integers.</param>
    public static void ToInt16(ReadOnlySpan<float> values, Span<short> result) =>
        Quantiser.ToInt16(values, Int16Scale, Int16NoData + 1, 32_000, Int16NoData, result);

    private static IndexSummary ToSummary(Summary summary, Grid grid)
    {
        long pixels = (long)grid.Width * grid.Height;
        return summary.Count == 0
            ? new IndexSummary(pixels, 0, double.NaN, double.NaN, double.NaN)
            : new IndexSummary(pixels, summary.Count, summary.Sum / summary.Count, summary.Minimum, summary.Maximum);
    }
}
