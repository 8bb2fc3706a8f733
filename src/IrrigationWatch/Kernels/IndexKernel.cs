using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Scale, mask and index in one vectorised pass: from digital numbers and QA words to an index, NaN where a pixel is
/// fill, out of range, rejected by QA, or the index's denominator is zero.
/// </summary>
/// <remarks>
/// Block by block: what is masked is decided on 16-bit words, many side by side, and a block of which nothing is left, as
/// in the corners of every scene, costs no arithmetic. The rest is done in double precision.
/// </remarks>
public static class IndexKernel
{
    /// <summary>Pixels whose mask is held at once: it stays in the nearest cache.</summary>
    private const int BlockLength = 1024;

    private const ushort Masked = ushort.MaxValue;

    /// <summary>Number of bands of an index.</summary>
    /// <param name="index">Which index.</param>
    /// <returns>1 to 6.</returns>
    public static int BandCount(SpectralIndex index) => index switch
    {
        SpectralIndex.Evi => 3,
        SpectralIndex.Wetness => 6,
        >= SpectralIndex.Blue => 1,
        _ => 2,
    };

    /// <summary>Computes an index at the widest SIMD width of this machine.</summary>
    /// <param name="index">Which index.</param>
    /// <param name="bands">Its bands, in the order that <see cref="SpectralIndex"/> names.</param>
    /// <param name="quality">QA_PIXEL words and the bits rejected.</param>
    /// <param name="saturation">QA_RADSAT words and the bits rejected.</param>
    /// <param name="factors">What reflectance of each pixel is multiplied with, NaN to mask it; empty for 1.</param>
    /// <param name="result">Receives the index in single precision; as many, NaN for no data.</param>
    /// <exception cref="ArgumentException">The number of bands is another, or the spans differ in length.</exception>
    public static void Compute(SpectralIndex index, in IndexBands bands, QaBits quality, QaBits saturation, ReadOnlySpan<float> factors, Span<float> result) =>
        Compute(Simd.Widest, index, bands, quality, saturation, factors, result);

