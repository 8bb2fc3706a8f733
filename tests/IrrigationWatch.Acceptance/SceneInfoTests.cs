using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using Json.Schema;

namespace IrrigationWatch.Acceptance;

/// <summary>What <c>scene info --json</c> answers is what docs/scene-info.schema.json says.</summary>
public class SceneInfoTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(Repository.Root, "docs", "scene-info.schema.json")));

    [Fact]
    public void Every_real_scene_and_a_tile_of_ARD_follow_the_schema()
    {
        using var scratch = new ScratchFolder();
        string ard = new TinyProduct("LC08_CU_022010_20190130_20210504_02").Write(scratch.File("ard"));
        string item = scratch.File("item.json");
        const string Product = "LC08_L2SP_098084_20210503_20210508_02_T1";
        Mtl mtl = Mtl.Parse(File.ReadAllBytes(Repository.Sample("metadata", Product + "_MTL.txt")), Product);
        JsonNode planetary = StacForms.PlanetaryComputer(ProductMetadata.FromMtl(mtl, "MTL.txt"));
        File.WriteAllText(item, planetary.ToJsonString());
        JsonArray scenes = Info([Repository.Sample("scenes", "*"), ard, item]);
        Assert.True(scenes.Count >= 8);
        // The item's bands lie on another machine; what it says of them is enough.
        Assert.Equal(("STAC", (int?)planetary["properties"]!["proj:shape"]![1]), ((string?)scenes[^1]!["metadata"], (int?)scenes[^1]!["width"]));
        Assert.Equal(("ard-tile", null, "CU022010"), ((string?)scenes[^2]!["kind"], (int?)scenes[^2]!["wrs_path"], (string?)scenes[^2]!["tile"]));
    }

    [Fact]
    public void A_stack_of_the_real_record_follows_the_schema()
    {
        string archive = Repository.Sample("pixel-records", "p035r032_landsat457_1984-2013.tar.gz");
        JsonArray scenes = Info([archive + "#p035r032/images/LT50350321984108XXX01/LT50350321984108XXX01_stack.gtif", "--stack", "fmask-stack"]);
        Assert.Equal(("stack", "LANDSAT_5", "1984-04-17T00:00:00Z"), ((string?)scenes[0]!["kind"], (string?)scenes[0]!["platform"], (string?)scenes[0]!["acquired"]));
    }

    /// <summary>The schema must be able to refuse: each property changed for the worse is found.</summary>
    [Fact]
    public void The_schema_refuses_what_is_wrong()
    {
        JsonArray scenes = Info([Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2")]);
        foreach (string name in scenes[0]!.AsObject().Select(pair => pair.Key).ToArray())
        {
            JsonNode without = scenes.DeepClone();
            without[0]!.AsObject().Remove(name);
            Assert.False(IsValid(without), $"{name} missing");
            JsonNode wrong = scenes.DeepClone();
            wrong[0]![name] = new JsonObject();
            Assert.False(IsValid(wrong), $"{name} wrong");
        }
    }

    private static JsonArray Info(string[] arguments)
    {
        string text = CommandLine.Run(["scene", "info", "--json", .. arguments]).Succeeds().Output;
        JsonArray scenes = JsonNode.Parse(text)!.AsArray();
        EvaluationResults results = Schema.Evaluate(JsonDocument.Parse(text).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join('\n', (results.Details ?? []).Where(detail => !detail.IsValid).Select(detail => $"{detail.InstanceLocation}: {(detail.Errors is null ? string.Empty : string.Join("; ", detail.Errors.Values))}")));
        return scenes;
    }

    private static bool IsValid(JsonNode node) => Schema.Evaluate(JsonDocument.Parse(node.ToJsonString()).RootElement).IsValid;
}
