using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    private const int ChunkSize = 256;

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
        Span<int> buckets = stackalloc int[ChunkSize];
        ref float table = ref MemoryMarshal.GetArrayDataReference(thresholds);
        ref byte first = ref MemoryMarshal.GetArrayDataReference(start);
        for (int at = 0; at < values.Length; at += ChunkSize)
        {
            ReadOnlySpan<float> chunk = values.Slice(at, Math.Min(ChunkSize, values.Length - at));
            FindBuckets(chunk, buckets);
            Span<sbyte> ranks = right.Slice(at, chunk.Length);
            for (int i = 0; i < chunk.Length; i++)
            {
                float value = chunk[i];
                int rank = Unsafe.Add(ref first, buckets[i]);
                while (Unsafe.Add(ref table, rank) < value)
                {
                    rank++;
                }

                ranks[i] = (sbyte)((float.IsNaN(value) ? 255 : rank) - 128);
            }
        }

        if (!left.IsEmpty)
        {
            for (int i = 0; i < values.Length; i++)
            {
                left[i] = float.IsNaN(values[i]) ? sbyte.MinValue : right[i];
            }
        }
    }

    /// <summary>Buckets of values, the same as one by one.</summary>
    private void FindBuckets(ReadOnlySpan<float> values, Span<int> buckets)
    {
        var lowest = new Vector<float>(low);
        var scale = new Vector<float>(perUnit);
        var last = new Vector<float>(Buckets - 1);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> at = (new Vector<float>(values[i..]) - lowest) * scale;
            // Compares that are false for NaN, as below.
            at = Vector.ConditionalSelect(Vector.GreaterThan(at, Vector<float>.Zero), at, Vector<float>.Zero);
            at = Vector.ConditionalSelect(Vector.LessThan(at, last), at, last);
            Vector.ConvertToInt32(at).CopyTo(buckets[i..]);
        }

        for (; i < values.Length; i++)
        {
            buckets[i] = BucketOf(values[i]);
        }
    }

    private int BucketOf(float value)
    {
        // False for NaN, which therefore falls into the first bucket.
        float at = (value - low) * perUnit;
        return at > 0 ? (int)Math.Min(at, Buckets - 1) : 0;
    }
}
