using System.Diagnostics;

namespace IrrigationWatch.Workflow;

/// <summary>Runs steps once: a step whose key and files are those of the catalogue is not run again.</summary>
internal sealed class StepRunner(Catalogue catalogue, string output, IProgress<RunProgress>? progress)
{
    private readonly List<StepRecord> steps = [];
    private readonly List<string> done = [];

    /// <summary>All steps of this run, done or kept, in order.</summary>
    internal IReadOnlyList<StepRecord> Steps => steps;

    /// <summary>Names of the steps that were worked on.</summary>
    internal IReadOnlyList<string> Done => done;

    internal int Kept => steps.Count - done.Count;

    /// <summary>Runs a step unless it is done.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="key">Digest of everything that goes in.</param>
    /// <param name="outputs">Files that it makes, relative to the output folder; each must be written whole or not at all.</param>
    /// <param name="action">The work.</param>
    internal StepRecord Run(string name, string key, IReadOnlyList<string> outputs, Action<IProgress<double>> action)
    {
        if (catalogue.FindStep(name) is StepRecord known && known.Key == key && outputs.All(file => Holds(known, file)))
        {
            steps.Add(known);
            return known;
        }

        progress?.Report(new RunProgress(name, 0));
        var watch = Stopwatch.StartNew();
        action(new Reporter(name, progress));
        var stamps = new SortedDictionary<string, OutputStamp>(StringComparer.Ordinal);
        foreach (string file in outputs)
        {
            var info = new FileInfo(Path.Combine(output, file));
            stamps[file] = new OutputStamp(info.Length, info.LastWriteTimeUtc.Ticks, Digest.OfFile(info.FullName));
        }

        var step = new StepRecord(name, key, stamps, watch.Elapsed.TotalSeconds);
        catalogue.SaveStep(step);
        steps.Add(step);
        done.Add(name);
        progress?.Report(new RunProgress(name, 1));
        return step;
    }

    private bool Holds(StepRecord step, string file)
    {
        if (!step.Outputs.TryGetValue(file, out OutputStamp? stamp))
        {
            return false;
        }

        var info = new FileInfo(Path.Combine(output, file));
        return info.Exists && info.Length == stamp.Length && info.LastWriteTimeUtc.Ticks == stamp.Ticks;
    }

    private sealed class Reporter(string name, IProgress<RunProgress>? progress) : IProgress<double>
    {
        public void Report(double value) => progress?.Report(new RunProgress(name, value));
    }
}
