using System.Collections.Concurrent;
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
    /// <param name="novelty">
    /// A raster of one pixel a tile to write: the mean share of a pixel's features that lie outside of the range in training, 0 to 1,
    /// NaN where nothing was observed; null for none. Of land like that of the training it is about 0.02.
    /// </param>
    /// <param name="kept">Tiles that hold already, taken from files made before; null to classify all.</param>
    /// <param name="progress">Told the share of tiles done.</param>
    /// <param name="cancel">Stops between tiles; nothing is written then.</param>
    /// <exception cref="InputException">The stack lacks a feature of the model, or an output cannot be written.</exception>
    public static void Classify(FeatureStack stack, IrrigationModel model, string classes, string? probability, string? novelty = null, KeptTiles? kept = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stack);
        ArgumentNullException.ThrowIfNull(model);
        if (stack.YearStarts != model.Description.YearStarts)
        {
            throw new InputException(stack.Path, $"has a year that begins on {stack.YearStarts ?? "01-01"}, but the model was trained on years that begin on {model.Description.YearStarts ?? "01-01"}; train it on such years");
        }

        int[] positions = stack.Find(model.Description.FeatureNames);
        string decisive = stack.Names.LastOrDefault(FeatureSet.IsCount)
            ?? throw new InputException(stack.Path, "has no count of clear observations, so gaps cannot be told from land; make it with 'irrigationwatch composite'");
        int count = stack.Find([decisive])[0];
        SortedDictionary<string, string> metadata = ClassMapStyle.Metadata(model.Description, stack.Year, stack.Span);
        using var writer = new CogWriter(classes, stack.Grid, RasterType.Byte, 1, ClassMapStyle.Options(model.Description, metadata));
        using CogWriter? second = probability is null ? null : new CogWriter(probability, stack.Grid, RasterType.Int16, 1, new CogOptions
        {
            NoData = IndexMap.Int16NoData,
            Scale = 1 / IndexMap.Int16Scale,
            BandNames = ["probability of irrigation"],
            Metadata = metadata,
        });
        var strangeness = novelty is null ? null : new NoveltyMap(stack.Grid, TileSize, kept is null ? null : novelty);
        PixelWindow[] tiles = [.. stack.Grid.Tiles(TileSize)];
        // A feature that no tree asks for need not be read.
        int[] read = [.. Enumerable.Range(0, positions.Length).Where(f => model.Compiled?.Uses(f) ?? true)];
        var spaces = new ConcurrentStack<Workspace>();
        int done = 0;
        ParallelWork.Run(tiles, ClassifyTile, cancel);
        writer.Commit();
        second?.Commit();
        strangeness?.Write(novelty!, metadata);

        void ClassifyTile(PixelWindow tile)
        {
            if (kept is not null && kept.Has(tile))
            {
                kept.Copy(0, tile, writer);
                kept.Copy(1, tile, second);
            }
            else
            {
                Workspace space = spaces.TryPop(out Workspace? free) ? free : new Workspace(positions.Length, model.Description.Classes.Count);
                Predict(stack, model, positions, read, count, tile, space);
                writer.Write<byte>(1, tile, space.Values);
                second?.Write<short>(1, tile, space.Chances);
                strangeness?.Set(tile, space.Strangeness);
                spaces.Push(space);
            }

            progress?.Report((double)Interlocked.Increment(ref done) / tiles.Length);
        }
    }

    private static void Predict(FeatureStack stack, IrrigationModel model, int[] positions, int[] read, int count, PixelWindow tile, Workspace space)
    {
        int pixels = tile.PixelCount;
        stack.Read(tile, [count], space.Planes);
        int observed = 0;
        for (int x = 0; x < pixels; x++)
        {
            space.Places[observed] = x;
            observed += space.Planes[x] > 0 ? 1 : 0;
        }

        space.Values.AsSpan(0, pixels).Clear();
        space.Chances.AsSpan(0, pixels).Fill(IndexMap.Int16NoData);
        space.Strangeness = double.NaN;
        if (observed == 0)
        {
            return;
        }

        foreach (int feature in read)
        {
            stack.Read(tile, positions.AsSpan(feature, 1), space.Planes.AsSpan(feature * pixels, pixels));
        }

        ReadOnlySpan<int> wanted = space.Places.AsSpan(0, observed);
        space.Strangeness = NoveltyMap.Share(space.Planes, pixels, wanted, read, model.Description.Ranges);
        IReadOnlyList<ModelClass> classes = model.Description.Classes;
        model.Classify(space.Planes.AsSpan(0, positions.Length * pixels), pixels, wanted, space.Best, space.Probabilities);
        for (int i = 0; i < observed; i++)
        {
            space.Values[wanted[i]] = classes[space.Best[i]].Value;
            double irrigated = 0;
            for (int c = 0; c < classes.Count; c++)
            {
                irrigated += classes[c].IsIrrigated ? space.Probabilities[c * observed + i] : 0;
            }

            space.Chances[wanted[i]] = (short)Math.Round(Math.Clamp(irrigated, 0, 1) * IndexMap.Int16Scale);
        }
    }

    /// <summary>The memory that one tile needs while it is classified; used for one after another.</summary>
    private sealed class Workspace(int features, int classes)
    {
        private const int Pixels = TileSize * TileSize;

        internal float[] Planes { get; } = new float[Math.Max(1, features) * Pixels];

        internal int[] Places { get; } = new int[Pixels + 1];

        internal byte[] Best { get; } = new byte[Pixels];

        internal float[] Probabilities { get; } = new float[classes * Pixels];

        internal byte[] Values { get; } = new byte[Pixels];

        /// <summary>Of the tile classified last.</summary>
        internal double Strangeness { get; set; }

        internal short[] Chances { get; } = new short[Pixels];
    }
}
