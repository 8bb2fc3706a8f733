using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>Count, sum and range of the numbers of a span that are not NaN.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Sum">Their sum in double precision.</param>
/// <param name="Minimum">The smallest; positive infinity where there is none.</param>
/// <param name="Maximum">The largest; negative infinity where there is none.</param>
public readonly record struct Summary(long Count, double Sum, float Minimum, float Maximum)
{
    /// <summary>The summary of nothing.</summary>
    public static Summary Empty => new(0, 0, float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Sums up a span. Eight sums run side by side on every machine, so that the result is the same to the last bit.</summary>
    /// <param name="values">Finite numbers and NaN.</param>
    /// <returns>Their summary.</returns>
    public static Summary Of(ReadOnlySpan<float> values)
    {
        ref float source = ref MemoryMarshal.GetReference(values);
        Vector256<float> minimum = Vector256.Create(float.PositiveInfinity);
        Vector256<float> maximum = Vector256.Create(float.NegativeInfinity);
        Vector256<double> lower = Vector256<double>.Zero;
        Vector256<double> upper = Vector256<double>.Zero;
        Vector256<int> counts = Vector256<int>.Zero;
        int i = 0;
        for (; i <= values.Length - 8; i += 8)
        {
            Vector256<float> value = Vector256.LoadUnsafe(in Unsafe.Add(ref source, i));
            Vector256<float> present = Vector256.Equals(value, value);
            counts -= present.AsInt32();
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(value & present);
            lower += first;
            upper += second;
            minimum = Vector256.ConditionalSelect(Vector256.LessThan(value, minimum), value, minimum);
            maximum = Vector256.ConditionalSelect(Vector256.LessThan(maximum, value), value, maximum);
        }

        var result = Empty;
        for (int lane = 0; lane < 8; lane++)
        {
            result = result.With(new Summary(counts[lane], lane < 4 ? lower[lane] : upper[lane - 4], minimum[lane], maximum[lane]));
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsNaN(values[i]))
            {
                result = result.With(new Summary(1, values[i], values[i], values[i]));
            }
        }

        return result;
    }

    /// <summary>The summary of the numbers of two.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Their union.</returns>
    public Summary With(Summary other) =>
        new(Count + other.Count, Sum + other.Sum, Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum));
}
