using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Cli;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.TestSupport;
using Json.Schema;

namespace IrrigationWatch.Acceptance;

/// <summary>With <c>--json</c> each command that answers something prints one document, of the form that docs/schemas says.</summary>
public sealed class AnswerTests(MadeOnce<SmallCorridor> shared)
{
    private static readonly Lazy<SortedDictionary<string, string>> Schemas = new(() =>
        new SortedDictionary<string, string>(AnswerSchema.Forms.Keys.ToDictionary(command => command, command => File.ReadAllText(Path.Combine(Repository.Root, "docs", "schemas", FileOf(command)))), StringComparer.Ordinal));

    private readonly SmallCorridor corridor = shared.Value;

    [Fact]
    public void Every_command_answers_in_JSON_and_has_a_schema()
    {
        Command[] commands = [.. Leaves(Cli.Program.Root())];
        Assert.Equal(AnswerSchema.Forms.Keys, commands.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(commands, command => Assert.Contains(command.Options, option => option.Name == "--json"));
    }

    /// <summary>The files are what the program gives: <c>irrigationwatch schema COMMAND</c> writes them again.</summary>
    [Fact]
    public void The_schemas_in_the_documentation_are_those_of_the_program()
    {
        Assert.Equal(AnswerSchema.Forms.Keys.Select(FileOf).Order(StringComparer.Ordinal), Directory.GetFiles(Path.Combine(Repository.Root, "docs", "schemas")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.All(AnswerSchema.Forms.Keys, command => Assert.Equal(CommandLine.Run(["schema", .. command.Split(' ')]).Succeeds().Output, Schemas.Value[command]));
        Assert.Equal(Schemas.Value["scene info"], File.ReadAllText(Path.Combine(Repository.Root, "docs", "scene-info.schema.json")));
        Assert.Equal(AnswerSchema.Forms.Keys, CommandLine.Run("schema").Succeeds().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        CommandLine.Run("schema", "scen", "info").FailsWith(2, "there is no command 'scen info'; did you mean 'scene info'?");
        CommandLine.Run("schema", "cook").FailsWith(2, "there is no command 'cook' that answers; use area, ");
    }

    [Fact]
    public void Answers_of_results_follow_their_schemas()
    {
        using var scratch = new ScratchFolder();
        string map = At("years", "2012", "irrigated.tif");
        string zones = Path.Combine(corridor.Folder, "zones.geojson");
        string table = At("area.csv");
        JsonNode areas = Follows("area", map, "--zones", zones, "--class", "irrigated=1");
        AssertNumber(areas[0]!["irrigated_ha"]!);
        Assert.Equal(areas.ToJsonString(), Follows("area", map, "--zones", zones, "--class", "irrigated=1", "-o", scratch.File("a.csv")).ToJsonString());

        JsonNode trends = Follows("change", table, "-o", scratch.File("change.csv"));
        Assert.Equal((scratch.File("change.csv"), null), ((string)trends["file"]!, trends["transitions"]));
        Assert.NotEmpty(trends["trends"]!.AsArray());
        // A trend of one year is not known: null, never NaN.
        File.WriteAllLines(scratch.File("one.csv"), [.. File.ReadLines(table).Take(2)]);
        Assert.Null(Follows("change", scratch.File("one.csv"))["trends"]![0]!["slope_ha_per_year"]);
        JsonNode matrix = Follows("change", At("years", "2011", "irrigated.tif"), At("years", "2013", "irrigated.tif"), "--zones", zones);
        Assert.Equal((2011, 2013), ((int)matrix["transitions"]![0]!["from"]!, (int)matrix["transitions"]![0]!["to"]!));

        JsonNode sample = Follows("sample", "--map", map, "--points", "60", "--minimum", "5", "-o", scratch.File("points.geojson"));
        Assert.Equal(sample["points"]!.ToJsonString(), sample["strata"]!.AsArray().Sum(stratum => (int)stratum!["points"]!).ToString(CultureInfo.InvariantCulture));
        JsonNode points = JsonNode.Parse(File.ReadAllText(scratch.File("points.geojson")))!;
        foreach ((int i, JsonNode? point) in points["features"]!.AsArray().Index())
        {
            point!["properties"]!["class"] = i % 3 == 0 ? "irrigated" : "rainfed";
        }

        File.WriteAllText(scratch.File("points.geojson"), points.ToJsonString());
        JsonNode assessed = Follows("assess", "--map", map, "--reference", scratch.File("points.geojson"), "--class", "irrigated=1", "--class", "rainfed=2,3,4,5", "--zones", zones);
        Assert.Equal((2012, 60), ((int)assessed["year"]!, (int)assessed["points"]!));

        Assert.True((int)Follows("polygons", map, "--class", "irrigated=1", "-o", scratch.File("p.geojson"))["polygons"]! > 0);
        Follows("chart", table, "-o", scratch.File("c.png"));
        Follows("map", map, "-o", scratch.File("m.png"));
        Assert.Equal("report/index.html", (string)Follows("report", map, "--zones", zones, "--class", "irrigated=1", "--publish", "csv", "report", "-o", scratch.File("published"))["files"]!.AsArray()[^1]!);
        Follows("report", scratch.File("published"));
    }

    [Fact]
    public void Answers_of_scenes_and_models_follow_their_schemas()
    {
        using var scratch = new ScratchFolder();
        string scene = Directory.GetFiles(Path.Combine(corridor.Folder, "scenes")).Order(StringComparer.Ordinal).First();
        JsonNode ndvi = Follows("ndvi", scene, "-o", scratch.File("n.tif"));
        Assert.Equal(("ndvi", true), ((string)ndvi["index"]!, (bool)ndvi["clouds_masked"]!));
        Assert.Equal("gi", (string)Follows("index", scene, "--index", "gi", "--no-mask", "-o", scratch.File("g.tif"))["index"]!);
        Follows("quicklook", scene, "-o", scratch.File("q.png"));
        Assert.Single(Follows("scene info", scene).AsArray());

        Directory.CreateDirectory(scratch.File("archive"));
        File.WriteAllText(scratch.File("archive", "junk.tar"), "no archive");
        File.Copy(scene, scratch.File("archive", Path.GetFileName(scene)));
        string catalogue = scratch.File("c.db");
        JsonNode added = Follows("catalogue add", scratch.File("archive"), "-c", catalogue, "--allow-skipped");
        Assert.Equal((2, 2, 1), ((int)added["found"]!, (int)added["added"]!, added["skipped"]!.AsArray().Count));
        Assert.Equal(2, Follows("catalogue list", "-c", catalogue).AsArray().Count);
        JsonNode verified = Follows(1, "catalogue verify", "-c", catalogue);
        Assert.Equal((1, 1), ((int)verified["verified"]!, verified["damaged"]!.AsArray().Count));

        JsonNode composite = Follows("composite", "--scenes", Path.Combine(corridor.Folder, "scenes"), "--year", "2012", "--indices", "ndvi", "-o", scratch.File("f.tif"));
        Assert.Equal("""["2012-01-01","2012-12-31"]""", composite["year_span"]!.ToJsonString());
        JsonNode trained = Follows("train", "--features", scratch.File("f.tif"), "--labels", Path.Combine(corridor.Folder, "labels.geojson"), "--trees", "5", "-o", scratch.File("model.zip"));
        Assert.Null(trained["accuracy_by_years"]);
        Assert.Equal((int)trained["samples"]!, trained["samples_by_class"]!.AsObject().Sum(pair => (int)pair.Value!));
        JsonNode classified = Follows("classify", "--features", scratch.File("f.tif"), "--model", scratch.File("model.zip"), "-o", scratch.File("map.tif"));
        Assert.Contains(classified["classes"]!.AsArray(), c => (string)c!["name"]! == "irrigated" && (bool)c["irrigated"]!);

        Assert.Equal(5, Follows("init", scratch.File("new"))["files"]!.AsArray().Count);
        Assert.True((bool)Follows("doctor")["ready"]!);
        Assert.Contains(Follows("stack").AsArray(), stack => (string)stack!["name"]! == "hls-l30");
        Assert.Contains("bands:", (string)Follows("stack", "hls-l30")[0]!["description"]!, StringComparison.Ordinal);
        Assert.Equal(AnswerSchema.Forms.Keys, Follows("schema").AsArray().Select(command => (string)command!));
    }

    [Fact]
    public void Answers_of_runs_and_plans_follow_their_schemas()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.File("project"), isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv]");
        string plan = scratch.File("plan");
        JsonNode planned = Follows("plan", configuration, "-o", plan, "--results", scratch.File("out"), "--estimate", "1", "10");
        Assert.Equal("1 10", string.Join(' ', planned["estimates"]!.AsArray().Select(estimate => (int)estimate!["workers"]!)));
        int pieces = (int)planned["pieces"]!;
        Assert.Equal(pieces, Follows("status", plan)["missing"]!.AsArray().Count);
        Assert.Single(Follows("work", plan, "--piece", "0")["pieces"]!.AsArray());
        JsonNode worked = Follows(1, "work", plan, "--piece", FormattableString.Invariant($"0-{pieces}"));
        Assert.Equal((true, pieces), ((bool)worked["pieces"]![0]!["was_there"]!, (int)worked["failed"]![0]!["piece"]!));
        JsonNode joined = Follows("reduce", plan, "--only", "join", "--years", "2012,2030");
        Assert.Equal(("join", "[2030]"), ((string)joined["stage"]!, joined["years_without_scenes"]!.ToJsonString()));
        JsonNode reduced = Follows("reduce", plan);
        Assert.Equal("[2011,2012,2013]", new JsonArray([.. reduced["scenes_by_year"]!.AsObject().Select(year => (JsonNode)int.Parse(year.Key, CultureInfo.InvariantCulture))]).ToJsonString());
        JsonNode again = Follows("run", configuration, "-o", scratch.File("out"));
        Assert.Equal((reduced["areas"]!.ToJsonString(), "01-01"), (again["areas"]!.ToJsonString(), (string)again["year_starts"]!));
    }

    [Fact]
    public async Task A_server_says_its_addresses_in_JSON()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), isLive: false);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<int> serving = Cli.Program.RunAsync(["serve", corridor.Reference, "--port", "0", "--json"], terminal, source.Token);
        while (!serving.IsCompleted && !output.ToString().EndsWith("}\n", StringComparison.Ordinal))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await source.CancelAsync();
        Assert.True(await serving == 0, error.ToString());
        Assert.StartsWith("http://127.0.0.1:", (string)AssertFollows("serve", output.ToString())["map"]!, StringComparison.Ordinal);
    }

    /// <summary>On failure there is no answer: one line on stderr, the exit code as without the option.</summary>
    [Theory]
    [InlineData(1, "scene info /no/such")]
    [InlineData(1, "ndvi /no/such -o x.tif")]
    [InlineData(1, "catalogue list -c /no/such.db")]
    [InlineData(1, "change /no/such.csv")]
    [InlineData(1, "chart /no/such.csv -o x.png")]
    [InlineData(1, "status /no/such")]
    [InlineData(1, "reduce /no/such")]
    [InlineData(1, "work /no/such --piece 0")]
    [InlineData(1, "report /no/such -o /no/such --zones /no/such --class a=1")]
    [InlineData(2, "run /no/such.yaml")]
    [InlineData(2, "plan /no/such.yaml -o /no/such")]
    [InlineData(2, "stack sentinel")]
    [InlineData(2, "run")]
    [InlineData(2, "schema cook")]
    public void On_failure_nothing_is_answered(int code, string words)
    {
        CommandResult result = CommandLine.Run([.. words.Split(' '), "--json"]);
        result.FailsWith(code);
        Assert.Empty(result.Output);
    }

    /// <summary>The schemas must be able to refuse: a member that is missing, one too many, or one of another type is found.</summary>
    [Theory]
    [InlineData("doctor", "doctor")]
    [InlineData("stack", "stack")]
    public void A_schema_refuses_what_is_wrong(string command, string words)
    {
        JsonNode answer = Follows(command, [.. words.Split(' ').Skip(command.Split(' ').Length)]);
        JsonNode One(JsonNode of) => of is JsonArray list ? list[0]! : of;
        foreach (string name in One(answer).AsObject().Select(pair => pair.Key).ToArray())
        {
            JsonNode without = answer.DeepClone();
            One(without).AsObject().Remove(name);
            Assert.NotEmpty(Problems(command, without.ToJsonString()));
            JsonNode wrong = answer.DeepClone();
            One(wrong)[name] = new JsonObject();
            Assert.NotEmpty(Problems(command, wrong.ToJsonString()));
        }

        JsonNode more = answer.DeepClone();
        One(more)["more"] = 1;
        Assert.NotEmpty(Problems(command, more.ToJsonString()));
    }

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string NameOf(Command command) => string.Join(' ', [.. command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name), command.Name]);

    private static string FileOf(string command) => command.Replace(' ', '-') + ".schema.json";

    private string At(params string[] names) => Path.Combine([corridor.Reference, .. names]);

    private static JsonNode Follows(string command, params string[] words) => Follows(0, command, words);

    private static JsonNode Follows(int code, string command, params string[] words)
    {
        CommandResult result = CommandLine.Run([.. command.Split(' '), .. words, "--json"]);
        Assert.True(result.Code == code, $"{command}: exit {result.Code}: {result.Error}");
        return AssertFollows(command, result.Output);
    }

    private static JsonNode AssertFollows(string command, string output)
    {
        // One document and a line's end, and no name that is no JSON.
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        string problems = Problems(command, output);
        Assert.True(problems.Length == 0, $"{command}: {problems}\n{output}");
        return JsonNode.Parse(output)!;
    }

    private static string Problems(string command, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        EvaluationResults results = JsonSchema.FromText(Schemas.Value[command]).Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? string.Empty : "not valid: " + string.Join('\n', (results.Details ?? []).Where(detail => !detail.IsValid && detail.Errors is not null).Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}"));
    }

    private static void AssertNumber(JsonNode node) => Assert.Equal(JsonValueKind.Number, node.GetValueKind());
}
