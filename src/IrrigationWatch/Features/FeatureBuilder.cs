using System.Collections.Concurrent;
using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>
/// The observations of a year become a feature stack, tile by tile: memory is the tiles in flight, however large the grid
/// and however many scenes.
/// </summary>
public static class FeatureBuilder
{
    /// <summary>Columns and rows of the tiles that the work is cut into.</summary>
    public const int TileSize = CogWriter.TileSize;

    /// <summary>Bytes of a band of a tile.</summary>
    private const int PlaneSize = TileSize * TileSize * sizeof(ushort);

    /// <summary>A tile is cut into no more strips than these: each reads all scenes of the tile again.</summary>
    private const int MostStrips = 16;

    /// <summary>Computes the features of a year.</summary>
    /// <param name="scenes">The scenes of the year; scenes of one pass (same satellite, day and path) count as one observation where they overlap.</param>
    /// <param name="grid">The analysis grid.</param>
    /// <param name="year">The year.</param>
    /// <param name="options">How.</param>
    /// <param name="features">The COG to write: one float32 band a feature, NaN where there was no observation.</param>
    /// <param name="observations">A COG of the count of clear observations in the year and in each season; null for none.</param>
    /// <param name="kept">Tiles that hold already, taken from files made before; null to compute all.</param>
    /// <param name="progress">Told the share of tiles done.</param>
    /// <param name="cancel">Stops between tiles; nothing is written then.</param>
    /// <exception cref="SceneFailedException">Scenes cannot be read; all tiles were tried, so that it names all of them.</exception>
    /// <exception cref="InputException">An output cannot be written.</exception>
    public static void Build(IReadOnlyList<Scene> scenes, Grid grid, int year, FeatureOptions options, string features, string? observations, KeptTiles? kept = null, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(options);
        using var outputs = new Outputs(scenes.Select(scene => scene.Id.Sensor), grid, year, options, features, observations);
        Compute(scenes, grid, [.. grid.Tiles(TileSize)], options, outputs, kept, progress, cancel);
        outputs.Commit();
    }

    /// <summary>Computes some tiles of the features of a year into files that cover a part of the grid; their pixels are those that <see cref="Build"/> would give.</summary>
    /// <param name="scenes">The scenes of the year that reach the part, or more.</param>
    /// <param name="grid">The whole analysis grid.</param>
    /// <param name="part">The part, of whole tiles.</param>
    /// <param name="tiles">The tiles of it to compute; in all others there is no observation.</param>
    /// <param name="year">The year.</param>
    /// <param name="options">How.</param>
    /// <param name="features">The COG to write.</param>
    /// <param name="observations">The COG of counts to write.</param>
    /// <param name="progress">Told the share of tiles done.</param>
    /// <param name="cancel">Stops between tiles; nothing is written then.</param>
    /// <exception cref="SceneFailedException">Scenes cannot be read.</exception>
    /// <exception cref="InputException">An output cannot be written.</exception>
    internal static void BuildPart(IReadOnlyList<Scene> scenes, Grid grid, PixelWindow part, IReadOnlyList<PixelWindow> tiles, int year, FeatureOptions options, string features, string observations, IProgress<double>? progress, CancellationToken cancel)
    {
        using var outputs = new Outputs(scenes.Select(scene => scene.Id.Sensor), grid, year, options, features, observations, part);
        Compute(scenes, grid, tiles, options, outputs, null, progress, cancel);
        var wanted = tiles.Select(tile => (tile.X, tile.Y)).ToHashSet();
        outputs.Clear(grid.Tiles(TileSize).Where(tile => !tile.Intersect(part).IsEmpty && !wanted.Contains((tile.X, tile.Y))));
        outputs.Commit();
    }

