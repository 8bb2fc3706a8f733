using System.Numerics;

namespace IrrigationWatch.Kernels;

/// <summary>Smoothing of a class map over three years.</summary>
public static class TemporalSmoothing
{
    /// <summary>
    /// A pixel that disagrees with both neighbouring years, which agree with each other, takes their class: the majority of
    /// three years. A pixel not observed in any of the three stays as it is, so nothing appears where nothing was seen.
    /// </summary>
    /// <param name="before">Classes of the year before, 0 for not observed.</param>
    /// <param name="classes">Classes of the year.</param>
    /// <param name="after">Classes of the year after.</param>
    /// <param name="result">Receives the smoothed classes; may be the same memory as <paramref name="classes"/>.</param>
    /// <returns>The number of pixels changed.</returns>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static int Majority(ReadOnlySpan<byte> before, ReadOnlySpan<byte> classes, ReadOnlySpan<byte> after, Span<byte> result)
    {
        if (before.Length != classes.Length || after.Length != classes.Length || result.Length < classes.Length)
        {
            throw new ArgumentException("three years and the result must have as many pixels");
        }

        int changed = 0;
        int i = 0;
        for (; i <= classes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var now = new Vector<byte>(classes[i..]);
            var then = new Vector<byte>(before[i..]);
            Vector<byte> agree = Vector.Equals(then, new Vector<byte>(after[i..]));
            Vector<byte> disagrees = Vector.AndNot(agree, Vector.Equals(then, now) | Vector.Equals(then, Vector<byte>.Zero) | Vector.Equals(now, Vector<byte>.Zero));
            // At most 64 lanes of one: a byte holds their number.
            changed += Vector.Sum(disagrees & Vector<byte>.One);
            Vector.ConditionalSelect(disagrees, then, now).CopyTo(result[i..]);
        }

        for (; i < classes.Length; i++)
        {
            byte now = classes[i];
            byte then = before[i];
            bool disagrees = then == after[i] && then != now && then != 0 && now != 0;
            changed += disagrees ? 1 : 0;
            result[i] = disagrees ? then : now;
        }

        return changed;
    }
}
