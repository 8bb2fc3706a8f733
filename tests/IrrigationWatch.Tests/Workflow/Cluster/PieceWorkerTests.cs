using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>Workers make pieces, tell damaged scenes from a machine that does not reach them, and what they made is joined.</summary>
public sealed class PieceWorkerTests : IDisposable
{
    private static readonly TimeSpan[] NoPauses = [TimeSpan.Zero, TimeSpan.Zero];

    private readonly ScratchFolder scratch = new();
    private readonly JobPlan plan;

    public PieceWorkerTests() => plan = Plans.Make(scratch);

    private string Place => scratch.File("plan");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_piece_is_made_once_and_all_together_are_what_a_run_makes()
    {
        Assert.Equal([(0, 2015), (1, 2015), (2, 2016)], plan.Pieces.Select(piece => (piece.Number, piece.Year)));
        JobState begin = JobState.Of(Place);
        Assert.Equal((3, 0), (begin.Pieces, begin.Done));
        Assert.Equal(plan.Seconds, begin.SecondsLeft, 1);
        var told = new Told();
        using (var worker = new PieceWorker(Place))
        {
            PieceSummary made = worker.Work(1, told);
            Assert.Equal((1, false), (made.Piece.Number, made.WasThere));
            Assert.Empty(made.Rejected);
            Assert.Equal("piece 1, features 2015", Assert.Single(told.Select(report => report.Step).Distinct()));
            Assert.True(worker.Work(1).WasThere);
        }

        Assert.False(Directory.Exists(Path.Combine(Place, "work")) && Directory.EnumerateFileSystemEntries(Path.Combine(Place, "work")).Any());
        JobState state = JobState.Of(Place);
        Assert.Equal((3, 1), (state.Pieces, state.Done));
        Assert.Equal([0, 2], state.Missing);
        Assert.Equal([(2015, 1, 2), (2016, 0, 1)], state.Years);
        Assert.True(state.SecondsSpent > 0);
        Assert.False(state.Stages.IsDone(ReduceStage.Join));
        Assert.Equal(
            $"{Place}: 2 of 3 pieces are missing (0,2); run 'irrigationwatch work {Place} --piece N' for them, or join what is there with --partial",
            Assert.Throws<InputException>(() => IrrigationRun.Reduce(Place)).Message);

        using (var worker = new PieceWorker(Place, scratch.File("fast")))
        {
            worker.Work(0);
            worker.Work(2);
        }

        RunSummary joined = IrrigationRun.Reduce(Place);
        Assert.Equal(["features 2015", "features 2016"], joined.StepsDone);
        Assert.Equal([2017], joined.YearsWithoutScenes);
        RunSummary whole = IrrigationRun.Execute(ConfigurationReader.Read(scratch.File("irrigation.yaml"), scratch.File("whole")));
        Assert.Equal(whole.Files.Order(StringComparer.Ordinal), joined.Files.Order(StringComparer.Ordinal));
        Assert.All(new[] { 2015, 2016 }.SelectMany(year => new[] { $"years/{year}/features.tif", $"years/{year}/observations.tif" }), file =>
            Assert.Equal(File.ReadAllBytes(scratch.File("whole", file)), File.ReadAllBytes(Path.Combine(plan.Output, file))));
        StageState done = JobState.Of(Place).Stages;
        Assert.Equal([2015, 2016], done.Joined);
        Assert.True(done.IsDone(ReduceStage.Classify));
        // What holds in the results is in no piece of a new plan.
        Assert.Empty(IrrigationRun.Plan(ConfigurationReader.Read(scratch.File("irrigation.yaml")), scratch.File("next"), blockTiles: 1).Pieces);
    }

