using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>The pieces of a plan as they are now: what each is made from, without scenes that turned out to be damaged, and whether it is done.</summary>
internal sealed class JobPieces : IDisposable
{
    private readonly PlanFolder folder;
    private readonly Dictionary<int, TilePlan> tiles = [];
    private readonly Dictionary<int, YearParts> parts = [];

    private readonly SortedSet<string> damaged = new(StringComparer.Ordinal);
    private readonly string? inputs;
    private Func<string, FileState?>? results;

    private JobPieces(PlanFolder folder, JobPlan plan, RunConfiguration configuration, Catalogue? catalogue, string? inputs)
    {
        this.folder = folder;
        this.inputs = inputs;
        Plan = plan;
        Configuration = configuration;
        Scenes = new SceneSelection(configuration, plan.Scenes, catalogue);
        Step = new FeatureStep(configuration, plan.Grid, plan.Common);
        TakeRejected();
    }

    /// <summary>Where the plan lies.</summary>
    internal string Place => folder.Root;

    internal JobPlan Plan { get; }

    internal RunConfiguration Configuration { get; }

    internal SceneSelection Scenes { get; }

    internal FeatureStep Step { get; }

    /// <summary>Opens a plan.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="output">Folder of the results instead of the plan's; null for the plan's.</param>
    /// <param name="scratch">A folder of this machine for what is fetched from object storage; null for that of the system.</param>
    /// <param name="catalogue">Where it is kept that scenes turned out to be damaged; null for nowhere.</param>
    /// <exception cref="InputException">It cannot be read, or was made from another configuration or by another version.</exception>
    internal static JobPieces Open(PlanFolder folder, string? output = null, string? scratch = null, Func<RunConfiguration, Catalogue>? catalogue = null)
    {
        JobPlan plan = folder.Read();
        if (plan.Pipeline != FeatureStep.PipelineVersion)
        {
            throw new InputException(folder.PlanFile, $"was made by version {plan.Pipeline}, and this is {FeatureStep.PipelineVersion}; use one version on all machines, or make the plan again");
        }

        string? inputs = folder.Store.IsDisk ? null : folder.NewWorkFolder(scratch);
        try
        {
            string file = inputs is null ? plan.Configuration : PlanInputs.Fetch(folder.Store, plan.Configuration, inputs);
            if (!File.Exists(file))
            {
                throw new InputException(plan.Configuration, inputs is null ? "no such file; a plan needs its configuration at the same path on all machines" : $"is not among the inputs of {folder.Root}; make the plan again");
            }

            if (Digest.OfFile(file) != plan.ConfigurationDigest)
            {
                throw new InputException(plan.Configuration, $"has changed since the plan was made; run 'irrigationwatch plan {plan.Configuration} -o {folder.Root}' again");
            }

            RunConfiguration configuration = ConfigurationReader.Read(file, output ?? plan.Output);
            if (inputs is not null)
            {
                // The catalogue stays where the plan was made.
                configuration = configuration with { CatalogueFile = null };
            }

            return new JobPieces(folder, plan, configuration, catalogue?.Invoke(configuration), inputs);
        }
        catch
        {
            Remove(inputs);
            throw;
        }
    }

    /// <summary>Removes what was fetched.</summary>
    public void Dispose() => Remove(inputs);

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
        parts.Clear();
        results = null;
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
    internal IReadOnlySet<int> Done()
    {
        Func<string, FileState?> results = folder.Results();
        return Plan.Pieces.Where(piece => FilesOf(piece) is var files && files.IsIn(results) && IsWhole(files)).Select(piece => piece.Number).ToHashSet();
    }

    /// <summary>Files of pieces that have other bytes than were written, found so far; their pieces count as not done.</summary>
    internal IReadOnlyCollection<string> Damaged => damaged;

    /// <summary>Whether a piece that is there has the bytes that were written.</summary>
    internal bool IsWhole(PieceFiles files)
    {
        IReadOnlyList<string> found = files.Damaged();
        damaged.UnionWith(found);
        return found.Count == 0;
    }

    /// <summary>Seconds of one core that pieces took.</summary>
    internal double Spent(IReadOnlySet<int> done) => Costs(done).Sum(cost => cost.CoreSeconds);

    /// <summary>What pieces took.</summary>
    /// <param name="done">Pieces that are done.</param>
    internal IReadOnlyList<PieceCost> Costs(IReadOnlySet<int> done) =>
    [
        // Each is a request where pieces are in object storage.
        .. Plan.Pieces.Where(piece => done.Contains(piece.Number)).Select(FilesOf).ToArray().AsParallel().AsOrdered().WithDegreeOfParallelism(folder.Store.IsDisk ? 1 : 16).Select(files => files.Cost).OfType<PieceCost>(),
    ];

