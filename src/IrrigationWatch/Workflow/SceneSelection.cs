using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The scenes of a run: found, read once, known by the catalogue afterwards; bad ones set apart with their cause.</summary>
internal sealed class SceneSelection
{
    private readonly Catalogue catalogue;
    private readonly SortedDictionary<int, List<SceneRecord>> byYear = [];
    private readonly List<SkippedScene> skipped = [];

    internal SceneSelection(RunConfiguration configuration, Catalogue catalogue, IProgress<RunProgress>? progress, CancellationToken cancel)
    {
        this.catalogue = catalogue;
        IReadOnlyList<string> paths = SceneDiscovery.Find(configuration.Scenes);
        var records = new List<SceneRecord>();
        for (int i = 0; i < paths.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new RunProgress("scenes", (double)i / paths.Count));
            records.Add(Describe(paths[i]));
        }

        Sort(records, configuration.Years);
    }

    /// <summary>Scenes that are left out.</summary>
    internal IReadOnlyList<SkippedScene> Skipped => skipped;

    internal IEnumerable<SceneRecord> Used => byYear.Values.SelectMany(scenes => scenes);

    internal IReadOnlyList<SceneRecord> OfYear(int year) => byYear.GetValueOrDefault(year) ?? [];

    internal IReadOnlyList<Grid> Grids() => [.. Used.Select(scene => scene.Grid!)];

    internal IReadOnlyDictionary<int, int> CountByYear() => new SortedDictionary<int, int>(byYear.Where(pair => pair.Value.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Count));

    /// <summary>Leaves a scene out that turned out to be damaged, now and in later runs until it changes.</summary>
    internal void Reject(string path, string cause)
    {
        foreach (List<SceneRecord> scenes in byYear.Values)
        {
            SceneRecord? record = scenes.Find(scene => scene.Path == path);
            if (record is not null)
            {
                scenes.Remove(record);
                skipped.Add(new SkippedScene(path, cause));
                catalogue.SaveScene(record with { Error = cause }, Digest.Stamp(path));
                return;
            }
        }

        throw new InvalidOperationException($"{path} is no scene of this run");
    }

    private SceneRecord Describe(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path) && !path.StartsWith("/vsi", StringComparison.Ordinal))
        {
            return Bad(path, "no such file; check the path");
        }

        string stamp = Digest.Stamp(path);
        if (catalogue.FindScene(path, stamp) is SceneRecord known)
        {
            return known;
        }

        SceneRecord record;
        try
        {
            using Scene scene = SceneReader.Open(path);
            record = new SceneRecord(path, Digest.OfPath(path), scene.Id.Text, scene.Id.Acquired, scene.Id.IsLevel2, scene.Bands.ContainsKey(BandRole.QaPixel), scene.Grid, null);
        }
        catch (InputException e)
        {
            // The path is named beside the cause already.
            record = Bad(path, e.File.StartsWith(path, StringComparison.Ordinal) ? e.Problem : e.Message);
        }

        catalogue.SaveScene(record, stamp);
        return record;
    }

    private static SceneRecord Bad(string path, string cause) => new(path, string.Empty, string.Empty, default, false, false, null, cause);

    private void Sort(List<SceneRecord> records, IReadOnlyList<int> years)
    {
        bool hasLevel2 = records.Any(record => record.Error is null && record.IsLevel2 && years.Contains(record.Acquired.Year));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (SceneRecord record in records)
        {
            if (record.Error is not null)
            {
                skipped.Add(new SkippedScene(record.Path, record.Error));
            }
            else if (!years.Contains(record.Acquired.Year))
            {
                continue;
            }
            else if (hasLevel2 && !record.IsLevel2)
            {
                skipped.Add(new SkippedScene(record.Path, "is Level 1 among scenes of Level 2, whose reflectance is another; run it apart"));
            }
            else if (!seen.Add(record.ProductId))
            {
                skipped.Add(new SkippedScene(record.Path, $"is a second copy of {record.ProductId}; remove one"));
            }
            else if (byYear.TryGetValue(record.Acquired.Year, out List<SceneRecord>? scenes))
            {
                scenes.Add(record);
            }
            else
            {
                byYear.Add(record.Acquired.Year, [record]);
            }
        }
    }
}
