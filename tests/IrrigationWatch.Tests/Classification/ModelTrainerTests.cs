using System.Globalization;
using System.Text;
using IrrigationWatch.Classification;

namespace IrrigationWatch.Tests.Classification;

/// <summary>What models of the same samples answer, as it was when their parameters were chosen.</summary>
public class ModelTrainerTests
{
    private static readonly string[] Features = [.. Enumerable.Range(0, 12).Select(f => FormattableString.Invariant($"f{f}"))];

    [Fact]
    public void Probabilities_are_those_on_record()
    {
        var lines = new StringBuilder();
        TrainingSet set = Set(600);
        float[][] asked = [.. Set(20, 99).Samples.Select(sample => sample.Features)];
        Answer("fastforest", new TrainerOptions { Trees = 15, Kind = TrainerKind.FastForest });
        Answer("lightgbm", new TrainerOptions { Trees = 25 });
        Answer("lightgbm-other-seed", new TrainerOptions { Trees = 25, Seed = 3 });
        Answer("lightgbm-weighted", new TrainerOptions { Trees = 25, Leaves = 9, LearningRate = 0.2, LeastPerLeaf = 11, BalancesClasses = true, ClassWeights = new Dictionary<string, double> { ["rice"] = 2 } });
        // To a thousandth: processors differ in the last places of exponentials.
        GoldenFile.AssertSame("model-answers.txt", lines.ToString(), 0.0011);

        void Answer(string name, TrainerOptions options)
        {
            lines.Append(name).Append('\n');
            ModelTrainer.Train(set, options with { IrrigatedClasses = ["rice", "wheat"] }, "labels")
                .Score(asked, (_, scores) => lines.AppendJoin(' ', scores.ToArray().Select(score => score.ToString("0.0000", CultureInfo.InvariantCulture))).Append('\n'));
        }
    }

    [Fact]
    public void Trees_are_found_by_stopping_where_others_get_no_better()
    {
        (int trees, double loss) = ModelTrainer.FindTrees(Set(600), Set(200, 5).Samples, new TrainerOptions { Trees = 300, Leaves = 7 });
        Assert.Equal(70, trees);
        Assert.Equal(0.2523, loss, 3);
    }

    [Fact]
    public void Classes_get_values_with_irrigated_ones_first_and_features_their_range()
    {
        TrainingSet set = Set(600);
        ModelDescription model = ModelTrainer.Train(set, new TrainerOptions { Trees = 2, IrrigatedClasses = ["wheat", "rice"], PreviousYears = 1 }, "labels").Description;
        Assert.Equal([("dry", 3, false), ("rice", 1, true), ("wheat", 2, true)], model.Classes.Select(one => (one.Name, (int)one.Value, one.IsIrrigated)).Order());
        Assert.Equal((2, 31, 1984, 1, false), (model.Trees, model.Leaves, model.Seed, model.PreviousYears, model.IsWeak));
        for (int f = 0; f < Features.Length - 1; f++)
        {
            float[] sorted = [.. set.Samples.Select(sample => sample.Features[f]).Where(value => !float.IsNaN(value)).Order()];
            Assert.Equal((sorted[(sorted.Length - 1) / 100], sorted[(99 * (sorted.Length - 1) + 99) / 100]), (model.Ranges[f].Low!.Value, model.Ranges[f].High!.Value));
        }

        // The last was never there.
        Assert.Equal(new FeatureRange(null, null), model.Ranges[^1]);
    }

    [Fact]
    public void What_cannot_be_a_class_map_is_refused()
    {
        TrainingSet set = Set(60);
        Assert.Contains("none of its classes (dry, rice, wheat) counts as irrigated", Assert.Throws<InputException>(() => ModelTrainer.Train(set, new TrainerOptions { IrrigatedClasses = ["maize"] }, "labels")).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ModelTrainer.Train(set, new TrainerOptions { Trees = 1, IrrigatedClasses = [] }, "labels").Description.Classes, one => one.IsIrrigated);
        TrainingSet many = set with { Samples = [.. Enumerable.Range(0, 2 * 251).Select(i => new TrainingSample(i % 251 == 0 ? "irrigated" : FormattableString.Invariant($"class {i % 251}"), 2010, i, 0, [.. Features.Select((_, f) => (float)(i + f))]))] };
        Assert.Contains("has 251 classes, more than the 250", Assert.Throws<InputException>(() => ModelTrainer.Train(many, new TrainerOptions(), "labels")).Message, StringComparison.Ordinal);
    }

    /// <summary>Three classes by two of twelve features, one label in eight wrong, one number in twenty missing.</summary>
    private static TrainingSet Set(int count, int seed = 1)
    {
        var random = new Random(seed);
        string[] classes = ["dry", "rice", "wheat"];
        TrainingSample[] samples = [.. Enumerable.Range(0, count).Select(i =>
        {
            float[] row = [.. Features.Select((_, f) => f == Features.Length - 1 || random.Next(20) == 0 ? float.NaN : (float)Math.Round(random.NextDouble(), 3))];
            int c = random.Next(8) == 0 ? random.Next(3) : row[0] > 0.6 ? 1 : row[1] > 0.5 ? 2 : 0;
            return new TrainingSample(classes[c], 2010, i, 0, row);
        })];
        return new TrainingSet(Features, samples, LabelReport.None);
    }
}
