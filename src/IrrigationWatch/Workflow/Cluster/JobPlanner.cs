using IrrigationWatch.Features;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>Cuts the features of all years into pieces.</summary>
internal sealed class JobPlanner(RunConfiguration configuration, SceneSelection scenes, FeatureStep step, string gridReason, int blockTiles, CostModel costs)
{
    /// <summary>Makes the plan.</summary>
    /// <param name="holding">Which tiles of a year hold already.</param>
    internal JobPlan Plan(Func<int, TilePlan, IReadOnlyList<PixelWindow>> holding)
    {
        var pieces = new List<PlannedPiece>();
        int kept = 0;
        foreach (int year in configuration.Years)
        {
            IReadOnlyList<SceneRecord> used = scenes.OfYear(year);
            if (used.Count == 0)
            {
                continue;
            }

            TilePlan plan = step.Plan(used);
            var held = holding(year, plan).Select(tile => (tile.X, tile.Y)).ToHashSet();
            kept += held.Count;
            PixelWindow[] reaches = [.. used.Select(step.Reach)];
            ILookup<(int, int), PixelWindow> byBlock = plan.Tiles.Where(tile => !held.Contains((tile.X, tile.Y))).ToLookup(BlockOf);
            foreach (PixelWindow block in step.Grid.Tiles(blockTiles * FeatureBuilder.TileSize, rowsTogether: 1))
            {
                PixelWindow[] near = [.. reaches.Where(reach => !reach.Intersect(block).IsEmpty)];
                PixelWindow[] tiles = [.. byBlock[BlockOf(block)].Where(tile => !step.IsMadeOfScenesAlone || near.Any(reach => !reach.Intersect(tile).IsEmpty))];
                if (tiles.Length > 0)
                {
                    long scenePixels = tiles.Sum(tile => near.Sum(reach => (long)reach.Intersect(tile).PixelCount));
                    int count = near.Count(reach => tiles.Any(tile => !reach.Intersect(tile).IsEmpty));
                    pieces.Add(new PlannedPiece(pieces.Count, year, block, tiles, count, scenePixels, costs.Seconds(scenePixels, tiles.Sum(tile => (long)tile.PixelCount))));
                }
            }
        }

        return new JobPlan
        {
            Configuration = Path.GetFullPath(configuration.File),
            ConfigurationDigest = Digest.OfFile(configuration.File),
            Pipeline = FeatureStep.PipelineVersion,
            Output = configuration.Output,
            Grid = step.Grid,
            GridReason = gridReason,
            Common = step.Common,
            BlockTiles = blockTiles,
            TilesKept = kept,
            Years = [.. configuration.Years.Where(year => scenes.OfYear(year).Count > 0)],
            HasModel = configuration.HasModel,
            Pieces = pieces,
            Scenes = scenes.Records,
        };
    }

    private (int, int) BlockOf(PixelWindow window) => (window.X / (blockTiles * FeatureBuilder.TileSize), window.Y / (blockTiles * FeatureBuilder.TileSize));
}
