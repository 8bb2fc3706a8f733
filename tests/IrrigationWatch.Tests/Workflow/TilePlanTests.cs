using System.Security.Cryptography;
using CsCheck;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>A tile is made again when something that it is made from has changed, and only then.</summary>
public class TilePlanTests
{
    private static readonly PixelWindow[] Tiles = [.. Scenes.Grid.Tiles(100, rowsTogether: 1)];

    private static readonly Gen<PixelWindow> Reaches = Gen.Select(Gen.Int[0, 599], Gen.Int[0, 299], Gen.Int[0, 250], Gen.Int[0, 250], (x, y, width, height) => new PixelWindow(x, y, width, height));

    private static readonly Gen<(string Fingerprint, PixelWindow Reach)[]> SceneLists = Reaches.Array[0, 5].Select(reaches => reaches.Select((reach, i) => (FormattableString.Invariant($"scene {i}"), reach)).ToArray());

    [Fact]
    public void A_scene_more_touches_the_tiles_that_share_a_pixel_with_it() => Gen.Select(SceneLists, Reaches).Sample((before, reach) =>
    {
        var first = TilePlan.OfScenes(Tiles, "common", before);
        var second = TilePlan.OfScenes(Tiles, "common", [.. before, ("the new one", reach)]);
        PixelWindow[] untouched = [.. Tiles.Where(tile => !(reach.Width > 0 && reach.Height > 0 && tile.X < reach.X + reach.Width && reach.X < tile.X + tile.Width && tile.Y < reach.Y + reach.Height && reach.Y < tile.Y + tile.Height))];
        Assert.Equal(untouched, second.Same(first.Keys));
        Assert.Equal(untouched.Length == Tiles.Length, first.Digest == second.Digest);
    });

    [Fact]
    public void The_same_plan_is_the_same_and_any_other_is_another() => Gen.Select(SceneLists, Gen.Int[0, 4]).Sample((scenes, changed) =>
    {
        var plan = TilePlan.OfScenes(Tiles, "common", scenes);
        Assert.Equal(Tiles, TilePlan.OfScenes(Tiles, "common", [.. scenes]).Same(plan.Keys));
        Assert.Empty(TilePlan.OfScenes(Tiles, "common options", scenes).Same(plan.Keys));
        if (changed < scenes.Length)
        {
            (string Fingerprint, PixelWindow Reach)[] other = [.. scenes];
            other[changed].Fingerprint = "changed";
            Assert.All(TilePlan.OfScenes(Tiles, "common", other).Same(plan.Keys), tile => Assert.True(tile.Intersect(other[changed].Reach).IsEmpty));
        }
    });

