namespace IrrigationWatch.Areas;

/// <summary>The trend of a series: whether it rises or falls (Mann–Kendall), and by how much a year (Theil–Sen).</summary>
/// <param name="S">Pairs that rise less pairs that fall: Mann 1945, Econometrica 13, 245–259.</param>
/// <param name="Tau">Kendall's tau-b, −1 to 1; NaN where all values are equal.</param>
/// <param name="P">Two-sided probability of so large an |S| without a trend: normal, corrected for ties and continuity (Gilbert 1987, Statistical Methods for Environmental Pollution Monitoring, 16.4); 1 for less than three years.</param>
/// <param name="Slope">Median of the slopes of all pairs, a year: Sen 1968, Journal of the American Statistical Association 63, 1379–1389; NaN for less than two years.</param>
/// <param name="SlopeLow">Lower end of its 95% interval (Sen 1968, equation 2.6).</param>
/// <param name="SlopeHigh">Upper end of it.</param>
/// <param name="Intercept">Median of the values less the slope times the median of the years.</param>
public sealed record Trend(long S, double Tau, double P, double Slope, double SlopeLow, double SlopeHigh, double Intercept)
{
    private const double Z95 = 1.959963984540054;

    /// <summary>Computes the trend of values of different years.</summary>
    /// <param name="years">The years, rising, none twice.</param>
    /// <param name="values">A value a year, finite.</param>
    /// <returns>The trend.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or years do not rise.</exception>
    public static Trend Of(IReadOnlyList<int> years, IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(years);
        ArgumentNullException.ThrowIfNull(values);
        int n = years.Count;
        if (values.Count != n || Enumerable.Range(1, Math.Max(0, n - 1)).Any(i => years[i] <= years[i - 1]))
        {
            throw new ArgumentException("a series needs a value a year, and years that rise", nameof(years));
        }

        if (n < 2)
        {
            return new Trend(0, double.NaN, 1, double.NaN, double.NaN, double.NaN, n == 1 ? values[0] : double.NaN);
        }

        long s = 0;
        var slopes = new List<double>();
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                s += Math.Sign(values[j] - values[i]);
                slopes.Add((values[j] - values[i]) / (years[j] - years[i]));
            }
        }

        long[] ties = [.. values.GroupBy(value => value).Select(group => (long)group.Count())];
        double pairs = n * (n - 1) / 2.0;
        double tied = ties.Sum(t => t * (t - 1) / 2.0);
        double variance = (n * (n - 1.0) * (2.0 * n + 5) - ties.Sum(t => t * (t - 1.0) * (2.0 * t + 5))) / 18;
        slopes.Sort();
        double slope = Median(slopes);
        (double low, double high) = Interval(slopes, variance);
        return new Trend(
            s,
            tied >= pairs ? double.NaN : s / Math.Sqrt(pairs * (pairs - tied)),
            n < 3 || variance <= 0 ? 1 : 2 * UpperTail(Math.Max(0, Math.Abs(s) - 1) / Math.Sqrt(variance)),
            slope,
            low,
            high,
            Median([.. values.Order()]) - slope * Median([.. years.Select(year => (double)year)]));
    }

    private static (double Low, double High) Interval(List<double> slopes, double variance)
    {
        double sigma = Math.Sqrt(Math.Max(0, variance));
        int upper = Math.Min((int)Math.Round((slopes.Count + Z95 * sigma) / 2), slopes.Count - 1);
        int lower = Math.Max((int)Math.Round((slopes.Count - Z95 * sigma) / 2) - 1, 0);
        return (slopes[Math.Min(lower, slopes.Count - 1)], slopes[upper]);
    }

    private static double Median(List<double> sorted) =>
        sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

    /// <summary>
    /// Probability that a standard normal number is larger: half the complementary error function, by its continued fraction where it is
    /// small, else by the series of the error function (Abramowitz and Stegun 1964, 7.1.14 and 7.1.6).
    /// </summary>
    internal static double UpperTail(double z)
    {
        double x = z / Math.Sqrt(2);
        if (x < 2)
        {
            double term = x;
            double sum = x;
            for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }

            return 0.5 - Math.Exp(-x * x) * sum / Math.Sqrt(Math.PI);
        }

        double fraction = 0;
        for (int n = 120; n > 0; n--)
        {
            fraction = n / 2.0 / (x + fraction);
        }

        return 0.5 * Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * (x + fraction));
    }
}
