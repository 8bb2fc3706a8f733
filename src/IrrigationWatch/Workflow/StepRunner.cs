using System.Diagnostics;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow;

/// <summary>Runs steps once: a step whose key and files are those of the log is not run again.</summary>
internal sealed class StepRunner(RunFolder folder, IProgress<RunProgress>? progress)
{
    private readonly StepLog log = new(folder.Store);
    private readonly List<StepRecord> steps = [];
    private readonly List<string> done = [];
    private readonly List<string> said = [];

    /// <summary>All steps of this run, done or kept, in order.</summary>
    internal IReadOnlyList<StepRecord> Steps => steps;

    /// <summary>Names of the steps that were worked on.</summary>
    internal IReadOnlyList<string> Done => done;

    /// <summary>What a user should read of the steps, those that were not run again among them.</summary>
    internal IEnumerable<string> Warnings => steps.SelectMany(step => step.Warnings).Distinct();

    internal int Kept => steps.Count - done.Count;

    /// <summary>Tiles that this run computed.</summary>
    internal int TilesComputed => Worked.Sum(step => step.TilesComputed ?? 0);

    /// <summary>Tiles that this run took over from files made before.</summary>
    internal int TilesKept => Worked.Sum(step => step.TilesKept ?? 0);

    private IEnumerable<StepRecord> Worked => steps.Where(step => done.Contains(step.Name));

    /// <summary>Keeps something that a user should read with the step that is being run.</summary>
    internal void Warn(string warning) => said.Add(warning);

    /// <summary>Runs a step unless it is done.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="key">Digest of everything that goes in.</param>
    /// <param name="outputs">Files that it makes, relative to the output folder; each must be written whole or not at all.</param>
    /// <param name="action">The work.</param>
    internal StepRecord Run(string name, string key, IReadOnlyList<string> outputs, Action<IProgress<double>> action) =>
        Run(name, key, null, outputs, (report, _) => action(report));

    /// <summary>Runs a step that is made tile by tile unless it is done; tiles that hold are handed to the action.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="tiles">What each tile is made from.</param>
    /// <param name="outputs">Files that it makes, relative to the output folder; each must be written whole or not at all.</param>
    /// <param name="action">The work.</param>
    internal StepRecord Run(string name, TilePlan tiles, IReadOnlyList<string> outputs, Action<IProgress<double>, KeptTiles?> action) =>
        Run(name, tiles.Digest, tiles, outputs, action);

    /// <summary>Tiles of a step that hold as they are in the files that were made before.</summary>
    internal IReadOnlyList<PixelWindow> Holding(string name, TilePlan tiles, IReadOnlyList<string> outputs) =>
        log.Find(name) is StepRecord record && Refresh(record, outputs) is StepRecord known ? tiles.Same(known.TileKeys) : [];

    /// <summary>A file as a step of this run left it, done now or before; null where no step of this run made it.</summary>
    internal OutputStamp? Made(string file) => steps.Select(step => step.Outputs.GetValueOrDefault(file)).FirstOrDefault(stamp => stamp is not null);

    /// <summary>A step as it was done, when its key is this and its files are still those it made; else null.</summary>
    internal StepRecord? Find(string name, string key, IReadOnlyList<string> outputs) =>
        log.Find(name) is StepRecord record && record.Key == key ? Refresh(record, outputs) : null;

    private StepRecord Run(string name, string key, TilePlan? tiles, IReadOnlyList<string> outputs, Action<IProgress<double>, KeptTiles?> action)
    {
        StepRecord? known = log.Find(name) is StepRecord record ? Refresh(record, outputs) : null;
        if (known is not null && known.Key == key)
        {
            steps.Add(known);
            return known;
        }

        progress?.Report(new RunProgress(name, 0));
        var watch = Stopwatch.StartNew();
        said.Clear();
        IReadOnlyList<PixelWindow> same = known is null || tiles is null ? [] : tiles.Same(known.TileKeys);
        using (KeptTiles? kept = same.Count == 0 ? null : new KeptTiles(same, [.. outputs.Select(folder.Raster)]))
        {
            action(new StepProgress(name, progress), kept);
        }

        var stamps = new SortedDictionary<string, OutputStamp>(StringComparer.Ordinal);
        foreach (string file in outputs)
        {
            string made = folder.Target(file);
            long length = new FileInfo(made).Length;
            string digest = Digest.OfFile(made);
            folder.Publish(file);
            stamps[file] = new OutputStamp(length, folder.Store.Find(file)?.Version ?? string.Empty, digest);
        }

        var step = new StepRecord(name, key, stamps, watch.Elapsed.TotalSeconds)
        {
            Warnings = [.. said],
            Cores = Environment.ProcessorCount,
            TileKeys = tiles?.Keys ?? [],
            TilesComputed = tiles?.Tiles.Count - same.Count,
            TilesKept = tiles is null ? null : same.Count,
        };
        log.Save(step);
        steps.Add(step);
        done.Add(name);
        progress?.Report(new RunProgress(name, 1));
        return step;
    }

    /// <summary>
    /// The step when its files are those it made, else null. A file whose time alone has changed, as when the folder was
    /// copied, is compared by content.
    /// </summary>
    private StepRecord? Refresh(StepRecord step, IReadOnlyList<string> outputs)
    {
        var stamps = new SortedDictionary<string, OutputStamp>(StringComparer.Ordinal);
        bool changed = false;
        foreach (string file in outputs)
        {
            if (!step.Outputs.TryGetValue(file, out OutputStamp? stamp) || folder.Store.Find(file) is not FileState state || state.Length != stamp.Length)
            {
                return null;
            }

            if (state.Version != stamp.Version)
            {
                if (Digest.OfFile(folder.Local(file)) != stamp.Digest)
                {
                    return null;
                }

                changed = true;
            }

            stamps[file] = stamp with { Version = state.Version };
        }

        if (!changed)
        {
            return step;
        }

        StepRecord fresh = step with { Outputs = stamps };
        log.Save(fresh);
        return fresh;
    }
}
