using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>Numbers of single precision as scaled 16-bit integers.</summary>
public static class Quantiser
{
    /// <summary>Scales, rounds to the nearest integer, halves to even, and keeps within a range.</summary>
    /// <param name="values">Numbers; NaN for none.</param>
    /// <param name="scale">What they are multiplied with, in double precision.</param>
    /// <param name="minimum">Smallest integer given.</param>
    /// <param name="maximum">Largest integer given.</param>
    /// <param name="noData">What NaN becomes.</param>
    /// <param name="result">Receives as many integers.</param>
    public static void ToInt16(ReadOnlySpan<float> values, double scale, short minimum, short maximum, short noData, Span<short> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        ref float source = ref MemoryMarshal.GetReference(values);
        ref short output = ref MemoryMarshal.GetReference(result);
        Vector256<double> factor = Vector256.Create(scale);
        Vector256<double> low = Vector256.Create((double)minimum);
        Vector256<double> high = Vector256.Create((double)maximum);
        Vector256<float> none = Vector256.Create((float)noData);
        int i = 0;
        for (; Vector256.IsHardwareAccelerated && i <= values.Length - 8; i += 8)
        {
            Vector256<float> value = Vector256.LoadUnsafe(in Unsafe.Add(ref source, i));
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(value);
            lower = Vector256.Min(Vector256.Max(Vector256.Round(lower * factor), low), high);
            upper = Vector256.Min(Vector256.Max(Vector256.Round(upper * factor), low), high);
            // Integers of 16 bits are exact in single precision.
            Vector256<float> rounded = Vector256.ConditionalSelect(Vector256.Equals(value, value), Vector256.Narrow(lower, upper), none);
            Vector256<int> integers = Vector256.ConvertToInt32(rounded);
            Vector128.Narrow(integers.GetLower(), integers.GetUpper()).StoreUnsafe(ref Unsafe.Add(ref output, i));
        }

        for (; i < values.Length; i++)
        {
            result[i] = float.IsNaN(values[i]) ? noData : (short)Math.Clamp(Math.Round(values[i] * scale), minimum, maximum);
        }
    }
}
