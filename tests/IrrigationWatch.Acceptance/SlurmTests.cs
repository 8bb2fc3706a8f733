using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>A plan on a real Slurm.</summary>
public class SlurmTests(MadeOnce<WideCorridor> shared, MadeOnce<SlurmCluster> machines) : IClassFixture<MadeOnce<SlurmCluster>>
{
    private readonly WideCorridor corridor = shared.Value;

    [Fact]
    public void A_node_that_dies_in_the_middle_costs_time_and_not_a_byte()
    {
        SlurmCluster.SkipUnlessThere();
        SlurmCluster cluster = machines.Value;
        using var scratch = new ScratchFolder();
        string plan = scratch.File("a plan");
        string output = scratch.File("out");
        CommandLine.RunAsProcess("plan", corridor.Configuration, "-o", plan, "--block", "1", "--results", output, "--slurm", "--cores", "1", "--sbatch=--comment=test").Succeeds();
        CommandResult submitted = cluster.Run(Path.Combine(plan, "slurm", "submit.sh")).Succeeds();
        Assert.Contains("tasks 0-7", submitted.Output, StringComparison.Ordinal);

        cluster.Until("both nodes work", () => cluster.Run("squeue", "-h", "-t", "running", "-o", "%N").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count() == 2);
        cluster.PullThePlug("one");
        cluster.Until("all jobs have ended", () => cluster.Run("squeue", "-h").Succeeds().Output.Trim().Length == 0);
        Assert.Contains("down", cluster.Run("sinfo", "-h", "-n", "one", "-o", "%T").Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "area.csv")), Said(plan) + cluster.Logs());
        SimulatedCorridor.AssertSame(corridor.Reference, output);
        // A log a piece, one of the job that joins, and nothing to do any more.
        Assert.All(Enumerable.Range(0, 8), piece => Assert.Contains($"piece {piece}:", File.ReadAllText(Path.Combine(plan, "logs", $"piece-{piece}.log")), StringComparison.Ordinal));
        Assert.Equal("\n", CommandLine.Run("status", plan, "--missing").Succeeds().Output);
        cluster.PlugIn("one");
    }

    [Fact]
    public void A_task_that_fails_is_queued_again_and_the_others_are_not()
    {
        SlurmCluster.SkipUnlessThere();
        SlurmCluster cluster = machines.Value;
        using var scratch = new ScratchFolder();
        string plan = scratch.File("plan");
        CommandLine.RunAsProcess("plan", corridor.Configuration, "-o", plan, "--block", "1", "--results", scratch.File("out"), "--slurm", "--cores", "1", "--tasks", "4").Succeeds();
        // Where the record of piece 4 belongs stands a folder, as when a disk is not as it should be: of all tasks only the third fails.
        CommandLine.Run("work", plan, "--piece", "4").Succeeds();
        string record = Assert.Single(Directory.GetFiles(Path.Combine(plan, "pieces"), "*.json", SearchOption.AllDirectories));
        File.Delete(record);
        CommandLine.Run("work", plan, "--piece", "0-3,5-7").Succeeds();
        Directory.CreateDirectory(record);
        Assert.Contains("tasks 2", cluster.Run(Path.Combine(plan, "slurm", "submit.sh")).Succeeds().Output, StringComparison.Ordinal);
        cluster.Run("sbatch", "--parsable", "--array=0-1,3", Path.Combine(plan, "slurm", "work.sbatch")).Succeeds();
        cluster.Until("the task fails and is queued again", () => Directory.GetFiles(Path.Combine(plan, "logs"), "work-*_2.log").Any(log => File.ReadAllText(log).Contains("1 of its pieces failed", StringComparison.Ordinal)));
        Directory.Delete(record);
        cluster.Until("all jobs have ended", () => cluster.Run("squeue", "-h").Succeeds().Output.Trim().Length == 0);
        // The others ran once, and said nothing.
        Assert.All(new[] { 0, 1, 3 }, task => Assert.Empty(File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(plan, "logs"), $"work-*_{task}.log")))));
        Assert.All(new[] { 0, 1, 2, 3, 6, 7 }, piece => Assert.Equal($"piece {piece}: was there\n", File.ReadAllText(Path.Combine(plan, "logs", $"piece-{piece}.log"))));
        Assert.True(File.Exists(scratch.File("out", "area.csv")), Said(plan) + cluster.Logs());
        SimulatedCorridor.AssertSame(corridor.Reference, scratch.File("out"));
    }

    private static string Said(string plan) => string.Join("\n", Directory.GetFiles(Path.Combine(plan, "logs")).Select(log => $"{Path.GetFileName(log)}:\n{File.ReadAllText(log)}"));
}
