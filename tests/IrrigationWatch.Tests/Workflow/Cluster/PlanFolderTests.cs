using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>A plan is read on another machine as it was written, or refused with what to do.</summary>
public sealed class PlanFolderTests : IDisposable
{
    private static readonly JobPlan Plan = Plans.Of([2015, 2016], true, 500, 700) with
    {
        Configuration = "/project/my \"own\" irrigation.yaml",
        TilesKept = 3,
        Pieces =
        [
            new PlannedPiece(0, 2015, new PixelWindow(0, 0, 512, 300), [new PixelWindow(0, 0, 256, 256), new PixelWindow(256, 0, 256, 256)], 4, 12_345_678_901, 12.25),
            new PlannedPiece(1, 2016, new PixelWindow(512, 0, 88, 300), [new PixelWindow(512, 0, 88, 256)], 1, 77, 0.5),
        ],
        Scenes =
        [
            Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1", "/archive/ä b\n.tar"),
            Scenes.Of("LC08_CU_022010_20150714_20200908_02", "s3://bucket/tile.tar") with { CloudCover = null, HasQa = false, Time = new DateTimeOffset(2015, 7, 14, 5, 12, 34, 567, TimeSpan.Zero) },
            new SceneRecord { Path = "/x.tar", Stamp = "stamp", Error = "is no archive" },
            Scenes.Of("LC08_L2SP_149030_20150714_20200908_02_T1") with
            {
                Id = new ProductId("stack of 2015-07-14", ProductKind.Stack, Sensor.EtmPlus, 0, "SR", "44TNS", new DateOnly(2015, 7, 14), null, string.Empty),
                Stack = StackDescriptionReader.Read("hls-l30"),
            },
        ],
    };

    private readonly ScratchFolder scratch = new();
    private readonly PlanFolder folder;

    public PlanFolderTests() => folder = new PlanFolder(scratch.File("plan"));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_plan_comes_out_as_it_went_in()
    {
        folder.Write(Plan);
        JobPlan read = new PlanFolder(scratch.File("plan")).Read();
        Assert.Equal(
            (Plan.Configuration, Plan.ConfigurationDigest, Plan.Pipeline, Plan.Output, Plan.Grid, Plan.GridReason, Plan.Common, Plan.BlockTiles, Plan.TilesKept, Plan.HasModel),
            (read.Configuration, read.ConfigurationDigest, read.Pipeline, read.Output, read.Grid, read.GridReason, read.Common, read.BlockTiles, read.TilesKept, read.HasModel));
        Assert.Equal([2015, 2016], read.Years);
        Assert.Equal(2, read.Pieces.Count);
        Assert.All(Plan.Pieces.Zip(read.Pieces), pair => Assert.Equal((pair.First with { Tiles = pair.Second.Tiles }, pair.First.Tiles.Count), (pair.Second, pair.Second.Tiles.Count)));
        Assert.Equal(Plan.Pieces.SelectMany(piece => piece.Tiles), read.Pieces.SelectMany(piece => piece.Tiles));
        Assert.All(Plan.Scenes.Zip(read.Scenes), pair => Assert.Equal(pair.First with { Stack = null }, pair.Second with { Stack = null }));
        Assert.Equal((4, "HLS L30", Plan.Scenes[3].Stack!.Text), (read.Scenes.Count, read.Scenes[3].Stack!.Name, read.Scenes[3].Stack!.Text));
        Assert.True(Directory.Exists(scratch.File("plan", "logs")));
    }

