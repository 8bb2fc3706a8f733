using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Simulator;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>From a map to a sample, its labels, the assessment, and the intervals of areas; and the ways to train a model.</summary>
public class AssessmentTests(MadeOnce<SmallCorridor> shared)
{
    private readonly SmallCorridor corridor = shared.Value;

    [Fact]
    public void A_map_is_sampled_labelled_and_assessed_and_its_areas_get_intervals()
    {
        using var scratch = new ScratchFolder();
        string map = Path.Combine(corridor.Reference, "years", "2011", "irrigated.tif");
        string points = scratch.File("points.geojson");
        CommandResult sampled = CommandLine.Run("sample", "--map", map, "--points", "400", "--minimum", "40", "-o", points).Succeeds();
        Assert.Contains("400 points of", sampled.Output, StringComparison.Ordinal);
        Assert.Contains("irrigated", sampled.Output, StringComparison.Ordinal);
        CommandResult unlabelled = CommandLine.Run("assess", "--map", map, "--reference", points);
        Assert.Equal(1, unlabelled.Code);
        Assert.Contains("none of its 400 points has a class", unlabelled.Error, StringComparison.Ordinal);
        Assert.Equal(400, Surveyor.Answer(corridor.Folder, points));
        string file = scratch.File("assessment.json");
        CommandResult assessed = CommandLine.Run("assess", "--map", map, "--reference", points, "--class", "irrigated=1", "--zones", Path.Combine(corridor.Folder, "zones.geojson"), "-o", file).Succeeds();
        Assert.Contains("overall accuracy", assessed.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal(["irrigated", "other"], json.RootElement.GetProperty("classes").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(400, json.RootElement.GetProperty("points").GetInt32());
        // The interval is that of the area table, and holds the truth.
        string table = scratch.File("area.csv");
        CommandLine.Run("area", map, "--zones", Path.Combine(corridor.Folder, "zones.geojson"), "--within", Path.Combine(corridor.Folder, "area.geojson"), "--class", "irrigated=1", "--assessment", points, "-o", table).Succeeds();
        AreaRow[] rows = [.. AreaCsv.Read(table)];
        foreach (string line in File.ReadAllLines(Path.Combine(corridor.Folder, "truth", "area.csv")).Where(line => line.StartsWith("2011", StringComparison.Ordinal)))
        {
            string[] fields = line.Split(',');
            AreaRow row = rows.Single(row => row.Country == fields[1]);
            Assert.InRange(double.Parse(fields[2], CultureInfo.InvariantCulture), row.LowHectares!.Value, row.HighHectares!.Value);
        }
    }

    [Fact]
    public void A_run_with_an_assessment_fills_the_intervals_of_its_year_and_names_the_others()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        string points = scratch.File("reference.geojson");
        CommandLine.Run("sample", "--map", Path.Combine(corridor.Reference, "years", "2012", "irrigated.tif"), "--points", "400", "--minimum", "40", "-o", points).Succeeds();
        Surveyor.Answer(corridor.Folder, points);
        File.AppendAllText(configuration, "assessment: reference.geojson\n");
        CommandResult run = CommandLine.Run("run", configuration).Succeeds();
        Assert.Contains("no intervals for 2011, 2013", run.Error, StringComparison.Ordinal);
        AreaRow[] rows = [.. AreaCsv.Read(scratch.File("out", "area.csv"))];
        Assert.All(rows, row => Assert.Equal(row.Year == 2012, row.LowHectares is not null));
        Assert.Contains("Accuracy of the map of 2012", File.ReadAllText(scratch.File("out", "assessment.md")), StringComparison.Ordinal);
        // Nothing but the table depends on the assessment.
        SortedDictionary<string, byte[]> without = SmallCorridor.Published(corridor.Reference);
        foreach ((string name, byte[] bytes) in SmallCorridor.Published(scratch.File("out")).Where(file => file.Key.StartsWith("years", StringComparison.Ordinal) || file.Key.StartsWith("model", StringComparison.Ordinal)))
        {
            Assert.True(bytes.AsSpan().SequenceEqual(without[name]), $"{name} differs");
        }
    }

    [Fact]
    public void Years_before_join_and_a_new_scene_ends_with_the_bytes_of_a_run_from_scratch()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        // The labelled years do not change: the model is the same however the run came about.
        SmallCorridor.SetModel(configuration, "labels: labels.geojson, trainer: lightgbm, trees: 10, leaves: 8, previous-years: 1, features: [\"late_*\", \"previous_*_median\"], weights: balanced");
        string labels = scratch.File("labels.geojson");
        File.WriteAllText(labels, File.ReadAllText(labels).Replace("\"year\":2011", "\"year\":2012", StringComparison.Ordinal).Replace("\"year\":2013", "\"year\":2012", StringComparison.Ordinal));
        string scene = Directory.GetFiles(scratch.File("scenes"), "*_20130*.tar").Order(StringComparer.Ordinal).Last();
        string aside = scratch.File("aside.tar");
        File.Move(scene, aside);
        CommandLine.Run("run", configuration).Succeeds();
        File.Move(aside, scene);
        CommandResult second = CommandLine.Run("run", configuration, "--json").Succeeds();
        using JsonDocument json = JsonDocument.Parse(second.Output);
        Assert.Equal(["features 2013", "classes 2013", "irrigated 2013", "area", "change", "styles", "polygons", "charts", "scenes", "report"], json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()!));
        string fresh = scratch.File("fresh");
        CommandLine.Run("run", configuration, "--output", fresh).Succeeds();
        SmallCorridor.AssertSame(fresh, scratch.File("out"));
        string card = File.ReadAllText(scratch.File("out", "model.card.md"));
        Assert.Contains("`previous_late_ndvi_median`", card, StringComparison.Ordinal);
        Assert.DoesNotContain("`early_ndvi_median`", card, StringComparison.Ordinal);
        Assert.Contains("classes balanced", card, StringComparison.Ordinal);
        // A year before changes: the classes of the year after it are made again.
        File.Move(Directory.GetFiles(scratch.File("scenes"), "*_20120*.tar").Order(StringComparer.Ordinal).Last(), aside);
        CommandResult third = CommandLine.Run("run", configuration, "--json").Succeeds();
        Assert.Contains("classes 2013", third.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("classes 2011", third.Output[third.Output.IndexOf("steps_done", StringComparison.Ordinal)..third.Output.IndexOf(']', third.Output.IndexOf("steps_done", StringComparison.Ordinal))], StringComparison.Ordinal);
    }