    [Fact]
    public void Keys_are_half_a_digest_of_what_a_tile_is_made_from()
    {
        var plan = TilePlan.OfScenes(Tiles, "common", [("a", new PixelWindow(150, 150, 10, 10)), ("b", new PixelWindow(0, 0, 600, 300))]);
        Assert.Equal(18 * 16, plan.Keys.Length);
        Assert.Equal(Half("common\nPixelWindow { X = 0, Y = 0, Width = 100, Height = 100, PixelCount = 10000, IsEmpty = False }\nb"), plan.KeyOf(Tiles[0]));
        Assert.Equal(Half("common\nPixelWindow { X = 100, Y = 100, Width = 100, Height = 100, PixelCount = 10000, IsEmpty = False }\na\nb"), plan.KeyOf(Tiles[7]));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(plan.Keys)), plan.Digest);
        // No two tiles share a key, even with the same scenes.
        Assert.Equal(18, Tiles.Select(plan.KeyOf).Distinct().Count());
    }

    [Fact]
    public void A_step_that_follows_changes_with_the_tiles_before_it()
    {
        var features = TilePlan.OfScenes(Tiles, "features", [("a", new PixelWindow(0, 0, 600, 300))]);
        var last = TilePlan.OfScenes(Tiles, "features", [("z", new PixelWindow(0, 0, 600, 300))]);
        TilePlan classes = features.Then("model 1", last);
        Assert.Equal(Half($"model 1\n{features.KeyOf(Tiles[5])}\n{last.KeyOf(Tiles[5])}"), classes.KeyOf(Tiles[5]));
        Assert.Equal(Tiles, features.Then("model 1", last).Same(classes.Keys));
        Assert.Empty(features.Then("model 2", last).Same(classes.Keys));
        Assert.Empty(features.Then("model 1").Same(classes.Keys));
        Assert.Empty(features.Then("model 1", (TilePlan?)null).Same(classes.Keys));
        // Of the years before, too, only the tiles that changed.
        var more = TilePlan.OfScenes(Tiles, "features", [("z", new PixelWindow(0, 0, 600, 300)), ("y", new PixelWindow(250, 0, 1, 1))]);
        Assert.Equal(Tiles.Where((_, i) => i != 2), features.Then("model 1", more).Same(classes.Keys));
        Assert.Equal(Tiles.Where((_, i) => i != 2), more.Then("model 1", last).Same(last.Then("model 1", last).Keys));
    }

    [Fact]
    public void Missing_tiles_are_made_as_soon_as_they_are_there()
    {
        var plan = TilePlan.OfScenes(Tiles, "common", [("a", new PixelWindow(0, 0, 600, 300))]);
        TilePlan partial = plan.Without([Tiles[3], Tiles[17]]);
        Assert.Equal(Tiles.Except([Tiles[3], Tiles[17]]), plan.Same(partial.Keys));
        Assert.NotEqual(plan.Digest, partial.Digest);
        Assert.Equal(Half("missing"), partial.KeyOf(Tiles[3]));
        Assert.Equal(plan.Digest, plan.Without([]).Digest);
        // What was missing and still is need not be made again.
        Assert.Equal(Tiles, plan.Without([Tiles[3], Tiles[17]]).Same(partial.Keys));
    }

    [Fact]
    public void Keys_of_another_number_of_tiles_hold_for_none()
    {
        var plan = TilePlan.OfScenes(Tiles, "common", []);
        Assert.Empty(plan.Same([]));
        Assert.Empty(plan.Same(plan.Keys[..^16]));
        Assert.Empty(plan.Same([.. plan.Keys, 0]));
    }

    /// <summary>In which order an archive lists its scenes has no bearing on what is made of them.</summary>
    [Fact]
    public void The_order_of_scenes_does_not_matter_and_everything_that_pixels_depend_on_does()
    {
        SceneRecord[] scenes = [Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1"), Scenes.Of("LC08_L2SP_149030_20150730_20200908_02_T1")];
        RunConfiguration wanted = Scenes.Wanted(2015);
        string usual = DigestOf(wanted, Scenes.Grid, scenes);
        Assert.Equal(usual, DigestOf(wanted with { Name = "another", Output = "/elsewhere", Publish = [], TemporalSmoothing = true }, Scenes.Grid, [scenes[1], scenes[0]]));
        Assert.Equal(usual, DigestOf(wanted with { Features = wanted.Features with { MemoryLimit = 1 } }, Scenes.Grid, scenes));
        string[] others =
        [
            DigestOf(wanted, Scenes.Grid, scenes[..1]),
            DigestOf(wanted, new Grid("EPSG:32644", 300_030, 4_900_000, 30, 30, 600, 300), scenes),
            DigestOf(wanted, new Grid("EPSG:32644", 300_000, 4_900_030, 30, 30, 600, 300), scenes),
            DigestOf(wanted, new Grid("EPSG:32644", 300_000, 4_900_000, 15, 15, 600, 300), scenes),
            DigestOf(wanted, new Grid("EPSG:32643", 300_000, 4_900_000, 30, 30, 600, 300), scenes),
            DigestOf(wanted with { Features = wanted.Features with { Seasons = [wanted.Features.Seasons[0]] } }, Scenes.Grid, scenes),
            DigestOf(wanted with { Features = wanted.Features with { Indices = [SpectralIndex.Ndvi] } }, Scenes.Grid, scenes),
            DigestOf(wanted with { Features = wanted.Features with { Observation = wanted.Features.Observation with { Harmonise = false } } }, Scenes.Grid, scenes),
            DigestOf(wanted with { Features = wanted.Features with { Observation = wanted.Features.Observation with { Mask = wanted.Features.Observation.Mask with { Dilation = 1 } } } }, Scenes.Grid, scenes),
        ];
        Assert.DoesNotContain(usual, others);
        Assert.Distinct(others);
    }

    private static string DigestOf(RunConfiguration configuration, Grid grid, SceneRecord[] scenes) => new FeatureStep(configuration, grid).Plan(scenes).Digest;

    private static string Half(string text) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