    /// <summary>Joins the features of a year from files that cover parts of the grid.</summary>
    /// <param name="sensors">Those of the year's scenes.</param>
    /// <param name="grid">The analysis grid.</param>
    /// <param name="year">The year.</param>
    /// <param name="options">How they were computed.</param>
    /// <param name="features">The COG to write.</param>
    /// <param name="observations">The COG of counts to write.</param>
    /// <param name="kept">Tiles that are taken from files made before; null for none.</param>
    /// <param name="parts">Opens the parts, and says which tiles are taken of each: no tile twice. In tiles that come from nowhere there is no observation.</param>
    /// <param name="progress">Told the share of parts done.</param>
    /// <param name="cancel">Stops between parts; nothing is written then.</param>
    /// <exception cref="InputException">A part cannot be read, or an output not written.</exception>
    internal static void Join(IEnumerable<Sensor> sensors, Grid grid, int year, FeatureOptions options, string features, string observations, KeptTiles? kept, IReadOnlyList<(Func<KeptTiles> Open, IReadOnlyList<PixelWindow> Tiles)> parts, IProgress<double>? progress, CancellationToken cancel)
    {
        using var outputs = new Outputs(sensors, grid, year, options, features, observations);
        int done = 0;
        PixelWindow[] tiles = [.. grid.Tiles(TileSize)];
        ParallelWork.Run(tiles.Where(tile => kept?.Has(tile) == true), tile => outputs.Take(kept!, tile), cancel);
        ParallelWork.Run(parts, part =>
        {
            using KeptTiles files = part.Open();
            foreach (PixelWindow tile in part.Tiles)
            {
                cancel.ThrowIfCancellationRequested();
                outputs.Take(files, tile);
            }

            progress?.Report((double)Interlocked.Increment(ref done) / parts.Count);
        }, cancel);
        var taken = parts.SelectMany(part => part.Tiles).Select(tile => (tile.X, tile.Y)).ToHashSet();
        outputs.Clear(tiles.Where(tile => kept?.Has(tile) != true && !taken.Contains((tile.X, tile.Y))));
        outputs.Commit();
    }

