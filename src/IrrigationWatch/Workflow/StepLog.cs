using System.Text.Json;
using System.Text.RegularExpressions;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The finished steps of a run, a file each in its output folder. An entry is written after the files it speaks of are whole, so a run
/// that was killed finds only the truth; and as each step has a file of its own, machines that work on different years need not wait for each other.
/// </summary>
internal sealed partial class StepLog(FileStore store)
{
    /// <summary>A record that lacks something, or says null, is none.</summary>
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    internal StepRecord? Find(string name) => Read(FileOf(name)) is StepRecord step && step.Name == name ? step : null;

    /// <summary>All steps that are done.</summary>
    internal IReadOnlyList<StepRecord> All() => [.. store.List(RunFolder.StepFolder).Select(file => Read($"{RunFolder.StepFolder}/{file}")).OfType<StepRecord>()];

    /// <summary>Forgets that a step was done.</summary>
    internal void Remove(string name) => store.Delete(FileOf(name));

    internal void Save(StepRecord step) => store.WriteText(FileOf(step.Name), JsonSerializer.Serialize(step) + "\n");

    private StepRecord? Read(string file)
    {
        try
        {
            return store.ReadText(file) is string text ? JsonSerializer.Deserialize<StepRecord>(text, Strict) : null;
        }
        catch (JsonException)
        {
            // Of another version, or damaged: the step is done again.
            return null;
        }
    }

    private static string FileOf(string name) => $"{RunFolder.StepFolder}/{Odd().Replace(name, "-")}.json";

    [GeneratedRegex(@"[^A-Za-z0-9._-]", RegexOptions.CultureInvariant)]
    private static partial Regex Odd();
}
