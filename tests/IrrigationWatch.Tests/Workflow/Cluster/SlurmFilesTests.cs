using System.Globalization;
using System.Runtime.Versioning;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>The files for Slurm, by their text and by what bash does with them where the program and <c>sbatch</c> only write down what they are told.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SlurmFilesTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    /// <summary>A plan in a folder as users name them.</summary>
    private string Place => scratch.File("it's 100% of $HOME");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void An_array_has_a_task_for_each_piece_while_there_are_not_too_many()
    {
        string work = Write(Plans.OfPieces(7, 2001))["work.sbatch"];
        Assert.Equal(
            [
                "--job-name=irrigation-work", "--array=0-6", "--nodes=1", "--ntasks=1", "--cpus-per-task=2", "--mem=643M", "--time=0:10:00", "--requeue", "--open-mode=append",
                $"--output=\"{Place.Replace("%", "%%", StringComparison.Ordinal)}/logs/work-%A_%a.log\"",
            ],
            Lines(work));
        Assert.Contains("\neach=1\nlast=6\n", work, StringComparison.Ordinal);
        // 2500 pieces in 1000 tasks at most: three a task, 834 tasks, the last with one.
        string many = Write(Plans.OfPieces(2500, 2001))["work.sbatch"];
        Assert.Contains("--array=0-833", Lines(many));
        Assert.Contains("\neach=3\nlast=2499\n", many, StringComparison.Ordinal);
        Assert.Contains("--array=0-4", Lines(Write(Plans.OfPieces(10, 2001), mostTasks: 5)["work.sbatch"]));
        Assert.Contains("--array=0-0", Lines(Write(Plans.OfPieces(0, 2001))["work.sbatch"]));
    }

    [Fact]
    public void Years_are_numbered_from_1900_and_the_model_is_one_job()
    {
        Dictionary<string, string> files = Write(Plans.OfPieces(3, 1999, 2000, 2001, 2010));
        Assert.Equal(["classify.sbatch", "join.sbatch", "model.sbatch", "reduce.sbatch", "submit.sh", "work.sbatch"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("--array=99-101,110", Lines(files["join.sbatch"]));
        Assert.Contains("--array=99-101,110", Lines(files["classify.sbatch"]));
        Assert.DoesNotContain(Lines(files["model.sbatch"]).Concat(Lines(files["reduce.sbatch"])), line => line.StartsWith("--array", StringComparison.Ordinal));
        // 1500 MB and 0.05 for each of 1000 columns; 2000 and 8 bytes for each of 500 000 pixels; 4000 to train.
        Assert.Equal(["--mem=1550M", "--mem=4000M", "--mem=1550M", "--mem=2004M"], new[] { "join", "model", "classify", "reduce" }.Select(name => Lines(files[name + ".sbatch"]).Single(line => line.StartsWith("--mem", StringComparison.Ordinal))));
        Assert.Equal(["join.sbatch", "reduce.sbatch", "submit.sh", "work.sbatch"], Write(Plans.Of([2001], false, 1), "features")
            .Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["reduce.sbatch", "submit.sh", "work.sbatch"], Write(Plans.Of([], true), "nothing").Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(2, 0, "0:10:00")]
    [InlineData(2, 400, "0:10:00")]
    [InlineData(2, 401, "0:20:00")]
    [InlineData(1, 1200, "1:00:00")]
    [InlineData(1, 40_000, "33:20:00")]
    [InlineData(4, 40_000, "8:20:00")]
    public void A_task_may_take_three_times_what_is_expected_in_whole_ten_minutes(int cores, long seconds, string time)
    {
        SlurmFiles.Write(Place, Plans.Of([2001], false, seconds, 0), new SlurmOptions { Program = ["p"], Cores = cores });
        Assert.Contains("--time=" + time, Lines(Read(Place)["work.sbatch"]));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={cores}"), Lines(Read(Place)["work.sbatch"]));
    }

    [Fact]
    public void Further_lines_and_memory_are_passed_on()
    {
        SlurmFiles.Write(Place, Plans.OfPieces(1, 2001), new SlurmOptions { Program = ["p"], MemoryLimit = 1_000_000_000, Lines = ["--partition=long", "--account=water"] });
        foreach (string text in Read(Place).Where(file => file.Key.EndsWith(".sbatch", StringComparison.Ordinal)).Select(file => file.Value))
        {
            Assert.Equal(["--partition=long", "--account=water"], Lines(text)[^2..]);
        }

        Assert.Contains("--mem=1800M", Lines(Read(Place)["work.sbatch"]));
    }

    [Fact]
    public void A_plan_without_a_folder_that_all_nodes_see_is_refused() =>
        Assert.Equal("--slurm: wants the plan in a folder that all nodes see, for its logs; s3://bucket/plan is none", Assert.Throws<ConfigurationException>(() => SlurmFiles.Write("s3://bucket/plan", Plans.OfPieces(1, 2001), new SlurmOptions { Program = ["p"] })).Message);

    [Fact]
    public void A_task_makes_its_pieces_and_no_others()
    {
        Write(Plans.OfPieces(8, 2001), mostTasks: 3);
        Assert.Equal((0, [Call("work", Place, "--piece", "3"), Call("work", Place, "--piece", "4"), Call("work", Place, "--piece", "5")]), Bash("work.sbatch", ("SLURM_ARRAY_TASK_ID", "1")), Same);
        // The last has two; on a disk of the node's own where there is one.
        Assert.Equal((0, [Call("work", Place, "--piece", "6", "--scratch", "/fast disk"), Call("work", Place, "--piece", "7", "--scratch", "/fast disk")]), Bash("work.sbatch", ("SLURM_ARRAY_TASK_ID", "2"), ("IRRIGATIONWATCH_SCRATCH", "/fast disk")), Same);
        Assert.Equal(["piece-3.log", "piece-4.log", "piece-5.log", "piece-6.log", "piece-7.log"], Directory.GetFiles(Path.Combine(Place, "logs")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_task_whose_pieces_failed_is_queued_again_three_times()
    {
        Write(Plans.OfPieces(4, 2001), mostTasks: 2);
        string[] calls = [Call("work", Place, "--piece", "0"), Call("work", Place, "--piece", "1")];
        Assert.Equal((1, [.. calls, "scontrol: requeue 77_0"]), Bash("work.sbatch", ("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_ARRAY_JOB_ID", "77"), ("FAILS", "yes")), Same);
        Assert.Equal((1, [.. calls, "scontrol: requeue 77_0"]), Bash("work.sbatch", ("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_ARRAY_JOB_ID", "77"), ("FAILS", "yes"), ("SLURM_RESTART_COUNT", "2")), Same);
        Assert.Equal((1, calls), Bash("work.sbatch", ("SLURM_ARRAY_TASK_ID", "0"), ("SLURM_ARRAY_JOB_ID", "77"), ("FAILS", "yes"), ("SLURM_RESTART_COUNT", "3")), Same);
    }

    [Fact]
    public void Stages_do_the_year_of_their_number()
    {
        Write(Plans.OfPieces(1, 1999, 2010));
        Assert.Equal((0, [Call("reduce", Place, "--only", "join", "--years", "2010")]), Bash("join.sbatch", ("SLURM_ARRAY_TASK_ID", "110")), Same);
        Assert.Equal((0, [Call("reduce", Place, "--only", "classify", "--years", "1999")]), Bash("classify.sbatch", ("SLURM_ARRAY_TASK_ID", "99")), Same);
        Assert.Equal((0, [Call("reduce", Place, "--only", "model", "--scratch", "/fast")]), Bash("model.sbatch", ("IRRIGATIONWATCH_SCRATCH", "/fast")), Same);
        Assert.Equal((0, [Call("reduce", Place, "--allow-skipped")]), Bash("reduce.sbatch"), Same);
    }

    [Fact]
    public void One_script_submits_what_is_missing_and_all_that_comes_after_it()
    {
        Write(Plans.OfPieces(8, 2001), mostTasks: 3);
        Assert.True(File.GetUnixFileMode(Path.Combine(Place, "slurm", "submit.sh")).HasFlag(UnixFileMode.UserExecute));
        string status = Call("status", Place, "--missing", "--each", "3");
        string[] after = [.. new[] { "join", "model", "classify", "reduce" }.Select((stage, i) => $"sbatch: --parsable --dependency=afterany:{{0}} {Place}/slurm/{stage}.sbatch")];
        Assert.Equal(
            (0, [status, $"sbatch: --parsable --array=0,2 {Place}/slurm/work.sbatch", .. after.Select((line, i) => line.Replace("{0}", FormattableString.Invariant($"{101 + i}"), StringComparison.Ordinal))]),
            Bash("submit.sh", ("MISSING", "0,2")),
            Same);
        // Where no piece is missing, nothing is waited for.
        Assert.Equal(
            (0, [status, $"sbatch: --parsable {Place}/slurm/join.sbatch", .. after[1..].Select((line, i) => line.Replace("{0}", FormattableString.Invariant($"{101 + i}"), StringComparison.Ordinal))]),
            Bash("submit.sh"),
            Same);
    }

    [Fact]
    public void Nodes_may_name_another_program()
    {
        Write(Plans.OfPieces(1, 2001));
        File.Copy(scratch.File("bin", "my program"), scratch.File("bin", "other"));
        Assert.Equal((0, [$"{Call("reduce", Place, "--allow-skipped").Replace("my program's argument", "first] [second", StringComparison.Ordinal)}"]), Bash("reduce.sbatch", ("IRRIGATIONWATCH", $"{scratch.File("bin", "other")} first second")), Same);
    }

    private static string Call(params string[] arguments) => "program: [my program's argument]" + string.Concat(arguments.Select(argument => $" [{argument}]"));

    private static bool Same((int Code, string[] Calls) expected, (int Code, string[] Calls) actual)
    {
        Assert.Equal(expected.Calls, actual.Calls);
        return expected.Code == actual.Code;
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Where(line => line.StartsWith("#SBATCH ", StringComparison.Ordinal)).Select(line => line["#SBATCH ".Length..])];

    private static Dictionary<string, string> Read(string place) => Directory.GetFiles(Path.Combine(place, "slurm")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    /// <summary>Writes the files for a program whose path and argument want quoting.</summary>
    private Dictionary<string, string> Write(JobPlan plan, string? place = null, int mostTasks = 1000)
    {
        string folder = place is null ? Place : scratch.File(place);
        string submit = SlurmFiles.Write(folder, plan, new SlurmOptions { Program = [scratch.File("bin", "my program"), "my program's argument"], MostTasks = mostTasks });
        Assert.Equal(Path.Combine(folder, "slurm", "submit.sh"), submit);
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        Script("my program", """
            printf 'program:' >>"$CALLS"; printf ' [%s]' "$@" >>"$CALLS"; echo >>"$CALLS"
            [ "${2:-}" != status ] || printf '%s' "${MISSING:-}"
            [ -z "${FAILS:-}" ]
            """);
        Script("sbatch", """
            echo "sbatch: $*" >>"$CALLS"
            echo "$((100 + $(grep -c ^sbatch "$CALLS")));cluster"
            """);
        Script("scontrol", """
            echo "scontrol: $*" >>"$CALLS"
            """);
        Script("sleep", string.Empty);
        return Read(folder);

        void Script(string name, string text)
        {
            Directory.CreateDirectory(scratch.File("bin"));
            File.WriteAllText(scratch.File("bin", name), "#!/bin/bash\n" + text);
            File.SetUnixFileMode(scratch.File("bin", name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Runs a file; gives its exit code and what it called.</summary>
    private (int Code, string[] Calls) Bash(string name, params (string Name, string Value)[] environment)
    {
        string calls = scratch.File("calls");
        File.WriteAllText(calls, string.Empty);
        (int code, string _) = Repository.Run("bash", [Path.Combine(Place, "slurm", name)],
        [
            ("CALLS", calls), ("PATH", $"{scratch.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}"), ("IRRIGATIONWATCH", string.Empty), ("IRRIGATIONWATCH_SCRATCH", string.Empty), .. environment,
        ]);
        return (code, File.ReadAllLines(calls));
    }
}
