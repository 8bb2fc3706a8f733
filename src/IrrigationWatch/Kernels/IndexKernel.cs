using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Scale, mask and index in one vectorised pass: from digital numbers and QA words to an index, NaN where a pixel is
/// fill, out of range, rejected by QA, or the index's denominator is zero.
/// </summary>
public static class IndexKernel
{
    /// <summary>Computes an index at the widest SIMD width of this machine.</summary>
    /// <param name="index">Which index.</param>
    /// <param name="first">DN of the index's first band.</param>
    /// <param name="firstScaling">How they become reflectance.</param>
    /// <param name="second">DN of the second band; as many.</param>
    /// <param name="secondScaling">How they become reflectance.</param>
    /// <param name="quality">QA_PIXEL words and the bits rejected.</param>
    /// <param name="saturation">QA_RADSAT words and the bits rejected.</param>
    /// <param name="factors">What reflectance of each pixel is multiplied with, NaN to mask it; empty for 1.</param>
    /// <param name="result">Receives the index in single precision; as many, NaN for no data.</param>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public static void Compute(
        SpectralIndex index,
        ReadOnlySpan<ushort> first,
        in BandScaling firstScaling,
        ReadOnlySpan<ushort> second,
        in BandScaling secondScaling,
        QaBits quality,
        QaBits saturation,
        ReadOnlySpan<float> factors,
        Span<float> result) =>
        Compute(Simd.Widest, index, first, firstScaling, second, secondScaling, quality, saturation, factors, result);

    /// <summary>Computes an index at a given SIMD width; every width gives the same bits.</summary>
    internal static void Compute(
        SimdWidth width,
        SpectralIndex index,
        ReadOnlySpan<ushort> first,
        in BandScaling firstScaling,
        ReadOnlySpan<ushort> second,
        in BandScaling secondScaling,
        QaBits quality,
        QaBits saturation,
        ReadOnlySpan<float> factors,
        Span<float> result)
    {
        if (second.Length != first.Length || result.Length < first.Length
            || (quality.IsActive && quality.Pixels.Length < first.Length)
            || (saturation.IsActive && saturation.Pixels.Length < first.Length)
            || (!factors.IsEmpty && factors.Length < first.Length))
        {
            throw new ArgumentException("both bands, the QA words and the result must have one value a pixel");
        }

        var input = new Input(first, firstScaling, second, secondScaling, quality, saturation, factors);
        switch (index)
        {
            case SpectralIndex.Ndvi or SpectralIndex.Ndmi:
                AtWidth<NormalisedDifference>(width, input, result);
                break;
            case SpectralIndex.Evi2:
                AtWidth<TwoBandEnhancedVegetation>(width, input, result);
                break;
            case SpectralIndex.Mndwi:
                AtWidth<WaterDifference>(width, input, result);
                break;
            case SpectralIndex.Gi:
                AtWidth<SimpleRatio>(width, input, result);
                break;
            case SpectralIndex.Savi:
                AtWidth<SoilAdjustedVegetation>(width, input, result);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    private static void AtWidth<TOperator>(SimdWidth width, in Input input, Span<float> result)
        where TOperator : struct, IBandPairOperator
    {
        int done = width switch
        {
            SimdWidth.Bits512 => Run<Lanes512, TOperator>(input, 0, result),
            SimdWidth.Bits256 => Run<Lanes256, TOperator>(input, 0, result),
            SimdWidth.Bits128 => Run<Lanes128, TOperator>(input, 0, result),
            _ => 0,
        };
        Run<Lanes1, TOperator>(input, done, result);
    }

    /// <summary>The one loop. Returns the number of pixels done, a multiple of the lane count.</summary>
    private static int Run<TLanes, TOperator>(in Input input, int start, Span<float> result)
        where TLanes : struct, ILanes<TLanes>
        where TOperator : struct, IBandPairOperator
    {
        TLanes zero = TLanes.Create(0);
        TLanes noData = TLanes.Create(double.NaN);
        (TLanes multiply1, TLanes add1, TLanes min1, TLanes max1, TLanes fill1) = Broadcast<TLanes>(input.FirstScaling);
        (TLanes multiply2, TLanes add2, TLanes min2, TLanes max2, TLanes fill2) = Broadcast<TLanes>(input.SecondScaling);
        bool hasFactors = !input.Factors.IsEmpty;
        bool hasQuality = input.Quality.IsActive;
        bool hasSaturation = input.Saturation.IsActive;
        ushort qualityBits = input.Quality.Rejected;
        ushort saturationBits = input.Saturation.Rejected;
        ref ushort first = ref MemoryMarshal.GetReference(input.First);
        ref ushort second = ref MemoryMarshal.GetReference(input.Second);
        ref ushort quality = ref MemoryMarshal.GetReference(input.Quality.Pixels);
        ref ushort saturation = ref MemoryMarshal.GetReference(input.Saturation.Pixels);
        ref float factors = ref MemoryMarshal.GetReference(input.Factors);
        ref float output = ref MemoryMarshal.GetReference(result);
        int i = start;
        for (; i <= input.First.Length - TLanes.Count; i += TLanes.Count)
        {
            TLanes dn1 = TLanes.Load(in Unsafe.Add(ref first, i));
            TLanes dn2 = TLanes.Load(in Unsafe.Add(ref second, i));
            TLanes reflectance1 = dn1 * multiply1 + add1;
            TLanes reflectance2 = dn2 * multiply2 + add2;
            TLanes masked = TLanes.EqualTo(dn1, fill1) | TLanes.EqualTo(dn2, fill2) | TLanes.LessThan(max1, dn1) | TLanes.LessThan(max2, dn2);
            if (hasFactors)
            {
                TLanes factor = TLanes.Load(in Unsafe.Add(ref factors, i));
                reflectance1 *= factor;
                reflectance2 *= factor;
            }

            if (TOperator.TakesNegativeAsZero)
            {
                reflectance1 = TLanes.Select(TLanes.LessThan(reflectance1, zero), zero, reflectance1);
                reflectance2 = TLanes.Select(TLanes.LessThan(reflectance2, zero), zero, reflectance2);
            }
            else
            {
                masked |= TLanes.LessThan(dn1, min1) | TLanes.LessThan(dn2, min2);
            }

            if (hasQuality)
            {
                masked |= TLanes.AnyBits(in Unsafe.Add(ref quality, i), qualityBits);
            }

            if (hasSaturation)
            {
                masked |= TLanes.AnyBits(in Unsafe.Add(ref saturation, i), saturationBits);
            }

            (TLanes numerator, TLanes denominator) = TOperator.Invoke(reflectance1, reflectance2);
            masked |= TLanes.EqualTo(denominator, zero);
            TLanes.Store(TLanes.Select(masked, noData, numerator / denominator), ref Unsafe.Add(ref output, i));
        }

        return i;
    }

    private static (TLanes Multiply, TLanes Add, TLanes Min, TLanes Max, TLanes Fill) Broadcast<TLanes>(in BandScaling scaling)
        where TLanes : struct, ILanes<TLanes> =>
        (TLanes.Create(scaling.Multiplier), TLanes.Create(scaling.Offset), TLanes.Create(scaling.MinDn), TLanes.Create(scaling.MaxDn), TLanes.Create(scaling.FillDn));

    private readonly ref struct Input(ReadOnlySpan<ushort> first, BandScaling firstScaling, ReadOnlySpan<ushort> second, BandScaling secondScaling, QaBits quality, QaBits saturation, ReadOnlySpan<float> factors)
    {
        internal readonly ReadOnlySpan<ushort> First = first;
        internal readonly ReadOnlySpan<ushort> Second = second;
        internal readonly BandScaling FirstScaling = firstScaling;
        internal readonly BandScaling SecondScaling = secondScaling;
        internal readonly QaBits Quality = quality;
        internal readonly QaBits Saturation = saturation;
        internal readonly ReadOnlySpan<float> Factors = factors;
    }
}
