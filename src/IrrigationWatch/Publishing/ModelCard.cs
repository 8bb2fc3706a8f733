using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Classification;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>What a reader must know to trust a model, or not to: written beside it as Markdown, JSON and a picture.</summary>
public static class ModelCard
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Endings of the files beside a model.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".card.json", ".card.md", ".card.svg"];

    /// <summary>Writes <c>MODEL.card.md</c>, <c>MODEL.card.json</c> and <c>MODEL.card.svg</c> beside a model.</summary>
    /// <param name="modelPath">The model's file.</param>
    /// <param name="training">The model and its validation.</param>
    /// <param name="inputs">Names and digests of what went in, for example the labels' file.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string modelPath, ModelTraining training, IReadOnlyList<KeyValuePair<string, string>> inputs)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(inputs);
        string picture = Path.ChangeExtension(modelPath, ".card.svg");
        AtomicFile.WriteText(picture, ModelCharts.ToSvg(training));
        AtomicFile.WriteText(Path.ChangeExtension(modelPath, ".card.json"), ToJson(training, inputs));
        AtomicFile.WriteText(Path.ChangeExtension(modelPath, ".card.md"), ToMarkdown(training, inputs, Path.GetFileName(picture)));
    }

    private static string ToJson(ModelTraining training, IReadOnlyList<KeyValuePair<string, string>> inputs)
    {
        TrainingSet set = training.Set;
        LabelReport labels = set.Labels;
        var card = new JsonObject
        {
            ["model"] = JsonSerializer.SerializeToNode(training.Model.Description),
            ["weak_labels"] = set.IsWeak,
            ["inputs"] = new JsonObject(inputs.Select(input => KeyValuePair.Create(input.Key, (JsonNode?)JsonValue.Create(input.Value)))),
            ["samples"] = set.Samples.Count,
            ["samples_by_class"] = JsonSerializer.SerializeToNode(set.CountByClass()),
            ["samples_by_year"] = Count(set, sample => sample.Year.ToString(CultureInfo.InvariantCulture)),
            ["samples_by_country"] = Count(set, sample => sample.Country),
            ["samples_by_sensors"] = Count(set, sample => sample.Sensors),
            ["labels"] = labels.Labels,
            ["labels_used"] = labels.Used,
            ["labels_of_other_years"] = labels.OtherYears,
            ["labels_outside"] = labels.Outside,
            ["labels_without_observation"] = labels.Unobserved,
            ["pixels_labelled_twice"] = labels.DuplicatePixels,
            ["pixels_in_conflict"] = labels.Conflicts.Count,
            ["block_metres"] = training.Options.BlockMetres,
            ["options"] = new JsonObject
            {
                ["learning_rate"] = training.Options.LearningRate,
                ["least_per_leaf"] = training.Options.LeastPerLeaf,
                ["balanced_classes"] = training.Options.BalancesClasses,
                ["class_weights"] = JsonSerializer.SerializeToNode(training.Options.ClassWeights),
                ["most_pixels_of_polygon"] = training.Options.MostPixelsOfPolygon,
            },
            ["search"] = JsonSerializer.SerializeToNode(training.Trials),
            ["cross_validation_by_blocks"] = ToNode(training.ByBlocks, withParts: true),
            ["cross_validation_at_random"] = ToNode(training.AtRandom, withParts: false),
            ["cross_validation_by_years"] = ToNode(training.ByYears, withParts: true),
            ["cross_validation_by_sensors"] = ToNode(training.BySensors, withParts: true),
            ["importance"] = training.ByBlocks is null ? null : new JsonObject(Importance(training).Select(item => KeyValuePair.Create(item.Name, (JsonNode?)JsonValue.Create(item.Lost)))),
            ["brier_score"] = training.ByBlocks?.Brier,
            ["reliability"] = training.ByBlocks is null ? null : JsonSerializer.SerializeToNode(training.ByBlocks.Reliability()),
        };
        return card.ToJsonString(Json) + "\n";
    }

    /// <summary>Features with the accuracy that shuffling them costs, the largest first.</summary>
    internal static IEnumerable<(string Name, double Lost)> Importance(ModelTraining training) =>
        training.Set.FeatureNames.Zip(training.ByBlocks?.Importance ?? []).OrderByDescending(item => item.Second).ThenBy(item => item.First, StringComparer.Ordinal);

    private static JsonObject Count(TrainingSet set, Func<TrainingSample, string> key) =>
        new(set.Samples.GroupBy(key).Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)JsonValue.Create(group.Count()))));

    private static JsonObject? ToNode(CrossValidated? validation, bool withParts)
    {
        if (validation is null)
        {
            return null;
        }

        JsonObject node = ToNode(validation.Overall, validation);
        Ranged accuracy = validation.Interval(confusion => confusion.OverallAccuracy);
        Ranged f1 = validation.Interval(confusion => confusion.F1(validation.IrrigatedClasses.Contains));
        node["overall_accuracy_low"] = Number(accuracy.Low);
        node["overall_accuracy_high"] = Number(accuracy.High);
        node["irrigated_f1_low"] = Number(f1.Low);
        node["irrigated_f1_high"] = Number(f1.High);
        if (withParts)
        {
            foreach ((string name, Func<TrainingSample, string> key) in Parts)
            {
                node["by_" + name] = new JsonObject(validation.By(key).Select(part => KeyValuePair.Create(part.Key, (JsonNode?)ToNode(part.Value, validation))));
            }
        }

        return node;
    }

    private static IReadOnlyList<(string Name, Func<TrainingSample, string> Key)> Parts { get; } =
    [
        ("year", sample => sample.Year.ToString(CultureInfo.InvariantCulture)),
        ("sensors", sample => sample.Sensors),
        ("country", sample => sample.Country),
    ];

    private static JsonObject ToNode(Confusion confusion, CrossValidated validation)
    {
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
            ["irrigated_f1"] = Number(confusion.F1(validation.IrrigatedClasses.Contains)),
            ["classes"] = perClass,
            ["confusion"] = JsonSerializer.SerializeToNode(confusion.Counts),
        };
    }

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static string ToMarkdown(ModelTraining training, IReadOnlyList<KeyValuePair<string, string>> inputs, string picture)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        (ModelDescription model, TrainingSet set, TrainerOptions options) = (training.Model.Description, training.Set, training.Options);
        var text = new StringBuilder("# Model card\n\n");
        if (set.IsWeak)
        {
            text.Append("**No labels were given: confident pixels labelled themselves, and the figures below say how well the model repeats its own rules, not how true they are.** Assess a map with an independent sample before it is used.\n\n");
            text.AppendJoin("\n", set.WeakRules.Select(rule => $"- {rule}")).Append("\n\n");
        }

        text.Append(invariant, $"{model.Trainer}, {model.Trees} trees of at most {model.Leaves} leaves a class{(options.Kind == TrainerKind.LightGbm ? string.Create(invariant, $", learning rate {options.LearningRate}") : string.Empty)}, at least {options.LeastPerLeaf} samples a leaf, seed {model.Seed}");
        text.Append(options.BalancesClasses ? ", classes balanced" : string.Empty).Append(options.ClassWeights.Count > 0 ? $", weights {string.Join(", ", options.ClassWeights.Select(weight => string.Create(invariant, $"{weight.Key} {weight.Value}")))}" : string.Empty).Append(".\n\n");
        text.Append("| class | value in maps | counts as irrigated | labelled pixels |\n| --- | --- | --- | --- |\n");
        IReadOnlyDictionary<string, int> counts = set.CountByClass();
        foreach (ModelClass c in model.Classes.OrderBy(c => c.Value))
        {
            text.Append(invariant, $"| {MarkdownText.Cell(c.Name)} | {c.Value} | {(c.IsIrrigated ? "yes" : "no")} | {counts[c.Name]} |\n");
        }

        text.Append(invariant, $"\n## Data\n\n{set.Samples.Count} pixels");
        text.Append(set.IsWeak ? ".\n\n" : string.Create(invariant, $" of {set.Labels.Used} of {set.Labels.Labels} labels, at most {options.MostPixelsOfPolygon} of a polygon and year ({set.Labels.CappedPolygons} polygons had more).\n\n"));
        foreach (string remark in set.Labels.Remarks)
        {
            text.Append(invariant, $"- {remark}\n");
        }

        AppendCounts(text, set);
        text.Append("| input | SHA-256 |\n| --- | --- |\n").AppendJoin(string.Empty, inputs.Select(input => $"| {MarkdownText.Cell(input.Key)} | `{input.Value}` |\n"));
        AppendValidation(text, training);
        text.Append(invariant, $"![Confusion, importance of features, reliability of probabilities]({picture})\n\n");
        AppendImportance(text, training);
        AppendReliability(text, training.ByBlocks);
        text.Append("## Features\n\n").AppendJoin(", ", model.FeatureNames.Select(name => $"`{name}`")).Append('\n');
        text.Append("\n## Limits\n\nAccuracy is that of the labels and holds for land and years like theirs; labels drawn where they are easy make it look better than it is. A map's area is biased when its errors do not cancel: draw a sample with `irrigationwatch sample`, and let `assess` correct the area and give its interval. A model refuses features that are not the ones above, by name.\n");
        return text.ToString();
    }

    private static void AppendCounts(StringBuilder text, TrainingSet set)
    {
        string[] classes = [.. set.CountByClass().Keys];
        text.Append(CultureInfo.InvariantCulture, $"\n| pixels of | {MarkdownText.Cells(classes)} |\n|{string.Concat(Enumerable.Repeat(" --- |", classes.Length + 1))}\n");
        foreach ((_, Func<TrainingSample, string> key) in Parts)
        {
            foreach (IGrouping<string, TrainingSample> group in set.Samples.GroupBy(key).Where(group => group.Key.Length > 0).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Cell(group.Key)} | {string.Join(" | ", classes.Select(name => group.Count(sample => sample.Class == name)))} |\n");
            }
        }

        text.Append('\n');
    }

    private static void AppendValidation(StringBuilder text, ModelTraining training)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        text.Append(invariant, $"\n## Cross-validation\n\nBy spatial blocks of {training.Options.BlockMetres / 1000:0.#} km, no block on both sides; by a random split, which flatters because neighbouring pixels are alike; and with each year, and all years of the same sensors, left out in turn. Intervals are of 95%, from drawing whole blocks again.{(training.Trials.Count > 0 ? " The parameters were searched on other spatial folds of the same samples." : string.Empty)}\n\n");
        text.Append("| samples left out | overall accuracy | 95% | F1 of irrigated | 95% | kappa | samples |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        Row("spatial blocks", training.ByBlocks);
        Row("random split", training.AtRandom);
        Row("whole years", training.ByYears);
        Row("all years of the same sensors", training.BySensors);
        text.Append('\n');
        if (training.ByBlocks is null)
        {
            text.Append("All labels lie in one block; nothing can be left out. Label more land.\n\n");
            return;
        }

        Append(text, training.ByBlocks.Overall);
        text.Append("| left out in blocks, of | samples | overall accuracy | F1 of irrigated |\n| --- | --- | --- | --- |\n");
        foreach ((_, Func<TrainingSample, string> key) in Parts)
        {
            foreach ((string name, Confusion part) in training.ByBlocks.By(key))
            {
                text.Append(invariant, $"| {MarkdownText.Cell(name)} | {part.Total} | {part.OverallAccuracy:0.000} | {part.F1(training.ByBlocks.IrrigatedClasses.Contains):0.000} |\n");
            }
        }

        foreach ((string name, Confusion part) in training.ByYears?.By(Parts[0].Key) ?? [])
        {
            text.Append(invariant, $"| {name}, by a model of the other years | {part.Total} | {part.OverallAccuracy:0.000} | {part.F1(training.ByBlocks.IrrigatedClasses.Contains):0.000} |\n");
        }

        text.Append('\n');

        void Row(string what, CrossValidated? validation)
        {
            if (validation is null)
            {
                text.Append(invariant, $"| {what} | not possible | | | | | |\n");
                return;
            }

            Ranged accuracy = validation.Interval(confusion => confusion.OverallAccuracy);
            Ranged f1 = validation.Interval(confusion => confusion.F1(validation.IrrigatedClasses.Contains));
            text.Append(invariant, $"| {what} | {accuracy.Value:0.000} | {accuracy.Low:0.000} to {accuracy.High:0.000} | {f1.Value:0.000} | {f1.Low:0.000} to {f1.High:0.000} | {validation.Overall.Kappa:0.000} | {validation.Samples.Count} |\n");
        }
    }

    private static void Append(StringBuilder text, Confusion confusion)
    {
        text.Append(CultureInfo.InvariantCulture, $"| true \\ predicted | {MarkdownText.Cells(confusion.Classes)} | precision | recall | F1 |\n|{string.Concat(Enumerable.Repeat(" --- |", confusion.Classes.Count + 4))}\n");
        for (int i = 0; i < confusion.Classes.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Cell(confusion.Classes[i])} | {string.Join(" | ", confusion.Counts[i])} | {confusion.Precision(i):0.000} | {confusion.Recall(i):0.000} | {confusion.F1(i):0.000} |\n");
        }

        text.Append('\n');
    }

    private static void AppendImportance(StringBuilder text, ModelTraining training)
    {
        if (training.ByBlocks is null)
        {
            return;
        }

        text.Append("## Importance of features\n\nAccuracy lost in the blocks left out when a feature's values are shuffled among them. Features that say the same share their importance.\n\n| feature | accuracy lost |\n| --- | --- |\n");
        foreach ((string name, double lost) in Importance(training))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {lost:0.0000} |\n");
        }

        text.Append('\n');
    }

    private static void AppendReliability(StringBuilder text, CrossValidated? validation)
    {
        if (validation is null)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"## Calibration\n\nProbability of irrigation in the blocks left out, beside what was true. Brier score {validation.Brier:0.0000} (0 is perfect).\n\n| mean probability | irrigated in truth | samples |\n| --- | --- | --- |\n");
        foreach (ReliabilityBin bin in validation.Reliability())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {bin.Probability:0.000} | {bin.Irrigated:0.000} | {bin.Samples} |\n");
        }

        text.Append('\n');
    }
}
