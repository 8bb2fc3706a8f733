using System.Security.Cryptography;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>A step is done once: again when what goes into it or what it made has changed, and not otherwise.</summary>
public sealed class StepRunnerTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly RunFolder folder;

    public StepRunnerTests() => folder = new RunFolder(scratch.File("out"));

    private string Made => scratch.File("out", "a.txt");

    private string Record => scratch.File("out", ".work", "steps", "step.json");

    public void Dispose()
    {
        folder.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public void A_step_is_done_once_and_kept_by_all_who_come_after()
    {
        (StepRecord first, StepRunner runner) = Run("key", "12345");
        Assert.Equal(["step"], runner.Done);
        Assert.Equal(0, runner.Kept);
        Assert.Equal(new OutputStamp(5, FormattableString.Invariant($"{File.GetLastWriteTimeUtc(Made).Ticks}"), Convert.ToHexStringLower(SHA256.HashData("12345"u8))), first.Outputs["a.txt"]);
        Assert.Equal(("step", "key", Environment.ProcessorCount, null), (first.Name, first.Key, first.Cores, first.TilesComputed));
        (StepRecord second, StepRunner again) = Run("key", "never written");
        Assert.Empty(again.Done);
        Assert.Equal(1, again.Kept);
        Assert.Equal(first.Outputs, second.Outputs);
        Assert.Equal("12345", File.ReadAllText(Made));
        Assert.Equal(first.Outputs["a.txt"], again.Made("a.txt"));
        Assert.Null(again.Made("b.txt"));
        Assert.Single(again.Steps);
    }

    [Fact]
    public void Another_key_does_it_again()
    {
        Run("key", "one");
        Assert.Single(Run("other", "two").Runner.Done);
        Assert.Equal("two", File.ReadAllText(Made));
        // Also back to the first: what lies there is of the second.
        Assert.Single(Run("key", "one").Runner.Done);
    }

    public static TheoryData<string> Changes { get; } = ["removed", "longer", "as long", "record removed", "record cut", "record of another"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_was_made_and_is_no_longer_so_is_made_again(string change)
    {
        Run("key", "12345");
        switch (change)
        {
            case "removed":
                File.Delete(Made);
                break;
            case "longer":
                Change("123456", File.GetLastWriteTimeUtc(Made));
                break;
            case "as long":
                Change("12354", File.GetLastWriteTimeUtc(Made).AddSeconds(1));
                break;
            case "record removed":
                File.Delete(Record);
                break;
            case "record cut":
                File.WriteAllText(Record, File.ReadAllText(Record)[..40]);
                break;
            default:
                File.WriteAllText(Record, File.ReadAllText(Record).Replace("\"step\"", "\"steps\"", StringComparison.Ordinal));
                break;
        }

        Assert.Null(new StepRunner(folder, null).Find("step", "key", ["a.txt"]));
        Assert.Single(Run("key", "12345").Runner.Done);
        Assert.Equal("12345", File.ReadAllText(Made));
        Assert.Empty(Run("key", "never written").Runner.Done);
    }

    /// <summary>A folder that was copied has other times and the same content.</summary>
    [Fact]
    public void A_file_of_which_only_the_time_changed_holds_and_its_time_is_learnt()
    {
        Run("key", "12345");
        DateTime copied = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Change("12345", copied);
        (StepRecord step, StepRunner runner) = Run("key", "never written");
        Assert.Empty(runner.Done);
        Assert.Equal(FormattableString.Invariant($"{copied.Ticks}"), step.Outputs["a.txt"].Version);
        Assert.Contains(FormattableString.Invariant($"\"{copied.Ticks}\""), File.ReadAllText(Record), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_is_to_make_more_files_than_it_did_is_done_again()
    {
        Run("key", "12345");
        var runner = new StepRunner(folder, null);
        Assert.Null(runner.Find("step", "key", ["a.txt", "b.txt"]));
        runner.Run("step", "key", ["a.txt", "b.txt"], _ => Array.ForEach(["a.txt", "b.txt"], name => File.WriteAllText(folder.Target(name), name)));
        Assert.Equal(["step"], runner.Done);
        Assert.NotNull(runner.Find("step", "key", ["a.txt", "b.txt"]));
        Assert.NotNull(runner.Find("step", "key", ["b.txt"]));
        Assert.Null(runner.Find("step", "other", ["b.txt"]));
        Assert.Null(runner.Find("steps", "key", ["b.txt"]));
    }

    [Fact]
    public void A_step_that_failed_is_not_done()
    {
        Run("key", "12345");
        var runner = new StepRunner(folder, null);
        Assert.Throws<InputException>(() => runner.Run("step", "other", ["a.txt"], _ => throw new InputException("x", "broken")));
        Assert.Empty(runner.Steps);
        // What was there before still is, of what it was.
        Assert.NotNull(runner.Find("step", "key", ["a.txt"]));
        Assert.Null(runner.Find("step", "other", ["a.txt"]));
    }

    [Fact]
    public void Warnings_stay_with_their_step_also_when_it_is_kept()
    {
        for (int run = 0; run < 2; run++)
        {
            var runner = new StepRunner(folder, null);
            runner.Run("one", "key", [], _ => Array.ForEach(["few labels", "few pixels"], runner.Warn));
            runner.Run("two", "key", [], _ => runner.Warn("few labels"));
            runner.Run("three", "key", [], _ => { });
            Assert.Equal(["few labels", "few pixels"], runner.Warnings);
            Assert.Equal([2, 1, 0], runner.Steps.Select(step => step.Warnings.Count));
            Assert.Equal(run == 0 ? 3 : 0, runner.Done.Count);
        }
    }

    [Fact]
    public void Progress_names_the_step_from_its_begin_to_its_end()
    {
        var told = new Told();
        new StepRunner(folder, told).Run("step", "key", [], report => report.Report(0.5));
        new StepRunner(folder, told).Run("step", "key", [], report => report.Report(0.7));
        Assert.Equal([("step", 0.0), ("step", 0.5), ("step", 1.0)], told);
    }

    [Fact]
    public void Tiles_whose_scenes_are_the_same_are_handed_on_and_counted()
    {
        PixelWindow[] tiles = [.. Scenes.Grid.Tiles(256)];
        var before = TilePlan.OfScenes(tiles, "common", [("a", new PixelWindow(0, 0, 600, 300))]);
        var after = TilePlan.OfScenes(tiles, "common", [("a", new PixelWindow(0, 0, 600, 300)), ("b", new PixelWindow(0, 0, 256, 256))]);
        Assert.Equal(6, tiles.Length);
        var first = new StepRunner(folder, null);
        Assert.Empty(first.Holding("step", before, ["a.txt"]));
        int handed = -1;
        StepRecord step = first.Run("step", before, ["a.txt"], (_, kept) => Write(kept, "first"));
        Assert.Equal((-1, 6, 0), (handed, first.TilesComputed, first.TilesKept));
        Assert.Equal((before.Digest, 6 * 16), (step.Key, step.TileKeys.Length));

        var second = new StepRunner(folder, null);
        Assert.Equal(tiles, second.Holding("step", before, ["a.txt"]));
        Assert.Equal(tiles.Where(tile => (tile.X, tile.Y) != (0, 0)), second.Holding("step", after, ["a.txt"]));
        second.Run("step", after, ["a.txt"], (_, kept) => Write(kept, "again"));
        Assert.Equal((5, 1, 5), (handed, second.TilesComputed, second.TilesKept));

        // Kept as a whole it counts for nothing; and nothing is taken over from files that are not those.
        var third = new StepRunner(folder, null);
        third.Run("step", after, ["a.txt"], (_, _) => throw new InvalidOperationException());
        Assert.Equal((0, 0, 1), (third.TilesComputed, third.TilesKept, third.Kept));
        Change("spoilt", new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Empty(third.Holding("step", after, ["a.txt"]));
        new StepRunner(folder, null).Run("step", before, ["a.txt"], (_, kept) => Write(kept, "anew"));
        Assert.Equal(-1, handed);

        void Write(KeptTiles? kept, string text)
        {
            handed = kept?.Count ?? -1;
            File.WriteAllText(folder.Target("a.txt"), text);
        }
    }

    /// <summary>Workers on different years write beside each other, and find each other's steps.</summary>
    [Fact]
    public void A_worker_writes_aside_and_its_files_get_their_place_when_the_step_is_done()
    {
        folder.Dispose();
        using var one = new RunFolder(scratch.File("out"), RunAccess.Shared);
        using var other = new RunFolder(scratch.File("out"), RunAccess.Shared);
        new StepRunner(one, null).Run("step", "key", ["a.txt"], _ =>
        {
            File.WriteAllText(one.Target("a.txt"), "12345");
            Assert.False(File.Exists(Made));
        });
        Assert.Equal("12345", File.ReadAllText(Made));
        var runner = new StepRunner(other, null);
        runner.Run("step", "key", ["a.txt"], _ => throw new InvalidOperationException());
        Assert.Equal(1, runner.Kept);
    }

    private (StepRecord Step, StepRunner Runner) Run(string key, string content)
    {
        var runner = new StepRunner(folder, null);
        return (runner.Run("step", key, ["a.txt"], _ => File.WriteAllText(folder.Target("a.txt"), content)), runner);
    }

    private void Change(string content, DateTime time)
    {
        File.WriteAllText(Made, content);
        File.SetLastWriteTimeUtc(Made, time);
    }

    private sealed class Told : List<(string Step, double Fraction)>, IProgress<RunProgress>
    {
        public void Report(RunProgress value) => Add((value.Step, value.Fraction));
    }
}