    [Fact]
    public void Years_may_be_joined_by_different_workers()
    {
        using (var worker = new PieceWorker(Place))
        {
            worker.Work(2);
        }

        using (var stages = new StageWorker(Place))
        {
            Assert.Equal([2015, 2016], stages.Years);
            stages.Join(2016, 2017);
            Assert.Equal(["features 2016"], stages.Done);
            Assert.StartsWith($"{Place}: 2 of 3 pieces are missing (0-1); ", Assert.Throws<InputException>(() => stages.Join(2015)).Message, StringComparison.Ordinal);
            stages.TrainModel();
            stages.Classify(2016);
            Assert.Equal([2016], stages.State().Joined);
        }

        Assert.Equal([2016], JobState.Of(Place).Stages.Joined);
        RunSummary partial = IrrigationRun.Reduce(Place, partial: true);
        Assert.Contains("2 of 2 tiles of 2015 are missing and count as not observed (pieces 0-1)", partial.Warnings);
        Assert.Equal(["features 2015"], partial.StepsDone);
        // As soon as pieces are there, theirs are made again.
        using (var worker = new PieceWorker(Place))
        {
            worker.Work(0);
            worker.Work(1);
        }

        RunSummary whole = IrrigationRun.Reduce(Place);
        Assert.Equal(["features 2015"], whole.StepsDone);
        Assert.Equal((2, 0), (whole.TilesComputed, whole.TilesKept));
    }

    /// <summary>A machine that does not see the disk with the scenes must not declare all of them damaged.</summary>
    [Fact]
    public void A_machine_that_reaches_none_of_the_scenes_is_refused_and_rejects_nothing_for_the_others()
    {
        Directory.Move(scratch.File("scenes"), scratch.File("unmounted"));
        var told = new Told();
        using (var worker = new PieceWorker(Place, null, NoPauses))
        {
            InputException error = Assert.Throws<InputException>(() => worker.Work(2, told));
            Assert.Equal(scratch.File("scenes", "c.tar"), error.File);
            Assert.EndsWith($"; none of the 1 scenes of piece 2 can be reached from {Environment.MachineName}, check its disks and network", error.Problem, StringComparison.Ordinal);
        }

        // Asked three times, and then no more.
        Assert.Equal(3, told.Count);
        Assert.False(Directory.Exists(Path.Combine(Place, "rejected")));
        Assert.Equal([0, 1, 2], JobState.Of(Place).Missing);
        Assert.False(Directory.Exists(Path.Combine(Place, "work")) && Directory.EnumerateFileSystemEntries(Path.Combine(Place, "work")).Any());
        Directory.Move(scratch.File("unmounted"), scratch.File("scenes"));
        using var again = new PieceWorker(Place, null, NoPauses);
        Assert.False(again.Work(2).WasThere);
    }

    [Fact]
    public void The_same_worker_goes_on_when_the_disk_is_back()
    {
        using var worker = new PieceWorker(Place, null, NoPauses);
        Directory.Move(scratch.File("scenes"), scratch.File("unmounted"));
        Assert.Throws<InputException>(() => worker.Work(2));
        Directory.Move(scratch.File("unmounted"), scratch.File("scenes"));
        Assert.Empty(worker.Work(2).Rejected);
    }

    [Fact]
    public void Scenes_that_come_back_in_a_pause_are_used()
    {
        int reports = 0;
        var told = new Answers(_ =>
        {
            // Gone when they are opened first, there when they are opened again.
            (string from, string to) = reports++ switch { 0 => ("scenes", "unmounted"), 1 => ("unmounted", "scenes"), _ => (string.Empty, string.Empty) };
            if (from.Length > 0)
            {
                Directory.Move(scratch.File(from), scratch.File(to));
            }
        });
        using var worker = new PieceWorker(Place, null, NoPauses);
        PieceSummary made = worker.Work(2, told);
        Assert.Equal((false, 1), (made.WasThere, made.Piece.Scenes));
        Assert.Empty(made.Rejected);
        Assert.False(Directory.Exists(Path.Combine(Place, "rejected")));
    }

    [Fact]
    public void A_worker_that_is_stopped_while_it_waits_leaves_nothing()
    {
        Directory.Move(scratch.File("scenes"), scratch.File("unmounted"));
        using var source = new CancellationTokenSource();
        using var worker = new PieceWorker(Place, null, [Timeout.InfiniteTimeSpan]);
        Assert.Throws<OperationCanceledException>(() => worker.Work(2, new Answers(_ => source.Cancel()), source.Token));
        Assert.False(Directory.Exists(Path.Combine(Place, "rejected")));
        Assert.False(Directory.Exists(Path.Combine(Place, "pieces")));
    }

