using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>How many bits of a SIMD register the kernels use.</summary>
public enum SimdWidth
{
    /// <summary>No SIMD: one pixel at a time.</summary>
    Scalar = 0,

    /// <summary>128 bits: SSE, NEON.</summary>
    Bits128 = 128,

    /// <summary>256 bits: AVX2.</summary>
    Bits256 = 256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512 = 512,
}

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