    /// <summary>Before anything is joined it is known whether all is there.</summary>
    /// <param name="years">The years to join.</param>
    /// <param name="holding">Says which tiles of a year hold.</param>
    /// <param name="partial">Whether tiles may be missing.</param>
    /// <returns>What a user should know of tiles that are missing.</returns>
    /// <exception cref="InputException">Pieces are missing, or the plan leaves out what holds no longer.</exception>
    internal IReadOnlyList<string> Check(IEnumerable<int> years, Func<int, TilePlan, IReadOnlyList<PixelWindow>> holding, bool partial)
    {
        var warnings = new List<string>();
        var undone = new SortedSet<int>();
        int lost = 0;
        foreach (int year in years.Where(year => Scenes.OfYear(year).Count > 0))
        {
            (_, IReadOnlyList<PixelWindow> missing, IReadOnlySet<int> numbers) = PartsOf(year, holding);
            if (missing.Count > 0)
            {
                undone.UnionWith(numbers);
                int inPieces = Plan.Pieces.Where(piece => numbers.Contains(piece.Number)).SelectMany(piece => piece.Tiles).Intersect(missing).Count();
                lost += missing.Count - inPieces;
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{missing.Count} of {TilesOf(year).Tiles.Count} tiles of {year} are missing and count as not observed (pieces {PieceNumbers.Format(numbers)})"));
            }
        }

        if (lost > 0)
        {
            throw new InputException(folder.PlanFile, string.Create(CultureInfo.InvariantCulture, $"leaves out {lost} tiles that are no longer in {Configuration.Output}; make the plan again"));
        }

        if (undone.Count > 0 && !partial)
        {
            throw new InputException(folder.Root, string.Create(CultureInfo.InvariantCulture, $"{undone.Count} of {Plan.Pieces.Count} pieces are missing ({PieceNumbers.Format(undone)}{(damaged.Count > 0 ? $"; {string.Join(", ", damaged)} {(damaged.Count == 1 ? "is" : "are")} damaged" : string.Empty)}); run 'irrigationwatch work {folder.Root} --piece N' for them, or join what is there with --partial"));
        }

        return warnings;
    }

    /// <summary>Where the tiles of a year come from that do not hold already; looked for once.</summary>
    /// <param name="year">The year.</param>
    /// <param name="holding">Says which tiles hold.</param>
    internal YearParts PartsOf(int year, Func<int, TilePlan, IReadOnlyList<PixelWindow>> holding)
    {
        if (!parts.TryGetValue(year, out YearParts? found))
        {
            parts.Add(year, found = FindParts(year, holding(year, TilesOf(year))));
        }

        return found;
    }

    /// <summary>Looks again where the tiles of a year come from: what was joined of them holds no longer.</summary>
    internal void ForgetParts(int year) => parts.Remove(year);

    private static void Remove(string? inputs)
    {
        if (inputs is not null)
        {
            WorkerFolder.Remove(inputs);
        }
    }

    private YearParts FindParts(int year, IReadOnlyList<PixelWindow> holding)
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

        results ??= folder.Results();
        var there = new List<(Func<KeptTiles>, IReadOnlyList<PixelWindow>)>();
        var undone = new HashSet<int>();
        foreach (PlannedPiece piece in Plan.Pieces.Where(piece => piece.Year == year))
        {
            PieceFiles files = FilesOf(piece);
            if (!files.IsIn(results) || !IsWhole(files))
            {
                undone.Add(piece.Number);
                continue;
            }

            PixelWindow[] taken = [.. piece.Tiles.Where(tile => wanted.Remove((tile.X, tile.Y)))];
            if (taken.Length > 0)
            {
                there.Add((() => new KeptTiles(taken, [files.Features, files.Observations], piece.Block), taken));
            }
        }

        return new YearParts(there, [.. wanted.Values], undone);
    }
}

/// <summary>Where the tiles of a year come from that do not hold already.</summary>
/// <param name="Parts">Opens the results of pieces, and names the tiles that are taken of each.</param>
/// <param name="Missing">Tiles that come from nowhere, though scenes reach them.</param>
/// <param name="Undone">Pieces of the year that are not done; some missing tiles may be in none of them.</param>
internal sealed record YearParts(IReadOnlyList<(Func<KeptTiles> Open, IReadOnlyList<PixelWindow> Tiles)> Parts, IReadOnlyList<PixelWindow> Missing, IReadOnlySet<int> Undone);