    [Fact]
    public void Others_can_read_how_large_the_job_is()
    {
        folder.Write(Plan);
        string text = File.ReadAllText(scratch.File("plan", "plan.json"));
        Assert.Equal(text, Plan.ToJson());
        using var json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal(("irrigationwatch", 2, 2, 4, 12.8, true), (root.GetProperty("program").GetString(), root.GetProperty("format").GetInt32(), root.GetProperty("pieces").GetInt32(), root.GetProperty("scenes").GetInt32(), root.GetProperty("core_seconds").GetDouble(), root.GetProperty("model").GetBoolean()));
        Assert.Equal(
            """[{"year":2015,"first_piece":0,"pieces":1,"core_seconds":12.2},{"year":2016,"first_piece":1,"pieces":1,"core_seconds":0.5}]""",
            JsonSerializer.Serialize(root.GetProperty("years")));
        Assert.Equal("""["EPSG:32644",300000,4900000,30,30,1000,500]""", JsonSerializer.Serialize(root.GetProperty("grid")));
        Assert.Equal(
            """{"piece":1,"year":2016,"block":[512,0,88,300],"tiles":[[512,0,88,256]],"scenes":1,"scene_pixels":77,"core_seconds":0.5}""",
            File.ReadAllLines(scratch.File("plan", "pieces.ndjson"))[1]);
        Assert.Equal(4, File.ReadAllLines(scratch.File("plan", "scenes.ndjson")).Length);
    }

    [Fact]
    public void Where_there_is_no_plan_it_is_said_how_to_make_one() =>
        Assert.Equal($"{scratch.File("plan")}: holds no plan.json; make a plan with 'irrigationwatch plan irrigation.yaml -o {scratch.File("plan")}'", Assert.Throws<InputException>(folder.Read).Message);

    [Theory]
    [InlineData("pieces.ndjson")]
    [InlineData("scenes.ndjson")]
    public void A_file_that_is_not_the_plans_is_refused(string name)
    {
        folder.Write(Plan);
        string file = scratch.File("plan", name);
        string text = File.ReadAllText(file);
        foreach (string changed in new[] { text + "\n", text.Replace("2015", "2014", StringComparison.Ordinal), text[..^1], string.Empty })
        {
            File.WriteAllText(file, changed);
            Assert.Equal($"{file}: is not the one that plan.json was written with; make the plan again", Assert.Throws<InputException>(folder.Read).Message);
        }

        File.Delete(file);
        Assert.Equal($"{file}: is not the one that plan.json was written with; make the plan again", Assert.Throws<InputException>(folder.Read).Message);
        File.WriteAllText(file, text);
        Assert.Equal(2, folder.Read().Pieces.Count);
    }

    [Fact]
    public void A_plan_of_another_format_is_refused()
    {
        folder.Write(Plan);
        Change(json => json["format"] = 1);
        Assert.Equal($"{scratch.File("plan", "plan.json")}: is a plan of format 1, and this program reads 2; make the plan again", Assert.Throws<InputException>(folder.Read).Message);
    }

