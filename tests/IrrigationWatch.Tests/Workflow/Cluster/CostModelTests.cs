using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>What pieces are expected to take, and what is learned from those that were made.</summary>
public sealed class CostModelTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Seconds_are_those_of_scenes_of_pixels_and_to_begin()
    {
        Assert.Equal(0.5 + 2 * 7 + 3 * 11, new CostModel(2, 3, 0.5).Seconds(7, 11), 12);
        // A whole scene of 60 million pixels, twenty times: 54 s to read, 36 to write.
        Assert.Equal(0.5 + 54 + 36, CostModel.Default.Seconds(1_200_000_000, 60_000_000), 9);
    }

    [Fact]
    public void Stages_take_their_seconds_a_pixel_of_the_grid()
    {
        JobPlan plan = Plans.Of([2000, 2001], true, 1);
        var costs = new CostModel(0, 0, 2) { SecondsToJoinPixel = 1e-6, SecondsToClassifyPixel = 4e-6, SecondsToPublishPixel = 1e-5, SecondsToTrain = 30 };
        Assert.Equal(2.5, costs.StageSeconds(plan, ReduceStage.Join), 9);
        Assert.Equal(32, costs.StageSeconds(plan, ReduceStage.Model), 9);
        Assert.Equal(4, costs.StageSeconds(plan, ReduceStage.Classify), 9);
        Assert.Equal(12, costs.PublishSeconds(plan), 9);
    }

    /// <summary>Times that obey a law give the law.</summary>
    [Fact]
    public void What_was_measured_is_fitted()
    {
        JobPlan plan = Plans.Make(scratch);
        Assert.Equal($"{scratch.File("plan")}: has no piece that is done, from which costs could be learned; run 'irrigationwatch work' for some", Assert.Throws<InputException>(() => CostModel.Fit(scratch.File("plan"))).Message);
        Done(plan, (0, 1000, 100), (1, 500, 200), (2, 10, 300));
        CostModel fitted = CostModel.Fit(scratch.File("plan"));
        Assert.Equal((0.003, 0.05), (Math.Round(fitted.SecondsPerScenePixel, 9), Math.Round(fitted.SecondsPerPixel, 9)));
        Assert.Equal(CostModel.Default.SecondsToBegin, fitted.SecondsToBegin);
        Assert.Equal((CostModel.Default.SecondsToJoinPixel, CostModel.Default.SecondsToTrain), (fitted.SecondsToJoinPixel, fitted.SecondsToTrain));
    }

    [Fact]
    public void Where_all_pieces_are_alike_the_default_is_stretched_to_them()
    {
        JobPlan plan = Plans.Make(scratch);
        Done(plan, (0, 1000, 100), (1, 2000, 200));
        CostModel fitted = CostModel.Fit(scratch.File("plan"));
        double stretch = (0.003 * 3000 + 0.05 * 300) / (4.5e-8 * 3000 + 6e-7 * 300);
        Assert.Equal(stretch, fitted.SecondsPerScenePixel / 4.5e-8, 6);
        Assert.Equal(stretch, fitted.SecondsPerPixel / 6e-7, 6);
    }

    [Fact]
    public void What_steps_took_is_taken_over()
    {
        JobPlan plan = Plans.Make(scratch);
        Done(plan, (0, 1000, 100));
        var log = new StepLog(new DiskStore(plan.Output));
        double pixels = plan.Grid.Width * plan.Grid.Height;
        var none = new Dictionary<string, OutputStamp>();
        // Half of the tiles of 2015 in 3 s of two cores: 1.9 times as many of one.
        log.Save(new StepRecord("features 2015", "k", none, 3) { Cores = 2, TilesComputed = 1, TilesKept = 1 });
        log.Save(new StepRecord("classes 2015", "k", none, 4) { TilesComputed = 2, TilesKept = 0 });
        log.Save(new StepRecord("classes 2016", "k", none, 99) { TilesComputed = 0, TilesKept = 2 });
        log.Save(new StepRecord("model", "k", none, 5) { Cores = 2 });
        log.Save(new StepRecord("area", "k", none, 6));
        log.Save(new StepRecord("charts", "k", none, 8));
        CostModel fitted = CostModel.Fit(scratch.File("plan"));
        Assert.Equal(3 * 1.9 / (pixels / 2), fitted.SecondsToJoinPixel, 12);
        Assert.Equal(4 / pixels, fitted.SecondsToClassifyPixel, 12);
        Assert.Equal(5 * 1.9, fitted.SecondsToTrain, 9);
        Assert.Equal(14 / (pixels * 2), fitted.SecondsToPublishPixel, 12);
    }

    /// <summary>Puts results of pieces in their places that took 3 ms a pixel of a scene and 50 ms a pixel, on two cores.</summary>
    private void Done(JobPlan plan, params (int Piece, long ScenePixels, long Pixels)[] done)
    {
        var folder = new PlanFolder(scratch.File("plan"));
        using JobPieces pieces = JobPieces.Open(folder);
        foreach ((int piece, long scenePixels, long pixels) in done)
        {
            File.WriteAllText(scratch.File("f"), "features");
            File.WriteAllText(scratch.File("o"), "observations");
            PieceFiles files = pieces.FilesOf(plan.Pieces[piece]);
            files.Publish(scratch.File("f"), scratch.File("o"), plan.Pieces[piece], 1);
            string record = Path.ChangeExtension(files.Features, null)[..^".features".Length] + ".json";
            JsonObject json = JsonNode.Parse(File.ReadAllText(record))!.AsObject();
            (json["scene_pixels"], json["pixels"], json["cores"], json["seconds"]) = (scenePixels, pixels, 2, (0.003 * scenePixels + 0.05 * pixels) / 2);
            File.WriteAllText(record, json.ToJsonString());
        }
    }
}
