using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The step that makes the features of a year: what goes into it, tile by tile, and what comes out.</summary>
internal sealed class FeatureStep
{
    /// <summary>The program's version, and a number that is raised when a step would give other results from the same input.</summary>
    internal static readonly string PipelineVersion = $"{typeof(FeatureStep).Assembly.GetName().Version} 10";

    private readonly int dilation;

    internal FeatureStep(RunConfiguration configuration, Grid grid)
        : this(configuration, grid, CommonOf(configuration, grid))
    {
    }

    /// <summary>Takes over what was digested before, as ancillary rasters can be large.</summary>
    internal FeatureStep(RunConfiguration configuration, Grid grid, string common)
    {
        Grid = grid;
        Common = common;
        dilation = configuration.Features.Observation.Mask.Dilation;
        IsMadeOfScenesAlone = configuration.Features.Ancillary.Count == 0;
    }

    /// <summary>The analysis grid.</summary>
    internal Grid Grid { get; }

    /// <summary>Digest of all that goes into every tile.</summary>
    internal string Common { get; }

    /// <summary>True where a tile that no scene reaches holds nothing.</summary>
    internal bool IsMadeOfScenesAlone { get; }

    /// <summary>The features of a year, relative to the output folder.</summary>
    internal static string Features(int year) => RunFolder.YearFile(year, "features.tif");

    /// <summary>The counts of observations of a year, relative to the output folder.</summary>
    internal static string Observations(int year) => RunFolder.YearFile(year, "observations.tif");

    /// <summary>What each tile is made from.</summary>
    /// <param name="scenes">The scenes of the year.</param>
    /// <param name="tiles">Some tiles of the grid; null for all.</param>
    internal TilePlan Plan(IReadOnlyList<SceneRecord> scenes, IReadOnlyList<PixelWindow>? tiles = null) => TilePlan.OfScenes(tiles ?? [.. Grid.Tiles(FeatureBuilder.TileSize)], Common,
        [.. scenes.OrderBy(scene => scene.Fingerprint, StringComparer.Ordinal).Select(scene => (scene.Fingerprint, Reach(scene)))]);

    /// <summary>The part of the grid in which a scene has a say.</summary>
    internal PixelWindow Reach(SceneRecord scene) => Grid.Reach(scene.Grid!, dilation);

    /// <summary>Opens scenes.</summary>
    /// <exception cref="SceneFailedException">One cannot be opened any more.</exception>
    internal static OpenScenes Open(IReadOnlyList<SceneRecord> records, ScratchSpace scratch, CancellationToken cancel)
    {
        var opened = new OpenScenes();
        try
        {
            foreach (SceneRecord record in records)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    opened.Add(SceneReader.Open(record.Path, scratch, record.Stack));
                }
                catch (InputException e) when (e is not ScratchSpaceException)
                {
                    // It was whole when it was catalogued, and was moved or changed since.
                    throw new SceneFailedException([KeyValuePair.Create(record.Path, e)]);
                }
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static string CommonOf(RunConfiguration configuration, Grid grid)
    {
        FeatureOptions options = configuration.Features;
        return Digest.OfTexts(
        [
            PipelineVersion, "features", grid.Crs, Number(grid.Left), Number(grid.Top), Number(grid.PixelWidth), $"{grid.Width}x{grid.Height}",
            .. options.Seasons.Select(season => season.ToString()), .. options.Indices.Select(index => index.ToString()), options.Observation.ToString(),
            .. options.Ancillary.SelectMany(raster => DigestsOf(raster.Key, raster.Value)),
            // Nothing for calendar years: what was made before there were others holds.
            .. options.Calendar.IsDefault ? Array.Empty<string>() : ["years", options.Calendar.ToString()],
        ]);
    }

    /// <summary>A layer by its file, and by what else of it was named.</summary>
    private static IEnumerable<string> DigestsOf(string name, RasterLayer layer) =>
    [
        name, RasterName.DigestOf(layer.Path),
        .. layer.Band is int band ? [string.Create(CultureInfo.InvariantCulture, $"band {band}")] : Array.Empty<string>(),
        .. layer.Missing == MissingValues.OfFile ? Array.Empty<string>() : [$"nodata {string.Join(',', layer.Missing.Named.Select(Number))} {layer.Missing.UsesFile}"],
    ];

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>Scenes that are open, closed together.</summary>
internal sealed class OpenScenes : List<Scene>, IDisposable
{
    public void Dispose() => ForEach(scene => scene.Dispose());
}
