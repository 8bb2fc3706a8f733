namespace IrrigationWatch.Areas;

/// <summary>
/// Totals and ratios from a stratified sample with their standard errors. With equal weights in each stratum these are the
/// estimators of Olofsson et al. 2014, Remote Sensing of Environment 148, 42–57 (equations 5–7, 10 and 11), for any strata those of
/// Stehman 2014, International Journal of Remote Sensing 35, 4923–4939; unequal inclusion probabilities weight the units of a
/// stratum (Hájek's estimator, variance as of sampling with replacement: Särndal, Swensson and Wretman 1992).
/// </summary>
internal sealed class StratifiedEstimator
{
    private readonly double[] areas;
    private readonly int[] strata;
    private readonly double[] weights;
    private readonly double[] weightOf;
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
        countOf = new int[areas.Length];
        for (int i = 0; i < strata.Length; i++)
        {
            weightOf[strata[i]] += weights[i];
            countOf[strata[i]]++;
        }
    }

    /// <summary>Area of all strata.</summary>
    internal double Area => areas.Sum();

    /// <summary>The area over which a unit's value adds up: 1 for the units of a class gives the area of the class.</summary>
    internal Estimate Total(Func<int, double> value)
    {
        double[] means = new double[areas.Length];
        for (int i = 0; i < strata.Length; i++)
        {
            means[strata[i]] += weights[i] * value(i) / weightOf[strata[i]];
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

        return new Estimate(total, Math.Sqrt(variance));
    }

    /// <summary>The ratio of two totals, for example of what was mapped rightly as a class to all of that class.</summary>
    internal Estimate Ratio(Func<int, double> numerator, Func<int, double> denominator)
    {
        double below = Total(denominator).Value;
        double ratio = Total(numerator).Value / below;
        return below == 0 ? new Estimate(double.NaN, double.NaN) : new Estimate(ratio, Total(i => numerator(i) - ratio * denominator(i)).StandardError / below);
    }
}
