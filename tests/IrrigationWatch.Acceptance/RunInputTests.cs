using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

public class RunInputTests(MadeOnce<SmallCorridor> shared)
{
    private readonly SmallCorridor corridor = shared.Value;

    [Theory]
    [InlineData("publsh: [csv]", "irrigation.yaml:12: unknown key 'publsh'")]
    [InlineData("smoothing: { temporl: true }", "irrigation.yaml:12: unknown key 'smoothing.temporl'")]
    [InlineData("smoothing: { minimum-patch: many }", "'smoothing.minimum-patch' is 'many'")]
    [InlineData("zone-name: [a, b]", "irrigation.yaml:12: 'zone-name' must be one value")]
    [InlineData("country: title", "has no field 'title'")]
    [InlineData("publish: [csv", "is not valid YAML")]
    public void A_wrong_configuration_names_file_line_and_key(string line, string expected)
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text + line + "\n");
        CommandResult result = CommandLine.Run("run", file);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        result.FailsWith(line.StartsWith("country", StringComparison.Ordinal) ? 1 : 2);
        Assert.False(Directory.Exists(scratch.File("out", "years")));
    }

    [Theory]
    [InlineData("years: 2011-2013", "years: 2013-2011", "irrigation.yaml:6: 'years' holds '2013-2011'")]
    [InlineData("late: 07-15..09-30", "late: 09-30..07-15", "'seasons.late' is '09-30..07-15'")]
    [InlineData("crs: auto", "crs: EPSG:99", "'grid.crs' is 'EPSG:99'")]
    [InlineData("resolution: 30", "resolution: 0", "'grid.resolution' is '0'")]
    [InlineData("labels: labels.geojson", "labels: none.geojson", "'model.labels' names none.geojson")]
    [InlineData("trainer: lightgbm", "trainer: magic", "'model.trainer' is 'magic'")]
    [InlineData("publish:", "memory: 20\npublish:", "'memory' is '20'")]
    [InlineData("zones: zones.geojson", "", "'zones' is missing")]
    [InlineData("scenes: [scenes/]", "", "'scenes' is missing")]
    public void Impossible_values_are_refused(string from, string to, string expected)
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text.Replace(from, to, StringComparison.Ordinal));
        CommandLine.Run("run", file).FailsWith(2, expected);
    }

    /// <summary>A line for each fault, of the configuration and of the command's words alike.</summary>
    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text.Replace("labels:", "lables:", StringComparison.Ordinal).Replace("resolution: 30", "resolution: thin", StringComparison.Ordinal) + "publsh: [csv]\n");
        foreach (string[] words in new string[][] { ["run", file], ["plan", file, "-o", scratch.File("plan")] })
        {
            CommandResult result = CommandLine.Run(words);
            Assert.Equal((2, string.Empty), (result.Code, result.Output));
            Assert.Collection(
                result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.Matches(@"^error: .*irrigation\.yaml:\d+: unknown key 'model\.lables'; did you mean 'labels'\?$", line),
                line => Assert.Matches(@"^error: .*irrigation\.yaml:\d+: unknown key 'publsh'; did you mean 'publish'\?$", line),
                line => Assert.Matches(@"^error: .*irrigation\.yaml:\d+: 'grid\.resolution' is 'thin', but must be a number from", line));
        }
    }

    [Theory]
    [InlineData("rum irrigation.yaml --output out", "Unrecognized command or argument 'rum'; did you mean 'run'? see 'irrigationwatch --help'")]
    [InlineData("scene inf a b", "Unrecognized command or argument 'inf'; did you mean 'info'? see 'irrigationwatch scene --help'")]
    [InlineData("catalogue frobnicate", "Unrecognized command or argument 'frobnicate'; use add, list, verify; see 'irrigationwatch catalogue --help'")]
    [InlineData("run a.yaml --outptu x", "Unrecognized command or argument '--outptu'; did you mean '--output'? see 'irrigationwatch run --help'")]
    [InlineData("area a.tif --zonez z --clas a=1", "Unknown option '--zonez'; did you mean '--zones'? see 'irrigationwatch area --help'|Unknown option '--clas'; did you mean '--class'? see 'irrigationwatch area --help'")]
    [InlineData("composite --scenes a --yeer 2001 -o x --no", "Unknown option '--yeer'; did you mean '--year'? see 'irrigationwatch composite --help'|Unrecognized command or argument '--no'; see 'irrigationwatch composite --help'")]
    [InlineData("sample --map a --points many --seed none -o x", "Cannot parse argument 'many' for option '--points' as expected type 'System.Int32'; see 'irrigationwatch sample --help'|Cannot parse argument 'none' for option '--seed' as expected type 'System.Int32'; see 'irrigationwatch sample --help'")]
    public void Words_of_a_command_that_nobody_knows_are_all_told(string words, string faults)
    {
        CommandResult result = CommandLine.Run(words.Split(' '));
        Assert.Equal((2, string.Empty), (result.Code, result.Output));
        Assert.Equal(faults.Split('|').Select(fault => "error: " + fault), result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Bad_data_is_found_before_any_work()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text);
        CommandLine.Run("run", scratch.File("none.yaml")).FailsWith(2, "none.yaml: no such file");

        string labels = scratch.File("labels.geojson");
        string good = File.ReadAllText(labels);
        string oneClass = """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"irrigated","year":2012},"geometry":{"type":"Point","coordinates":[80.3,44.1]}}]}""";
        File.WriteAllText(labels, oneClass);
        CommandLine.Run("run", file).FailsWith(1, "labels.geojson: holds labels of one class only ('irrigated')");
        File.WriteAllText(labels, good);

        string zones = scratch.File("zones.geojson");
        string countries = File.ReadAllText(zones);
        File.WriteAllText(zones, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"far"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}""");
        CommandLine.Run("run", file).FailsWith(1, "no zone of", "lies inside this area of interest");
        File.WriteAllText(zones, countries);

        string configuration = File.ReadAllText(file);
        File.WriteAllText(scratch.File("reference.csv"), "class,lon,lat\narrosé,80.3,44.1\npluvial,80.31,44.1\n");
        File.WriteAllText(file, configuration + "assessment: reference.csv\n");
        CommandLine.Run("run", file).FailsWith(1, "reference.csv: none of its 2 points is irrigated (irrigated): they are 'arrosé' (1), 'pluvial' (1)");
        File.WriteAllText(file, configuration.Replace("labels: labels.geojson", "irrigated: [irrigated, irrigatd]\n  labels: labels.geojson", StringComparison.Ordinal));
        CommandLine.Run("run", file).FailsWith(1, "labels.geojson: has no label of the class 'irrigatd', which is to count as irrigated");
        File.WriteAllText(file, configuration);

        File.WriteAllText(scratch.File("blocked"), "a file where a folder should be");
        CommandLine.Run("run", file, "-o", scratch.File("blocked", "out")).FailsWith(1, "cannot be written");
        Assert.False(Directory.Exists(scratch.File("out")));
    }

    [Fact]
    public void When_no_scene_can_be_used_the_first_cause_is_named()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text.Replace("scenes: [scenes/]", "scenes: [missing/, junk.tar]", StringComparison.Ordinal));
        File.WriteAllText(scratch.File("junk.tar"), "no archive");
        CommandLine.Run("run", file).FailsWith(1, "junk.tar: the archive is cut short", "none of the 2 scenes");
    }

    [Fact]
    public void Years_without_scenes_are_said_and_have_no_rows_rather_than_zero_hectares()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text.Replace("years: 2011-2013", "years: [2010-2012, 2014]", StringComparison.Ordinal));
        SimulatedCorridor.Publish(file, "[csv]");
        CommandResult result = CommandLine.Run("run", file, "-o", scratch.File("out")).Succeeds();
        Assert.Contains("years without scenes: 2010, 2014", result.Output, StringComparison.Ordinal);
        Assert.Equal(["2011", "2012"], File.ReadLines(scratch.File("out", "area.csv")).Skip(1).Select(line => line[..4]).Distinct());
        Assert.Equal("[2010,2014]", JsonNode.Parse(File.ReadAllText(scratch.File("out", "run.json")))!["years_without_scenes"]!.ToJsonString());
    }

    [Fact]
    public void Labels_that_name_no_irrigated_class_are_refused()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text.Replace("years: 2011-2013", "years: 2012", StringComparison.Ordinal));
        Directory.Delete(scratch.File("scenes"));
        Directory.CreateSymbolicLink(scratch.File("scenes"), Path.Combine(corridor.Folder, "scenes"));
        string labels = scratch.File("labels.geojson");
        File.WriteAllText(labels, File.ReadAllText(labels).Replace("\"irrigated\"", "\"wet\"", StringComparison.Ordinal));
        CommandLine.Run("run", file).FailsWith(1, "none of its classes (rainfed, uncultivated, water, wet, wetland) counts as irrigated");
    }

    [Fact]
    public void A_second_run_in_the_same_folder_is_kept_out()
    {
        using var scratch = new ScratchFolder();
        string file = Write(scratch, text => text);
        Directory.CreateDirectory(scratch.File("out", ".work"));
        using FileStream gate = new(scratch.File("out", ".work", "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        CommandLine.Run("run", file).FailsWith(1, "another run is working in this folder");
    }

    [Fact]
    public void Init_makes_a_folder_whose_configuration_is_valid_but_for_what_the_user_must_bring()
    {
        using var scratch = new ScratchFolder();
        CommandLine.Run("init", scratch.File("basin")).Succeeds();
        CommandLine.Run("run", scratch.File("basin", "irrigation.yaml")).FailsWith(2, "'model.labels' names labels.geojson, but there is no such file");
        CommandLine.Run("init", scratch.File("basin")).FailsWith(1, "is there already");
    }

    [Fact]
    public void Doctor_says_what_it_found()
    {
        CommandResult result = CommandLine.Run("doctor").Succeeds();
        Assert.Matches(@"GDAL +3\.", result.Output);
        Assert.EndsWith("ready\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_help_with_an_example()
    {
        foreach (string[] command in new[] { new[] { "scene", "info" }, ["index"], ["ndvi"], ["composite"], ["train"], ["classify"], ["area"], ["chart"], ["map"], ["run"], ["init"], ["doctor"], ["stack"], ["catalogue", "add"], ["catalogue", "list"], ["catalogue", "verify"] })
        {
            Assert.Contains("Example: irrigationwatch", CommandLine.Run([.. command, "--help"]).Succeeds().Output, StringComparison.Ordinal);
        }
    }

    /// <summary>A folder like the corridor's, its scenes one link, so that nothing is copied.</summary>
    private string Write(ScratchFolder scratch, Func<string, string> change)
    {
        foreach (string file in Directory.GetFiles(corridor.Folder))
        {
            File.Copy(file, scratch.File(Path.GetFileName(file)));
        }

        Directory.CreateSymbolicLink(scratch.File("scenes"), Path.Combine(corridor.Folder, "scenes"));
        string configuration = scratch.File("irrigation.yaml");
        File.WriteAllText(configuration, change(File.ReadAllText(configuration)));
        return configuration;
    }
}
