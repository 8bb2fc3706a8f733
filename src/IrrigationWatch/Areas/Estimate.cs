namespace IrrigationWatch.Areas;

/// <summary>A figure estimated from a sample.</summary>
/// <param name="Value">The estimate; NaN where the sample says nothing of it.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Low">Lower end of its 95% interval.</param>
/// <param name="High">Upper end of it.</param>
/// <remarks>
/// The interval is not ±1.96 standard errors as they are: those are nothing where the sample holds no error, however small the
/// sample. That of an area takes the error that four units more in each stratum give, of which the share is that of the stratum's
/// like: in a zone that of the same stratum over all of the map, over all of the map that of all strata mostly alike with half a unit of each kind (after Agresti and
/// Coull 1998, The American Statistician 52, 119–126, who add two of each kind). That of a share is Wilson's (1927, Journal of the
/// American Statistical Association 22, 209–212). With many errors all come to the same.
/// </remarks>
public readonly record struct Estimate(double Value, double StandardError, double Low, double High)
{
    /// <summary>Half the width of a 95% interval in standard errors.</summary>
    public const double Z95 = 1.96;

    /// <summary>What a sample says nothing of.</summary>
    internal static Estimate Unknown => new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>1.96 standard errors, as Olofsson et al. 2014 print them.</summary>
    public double Margin => Z95 * StandardError;

    /// <summary>The estimate in other units.</summary>
    /// <param name="factor">Units of one of these.</param>
    /// <returns>All multiplied.</returns>
    public Estimate Times(double factor) => new(Value * factor, StandardError * factor, Low * factor, High * factor);

    /// <summary>Wilson's interval of a share.</summary>
    /// <param name="share">The share found.</param>
    /// <param name="count">Of so many units; need not be whole.</param>
    /// <returns>Its ends, between 0 and 1.</returns>
    internal static (double Low, double High) Wilson(double share, double count)
    {
        double wide = Z95 * Z95 / count;
        double middle = (share + wide / 2) / (1 + wide);
        double half = Z95 * Math.Sqrt(share * (1 - share) / count + wide / (4 * count)) / (1 + wide);
        return (share <= 0 ? 0 : Math.Max(0, middle - half), share >= 1 ? 1 : Math.Min(1, middle + half));
    }
}
