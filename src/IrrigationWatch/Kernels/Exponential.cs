using System.Numerics;

namespace IrrigationWatch.Kernels;

/// <summary>
/// exp(x) in double precision, of additions and multiplications alone: the same bits on every processor, whatever the width of its vectors and with or
/// without fused multiplication, which the exponential of the platform does not promise.
/// </summary>
internal static class Exponential
{
    /// <summary>Beyond these the result would be no normal number.</summary>
    private const double Least = -708;
    private const double Most = 709;

    private const double Log2E = 1.4426950408889634;

    /// <summary>ln 2 in two parts, of which the first times any exponent is exact (Cody and Waite 1980; the parts are those of fdlibm).</summary>
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Added to a whole number of moderate size it leaves it in the lowest bits.</summary>
    private const double Magic = 6755399441055744.0;

    /// <summary>1/n! from n = 13 down: with |r| ≤ ln 2 / 2 the rest of the series is below 2⁻⁵⁷.</summary>
    private static ReadOnlySpan<double> Terms =>
    [
        1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1, 1,
    ];

    /// <summary>The exponential of each number, within two units in the last place; numbers below −708 or above 709 count as these, NaN stays.</summary>
    /// <param name="x">The numbers.</param>
    /// <returns>Positive numbers.</returns>
    internal static Vector<double> Of(Vector<double> x)
    {
        Vector<double> clamped = Vector.ConditionalSelect(Vector.LessThan(x, new Vector<double>(Least)), new Vector<double>(Least), x);
        clamped = Vector.ConditionalSelect(Vector.GreaterThan(clamped, new Vector<double>(Most)), new Vector<double>(Most), clamped);
        Vector<double> power = Vector.Floor(clamped * Log2E + new Vector<double>(0.5));
        Vector<double> r = clamped - power * Ln2High - power * Ln2Low;
        ReadOnlySpan<double> terms = Terms;
        var sum = new Vector<double>(terms[0]);
        for (int i = 1; i < terms.Length; i++)
        {
            sum = sum * r + new Vector<double>(terms[i]);
        }

        Vector<long> exponent = Vector.AsVectorInt64(power + new Vector<double>(Magic)) << 52;
        return sum * Vector.AsVectorDouble(exponent + Vector.AsVectorInt64(Vector<double>.One));
    }
}
