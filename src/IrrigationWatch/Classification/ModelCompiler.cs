using Microsoft.ML;

namespace IrrigationWatch.Classification;

/// <summary>Compiles models, and compares what comes of it with ML.NET's own answers before it is used.</summary>
internal static class ModelCompiler
{
    private const int Rows = 400;
    private const float Tolerance = 1e-6f;

    /// <summary>Compiles a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="transformer">Its transformers, a chain.</param>
    /// <returns>The compiled model, or the reason why there is none.</returns>
    internal static (CompiledClassifier? Compiled, string? Problem) Compile(IrrigationModel model, ITransformer transformer)
    {
        try
        {
            int features = model.Description.FeatureNames.Count;
            ITransformer last = transformer is IEnumerable<ITransformer> chain ? chain.Last() : throw new NotSupportedException("it is no chain of transformers");
            var reader = EnsembleReader.Read(last);
            float[] missing = new float[features];
            Array.Fill(missing, float.NaN);
            // What ML.NET makes of a pixel of which nothing is known tells what it puts in the place of missing features.
            float[] replaced = model.Prepare([missing])[0];
            if (!Array.TrueForAll(replaced, float.IsNaN) && Array.Exists(replaced, float.IsNaN))
            {
                throw new NotSupportedException("some missing features are replaced and some are not");
            }

            var compiled = new CompiledClassifier(reader, float.IsNaN(replaced[0]) ? null : replaced, features);
            return Difference(model, compiled, SampleRows(reader, features)) is string difference ? (null, difference) : (compiled, null);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Where the compiled model and ML.NET disagree on some rows; null where they do not.</summary>
    internal static string? Difference(IrrigationModel model, CompiledClassifier compiled, IReadOnlyList<float[]> rows)
    {
        int features = compiled.FeatureCount;
        float[] planes = new float[features * rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int f = 0; f < features; f++)
            {
                planes[f * rows.Count + i] = rows[i][f];
            }
        }

        byte[] classes = new byte[rows.Count];
        float[] probabilities = new float[rows.Count * compiled.ClassCount];
        compiled.Classify(planes, rows.Count, [.. Enumerable.Range(0, rows.Count)], classes, probabilities);
        string? problem = null;
        model.Score(rows, (i, scores) =>
        {
            if (problem is null && Kernels.ArgMax.Of(scores) != classes[i])
            {
                problem = $"compiled it gives class {classes[i]} where ML.NET gives {Kernels.ArgMax.Of(scores)}";
            }

            for (int c = 0; problem is null && c < scores.Length; c++)
            {
                float own = probabilities[c * rows.Count + i];
                problem = Math.Abs(own - scores[c]) <= Tolerance || (float.IsNaN(own) && float.IsNaN(scores[c])) ? null : $"compiled it gives the probability {own:R} where ML.NET gives {scores[c]:R}";
            }
        });
        return problem;
    }

    /// <summary>Rows whose features lie at, just below and just above the thresholds of the trees, far from them, or are missing.</summary>
    private static List<float[]> SampleRows(EnsembleReader model, int features)
    {
        var thresholds = new List<float>[features];
        for (int f = 0; f < features; f++)
        {
            thresholds[f] = [-1, 0, 1];
        }

        foreach (Kernels.DecisionTree tree in model.Classes.SelectMany(trees => trees))
        {
            for (int node = 0; node < tree.NodeCount; node++)
            {
                thresholds[tree.Feature(node)].Add(tree.Threshold(node));
            }
        }

#pragma warning disable CA5394 // Nothing here is secret; the same rows every time.
        var random = new Random(1984);
        var rows = new List<float[]>(Rows);
        for (int i = 0; i < Rows; i++)
        {
            rows.Add([.. thresholds.Select(values => random.Next(12) switch
            {
                0 => float.NaN,
                1 => values[random.Next(values.Count)] * 10 + 1,
                2 => MathF.BitIncrement(values[random.Next(values.Count)]),
                3 => MathF.BitDecrement(values[random.Next(values.Count)]),
                < 8 => values[random.Next(values.Count)],
                _ => values[random.Next(values.Count)] + (float)(random.NextDouble() - 0.5) * 0.05f,
            })]);
        }
#pragma warning restore CA5394
        return rows;
    }
}
