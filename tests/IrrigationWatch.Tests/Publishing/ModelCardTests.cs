using System.Text.Json;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>What is written beside a model, with figures worked by hand; tables are read by Markdig.</summary>
public class ModelCardTests
{
    private const string Irrigated = ModelExample.Irrigated;

    [Fact]
    public void Three_files_stand_beside_the_model_and_the_text_shows_the_picture()
    {
        using var made = new Made(ModelExample.Training);
        Assert.Equal(["m.card.json", "m.card.md", "m.card.svg"], Directory.GetFiles(made.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("](m.card.svg)", made.Markdown, StringComparison.Ordinal);
        Assert.Equal([".card.json", ".card.md", ".card.svg"], ModelCard.Endings);
    }

    [Fact]
    public void The_model_is_described_with_its_classes_by_their_value()
    {
        using var made = new Made(ModelExample.Training);
        Assert.Contains("\nLightGBM, 100 trees of at most 31 leaves a class, learning rate 0.1, at least 5 samples a leaf, seed 1984.\n", made.Markdown, StringComparison.Ordinal);
        Assert.Equal([["class", "value in maps", "counts as irrigated", "labelled pixels"], [Irrigated, "1", "yes", "4"], ["dry", "2", "no", "4"]], MarkdownTables.Find(made.Markdown, "class"));
        Assert.Contains("8 pixels of 7 of 13 labels, at most 40 of a polygon and year (1 polygons had more).\n\n- 2 of 13 labels are of years without scenes\n- 1 of 13 labels lie outside of the scenes or hold no whole pixel\n- 3 of 13 labels have no observed pixel in their years\n", made.Markdown, StringComparison.Ordinal);
        Assert.Contains("## Features\n\n`early_ndvi`, `late_ndvi`\n", made.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_and_other_trainers_are_named()
    {
        ModelTraining training = ModelExample.Training with { Options = new TrainerOptions { Kind = TrainerKind.FastForest, BalancesClasses = true, ClassWeights = new SortedDictionary<string, double> { ["dry"] = 0.5 } } };
        using var made = new Made(training);
        Assert.Contains(" a class, at least 5 samples a leaf, seed 1984, classes balanced, weights dry 0.5.\n", made.Markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_counted_by_year_sensors_and_country()
    {
        using var made = new Made(ModelExample.Training);
        Assert.Equal(
            [["pixels of", "dry", Irrigated], ["2010", "1", "2"], ["2011", "3", "2"], ["ETM", "2", "2"], ["TM", "1", "2"], ["CN", "2", "2"], ["KZ", "1", "2"]],
            MarkdownTables.Find(made.Markdown, "pixels of"));
        Assert.Equal([["input", "SHA-256"], ["labels | old.geojson", "abcd"]], MarkdownTables.Find(made.Markdown, "input"));
    }

    /// <summary>Five of eight are right; by chance half would be. Of two blocks, drawn again, both may be the good or the bad one.</summary>
    [Fact]
    public void Validation_is_told_with_its_interval_and_what_was_not_possible()
    {
        using var made = new Made(ModelExample.Training);
        Assert.Equal(
            [
                ["samples left out", "overall accuracy", "95%", "F1 of irrigated", "95%", "kappa", "samples"],
                ["spatial blocks", "0.625", "0.250 to 1.000", "0.667", "0.000 to 1.000", "0.250", "8"],
                ["random split", "not possible", "", "", "", "", ""],
                ["whole years", "0.625", "0.250 to 1.000", "0.667", "0.000 to 1.000", "0.250", "8"],
                ["all years of the same sensors", "not possible", "", "", "", "", ""],
            ],
            MarkdownTables.Find(made.Markdown, "samples left out"));
        Assert.Contains("By spatial blocks of 2.5 km, no block on both sides;", made.Markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("The parameters were searched", made.Markdown, StringComparison.Ordinal);
        using var searched = new Made(ModelExample.Training with { Trials = [new SearchTrial(7, 0.1, 50, 0.5)] });
        Assert.Contains("The parameters were searched on other spatial folds", searched.Markdown, StringComparison.Ordinal);
        Assert.Equal([["true \\ predicted", "dry", Irrigated, "precision", "recall", "F1"], ["dry", "2", "2", "0.667", "0.500", "0.571"], [Irrigated, "1", "3", "0.600", "0.750", "0.667"]], MarkdownTables.Find(made.Markdown, "true \\ predicted"));
        Assert.Equal(
            [
                ["left out in blocks, of", "samples", "overall accuracy", "F1 of irrigated"],
                ["2010", "3", "1.000", "1.000"], ["2011", "5", "0.400", "0.400"], ["ETM", "4", "0.500", "0.500"], ["TM", "3", "1.000", "1.000"], ["CN", "4", "0.500", "0.500"], ["KZ", "3", "1.000", "1.000"],
                ["2010, by a model of the other years", "3", "1.000", "1.000"], ["2011, by a model of the other years", "5", "0.400", "0.400"],
            ],
            MarkdownTables.Find(made.Markdown, "left out in blocks, of"));
    }

    [Fact]
    public void Features_stand_by_their_importance_and_probabilities_beside_the_truth()
    {
        using var made = new Made(ModelExample.Training);
        Assert.Equal([["feature", "accuracy lost"], ["late_ndvi", "0.2500"], ["early_ndvi", "0.0100"]], MarkdownTables.Find(made.Markdown, "feature"));
        // (0.1² + 0.2² + 0.7² + 0.1² + 0.2² + 0.6² + 0.5²) / 8.
        Assert.Contains("Brier score 0.1500 (0 is perfect)", made.Markdown, StringComparison.Ordinal);
        Assert.Equal(
            [["mean probability", "irrigated in truth", "samples"], ["0.100", "0.000", "1"], ["0.200", "0.000", "1"], ["0.300", "1.000", "1"], ["0.500", "0.000", "1"], ["0.600", "0.000", "1"], ["0.800", "1.000", "1"], ["0.950", "1.000", "2"]],
            MarkdownTables.Find(made.Markdown, "mean probability"));
    }

    [Fact]
    public void Weak_labels_are_said_first()
    {
        TrainingSet weak = ModelExample.Training.Set with { IsWeak = true, WeakRules = ["greenest pixels are irrigated"] };
        using var made = new Made(ModelExample.Training with { Set = weak });
        Assert.StartsWith("# Model card\n\n**No labels were given: confident pixels labelled themselves,", made.Markdown, StringComparison.Ordinal);
        Assert.Contains("\n- greenest pixels are irrigated\n", made.Markdown, StringComparison.Ordinal);
        Assert.Contains("\n8 pixels.\n", made.Markdown, StringComparison.Ordinal);
        Assert.True(made.Json.GetProperty("weak_labels").GetBoolean());
    }

    [Fact]
    public void Where_all_labels_lie_in_one_block_nothing_is_claimed()
    {
        using var made = new Made(ModelExample.Training with { ByBlocks = null, ByYears = null });
        Assert.Contains("All labels lie in one block; nothing can be left out. Label more land.", made.Markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("## Importance", made.Markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("Brier", made.Markdown, StringComparison.Ordinal);
        Assert.All(["cross_validation_by_blocks", "importance", "brier_score", "reliability"], name => Assert.Equal(JsonValueKind.Null, made.Json.GetProperty(name).ValueKind));
        Assert.Contains("All labels lie in one block: nothing can be validated.", SvgDrawing.Parse(made.Picture).Words);
    }

    [Fact]
    public void As_JSON_the_card_holds_the_same_figures()
    {
        using var made = new Made(ModelExample.Training);
        JsonElement card = made.Json;
        Assert.Equal(
            [8, 13, 7, 2, 1, 3, 4, 0, 2500],
            new[] { "samples", "labels", "labels_used", "labels_of_other_years", "labels_outside", "labels_without_observation", "pixels_labelled_twice", "pixels_in_conflict", "block_metres" }.Select(name => card.GetProperty(name).GetInt32()));
        Assert.Equal("""{"2010":3,"2011":5}""", JsonSerializer.Serialize(card.GetProperty("samples_by_year")));
        Assert.Equal("""{"CN":4,"KZ":3}""", JsonSerializer.Serialize(card.GetProperty("samples_by_country")));
        JsonElement blocks = card.GetProperty("cross_validation_by_blocks");
        Assert.Equal(
            [0.625, 0.25, 1.0, 6 / 9.0, 0.0, 1.0, 0.25],
            new[] { "overall_accuracy", "overall_accuracy_low", "overall_accuracy_high", "irrigated_f1", "irrigated_f1_low", "irrigated_f1_high", "kappa" }.Select(name => blocks.GetProperty(name).GetDouble()));
        Assert.Equal("[[2,2],[1,3]]", JsonSerializer.Serialize(blocks.GetProperty("confusion")));
        Assert.Equal(0.4, blocks.GetProperty("by_year").GetProperty("2011").GetProperty("overall_accuracy").GetDouble());
        // In 2010 nothing dry was taken for irrigated; of one country alone some figures do not exist.
        Assert.Equal(1, blocks.GetProperty("by_country").GetProperty("KZ").GetProperty("classes").GetProperty("dry").GetProperty("recall").GetDouble());
        Assert.Equal(JsonValueKind.Null, card.GetProperty("cross_validation_at_random").ValueKind);
        Assert.Equal(["late_ndvi", "early_ndvi"], card.GetProperty("importance").EnumerateObject().Select(member => member.Name));
        Assert.Equal(0.15, card.GetProperty("brier_score").GetDouble(), 12);
        Assert.Equal("abcd", card.GetProperty("inputs").GetProperty("labels | old.geojson").GetString());
        Assert.Equal("LightGBM", card.GetProperty("model").GetProperty("Trainer").GetString());
    }

    [Fact]
    public void A_figure_that_does_not_exist_is_null_in_JSON()
    {
        CrossValidated all = ModelExample.Training.ByBlocks!;
        // Of one block there is no interval; nothing was predicted dry, so that its precision is not known.
        CrossValidated one = new(all.Classes, all.IrrigatedClasses, [.. all.Samples.Where(held => held.Group == 0 && held.Sample.Class == Irrigated)], all.Importance, 1);
        using var made = new Made(ModelExample.Training with { ByBlocks = one });
        JsonElement blocks = made.Json.GetProperty("cross_validation_by_blocks");
        Assert.Equal((1.0, JsonValueKind.Null), (blocks.GetProperty("overall_accuracy").GetDouble(), blocks.GetProperty("overall_accuracy_low").ValueKind));
        Assert.Equal(JsonValueKind.Null, blocks.GetProperty("classes").GetProperty("dry").GetProperty("precision").ValueKind);
    }

    [Fact]
    public void The_picture_has_a_cell_for_each_pair_of_classes_darker_where_more_fall()
    {
        SvgDrawing picture = SvgDrawing.Parse(ModelCharts.ToSvg(ModelExample.Training));
        Assert.Equal((1300, 540), (picture.Width, picture.Height));
        // Two by two cells of 140; half and three quarters on the diagonal; half and a quarter, shown twice as strong, off it.
        Assert.Equal(
            [(140, 70, "#80b8d8"), (280, 70, "#d55e00"), (140, 210, "#eaae80"), (280, 210, "#4095c5")],
            picture.Bars.Where(bar => bar.Width == 140).Select(bar => (bar.X, bar.Y, bar.Fill)));
        Assert.Equal(["2", "2", "1", "3"], picture.Texts.Where(text => text.X is 210 or 350 && text.Words.Length == 1).Select(text => text.Words));
        Assert.Contains("irrigated | d…", picture.Words);
    }

    [Fact]
    public void The_picture_has_bars_of_importance_and_circles_of_reliability()
    {
        SvgDrawing picture = SvgDrawing.Parse(ModelCharts.ToSvg(ModelExample.Training));
        SvgDrawing.Bar[] bars = [.. picture.Bars.Where(bar => bar.Fill == "#0072B2")];
        // The longest has the room of 135; the other is 0.01/0.25 of it.
        Assert.Equal([135, 5.4], bars.Select(bar => bar.Width));
        Assert.True(bars[0].Y < bars[1].Y);
        Assert.Equal(["0.2500", "0.0100"], picture.Words.Where(words => words is "0.2500" or "0.0100"));
        // The square of probabilities goes from x = 916 and y = 414 over 344 pixels; of eight samples one or two are in a bin.
        Assert.Equal(
            [(0.1, 0, 1), (0.2, 0, 1), (0.3, 1, 1), (0.5, 0, 1), (0.6, 0, 1), (0.8, 1, 1), (0.95, 1, 2)],
            picture.Circles.Select(circle => (Math.Round((circle.X - 916) / 344, 3), (414 - circle.Y) / 344, Math.Round(8 * Math.Pow((circle.Radius - 3) / 9, 2)))));
        // Wilson's interval of none of one: 0 to 0.79345.
        SvgDrawing.Line interval = Assert.Single(picture.Lines, line => line.X0 == line.X1 && line.X0 == 950.4 && line.Color == "#0072B2");
        Assert.Equal([414, 414 - 0.79345 * 344], [interval.Y0, interval.Y1], (a, b) => Math.Abs(a - b) < 0.1);
    }

    /// <summary>A card in a folder that goes away with it.</summary>
    private sealed class Made : IDisposable
    {
        private readonly ScratchFolder scratch = new();

        internal Made(ModelTraining training) => ModelCard.Write(scratch.File("m.zip"), training, [KeyValuePair.Create("labels | old.geojson", "abcd")]);

        internal string Folder => scratch.Path;

        internal string Markdown => File.ReadAllText(scratch.File("m.card.md"));

        internal string Picture => File.ReadAllText(scratch.File("m.card.svg"));

        internal JsonElement Json => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(scratch.File("m.card.json")));

        public void Dispose() => scratch.Dispose();
    }
}
