using System.Text.Json;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Archives as staff have them: mixed, damaged, growing.</summary>
public class ArchiveTests
{
    [Fact]
    public void Of_200_products_the_20_damaged_ones_are_named_with_their_causes_and_change_nothing_else()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "[2004, 2014, 2022]");
        var archive = new MixedArchive(area);
        Assert.Equal(20, archive.Damaged.Count);
        CommandResult result = CommandLine.Run("run", area.Configuration);
        Assert.Equal(1, result.Code);
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(Path.Combine(area.Output, "run.json")));
        var skipped = record.RootElement.GetProperty("skipped").EnumerateArray().ToDictionary(scene => scene.GetProperty("path").GetString()!, scene => scene.GetProperty("cause").GetString()!);
        Assert.Equal(archive.Damaged.Keys, skipped.Keys.Order(StringComparer.Ordinal));
        foreach ((string path, string cause) in archive.Damaged)
        {
            Assert.Contains(cause, skipped[path], StringComparison.Ordinal);
            Assert.Contains($"skipped: {path}: {skipped[path]}\n", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(path + "/", skipped[path], StringComparison.Ordinal);
        }

        Assert.Equal(180, record.RootElement.GetProperty("scenes").GetArrayLength());
        Assert.Contains("scenes left out: 20", result.Output, StringComparison.Ordinal);

        // Run again, it works on nothing and says the same; with the damaged ones gone, from scratch, every byte is the same.
        CommandResult again = CommandLine.Run("run", area.Configuration);
        Assert.Equal(1, again.Code);
        Assert.Contains("0 steps done", again.Output, StringComparison.Ordinal);
        Assert.Equal(Skipped(result), Skipped(again));
        foreach (string path in archive.Damaged.Keys)
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.Delete(path);
        }

        string clean = scratch.File("clean");
        CommandLine.Run("run", area.Configuration, "-o", clean).Succeeds();
        SmallCorridor.AssertSame(clean, area.Output);

        static string[] Skipped(CommandResult result) => [.. result.Error.Split('\n').Where(line => line.StartsWith("skipped: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void A_new_scene_recomputes_only_the_tiles_that_it_touches_and_ends_with_the_bytes_of_a_run_from_scratch()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 600, 560, "2021-2022", trains: true);
        foreach (string id in new[] { "LC08_L2SP_149030_20210801_20211001_02_T1", "LC08_L2SP_149030_20220804_20221001_02_T1", "LC09_L2SP_149030_20220812_20221001_02_T1" })
        {
            area.Product(id).WriteTar(Path.Combine(area.Scenes, id + ".tar"));
        }

        CommandLine.Run("run", area.Configuration).Succeeds();
        byte[] before = File.ReadAllBytes(Path.Combine(area.Output, "years", "2022", "irrigated.tif"));

        // 300 × 200 pixels in the south-east corner, four of the nine tiles, where all was bare: now it is very green.
        const string New = "LC09_L2SP_150030_20210819_20211001_02_T1";
        TinyProduct model = area.Product(New);
        (model with { Width = 300, Height = 200, Left = model.Left + 30 * 300, Top = model.Top - 30 * 360, Pixel = (role, x, y) => role == BandRole.Nir ? 40_000 : model.Pixel(role, x, y) }).WriteTar(Path.Combine(area.Scenes, New + ".tar"));
        using JsonDocument json = JsonDocument.Parse(CommandLine.Run("run", area.Configuration, "--json").Succeeds().Output);
        Assert.Equal(["features 2021", "classes 2021", "irrigated 2021", "area", "change", "styles", "polygons", "scenes"], json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()!));
        // Features and classes: four tiles of each are made, five of each taken over.
        Assert.Equal((8, 10), (json.RootElement.GetProperty("tiles_computed").GetInt32(), json.RootElement.GetProperty("tiles_kept").GetInt32()));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(area.Output, "years", "2022", "irrigated.tif")));

        string scratchRun = scratch.File("from-scratch");
        CommandLine.Run("run", area.Configuration, "-o", scratchRun).Succeeds();
        SmallCorridor.AssertSame(scratchRun, area.Output);

        // And back: without the scene the first bytes return.
        File.Delete(Path.Combine(area.Scenes, New + ".tar"));
        using JsonDocument back = JsonDocument.Parse(CommandLine.Run("run", area.Configuration, "--json").Succeeds().Output);
        Assert.Equal((8, 10), (back.RootElement.GetProperty("tiles_computed").GetInt32(), back.RootElement.GetProperty("tiles_kept").GetInt32()));
    }

    [Fact]
    public void Of_copies_the_best_is_used_and_when_it_is_damaged_the_next_best()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "2022");
        string[] ids = ["LC09_L2SP_149030_20220714_20220714_02_RT", "LC09_L2SP_149030_20220714_20220801_02_T1", "LC09_L2SP_149030_20220714_20230401_02_T1"];
        string[] paths = [.. ids.Select(id => area.Product(id).Write(Path.Combine(area.Scenes, id)))];
        area.Product(ids[2]).WriteTar(Path.Combine(area.Scenes, "copy", ids[2] + ".tar"));
        area.Product("LC08_L2SP_149030_20220722_20220801_02_T1").WriteTar(Path.Combine(area.Scenes, "other.tar"));
        CommandResult first = CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("2022 (2)", first.Output, StringComparison.Ordinal);
        Assert.Contains($"superseded: {paths[0]}: is the same scene as {ids[2]}", first.Error, StringComparison.Ordinal);
        Assert.Contains($"superseded: {paths[1]}: is the same scene as {ids[2]}", first.Error, StringComparison.Ordinal);
        Assert.Equal([ids[2]], UsedOf("20220714"));

        // The pixels of both copies of the best are spoilt: the next best takes their place in the same run.
        Directory.Delete(Path.Combine(area.Scenes, "copy"), recursive: true);
        TinyProduct.SpoilPixels(Path.Combine(paths[2], ids[2] + "_SR_B5.TIF"));
        CommandResult second = CommandLine.Run("run", area.Configuration);
        Assert.Equal(1, second.Code);
        Assert.Contains($"skipped: {paths[2]}: {ids[2]}_SR_B5.TIF cannot be read", second.Error, StringComparison.Ordinal);
        Assert.Equal([ids[1]], UsedOf("20220714"));
        Assert.Contains($"superseded: {paths[0]}: is the same scene as {ids[1]}", second.Error, StringComparison.Ordinal);
        Assert.Contains("2022 (2)", second.Output, StringComparison.Ordinal);

        string[] UsedOf(string day)
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(area.Output, "run.json")));
            return [.. json.RootElement.GetProperty("scenes").EnumerateArray().Select(scene => scene.GetProperty("product").GetString()!).Where(id => id.Contains(day, StringComparison.Ordinal))];
        }
    }

    [Fact]
    public void Level_1_beside_Level_2_is_refused_unless_allowed()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "2022");
        string level1 = area.Product("LC08_L1TP_149030_20220722_20220801_02_T1").WriteTar(Path.Combine(area.Scenes, "one.tar"));
        area.Product("LC09_L2SP_149030_20220714_20220801_02_T1").WriteTar(Path.Combine(area.Scenes, "two.tar"));
        CommandResult refused = CommandLine.Run("run", area.Configuration);
        Assert.Equal(1, refused.Code);
        Assert.Contains($"skipped: {level1}: is Level 1 among scenes of Level 2", refused.Error, StringComparison.Ordinal);
        Assert.Contains("2022 (1)", refused.Output, StringComparison.Ordinal);
        File.AppendAllText(area.Configuration, "level1: { with-level2: true, sun-angle: pixel }\n");
        CommandResult allowed = CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("2022 (2)", allowed.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(area.Output, "run.json")));
        Assert.Equal("pixel", json.RootElement.GetProperty("level1_sun_angle").GetString());
    }

    [Fact]
    public void Harmonisation_and_masks_are_switched_and_recorded()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "2022");
        area.Product("LE07_L2SP_149030_20220714_20220801_02_T1").WriteTar(Path.Combine(area.Scenes, "one.tar"));
        CommandLine.Run("run", area.Configuration).Succeeds();
        byte[] harmonised = File.ReadAllBytes(Path.Combine(area.Output, "years", "2022", "features.tif"));
        Assert.Equal(("TM and ETM+ to OLI, Roy et al. 2016", "Obstructed; saturated and dropped; terrain occlusion"), Recorded());
        File.AppendAllText(area.Configuration, "harmonise: false\nmask: { classes: [cloud, cloud-shadow, snow], confidence: { cloud: medium }, dilation: 2, cloud-qa: [adjacent], aerosol: high, terrain-occlusion: false }\n");
        CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Equal(("none", "Fill, Cloud, CloudShadow, Snow; cloud from Medium confidence; SR_CLOUD_QA AdjacentToCloud; aerosol from High; saturated and dropped; grown by 2 pixels"), Recorded());
        Assert.NotEqual(harmonised, File.ReadAllBytes(Path.Combine(area.Output, "years", "2022", "features.tif")));

        (string?, string?) Recorded()
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(area.Output, "run.json")));
            return (json.RootElement.GetProperty("harmonisation").GetString(), json.RootElement.GetProperty("mask").GetString());
        }
    }
}
