using CsCheck;
using IrrigationWatch.Classification;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Classification;

/// <summary>Compiled models against ML.NET's own Transform, over random models and random pixels.</summary>
public class CompiledClassifierTests
{
    [Fact]
    public void Every_pixel_has_the_class_of_Transform_and_its_probabilities_to_a_millionth()
    {
        Gen.Select(Pick.From(TrainerKind.LightGbm, TrainerKind.FastForest), Gen.Int[2, 5], Gen.Int[1, 14], Gen.Int[1, 60], Pick.From(2, 5, 31, 32, 33, 64), Pick.From(0.0, 0.1, 0.4), Gen.Int[0, 1_000_000]).Sample(
            (kind, classes, features, trees, leaves, missing, seed) =>
            {
                var random = new Random(seed);
                IrrigationModel model = Train(random, kind, classes, features, trees, leaves, missing, 400);
                Assert.Null(model.CompilationProblem);
                Assert.Null(ModelCompiler.Difference(model, model.Compiled!, [.. Enumerable.Range(0, 3000).Select(_ => Row(random, features, missing))]));
            },
            iter: Form.Cases(6, 60),
            threads: 1);
    }

    /// <summary>The tests above and below take the comparison of the library itself for their judge, which also decides whether a compiled model is used: it is to notice.</summary>
    [Theory]
    [InlineData(TrainerKind.LightGbm)]
    [InlineData(TrainerKind.FastForest)]
    public void A_compiled_model_that_is_another_is_noticed_by_classes_and_by_probabilities(TrainerKind kind)
    {
        var random = new Random(3);
        IrrigationModel one = Train(random, kind, 3, 5, 20, 12, 0, 400);
        IrrigationModel other = Train(random, kind, 3, 5, 20, 12, 0, 400, senseless: true);
        float[][] rows = [.. Enumerable.Range(0, 500).Select(_ => Row(random, 5, 0))];
        Assert.Contains("where ML.NET gives", ModelCompiler.Difference(one, other.Compiled!, rows), StringComparison.Ordinal);
        // By a plain loop over what both say, whichever row it is: there are rows of another class, and rows of the same class but another probability.
        (byte[] Classes, float[] Probabilities) by = Of(other);
        bool[] sameClass = new bool[rows.Length];
        one.Score(rows, (i, scores) => sameClass[i] = scores.IndexOf(scores.ToArray().Max()) == by.Classes[i]);
        float[][] agreeing = [.. rows.Where((_, i) => sameClass[i])];
        Assert.InRange(agreeing.Length, 1, rows.Length - 1);
        Assert.Contains("the probability", ModelCompiler.Difference(one, other.Compiled!, agreeing), StringComparison.Ordinal);
        Assert.Contains("gives class", ModelCompiler.Difference(one, other.Compiled!, [.. rows.Where((_, i) => !sameClass[i])]), StringComparison.Ordinal);

        (byte[] Classes, float[] Probabilities) Of(IrrigationModel model)
        {
            float[] planes = [.. Enumerable.Range(0, 5).SelectMany(f => rows.Select(row => row[f]))];
            byte[] classes = new byte[rows.Length];
            float[] probabilities = new float[rows.Length * 3];
            model.Compiled!.Classify(planes, rows.Length, [.. Enumerable.Range(0, rows.Length)], classes, probabilities);
            return (classes, probabilities);
        }
    }

    [Fact]
    public void A_stored_model_compiles_to_the_same_answers()
    {
        using var scratch = new ScratchFolder();
        var random = new Random(5);
        IrrigationModel model = Train(random, TrainerKind.LightGbm, 4, 9, 40, 31, 0.1, 600);
        model.Save(scratch.File("m.zip"));
        var loaded = IrrigationModel.Load(scratch.File("m.zip"));
        Assert.Null(loaded.CompilationProblem);
        const int Pixels = 5000;
        float[] planes = [.. Enumerable.Range(0, 9 * Pixels).Select(_ => random.Next(10) == 0 ? float.NaN : (float)random.NextDouble())];
        int[] wanted = [.. Enumerable.Range(0, Pixels).Where(_ => random.Next(3) > 0)];
        (byte[] Classes, float[] Probabilities) first = Classify(model);
        (byte[] Classes, float[] Probabilities) second = Classify(loaded);
        Assert.Equal(first.Classes, second.Classes);
        Assert.Equal(first.Probabilities, second.Probabilities);
        Assert.True(first.Classes.Distinct().Count() == 4);
        // A pixel's answer does not depend on which others are asked for.
        byte[] one = new byte[1];
        float[] chances = new float[4];
        for (int i = 0; i < wanted.Length; i += 97)
        {
            model.Classify(planes, Pixels, [wanted[i]], one, chances);
            Assert.Equal(first.Classes[i], one[0]);
            Assert.Equal([.. Enumerable.Range(0, 4).Select(c => first.Probabilities[c * wanted.Length + i])], chances);
        }

        (byte[] Classes, float[] Probabilities) Classify(IrrigationModel by)
        {
            byte[] best = new byte[wanted.Length];
            float[] all = new float[wanted.Length * 4];
            by.Classify(planes, Pixels, wanted, best, all);
            return (best, all);
        }
    }

    [Fact]
    public void Pixels_near_a_tie_are_computed_as_ML_NET_does()
    {
        var random = new Random(11);
        // Labels without sense: the classes are everywhere nearly as likely.
        IrrigationModel model = Train(random, TrainerKind.LightGbm, 2, 3, 30, 8, 0, 2000, senseless: true);
        Assert.Null(model.CompilationProblem);
        long before = model.Compiled!.ExactCount;
        Assert.Null(ModelCompiler.Difference(model, model.Compiled, [.. Enumerable.Range(0, 20_000).Select(_ => Row(random, 3, 0))]));
        // Of 20 000, those whose two probabilities differ by less than a ten-thousandth.
        Assert.InRange(model.Compiled.ExactCount - before, 1, 200);
        Assert.Equal([true, true, true], Enumerable.Range(0, 3).Select(model.Compiled.Uses));
    }

    private static float[] Row(Random random, int features, double missing) =>
        [.. Enumerable.Range(0, features).Select(_ => random.NextDouble() < missing ? float.NaN : (float)Math.Round(random.NextDouble(), random.Next(1, 7)))];

    private static IrrigationModel Train(Random random, TrainerKind kind, int classes, int features, int trees, int leaves, double missing, int samples, bool senseless = false)
    {
        string[] names = [.. Enumerable.Range(0, features).Select(f => FormattableString.Invariant($"f{f}"))];
        TrainingSample[] rows =
        [
            .. Enumerable.Range(0, samples).Select(i =>
            {
                float[] row = Row(random, features, missing);
                double known = row.Select((value, f) => float.IsNaN(value) ? 0.3 : value / (f + 1)).Sum();
                int c = senseless || i < classes ? i % classes : (int)(known * 7) % classes;
                return new TrainingSample(c == 0 ? "irrigated" : FormattableString.Invariant($"class{c}"), 2010, i, i, row);
            }),
        ];
        return ModelTrainer.Train(new TrainingSet(names, rows, LabelReport.None), new TrainerOptions { Kind = kind, Trees = trees, Leaves = leaves, Seed = random.Next() }, "labels");
    }
}
