using System.Collections.Concurrent;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Takes scenes into a catalogue: opens those that are new or have changed, several at a time, and records what they are.</summary>
public static class SceneIntake
{
    private const int BatchSize = 256;

    /// <summary>Describes scenes; no pixels are read.</summary>
    /// <param name="sources">The scenes found.</param>
    /// <param name="catalogue">What is known already, and where the rest is recorded.</param>
    /// <param name="scratch">Space for compressed archives.</param>
    /// <param name="progress">Told the share of scenes done.</param>
    /// <param name="cancel">Stops; what was recorded is kept.</param>
    /// <returns>The records; scenes that cannot be read carry their cause.</returns>
    /// <exception cref="ScratchSpaceException">There is no room to unpack an archive; what was recorded is kept.</exception>
    public static IntakeSummary Take(IReadOnlyList<SceneSource> sources, Catalogue catalogue, ScratchSpace scratch, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(scratch);
        var records = new SceneRecord[sources.Count];
        var fresh = new ConcurrentQueue<SceneRecord>();
        var saving = new Lock();
        int done = 0;
        int added = 0;
        int changed = 0;
        try
        {
            ParallelWork.Run(Enumerable.Range(0, sources.Count), i =>
            {
                SceneRecord? known = catalogue.Find(sources[i].Path);
                bool isThere = sources[i] is { Error: null, Stamp.Length: > 0 };
                if (known is not null && isThere && known.Stamp == sources[i].Stamp && known.Stack?.Text == sources[i].Stack?.Text)
                {
                    records[i] = known;
                }
                else
                {
                    records[i] = Describe(sources[i], scratch);
                    if (isThere && records[i] != known)
                    {
                        Interlocked.Increment(ref known is null ? ref added : ref changed);
                        fresh.Enqueue(records[i]);
                    }
                }

                if (fresh.Count >= BatchSize)
                {
                    Save();
                }

                progress?.Report((double)Interlocked.Increment(ref done) / sources.Count);
            }, cancel);
        }
        finally
        {
            Save();
        }

        return new IntakeSummary(records, added, changed, sources.Count - added - changed);

        void Save()
        {
            lock (saving)
            {
                var batch = new List<SceneRecord>();
                while (fresh.TryDequeue(out SceneRecord? record))
                {
                    batch.Add(record);
                }

                catalogue.Save(batch);
            }
        }
    }

    private static SceneRecord Describe(SceneSource source, ScratchSpace scratch)
    {
        if (source.Error is not null || source.Stamp.Length == 0)
        {
            return Bad(source, source.Error ?? "no such file; check the path");
        }

        try
        {
            using Scene scene = SceneReader.Open(source.Path, scratch, source.Stack);
            // Where a damaged header says that pixels lie nowhere on Earth, one scene must not end what is done with all.
            _ = scene.Grid.GeographicBounds();
            return new SceneRecord
            {
                Path = source.Path,
                Stamp = source.Stamp,
                Stack = source.Stack,
                Fingerprint = scene.Fingerprint(),
                Id = scene.Id,
                Time = scene.Time,
                CloudCover = scene.CloudCover,
                HasQa = scene.HasQa,
                Grid = scene.Grid,
            };
        }
        catch (InputException e) when (e is not ScratchSpaceException)
        {
            // The path is named beside the cause already.
            string cause = e.File == source.Path ? e.Problem : e.File.StartsWith(source.Path + "/", StringComparison.Ordinal) ? $"{e.File[(source.Path.Length + 1)..]}: {e.Problem}" : e.Message;
            return Bad(source, cause) with { Stamp = PassingFault.Is(source.Path, e) ? string.Empty : source.Stamp };
        }
    }

    /// <summary>A scene that cannot be used. Without a stamp, where the cause lies outside of it and may pass, it is looked at again the next time.</summary>
    private static SceneRecord Bad(SceneSource source, string cause) => new() { Path = source.Path, Stamp = source.Stamp, Stack = source.Stack, Error = cause };
}
