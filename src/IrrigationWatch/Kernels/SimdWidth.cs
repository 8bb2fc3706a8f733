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
