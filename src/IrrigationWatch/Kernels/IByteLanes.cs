namespace IrrigationWatch.Kernels;

/// <summary>A few bytes side by side, one a pixel: one SIMD register, or one number.</summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
internal interface IByteLanes<TSelf>
    where TSelf : struct, IByteLanes<TSelf>
{
    /// <summary>Pixels side by side.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(byte value);

    /// <summary>One byte everywhere, given four times in a word, which comes from memory in one instruction.</summary>
    static abstract TSelf Spread(uint fourTimes);

    static abstract TSelf Load(ref readonly sbyte source);

    static abstract void Store(TSelf value, ref byte destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>One node of a tree: clears leaves that are still possible where the rank is above the threshold, both signed.</summary>
    static abstract TSelf Clear(TSelf leaves, TSelf rank, TSelf threshold, TSelf cleared);

    /// <summary>Where the test is not zero the first, else the second.</summary>
    static abstract TSelf WhereNotZero(TSelf test, TSelf whenNotZero, TSelf whenZero);

    /// <summary>Number of the lowest bit that is set; of zero any number.</summary>
    static abstract TSelf LowestBit(TSelf value);

    /// <summary>Adds the value of each pixel's leaf to its sum, for <see cref="Count"/> pixels and a table of 32 leaves.</summary>
    static abstract void AddLeaves(ref readonly byte leaves, ref readonly int table, ref int sums);
}
