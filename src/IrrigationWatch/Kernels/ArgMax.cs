namespace IrrigationWatch.Kernels;

/// <summary>The position of the largest of a few scores.</summary>
public static class ArgMax
{
    /// <summary>Finds the largest; the first of equals, as ML.NET does.</summary>
    /// <param name="scores">At least one number; NaN is never the largest unless it is the first.</param>
    /// <returns>Its position.</returns>
    public static int Of(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best])
            {
                best = i;
            }
        }

        return best;
    }
}
