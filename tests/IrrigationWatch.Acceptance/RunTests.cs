using System.Text.Json;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

public class RunTests(MadeOnce<SmallCorridor> shared, MadeOnce<TinyCorridor> tiny)
{
    private readonly SmallCorridor corridor = shared.Value;

    [Fact]
    public void A_run_writes_what_the_contract_names()
    {
        string[] files = [.. SmallCorridor.Published(corridor.Reference).Keys];
        Assert.Superset(
            new HashSet<string> { "area.csv", "area.geojson", "model.zip", "model.card.md", "model.card.json", "charts/irrigated-area.png", "change.csv", "area.parquet", "irrigated-2012.geojson", "irrigation.gpkg", "first-irrigated-year.tif", "stac/catalog.json", "report/index.html", "timelapse.webp" },
            files.ToHashSet());
        foreach (int year in new[] { 2011, 2012, 2013 })
        {
            Assert.Superset(new[] { "features", "irrigated", "probability", "observations" }.Select(name => $"years/{year}/{name}.tif").ToHashSet(), files.ToHashSet());
        }

        Assert.DoesNotContain(files, file => file.Contains("partial", StringComparison.Ordinal));
        Assert.Contains("scenes by year: 2011 (31), 2012 (15), 2013 (28)", corridor.FirstRun.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(corridor.Reference, "run.json")));
        Assert.Equal(74, json.RootElement.GetProperty("scenes").GetArrayLength());
        Assert.Equal(64, json.RootElement.GetProperty("scenes")[0].GetProperty("fingerprint").GetString()!.Length);
    }

    [Fact]
    public void Every_map_is_a_valid_COG()
    {
        string[] maps = Directory.GetFiles(Path.Combine(corridor.Reference, "years"), "*.tif", SearchOption.AllDirectories);
        Assert.Equal(15, maps.Length);
        (int code, string output) = Repository.RunPeer(["-c", "import sys; from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate; bad = [(m, e) for m in sys.argv[1:] for w, e, _ in [validate(m, full_check=True)] if e]; print(bad); sys.exit(1 if bad else 0)", .. maps]);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Run_again_with_nothing_new_it_does_no_work()
    {
        Dictionary<string, DateTime> before = Times();
        CommandResult again = CommandLine.Run("run", corridor.Configuration, "-o", corridor.Reference, "--json").Succeeds();
        using JsonDocument json = JsonDocument.Parse(again.Output);
        Assert.Equal(0, json.RootElement.GetProperty("steps_done").GetArrayLength());
        Assert.Equal(before, Times());

        Dictionary<string, DateTime> Times() => Directory.GetFiles(corridor.Reference, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains(".work", StringComparison.Ordinal)).ToDictionary(file => file, File.GetLastWriteTimeUtc);
    }

    [Fact]
    public void A_copied_folder_is_known_again_and_a_file_that_was_changed_is_made_anew()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        foreach (string file in Directory.GetFiles(corridor.Reference, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(output, Path.GetRelativePath(corridor.Reference, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Empty(StepsDone());
        byte[] map = File.ReadAllBytes(Path.Combine(output, "years", "2012", "irrigated.tif"));
        map[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(output, "years", "2012", "irrigated.tif"), map);
        Assert.Equal(["irrigated 2012"], StepsDone());
        SmallCorridor.AssertSame(corridor.Reference, output);

        string[] StepsDone()
        {
            using JsonDocument json = JsonDocument.Parse(CommandLine.Run("run", corridor.Configuration, "-o", output, "--json").Succeeds().Output);
            return [.. json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()!)];
        }
    }

    [Fact]
    public void Killed_while_each_kind_of_file_is_written_it_ends_with_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        foreach (string folder in new[] { ".work/classes", "years/2012", "years/2013", "charts", "stac/irrigation", "report" })
        {
            Directory.CreateDirectory(Path.Combine(output, folder));
        }

        IReadOnlyList<string> few = ["years/2013/features.tif.irrigationwatch", "model.zip", "irrigation.gpkg", "report/index.html"];
        IReadOnlyList<string> all = ["years/2012/features.tif.irrigationwatch", "years/2013/features.tif.irrigationwatch", "model.card.json", "model.zip", ".work/classes/2012.tif", "years/2013/probability.tif", "years/2012/irrigated.tif", "area.csv", "area.parquet", "first-irrigated-year.tif", "irrigation.gpkg", "charts/irrigated-2012.png", "timelapse.webp", "stac/irrigation/2012.json", "report/index.html"];
        foreach (string file in Form.IsFull ? all : few)
        {
            Assert.True(CommandLine.RunUntilWritten(output, file, "run", tiny.Value.Configuration, "-o", output), $"{file} was never written");
        }

        CommandLine.Run("run", tiny.Value.Configuration, "-o", output).Succeeds();
        SimulatedCorridor.AssertSame(tiny.Value.Reference, output);
        Assert.Empty(Directory.GetFiles(output, "*-partial*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_new_scene_recomputes_its_year_only()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        string scene = scratch.File("scenes", "LE07_L2SP_147029_20120818_20200905_02_T1.tar");
        string aside = scratch.File("aside.tar");
        File.Move(scene, aside);
        string output = scratch.File("out");
        CommandLine.Run("run", configuration).Succeeds();
        SortedDictionary<string, byte[]> before = SmallCorridor.Published(output);
        DateTime untouched = File.GetLastWriteTimeUtc(Path.Combine(output, "years", "2011", "features.tif"));
        File.Move(aside, scene);
        CommandResult second = CommandLine.Run("run", configuration, "--json").Succeeds();
        using JsonDocument json = JsonDocument.Parse(second.Output);
        Assert.Equal(["features 2012", "classes 2012", "irrigated 2012", "area", "change", "styles", "polygons", "charts", "scenes", "report"], json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()!));
        SortedDictionary<string, byte[]> after = SmallCorridor.Published(output);
        foreach ((string name, byte[] bytes) in before.Where(pair => pair.Key.StartsWith("years/2011", StringComparison.Ordinal) || pair.Key.StartsWith("years/2013", StringComparison.Ordinal) || pair.Key.StartsWith("model", StringComparison.Ordinal)))
        {
            Assert.True(bytes.AsSpan().SequenceEqual(after[name]), $"{name} changed");
        }

        Assert.Equal(untouched, File.GetLastWriteTimeUtc(Path.Combine(output, "years", "2011", "features.tif")));
        Assert.False(before["years/2012/features.tif"].AsSpan().SequenceEqual(after["years/2012/features.tif"]));
    }

    [Fact]
    public void Bad_scenes_are_skipped_by_name_and_change_nothing_else()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path, isModelGiven: true);
        string victim = scratch.File("scenes", "LE07_L2SP_147029_20120818_20200905_02_T1.tar");
        byte[] whole = File.ReadAllBytes(victim);
        string half = scratch.File("scenes", "half.tar");
        string junk = scratch.File("scenes", "junk.tar.gz");
        File.WriteAllBytes(half, whole[..(whole.Length / 2)]);
        File.WriteAllText(junk, "no archive at all");
        // Spoils the compressed pixels of one band: the headers read well, the damage shows only when pixels are decoded.
        string spoilt = scratch.File("scenes", "LE07_L2SP_147029_20130819_20200905_02_T1.tar");
        byte[] bytes = File.ReadAllBytes(spoilt);
        bytes.AsSpan(bytes.Length / 3, 4000).Fill(0x55);
        File.WriteAllBytes(spoilt, bytes);
        CommandResult result = CommandLine.Run("run", configuration);
        Assert.Equal(1, result.Code);
        Assert.Contains($"skipped: {half}: the archive is cut short", result.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: {junk}: the archive is cut short or damaged", result.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: {spoilt}: LE07_L2SP_147029_20130819", result.Error, StringComparison.Ordinal);
        Assert.Contains("scenes left out: 3", result.Output, StringComparison.Ordinal);
        using (JsonDocument json = JsonDocument.Parse(File.ReadAllText(scratch.File("out", "run.json"))))
        {
            Assert.Equal([spoilt, half, junk], json.RootElement.GetProperty("skipped").EnumerateArray().Select(scene => scene.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        }

        CommandLine.Run("run", configuration, "--allow-skipped").Succeeds();

        string report = File.ReadAllText(scratch.File("out", "report", "index.html"));
        Assert.Contains("half.tar", report, StringComparison.Ordinal);
        Assert.Contains("junk.tar.gz", report, StringComparison.Ordinal);

        // Without the bad ones, from scratch, every byte is the same, but for the report, which named them.
        File.Delete(half);
        File.Delete(junk);
        File.Delete(spoilt);
        string clean = scratch.File("clean");
        CommandLine.Run("run", configuration, "-o", clean).Succeeds();
        CommandLine.Run("run", configuration).Succeeds();
        SmallCorridor.AssertSame(clean, scratch.File("out"));
    }

    [Fact]
    public void Smoothing_and_the_other_trainer_are_a_matter_of_configuration()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        SmallCorridor.SetModel(configuration, "labels: labels.geojson, trainer: fastforest, trees: 8");
        File.WriteAllText(configuration, File.ReadAllText(configuration) + "smoothing: { temporal: true, minimum-patch: 6 }\n");
        CommandLine.Run("run", configuration).Succeeds();
        Simulator.Evaluation evaluation = Simulator.Evaluation.Of(corridor.Folder, scratch.File("out"));
        Assert.InRange(evaluation.Accuracy, 0.95, 1);
        Assert.Contains("FastForest, 8 trees", File.ReadAllText(scratch.File("out", "model.card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trained_model_can_be_given_instead_of_labels_and_gives_the_same_maps()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path, isModelGiven: true);
        CommandLine.Run("run", configuration).Succeeds();
        Assert.Equal(File.ReadAllBytes(Path.Combine(corridor.Reference, "years", "2012", "irrigated.tif")), File.ReadAllBytes(scratch.File("out", "years", "2012", "irrigated.tif")));
    }

    [Fact]
    public void The_single_steps_give_what_the_run_gives()
    {
        using var scratch = new ScratchFolder();
        string features = scratch.File("features-2012.tif");
        string map = scratch.File("irrigated-2012.tif");
        string area = scratch.File("area.csv");
        CommandLine.Run("composite", "--scenes", Path.Combine(corridor.Folder, "scenes"), "--year", "2012", "--area", Path.Combine(corridor.Folder, "area.geojson"), "-o", features).Succeeds();
        CommandLine.Run("classify", "--features", features, "--model", Path.Combine(corridor.Reference, "model.zip"), "-o", map).Succeeds();
        CommandLine.Run("area", map, "--zones", Path.Combine(corridor.Folder, "zones.geojson"), "--within", Path.Combine(corridor.Folder, "area.geojson"), "--class", "irrigated=1", "-o", area).Succeeds();
        string[] run = [.. File.ReadAllLines(Path.Combine(corridor.Reference, "area.csv")).Where(line => line.StartsWith("2012", StringComparison.Ordinal))];
        Assert.Equal(run, File.ReadAllLines(area)[1..]);
        CommandResult trained = CommandLine.Run("train", "--features", features, "--labels", Path.Combine(corridor.Folder, "labels.geojson"), "-o", scratch.File("model.zip")).Succeeds();
        Assert.Contains("accuracy by spatial blocks", trained.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(scratch.File("model.card.json")));
    }

    [Fact]
    public void Open_water_of_lakes_stands_beside_irrigation_in_the_same_form()
    {
        using var scratch = new ScratchFolder();
        string lakes = scratch.File("waters.geojson");
        File.WriteAllText(lakes, """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"Reservoir"},"geometry":{"type":"Polygon","coordinates":[[[80.2,44.0],[80.6,44.0],[80.6,44.3],[80.2,44.3],[80.2,44.0]]]}},
            {"type":"Feature","properties":{"name":"Elsewhere"},"geometry":{"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,10]]]}},
            {"type":"Feature","properties":{"name":"River"},"geometry":{"type":"LineString","coordinates":[[80.35,44.0],[80.36,44.2]]}}]}
            """);
        string maps = Path.Combine(corridor.Reference, "years", "*", "irrigated.tif");
        string zones = Path.Combine(corridor.Folder, "zones.geojson");
        CommandLine.Run("report", maps, "--zones", zones, "--class", "irrigated=1", "--class", "water=4", "--waters", lakes, "--publish", "csv", "report", "-o", scratch.File("out")).Succeeds();
        CommandLine.Run("area", maps, "--zones", lakes, "--class", "water=4", "-o", scratch.File("water.csv")).Succeeds();
        string[] water = File.ReadAllLines(scratch.File("out", "water.csv"));
        Assert.Equal("year,zone,country,water_ha,observed_ha,zone_ha,observed_fraction,water_low_ha,water_high_ha", water[0]);
        Assert.Equal(File.ReadAllLines(scratch.File("water.csv"))[1..], water[1..]);
        Assert.Equal(["2011", "2012", "2013"], water[1..].Select(line => line.Split(',')[0]));
        Assert.All(water[1..], line => Assert.True(double.Parse(line.Split(',')[3], System.Globalization.CultureInfo.InvariantCulture) > 10, line));
        Assert.True(File.Exists(scratch.File("out", "charts", "water.png")));
        Assert.Contains("Reservoir", File.ReadAllText(scratch.File("out", "report", "index.html")), StringComparison.Ordinal);
    }
}
