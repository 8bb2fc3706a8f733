using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

/// <summary>No kernel writes before or behind what it was given, whatever the number of pixels: stores of registers are not checked by the runtime.</summary>
public class GuardTests
{
    private const byte Guard = 0xA5;

    [Fact]
    public void Nothing_is_written_beyond_a_result()
    {
        // Pixels that do something everywhere: some of each kind, none missing by a rule.
        Gen.Select(Gen.Int[1, 150], Gen.Int[1, 3], Gen.Int[0, 1_000_000]).Sample((width, rows, seed) =>
        {
            var random = new Random(seed);
            int count = width * rows;
            ushort[] words = [.. Enumerable.Range(0, count).Select(_ => (ushort)random.Next(7000, 30_000))];
            ushort[] mask = [.. words.Select(word => word % 5 == 0 ? QualityKernel.Rejected : (ushort)0)];
            byte[] bytes = [.. words.Select(word => (byte)(word % 4))];
            float[] numbers = [.. words.Select(word => word % 9 == 0 ? float.NaN : word / 30_000f)];
            foreach (SimdWidth simd in Enum.GetValues<SimdWidth>())
            {
                foreach (SpectralIndex index in new[] { SpectralIndex.Ndvi, SpectralIndex.Evi, SpectralIndex.Kndvi })
                {
                    Check<float>(count, result => Index(simd, index, words, result));
                }

                Check<ushort>(count, result => QualityKernel.Reject(simd, words, 3, [new QaField(12, 8)], result));
                Check<ushort>(count, result => QualityKernel.Dilate(simd, mask, width, 3, result));
                int[] pixels = [.. Enumerable.Range(0, count)];
                DecisionTree[] trees = [new([0], [0.5f], [true], [~0], [~1], [1, 2]), new([0, 0], [0.3f, 0.7f], [false, true], [~0, ~1], [1, ~2], [1, 2, 4])];
                Check<float>(2 * count, result => TreeEnsemble.Compile([trees, trees[..1]], 1).Sum(simd, numbers, count, pixels, result));
            }

            Check<short>(count, result => Quantiser.ToInt16(numbers, 10_000, -10_000, 10_000, -9999, result));
            Check<byte>(count, result => TemporalSmoothing.Majority(bytes, bytes, bytes, result));
            Check<byte>(count, result => Predictor.Difference(bytes, width, result));
            Check<ushort>(count, result => Predictor.Difference(words, width, result));
            Check<byte>(count, result => Predictor.Accumulate<byte>(result, width));
            Check<ushort>(count, result => Predictor.Accumulate<ushort>(result, width));
            Check<byte>(4 * count, result => Check<byte>(4 * width, scratch => Predictor.TakeApart(numbers, width, Again(result), scratch)));
            Check<float>(count, result => Predictor.PutTogether(new byte[4 * count], width, result));
            Check<ulong>(PixelBits.WordCount(count), result => PixelBits.WhereAny(bytes, [1, 3], result));
            ulong[] bits = [.. Enumerable.Range(0, PixelBits.WordCount(count)).Select(_ => ulong.MaxValue)];
            Check<short>(count, result => PixelBits.Fill(bits, result, (short)7));
            Check<float>(2 * width, result => Check<int>(width, counts => OrderStatistics.Quantiles(numbers, width, rows, width, [0.1, 0.9], Again(result), counts)));
            Check<float>(width, result => OrderStatistics.LabelOfMaximum(numbers, width, width, new float[rows], result));
            Check<byte>(count, result => PatchSieve.Apply(result, width, 0, 3));
            Check<byte>(RunLengthDeflate.MaxLength(count), result => RunLengthDeflate.Compress(bytes, result));
            float[] even = new float[4 * count];
            Check<float>(count, result => Halving.Mean(even, 2 * width, result, width));
            Check<short>(count, result => Halving.Mean<short>(new short[4 * count], 2 * width, null, result, width));
            Check<byte>(count, result => Halving.Majority<byte>(new byte[4 * count], 2 * width, result, width));
            Check<float>(3 * count, result => LinkKernel.ToProbabilities(result, count, 3, null));
        }, iter: 150);
    }

    /// <summary>A span that a lambda may not hold, taken up again.</summary>
    private static Span<T> Again<T>(Guarded<T> of)
        where T : unmanaged => of.Span;

    private static void Index(SimdWidth simd, SpectralIndex index, ushort[] words, Span<float> result)
    {
        var bands = default(IndexBands);
        for (int band = 0; band < IndexKernel.BandCount(index); band++)
        {
            bands.Add(words, new BandScaling(0.0000275, -0.2, 7273, 43636));
        }

        IndexKernel.Compute(simd, index, bands, new QaBits(words, 1), default, default, result);
    }

    private static void Check<T>(int length, Action<Guarded<T>> fill, [CallerArgumentExpression(nameof(fill))] string what = "")
        where T : unmanaged
    {
        var guarded = new Guarded<T>(length);
        fill(guarded);
        Assert.True(guarded.IsIntact, $"{what} wrote beyond its {length} values");
    }

    /// <summary>Memory with more of it before and behind, which must stay as it is.</summary>
    private sealed class Guarded<T>
        where T : unmanaged
    {
        private const int Around = 160;
        private readonly T[] memory;
        private readonly int length;

        internal Guarded(int length)
        {
            this.length = length;
            memory = new T[length + 2 * Around];
            MemoryMarshal.AsBytes(memory.AsSpan()).Fill(Guard);
            Span.Clear();
        }

        internal Span<T> Span => memory.AsSpan(Around, length);

        internal bool IsIntact =>
            !MemoryMarshal.AsBytes(memory.AsSpan(0, Around)).ContainsAnyExcept(Guard) && !MemoryMarshal.AsBytes(memory.AsSpan(Around + length)).ContainsAnyExcept(Guard);

        public static implicit operator Span<T>(Guarded<T> guarded) => guarded.Span;
    }
}
