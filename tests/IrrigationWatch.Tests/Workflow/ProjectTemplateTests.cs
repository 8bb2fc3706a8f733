using IrrigationWatch.Areas;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using YamlDotNet.RepresentationModel;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>What a new project begins with can be used as it is, and takes nothing from a user.</summary>
public sealed class ProjectTemplateTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_new_project_lacks_nothing_but_scenes_and_labels()
    {
        string folder = scratch.File("new", "project");
        IReadOnlyList<string> written = ProjectTemplate.Write(folder);
        Assert.Equal(["README.md", "corridor.geojson", "irrigation.yaml", "waters.geojson", "zones.geojson"], written.Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal));
        Assert.All(written, file => Assert.True(new FileInfo(file).Length > 0, file));
        Assert.True(Directory.Exists(Path.Combine(folder, "scenes")));

        string file = Path.Combine(folder, "irrigation.yaml");
        Assert.Equal($"{file}:{LineOf(file, "model:")}: 'model.labels' names labels.geojson, but there is no such file; draw labels there, or write 'weak: true' instead of 'labels' for a first map from confident pixels", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(file)).Message);
        File.WriteAllText(Path.Combine(folder, "labels.geojson"), string.Empty);
        RunConfiguration read = ConfigurationReader.Read(file);
        Assert.Equal("ili-corridor", read.Name);
        Assert.Equal(Enumerable.Range(1984, 40), read.Years);
        Assert.Equal(Path.Combine(folder, "out/"), read.Output);
        Assert.Equal([Path.Combine(folder, "scenes/")], read.Scenes);
        Assert.Equal((true, 6), (read.TemporalSmoothing, read.MinimumPatch));
        Assert.Equal(["Almaty", "Almaty City", "East Kazakhstan", "Karaganda", "Xinjiang", "Zhambyl"], ZoneReader.Read(read.Zones!, read.ZoneName, read.CountryField, null).Select(zone => zone.Name).Order(StringComparer.Ordinal));
        Assert.False(ZoneReader.ReadAreaOfInterest(read.Area!).IsEmpty);
        Assert.NotEmpty(Water.Read(read.Waters!));
    }

    /// <summary>What the comments of the template offer can be taken as it stands.</summary>
    [Fact]
    public void Every_line_that_is_commented_out_can_be_taken()
    {
        ProjectTemplate.Write(scratch.Path);
        foreach (string name in new[] { "labels.geojson", "dem.tif", "slope.tif", "reference.geojson" })
        {
            File.WriteAllText(scratch.File(name), string.Empty);
        }

        string file = scratch.File("irrigation.yaml");
        string[] lines = File.ReadAllLines(file);
        int[] offers = [.. Enumerable.Range(0, lines.Length).Where(i => System.Text.RegularExpressions.Regex.IsMatch(lines[i], "^# [a-z0-9-]+:( |$)"))];
        Assert.InRange(offers.Length, 10, 20);
        foreach (int offer in offers)
        {
            string[] taken = [.. lines];
            taken[offer] = taken[offer][2..];
            if (taken[offer].EndsWith(':'))
            {
                taken[offer + 1] = taken[offer + 1][1..];
            }

            File.WriteAllLines(file, taken);
            RunConfiguration read = ConfigurationReader.Read(file);
            Assert.Equal("ili-corridor", read.Name);
        }
    }

    /// <summary>What the template writes down as the default is the default.</summary>
    [Fact]
    public void What_it_says_of_defaults_is_what_is_taken_without_it()
    {
        ProjectTemplate.Write(scratch.Path);
        File.WriteAllText(scratch.File("labels.geojson"), string.Empty);
        RunConfiguration written = ConfigurationReader.Read(scratch.File("irrigation.yaml"));
        using var reader = new StreamReader(scratch.File("irrigation.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        File.WriteAllText(scratch.File("least.yaml"), "scenes: [scenes/]\nyears: 1984-2023\n");
        RunConfiguration least = ConfigurationReader.Read(scratch.File("least.yaml"));
        Assert.True(root.Children.ContainsKey("seasons"));
        Assert.Equal(least.Features.Seasons, written.Features.Seasons);
        Assert.Equal((least.Crs, least.Resolution, least.Output), (written.Crs, written.Resolution, written.Output));
        Assert.Equal(least.Publish, written.Publish);
        Assert.Equal((least.Trainer.Kind, least.Features.Observation), (written.Trainer.Kind, written.Features.Observation));
    }

    [Fact]
    public void Nothing_that_is_there_is_overwritten()
    {
        File.WriteAllText(scratch.File("zones.geojson"), "mine");
        IReadOnlyList<string> written = ProjectTemplate.Write(scratch.Path);
        Assert.Equal("mine", File.ReadAllText(scratch.File("zones.geojson")));
        Assert.DoesNotContain(scratch.File("zones.geojson"), written);
        Assert.Equal(4, written.Count);

        string configuration = scratch.File("irrigation.yaml");
        File.WriteAllText(configuration, "mine too");
        File.Delete(scratch.File("README.md"));
        Assert.Equal($"{configuration}: is there already; choose another folder, or remove it first", Assert.Throws<InputException>(() => ProjectTemplate.Write(scratch.Path)).Message);
        Assert.Equal("mine too", File.ReadAllText(configuration));
        Assert.False(File.Exists(scratch.File("README.md")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        string file = scratch.File("file");
        File.WriteAllText(file, string.Empty);
        InputException error = Assert.Throws<InputException>(() => ProjectTemplate.Write(Path.Combine(file, "project")));
        Assert.StartsWith(Path.Combine(file, "project") + ": cannot be written (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("check the folder, its permissions and the free space", error.Message, StringComparison.Ordinal);
    }

    private static int LineOf(string file, string start) => 1 + Array.FindIndex(File.ReadAllLines(file), line => line.StartsWith(start, StringComparison.Ordinal));
}