    /// <summary>Computes an index at a given SIMD width; every width gives the same bits.</summary>
    internal static void Compute(SimdWidth width, SpectralIndex index, in IndexBands bands, QaBits quality, QaBits saturation, ReadOnlySpan<float> factors, Span<float> result)
    {
        if (bands.Count != BandCount(index) || result.Length < bands.Length
            || (quality.IsActive && quality.Pixels.Length < bands.Length)
            || (saturation.IsActive && saturation.Pixels.Length < bands.Length)
            || (!factors.IsEmpty && factors.Length < bands.Length))
        {
            throw new ArgumentException($"{index} needs {BandCount(index)} bands, and all bands, QA words and the result one value a pixel", nameof(bands));
        }

        var input = new Input(bands, quality, saturation, factors);
        switch (index)
        {
            case SpectralIndex.Ndvi or SpectralIndex.Ndmi:
                Run<PairLoop<NormalisedDifference>>(width, input, result);
                break;
            case SpectralIndex.Evi2:
                Run<PairLoop<TwoBandEnhancedVegetation>>(width, input, result);
                break;
            case SpectralIndex.Mndwi:
                Run<PairLoop<WaterDifference>>(width, input, result);
                break;
            case SpectralIndex.Gi:
                Run<PairLoop<SimpleRatio>>(width, input, result);
                break;
            case SpectralIndex.Savi:
                Run<PairLoop<SoilAdjustedVegetation>>(width, input, result);
                break;
            case SpectralIndex.Kndvi:
                Run<PairLoop<KernelVegetation>>(width, input, result);
                break;
            case SpectralIndex.Evi:
                Run<ManyLoop<EnhancedVegetation>>(width, input, result);
                break;
            case SpectralIndex.Wetness:
                Run<ManyLoop<TasselledCapWetness>>(width, input, result);
                break;
            case >= SpectralIndex.Blue and <= SpectralIndex.Swir2:
                Run<ManyLoop<Reflectance>>(width, input, result);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <summary>Block by block: masks first, then what is left at the width asked for, and the last pixels one by one.</summary>
    private static void Run<TLoop>(SimdWidth width, in Input input, Span<float> result)
        where TLoop : struct, IIndexLoop
    {
        Span<ushort> mask = stackalloc ushort[BlockLength];
        for (int start = 0; start < input.Bands.Length; start += BlockLength)
        {
            int count = Math.Min(BlockLength, input.Bands.Length - start);
            if (!AnyLeft(width, input, start, mask[..count], TLoop.TakesNegativeAsZero))
            {
                result.Slice(start, count).Fill(float.NaN);
                continue;
            }

            int done = width switch
            {
                SimdWidth.Bits512 => TLoop.Compute<Lanes512>(input, start, 0, mask[..count], result),
                SimdWidth.Bits256 => TLoop.Compute<Lanes256>(input, start, 0, mask[..count], result),
                SimdWidth.Bits128 => TLoop.Compute<Lanes128>(input, start, 0, mask[..count], result),
                _ => 0,
            };
            TLoop.Compute<Lanes1>(input, start, done, mask[..count], result);
        }
    }

    /// <summary>Finds the masked pixels of a block; false where all are.</summary>
    private static bool AnyLeft(SimdWidth width, in Input input, int start, Span<ushort> mask, bool takesNegativeAsZero)
    {
        int done = width switch
        {
            SimdWidth.Bits512 => Mask<WordLanes512>(input, start, 0, mask, takesNegativeAsZero),
            SimdWidth.Bits256 => Mask<WordLanes256>(input, start, 0, mask, takesNegativeAsZero),
            SimdWidth.Bits128 => Mask<WordLanes128>(input, start, 0, mask, takesNegativeAsZero),
            _ => 0,
        };
        Mask<WordLanes1>(input, start, done, mask, takesNegativeAsZero);
        return mask.ContainsAnyExcept(Masked);
    }

    private static int Mask<TWords>(in Input input, int start, int from, Span<ushort> mask, bool takesNegativeAsZero)
        where TWords : struct, IWordLanes<TWords>
    {
        ref ushort masked = ref MemoryMarshal.GetReference(mask);
        int end = from + (mask.Length - from) / TWords.Count * TWords.Count;
        for (int band = 0; band < input.Bands.Count; band++)
        {
            BandScaling scaling = input.Bands.Scaling(band);
            TWords fill = TWords.Create(scaling.FillDn);
            TWords tooMuch = TWords.Create((ushort)Math.Min(scaling.MaxDn + 1, ushort.MaxValue));
            TWords anyTooMuch = TWords.Create(scaling.MaxDn == ushort.MaxValue ? (ushort)0 : Masked);
            TWords tooLittle = TWords.Create((ushort)Math.Max(scaling.MinDn - 1, 0));
            TWords anyTooLittle = TWords.Create(scaling.MinDn == 0 || takesNegativeAsZero ? (ushort)0 : Masked);
            ref ushort pixels = ref Unsafe.Add(ref MemoryMarshal.GetReference(input.Bands.Pixels(band)), start);
            for (int i = from; i < end; i += TWords.Count)
            {
                TWords dn = TWords.Load(in Unsafe.Add(ref pixels, i));
                TWords rejected = (TWords.GreaterOrEqual(dn, fill) & TWords.GreaterOrEqual(fill, dn))
                    | (TWords.GreaterOrEqual(dn, tooMuch) & anyTooMuch)
                    | (TWords.GreaterOrEqual(tooLittle, dn) & anyTooLittle);
                if (band > 0)
                {
                    rejected |= TWords.Load(in Unsafe.Add(ref masked, i));
                }

                TWords.Store(rejected, ref Unsafe.Add(ref masked, i));
            }
        }

        AddBits<TWords>(input.Quality, start, from, end, ref masked);
        AddBits<TWords>(input.Saturation, start, from, end, ref masked);
        return end;
    }

    private static void AddBits<TWords>(QaBits qa, int start, int from, int end, ref ushort masked)
        where TWords : struct, IWordLanes<TWords>
    {
        if (!qa.IsActive)
        {
            return;
        }

        TWords one = TWords.Create(1);
        TWords bits = TWords.Create(qa.Rejected);
        ref ushort words = ref Unsafe.Add(ref MemoryMarshal.GetReference(qa.Pixels), start);
        for (int i = from; i < end; i += TWords.Count)
        {
            TWords rejected = TWords.GreaterOrEqual(TWords.Load(in Unsafe.Add(ref words, i)) & bits, one);
            TWords.Store(TWords.Load(in Unsafe.Add(ref masked, i)) | rejected, ref Unsafe.Add(ref masked, i));
        }
    }

    /// <summary>A loop over the pixels of a block that are not masked.</summary>
    private interface IIndexLoop
    {
        static abstract bool TakesNegativeAsZero { get; }

        /// <summary>Computes from a pixel of the block on; returns the number done, a multiple of the lane count.</summary>
        static abstract int Compute<TLanes>(in Input input, int start, int from, ReadOnlySpan<ushort> mask, Span<float> result)
            where TLanes : struct, ILanes<TLanes>;
    }

    /// <summary>Indices of two bands.</summary>
    private readonly struct PairLoop<TOperator> : IIndexLoop
        where TOperator : struct, IBandPairOperator
    {
        public static bool TakesNegativeAsZero => TOperator.TakesNegativeAsZero;

        public static int Compute<TLanes>(in Input input, int start, int from, ReadOnlySpan<ushort> mask, Span<float> result)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes zero = TLanes.Create(0);
            TLanes noData = TLanes.Create(double.NaN);
            TLanes multiply1 = TLanes.Create(input.Bands.Scaling(0).Multiplier);
            TLanes add1 = TLanes.Create(input.Bands.Scaling(0).Offset);
            TLanes multiply2 = TLanes.Create(input.Bands.Scaling(1).Multiplier);
            TLanes add2 = TLanes.Create(input.Bands.Scaling(1).Offset);
            bool hasFactors = !input.Factors.IsEmpty;
            ref ushort masked = ref MemoryMarshal.GetReference(mask);
            ref ushort first = ref Unsafe.Add(ref MemoryMarshal.GetReference(input.Bands.Pixels(0)), start);
            ref ushort second = ref Unsafe.Add(ref MemoryMarshal.GetReference(input.Bands.Pixels(1)), start);
            ref float factors = ref Unsafe.Add(ref MemoryMarshal.GetReference(input.Factors), hasFactors ? start : 0);
            ref float output = ref Unsafe.Add(ref MemoryMarshal.GetReference(result), start);
            int i = from;
            for (; i <= mask.Length - TLanes.Count; i += TLanes.Count)
            {
                TLanes reflectance1 = TLanes.Load(in Unsafe.Add(ref first, i)) * multiply1 + add1;
                TLanes reflectance2 = TLanes.Load(in Unsafe.Add(ref second, i)) * multiply2 + add2;
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

                (TLanes numerator, TLanes denominator) = TOperator.Invoke(reflectance1, reflectance2);
                TLanes rejected = TLanes.Mask(in Unsafe.Add(ref masked, i)) | TLanes.EqualTo(denominator, zero);
                TLanes.Store(TLanes.Select(rejected, noData, numerator / denominator), ref Unsafe.Add(ref output, i));
            }

            return i;
        }
    }

    /// <summary>Indices of more bands.</summary>
    private readonly struct ManyLoop<TOperator> : IIndexLoop
        where TOperator : struct, ILinearRatioOperator
    {
        public static bool TakesNegativeAsZero => TOperator.TakesNegativeAsZero;

        public static int Compute<TLanes>(in Input input, int start, int from, ReadOnlySpan<ushort> mask, Span<float> result)
            where TLanes : struct, ILanes<TLanes>
        {
            TLanes zero = TLanes.Create(0);
            TLanes noData = TLanes.Create(double.NaN);
            bool hasFactors = !input.Factors.IsEmpty;
            ref ushort masked = ref MemoryMarshal.GetReference(mask);
            ref float factors = ref Unsafe.Add(ref MemoryMarshal.GetReference(input.Factors), hasFactors ? start : 0);
            ref float output = ref Unsafe.Add(ref MemoryMarshal.GetReference(result), start);
            int i = from;
            for (; i <= mask.Length - TLanes.Count; i += TLanes.Count)
            {
                TLanes numerator = TLanes.Create(TOperator.Numerator[0]);
                TLanes denominator = TLanes.Create(TOperator.Denominator[0]);
                for (int band = 0; band < input.Bands.Count; band++)
                {
                    ref ushort pixels = ref MemoryMarshal.GetReference(input.Bands.Pixels(band));
                    BandScaling scaling = input.Bands.Scaling(band);
                    TLanes reflectance = TLanes.Load(in Unsafe.Add(ref pixels, start + i)) * TLanes.Create(scaling.Multiplier) + TLanes.Create(scaling.Offset);
                    if (hasFactors)
                    {
                        reflectance *= TLanes.Load(in Unsafe.Add(ref factors, i));
                    }

                    numerator += TLanes.Create(TOperator.Numerator[band + 1]) * reflectance;
                    denominator += TLanes.Create(TOperator.Denominator[band + 1]) * reflectance;
                }

                TLanes rejected = TLanes.Mask(in Unsafe.Add(ref masked, i)) | TLanes.EqualTo(denominator, zero);
                TLanes.Store(TLanes.Select(rejected, noData, numerator / denominator), ref Unsafe.Add(ref output, i));
            }

            return i;
        }
    }

    private readonly ref struct Input(IndexBands bands, QaBits quality, QaBits saturation, ReadOnlySpan<float> factors)
    {
        internal readonly IndexBands Bands = bands;
        internal readonly QaBits Quality = quality;
        internal readonly QaBits Saturation = saturation;
        internal readonly ReadOnlySpan<float> Factors = factors;
    }
}
