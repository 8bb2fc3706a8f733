namespace IrrigationWatch.Kernels;

/// <summary>An index of two bands as a formula over lanes.</summary>
internal interface IBandPairOperator
{
    /// <summary>True for a water index, which takes negative reflectance as zero so that lakes do not vanish.</summary>
    static virtual bool TakesNegativeAsZero => false;

    /// <summary>Numerator and denominator; where the latter is zero there is no data.</summary>
    static abstract (TLanes Numerator, TLanes Denominator) Invoke<TLanes>(TLanes first, TLanes second)
        where TLanes : struct, ILanes<TLanes>;
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
