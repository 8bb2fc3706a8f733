using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The scenes of a run: found, known by the catalogue, bad ones set apart with their cause, of copies the best kept.</summary>
internal sealed class SceneSelection
{
    private readonly Catalogue? catalogue;
    private readonly SortedDictionary<int, List<SceneRecord>> byYear = [];
    private readonly Dictionary<string, Queue<SceneRecord>> others = new(StringComparer.Ordinal);
    private readonly List<SkippedScene> skipped = [];
    private readonly List<SkippedScene> superseded = [];
    private readonly YearCalendar calendar;

    internal SceneSelection(RunConfiguration configuration, Catalogue catalogue, ScratchSpace scratch, IProgress<RunProgress>? progress, CancellationToken cancel)
    {
        this.catalogue = catalogue;
        calendar = configuration.Features.Calendar;
        List<SceneSource> sources = [];
        if (configuration.Scenes.Count > 0)
        {
            sources.AddRange(SceneDiscovery.Find(configuration.Scenes));
        }

        foreach (StackConfiguration stack in configuration.Stacks)
        {
            sources.AddRange(SceneDiscovery.Find(stack.Paths, stack.Description, scratch));
        }

        if (sources.Count == 0)
        {
            // All that the shared catalogue holds; scenes are looked up again, for they may have changed since.
            sources.AddRange(catalogue.All().Select(record => SceneDiscovery.Locate(record.Path, record.Stack)));
        }

        if (sources.Count == 0)
        {
            throw new InputException(configuration.CatalogueFile ?? configuration.File, "holds no scene; add some with 'irrigationwatch catalogue add', or name them under 'scenes'");
        }

        IReadOnlyList<SceneRecord> records = SceneIntake.Take([.. sources.DistinctBy(source => source.Path)], catalogue, scratch, new StepProgress("scenes", progress), cancel).Records;
        Records = records;
        Sort(records, configuration);
    }

    /// <summary>The scenes of a plan, which were found before.</summary>
    /// <param name="configuration">The configuration of the plan.</param>
    /// <param name="records">All scenes that were found for it.</param>
    /// <param name="catalogue">Where it is kept that a scene turned out to be damaged; null to keep it nowhere.</param>
    internal SceneSelection(RunConfiguration configuration, IReadOnlyList<SceneRecord> records, Catalogue? catalogue)
    {
        this.catalogue = catalogue;
        calendar = configuration.Features.Calendar;
        Records = records;
        Sort(records, configuration);
    }

    /// <summary>All scenes that were found, used or not.</summary>
    internal IReadOnlyList<SceneRecord> Records { get; }

    /// <summary>Scenes that cannot be used.</summary>
    internal IReadOnlyList<SkippedScene> Skipped => skipped;

    /// <summary>Scenes of which a better processing is used.</summary>
    internal IReadOnlyList<SkippedScene> Superseded => superseded;

    internal IEnumerable<SceneRecord> Used => byYear.Values.SelectMany(scenes => scenes);

    internal IReadOnlyList<SceneRecord> OfYear(int year) => byYear.GetValueOrDefault(year) ?? [];

    internal IReadOnlyList<Grid> Grids() => [.. Used.Select(scene => scene.Grid!)];

    internal IReadOnlyDictionary<int, int> CountByYear() => new SortedDictionary<int, int>(byYear.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Count));

    /// <summary>Years in which scenes were found that can be read, asked for or not.</summary>
    internal IReadOnlyList<int> FoundYears() => [.. Records.Where(record => record.Error is null).Select(YearOf).Distinct().Order()];

    /// <summary>True where a scene is used.</summary>
    internal bool Uses(string path) => Used.Any(scene => scene.Path == path);

    /// <summary>Leaves a scene out that turned out to be damaged, now and in later runs until it changes; the next best copy of it takes its place.</summary>
    internal void Reject(string path, InputException cause)
    {
        foreach (List<SceneRecord> scenes in byYear.Values)
        {
            SceneRecord? record = scenes.Find(scene => scene.Path == path);
            if (record is not null)
            {
                scenes.Remove(record);
                skipped.Add(new SkippedScene(path, cause.Problem));
                // What was moved away, or could not be delivered, may be back tomorrow as it was.
                if (catalogue is not null && !PassingFault.Is(path, cause) && SceneStamp.Of(path) == record.Stamp)
                {
                    catalogue.Save(record with { Error = cause.Problem });
                }

                if (others.Remove(path, out Queue<SceneRecord>? copies))
                {
                    Use(copies);
                }

                return;
            }
        }

        throw new InvalidOperationException($"{path} is no scene of this run");
    }

    private void Sort(IReadOnlyList<SceneRecord> records, RunConfiguration configuration)
    {
        IReadOnlyList<int> years = configuration.Years;
        skipped.AddRange(records.Where(record => record.Error is not null).Select(record => new SkippedScene(record.Path, record.Error!)));
        SceneRecord[] wanted = [.. records.Where(record => record.Error is null && years.Contains(YearOf(record)))];
        bool refusesLevel1 = !configuration.AllowMixedLevels && wanted.Any(record => record.Id!.IsLevel2);
        foreach (IGrouping<object, SceneRecord> copies in wanted.GroupBy(record => (object)record.Id!.Acquisition))
        {
            SceneRecord[] ranked = [.. copies.OrderByDescending(record => record.Id!.Rank).ThenBy(record => record.Path, StringComparer.Ordinal)];
            if (refusesLevel1 && !ranked[0].Id!.IsLevel2)
            {
                skipped.AddRange(ranked.Select(record => new SkippedScene(record.Path, "is Level 1 among scenes of Level 2, whose reflectance is another; run it apart, or set 'level1: { with-level2: true }'")));
                continue;
            }

            // A copy of Level 1 takes the place of a damaged one of Level 2 only where the two may stand side by side.
            SceneRecord[] usable = [.. ranked.Where(record => record.Id!.IsLevel2 || !refusesLevel1)];
            superseded.AddRange(ranked.Except(usable).Select(record => Copy(record, ranked[0])));
            Use(new Queue<SceneRecord>(usable));
        }
    }

    private int YearOf(SceneRecord record) => calendar.YearOf(record.Id!.Acquired);

    /// <summary>Takes the first of copies, the best, and keeps the others in case it turns out to be damaged.</summary>
    private void Use(Queue<SceneRecord> copies)
    {
        SceneRecord best = copies.Dequeue();
        if (!byYear.TryGetValue(YearOf(best), out List<SceneRecord>? scenes))
        {
            byYear.Add(YearOf(best), scenes = []);
        }

        scenes.Add(best);
        superseded.RemoveAll(scene => scene.Path == best.Path || copies.Any(copy => copy.Path == scene.Path));
        superseded.AddRange(copies.Select(copy => Copy(copy, best)));
        if (copies.Count > 0)
        {
            others.Add(best.Path, copies);
        }
    }

    private static SkippedScene Copy(SceneRecord record, SceneRecord best) => new(record.Path, record.Id!.Text == best.Id!.Text
        ? $"is a second copy of {best.Id} at {best.Path}"
        : $"is the same scene as {best.Id} at {best.Path}, which is the better processing");
}
