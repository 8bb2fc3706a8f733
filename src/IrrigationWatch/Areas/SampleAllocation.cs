using System.Globalization;

namespace IrrigationWatch.Areas;

/// <summary>Shares the points of a sample out among its strata.</summary>
internal static class SampleAllocation
{
    /// <summary>Points of each stratum: in proportion to a measure, none below a minimum, none above its pixels.</summary>
    /// <param name="points">Points in all.</param>
    /// <param name="measures">What they are in proportion to; not negative.</param>
    /// <param name="pixels">Pixels of each stratum.</param>
    /// <param name="minimum">Fewest points of a stratum.</param>
    /// <exception cref="ConfigurationException">There are too few points for the minimum, or fewer pixels than points.</exception>
    internal static int[] Share(int points, double[] measures, long[] pixels, int minimum)
    {
        long least = pixels.Sum(count => Math.Min(count, minimum));
        if (points < least)
        {
            throw new ConfigurationException("--points", string.Create(CultureInfo.InvariantCulture, $"{points} are too few for {pixels.Length} strata with at least {minimum} each; ask for {least} or more, or lower --minimum"));
        }

        if (points > pixels.Sum())
        {
            throw new ConfigurationException("--points", string.Create(CultureInfo.InvariantCulture, $"{points} are more than the {pixels.Sum()} observed pixels of the map"));
        }

        // What a stratum would get too little or too much is fixed, and the rest shared anew among the others.
        double[] shares = new double[pixels.Length];
        var free = Enumerable.Range(0, pixels.Length).ToHashSet();
        double left = points;
        while (free.Count > 0)
        {
            double sum = free.Sum(h => measures[h]);
            foreach (int h in free)
            {
                shares[h] = sum > 0 ? left * measures[h] / sum : left / free.Count;
            }

            // First all that are too small: fixing these takes from the others, which may then not be too large any more.
            int[] wrong = [.. free.Where(h => shares[h] < Math.Min(minimum, pixels[h]))];
            double fixedTo(int h) => Math.Min(minimum, pixels[h]);
            Func<int, double> value = fixedTo;
            if (wrong.Length == 0)
            {
                wrong = [.. free.Where(h => shares[h] > pixels[h])];
                value = h => pixels[h];
            }

            if (wrong.Length == 0)
            {
                break;
            }

            foreach (int h in wrong)
            {
                shares[h] = value(h);
                left -= shares[h];
                free.Remove(h);
            }
        }

        return Round(shares, pixels, points);
    }

    /// <summary>Whole numbers with the sum asked for: the largest remainders are rounded up.</summary>
    private static int[] Round(double[] shares, long[] pixels, int points)
    {
        int[] whole = [.. shares.Select(share => (int)Math.Floor(share + 1e-9))];
        int[] order = [.. Enumerable.Range(0, shares.Length).OrderByDescending(h => shares[h] - whole[h]).ThenBy(h => h)];
        for (int left = points - whole.Sum(), i = 0; left > 0; i = (i + 1) % order.Length)
        {
            if (whole[order[i]] < pixels[order[i]])
            {
                whole[order[i]]++;
                left--;
            }
        }

        return whole;
    }
}
