namespace IrrigationWatch.Kernels;

/// <summary>
/// A few pixels side by side as doubles: one SIMD register, or one number. Kernels are written once over this and run at
/// the width they are given, so that every width can be tested on one machine and gives the same bits.
/// </summary>
/// <remarks>
/// Doubles, because surface reflectance near zero is a small difference of large numbers: in single precision NDVI of
/// dark pixels would lose its third decimal. Decoding costs ten times the arithmetic, so the wider type is free.
/// Only operations that IEEE 754 defines to the last bit are here; no fused multiply-add.
/// </remarks>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Pixels side by side.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(double value);

    /// <summary>Loads <see cref="Count"/> 16-bit numbers and converts them.</summary>
    static abstract TSelf Load(ref readonly ushort source);

    /// <summary>Loads <see cref="Count"/> numbers of single precision and widens them.</summary>
    static abstract TSelf Load(ref readonly float source);

    /// <summary>A mask from words that are all ones or zero.</summary>
    static abstract TSelf Mask(ref readonly ushort source);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>Union of masks.</summary>
    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf LessThan(TSelf left, TSelf right);

    static abstract TSelf EqualTo(TSelf left, TSelf right);

    /// <summary>Where the mask is true the first, else the second.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>Rounds to single precision and stores <see cref="Count"/> numbers.</summary>
    static abstract void Store(TSelf value, ref float destination);
}
