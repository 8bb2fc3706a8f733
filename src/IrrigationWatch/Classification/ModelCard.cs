using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Classification;

/// <summary>What a reader must know to trust a model, or not to: written beside it as Markdown and JSON.</summary>
public static class ModelCard
{
    /// <summary>Writes <c>MODEL.card.md</c> and <c>MODEL.card.json</c> beside a model.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="model">What it is.</param>
    /// <param name="set">What it was trained on.</param>
    /// <param name="options">How.</param>
    /// <param name="byBlocks">Cross-validation by spatial blocks, or null where there was but one block.</param>
    /// <param name="atRandom">Cross-validation by a random split.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string modelPath, ModelDescription model, TrainingSet set, TrainerOptions options, Confusion? byBlocks, Confusion? atRandom)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        AtomicFile.WriteText(Path.ChangeExtension(modelPath, ".card.json"), ToJson(model, set, options, byBlocks, atRandom));
        AtomicFile.WriteText(Path.ChangeExtension(modelPath, ".card.md"), ToMarkdown(model, set, options, byBlocks, atRandom));
    }

    private static string ToJson(ModelDescription model, TrainingSet set, TrainerOptions options, Confusion? byBlocks, Confusion? atRandom)
    {
        var card = new JsonObject
        {
            ["model"] = JsonSerializer.SerializeToNode(model),
            ["samples"] = set.Samples.Count,
            ["samples_by_class"] = JsonSerializer.SerializeToNode(set.CountByClass()),
            ["samples_by_year"] = JsonSerializer.SerializeToNode(new SortedDictionary<int, int>(set.Samples.GroupBy(s => s.Year).ToDictionary(g => g.Key, g => g.Count()))),
            ["labels_without_observation"] = set.UnobservedLabels,
            ["block_metres"] = options.BlockMetres,
            ["cross_validation_by_blocks"] = ToJson(byBlocks),
            ["cross_validation_at_random"] = ToJson(atRandom),
        };
        return card.ToJsonString(ModelDescription.JsonOptions) + "\n";
    }

    private static JsonObject? ToJson(Confusion? confusion)
    {
        if (confusion is null)
        {
            return null;
        }

        var perClass = new JsonObject();
        for (int i = 0; i < confusion.Classes.Count; i++)
        {
            perClass[confusion.Classes[i]] = new JsonObject { ["precision"] = Number(confusion.Precision(i)), ["recall"] = Number(confusion.Recall(i)), ["f1"] = Number(confusion.F1(i)) };
        }

        return new JsonObject
        {
            ["samples"] = confusion.Total,
            ["overall_accuracy"] = Number(confusion.OverallAccuracy),
            ["kappa"] = Number(confusion.Kappa),
            ["classes"] = perClass,
            ["confusion"] = JsonSerializer.SerializeToNode(confusion.Counts),
        };

        static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
    }

    private static string ToMarkdown(ModelDescription model, TrainingSet set, TrainerOptions options, Confusion? byBlocks, Confusion? atRandom)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(invariant, $"# Model card\n\n{model.Trainer}, {model.Trees} trees of at most {model.Leaves} leaves a class, seed {model.Seed}. Trained on {set.Samples.Count} labelled pixels");
        text.Append(invariant, $" of the years {string.Join(", ", set.Samples.Select(s => s.Year).Distinct().Order())}; {set.UnobservedLabels} labels had no observed pixel.\n\n");
        text.Append("| class | value in maps | counts as irrigated | labelled pixels |\n| --- | --- | --- | --- |\n");
        IReadOnlyDictionary<string, int> counts = set.CountByClass();
        foreach (ModelClass c in model.Classes.OrderBy(c => c.Value))
        {
            text.Append(invariant, $"| {c.Name} | {c.Value} | {(c.IsIrrigated ? "yes" : "no")} | {counts[c.Name]} |\n");
        }

        text.Append(invariant, $"\n## Cross-validation\n\nBy spatial blocks of {options.BlockMetres / 1000:0.#} km, no block on both sides; and by a random split, which flatters because neighbouring pixels are alike.\n\n");
        Append(text, "Spatial blocks", byBlocks);
        Append(text, "Random split", atRandom);
        text.Append("## Features\n\n").AppendJoin(", ", model.FeatureNames.Select(name => $"`{name}`")).Append('\n');
        text.Append("\n## Limits\n\nAccuracy is that of the labels and holds for land and years like theirs. Probabilities are not calibrated. A map's area is biased when its errors do not cancel; assess it with an independent sample before publishing.\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, Confusion? confusion)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $"### {title}\n\n");
        if (confusion is null)
        {
            text.Append("All labels lie in one block; nothing can be left out. Label more land.\n\n");
            return;
        }

        text.Append(invariant, $"Overall accuracy {confusion.OverallAccuracy:0.000}, kappa {confusion.Kappa:0.000}, {confusion.Total} samples.\n\n| true \\ predicted | {string.Join(" | ", confusion.Classes)} | precision | recall | F1 |\n|{string.Concat(Enumerable.Repeat(" --- |", confusion.Classes.Count + 4))}\n");
        for (int i = 0; i < confusion.Classes.Count; i++)
        {
            text.Append(invariant, $"| {confusion.Classes[i]} | {string.Join(" | ", confusion.Counts[i])} | {confusion.Precision(i):0.000} | {confusion.Recall(i):0.000} | {confusion.F1(i):0.000} |\n");
        }

        text.Append('\n');
    }
}
