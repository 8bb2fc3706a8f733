using System.Globalization;
using IrrigationWatch.Classification;

namespace IrrigationWatch.Benchmarks;

/// <summary>Models and pixels for benchmarks, the same every time: two classes, or the five of a corridor.</summary>
internal static class BenchmarkModels
{
    internal const int Features = 14;

    internal static IrrigationModel Train(TrainerKind kind, int classes, int trees, int leaves)
    {
        var random = new Random(1984);
        string[] names = [.. Enumerable.Range(0, Features).Select(f => string.Create(CultureInfo.InvariantCulture, $"f{f}"))];
        TrainingSample[] samples =
        [
            .. Enumerable.Range(0, 20_000).Select(i =>
            {
                float[] row = Row(random);
                // Classes overlap, so that trees grow to their full size.
                double score = row.Select((value, f) => value * Math.Cos(f)).Sum() * 3 + random.NextDouble() * 1.5;
                int c = (int)Math.Abs(Math.Floor(score)) % classes;
                return new TrainingSample(c == 0 ? "irrigated" : string.Create(CultureInfo.InvariantCulture, $"class{c}"), 2010, i, i, row);
            }),
        ];
        IrrigationModel model = ModelTrainer.Train(new TrainingSet(names, samples, LabelReport.None), new TrainerOptions { Kind = kind, Trees = trees, Leaves = leaves, Seed = 1 }, "labels");
        return model.CompilationProblem is string problem ? throw new InvalidOperationException(problem) : model;
    }

    /// <summary>One plane a feature.</summary>
    internal static float[] Planes(int pixels)
    {
        var random = new Random(7);
        float[] planes = new float[Features * pixels];
        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] = (float)random.NextDouble();
        }

        return planes;
    }

    internal static List<float[]> Rows(float[] planes, int pixels) =>
        [.. Enumerable.Range(0, pixels).Select(x => Enumerable.Range(0, Features).Select(f => planes[f * pixels + x]).ToArray())];

    private static float[] Row(Random random) => [.. Enumerable.Range(0, Features).Select(_ => (float)random.NextDouble())];
}
