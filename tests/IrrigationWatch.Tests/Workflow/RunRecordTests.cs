using System.Security.Cryptography;
using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary><c>run.json</c> says of what the results were made, so that another can make them again.</summary>
public sealed class RunRecordTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_record_names_inputs_results_and_what_was_left_out()
    {
        string file = scratch.File("irrigation.yaml");
        string text = """
            name: "Ili \"lower\" – Или"
            scenes: [scenes/]
            years: 2015-2017
            mask: { dilation: 2, aerosol: high }
            level1: { sun-angle: pixel }
            harmonise: false
            least-observed: 0.7
            language: ru
            source: USGS
            """;
        File.WriteAllText(file, text);
        RunConfiguration configuration = ConfigurationReader.Read(file);
        SceneRecord used = Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1");
        SceneRecord copy = Scenes.Of("LC08_L2SP_149030_20150714_20180101_02_T1");
        var damaged = new SceneRecord { Path = "/x.tar", Stamp = "s", Error = "is no archive" };
        var scenes = new SceneSelection(configuration, [used, copy, damaged, Scenes.Of("LC08_L2SP_149030_20170703_20200908_02_T1")], null);
        StepRecord[] steps =
        [
            new("features 2015", "k", new Dictionary<string, OutputStamp> { ["years/2015/features.tif"] = new(5, "v", "digest of features") }, 12.34567) { TilesComputed = 7, TilesKept = 2 },
            new("model", "k", new Dictionary<string, OutputStamp>(), 0),
        ];
        using var json = JsonDocument.Parse(RunRecord.Format(configuration, "the grid", scenes, steps, ["beware"]));
        JsonElement root = json.RootElement;
        Assert.Equal("Ili \"lower\" – Или", root.GetProperty("name").GetString());
        Assert.Equal(("irrigationwatch", GdalLibrary.Version, "USGS", "ru", "the grid"), (Text("program"), Text("gdal"), Text("source"), Text("language"), Text("grid")));
        Assert.Equal(0.7, root.GetProperty("least_observed").GetDouble());
        Assert.Equal(("none", "pixel"), (Text("harmonisation"), Text("level1_sun_angle")));
        Assert.Contains("grown by 2 pixels", Text("mask"), StringComparison.Ordinal);
        Assert.Contains("aerosol from High", Text("mask"), StringComparison.Ordinal);
        JsonElement written = root.GetProperty("configuration");
        Assert.Equal((file, text), (written.GetProperty("file").GetString(), written.GetProperty("text").GetString()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), written.GetProperty("sha256").GetString());
        Assert.Equal([used.Id!.Text, "LC08_L2SP_149030_20170703_20200908_02_T1"], root.GetProperty("scenes").EnumerateArray().Select(scene => scene.GetProperty("product").GetString()));
        Assert.Equal(("/archive/" + used.Id.Text + ".tar", "fingerprint of " + used.Id.Text), (root.GetProperty("scenes")[0].GetProperty("path").GetString(), root.GetProperty("scenes")[0].GetProperty("fingerprint").GetString()));
        Assert.Equal(("/x.tar", "is no archive"), Cause(Assert.Single(root.GetProperty("skipped").EnumerateArray())));
        Assert.Equal((copy.Path, $"is the same scene as {used.Id} at {used.Path}, which is the better processing"), Cause(Assert.Single(root.GetProperty("superseded").EnumerateArray())));
        Assert.Equal("""{"2015":1,"2017":1}""", JsonSerializer.Serialize(root.GetProperty("scenes_by_year")));
        Assert.Equal("[2016]", JsonSerializer.Serialize(root.GetProperty("years_without_scenes")));
        Assert.Equal("""["beware"]""", JsonSerializer.Serialize(root.GetProperty("warnings")));
        Assert.Equal(
            """[{"name":"features 2015","seconds":12.346,"tiles":{"computed":7,"kept":2},"files":{"years/2015/features.tif":"digest of features"}},{"name":"model","seconds":0,"tiles":null,"files":{}}]""",
            JsonSerializer.Serialize(root.GetProperty("steps")));

        string? Text(string name) => root.GetProperty(name).GetString();

        static (string?, string?) Cause(JsonElement scene) => (scene.GetProperty("path").GetString(), scene.GetProperty("cause").GetString());
    }
}
