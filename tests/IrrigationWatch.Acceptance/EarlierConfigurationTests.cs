using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>A folder of results holds what its configuration asks for now, and nothing that an earlier one asked for.</summary>
public class EarlierConfigurationTests(MadeOnce<TinyCorridor> shared)
{
    private readonly TinyCorridor corridor = shared.Value;

    [Fact]
    public void Years_and_formats_that_are_no_longer_asked_for_go_when_the_run_ends()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.File("a"), isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv, geojson, cog, stac, charts, report]");
        string output = scratch.File("out");
        CommandLine.Run("run", configuration, "-o", output).Succeeds();
        // What the program did not write, and what was changed since, is not the program's.
        File.WriteAllText(Path.Combine(output, "years", "2012", "notes.txt"), "mine");
        File.WriteAllText(Path.Combine(output, "irrigated-2012.geojson"), "mended by hand");
        string narrower = scratch.File("a", "narrower.yaml");
        File.WriteAllText(narrower, Regex.Replace(File.ReadAllText(configuration), "years: .*", "years: 2013"));
        SimulatedCorridor.Publish(narrower, "[csv, cog, stac, report]");

        // A run that is broken off leaves the old whole.
        string[] before = [.. SimulatedCorridor.Published(output).Keys];
        Assert.True(CommandLine.RunUntilWritten(output, "stac/irrigation/collection.json", "run", narrower, "-o", output));
        Assert.Subset(SimulatedCorridor.Published(output).Keys.ToHashSet(), before.ToHashSet());

        CommandResult run = CommandLine.Run("run", narrower, "-o", output, "--json").Succeeds();
        Assert.Contains("warning: irrigated-2012.geojson is of an earlier configuration, and was changed since it was written: it is left", run.Error, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(run.Output);
        string[] removed = [.. json.RootElement.GetProperty("removed").EnumerateArray().Select(file => file.GetString()!)];
        Assert.Superset(
            new HashSet<string> { "years/2012/features.tif", "years/2012/irrigated.tif", "years/2012/irrigated.qml", "stac/irrigation/2012.json", "area.geojson", "scenes.geojson", "irrigated-2013.geojson", "change.tif", ".work/classes/2012.tif" },
            removed.ToHashSet());
        string fresh = scratch.File("fresh");
        CommandLine.Run("run", narrower, "-o", fresh).Succeeds();
        SortedDictionary<string, byte[]> left = SimulatedCorridor.Published(output);
        Assert.True(left.Remove("years/2012/notes.txt") && left.Remove("irrigated-2012.geojson"));
        Assert.Equal(SimulatedCorridor.Published(fresh).Keys, left.Keys);
        Assert.All(SimulatedCorridor.Published(fresh), file => Assert.True(file.Value.AsSpan().SequenceEqual(left[file.Key]), $"{file.Key} differs"));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(output, ".work", "steps")), file => file.Contains("2012", StringComparison.Ordinal));
        JsonNode collection = JsonNode.Parse(File.ReadAllText(Path.Combine(output, "stac", "irrigation", "collection.json")))!;
        Assert.DoesNotContain("2012", collection["links"]!.ToJsonString(), StringComparison.Ordinal);

        // Nothing is removed twice, and what is asked for again is made again.
        Assert.DoesNotContain("removed:", CommandLine.Run("run", narrower, "-o", output).Succeeds().Output, StringComparison.Ordinal);
        CommandLine.Run("run", configuration, "-o", output).Succeeds();
        Assert.True(File.Exists(Path.Combine(output, "years", "2012", "irrigated.tif")));
    }

    /// <summary>A disk that is not mounted must not cost the years that lie on it.</summary>
    [Fact]
    public void Features_of_a_year_whose_scenes_are_gone_stay()
    {
        using var scratch = new ScratchFolder();
        string configuration = corridor.CopyTo(scratch.File("a"), isModelGiven: true);
        SimulatedCorridor.Publish(configuration, "[csv]");
        string output = scratch.File("out");
        CommandLine.Run("run", configuration, "-o", output).Succeeds();
        foreach (string scene in Directory.GetFiles(scratch.File("a", "scenes"), "*_2012????_*"))
        {
            File.Move(scene, scratch.File(Path.GetFileName(scene)));
        }

        CommandResult run = CommandLine.Run("run", configuration, "-o", output).Succeeds();
        Assert.Contains("years without scenes: 2012", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "years", "2012", "features.tif")));
        Assert.False(File.Exists(Path.Combine(output, "years", "2012", "irrigated.tif")));
        foreach (string scene in Directory.GetFiles(scratch.Path, "*_2012????_*"))
        {
            File.Move(scene, scratch.File("a", "scenes", Path.GetFileName(scene)));
        }

        using JsonDocument json = JsonDocument.Parse(CommandLine.Run("run", configuration, "-o", output, "--json").Succeeds().Output);
        Assert.DoesNotContain("features 2012", json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()));
        Assert.Contains("irrigated 2012", json.RootElement.GetProperty("steps_done").EnumerateArray().Select(step => step.GetString()));
    }
}
