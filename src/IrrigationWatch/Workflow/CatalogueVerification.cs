using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Reads every block of catalogued products, several at a time, and records which are whole.</summary>
public static class CatalogueVerification
{
    /// <summary>Verifies products.</summary>
    /// <param name="records">The products.</param>
    /// <param name="catalogue">Where the result is recorded: a damaged band takes its product out of later runs until it changes.</param>
    /// <param name="scratch">Space for compressed archives.</param>
    /// <param name="clock">Gives the time of verification.</param>
    /// <param name="progress">Told the share of products done.</param>
    /// <param name="cancel">Stops; what was verified is kept.</param>
    /// <returns>What was found; a product that cannot be opened counts as damaged.</returns>
    public static VerificationSummary Run(IReadOnlyList<SceneRecord> records, Catalogue catalogue, ScratchSpace scratch, TimeProvider clock, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(clock);
        var results = new IReadOnlyList<FileDamage>[records.Count];
        int done = 0;
        ParallelWork.Run(Enumerable.Range(0, records.Count), i =>
        {
            (results[i], bool mayPass) = Verify(records[i], scratch, cancel);
            // The stamp is looked up again: what was verified is what lies there now.
            SceneSource now = SceneDiscovery.Locate(records[i].Path, records[i].Stack);
            FileDamage? used = results[i].FirstOrDefault(damage => damage.IsUsed);
            if (now.Stamp == records[i].Stamp && !mayPass)
            {
                catalogue.Save(records[i] with
                {
                    Verified = results[i].Count == 0 ? clock.GetUtcNow() : null,
                    Error = results[i].Count == 0 ? null : used is null ? records[i].Error : records[i].Error ?? $"{used.File}: {used.Cause}; download the product again",
                });
            }

            progress?.Report((double)Interlocked.Increment(ref done) / records.Count);
        }, cancel);
        return new VerificationSummary(results.Count(found => found.Count == 0), [.. records.SelectMany((record, i) => results[i].Select(damage => (record, damage)))]);
    }

    private static (IReadOnlyList<FileDamage> Damages, bool MayPass) Verify(SceneRecord record, ScratchSpace scratch, CancellationToken cancel)
    {
        try
        {
            using Scene scene = SceneReader.Open(record.Path, scratch, record.Stack);
            return (SceneVerifier.Verify(scene, cancel), false);
        }
        catch (InputException e) when (e is not ScratchSpaceException)
        {
            return ([new FileDamage(RemotePath.FileName(record.Path), e.Problem, true)], PassingFault.Is(record.Path, e));
        }
    }
}
