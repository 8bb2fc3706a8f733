using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IrrigationWatch.Kernels;

/// <summary>Rasters of half the size, each pixel made of two by two.</summary>
public static class Halving
{
    /// <summary>The mean of what was observed of the four.</summary>
    /// <param name="pixels">Rows of <paramref name="width"/> numbers; NaN where there is none.</param>
    /// <param name="width">Columns; even, as is the number of rows.</param>
    /// <param name="result">Receives the half-sized raster at its upper left corner.</param>
    /// <param name="resultWidth">Columns of the raster that receives it.</param>
    public static void Mean(ReadOnlySpan<float> pixels, int width, Span<float> result, int resultWidth)
    {
        int rows = CheckSize(pixels.Length, width, result.Length, resultWidth);
        for (int row = 0; row < rows; row++)
        {
            MeanRow(pixels.Slice(2 * row * width, width), pixels.Slice((2 * row + 1) * width, width), result.Slice(row * resultWidth, width / 2));
        }
    }

    /// <summary>The mean of what was observed of the four, to the nearest integer, halves up.</summary>
    /// <typeparam name="T">An integer of at most 32 bits.</typeparam>
    /// <param name="pixels">Rows of <paramref name="width"/> numbers.</param>
    /// <param name="width">Columns; even, as is the number of rows.</param>
    /// <param name="noData">The number that means none; null where all count.</param>
    /// <param name="result">Receives the half-sized raster at its upper left corner.</param>
    /// <param name="resultWidth">Columns of the raster that receives it.</param>
    public static void Mean<T>(ReadOnlySpan<T> pixels, int width, T? noData, Span<T> result, int resultWidth)
        where T : unmanaged, IBinaryInteger<T>
    {
        int rows = CheckSize(pixels.Length, width, result.Length, resultWidth);
        bool all = noData is null;
        T none = noData ?? T.Zero;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> upper = pixels.Slice(2 * row * width, width);
            ReadOnlySpan<T> lower = pixels.Slice((2 * row + 1) * width, width);
            Span<T> line = result.Slice(row * resultWidth, width / 2);
            for (int x = 0; x < line.Length; x++)
            {
                long sum = 0;
                int count = 0;
                Add(upper[2 * x]);
                Add(upper[2 * x + 1]);
                Add(lower[2 * x]);
                Add(lower[2 * x + 1]);
                line[x] = count == 0 ? none : T.CreateTruncating((long)Math.Floor((2.0 * sum + count) / (2 * count)));

                void Add(T value)
                {
                    if (all || value != none)
                    {
                        sum += long.CreateTruncating(value);
                        count++;
                    }
                }
            }
        }
    }

    /// <summary>
    /// The value that most of the four have, the first of them in reading order where no value has more than another.
    /// "Not observed" is a value like all others, so that gaps neither grow nor shrink.
    /// </summary>
    /// <typeparam name="T">Any type of pixel.</typeparam>
    /// <param name="pixels">Rows of <paramref name="width"/> values.</param>
    /// <param name="width">Columns; even, as is the number of rows.</param>
    /// <param name="result">Receives the half-sized raster at its upper left corner.</param>
    /// <param name="resultWidth">Columns of the raster that receives it.</param>
    public static void Majority<T>(ReadOnlySpan<T> pixels, int width, Span<T> result, int resultWidth)
        where T : unmanaged, IEquatable<T>
    {
        int rows = CheckSize(pixels.Length, width, result.Length, resultWidth);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> upper = pixels.Slice(2 * row * width, width);
            ReadOnlySpan<T> lower = pixels.Slice((2 * row + 1) * width, width);
            Span<T> line = result.Slice(row * resultWidth, width / 2);
            for (int x = 0; x < line.Length; x++)
            {
                (T a, T b, T c, T d) = (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
                bool first = a.Equals(b) | a.Equals(c) | a.Equals(d);
                bool second = b.Equals(c) | b.Equals(d);
                line[x] = first ? a : second ? b : c.Equals(d) ? c : a;
            }
        }
    }

    private static int CheckSize(int length, int width, int resultLength, int resultWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 2);
        if (width % 2 != 0 || length % (2 * width) != 0)
        {
            throw new ArgumentException($"{length} pixels are not pairs of rows of an even number of columns ({width})");
        }

        int rows = length / (2 * width);
        if (resultWidth < width / 2 || resultLength < (rows - 1) * resultWidth + width / 2)
        {
            throw new ArgumentException($"{resultLength} pixels in rows of {resultWidth} have no room for {width / 2} × {rows}");
        }

        return rows;
    }

    private static void MeanRow(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, Span<float> line)
    {
        ref float above = ref MemoryMarshal.GetReference(upper);
        ref float below = ref MemoryMarshal.GetReference(lower);
        ref float output = ref MemoryMarshal.GetReference(line);
        int x = 0;
        for (; Avx2.IsSupported && x <= line.Length - 8; x += 8)
        {
            (Vector256<float> a, Vector256<float> b) = Pairs8(ref above, 2 * x);
            (Vector256<float> c, Vector256<float> d) = Pairs8(ref below, 2 * x);
            Vector256<float> one = Vector256.Create(1f);
            Vector256<float> hasA = Vector256.Equals(a, a);
            Vector256<float> hasB = Vector256.Equals(b, b);
            Vector256<float> hasC = Vector256.Equals(c, c);
            Vector256<float> hasD = Vector256.Equals(d, d);
            Vector256<float> sum = (a & hasA) + (b & hasB) + ((c & hasC) + (d & hasD));
            Vector256<float> count = (one & hasA) + (one & hasB) + ((one & hasC) + (one & hasD));
            // None of four: 0 / 0 is NaN, though not the same bits everywhere.
            Vector256<float> mean = Vector256.ConditionalSelect(Vector256.Equals(count, Vector256<float>.Zero), Vector256.Create(float.NaN), sum / count);
            InOrder(mean).StoreUnsafe(ref Unsafe.Add(ref output, x));
        }

        for (; x < line.Length; x++)
        {
            (float a, float b, float c, float d) = (upper[2 * x], upper[2 * x + 1], lower[2 * x], lower[2 * x + 1]);
            float sum = (Or0(a) + Or0(b)) + (Or0(c) + Or0(d));
            int count = Has(a) + Has(b) + Has(c) + Has(d);
            line[x] = count == 0 ? float.NaN : sum / count;
        }

        static float Or0(float value) => float.IsNaN(value) ? 0 : value;

        static int Has(float value) => float.IsNaN(value) ? 0 : 1;
    }

    /// <summary>Eight numbers at even and eight at odd places, in an order of their own that <see cref="InOrder"/> undoes.</summary>
    private static (Vector256<float> Even, Vector256<float> Odd) Pairs8(ref float source, int index)
    {
        Vector256<float> first = Vector256.LoadUnsafe(in Unsafe.Add(ref source, index));
        Vector256<float> second = Vector256.LoadUnsafe(in Unsafe.Add(ref source, index + 8));
        // Within each half of the registers, which is one instruction each.
        return (Avx.Shuffle(first, second, 0b10_00_10_00), Avx.Shuffle(first, second, 0b11_01_11_01));
    }

    /// <summary>Pairs lie as first, third, second, fourth.</summary>
    private static Vector256<float> InOrder(Vector256<float> value) =>
        Vector256.Shuffle(value.AsDouble(), Vector256.Create(0L, 2, 1, 3)).AsSingle();
}
