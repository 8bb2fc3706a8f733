using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>Makes pieces of a plan, unless they are there. Any number of workers may make any pieces at the same time, and the same piece too.</summary>
public sealed class PieceWorker : IDisposable
{
    /// <summary>How often another machine is asked for scenes that it does not deliver, and the pauses between.</summary>
    private static readonly TimeSpan[] UsualPauses = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly PlanFolder folder;
    private readonly string? scratch;
    private readonly IReadOnlyList<TimeSpan> pauses;
    private JobPieces? opened;

    /// <summary>Opens a plan.</summary>
    /// <param name="plan">The folder of the plan, or its address in object storage.</param>
    /// <param name="scratch">A folder on a disk of this machine in which pieces are made; null for one beside the plan, or that of the system.</param>
    /// <exception cref="InputException">The plan cannot be read.</exception>
    public PieceWorker(string plan, string? scratch = null)
        : this(plan, scratch, UsualPauses)
    {
    }

    /// <summary>Opens a plan, and says how long to wait for scenes that cannot be reached.</summary>
    internal PieceWorker(string plan, string? scratch, IReadOnlyList<TimeSpan> pauses)
    {
        folder = new PlanFolder(plan);
        this.scratch = scratch;
        this.pauses = pauses;
        opened = JobPieces.Open(folder, scratch: scratch);
    }

    /// <summary>Makes a piece.</summary>
    /// <param name="piece">The number of the piece.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancel">Stops; nothing is left then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The piece has no such number, none of its scenes can be reached, or a result cannot be written.</exception>
    public PieceSummary Work(int piece, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        JobPieces pieces = opened ??= JobPieces.Open(folder, scratch: scratch);
        pieces.TakeRejected();
        if (piece < 0 || piece >= pieces.Plan.Pieces.Count)
        {
            throw new InputException(folder.PlanFile, pieces.Plan.Pieces.Count == 0 ? $"has no pieces, as all tiles are there; run 'irrigationwatch reduce {folder.Root}'" : string.Create(CultureInfo.InvariantCulture, $"has no piece {piece}; its pieces are 0 to {pieces.Plan.Pieces.Count - 1}"));
        }

        var failed = new Dictionary<string, InputException>(StringComparer.Ordinal);
        PlannedPiece planned = pieces.Plan.Pieces[piece];
        string work = folder.NewWorkFolder(scratch);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                SceneRecord[] scenes = [.. pieces.Scenes.OfYear(planned.Year).Where(scene => planned.Tiles.Any(tile => !pieces.Step.Reach(scene).Intersect(tile).IsEmpty))];
                PieceFiles files = folder.FilesOf(planned.DigestOf(pieces.Step.Plan(pieces.Scenes.OfYear(planned.Year), planned.Tiles)));
                if (files.IsThere && pieces.IsWhole(files))
                {
                    return Summary(0);
                }

                // A machine that reaches none of the scenes is itself at fault, and must not speak for the others.
                if (scenes.Length == 0 && failed.Count > 0 && failed.All(scene => MayPass(scene.Key, scene.Value)))
                {
                    (string path, InputException cause) = failed.First();
                    throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"{cause.Problem}; none of the {failed.Count} scenes of piece {piece} can be reached from {Environment.MachineName}, check its disks and network"), cause);
                }

                try
                {
                    var watch = Stopwatch.StartNew();
                    Make(pieces, planned, scenes, work, progress, cancel);
                    foreach ((string path, InputException cause) in failed)
                    {
                        folder.Reject(path, cause);
                    }

                    files.Publish(Path.Combine(work, "features.tif"), Path.Combine(work, "observations.tif"), planned with { Scenes = scenes.Length }, watch.Elapsed.TotalSeconds);
                    return Summary(watch.Elapsed.TotalSeconds);
                }
                catch (SceneFailedException e) when (attempt < pauses.Count && e.Failures.Any(failure => MayPass(failure.Key, failure.Value)))
                {
                    cancel.WaitHandle.WaitOne(pauses[attempt]);
                    cancel.ThrowIfCancellationRequested();
                }
                catch (SceneFailedException e)
                {
                    foreach ((string path, InputException cause) in e.Failures)
                    {
                        failed[path] = cause;
                        pieces.Reject(path, cause);
                    }
                }
            }
        }
        finally
        {
            WorkerFolder.Remove(work);
            if (failed.Count > 0)
            {
                // What this machine could not read says nothing of the next piece; what all should know, the plan says.
                Dispose();
            }
        }

        PieceSummary Summary(double seconds) => new(planned, seconds == 0, seconds, [.. failed.Select(scene => new SkippedScene(scene.Key, scene.Value.Problem))]);
    }

    /// <summary>Removes what was fetched for the plan.</summary>
    public void Dispose()
    {
        opened?.Dispose();
        opened = null;
    }

    /// <summary>True where it may be the fault of this machine, or of another, and not of the scene.</summary>
    private static bool MayPass(string path, InputException cause) => PassingFault.Is(path, cause) || SceneStamp.Of(path).Length == 0;

    private static void Make(JobPieces pieces, PlannedPiece piece, SceneRecord[] records, string work, IProgress<RunProgress>? progress, CancellationToken cancel)
    {
        foreach (SceneRecord record in records)
        {
            // A server that does not answer says nothing of a change.
            string stamp = SceneStamp.Of(record.Path);
            if (stamp.Length > 0 && stamp != record.Path && stamp != record.Stamp)
            {
                throw new InputException(record.Path, "has changed since the plan was made; make the plan again");
            }
        }

        WorkerFolder.Create(work);
        string name = string.Create(CultureInfo.InvariantCulture, $"piece {piece.Number}, features {piece.Year}");
        progress?.Report(new RunProgress(name, 0));
        using var scratch = new ScratchSpace(Path.Combine(work, "scratch"), pieces.Configuration.ScratchLimit);
        using OpenScenes scenes = FeatureStep.Open(records, scratch, cancel);
        FeatureBuilder.BuildPart(scenes, pieces.Plan.Grid, piece.Block, piece.Tiles, piece.Year, pieces.Configuration.Features, Path.Combine(work, "features.tif"), Path.Combine(work, "observations.tif"), new StepProgress(name, progress), cancel);
    }
}
