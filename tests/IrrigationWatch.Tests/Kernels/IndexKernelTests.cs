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
        Gen<(ushort[] First, ushort[] Second, ushort[] Qa, ushort[] Sat)> pixels =
            Gen.Int[0, 75].SelectMany(n => Gen.Select(Dn.Array[n], Dn.Array[n], Gen.UShort.Array[n], Pick.From<ushort>(0, 1, 8, 2048).Array[n]));
        Gen.Select(Index, Scaling, Scaling, pixels, Pick.From<ushort>(0, 31, 8, 0xFFFF), Gen.Bool).Sample((index, a, b, p, reject, hasQa) =>
        {
            var quality = new QaBits(hasQa ? p.Qa : [], reject);
            var saturation = new QaBits(hasQa ? p.Sat : [], 0b1000_0000_1000);
            float[] expected = new float[p.First.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                bool rejected = hasQa && ((p.Qa[i] & reject) != 0 || (p.Sat[i] & 0b1000_0000_1000) != 0);
                expected[i] = Reference(index, p.First[i], a, p.Second[i], b, rejected);
            }

            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] actual = new float[expected.Length];
                IndexKernel.Compute(width, index, p.First, a, p.Second, b, quality, saturation, default, actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    Assert.True(
                        BitConverter.SingleToInt32Bits(actual[i]) == BitConverter.SingleToInt32Bits(expected[i]) || (float.IsNaN(actual[i]) && float.IsNaN(expected[i])),
                        $"{width} {index} pixel {i}: {p.First[i]}, {p.Second[i]} gave {actual[i]:R} instead of {expected[i]:R}");
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
        IndexKernel.Compute(index, [(ushort)first], Surface, [(ushort)second], Surface, default, default, default, result);
        // 20000 is a reflectance of 0.35, 10000 of 0.075; the expected values were worked out by hand from the formulas.
        Assert.Equal(expected, result[0], 5);
    }

    [Fact]
    public void Valid_range_is_inclusive_and_what_lies_outside_is_masked_not_clipped()
    {
        ushort[] dn = [0, 7272, 7273, 43636, 43637];
        ushort[] other = [20000, 20000, 20000, 20000, 20000];
        float[] result = new float[5];
        IndexKernel.Compute(SpectralIndex.Ndvi, dn, Surface, other, Surface, default, default, default, result);
        Assert.Equal([true, true, false, false, true], result.Select(float.IsNaN));
    }

    [Fact]
    public void A_water_index_takes_negative_reflectance_as_zero_but_never_fill()
    {
        float[] result = new float[3];
        IndexKernel.Compute(SpectralIndex.Mndwi, [9000, 9000, 0], Surface, [7000, 0, 7000], Surface, default, default, default, result);
        Assert.Equal(1f, result[0]);
        Assert.True(float.IsNaN(result[1]));
        Assert.True(float.IsNaN(result[2]));
        IndexKernel.Compute(SpectralIndex.Mndwi, [7000], Surface, [7000], Surface, default, default, default, result);
        Assert.True(float.IsNaN(result[0]), "zero over zero is no data");
    }

    [Fact]
    public void Spans_of_different_length_are_refused() =>
        Assert.Throws<ArgumentException>(() => IndexKernel.Compute(SpectralIndex.Ndvi, new ushort[3], Surface, new ushort[2], Surface, default, default, default, new float[3]));

    /// <summary>The formulas of METHODS, pixel by pixel, with nothing shared with the kernel.</summary>
    private static float Reference(SpectralIndex index, ushort first, BandScaling a, ushort second, BandScaling b, bool rejected)
    {
        bool water = index == SpectralIndex.Mndwi;
        bool outside = first == 0 || second == 0 || first > a.MaxDn || second > b.MaxDn || (!water && (first < a.MinDn || second < b.MinDn));
        if (rejected || outside)
        {
            return float.NaN;
        }

        double x = first * a.Multiplier + a.Offset;
        double y = second * b.Multiplier + b.Offset;
        if (water)
        {
            x = x < 0 ? 0 : x;
            y = y < 0 ? 0 : y;
        }

        (double numerator, double denominator) = index switch
        {
            SpectralIndex.Evi2 => (2.5 * (x - y), x + 2.4 * y + 1),
            SpectralIndex.Gi => (x, y),
            SpectralIndex.Savi => (1.5 * (x - y), x + y + 0.5),
            _ => (x - y, x + y),
        };
        return denominator == 0 ? float.NaN : (float)(numerator / denominator);
    }
}