    [Fact]
    public void A_damaged_scene_is_left_out_by_all_and_its_pieces_are_of_the_others()
    {
        // Its pixels are junk; length and time are as they were.
        string tar = scratch.File("scenes", "c.tar");
        DateTime time = File.GetLastWriteTimeUtc(tar);
        byte[] bytes = File.ReadAllBytes(tar);
        bytes.AsSpan(bytes.Length / 4, bytes.Length / 2).Clear();
        File.WriteAllBytes(tar, bytes);
        File.SetLastWriteTimeUtc(tar, time);
        using var worker = new PieceWorker(Place, null, NoPauses);
        PieceSummary made = worker.Work(2);
        Assert.Equal(tar, Assert.Single(made.Rejected).Path);
        Assert.Single(Directory.GetFiles(Path.Combine(Place, "rejected")));
        JobState state = JobState.Of(Place);
        Assert.Equal(tar, Assert.Single(state.Rejected).Path);
        RunSummary joined = IrrigationRun.Reduce(Place, partial: true);
        Assert.Equal([2016, 2017], joined.YearsWithoutScenes);
        Assert.Contains(joined.Skipped, scene => scene.Path == tar);
    }

    [Fact]
    public void What_no_longer_fits_the_plan_is_refused_with_the_remedy()
    {
        string configuration = scratch.File("irrigation.yaml");
        using (var worker = new PieceWorker(Place, null, NoPauses))
        {
            Assert.Equal($"{Path.Combine(Place, "plan.json")}: has no piece 3; its pieces are 0 to 2", Assert.Throws<InputException>(() => worker.Work(3)).Message);
            Assert.Equal($"{Path.Combine(Place, "plan.json")}: has no piece -1; its pieces are 0 to 2", Assert.Throws<InputException>(() => worker.Work(-1)).Message);
            File.SetLastWriteTimeUtc(scratch.File("scenes", "c.tar"), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Assert.Equal($"{scratch.File("scenes", "c.tar")}: has changed since the plan was made; make the plan again", Assert.Throws<InputException>(() => worker.Work(2)).Message);
            Assert.False(worker.Work(0).WasThere);
        }

        string file = Path.Combine(Place, "plan.json");
        string text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace(plan.Pipeline, "0.0.9.0 3", StringComparison.Ordinal));
        Assert.Equal($"{file}: was made by version 0.0.9.0 3, and this is {plan.Pipeline}; use one version on all machines, or make the plan again", Assert.Throws<InputException>(() => new PieceWorker(Place)).Message);
        File.WriteAllText(file, text);
        File.AppendAllText(configuration, "# changed\n");
        Assert.Equal($"{configuration}: has changed since the plan was made; run 'irrigationwatch plan {configuration} -o {Place}' again", Assert.Throws<InputException>(() => new PieceWorker(Place)).Message);
        File.Delete(configuration);
        Assert.Equal($"{configuration}: no such file; a plan needs its configuration at the same path on all machines", Assert.Throws<InputException>(() => JobState.Of(Place)).Message);
    }

    [Fact]
    public void A_plan_that_leaves_out_what_is_gone_is_refused()
    {
        IrrigationRun.Execute(ConfigurationReader.Read(scratch.File("irrigation.yaml")));
        JobPlan nothing = IrrigationRun.Plan(ConfigurationReader.Read(scratch.File("irrigation.yaml")), Place, blockTiles: 1);
        Assert.Empty(nothing.Pieces);
        Directory.Delete(Path.Combine(plan.Output, "years"), recursive: true);
        Assert.Equal($"{Path.Combine(Place, "plan.json")}: leaves out 3 tiles that are no longer in {plan.Output}; make the plan again", Assert.Throws<InputException>(() => IrrigationRun.Reduce(Place)).Message);
    }

    private sealed class Told : List<RunProgress>, IProgress<RunProgress>
    {
        public void Report(RunProgress value) => Add(value);
    }

    private sealed class Answers(Action<RunProgress> answer) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => answer(value);
    }
}
