using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class IndexKernelTests
{
    private static readonly BandScaling Surface = new(0.0000275, -0.2, 7273, 43636);

    /// <summary>Digital numbers with their borders drawn often.</summary>
    private static readonly Gen<ushort> Dn = Gen.Frequency(
        (3, Gen.UShort),
        (3, Gen.UShort[7200, 12_000]),
        (2, Pick.From<ushort>(0, 1, 7272, 7273, 7274, 43635, 43636, 43637, 65535)));

    private static readonly Gen<BandScaling> Scaling = Gen.OneOf(
        Gen.Const(Surface),
        Gen.Select(Gen.Double[1e-6, 1e-2], Gen.Double[-0.3, 0.1], Gen.UShort[1, 9000], (m, a, min) => new BandScaling(m, a, min, 65000)));

    private static readonly Gen<SpectralIndex> Index = Gen.Enum<SpectralIndex>();

    [Fact]
    public void Every_width_gives_the_bits_of_the_plain_reference()
    {
        // Lengths around those of registers, and around that of the blocks in which masks are held.
        Gen<(ushort[][] Bands, ushort[] Qa, ushort[] Sat)> pixels =
            Gen.Frequency((20, Gen.Int[0, 75]), (1, Gen.Int[1000, 1100])).SelectMany(n => Gen.Select(Dn.Array[n].Array[6], Gen.UShort.Array[n], Pick.From<ushort>(0, 1, 8, 2048).Array[n]));
        Gen.Select(Index, Scaling.Array[6], pixels, Pick.From<ushort>(0, 31, 8, 0xFFFF), Gen.Bool, Gen.Bool).Sample((index, scalings, p, reject, hasQa, hasFactors) =>
        {
            float[] factors = hasFactors ? [.. p.Qa.Select(word => word % 17 == 0 ? float.NaN : 0.8f + word % 50 / 100f)] : [];
            var quality = new QaBits(hasQa ? p.Qa : [], reject);
            var saturation = new QaBits(hasQa ? p.Sat : [], 0b1000_0000_1000);
            int bands = IndexKernel.BandCount(index);
            float[] expected = new float[p.Qa.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                bool rejected = hasQa && ((p.Qa[i] & reject) != 0 || (p.Sat[i] & 0b1000_0000_1000) != 0);
                expected[i] = rejected ? float.NaN : Reference(index, [.. p.Bands.Take(bands).Select(band => band[i])], scalings, hasFactors ? factors[i] : 1);
            }

            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] actual = new float[expected.Length];
                IndexKernel.Compute(width, index, Bands(p.Bands[..bands], scalings), quality, saturation, factors, actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.True(
                        BitConverter.SingleToInt32Bits(actual[i]) == BitConverter.SingleToInt32Bits(expected[i]) || (float.IsNaN(actual[i]) && float.IsNaN(expected[i]))
                        || (index == SpectralIndex.Kndvi && Math.Abs(actual[i] - expected[i]) <= 6e-8f),
                        $"{width} {index} pixel {i} gave {actual[i]:R} instead of {expected[i]:R}");
                }
            }
        }, iter: 3000);
    }

    [Fact]
    public void Every_width_gives_the_same_bits_of_the_kernel_index()
    {
        Gen.Int[0, 75].SelectMany(n => Dn.Array[n].Array[2]).Sample(bands =>
        {
            float[] plain = new float[bands[0].Length];
            IndexKernel.Compute(SimdWidth.Scalar, SpectralIndex.Kndvi, Bands(bands, [Surface, Surface]), default, default, default, plain);
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] actual = new float[plain.Length];
                IndexKernel.Compute(width, SpectralIndex.Kndvi, Bands(bands, [Surface, Surface]), default, default, default, actual);
                Assert.Equal(plain.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
            }
        }, iter: 1000);
    }

    [Fact]
    public void The_kernel_index_is_the_hyperbolic_tangent_also_beyond_the_range_of_NDVI()
    {
        // Reflectance of −0.3 to 0.1: the two cancel more or less, and NDVI takes all sizes.
        var dark = new BandScaling(1e-4, -0.3, 1, 4000);
        Gen.Int[1, 75].SelectMany(n => Gen.UShort[1, 4000].Array[n].Array[2]).Sample(bands =>
        {
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] actual = new float[bands[0].Length];
                IndexKernel.Compute(width, SpectralIndex.Kndvi, Bands(bands, [dark, dark]), default, default, default, actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    float expected = Reference(SpectralIndex.Kndvi, [bands[0][i], bands[1][i]], [dark, dark]);
                    Assert.True(float.IsNaN(expected) ? float.IsNaN(actual[i]) : Math.Abs(actual[i] - expected) <= 6e-8f, $"{width}: {bands[0][i]} and {bands[1][i]} gave {actual[i]:R} instead of {expected:R}");
                }
            }
        }, iter: 3000);
    }

    [Theory]
    [InlineData(SpectralIndex.Ndvi, 20000, 10000, 0.64705882)]
    [InlineData(SpectralIndex.Gi, 20000, 10000, 4.6666667)]
    [InlineData(SpectralIndex.Evi2, 20000, 10000, 0.44934641)]
    [InlineData(SpectralIndex.Savi, 20000, 10000, 0.44594595)]
    public void Known_values(SpectralIndex index, int first, int second, double expected)
    {
        float[] result = new float[1];
        IndexKernel.Compute(index, Bands([[(ushort)first], [(ushort)second]], [Surface, Surface]), default, default, default, result);
        // 20000 is a reflectance of 0.35, 10000 of 0.075; the expected values were worked out by hand from the formulas.
        Assert.Equal(expected, result[0], 5);
    }

    [Fact]
    public void Valid_range_is_inclusive_and_what_lies_outside_is_masked_not_clipped()
    {
        ushort[] dn = [0, 7272, 7273, 43636, 43637];
        ushort[] other = [20000, 20000, 20000, 20000, 20000];
        float[] result = new float[5];
        IndexKernel.Compute(SpectralIndex.Ndvi, Bands([dn, other], [Surface, Surface]), default, default, default, result);
        Assert.Equal([true, true, false, false, true], result.Select(float.IsNaN));
    }

    [Fact]
    public void A_water_index_takes_negative_reflectance_as_zero_but_never_fill()
    {
        float[] result = new float[3];
        IndexKernel.Compute(SpectralIndex.Mndwi, Bands([[9000, 9000, 0], [7000, 0, 7000]], [Surface, Surface]), default, default, default, result);
        Assert.Equal(1f, result[0]);
        Assert.True(float.IsNaN(result[1]));
        Assert.True(float.IsNaN(result[2]));
        IndexKernel.Compute(SpectralIndex.Mndwi, Bands([[7000], [7000]], [Surface, Surface]), default, default, default, result);
        Assert.True(float.IsNaN(result[0]), "zero over zero is no data");
    }

    [Fact]
    public void More_bands_as_worked_out_by_hand()
    {
        // Reflectances 0.35, 0.075 and 0.02: 2.5 × 0.275 / (0.35 + 0.45 − 0.15 + 1).
        float[] result = new float[1];
        IndexKernel.Compute(SpectralIndex.Evi, Bands([[20000], [10000], [8000]], [Surface, Surface, Surface]), default, default, default, result);
        Assert.Equal(0.41666667, result[0], 5);
        // 0.0315 × 0.02 + 0.2021 × 0.075 + 0.3102 × 0.075 + 0.1594 × 0.35 − 0.6806 × 0.075 − 0.6109 × 0.02.
        IndexKernel.Compute(SpectralIndex.Wetness, Bands([[8000], [10000], [10000], [20000], [10000], [8000]], [.. Enumerable.Repeat(Surface, 6)]), default, default, default, result);
        Assert.Equal(0.0315 * 0.02 + 0.2021 * 0.075 + 0.3102 * 0.075 + 0.1594 * 0.35 - 0.6806 * 0.075 - 0.6109 * 0.02, result[0], 6);
        IndexKernel.Compute(SpectralIndex.Kndvi, Bands([[20000], [10000]], [Surface, Surface]), default, default, default, result);
        Assert.Equal(Math.Tanh(Math.Pow(0.275 / 0.425, 2)), result[0], 6);
    }

    [Fact]
    public void Spans_of_different_length_and_missing_bands_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Bands([new ushort[3], new ushort[2]], [Surface, Surface]));
        Assert.Throws<ArgumentException>(() => IndexKernel.Compute(SpectralIndex.Ndvi, Bands([new ushort[3]], [Surface]), default, default, default, new float[3]));
        Assert.Throws<ArgumentException>(() => IndexKernel.Compute(SpectralIndex.Ndvi, Bands([new ushort[3], new ushort[3]], [Surface, Surface]), default, default, default, new float[2]));
    }

    private static IndexBands Bands(ushort[][] pixels, BandScaling[] scalings)
    {
        var bands = default(IndexBands);
        for (int band = 0; band < pixels.Length; band++)
        {
            bands.Add(pixels[band], scalings[band]);
        }

        return bands;
    }

    /// <summary>The formulas of METHODS, pixel by pixel, with nothing shared with the kernel.</summary>
    private static float Reference(SpectralIndex index, ushort[] dn, BandScaling[] scalings, double factor = 1)
    {
        bool water = index == SpectralIndex.Mndwi;
        double[] r = new double[dn.Length];
        for (int band = 0; band < dn.Length; band++)
        {
            if (dn[band] == 0 || dn[band] > scalings[band].MaxDn || (!water && dn[band] < scalings[band].MinDn))
            {
                return float.NaN;
            }

            r[band] = (dn[band] * scalings[band].Multiplier + scalings[band].Offset) * factor;
            r[band] = water && r[band] < 0 ? 0 : r[band];
        }

        (double x, double y) = (r[0], r.Length > 1 ? r[1] : 0);
        (double numerator, double denominator) = index switch
        {
            SpectralIndex.Evi2 => (2.5 * (x - y), x + 2.4 * y + 1),
            SpectralIndex.Gi => (x, y),
            SpectralIndex.Savi => (1.5 * (x - y), x + y + 0.5),
            SpectralIndex.Evi => (2.5 * x - 2.5 * y + 0 * r[2], 1 + x + 6 * y - 7.5 * r[2]),
            SpectralIndex.Kndvi => (Math.Tanh((x - y) / (x + y) * ((x - y) / (x + y))), x + y == 0 ? 0 : 1),
            SpectralIndex.Wetness => (0.0315 * x + 0.2021 * y + 0.3102 * r[2] + 0.1594 * r[3] - 0.6806 * r[4] - 0.6109 * r[5], 1),
            >= SpectralIndex.Blue => (x, 1),
            _ => (x - y, x + y),
        };
        return denominator == 0 ? float.NaN : (float)(numerator / denominator);
    }
}
