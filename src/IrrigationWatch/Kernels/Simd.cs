using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>Tells which width this machine runs in hardware.</summary>
public static class Simd
{
    /// <summary>The widest register that is accelerated here. Results do not depend on it.</summary>
    public static SimdWidth Widest =>
        Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
        : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
        : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128
        : SimdWidth.Scalar;
}
