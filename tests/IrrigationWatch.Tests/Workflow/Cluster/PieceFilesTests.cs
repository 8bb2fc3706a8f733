using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>A result of a piece is there when all of it is, as long as it was written.</summary>
public sealed class PieceFilesTests : IDisposable
{
    private static readonly PlannedPiece Piece = new(7, 2015, new PixelWindow(0, 256, 512, 300), [new PixelWindow(0, 256, 256, 256), new PixelWindow(256, 256, 256, 44)], 3, 99, 12);

    private readonly ScratchFolder scratch = new();
    private readonly PlanFolder folder;

    public PieceFilesTests() => folder = new PlanFolder(scratch.File("plan"));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Results_lie_by_what_they_are_made_of()
    {
        PieceFiles files = folder.FilesOf("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        Assert.Equal(scratch.File("plan", "pieces/01/0123456789abcdef0123456789abcdef.features.tif"), files.Features);
        Assert.Equal(scratch.File("plan", "pieces/01/0123456789abcdef0123456789abcdef.observations.tif"), files.Observations);
    }

    [Fact]
    public void Of_the_same_tiles_the_digest_is_the_same_and_of_any_other_it_is_not()
    {
        PixelWindow[] tiles = [.. Scenes.Grid.Tiles(256)];
        var plan = TilePlan.OfScenes(tiles, "common", [("a", new PixelWindow(0, 0, 600, 300))]);
        var piece = new PlannedPiece(0, 2015, new PixelWindow(0, 0, 600, 300), tiles, 1, 1, 1);
        string usual = piece.DigestOf(plan);
        Assert.Equal(64, usual.Length);
        // Number, scenes and cost have no bearing on the pixels.
        Assert.Equal(usual, (piece with { Number = 5, Scenes = 2, ScenePixels = 3, Seconds = 4 }).DigestOf(plan));
        Assert.Distinct(
        [
            usual,
            (piece with { Year = 2016 }).DigestOf(plan),
            (piece with { Block = new PixelWindow(0, 0, 599, 300) }).DigestOf(plan),
            (piece with { Tiles = tiles[1..] }).DigestOf(plan),
            piece.DigestOf(TilePlan.OfScenes(tiles, "common", [("b", new PixelWindow(0, 0, 600, 300))])),
        ]);
    }

    [Fact]
    public void A_result_is_there_when_its_files_have_the_length_that_was_written()
    {
        PieceFiles files = Published();
        Assert.True(files.IsThere);
        Assert.True(files.IsIn(folder.Results()));
        Assert.Equal(new PieceCost(99, 256 * 300, 2.5 * Environment.ProcessorCount), files.Cost);
        string record = scratch.File("plan", "pieces", "ab", "ab" + new string('c', 30) + ".json");
        using (var json = JsonDocument.Parse(File.ReadAllText(record)))
        {
            JsonElement root = json.RootElement;
            Assert.Equal("[0,256,512,300]", JsonSerializer.Serialize(root.GetProperty("block")));
            Assert.Equal((2015, 2, 3, 8, 12), (root.GetProperty("year").GetInt32(), root.GetProperty("tiles").GetInt32(), root.GetProperty("scenes").GetInt32(), root.GetProperty("features_bytes").GetInt32(), root.GetProperty("observations_bytes").GetInt32()));
        }

        foreach (string file in new[] { files.Features, files.Observations })
        {
            string text = File.ReadAllText(file);
            File.WriteAllText(file, text[..^1]);
            Assert.False(files.IsThere);
            File.Delete(file);
            Assert.False(files.IsThere);
            File.WriteAllText(file, text);
            Assert.True(files.IsThere);
        }

        string whole = File.ReadAllText(record);
        File.WriteAllText(record, whole[..(whole.Length / 2)]);
        Assert.False(files.IsThere);
        Assert.Null(files.Cost);
        File.Delete(record);
        Assert.False(files.IsThere);
    }

    private PieceFiles Published()
    {
        File.WriteAllText(scratch.File("f"), "features");
        File.WriteAllText(scratch.File("o"), "observations");
        PieceFiles files = folder.FilesOf("ab" + new string('c', 62));
        Assert.False(files.IsThere);
        Assert.Null(files.Cost);
        files.Publish(scratch.File("f"), scratch.File("o"), Piece, 2.5);
        return files;
    }
}
