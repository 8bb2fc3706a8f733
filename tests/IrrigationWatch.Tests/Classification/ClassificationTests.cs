using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Classification;

public class ClassificationTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Theory]
    [InlineData(TrainerKind.LightGbm)]
    [InlineData(TrainerKind.FastForest)]
    public void A_model_learns_is_saved_loaded_and_gives_the_same_scores(TrainerKind kind)
    {
        using var scratch = new ScratchFolder();
        TrainingSet set = Synthetic(600);
        var options = new TrainerOptions { Kind = kind, Trees = 20, Leaves = 8 };
        IrrigationModel model = ModelTrainer.Train(set, options, "labels");
        Assert.Equal((byte)1, model.Description.Classes.Single(c => c.IsIrrigated).Value);
        string path = scratch.File("model.zip");
        model.Save(path);
        IrrigationModel loaded = IrrigationModel.Load(path);
        float[][] rows = [.. Synthetic(200, seed: 9).Samples.Select(sample => sample.Features)];
        float[][] scores = Score(model, rows);
        Assert.Equal(scores, Score(loaded, rows));
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 3));
        string[] truth = [.. Synthetic(200, seed: 9).Samples.Select(sample => sample.Class)];
        int right = scores.Select((row, i) => model.Description.Classes[Array.IndexOf(row, row.Max())].Name == truth[i] ? 1 : 0).Sum();
        Assert.InRange(right, 180, 200);
    }

    [Theory]
    [InlineData(TrainerKind.LightGbm)]
    [InlineData(TrainerKind.FastForest)]
    public void The_same_samples_give_the_same_file(TrainerKind kind)
    {
        using var scratch = new ScratchFolder();
        var options = new TrainerOptions { Kind = kind, Trees = 10 };
        ModelTrainer.Train(Synthetic(300), options, "labels").Save(scratch.File("1.zip"));
        ModelTrainer.Train(Synthetic(300), options, "labels").Save(scratch.File("2.zip"));
        Assert.Equal(File.ReadAllBytes(scratch.File("1.zip")), File.ReadAllBytes(scratch.File("2.zip")));
    }

    [Fact]
    public void Missing_features_are_handled()
    {
        IrrigationModel model = ModelTrainer.Train(Synthetic(300), new TrainerOptions { Trees = 10 }, "labels");
        float[][] scores = Score(model, [[float.NaN, float.NaN, float.NaN]]);
        Assert.All(scores[0], score => Assert.InRange(score, 0, 1));
    }

    [Fact]
    public void What_is_no_model_is_refused()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("x.zip"), "no zip");
        Assert.Contains("is no model", Assert.Throws<InputException>(() => IrrigationModel.Load(scratch.File("x.zip"))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<InputException>(() => IrrigationModel.Load(scratch.File("none.zip"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_became_of_labels_is_said_line_by_line()
    {
        LabelConflict[] conflicts = [.. Enumerable.Range(0, 6).Select(i => new LabelConflict(300_000.4 + i, 4_900_000, 2010 + i, ["a", "b"]))];
        LabelReport none = LabelReport.None;
        Assert.Equal((0, 0, 0, 0, 0, 0, 0, 0), (none.Labels, none.Used, none.OtherYears, none.Outside, none.Unobserved, none.DuplicatePixels, none.Conflicts.Count, none.CappedPolygons));
        Assert.Empty(none.Remarks);
        Assert.Equal(
            [
                "1 of 9 labels are of years without scenes",
                "2 of 9 labels lie outside of the scenes or hold no whole pixel",
                "3 of 9 labels have no observed pixel in their years",
                "4 pixels are labelled twice with the same class and counted once",
                "1 pixels are labelled with different classes in one year and left out (300000, 4900000 in 2010: a and b)",
            ],
            new LabelReport(9, 3, 1, 2, 3, 4, conflicts[..1], 5).Remarks);
        Assert.EndsWith("300004, 4900000 in 2014: a and b)", new LabelReport(9, 3, 0, 0, 0, 0, conflicts[..5], 0).Remarks[0], StringComparison.Ordinal);
        Assert.EndsWith("300004, 4900000 in 2014: a and b; …)", Assert.Single(new LabelReport(9, 3, 0, 0, 0, 0, conflicts, 0).Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_validation_of_one_group_has_no_interval_and_of_two_it_has()
    {
        HeldOut[] held = [.. Enumerable.Range(0, 40).Select(i => new HeldOut(new TrainingSample(i % 3 == 0 ? "a" : "b", 2010, 0, 0, []), 0, i % 2, i % 5 == 0 ? "a" : "b", i / 40.0))];
        Ranged two = new CrossValidated(["a", "b"], ["a"], held, [], 1).Interval(confusion => confusion.OverallAccuracy);
        Assert.InRange(two.Value, two.Low, two.High);
        Assert.True(two.Low < two.High);
        Ranged one = new CrossValidated(["a", "b"], ["a"], [.. held.Where(sample => sample.Group == 0)], [], 1).Interval(confusion => confusion.OverallAccuracy);
        Assert.Equal((double.NaN, double.NaN), (one.Low, one.High));
        // Nothing of a class, and nothing at all.
        var none = new Confusion(["a", "b"], [[0, 0], [0, 0]]);
        Assert.Equal((double.NaN, double.NaN, double.NaN, double.NaN), (none.OverallAccuracy, none.F1(name => name == "a"), none.F1(0), none.Precision(0)));
    }

    [Fact]
    public void A_training_searches_where_asked_and_tells_how_far_it_is()
    {
        var told = new List<double>();
        TrainingSet set = Synthetic(300);
        ModelTraining training = ModelTraining.Run(set, new TrainerOptions { Trees = 5, Leaves = 5, BlockMetres = 20_000 }, "labels", new Progress(told.Add));
        Assert.Equal([0.2, 0.3, 0.6, 0.8], told);
        Assert.Equal((0, 5, true, true, false), (training.Trials.Count, training.Model.Description.Trees, training.ByBlocks is not null, training.AtRandom is not null, training.ByYears is not null));
        ModelTraining searched = ModelTraining.Run(set, new TrainerOptions { Trees = 1, Kind = TrainerKind.FastForest, Search = true, BlockMetres = 20_000 }, "labels");
        Assert.Equal(3, searched.Trials.Count);
        Assert.Equal(searched.Trials.MinBy(trial => trial.LogLoss)!.Leaves, searched.Model.Description.Leaves);
        (TrainerOptions same, IReadOnlyList<SearchTrial> none) = ParameterSearch.Run(set, new TrainerOptions { Leaves = 11, BlockMetres = 1e7 });
        Assert.Equal((11, 0), (same.Leaves, none.Count));
    }

    [Fact]
    public void Blocks_are_squares_and_a_polygon_is_of_one()
    {
        TrainingSample[] samples = [Sample(-1, 0, 0), Sample(0, 0, 1), Sample(9_999, 9_999, 2), Sample(10_000, 9_999, 3), Sample(25_000, 9_999, 1), Sample(10_000, 10_000, 4)];
        var set = new TrainingSet(Names, samples, LabelReport.None);
        Assert.Equal([0, 1, 1, 2, 4, 3], CrossValidation.BlocksOf(set, new TrainerOptions()));
        Assert.Equal([0, 1, 1, 2, 1, 3], CrossValidation.BlocksOf(set with { Labels = LabelReport.None with { Labels = 5 } }, new TrainerOptions()));
        Assert.Null(CrossValidation.FoldsOf([3, 3], 5, 1));
        int[] folds = CrossValidation.FoldsOf([.. Enumerable.Range(0, 100).Select(i => i / 10)], 4, 1)!;
        Assert.Equal([0, 1, 2, 3], folds.Distinct().Order());
        Assert.All(Enumerable.Range(0, 10), group => Assert.Single(folds.Skip(10 * group).Take(10).Distinct()));
        Assert.Equal([20, 20, 30, 30], folds.GroupBy(fold => fold).Select(fold => fold.Count()).Order());
        Assert.Equal([0, 1], CrossValidation.FoldsOf([7, 9], 5, 1)!.Order());

        static TrainingSample Sample(double x, double y, int label) => new("a", 2010, x, y, []) { Label = label };
    }

    [Fact]
    public void Blocks_never_fall_on_both_sides_and_show_the_optimism_of_a_random_split()
    {
        // Features tell the block, and the class is the block's: a random split learns the blocks, spatial folds cannot.
        var random = new Random(4);
        var samples = new List<TrainingSample>();
        for (int block = 0; block < 20; block++)
        {
            for (int i = 0; i < 30; i++)
            {
                samples.Add(new TrainingSample(block % 2 == 0 ? "irrigated" : "other", 2010, block * 10_000 + 100 * i, 0, [block + (float)random.NextDouble() * 0.5f, 0, 0]));
            }
        }

        var set = new TrainingSet(Names, samples, LabelReport.None);
        var options = new TrainerOptions { Trees = 30 };
        Assert.InRange(CrossValidation.AtRandom(set, options)!.Overall.OverallAccuracy, 0.95, 1);
        Assert.InRange(CrossValidation.ByBlocks(set, options)!.Overall.OverallAccuracy, 0, 0.75);
        Assert.Null(CrossValidation.ByBlocks(set, options with { BlockMetres = 1e7 }));
    }

    [Fact]
    public void Accuracy_measures_are_those_of_the_textbook()
    {
        // Congalton and Green 2009, Assessing the Accuracy of Remotely Sensed Data, the worked example of chapter 4: 434 samples, accuracy 74%, kappa 0.65.
        var confusion = new Confusion(["D", "C", "AG", "SB"], [[65, 6, 0, 4], [4, 81, 11, 7], [22, 5, 85, 3], [24, 8, 19, 90]]);
        Assert.Equal(434, confusion.Total);
        Assert.Equal(0.74, confusion.OverallAccuracy, 2);
        Assert.Equal(0.65, confusion.Kappa, 2);
        Assert.Equal(65.0 / 115, confusion.Precision(0), 6);
        Assert.Equal(65.0 / 75, confusion.Recall(0), 6);
    }

    [Theory]
    [InlineData("""{"class":"irrigated","year":2010}""", """{"class":"irrigated","year":2011}""", "one class only")]
    [InlineData("""{"class":"irrigated","year":"soon"}""", """{"class":"dry","year":2011}""", "the year 'soon'")]
    [InlineData("""{"class":"irrigated","year":"٢٠١٠"}""", """{"class":"dry","year":2011}""", "the year '٢٠١٠'")]
    [InlineData("""{"class":null,"year":2010}""", """{"class":" ","year":2011}""", "no label with a class")]
    [InlineData("""{"kind":"irrigated","year":2010}""", """{"kind":"dry","year":2011}""", "no field 'class'")]
    public void Labels_that_cannot_be_used_are_refused(string first, string second, string reason)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("labels.geojson");
        File.WriteAllText(path, $$$"""{"type":"FeatureCollection","features":[{{{Feature(first)}}},{{{Feature(second)}}}]}""");
        InputException e = Assert.Throws<InputException>(() => LabelReader.Read(path));
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);

        static string Feature(string properties) => $$$"""{"type":"Feature","properties":{{{properties}}},"geometry":{"type":"Point","coordinates":[80,44]}}""";
    }

    [Fact]
    public void A_label_may_hold_for_a_range_of_years()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("labels.geojson");
        File.WriteAllText(path, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"class":"irrigated","year":"2008-2012"},"geometry":{"type":"Point","coordinates":[80,44]}},{"type":"Feature","properties":{"class":"dry","year":"2009"},"geometry":{"type":"Point","coordinates":[80,44]}}]}""");
        IReadOnlyList<Label> labels = LabelReader.Read(path);
        Assert.Equal((2008, 2012), (labels[0].FromYear, labels[0].ToYear));
        Assert.Equal((2009, 2009), (labels[1].FromYear, labels[1].ToYear));
    }

    [Fact]
    public void Class_names_survive_the_metadata_of_a_map()
    {
        Gen.Int[1, 250].Select(value => (byte)value).Array[1, 6].Sample(values =>
        {
            string item = string.Join(';', values.Distinct().Select(value => $"{value}=class {value}"));
            Assert.Equal(values.Distinct().Order().Select(value => (double)value), ClassValues.ParseNames(item).Keys);
            Assert.All(ClassValues.ParseNames(item), pair => Assert.Equal($"class {pair.Key}", pair.Value));
        }, iter: 200);
    }

    private static float[][] Score(IrrigationModel model, float[][] rows)
    {
        var scores = new float[rows.Length][];
        model.Score(rows, (i, row) => scores[i] = row.ToArray());
        return scores;
    }

    /// <summary>Three classes that two of three features tell apart.</summary>
    private static TrainingSet Synthetic(int count, int seed = 3)
    {
        var random = new Random(seed);
        var samples = new List<TrainingSample>();
        for (int i = 0; i < count; i++)
        {
            float x = (float)random.NextDouble();
            float y = (float)random.NextDouble();
            string name = x > 0.5f ? "irrigated" : y > 0.5f ? "steppe" : "water";
            samples.Add(new TrainingSample(name, 2010, random.Next(100_000), random.Next(100_000), [x, y, (float)random.NextDouble()]));
        }

        return new TrainingSet(Names, samples, LabelReport.None);
    }

    private sealed class Progress(Action<double> told) : IProgress<double>
    {
        public void Report(double value) => told(value);
    }
}
