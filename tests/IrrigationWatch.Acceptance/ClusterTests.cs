using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>A run in pieces: <c>plan</c>, <c>work</c>, <c>reduce</c>, <c>status</c>.</summary>
public class ClusterTests(MadeOnce<WideCorridor> shared)
{
    private readonly WideCorridor corridor = shared.Value;

    [Fact]
    public void Pieces_made_in_any_order_are_joined_to_the_bytes_of_a_run()
    {
        using var scratch = new ScratchFolder();
        string plan = Plan(scratch);
        JsonNode state = Status(plan);
        Assert.Equal((8, 0), ((int)state["pieces"]!, (int)state["done"]!));
        CommandLine.Run("reduce", plan).FailsWith(1, plan, "8 of 8 pieces are missing (0-7)", "--partial");

        foreach (int piece in new[] { 6, 0, 3, 7, 1 })
        {
            CommandLine.Run("work", plan, "--piece", $"{piece}", "--scratch", scratch.File("disk")).Succeeds();
        }

        Assert.Equal("2,4-5\n", CommandLine.Run("status", plan, "--missing").Succeeds().Output);
        Assert.Equal("1-2\n", CommandLine.Run("status", plan, "--missing", "--each", "2").Succeeds().Output);
        Assert.Contains("piece 3: was there", CommandLine.Run("work", plan, "--piece", "3").Succeeds().Output, StringComparison.Ordinal);
        CommandLine.Run("reduce", plan).FailsWith(1, "3 of 8 pieces are missing (2,4-5)");
        Assert.False(File.Exists(scratch.File("out", "area.csv")));

        CommandResult part = CommandLine.Run("reduce", plan, "--partial").Succeeds();
        Assert.Contains("warning: 1 of 4 tiles of 2011 are missing and count as not observed (pieces 2)", part.Error, StringComparison.Ordinal);
        Assert.Contains("warning: 2 of 4 tiles of 2012 are missing and count as not observed (pieces 4-5)", part.Error, StringComparison.Ordinal);
        // What is missing is unobserved and not dry: less was observed of the same zone.
        Assert.All(Areas(scratch.File("out")).Zip(Areas(corridor.Reference)), row => Assert.True(row.First.Zone == row.Second.Zone && row.First.Observed < row.Second.Observed));

        CommandLine.Run("work", plan, "--piece", "0-7").Succeeds();
        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(corridor.Reference, scratch.File("out"));
        Assert.Empty(Directory.GetFiles(scratch.Path, "*-partial*", SearchOption.AllDirectories));
        Assert.Equal(0, (int)Status(plan)["core_seconds_left"]!);
        // A run afterwards finds that all is done.
        Assert.Contains("0 steps done", CommandLine.Run("run", corridor.Configuration, "-o", scratch.File("out")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_killed_at_random_moments_lose_nothing()
    {
        using var scratch = new ScratchFolder();
        string plan = Plan(scratch);
        var random = new Random(9);
        int kills = Form.Cases(4, 50);
        int killed = 0;
        for (int i = 0; killed < kills && i < 10 * kills; i++)
        {
            // A piece takes most of a second; those that are done are taken away again, so that there is always something to kill.
            if (CommandLine.RunOrKill(random.Next(50, 900), "work", plan, "--piece", $"{random.Next(8)}") is null)
            {
                killed++;
            }
            else if (i % 2 == 0)
            {
                Array.ForEach(Directory.GetFiles(Path.Combine(plan, "pieces"), "*.json", SearchOption.AllDirectories), File.Delete);
            }
        }

        Assert.Equal(kills, killed);
        CommandLine.Run("work", plan, "--piece", "0-7").Succeeds();
        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(corridor.Reference, scratch.File("out"));
        Assert.False(Directory.Exists(Path.Combine(plan, "work")));
    }

    [Fact]
    public void A_new_scene_is_planned_with_the_pieces_that_it_touches()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path, isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv, geojson, cog]");
        string scene = Directory.GetFiles(scratch.File("scenes"), "*_2012????_*.tar").Order(StringComparer.Ordinal).First();
        File.Move(scene, scratch.File("aside.tar"));
        string output = scratch.File("out");
        CommandLine.Run("run", configuration).Succeeds();
        string plan = scratch.File("plan");
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "1").Succeeds();
        Assert.Equal(0, (int)Status(plan)["pieces"]!);

        string once = scratch.File("once");
        Copy(output, once);
        File.Move(scratch.File("aside.tar"), scene);
        CommandLine.Run("run", configuration, "-o", once).Succeeds();
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "1").Succeeds();
        JsonNode made = JsonNode.Parse(File.ReadAllText(Path.Combine(plan, "plan.json")))!;
        Assert.Equal([(2011, false), (2012, true)], ((JsonArray)made["years"]!).Select(year => ((int)year!["year"]!, (int)year["pieces"]! > 0)));
        Assert.InRange((int)made["tiles_kept"]!, 4, 7);
        CommandLine.Run("work", plan, "--piece", $"0-{(int)made["pieces"]! - 1}").Succeeds();
        // The tiles that hold are those of this folder alone.
        CommandLine.Run("reduce", plan, "-o", scratch.File("elsewhere")).FailsWith(1, "leaves out", "make the plan again");
        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(once, output);
    }

    [Fact]
    public void A_damaged_scene_is_left_out_by_all_workers_as_a_run_leaves_it_out()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path, isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv, geojson, cog]");
        string plan = scratch.File("plan");
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "1").Succeeds();
        CommandLine.Run("work", plan, "--piece", "4").Succeeds();

        // A block of pixels, with the time of the file as it was: nothing shows it before it is read.
        string scene = Directory.GetFiles(scratch.File("scenes"), "*_2012????_*.tar").Order(StringComparer.Ordinal).Last();
        Spoil(scene);
        string clean = scratch.File("clean");
        CommandLine.Run("run", configuration, "-o", clean, "--allow-skipped").Succeeds();

        CommandResult work = CommandLine.Run("work", plan, "--piece", "4-7").Succeeds();
        Assert.Contains($"skipped: {scene}", work.Error, StringComparison.Ordinal);
        JsonNode state = Status(plan);
        Assert.Equal(scene, (string)Assert.Single((JsonArray)state["rejected"]!)!["path"]!);
        CommandLine.Run("work", plan, "--piece", "0-7").Succeeds();
        CommandResult reduced = CommandLine.Run("reduce", plan, "--allow-skipped").Succeeds();
        Assert.Contains($"skipped: {scene}", reduced.Error, StringComparison.Ordinal);
        SimulatedCorridor.AssertSame(clean, scratch.File("out"));
        Assert.Equal(1, CommandLine.Run("reduce", plan).Code);
    }

    [Fact]
    public void The_manifests_are_those_of_the_API_and_their_tasks_make_all_pieces()
    {
        KubernetesTasks.SkipUnlessThere();
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path);
        SimulatedCorridor.Publish(configuration, "[csv, geojson, cog]");
        string plan = scratch.File("a plan");
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "1", "--kubernetes", "irrigationwatch:0.1").FailsWith(2, "--mount", "does not lie below it");
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "1", "--kubernetes", "irrigationwatch:0.1", "--mount", scratch.Path, "--tasks", "3").Succeeds();
        string manifests = Path.Combine(plan, "kubernetes");
        Assert.Equal(["classify", "job", "join", "model", "reduce", "work"], Directory.GetFiles(manifests, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal));
        Dictionary<string, JsonArray> jobs = Directory.GetFiles(manifests, "*.yaml").ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, KubernetesTasks.Validate);
        Assert.Equal(("Indexed", 3), ((string)jobs["work"][0]!["spec"]!["completionMode"]!, (int)jobs["work"][0]!["spec"]!["completions"]!));
        Assert.Equal(("Indexed", 2), ((string)jobs["join"][0]!["spec"]!["completionMode"]!, (int)jobs["join"][0]!["spec"]!["completions"]!));
        Assert.Equal(2, jobs["job"].Count);

        (int code, string said) = KubernetesTasks.Run(scratch, new Dictionary<string, string>(), Path.Combine(manifests, "submit.sh"));
        Assert.True(code == 0, said);
        SimulatedCorridor.AssertSame(corridor.Reference, scratch.File("out"));

        // All of it with two Jobs, of which the second finds all done.
        (code, said) = KubernetesTasks.Run(scratch, new Dictionary<string, string>(), "kubectl", "apply", "-f", Path.Combine(manifests, "job.yaml"));
        Assert.Contains("0 steps done", said, StringComparison.Ordinal);

        // A Job that fails ends the script, which names it.
        File.AppendAllText(configuration, "\n# changed\n");
        (code, said) = KubernetesTasks.Run(scratch, new Dictionary<string, string>(), Path.Combine(manifests, "submit.sh"));
        Assert.Equal(1, code);
        Assert.Contains("-work failed: see kubectl logs", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Years_are_joined_and_classified_by_many_at_once_and_killed_ones_lose_nothing()
    {
        using var scratch = new ScratchFolder();
        string plan = Plan(scratch);
        string output = scratch.File("out");
        CommandLine.Run("work", plan, "--piece", "0-6").Succeeds();
        CommandLine.Run("reduce", plan, "--only", "join", "--years", "2012").FailsWith(1, "1 of 8 pieces are missing (7)");
        Assert.Equal("features 2011\n", CommandLine.Run("reduce", plan, "--only", "join", "--years", "2011").Succeeds().Output);
        CommandLine.Run("work", plan, "--piece", "7").Succeeds();
        CommandLine.Run("reduce", plan, "--only", "classify", "--years", "2011").FailsWith(1, output, "holds no model yet", "--only model");
        CommandLine.Run("reduce", plan, "--only", "publish").FailsWith(2, "publish");
        CommandLine.Run("reduce", plan, "--years", "2011").FailsWith(2, "--years", "--only");
        CommandLine.Run("reduce", plan, "--only", "join", "--partial").FailsWith(2, "--partial", "--only");

        string[][] stages = [["--only", "join"], ["--only", "model"], ["--only", "classify"]];
        foreach (string[] stage in stages)
        {
            string[] command = ["reduce", plan, .. stage];
            Parallel.For(0, 4, i => CommandLine.RunOrKill(200 + 300 * i, command));
            CommandLine.Run(command).Succeeds();
            Assert.Equal("all was there\n", CommandLine.Run(command).Succeeds().Output);
        }

        JsonNode state = Status(plan);
        Assert.Equal(("[2011,2012]", true, "[2011,2012]"), (state["joined"]!.ToJsonString(), (bool)state["model"]!, state["classified"]!.ToJsonString()));
        CommandLine.Run("status", plan, "--wait", "--until", "classify").Succeeds();
        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(corridor.Reference, output);
        Assert.Empty(Directory.GetFiles(output, "*-partial*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(output, ".work", "workers")));
    }

    [Fact]
    public void Workers_keep_runs_away_and_runs_keep_workers_away()
    {
        using var scratch = new ScratchFolder();
        string plan = Plan(scratch);
        CommandLine.Run("work", plan, "--piece", "0-7").Succeeds();
        string work = scratch.File("out", ".work");
        Directory.CreateDirectory(work);
        using (new FileStream(Path.Combine(work, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            CommandLine.Run("reduce", plan, "--only", "join").FailsWith(1, scratch.File("out"), "another run is working in this folder");
            // Who only looks is never in the way.
            Assert.Equal("[]", Status(plan)["joined"]!.ToJsonString());
        }

        using (new FileStream(Path.Combine(work, "lock"), FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            CommandLine.Run("reduce", plan, "--only", "join").Succeeds();
            CommandLine.Run("reduce", plan).FailsWith(1, scratch.File("out"), "another run is working in this folder");
        }

        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(corridor.Reference, scratch.File("out"));
    }

    [Fact]
    public void What_no_longer_fits_is_refused_with_the_remedy()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.Path, isModelGiven: true);
        string plan = scratch.File("plan");
        CommandLine.Run("work", plan, "--piece", "0").FailsWith(1, plan, "holds no plan.json", "irrigationwatch plan");
        CommandLine.Run("plan", configuration, "-o", plan).Succeeds();
        CommandLine.Run("work", plan, "--piece", "2").FailsWith(1, "has no piece 2", "0 to 1");
        CommandLine.Run("work", plan, "--piece", "1-0").FailsWith(2, "'1-0' is no number of a piece");
        CommandLine.Run("plan", configuration, "-o", scratch.File("labels.geojson", "plan")).FailsWith(1, "cannot be written");

        string scene = Directory.GetFiles(scratch.File("scenes"), "*_2011????_*.tar").Order(StringComparer.Ordinal).First();
        File.SetLastWriteTimeUtc(scene, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        CommandLine.Run("work", plan, "--piece", "0").FailsWith(1, scene, "has changed since the plan was made");

        if (Form.IsFull)
        {
            // A machine that does not see the disk with the scenes must not declare all of them damaged. It waits twelve seconds for them: PieceWorkerTests do not.
            string elsewhere = scratch.File("unmounted");
            Directory.Move(scratch.File("scenes"), elsewhere);
            CommandLine.Run("work", plan, "--piece", "1").FailsWith(1, "scenes of piece 1 can be reached", "check its disks and network");
            Assert.False(Directory.Exists(Path.Combine(plan, "rejected")));
            Directory.Move(elsewhere, scratch.File("scenes"));
        }

        File.AppendAllText(Path.Combine(plan, "pieces.ndjson"), "\n");
        CommandLine.Run("work", plan, "--piece", "1").FailsWith(1, "pieces.ndjson", "make the plan again");
        CommandLine.Run("plan", configuration, "-o", plan).Succeeds();
        File.AppendAllText(configuration, "\n# changed\n");
        CommandLine.Run("work", plan, "--piece", "1").FailsWith(1, configuration, "has changed since the plan was made");
        CommandLine.Run("status", plan).FailsWith(1, configuration, "has changed since the plan was made");
    }

    private static void Spoil(string tar)
    {
        DateTime time = File.GetLastWriteTimeUtc(tar);
        using (FileStream file = File.Open(tar, FileMode.Open))
        {
            file.Position = file.Length / 4;
            file.Write(new byte[file.Length / 2]);
        }

        File.SetLastWriteTimeUtc(tar, time);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static List<(string Zone, double Observed)> Areas(string output) =>
        [.. File.ReadLines(Path.Combine(output, "area.csv")).Skip(1).Select(line => line.Split(',')).Select(row => (row[0] + row[1], double.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture)))];

    private static JsonNode Status(string plan) => JsonNode.Parse(CommandLine.Run("status", plan, "--json").Succeeds().Output)!;

    /// <summary>A plan of pieces of one tile whose results come into a folder of their own.</summary>
    private string Plan(ScratchFolder scratch)
    {
        string plan = scratch.File("plan");
        CommandLine.Run("plan", corridor.Configuration, "-o", plan, "--block", "1", "--results", scratch.File("out")).Succeeds();
        return plan;
    }
}
