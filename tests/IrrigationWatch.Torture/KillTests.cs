using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.TestSupport;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Torture;

/// <summary>Runs that are ended by others: killed outright, told to end, or met by a second one.</summary>
public class KillTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    private const int Terminate = 15;
    private const int Interrupt = 2;

    [Fact]
    public void Killed_at_random_moments_a_run_goes_on_to_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        var random = new Random(Form.Seed);
        int kills = Form.Cases(3, 200);
        int killed = 0;
        int finished = 0;
        for (int attempt = 0; killed < kills && attempt < 20 * kills; attempt++)
        {
            // Shorter than a run, so that it is killed several times before it is done.
            if (CommandLine.RunOrKill(random.Next(50, Math.Max(100, undisturbed.Milliseconds * 3 / 4)), "run", undisturbed.Configuration, "-o", output) is CommandResult ended)
            {
                ended.Succeeds();
                undisturbed.AssertSame(output);
                Directory.Delete(output, recursive: true);
                finished++;
                continue;
            }

            killed++;
            AssertWhole(Path.Combine(output, ".work", "catalogue.db"), scratch.File("copy"));
        }

        Assert.Equal(kills, killed);
        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        Form.Report("`run` killed (SIGKILL) at random moments, going on after each", string.Create(CultureInfo.InvariantCulture, $"{killed} kills, {finished + 1} runs to the end, all equal byte for byte; catalogue whole after each"));
    }

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    public void Told_to_end_a_run_ends_within_two_seconds_and_can_go_on(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent by kill and env of GNU");
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        var random = new Random(Form.Seed + signal);
        int cases = Form.Cases(1, 50);
        var times = new List<double>();
        while (times.Count < cases)
        {
            using Process process = CommandLine.StartAsFromTerminal("run", undisturbed.Configuration, "-o", output);
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            if (process.WaitForExit(random.Next(50, Math.Max(100, undisturbed.Milliseconds * 3 / 4))))
            {
                Assert.Equal(0, process.ExitCode);
                undisturbed.AssertSame(output);
                Directory.Delete(output, recursive: true);
                continue;
            }

            var watch = Stopwatch.StartNew();
            Assert.Equal(0, Repository.Run("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]).Code);
            process.WaitForExit();
            times.Add(watch.Elapsed.TotalSeconds);
        }

        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        // The promise is two seconds; beside other tests a machine may be busy.
        Assert.InRange(times.Max(), 0, Form.IsFull ? 2 : 30);
        Form.Report($"`run` told to end ({(signal == Terminate ? "SIGTERM" : "Ctrl-C")}) at random moments", string.Create(CultureInfo.InvariantCulture, $"{times.Count} times, ended after {times.Order().ElementAt(times.Count / 2):0.00} s (median), {times.Max():0.00} s at most; then equal"));
    }

    [Fact]
    public void A_second_run_says_who_holds_the_folder_and_a_dead_one_holds_it_no_more()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        using (Process first = CommandLine.Start("run", undisturbed.Configuration, "-o", output))
        {
            _ = first.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = first.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string holder = first.Id.ToString(CultureInfo.InvariantCulture);
            string gate = Path.Combine(output, ".work", "holder");
            Assert.True(SpinWait.SpinUntil(() => File.Exists(gate) && new FileInfo(gate).Length > 0, TimeSpan.FromSeconds(60)));
            CommandLine.Run("run", undisturbed.Configuration, "-o", output).FailsWith(1, output, $"process {holder} on {Environment.MachineName}", "wait for it");
            first.Kill();
            first.WaitForExit();
        }

        // What it wrote of itself is still there, and says nothing any more.
        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        Form.Report("a second `run` in the same folder; then the first killed", "names the process that holds it and leaves; taken over");
    }

    /// <summary>Asserts that a database is whole, as the next program to open it finds it.</summary>
    private static void AssertWhole(string database, string copy)
    {
        if (!File.Exists(database))
        {
            return;
        }

        foreach (string ending in new[] { string.Empty, "-wal" })
        {
            File.Delete(copy + ending);
            if (File.Exists(database + ending))
            {
                File.Copy(database + ending, copy + ending);
            }
        }

        using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", (string)command.ExecuteScalar()!);
    }
}
