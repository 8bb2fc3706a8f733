namespace IrrigationWatch.Kernels;

/// <summary>An index as a formula over lanes of reflectance: numerator and denominator; where the latter is zero there is no data.</summary>
internal interface IIndexOperator
{
    /// <summary>True for a water index, which takes negative reflectance as zero so that lakes do not vanish.</summary>
    static virtual bool TakesNegativeAsZero => false;
}

/// <summary>An index of two bands.</summary>
internal interface IBandPairOperator : IIndexOperator
{
    static abstract (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes>;
}

/// <summary>An index of more bands: a sum of multiples of them over another such sum.</summary>
internal interface ILinearRatioOperator : IIndexOperator
{
    /// <summary>Factors of the numerator, the constant first.</summary>
    static abstract ReadOnlySpan<double> Numerator { get; }

    /// <summary>Factors of the denominator, the constant first.</summary>
    static abstract ReadOnlySpan<double> Denominator { get; }
}

internal readonly struct NormalisedDifference : IBandPairOperator
{
    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes> => (first - second, first + second);
}

internal readonly struct WaterDifference : IBandPairOperator
{
    public static bool TakesNegativeAsZero => true;

    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes> => (first - second, first + second);
}

internal readonly struct TwoBandEnhancedVegetation : IBandPairOperator
{
    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes> =>
        (TLanes.Create(2.5) * (first - second), first + TLanes.Create(2.4) * second + TLanes.Create(1));
}

internal readonly struct SimpleRatio : IBandPairOperator
{
    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes> => (first, second);
}

internal readonly struct SoilAdjustedVegetation : IBandPairOperator
{
    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes> =>
        (TLanes.Create(1.5) * (first - second), first + second + TLanes.Create(0.5));
}

/// <summary>
/// tanh(NDVI²), for NDVI of any size, as it is beyond −1 to 1 where a band has negative reflectance: the hyperbolic tangent of a
/// sixteenth as the sixth convergent of Lambert's continued fraction x/(1 + x²/(3 + x²/(5 + …))), doubled four times by
/// tanh 2x = 2 tanh x/(1 + tanh² x). Exact to 10⁻¹³, and the same bits at every width.
/// </summary>
internal readonly struct KernelVegetation : IBandPairOperator
{
    private const int Depth = 6;
    private const int Doublings = 4;

    /// <summary>From here on the tangent is 1 in single precision.</summary>
    private const double Most = 1 << Doublings;

    public static (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0);
        TLanes most = TLanes.Create(Most);
        TLanes sum = first + second;
        TLanes ndvi = (first - second) / sum;
        TLanes x = ndvi * ndvi;
        x = TLanes.Select(TLanes.LessThan(most, x), most, x) * TLanes.Create(1 / Most);
        TLanes square = x * x;
        (TLanes before, TLanes numerator) = (zero, x);
        (TLanes below, TLanes denominator) = (TLanes.Create(1), TLanes.Create(1));
        for (int n = 2; n <= Depth; n++)
        {
            TLanes odd = TLanes.Create(2 * n - 1);
            (before, numerator) = (numerator, odd * numerator + square * before);
            (below, denominator) = (denominator, odd * denominator + square * below);
        }

        for (int n = 0; n < Doublings; n++)
        {
            (numerator, denominator) = (TLanes.Create(2) * numerator * denominator, denominator * denominator + numerator * numerator);
        }

        // NDVI itself has no value where the bands cancel.
        return (numerator, TLanes.Select(TLanes.EqualTo(sum, zero), zero, denominator));
    }
}

/// <summary>2.5 (N − R)/(N + 6 R − 7.5 B + 1).</summary>
internal readonly struct EnhancedVegetation : ILinearRatioOperator
{
    public static ReadOnlySpan<double> Numerator => [0, 2.5, -2.5, 0];

    public static ReadOnlySpan<double> Denominator => [1, 1, 6, -7.5];
}

/// <summary>A single band as it is.</summary>
internal readonly struct Reflectance : ILinearRatioOperator
{
    public static ReadOnlySpan<double> Numerator => [0, 1];

    public static ReadOnlySpan<double> Denominator => [1, 0];
}

/// <summary>0.0315 B + 0.2021 G + 0.3102 R + 0.1594 N − 0.6806 S1 − 0.6109 S2.</summary>
internal readonly struct TasselledCapWetness : ILinearRatioOperator
{
    public static ReadOnlySpan<double> Numerator => [0, 0.0315, 0.2021, 0.3102, 0.1594, -0.6806, -0.6109];

    public static ReadOnlySpan<double> Denominator => [1, 0, 0, 0, 0, 0, 0];
}
