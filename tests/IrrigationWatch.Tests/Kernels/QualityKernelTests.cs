using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class QualityKernelTests
{
    [Fact]
    public void Every_width_rejects_what_the_plain_reference_rejects()
    {
        Gen<QaField> field = Gen.Select(Pick.From(6, 8, 10, 12, 14), Gen.Int[1, 3], (shift, level) => new QaField((ushort)(3 << shift), (ushort)(level << shift)));
        Gen.Select(Gen.UShort.Array[0, 100], Gen.UShort, field.Array[0, 4], Gen.UShort).Sample((words, bits, fields, seed) =>
        {
            ushort[] before = [.. words.Select((_, i) => (seed >> (i % 16) & 1) == 1 ? QualityKernel.Rejected : (ushort)0)];
            ushort[] expected = [.. words.Select((word, i) => before[i] != 0 || (word & bits) != 0 || Array.Exists(fields, f => (word & f.Mask) >= f.Minimum) ? QualityKernel.Rejected : (ushort)0)];
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                ushort[] mask = [.. before];
                QualityKernel.Reject(width, words, bits, fields, mask);
                Assert.Equal(expected, mask);
            }
        }, iter: 3000);
    }

    [Fact]
    public void Every_width_dilates_by_the_disc_of_the_plain_reference()
    {
        Gen.Select(Gen.Int[1, 45], Gen.Int[1, 20], Gen.Int[0, 7], Gen.Int[1, 30]).SelectMany(size => Gen.Int[0, size.Item4].Array[size.Item1 * size.Item2].Select(draws => (size.Item1, size.Item2, size.Item3, draws))).Sample(sample =>
        {
            (int width, int height, int radius, int[] draws) = sample;
            ushort[] mask = [.. draws.Select(draw => draw == 0 ? QualityKernel.Rejected : (ushort)0)];
            ushort[] expected = new ushort[mask.Length];
            for (int i = 0; i < mask.Length; i++)
            {
                for (int j = 0; j < mask.Length && expected[i] == 0; j++)
                {
                    int dx = i % width - j % width;
                    int dy = i / width - j / width;
                    expected[i] = mask[j] != 0 && dx * dx + dy * dy <= radius * radius ? QualityKernel.Rejected : (ushort)0;
                }
            }

            foreach (SimdWidth simd in Enum.GetValues<SimdWidth>())
            {
                ushort[] actual = new ushort[mask.Length];
                QualityKernel.Dilate(simd, mask, width, radius, actual);
                Assert.Equal(expected, actual);
            }
        }, iter: 300);
    }

    [Fact]
    public void Factors_scale_reflectance_before_the_index_at_every_width()
    {
        var scaling = new BandScaling(2e-5, -0.1, 1, ushort.MaxValue);
        Gen.Int[0, 70].SelectMany(n => Gen.Select(Gen.UShort.Array[n], Gen.UShort.Array[n], Pick.From(1f, 0.8f, 1.7f, float.NaN).Array[n], Pick.From(SpectralIndex.Evi2, SpectralIndex.Savi, SpectralIndex.Ndvi))).Sample((nir, red, factors, index) =>
        {
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] actual = new float[nir.Length];
                var bands = default(IndexBands);
                bands.Add(nir, scaling);
                bands.Add(red, scaling);
                IndexKernel.Compute(width, index, bands, default, default, factors, actual);
                for (int i = 0; i < actual.Length; i++)
                {
                    double n = (nir[i] * 2e-5 + -0.1) * factors[i];
                    double r = (red[i] * 2e-5 + -0.1) * factors[i];
                    (double top, double bottom) = index switch
                    {
                        SpectralIndex.Evi2 => (2.5 * (n - r), n + 2.4 * r + 1),
                        SpectralIndex.Savi => (1.5 * (n - r), n + r + 0.5),
                        _ => (n - r, n + r),
                    };
                    float expected = nir[i] == 0 || red[i] == 0 || bottom == 0 ? float.NaN : (float)(top / bottom);
                    Assert.True(float.IsNaN(expected) ? float.IsNaN(actual[i]) : Math.Abs(expected - actual[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected)), $"{width} {index} {nir[i]} {red[i]} {factors[i]}: {actual[i]} instead of {expected}");
                }
            }
        }, iter: 2000);
    }
}
