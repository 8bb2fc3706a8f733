namespace IrrigationWatch.Areas;

/// <summary>
/// Areas and ratios from a stratified sample with their standard errors. With equal weights in each stratum these are the
/// estimators of Olofsson et al. 2014, Remote Sensing of Environment 148, 42–57 (equations 5–7, 10 and 11), for any strata those of
/// Stehman 2014, International Journal of Remote Sensing 35, 4923–4939; unequal inclusion probabilities weight the units of a
/// stratum (Hájek's estimator, variance as of sampling with replacement: Särndal, Swensson and Wretman 1992).
/// </summary>
internal sealed class StratifiedEstimator
{
    /// <summary>Units of the expected share that are added to those of a stratum where its error is estimated.</summary>
    private const double AddedUnits = 4;

    /// <summary>Units of each kind that are added to strata that are alike.</summary>
    private const double AddedToLike = 0.5;

    private readonly double[] areas;
    private readonly int[] strata;
    private readonly double[] weights;
    private readonly double[] weightOf;
    private readonly double[] squaresOf;
    private readonly int[] countOf;

    /// <summary>Prepares a sample.</summary>
    /// <param name="areas">The area of each stratum.</param>
    /// <param name="strata">The stratum of each unit; every stratum with an area has at least two.</param>
    /// <param name="weights">One over the inclusion probability of each unit; matters only within a stratum.</param>
    internal StratifiedEstimator(double[] areas, int[] strata, double[] weights)
    {
        this.areas = areas;
        this.strata = strata;
        this.weights = weights;
        weightOf = new double[areas.Length];
        squaresOf = new double[areas.Length];
        countOf = new int[areas.Length];
        for (int i = 0; i < strata.Length; i++)
        {
            weightOf[strata[i]] += weights[i];
            squaresOf[strata[i]] += weights[i] * weights[i];
            countOf[strata[i]]++;
        }
    }

    /// <summary>Area of all strata.</summary>
    internal double Area => areas.Sum();

    /// <summary>The area of all that is like some units, for example of a class.</summary>
    /// <param name="holds">Whether a unit is of it.</param>
    /// <param name="expected">
    /// The share that is expected in each stratum before its own units are seen, for example that of the same stratum in all of the
    /// map; null for what <see cref="SharesOf"/> says. It only widens the interval: value and standard error are of the units alone.
    /// </param>
    internal Estimate AreaOf(Func<int, bool> holds, double[]? expected = null)
    {
        (double total, double error) = Total(i => holds(i) ? 1 : 0, out double[] means);
        double[] shares = expected is null ? Smoothed(means) : [.. means.Select((mean, h) => Drawn(mean * EffectiveCount(h), EffectiveCount(h), expected[h]))];
        double variance = 0;
        for (int h = 0; h < areas.Length; h++)
        {
            if (countOf[h] > 0)
            {
                variance += areas[h] * areas[h] * shares[h] * (1 - shares[h]) / Math.Max(1, EffectiveCount(h) - 1);
            }
        }

        double half = Estimate.Z95 * Math.Sqrt(variance);
        return new Estimate(total, error, Math.Max(0, total - half), Math.Min(Area, total + half));
    }

    /// <summary>The share of each stratum that is like some units, drawn to that of its like: never 0 or 1.</summary>
    /// <param name="holds">Whether a unit is of it.</param>
    internal double[] SharesOf(Func<int, bool> holds)
    {
        Total(i => holds(i) ? 1 : 0, out double[] means);
        return Smoothed(means);
    }

    /// <summary>The share that some units have in others, for example of what was mapped rightly as a class in all of that class.</summary>
    /// <param name="holds">Whether a unit is of the part; only units of the whole are.</param>
    /// <param name="whole">Whether a unit is of the whole.</param>
    internal Estimate ShareOf(Func<int, bool> holds, Func<int, bool> whole)
    {
        double below = Total(i => whole(i) ? 1 : 0, out _).Total;
        if (below == 0)
        {
            return Estimate.Unknown;
        }

        double share = Total(i => holds(i) ? 1 : 0, out _).Total / below;
        double error = Total(i => (holds(i) ? 1 : 0) - (whole(i) ? share : 0), out _).Error / below;
        // As many units of a simple random sample as would be as sure; where all units say the same, as many as there are.
        double count = error > 0 ? share * (1 - share) / (error * error) : Enumerable.Range(0, strata.Length).Count(whole);
        (double low, double high) = Estimate.Wilson(share, count);
        return new Estimate(share, error, low, high);
    }

    /// <summary>Units of one weight that would be as sure; 0 where there are none.</summary>
    private double EffectiveCount(int stratum) => countOf[stratum] == 0 ? 0 : weightOf[stratum] * weightOf[stratum] / squaresOf[stratum];

    /// <summary>A share as if some units of the expected share had been added.</summary>
    private static double Drawn(double found, double count, double expected) => (found + AddedUnits * expected) / (count + AddedUnits);

    /// <summary>
    /// The share of each stratum, drawn to that of its like: all strata that are mostly of it, or all that are mostly not. To these
    /// together half a unit of each kind is added (Jeffreys' prior), in proportion to their units.
    /// </summary>
    private double[] Smoothed(double[] means)
    {
        double[] shares = new double[means.Length];
        foreach (bool mostly in new[] { true, false })
        {
            int[] like = [.. Enumerable.Range(0, means.Length).Where(h => means[h] >= 0.5 == mostly)];
            double count = like.Sum(EffectiveCount);
            double share = (like.Sum(h => means[h] * EffectiveCount(h)) + AddedToLike) / (count + 2 * AddedToLike);
            foreach (int h in like)
            {
                double part = count == 0 ? 0 : AddedToLike * EffectiveCount(h) / count;
                shares[h] = Drawn(means[h] * EffectiveCount(h) + part, EffectiveCount(h) + 2 * part, share);
            }
        }

        return shares;
    }

    /// <summary>A value added up over the area, its standard error, and its mean in each stratum.</summary>
    private (double Total, double Error) Total(Func<int, double> value, out double[] means)
    {
        means = new double[areas.Length];
        for (int i = 0; i < strata.Length; i++)
        {
            means[strata[i]] += weights[i] * value(i);
        }

        for (int h = 0; h < means.Length; h++)
        {
            means[h] = countOf[h] == 0 ? 0 : means[h] / weightOf[h];
        }

        double[] squares = new double[areas.Length];
        for (int i = 0; i < strata.Length; i++)
        {
            double rest = weights[i] / weightOf[strata[i]] * (value(i) - means[strata[i]]);
            squares[strata[i]] += rest * rest;
        }

        double total = 0;
        double variance = 0;
        for (int h = 0; h < areas.Length; h++)
        {
            if (countOf[h] > 0)
            {
                total += areas[h] * means[h];
                variance += areas[h] * areas[h] * squares[h] * countOf[h] / (countOf[h] - 1);
            }
        }

        return (total, Math.Sqrt(variance));
    }
}
