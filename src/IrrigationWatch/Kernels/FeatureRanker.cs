namespace IrrigationWatch.Kernels;

/// <summary>
/// Ranks one feature among the thresholds that trees compare it to: trees that only compare need no more than the number
/// of thresholds below a value, which is one byte.
/// </summary>
internal sealed class FeatureRanker
{
    /// <summary>Most thresholds whose ranks, and one more for missing, fit a byte.</summary>
    internal const int MostThresholds = 254;

    private const int Buckets = 4096;

    private readonly float[] thresholds;
    private readonly byte[] start = new byte[Buckets];
    private readonly float low;
    private readonly float perUnit;

    /// <summary>Prepares ranking.</summary>
    /// <param name="sorted">The thresholds, each once, ascending.</param>
    internal FeatureRanker(float[] sorted)
    {
        thresholds = [.. sorted, float.PositiveInfinity];
        if (sorted.Length > 0)
        {
            low = sorted[0];
            float span = sorted[^1] - low;
            perUnit = span > 0 && float.IsFinite(span) ? (Buckets - 1) / span : 0;
        }

        // What lies in an earlier bucket than a value is below it, as the bucket grows with the value; the rest is compared.
        int below = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            while (below < sorted.Length && BucketOf(sorted[below]) < bucket)
            {
                below++;
            }

            start[bucket] = (byte)below;
        }
    }

    /// <summary>Ranks values.</summary>
    /// <param name="values">Values of one feature.</param>
    /// <param name="right">Receives the ranks less 128, 127 for missing, which is above every threshold.</param>
    /// <param name="left">Receives the same with −128 for missing, which is above none; may be empty.</param>
    internal void Rank(ReadOnlySpan<float> values, Span<sbyte> right, Span<sbyte> left)
    {
        ReadOnlySpan<float> table = thresholds;
        for (int i = 0; i < values.Length; i++)
        {
            float value = values[i];
            int rank = start[BucketOf(value)];
            while (table[rank] < value)
            {
                rank++;
            }

            right[i] = (sbyte)((float.IsNaN(value) ? 255 : rank) - 128);
        }

        if (!left.IsEmpty)
        {
            for (int i = 0; i < values.Length; i++)
            {
                left[i] = float.IsNaN(values[i]) ? sbyte.MinValue : right[i];
            }
        }
    }

    private int BucketOf(float value)
    {
        // False for NaN, which therefore falls into the first bucket.
        float at = (value - low) * perUnit;
        return at > 0 ? (int)Math.Min(at, Buckets - 1) : 0;
    }
}
