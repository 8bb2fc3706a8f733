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
        var set = new FeatureSet(options.Seasons, options.Indices, options.Ancillary.Select(raster => raster.Key));
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["YEAR"] = year.ToString(CultureInfo.InvariantCulture),
            ["SENSORS"] = string.Join(", ", scenes.Select(scene => NameOf(scene.Id.Sensor)).Distinct().Order(StringComparer.Ordinal)),
            ["SEASONS"] = string.Join("; ", options.Seasons),
            ["HARMONISED"] = options.Observation.Harmonise ? "Roy et al. 2016" : "no",
        };
        using var writer = new CogWriter(features, grid, RasterType.Float32, set.Names.Count, new CogOptions { NoData = double.NaN, BandNames = set.Names, Metadata = metadata, FirstOverview = 2 });
        using CogWriter? counter = observations is null ? null : new CogWriter(observations, grid, RasterType.Byte, 1 + set.Seasons.Count, new CogOptions
        {
            BandNames = ["year_count", .. set.Seasons.Select(FeatureSet.CountName)],
            Metadata = metadata,
        });
        Compute(scenes, grid, options, set, writer, counter, kept, progress, cancel);
        writer.Commit();
        counter?.Commit();
    }

    /// <summary>Computes all tiles; what that takes of memory is free when the files are put together.</summary>
    private static void Compute(IReadOnlyList<Scene> scenes, Grid grid, FeatureOptions options, FeatureSet set, CogWriter writer, CogWriter? counter, KeptTiles? kept, IProgress<double>? progress, CancellationToken cancel)
    {
        // A third for tiles of scenes that do not lie on those of the grid; memory of windows is used again for the next tile.
        using var pool = new RasterPool(options.MemoryLimit / 3);
        var planes = new PlanePool(TileSize * TileSize);
        List<Observation>[] passes =
        [
            .. scenes.OrderBy(scene => scene.Time).ThenBy(scene => scene.Id.Text, StringComparer.Ordinal)
                .GroupBy(scene => scene.Id.Pass)
                .Select(pass => pass.Select(scene => new Observation(scene, grid, pool, options.Observation, planes)).ToList()),
        ];
        GridReader[] ancillary = [.. options.Ancillary.Select(raster => OpenAncillary(pool, raster.Value, grid))];
        // Strips of several rows of tiles would have GDAL unpack files that are stored in strips again for every column.
        bool ofTiles = scenes.All(scene => scene.Bands.Values.All(band => pool.ReadsTiles(band.Path)));
        PixelWindow[] tiles = [.. ofTiles ? grid.Tiles(TileSize) : grid.Tiles(TileSize, rowsTogether: 1)];
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
        var spaces = new ConcurrentBag<FeatureWorkspace>();
        ParallelWork.Run(
            tiles,
            tile =>
            {
                if (kept is not null && kept.Has(tile))
                {
                    kept.Copy(0, tile, writer);
                    kept.Copy(1, tile, counter);
                }
                else
                {
                    // Scenes that do not reach the tile have no say in it.
                    List<Observation>[] seen = [.. passes.Select(pass => pass.Where(scene => Reaches(scene, tile)).ToList()).Where(pass => pass.Count > 0)];
                    FeatureWorkspace space = spaces.TryTake(out FeatureWorkspace? free) ? free : new FeatureWorkspace(set, Math.Min(passes.Length, most), TileSize * TileSize);
                    new FeatureTile(set, seen, tile, space, failed).Compute(writer, counter, parts, threads);
                    spaces.Add(space);
                    ReadAncillary(ancillary, tile, set.Names.Count - ancillary.Length + 1, writer, options);
                }

                progress?.Report((double)Interlocked.Increment(ref done) / tiles.Length);
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

    private static GridReader OpenAncillary(RasterPool pool, string path, Grid grid)
    {
        try
        {
            using DatasetPool.Lease lease = pool.Rent(path);
            return new GridReader(pool, path, 1, Grid.Of(lease.Dataset), grid, Resampling.Bilinear, lease.Dataset.Band(1).NoData);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as an ancillary raster ({e.Reason}); check the path", e);
        }
    }

    private static void ReadAncillary(GridReader[] readers, PixelWindow tile, int band, CogWriter writer, FeatureOptions options)
    {
        float[] pixels = new float[readers.Length == 0 ? 0 : tile.PixelCount];
        for (int i = 0; i < readers.Length; i++)
        {
            try
            {
                readers[i].Read<float>(tile, pixels);
            }
            catch (GdalException e)
            {
                throw new InputException(options.Ancillary[i].Value, $"cannot be read as an ancillary raster ({e.Reason}); check the file", e);
            }

            if (readers[i].NoData is double missing)
            {
                pixels.AsSpan().Replace((float)missing, float.NaN);
            }

            writer.Write<float>(band + i, tile, pixels);
        }
    }
}