    [Fact]
    public void A_plan_that_was_cut_anywhere_is_refused()
    {
        folder.Write(Plan);
        string file = scratch.File("plan", "plan.json");
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length < whole.Length - 2; length += 41)
        {
            File.WriteAllBytes(file, whole[..length]);
            InputException error = Assert.Throws<InputException>(folder.Read);
            Assert.Equal(file, error.File);
            Assert.Matches(@"^cannot be read \(.*\); make the plan again$", error.Problem);
        }
    }

    /// <summary>A digit of the grid would move every hectare.</summary>
    [Fact]
    public void A_plan_of_which_a_character_is_another_is_refused()
    {
        folder.Write(Plan with { Pipeline = FeatureStep.PipelineVersion });
        string file = scratch.File("plan", "plan.json");
        string text = File.ReadAllText(file);
        // One of another version is refused as that, once it is read.
        int pipeline = text.IndexOf("\"pipeline\"", StringComparison.Ordinal);
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(text[i]) && (i < pipeline || i > text.IndexOf('\n', pipeline)))
            {
                File.WriteAllText(file, text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..]);
                Assert.True(Record.Exception(() => folder.Read()) is InputException, text[Math.Max(0, i - 20)..Math.Min(text.Length, i + 20)]);
            }
        }

        // Spaces say nothing.
        File.WriteAllText(file, text.Replace("\n", "\n ", StringComparison.Ordinal));
        Assert.Equal(2, folder.Read().Pieces.Count);
    }

    [Theory]
    [InlineData("format")]
    [InlineData("pipeline")]
    [InlineData("configuration")]
    [InlineData("output")]
    [InlineData("grid")]
    [InlineData("grid_reason")]
    [InlineData("features")]
    [InlineData("block_tiles")]
    [InlineData("tiles_kept")]
    [InlineData("model")]
    [InlineData("years")]
    [InlineData("files")]
    public void A_plan_that_lacks_something_or_holds_something_else_is_refused(string property)
    {
        foreach (JsonNode? value in new JsonNode?[] { null, JsonValue.Create(1.5), new JsonArray("x"), new JsonObject { ["x"] = "y" } })
        {
            folder.Write(Plan);
            Change(json => json[property] = value);
            Assert.Matches(@"\.(json|ndjson): (cannot be read \(.*\)|is not the one that plan.json was written with); make the plan again$", Assert.Throws<InputException>(folder.Read).Message);
        }
    }

    [Theory]
    [InlineData("pieces.ndjson", """{"piece":1,"year":2015,"block":[0,0,1,1],"tiles":[],"scenes":1,"scene_pixels":1,"core_seconds":1}""", "line 1 is of another piece")]
    [InlineData("pieces.ndjson", """{"piece":0,"year":2015,"block":[0,0,1],"tiles":[],"scenes":1,"scene_pixels":1,"core_seconds":1}""", "")]
    [InlineData("pieces.ndjson", """{"piece":0,"block":[0,0,1,1],"tiles":[],"scenes":1,"scene_pixels":1,"core_seconds":1}""", "")]
    [InlineData("scenes.ndjson", """{"path":"a"}""", "")]
    [InlineData("scenes.ndjson", """{"path":"a","stamp":"s","fingerprint":"f","time":"yesterday","has_qa":true}""", "")]
    [InlineData("scenes.ndjson", "no json", "")]
    public void A_line_that_is_none_is_refused_even_where_its_digest_is_right(string name, string line, string cause)
    {
        folder.Write(Plan);
        File.WriteAllText(scratch.File("plan", name), line + "\n");
        Change(json => json["files"]![name] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(scratch.File("plan", name)))));
        InputException error = Assert.Throws<InputException>(folder.Read);
        Assert.Equal(scratch.File("plan", name), error.File);
        Assert.StartsWith("cannot be read (" + cause, error.Problem, StringComparison.Ordinal);
        Assert.EndsWith("); make the plan again", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_workers_reject_all_know_until_the_plan_is_made_again()
    {
        Assert.Empty(folder.Rejected());
        folder.Reject("/archive/a.tar", new InputException("/archive/a.tar/B4.TIF", "block 0,0 cannot be decoded"));
        folder.Reject("/archive/b.tar", new InputException("/archive/b.tar", "is cut short"));
        folder.Reject("/archive/b.tar", new InputException("/archive/b.tar", "is cut short"));
        Assert.Equal(
            [("/archive/a.tar", "/archive/a.tar/B4.TIF: block 0,0 cannot be decoded"), ("/archive/b.tar", "/archive/b.tar: is cut short")],
            new PlanFolder(scratch.File("plan")).Rejected().Select(scene => (scene.Key, scene.Value.Message)).Order());
        string odd = scratch.File("plan", "rejected", "odd.json");
        File.WriteAllText(odd, """{"path":"/a"}""");
        Assert.Equal($"{odd}: is no record of a damaged scene; remove it", Assert.Throws<InputException>(folder.Rejected).Message);
        folder.ForgetRejected();
        Assert.Empty(folder.Rejected());
    }

    [Fact]
    public void Work_lies_beside_the_plan_or_where_it_is_asked_for_and_goes()
    {
        string work = folder.NewWorkFolder(null);
        Assert.Equal(scratch.File("plan", "work"), Path.GetDirectoryName(work));
        Assert.Equal(scratch.File("fast"), Path.GetDirectoryName(folder.NewWorkFolder(scratch.File("fast"))));
        Assert.Equal(Path.GetTempPath().TrimEnd('/'), Path.GetDirectoryName(new PlanFolder("s3://bucket/plan").NewWorkFolder(null)));
        Directory.CreateDirectory(work);
        folder.RemoveWork();
        Assert.False(Directory.Exists(scratch.File("plan", "work")));
    }

    private void Change(Action<JsonObject> change)
    {
        string file = scratch.File("plan", "plan.json");
        JsonObject json = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(json);
        File.WriteAllText(file, json.ToJsonString());
    }
}
