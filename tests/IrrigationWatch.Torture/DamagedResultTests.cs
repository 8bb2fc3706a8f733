using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>
/// A bit of any file that the program wrote itself is flipped, and the file's time is left as it was, as a failing disk does: what takes the file over says so, makes it again, and ends with the bytes
/// of an undisturbed run.
/// </summary>
public class DamagedResultTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    [Fact]
    public void A_damaged_result_is_named_and_made_again()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        undisturbed.Run(output).Succeeds();
        string[] all = [.. SimulatedCorridor.Published(output).Keys.Concat(Directory.GetFiles(Path.Combine(output, ".work", "classes")).Select(file => Path.GetRelativePath(output, file))).Where(name => name != "model.zip" || Form.IsFull)];
        string[] features = [.. all.Where(name => name.EndsWith("features.tif", StringComparison.Ordinal))];
        string[] others = [.. all.Except(features)];
        Assert.True(features.Length == 2 && others.Length > 40, string.Join(", ", all));
        var random = new Random(Form.Seed);
        // Features are compared when something reads them: where the classes that are made of them are damaged too.
        string[] read = [.. features, .. others.Where(name => name.StartsWith(".work", StringComparison.Ordinal))];
        foreach (string[] damaged in Form.IsFull ? [.. others.Select(name => new[] { name }), others, read] : new[] { others, read })
        {
            Array.ForEach(damaged, name => Flip(Path.Combine(output, name), random));
            CommandResult run = undisturbed.Run(output).Succeeds();
            foreach (string name in damaged)
            {
                Assert.Contains($"warning: {name} was damaged: its bytes were not those that were written; it was made again\n", run.Error, StringComparison.Ordinal);
            }

            undisturbed.AssertSame(output);
            Assert.Contains("0 steps done", undisturbed.Run(output).Succeeds().Output, StringComparison.Ordinal);
        }

        Form.Report("a bit of each file of the results flipped, its time left as it was; then `run`", string.Create(CultureInfo.InvariantCulture, $"{all.Length} files, each named and made again, equal byte for byte"));
    }

    [Fact]
    public void A_damaged_piece_is_named_missing_and_made_again()
    {
        using var scratch = new ScratchFolder();
        string plan = scratch.File("plan");
        CommandLine.RunAsProcess("plan", undisturbed.Configuration, "-o", plan, "--results", scratch.File("out"), "--block", "1").Succeeds();
        CommandLine.RunAsProcess("work", plan, "--piece", "0-3").Succeeds();
        string[] files = [.. Directory.GetFiles(Path.Combine(plan, "pieces"), "*.tif", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        Assert.Equal(8, files.Length);
        var random = new Random(Form.Seed);
        int cases = Form.Cases(2, 60);
        for (int i = 0; i < cases; i++)
        {
            string damaged = files[random.Next(files.Length)];
            Flip(damaged, random);
            JsonNode state = JsonNode.Parse(CommandLine.RunAsProcess("status", plan, "--json").Succeeds().Output)!;
            Assert.Equal([damaged], ((JsonArray)state["damaged"]!).Select(file => (string)file!));
            string missing = ((JsonArray)state["missing"]!).Single()!.ToString();
            CommandLine.RunAsProcess("reduce", plan).FailsWith(1, $"1 of 4 pieces are missing ({missing}; {damaged} is damaged)");
            Assert.Equal(missing, CommandLine.RunAsProcess("status", plan, "--missing").Succeeds().Output.TrimEnd());
            CommandLine.RunAsProcess("work", plan, "--piece", missing).Succeeds();
        }

        CommandLine.RunAsProcess("reduce", plan).Succeeds();
        undisturbed.AssertSame(scratch.File("out"));
        Form.Report("a bit of a piece flipped; then `status`, `reduce`, `work`", string.Create(CultureInfo.InvariantCulture, $"{cases} times: named by each, never joined, made again, equal byte for byte"));
    }

    private static void Flip(string file, Random random)
    {
        DateTime written = File.GetLastWriteTimeUtc(file);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, written);
    }
}