    /// <summary>Computes all tiles; what that takes of memory is free when the files are put together.</summary>
    private static void Compute(IReadOnlyList<Scene> scenes, Grid grid, IReadOnlyList<PixelWindow> wanted, FeatureOptions options, Outputs outputs, KeptTiles? kept, IProgress<double>? progress, CancellationToken cancel)
    {
        FeatureSet set = outputs.Set;
        // A third for tiles of scenes that do not lie on those of the grid; memory of windows is used again for the next tile.
        using var pool = new RasterPool(options.MemoryLimit / 3);
        var planes = new PlanePool(TileSize * TileSize);
        List<Observation>[] passes =
        [
            .. scenes.OrderBy(scene => scene.Time).ThenBy(scene => scene.Id.Text, StringComparer.Ordinal)
                .GroupBy(scene => scene.Id.Pass)
                .Select(pass => pass.Select(scene => new Observation(scene, grid, pool, options.Observation, planes)).ToList()),
        ];
        LayerOnGrid[] ancillary = [.. options.Ancillary.Select(raster => OpenAncillary(pool, raster.Value, grid))];
        // Strips of several rows of tiles would have GDAL unpack files that are stored in strips again for every column.
        bool ofTiles = scenes.All(scene => scene.Bands.Values.All(band => pool.ReadsTiles(band.Path)));
        IReadOnlyList<PixelWindow> tiles = ofTiles ? wanted : [.. wanted.OrderBy(tile => tile.Y).ThenBy(tile => tile.X)];
        int done = 0;
        var failed = new ConcurrentDictionary<Scene, InputException>();
        // As many tiles at once as the memory allows; where these are fewer than cores, several scenes and blocks of each. Where
        // not even one has room, strips of it, for each of which its scenes are read again.
        int cores = Environment.ProcessorCount;
        int most = tiles.Max(tile => passes.Sum(pass => pass.Count(scene => Reaches(scene, tile))));
        long size = Math.Max(1, most * (long)PlaneSize * PlanesOf(set));
        long memory = options.MemoryLimit * 2 / 3;
        int tilesAtOnce = (int)Math.Clamp(memory / size, 1, cores);
        int threads = Math.Max(1, cores / tilesAtOnce);
        int parts = (int)Math.Clamp((size + memory - 1) / Math.Max(1, memory), 1, MostStrips);
        var spaces = new ConcurrentStack<FeatureWorkspace>();
        ParallelWork.Run(
            tiles,
            tile =>
            {
                if (kept is not null && kept.Has(tile))
                {
                    outputs.Take(kept, tile);
                }
                else
                {
                    // Scenes that do not reach the tile have no say in it.
                    List<Observation>[] seen = [.. passes.Select(pass => pass.Where(scene => Reaches(scene, tile)).ToList()).Where(pass => pass.Count > 0)];
                    FeatureWorkspace space = spaces.TryPop(out FeatureWorkspace? free) ? free : new FeatureWorkspace(set, Math.Min(passes.Length, most), TileSize * TileSize);
                    new FeatureTile(set, options.Calendar, seen, tile, space, failed).Compute(outputs.Features, outputs.Observations, parts, threads);
                    spaces.Push(space);
                    ReadAncillary(ancillary, tile, set.Names.Count - ancillary.Length + 1, outputs.Features, options);
                }

                progress?.Report((double)Interlocked.Increment(ref done) / tiles.Count);
            },
            tilesAtOnce,
            cancel);
        if (!failed.IsEmpty)
        {
            // One damaged scene seldom comes alone; named together, they cost one more pass and not one each.
            throw new SceneFailedException([.. failed.Select(pair => KeyValuePair.Create(pair.Key.Container, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal)]);
        }
    }

    /// <summary>Bands of a scene that are held, and what masks them.</summary>
    private static int PlanesOf(FeatureSet set) => 1 + set.Indices.SelectMany(Observation.BandsOf).Distinct().Count();

    private static string NameOf(Sensor sensor) => sensor switch
    {
        Sensor.Tm => "TM",
        Sensor.EtmPlus => "ETM+",
        Sensor.Oli => "OLI",
        _ => sensor.ToString(),
    };

    private static bool Reaches(Observation scene, PixelWindow tile) => !scene.Reach.Intersect(tile).IsEmpty;

    private static LayerOnGrid OpenAncillary(RasterPool pool, RasterLayer layer, Grid grid)
    {
        try
        {
            return new LayerOnGrid(pool, layer, grid, Resampling.Bilinear);
        }
        catch (GdalException e)
        {
            throw new InputException(layer.Path, $"cannot be read as an ancillary raster ({e.Reason}); check the path", e);
        }
    }

    private static void ReadAncillary(LayerOnGrid[] readers, PixelWindow tile, int band, CogWriter writer, FeatureOptions options)
    {
        float[] pixels = new float[readers.Length == 0 ? 0 : tile.PixelCount];
        for (int i = 0; i < readers.Length; i++)
        {
            try
            {
                readers[i].Read(tile, pixels);
            }
            catch (GdalException e)
            {
                throw new InputException(options.Ancillary[i].Value.Path, $"cannot be read as an ancillary raster ({e.Reason}); check the file", e);
            }

            // Infinities come of divisions by zero in the making of slopes and ratios; no tree can learn from them.
            pixels.AsSpan().Replace(float.PositiveInfinity, float.NaN);
            pixels.AsSpan().Replace(float.NegativeInfinity, float.NaN);
            writer.Write<float>(band + i, tile, pixels);
        }
    }

    /// <summary>The files of a year.</summary>
    private sealed class Outputs : IDisposable
    {
        internal Outputs(IEnumerable<Sensor> sensors, Grid grid, int year, FeatureOptions options, string features, string? observations, PixelWindow? part = null)
        {
            Set = new FeatureSet(options.Seasons, options.Indices, options.Ancillary.Select(raster => raster.Key));
            var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["YEAR"] = year.ToString(CultureInfo.InvariantCulture),
                ["SENSORS"] = string.Join(", ", sensors.Select(NameOf).Distinct().Order(StringComparer.Ordinal)),
                ["SEASONS"] = string.Join("; ", options.Seasons),
                ["HARMONISED"] = options.Observation.Harmonise ? "Roy et al. 2016" : "no",
            };
            foreach ((string item, string value) in options.Calendar.Metadata(year))
            {
                metadata.Add(item, value);
            }

            Features = new CogWriter(features, grid, RasterType.Float32, Set.Names.Count, new CogOptions { NoData = double.NaN, BandNames = Set.Names, Metadata = metadata, FirstOverview = 2 }, part);
            Observations = observations is null ? null : new CogWriter(observations, grid, RasterType.Byte, 1 + Set.Seasons.Count, new CogOptions
            {
                BandNames = ["year_count", .. Set.Seasons.Select(FeatureSet.CountName)],
                Metadata = metadata,
            }, part);
        }

        internal FeatureSet Set { get; }

        internal CogWriter Features { get; }

        internal CogWriter? Observations { get; }

        public void Dispose()
        {
            Features.Dispose();
            Observations?.Dispose();
        }

        internal void Take(KeptTiles kept, PixelWindow tile)
        {
            kept.Copy(0, tile, Features);
            kept.Copy(1, tile, Observations);
        }

        /// <summary>Writes tiles in which nothing was observed.</summary>
        internal void Clear(IEnumerable<PixelWindow> tiles)
        {
            float[] nothing = new float[TileSize * TileSize];
            float[] none = new float[TileSize * TileSize];
            Array.Fill(nothing, float.NaN);
            byte[] count = new byte[TileSize * TileSize];
            foreach (PixelWindow tile in tiles)
            {
                for (int band = 1; band <= Features.BandCount; band++)
                {
                    // Counts of observations are 0 where there was none.
                    Features.Write<float>(band, tile, (FeatureSet.IsCount(Set.Names[band - 1]) ? none : nothing).AsSpan(0, tile.PixelCount));
                }

                for (int band = 1; band <= (Observations?.BandCount ?? 0); band++)
                {
                    Observations!.Write<byte>(band, tile, count.AsSpan(0, tile.PixelCount));
                }
            }
        }

        internal void Commit()
        {
            Features.Commit();
            Observations?.Commit();
        }
    }
}
