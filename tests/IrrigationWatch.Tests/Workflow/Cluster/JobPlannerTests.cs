using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>How the features of all years are cut into pieces: every tile that a scene reaches is in one piece, and none that holds already.</summary>
public sealed class JobPlannerTests : IDisposable
{
    /// <summary>Three by two tiles of 256 pixels, the last column and row smaller.</summary>
    private static readonly Grid Grid = new("EPSG:32644", 300_000, 4_900_000, 30, 30, 600, 300);

    private readonly ScratchFolder scratch = new();
    private readonly RunConfiguration configuration;

    public JobPlannerTests()
    {
        File.WriteAllText(scratch.File("irrigation.yaml"), "configuration");
        configuration = Scenes.Wanted(2015, 2016, 2017) with { File = scratch.File("irrigation.yaml") };
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Blocks_that_scenes_reach_are_pieces_with_what_they_cost()
    {
        // The first 100 columns of all rows, and a scene of 2017 over everything.
        SceneRecord west = Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1", grid: new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 100, 300));
        SceneRecord all = Scenes.Of("LC08_L2SP_149030_20170703_20200908_02_T1", grid: Grid);
        SceneRecord again = Scenes.Of("LC08_L2SP_149030_20170719_20200908_02_T1", grid: Grid);
        JobPlan plan = Plan(2, (_, _) => [], west, all, again);
        Assert.Equal([2015, 2017], plan.Years);
        Assert.Equal((2, 0, false), (plan.BlockTiles, plan.TilesKept, plan.HasModel));
        Assert.Equal(3, plan.Scenes.Count);
        PlannedPiece[] pieces = [.. plan.Pieces];
        Assert.Equal([0, 1, 2], pieces.Select(piece => piece.Number));
        Assert.Equal([2015, 2017, 2017], pieces.Select(piece => piece.Year));
        Assert.Equal([new PixelWindow(0, 0, 512, 300), new PixelWindow(0, 0, 512, 300), new PixelWindow(512, 0, 88, 300)], pieces.Select(piece => piece.Block));
        Assert.Equal([new PixelWindow(0, 0, 256, 256), new PixelWindow(0, 256, 256, 44)], pieces[0].Tiles);
        Assert.Equal([1, 2, 2], pieces.Select(piece => piece.Scenes));
        Assert.Equal([100 * 300, 2 * 512 * 300, 2 * 88 * 300], pieces.Select(piece => piece.ScenePixels));
        // Ten seconds to begin, two a pixel of a scene, three a pixel that is written.
        Assert.Equal([10 + 2 * 30_000 + 3 * 256 * 300, 10 + 2 * 307_200 + 3 * 153_600, 10 + 2 * 52_800 + 3 * 26_400], pieces.Select(piece => piece.Seconds));
        Assert.Equal(pieces.Sum(piece => piece.Seconds), plan.Seconds);
    }

    [Fact]
    public void Tiles_that_hold_are_in_no_piece_and_counted()
    {
        SceneRecord all = Scenes.Of("LC08_L2SP_149030_20170703_20200908_02_T1", grid: Grid);
        JobPlan plan = Plan(1, (_, tiles) => [.. tiles.Tiles.Where(tile => tile.X == 0)], all);
        Assert.Equal(2, plan.TilesKept);
        Assert.Equal(4, plan.Pieces.Count);
        Assert.DoesNotContain(plan.Pieces.SelectMany(piece => piece.Tiles), tile => tile.X == 0);
        JobPlan done = Plan(1, (_, tiles) => tiles.Tiles, all);
        Assert.Empty(done.Pieces);
        Assert.Equal((6, 0.0), (done.TilesKept, done.Seconds));
        Assert.Equal([2017], done.Years);
    }

    /// <summary>What a piece says it reads is what it reads: a scene that only its neighbours or tiles that hold need is none of its own.</summary>
    [Fact]
    public void Scenes_that_reach_only_tiles_that_hold_do_not_count()
    {
        SceneRecord west = Scenes.Of("LC08_L2SP_149030_20170719_20200908_02_T1", grid: new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 100, 100));
        SceneRecord east = Scenes.Of("LC08_L2SP_149030_20170703_20200908_02_T1", grid: new Grid("EPSG:32644", 309_000, 4_900_000, 30, 30, 100, 100));
        PlannedPiece piece = Assert.Single(Plan(2, (_, tiles) => [.. tiles.Tiles.Where(tile => tile.X == 0)], west, east).Pieces);
        Assert.Equal([new PixelWindow(256, 0, 256, 256)], piece.Tiles);
        Assert.Equal((1, 100L * 100), (piece.Scenes, piece.ScenePixels));
    }

    /// <summary>Where other rasters join as features, a tile that no scene reaches holds something too.</summary>
    [Fact]
    public void With_further_rasters_every_tile_is_made()
    {
        string elevation = scratch.File("dem.tif");
        File.WriteAllText(elevation, "elevation");
        SceneRecord west = Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1", grid: new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 100, 100));
        RunConfiguration more = configuration with { Features = configuration.Features with { Ancillary = [KeyValuePair.Create("elevation", new RasterLayer(elevation))] } };
        var scenes = new SceneSelection(more, [west], null);
        JobPlan plan = new JobPlanner(more, scenes, new FeatureStep(more, Grid), "reason", 1, CostModel.Default).Plan((_, _) => []);
        Assert.Equal(6, plan.Pieces.Count);
        Assert.Equal([10_000, 0, 0, 0, 0, 0], plan.Pieces.Select(piece => piece.ScenePixels));
        Assert.Equal([1, 0, 0, 0, 0, 0], plan.Pieces.Select(piece => piece.Scenes));
        Assert.Single(Plan(1, (_, _) => [], west).Pieces);
    }

    /// <summary>Whatever the size of blocks: each tile that a scene reaches is in one piece of its year, and pieces lie within their blocks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_tile_is_in_one_piece(int blockTiles)
    {
        SceneRecord[] records =
        [
            Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1", grid: new Grid("EPSG:32644", 303_000, 4_897_000, 30, 30, 300, 100)),
            Scenes.Of("LC08_L2SP_149030_20170703_20200908_02_T1", grid: Grid),
        ];
        JobPlan plan = Plan(blockTiles, (_, _) => [], records);
        Assert.Equal(
            Grid.Tiles(256).Where(tile => tile.X < 512 && tile.Y < 256).Select(tile => (2015, tile)).Concat(Grid.Tiles(256).Select(tile => (2017, tile))).ToHashSet(),
            plan.Pieces.SelectMany(piece => piece.Tiles.Select(tile => (piece.Year, tile))).ToHashSet());
        Assert.Equal(8, plan.Pieces.Sum(piece => piece.Tiles.Count));
        Assert.All(plan.Pieces, piece => Assert.All(piece.Tiles, tile => Assert.Equal(tile, tile.Intersect(piece.Block))));
    }

    private JobPlan Plan(int blockTiles, Func<int, TilePlan, IReadOnlyList<PixelWindow>> holding, params SceneRecord[] records)
    {
        var scenes = new SceneSelection(configuration, records, null);
        return new JobPlanner(configuration, scenes, new FeatureStep(configuration, Grid), "reason", blockTiles, new CostModel(2, 3, 10)).Plan(holding);
    }
}
