using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Classification;

/// <summary>A feature stack becomes a class map and a map of the probability of irrigation.</summary>
/// <remarks>
/// A pixel counts as observed when it was seen in the last season, the high summer that tells irrigated from rain-fed
/// green; else it is 0 in the class map, so that a gap never reads as land that is not irrigated.
/// </remarks>
public static class MapClassifier
{
    /// <summary>The value of pixels that were not observed.</summary>
    public const byte NotObserved = 0;

    /// <summary>Columns and rows of the tiles that the work is cut into: those of the features.</summary>
    public const int TileSize = FeatureBuilder.TileSize;

    /// <summary>Classifies a stack.</summary>
    /// <param name="stack">The features.</param>
    /// <param name="model">The model.</param>
    /// <param name="classes">The COG of classes to write: bytes, <see cref="NotObserved"/> as nodata.</param>
    /// <param name="probability">The COG of the probability of irrigation to write: 16-bit integers scaled by 10 000; null for none.</param>
    /// <param name="kept">Tiles that hold already, taken from files made before; null to classify all.</param>
    /// <param name="progress">Told the share of tiles done.</param>
    /// <param name="cancel">Stops between tiles; nothing is written then.</param>
    /// <exception cref="InputException">The stack lacks a feature of the model, or an output cannot be written.</exception>
    public static void Classify(FeatureStack stack, IrrigationModel model, string classes, string? probability, KeptTiles? kept = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(model);
        int[] positions = stack.Find(model.Description.FeatureNames);
        string decisive = stack.Names.LastOrDefault(FeatureSet.IsCount)
            ?? throw new InputException(stack.Path, "has no count of clear observations, so gaps cannot be told from land; make it with 'irrigationwatch composite'");
        int count = stack.Find([decisive])[0];
        SortedDictionary<string, string> metadata = ClassMapStyle.Metadata(model.Description, stack.Year);
        using var writer = new CogWriter(classes, stack.Grid, RasterType.Byte, 1, ClassMapStyle.Options(model.Description, metadata));
        using CogWriter? second = probability is null ? null : new CogWriter(probability, stack.Grid, RasterType.Int16, 1, new CogOptions
        {
            NoData = IndexMap.Int16NoData,
            Scale = 1 / IndexMap.Int16Scale,
            BandNames = ["probability of irrigation"],
            Metadata = metadata,
        });
        PixelWindow[] tiles = [.. stack.Grid.Tiles(TileSize)];
        int done = 0;
        ParallelWork.Run(tiles, ClassifyTile, cancel);
        writer.Commit();
        second?.Commit();

        void ClassifyTile(PixelWindow tile)
        {
            if (kept is not null && kept.Has(tile))
            {
                kept.Copy(0, tile, writer);
                kept.Copy(1, tile, second);
                progress?.Report((double)Interlocked.Increment(ref done) / tiles.Length);
                return;
            }

            float[] planes = new float[(positions.Length + 1) * tile.PixelCount];
            stack.Read(tile, [.. positions, count], planes);
            (byte[] values, short[] chances) = Predict(model, planes, positions.Length, tile.PixelCount);
            writer.Write<byte>(1, tile, values);
            second?.Write<short>(1, tile, chances);
            progress?.Report((double)Interlocked.Increment(ref done) / tiles.Length);
        }
    }

    private static (byte[] Values, short[] Chances) Predict(IrrigationModel model, float[] planes, int features, int pixels)
    {
        byte[] values = new byte[pixels];
        short[] chances = new short[pixels];
        Array.Fill(chances, IndexMap.Int16NoData);
        int[] places = new int[pixels];
        int observed = 0;
        ReadOnlySpan<float> seen = planes.AsSpan(features * pixels, pixels);
        for (int x = 0; x < pixels; x++)
        {
            places[observed] = x;
            observed += seen[x] > 0 ? 1 : 0;
        }

        ReadOnlySpan<int> wanted = places.AsSpan(0, observed);
        IReadOnlyList<ModelClass> classes = model.Description.Classes;
        byte[] best = new byte[observed];
        float[] probabilities = new float[observed * classes.Count];
        model.Classify(planes.AsSpan(0, features * pixels), pixels, wanted, best, probabilities);
        for (int i = 0; i < observed; i++)
        {
            values[wanted[i]] = classes[best[i]].Value;
            double irrigated = 0;
            for (int c = 0; c < classes.Count; c++)
            {
                irrigated += classes[c].IsIrrigated ? probabilities[c * observed + i] : 0;
            }

            chances[wanted[i]] = (short)Math.Round(Math.Clamp(irrigated, 0, 1) * IndexMap.Int16Scale);
        }

        return (values, chances);
    }
}
