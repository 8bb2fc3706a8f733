using IrrigationWatch.Kernels;

namespace IrrigationWatch.Classification;

/// <summary>
/// A model of trees compiled for SIMD: for every pixel the class that ML.NET's own Transform gives, and the probabilities
/// to one part in a million, some hundred times faster.
/// </summary>
/// <remarks>
/// The sums of the compiled trees are near to ML.NET's, not equal; where two classes are so near to each other that this
/// could matter, the pixel is computed as ML.NET does it, number by number.
/// </remarks>
public sealed class CompiledClassifier
{
    // Probabilities nearer than this are looked at exactly: fifty times the most that compiled sums may be off by.
    private const float NearTie = 1e-4f;

    private const int ChunkSize = 4096;

    private readonly EnsembleReader model;
    private readonly TreeEnsemble ensemble;
    private readonly float[]? replacements;
    private readonly bool[] used;
    private long exactCount;

    /// <param name="model">The model's trees.</param>
    /// <param name="replacements">What a missing feature is replaced by before the trees see it; null for nothing.</param>
    /// <param name="features">Number of features of a pixel.</param>
    /// <exception cref="NotSupportedException">The trees cannot be compiled, with the reason.</exception>
    internal CompiledClassifier(EnsembleReader model, float[]? replacements, int features)
    {
        this.model = model;
        this.replacements = replacements;
        ensemble = TreeEnsemble.Compile(model.Classes, features);
        FeatureCount = features;
        used = new bool[features];
        foreach (int feature in model.Classes.SelectMany(trees => trees).SelectMany(tree => Enumerable.Range(0, tree.NodeCount).Select(tree.Feature)))
        {
            used[feature] = true;
        }

        // A probability moves by half of what its sum does at the most: p (1 − p) is below a quarter, and the others move too.
        double worst = Enumerable.Range(0, ClassCount).Max(c => ensemble.Tolerance(c) * Math.Abs(model.Calibration?[c].Slope ?? 1) / 2);
        if (worst > NearTie / 50)
        {
            throw new NotSupportedException($"the trees' values are so far apart that their sums would be off by {worst:0.###e+0}");
        }
    }

    /// <summary>Number of features of a pixel.</summary>
    public int FeatureCount { get; }

    internal TreeEnsemble Ensemble => ensemble;

    /// <summary>Number of classes.</summary>
    public int ClassCount => model.Classes.Count;

    /// <summary>Number of pixels so far that were near a tie and computed one by one.</summary>
    public long ExactCount => Interlocked.Read(ref exactCount);

    /// <summary>Whether any tree asks for a feature; the values of others do not matter.</summary>
    /// <param name="feature">Its position.</param>
    /// <returns>True where it is needed.</returns>
    public bool Uses(int feature) => used[feature];

    /// <summary>Classifies pixels. Thread-safe.</summary>
    /// <param name="planes">One plane of pixels a feature, NaN where it is missing.</param>
    /// <param name="stride">Pixels of a plane.</param>
    /// <param name="pixels">Which pixels of the planes; others cost nothing.</param>
    /// <param name="classes">Receives the class of each of <paramref name="pixels"/>, by its position.</param>
    /// <param name="probabilities">Receives one plane a class with the probability of each of <paramref name="pixels"/>, 0–1.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Classify(ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> pixels, Span<byte> classes, Span<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(planes.Length, FeatureCount * stride, nameof(planes));
        ArgumentOutOfRangeException.ThrowIfLessThan(classes.Length, pixels.Length, nameof(classes));
        ArgumentOutOfRangeException.ThrowIfLessThan(probabilities.Length, pixels.Length * ClassCount, nameof(probabilities));
        float[] sums = new float[ClassCount * Math.Min(ChunkSize, pixels.Length)];
        float[] row = new float[FeatureCount];
        float[] scores = new float[ClassCount];
        float[]? filled = replacements is null ? null : Filled(planes, stride);
        ReadOnlySpan<float> source = filled ?? planes;
        long exact = 0;
        for (int start = 0; start < pixels.Length; start += ChunkSize)
        {
            ReadOnlySpan<int> chunk = pixels.Slice(start, Math.Min(ChunkSize, pixels.Length - start));
            ensemble.Sum(source, stride, chunk, sums);
            LinkKernel.ToProbabilities(sums, chunk.Length, ClassCount, model.Calibration);
            for (int i = 0; i < chunk.Length; i++)
            {
                (int best, bool clear) = LinkKernel.Best(sums, chunk.Length, ClassCount, i, NearTie);
                if (!clear)
                {
                    for (int f = 0; f < row.Length; f++)
                    {
                        row[f] = source[f * stride + chunk[i]];
                    }

                    Score(row, scores);
                    best = ArgMax.Of(scores);
                    for (int c = 0; c < scores.Length; c++)
                    {
                        sums[c * chunk.Length + i] = scores[c];
                    }

                    exact++;
                }

                classes[start + i] = (byte)best;
            }

            for (int c = 0; c < ClassCount; c++)
            {
                sums.AsSpan(c * chunk.Length, chunk.Length).CopyTo(probabilities[(c * pixels.Length + start)..]);
            }
        }

        Interlocked.Add(ref exactCount, exact);
    }

    /// <summary>Probabilities of one pixel, number by number as ML.NET computes them.</summary>
    /// <param name="row">Its features, missing ones replaced.</param>
    /// <param name="scores">Receives the probability of each class.</param>
    private void Score(ReadOnlySpan<float> row, Span<float> scores)
    {
        for (int c = 0; c < scores.Length; c++)
        {
            double sum = 0;
            foreach (DecisionTree tree in model.Classes[c])
            {
                sum += tree.LeafValue(tree.FindLeaf(row));
            }

            scores[c] = (float)sum;
        }

        if (model.Calibration is not { } calibration)
        {
            float total = 0;
            for (int c = 0; c < scores.Length; c++)
            {
                scores[c] = (float)Math.Exp(scores[c]);
                total += scores[c];
            }

            for (int c = 0; c < scores.Length; c++)
            {
                scores[c] /= total;
            }

            return;
        }

        double all = 0;
        for (int c = 0; c < scores.Length; c++)
        {
            scores[c] = (float)(1 / (1 + Math.Exp(calibration[c].Slope * scores[c] + calibration[c].Offset)));
            all += scores[c];
        }

        for (int c = 0; c < scores.Length && all > 0; c++)
        {
            scores[c] = (float)(scores[c] / all);
        }
    }

    private float[] Filled(ReadOnlySpan<float> planes, int stride)
    {
        float[] filled = new float[FeatureCount * stride];
        for (int f = 0; f < FeatureCount; f++)
        {
            ReadOnlySpan<float> plane = planes.Slice(f * stride, stride);
            Span<float> target = filled.AsSpan(f * stride, stride);
            plane.CopyTo(target);
            target.Replace(float.NaN, replacements![f]);
        }

        return filled;
    }
}
