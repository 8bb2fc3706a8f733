using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>What a plan in object storage takes along means the same where it is fetched.</summary>
public sealed class PlanInputsTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly DiskStore store;

    public PlanInputsTests() => store = new DiskStore(scratch.File("plan"));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void All_files_that_the_configuration_names_go_along_and_are_found_there()
    {
        foreach (string file in new[] { "labels.shp", "labels.dbf", "labels.shx", "in/zones.gpkg", "area.geojson", "points.csv", "waters.geojson", "rasters/dem.tif", "beside.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scratch.File("home", file))!);
            File.WriteAllText(scratch.File("home", file), file);
        }

        // What a description calls itself need not be the name of its file.
        File.WriteAllText(scratch.File("home", "own-stack.yaml"), StackDescriptionReader.ReadText("hls-l30"));
        string configuration = scratch.File("home", "my irrigation.yaml");
        File.WriteAllText(configuration, """
            scenes: [s3://bucket/scenes]
            stacks:
            - { description: own-stack.yaml, paths: [s3://bucket/stacks] }
            - { description: fmask-stack, paths: [s3://bucket/more] }
            years: 2001
            area: area.geojson
            zones: in/zones.gpkg
            model: { labels: labels.shp }
            assessment: points.csv
            waters: waters.geojson
            ancillary: { elevation: rasters/dem.tif }
            """);
        RunConfiguration before = ConfigurationReader.Read(configuration);
        PlanInputs.Write(before, store);
        Assert.Equal(
            ["area.geojson", "in/zones.gpkg", "labels.dbf", "labels.shp", "labels.shx", "my irrigation.yaml", "own-stack.yaml", "points.csv", "rasters/dem.tif", "waters.geojson"],
            store.ListAll("inputs"));

        string fetched = PlanInputs.Fetch(store, configuration, scratch.File("there"));
        Assert.Equal(scratch.File("there", "my irrigation.yaml"), fetched);
        RunConfiguration after = ConfigurationReader.Read(fetched);
        Assert.Equal(scratch.File("there", "in/zones.gpkg"), after.Zones);
        Assert.Equal("labels.dbf", File.ReadAllText(Path.ChangeExtension(after.Labels, ".dbf")!));
        Assert.Equal(before.Stacks.Select(stack => stack.Description.Text), after.Stacks.Select(stack => stack.Description.Text));
        Assert.Equal(before.Scenes, after.Scenes);
    }

    [Fact]
    public void What_an_earlier_plan_took_along_is_gone()
    {
        store.WriteText("inputs/old.geojson", "old");
        PlanInputs.Write(ConfigurationReader.Read(Configuration("years: 2001\nscenes: [a]\n")), store);
        Assert.Equal(["irrigation.yaml"], store.ListAll("inputs"));
    }

    [Fact]
    public void A_file_outside_of_the_configurations_folder_is_refused()
    {
        File.WriteAllText(scratch.File("zones.gpkg"), "zones");
        RunConfiguration read = ConfigurationReader.Read(Configuration("years: 2001\nscenes: [a]\nzones: ../zones.gpkg\n"));
        Assert.Equal(
            $"{scratch.File("zones.gpkg")}: lies outside of {scratch.File("home")}; a plan in object storage takes its inputs along: put them beside irrigation.yaml, or below",
            Assert.Throws<InputException>(() => PlanInputs.Write(read, store)).Message);
    }

    private string Configuration(string text)
    {
        Directory.CreateDirectory(scratch.File("home"));
        File.WriteAllText(scratch.File("home", "irrigation.yaml"), text);
        return scratch.File("home", "irrigation.yaml");
    }
}
