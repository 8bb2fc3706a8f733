namespace IrrigationWatch.Areas;

/// <summary>A figure estimated from a sample.</summary>
/// <param name="Value">The estimate; NaN where the sample says nothing of it.</param>
/// <param name="StandardError">Its standard error.</param>
public readonly record struct Estimate(double Value, double StandardError)
{
    /// <summary>Half the width of a 95% interval in standard errors.</summary>
    public const double Z95 = 1.96;

    /// <summary>Half the width of the 95% interval.</summary>
    public double Margin => Z95 * StandardError;

    /// <summary>The 95% interval, cut to what is possible.</summary>
    /// <param name="most">The largest possible value: 1 for a share, the observed area for an area.</param>
    /// <returns>Its ends.</returns>
    public (double Low, double High) Interval(double most) => (Math.Max(0, Value - Margin), Math.Min(most, Value + Margin));

    /// <summary>The estimate in other units.</summary>
    /// <param name="factor">Units of one of these.</param>
    /// <returns>Both multiplied.</returns>
    public Estimate Times(double factor) => new(Value * factor, StandardError * factor);
}
