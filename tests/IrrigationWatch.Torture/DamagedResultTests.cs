using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
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
        }

        Assert.Contains("0 steps done", undisturbed.Run(output).Succeeds().Output, StringComparison.Ordinal);

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
        int cases = Form.Cases(1, 60);
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

    /// <summary>Each command that takes a file over from a folder of results refuses it, and says what makes it again.</summary>
    [Fact]
    public void A_damaged_result_is_refused_by_those_who_read_it()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        undisturbed.Run(output).Succeeds();
        string zones = Path.Combine(Path.GetDirectoryName(undisturbed.Configuration)!, "zones.geojson");
        string At(string name) => Path.Combine(output, name);
        (string File, string[] Command)[] cases =
        [
            ("years/2012/irrigated.tif", ["area", At("years/2012/irrigated.tif"), "--zones", zones, "--class", "irrigated=1", "-o", scratch.File("a.csv")]),
            ("years/2012/features.tif", ["classify", "--features", At("years/2012/features.tif"), "--model", Path.Combine(Path.GetDirectoryName(undisturbed.Configuration)!, "reference", "model.zip"), "-o", scratch.File("m.tif")]),
            ("area.csv", ["change", At("area.csv")]),
            ("area.csv", ["report", output]),
            ("years/2013/irrigated.tif", ["serve", output, "--port", "0"]),
            ("irrigated-2013.geojson", ["serve", output, "--port", "0"]),
        ];
        var random = new Random(Form.Seed);
        foreach ((string file, string[] command) in cases)
        {
            byte[] whole = File.ReadAllBytes(At(file));
            DateTime written = File.GetLastWriteTimeUtc(At(file));
            Flip(At(file), random);
            CommandLine.RunAsProcess(command).FailsWith(1, $"{At(file)}: is damaged: its bytes are not those that were written; run its configuration again, which makes it again");
            File.WriteAllBytes(At(file), whole);
            File.SetLastWriteTimeUtc(At(file), written);
        }

        // Of results that were copied without what the run keeps for itself, the record has the digests; what differs may have been changed by someone.
        string copy = scratch.File("copy");
        foreach (string name in SimulatedCorridor.Published(output).Keys.Append("run.json"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, name))!);
            File.Copy(At(name), Path.Combine(copy, name));
        }

        using (var served = ResultFolder.Read(copy))
        {
            Assert.Empty(served.Missing());
        }

        File.AppendAllText(Path.Combine(copy, "change.csv"), " ");
        using (var served = ResultFolder.Read(copy))
        {
            Assert.StartsWith("change.csv: not as the run wrote them", Assert.Single(served.Missing()), StringComparison.Ordinal);
        }

        // The remedy is right.
        Flip(At("area.csv"), random);
        undisturbed.Run(output).Succeeds();
        undisturbed.AssertSame(output);
        CommandLine.RunAsProcess("change", At("area.csv"), "-o", scratch.File("change.csv")).Succeeds();
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