    /// <summary>The way out that a missing file of labels is answered with makes a map.</summary>
    [Fact]
    public void Without_labels_a_first_map_is_made_as_the_message_says_and_said_to_be_weak()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        File.Delete(scratch.File("labels.geojson"));
        CommandLine.Run("run", configuration).FailsWith(2, "'model.labels' names labels.geojson, but there is no such file; draw labels there, or write 'weak: true' instead of 'labels' for a first map");
        SmallCorridor.SetModel(configuration, "weak: true, trees: 10, leaves: 8");
        CommandResult run = CommandLine.Run("run", configuration).Succeeds();
        Assert.Contains("confident pixels labelled themselves", run.Error, StringComparison.Ordinal);
        string card = File.ReadAllText(scratch.File("out", "model.card.md"));
        Assert.StartsWith("# Model card\n\n**No labels were given", card, StringComparison.Ordinal);
        Evaluation evaluation = Evaluation.Of(corridor.Folder, scratch.File("out"));
        Assert.InRange(evaluation.IrrigatedF1, 0.9, 1);
        Assert.InRange(evaluation.ReedsTakenForIrrigated, 0, 0.2);
    }

    [Theory]
    [InlineData("sample", "--map", "{map}", "--points", "400", "-o", "points.gpx", "the ending names no format of samples")]
    [InlineData("sample", "--map", "{map}", "--points", "3", "-o", "points.csv", "too few for")]
    [InlineData("sample", "--map", "{map}", "--points", "400", "--bands", "0.5", "-o", "points.csv", "give --probability")]
    [InlineData("sample", "--map", "{map}", "--points", "400", "--allocation", "best", "-o", "points.csv", "is no rule")]
    [InlineData("sample", "--map", "{map}", "--points", "400", "--allocation", "neyman", "-o", "points.csv", "Neyman's rule needs to know")]
    [InlineData("assess", "--map", "{map}", "--reference", "none.geojson", "--class", "irrigated=1", "no such file")]
    public void What_cannot_be_is_one_line(params string[] words)
    {
        string map = Path.Combine(corridor.Reference, "years", "2011", "irrigated.tif");
        CommandResult result = CommandLine.Run([.. words[..^1].Select(word => word.Replace("{map}", map, StringComparison.Ordinal))]);
        Assert.InRange(result.Code, 1, 2);
        Assert.Contains(words[^1], result.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
    }
}
