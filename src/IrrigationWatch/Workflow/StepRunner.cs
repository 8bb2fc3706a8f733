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
    private readonly SortedSet<string> damages = new(StringComparer.Ordinal);

    /// <summary>Files whose bytes are those that were written: made by this process, or read and compared.</summary>
    private readonly HashSet<string> whole = new(StringComparer.Ordinal);

    /// <summary>All steps of this run, done or kept, in order.</summary>
    internal IReadOnlyList<StepRecord> Steps => steps;

    /// <summary>Names of the steps that were worked on.</summary>
    internal IReadOnlyList<string> Done => done;

    /// <summary>What a user should read of the steps, those that were not run again among them.</summary>
    internal IEnumerable<string> Warnings => steps.SelectMany(step => step.Warnings).Distinct();

    /// <summary>Files that were found to have other bytes than were written.</summary>
    internal IReadOnlyCollection<string> Damages => damages;

    /// <summary>What a user should know of these. It is not kept with the results, which are as if nothing had been.</summary>
    internal IEnumerable<string> DamageWarnings => damages.Select(file => $"{file} was damaged: its bytes were not those that were written; it was made again");

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
        log.Find(name) is StepRecord record && Refresh(record, outputs) is StepRecord known && AreWhole(known, outputs) ? tiles.Same(known.TileKeys) : [];

    /// <summary>A file as a step of this run left it, done now or before; null where no step of this run made it.</summary>
    internal OutputStamp? Made(string file) => steps.Select(step => step.Outputs.GetValueOrDefault(file)).FirstOrDefault(stamp => stamp is not null);

    /// <summary>A step as it was done, when its key is this and its files are still those it made; else null.</summary>
    internal StepRecord? Find(string name, string key, IReadOnlyList<string> outputs) =>
        log.Find(name) is StepRecord record && record.Key == key ? Refresh(record, outputs) : null;

    /// <summary>
    /// Whether a file that a step of this run left has the bytes that were written. Most files are compared whenever their step is found done; those that are large, and read by later steps alone, when one
    /// of these is about to read them.
    /// </summary>
    internal bool IsWhole(string file) => Made(file) is OutputStamp stamp && IsWhole(file, stamp);

    /// <summary>Forgets that a step was done, so that it is done again.</summary>
    internal void Forget(string name) => log.Remove(name);

    /// <summary>
    /// Removes what steps of earlier configurations left: files that the log says were made, that no step of this run makes, and that are still as they were written.
    /// </summary>
    /// <param name="keeps">Says of a step whether its files stay though it was not run.</param>
    /// <returns>The files that were removed, and those that were changed since and left.</returns>
    internal (IReadOnlyList<string> Removed, IReadOnlyList<string> Left) RemoveStale(Func<string, bool> keeps)
    {
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        var left = new SortedSet<string>(StringComparer.Ordinal);
        IReadOnlyList<StepRecord> logged = log.All();
        HashSet<string> made = [.. steps.Concat(logged.Where(step => keeps(step.Name))).SelectMany(step => step.Outputs.Keys)];
        foreach (StepRecord step in logged)
        {
            bool isCurrent = steps.Exists(current => current.Name == step.Name) || keeps(step.Name);
            foreach ((string file, OutputStamp stamp) in isCurrent ? step.Former : step.Former.Concat(step.Outputs))
            {
                if (made.Contains(file) || folder.Store.Find(file) is not FileState state)
                {
                    continue;
                }

                bool isOurs = state.Length == stamp.Length && (state.Version == stamp.Version || Digest.OfContent(folder.Local(file)) == stamp.Digest);
                (isOurs ? removed : left).Add(file);
            }
        }

        foreach (string file in removed)
        {
            folder.Store.Delete(file);
        }

        // The records last: what a run that is killed here has not removed, the next one does.
        foreach (StepRecord step in logged)
        {
            if (!steps.Exists(current => current.Name == step.Name) && !keeps(step.Name))
            {
                log.Remove(step.Name);
            }
            else if (step.Former.Count > 0)
            {
                log.Save(step with { Former = new SortedDictionary<string, OutputStamp>(StringComparer.Ordinal) });
            }
        }

        return ([.. removed], [.. left]);
    }

    /// <summary>Keeps a step in its place, also where it had to be done a second time: keys of later steps depend on the order.</summary>
    private void Take(StepRecord step)
    {
        int place = steps.FindIndex(known => known.Name == step.Name);
        if (place < 0)
        {
            steps.Add(step);
        }
        else
        {
            steps[place] = step;
        }
    }

    private bool AreWhole(StepRecord step, IReadOnlyList<string> outputs) => outputs.Count(file => IsWhole(file, step.Outputs[file])) == outputs.Count;

    /// <summary>Compares a file with its digest, once. Object storage keeps checksums of its own, and would have to send all of it.</summary>
    private bool IsWhole(string file, OutputStamp stamp)
    {
        if (whole.Contains(file) || !folder.Store.IsDisk)
        {
            return true;
        }

        if (Digest.OfContent(folder.Local(file)) == stamp.Digest)
        {
            WrittenFiles.Remember(folder.Local(file), stamp.Digest);
            whole.Add(file);
            return true;
        }

        damages.Add(file);
        return false;
    }

    private StepRecord Run(string name, string key, TilePlan? tiles, IReadOnlyList<string> outputs, Action<IProgress<double>, KeptTiles?> action)
    {
        StepRecord? before = log.Find(name);
        StepRecord? known = before is null ? null : Refresh(before, outputs);
        if (known is not null && known.Key == key)
        {
            Take(known);
            return known;
        }

        progress?.Report(new RunProgress(name, 0));
        var watch = Stopwatch.StartNew();
        said.Clear();
        // Tiles are taken over from whole files alone.
        IReadOnlyList<PixelWindow> same = known is null || tiles is null || !AreWhole(known, outputs) ? [] : tiles.Same(known.TileKeys);
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
            whole.Add(file);
        }

        var step = new StepRecord(name, key, stamps, watch.Elapsed.TotalSeconds)
        {
            Warnings = [.. said],
            Former = new SortedDictionary<string, OutputStamp>((before is null ? [] : before.Former.Concat(before.Outputs)).Where(file => !stamps.ContainsKey(file.Key)).DistinctBy(file => file.Key).ToDictionary(), StringComparer.Ordinal),
            Cores = Environment.ProcessorCount,
            TileKeys = tiles?.Keys ?? [],
            TilesComputed = tiles?.Tiles.Count - same.Count,
            TilesKept = tiles is null ? null : same.Count,
        };
        log.Save(step);
        Take(step);
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
        bool holds = true;
        foreach (string file in outputs)
        {
            if (!step.Outputs.TryGetValue(file, out OutputStamp? stamp) || folder.Store.Find(file) is not FileState state || state.Length != stamp.Length)
            {
                return null;
            }

            if (state.Version != stamp.Version)
            {
                if (Digest.OfContent(folder.Local(file)) != stamp.Digest)
                {
                    return null;
                }

                whole.Add(file);
                changed = true;
            }
            else if (!IsReadLater(file) && !IsWhole(file, stamp))
            {
                // The others are looked at too, so that all damage is named.
                holds = false;
            }

            stamps[file] = stamp with { Version = state.Version };
        }

        if (!changed || !holds)
        {
            return holds ? step : null;
        }

        StepRecord fresh = step with { Outputs = stamps };
        log.Save(fresh);
        return fresh;
    }

    /// <summary>True for the largest files, of which nothing is published but what later steps make of them: a run that has nothing to do need not read them. Who only looks wants to know.</summary>
    private bool IsReadLater(string file) => folder.Access != RunAccess.Look && file.EndsWith("/features.tif", StringComparison.Ordinal);
}
