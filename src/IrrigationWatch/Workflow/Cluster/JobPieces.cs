using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>The pieces of a plan as they are now: what each is made from, without scenes that turned out to be damaged, and whether it is done.</summary>
internal sealed class JobPieces
{
    private readonly PlanFolder folder;
    private readonly Dictionary<int, TilePlan> tiles = [];

    private JobPieces(PlanFolder folder, JobPlan plan, RunConfiguration configuration, Catalogue? catalogue)
    {
        this.folder = folder;
        Plan = plan;
        Configuration = configuration;
        Scenes = new SceneSelection(configuration, plan.Scenes, catalogue);
        Step = new FeatureStep(configuration, plan.Grid, plan.Common);
        TakeRejected();
    }

    internal JobPlan Plan { get; }

    internal RunConfiguration Configuration { get; }

    internal SceneSelection Scenes { get; }

    internal FeatureStep Step { get; }

    /// <summary>Opens a plan.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="output">Folder of the results instead of the plan's; null for the plan's.</param>
    /// <param name="catalogue">Where it is kept that scenes turned out to be damaged; null for nowhere.</param>
    /// <exception cref="InputException">It cannot be read, or was made from another configuration or by another version.</exception>
    internal static JobPieces Open(PlanFolder folder, string? output = null, Func<RunConfiguration, Catalogue>? catalogue = null)
    {
        JobPlan plan = folder.Read();
        if (plan.Pipeline != FeatureStep.PipelineVersion)
        {
            throw new InputException(folder.PlanFile, $"was made by version {plan.Pipeline}, and this is {FeatureStep.PipelineVersion}; use one version on all machines, or make the plan again");
        }

        if (!File.Exists(plan.Configuration))
        {
            throw new InputException(plan.Configuration, "no such file; a plan needs its configuration at the same path on all machines");
        }

        if (Digest.OfFile(plan.Configuration) != plan.ConfigurationDigest)
        {
            throw new InputException(plan.Configuration, $"has changed since the plan was made; run 'irrigationwatch plan {plan.Configuration} -o {folder.Root}' again");
        }

        RunConfiguration configuration = ConfigurationReader.Read(plan.Configuration, output ?? plan.Output);
        return new JobPieces(folder, plan, configuration, catalogue?.Invoke(configuration));
    }

    /// <summary>Leaves out what workers have found damaged since.</summary>
    internal void TakeRejected()
    {
        IReadOnlyList<KeyValuePair<string, InputException>> rejected = folder.Rejected();
        // A copy that takes the place of a damaged one may be damaged too.
        while (rejected.FirstOrDefault(scene => Scenes.Uses(scene.Key)) is { Key: not null } next)
        {
            Reject(next.Key, next.Value);
        }
    }

    /// <summary>Leaves a scene out, here alone.</summary>
    internal void Reject(string path, InputException cause)
    {
        Scenes.Reject(path, cause);
        tiles.Clear();
    }

    /// <summary>What the tiles of a year are made from.</summary>
    internal TilePlan TilesOf(int year)
    {
        if (!tiles.TryGetValue(year, out TilePlan? plan))
        {
            tiles.Add(year, plan = Step.Plan(Scenes.OfYear(year)));
        }

        return plan;
    }

    /// <summary>Files of a piece.</summary>
    internal PieceFiles FilesOf(PlannedPiece piece) => folder.FilesOf(piece.DigestOf(TilesOf(piece.Year)));

    /// <summary>Pieces that are done.</summary>
    internal IReadOnlySet<int> Done() => Plan.Pieces.Where(piece => FilesOf(piece).IsThere).Select(piece => piece.Number).ToHashSet();

    /// <summary>
    /// Where the tiles of a year come from that do not hold already.
    /// </summary>
    /// <param name="year">The year.</param>
    /// <param name="holding">Tiles that hold.</param>
    /// <param name="missing">Receives the tiles that come from nowhere, though scenes reach them.</param>
    /// <param name="pieces">Receives the pieces that would make them; some tiles may be in none.</param>
    internal IReadOnlyList<(Func<KeptTiles> Open, IReadOnlyList<PixelWindow> Tiles)> PartsOf(int year, IReadOnlyList<PixelWindow> holding, out IReadOnlyList<PixelWindow> missing, out IReadOnlyList<int> pieces)
    {
        var wanted = TilesOf(year).Tiles.ToDictionary(tile => (tile.X, tile.Y));
        foreach (PixelWindow tile in holding)
        {
            wanted.Remove((tile.X, tile.Y));
        }

        if (Step.IsMadeOfScenesAlone)
        {
            PixelWindow[] reaches = [.. Scenes.OfYear(year).Select(Step.Reach)];
            foreach (PixelWindow tile in wanted.Values.Where(tile => !reaches.Any(reach => !reach.Intersect(tile).IsEmpty)).ToArray())
            {
                wanted.Remove((tile.X, tile.Y));
            }
        }

        var parts = new List<(Func<KeptTiles>, IReadOnlyList<PixelWindow>)>();
        var undone = new List<int>();
        foreach (PlannedPiece piece in Plan.Pieces.Where(piece => piece.Year == year))
        {
            PieceFiles files = FilesOf(piece);
            if (!files.IsThere)
            {
                undone.Add(piece.Number);
                continue;
            }

            PixelWindow[] taken = [.. piece.Tiles.Where(tile => wanted.Remove((tile.X, tile.Y)))];
            if (taken.Length > 0)
            {
                parts.Add((() => new KeptTiles(taken, [files.Features, files.Observations], piece.Block), taken));
            }
        }

        missing = [.. wanted.Values];
        pieces = undone;
        return parts;
    }
}
