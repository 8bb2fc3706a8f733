namespace IrrigationWatch.Kernels;

/// <summary>A few 16-bit words side by side: one SIMD register, or one number. Masks are all ones or zero.</summary>
/// <typeparam name="TSelf">The implementing struct.</typeparam>
internal interface IWordLanes<TSelf>
    where TSelf : struct, IWordLanes<TSelf>
{
    /// <summary>Words side by side.</summary>
    static abstract int Count { get; }

    static abstract TSelf Create(ushort value);

    static abstract TSelf Load(ref readonly ushort source);

    static abstract void Store(TSelf value, ref ushort destination);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary>A mask, true where the left is not less than the right.</summary>
    static abstract TSelf GreaterOrEqual(TSelf left, TSelf right);
}
