using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Records of finished steps come out of the log as they went in, or not at all.</summary>
public sealed class StepLogTests : IDisposable
{
    private static readonly StepRecord Step = new("features 2010", "key", new Dictionary<string, OutputStamp> { ["years/2010/features.tif"] = new(12_345_678_901, "638000000000000000", "abc") }, 1.5)
    {
        TileKeys = [0, 1, 254, 255],
        TilesComputed = 3,
        TilesKept = 1,
        Cores = 16,
        Warnings = ["a warning with \"quotes\" and ü"],
    };

    private readonly ScratchFolder scratch = new();
    private readonly StepLog log;

    public StepLogTests() => log = new StepLog(new DiskStore(scratch.Path));

    private string FileName => scratch.File(".work", "steps", "features-2010.json");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_step_comes_out_as_it_went_in()
    {
        Assert.Null(log.Find("features 2010"));
        Assert.Empty(log.All());
        log.Save(Step);
        AssertSame(Step, log.Find("features 2010"));
        // By another reader, for those who look into the folder.
        JsonNode json = JsonNode.Parse(File.ReadAllText(FileName))!;
        Assert.Equal("features 2010", (string?)json["Name"]);
        Assert.Equal(12_345_678_901, (long?)json["Outputs"]!["years/2010/features.tif"]!["Length"]);
        Assert.Equal("AAH+/w==", (string?)json["TileKeys"]);
        log.Save(Step with { Key = "another" });
        Assert.Equal("another", log.Find("features 2010")!.Key);
        Assert.Single(log.All());
    }

    [Fact]
    public void Each_step_has_a_file_of_its_own()
    {
        log.Save(Step with { Name = "model" });
        log.Save(Step);
        log.Save(Step with { Name = "time-lapse" });
        Assert.Equal(["features-2010.json", "model.json", "time-lapse.json"], Directory.GetFiles(scratch.File(".work", "steps")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["features 2010", "model", "time-lapse"], log.All().Select(step => step.Name));
        // A name that is written alike is not taken for it.
        Assert.Null(log.Find("features-2010"));
        Assert.Null(log.Find("features/2010"));
    }

    [Fact]
    public void A_record_that_was_cut_anywhere_is_none()
    {
        log.Save(Step);
        byte[] whole = File.ReadAllBytes(FileName);
        for (int length = 0; length < whole.Length - 1; length += 5)
        {
            File.WriteAllBytes(FileName, whole[..length]);
            Assert.Null(log.Find("features 2010"));
        }

        File.WriteAllBytes(FileName, whole[..^1]);
        AssertSame(Step, log.Find("features 2010"));
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("Key")]
    [InlineData("Outputs")]
    [InlineData("Seconds")]
    public void A_record_that_lacks_something_or_says_null_is_none(string property)
    {
        log.Save(Step);
        JsonObject json = JsonNode.Parse(File.ReadAllText(FileName))!.AsObject();
        json[property] = null;
        File.WriteAllText(FileName, json.ToJsonString());
        Assert.Null(log.Find("features 2010"));
        json.Remove(property);
        File.WriteAllText(FileName, json.ToJsonString());
        Assert.Null(log.Find("features 2010"));
        Assert.Empty(log.All());
    }

    [Theory]
    [InlineData("Length")]
    [InlineData("Version")]
    [InlineData("Digest")]
    public void A_stamp_that_lacks_something_makes_the_record_none(string property)
    {
        log.Save(Step);
        JsonObject json = JsonNode.Parse(File.ReadAllText(FileName))!.AsObject();
        json["Outputs"]!["years/2010/features.tif"]!.AsObject().Remove(property);
        File.WriteAllText(FileName, json.ToJsonString());
        Assert.Null(log.Find("features 2010"));
    }

    /// <summary>What later versions added is empty in the records of earlier ones.</summary>
    [Fact]
    public void What_a_record_may_leave_out_is_empty()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FileName)!);
        File.WriteAllText(FileName, """{"Name":"features 2010","Key":"k","Outputs":{},"Seconds":2}""");
        StepRecord step = log.Find("features 2010")!;
        Assert.Empty(step.TileKeys);
        Assert.Empty(step.Warnings);
        Assert.Equal((null, null, 1), (step.TilesComputed, step.TilesKept, step.Cores));
    }

    private static void AssertSame(StepRecord expected, StepRecord? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal((expected.Name, expected.Key, expected.Seconds, expected.TilesComputed, expected.TilesKept, expected.Cores), (actual.Name, actual.Key, actual.Seconds, actual.TilesComputed, actual.TilesKept, actual.Cores));
        Assert.Equal(expected.Outputs, actual.Outputs);
        Assert.Equal(expected.TileKeys, actual.TileKeys);
        Assert.Equal(expected.Warnings, actual.Warnings);
    }
}
