using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>
/// The predictors of TIFF: pixels of a row as differences to the pixel before (TIFF 6.0, section 14), and floating-point
/// numbers taken apart into planes of bytes and then differenced (Adobe, TIFF Technical Note 3).
/// </summary>
/// <remarks>Sums and differences wrap around. Every vector form gives the same bits as the plain one.</remarks>
public static class Predictor
{
    /// <summary>Turns pixels into differences.</summary>
    /// <typeparam name="T">An integer.</typeparam>
    /// <param name="pixels">Rows of <paramref name="width"/> pixels.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="differences">Receives as many; not the same memory.</param>
    public static void Difference<T>(ReadOnlySpan<T> pixels, int width, Span<T> differences)
        where T : unmanaged, IBinaryInteger<T>
    {
        CheckRows(pixels.Length, width);
        for (int row = 0; row < pixels.Length; row += width)
        {
            ReadOnlySpan<T> line = pixels.Slice(row, width);
            differences[row] = line[0];
            ref T source = ref MemoryMarshal.GetReference(line);
            ref T result = ref differences[row];
            int i = 1;
            for (; i <= width - Vector<T>.Count; i += Vector<T>.Count)
            {
                (Vector.LoadUnsafe(in source, (nuint)i) - Vector.LoadUnsafe(in source, (nuint)i - 1)).StoreUnsafe(ref result, (nuint)i);
            }

            for (; i < width; i++)
            {
                differences[row + i] = unchecked(line[i] - line[i - 1]);
            }
        }
    }

    /// <summary>Turns differences back into pixels, in place.</summary>
    /// <typeparam name="T">An integer of 1, 2, 4 or 8 bytes.</typeparam>
    /// <param name="pixels">Rows of <paramref name="width"/> differences.</param>
    /// <param name="width">Pixels of a row.</param>
    public static void Accumulate<T>(Span<T> pixels, int width)
        where T : unmanaged, IBinaryInteger<T>
    {
        CheckRows(pixels.Length, width);
        for (int row = 0; row < pixels.Length; row += width)
        {
            Span<T> line = pixels.Slice(row, width);
            int done = Vector128.IsHardwareAccelerated ? AccumulateVectors(line) : 0;
            T sum = done == 0 ? T.Zero : line[done - 1];
            for (int i = done; i < width; i++)
            {
                sum = unchecked(sum + line[i]);
                line[i] = sum;
            }
        }
    }

    /// <summary>Takes single-precision numbers apart: a row becomes a plane of its first bytes, then of its second …, all differenced.</summary>
    /// <param name="pixels">Rows of <paramref name="width"/> numbers.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="planes">Receives 4 bytes a pixel.</param>
    /// <param name="scratch">Room for one row, 4 bytes a pixel.</param>
    public static void TakeApart(ReadOnlySpan<float> pixels, int width, Span<byte> planes, Span<byte> scratch)
    {
        CheckRows(pixels.Length, width);
        Span<byte> line = scratch[..(4 * width)];
        for (int row = 0; row < pixels.Length; row += width)
        {
            Split(MemoryMarshal.Cast<float, uint>(pixels.Slice(row, width)), line);
            Difference<byte>(line, line.Length, planes.Slice(4 * row, line.Length));
        }
    }

    /// <summary>Puts single-precision numbers together again.</summary>
    /// <param name="planes">What <see cref="TakeApart"/> made; is overwritten.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="pixels">Receives the numbers.</param>
    public static void PutTogether(Span<byte> planes, int width, Span<float> pixels)
    {
        CheckRows(pixels.Length, width);
        for (int row = 0; row < pixels.Length; row += width)
        {
            Span<byte> line = planes.Slice(4 * row, 4 * width);
            Accumulate(line, line.Length);
            Join(line, MemoryMarshal.Cast<float, uint>(pixels.Slice(row, width)));
        }
    }

    private static void CheckRows(int length, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (length % width != 0)
        {
            throw new ArgumentException($"{length} pixels are not rows of {width}");
        }
    }

    /// <summary>Sums within a register by doubling steps; only one addition a register waits for the register before.</summary>
    private static int AccumulateVectors<T>(Span<T> line)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref T first = ref MemoryMarshal.GetReference(line);
        Vector128<T> carry = Vector128<T>.Zero;
        int i = 0;
        for (; i <= line.Length - Vector128<T>.Count; i += Vector128<T>.Count)
        {
            Vector128<T> sums = Vector128.LoadUnsafe(in Unsafe.Add(ref first, i));
            if (Unsafe.SizeOf<T>() == 1)
            {
                sums += Vector128.Shuffle(sums.AsByte(), Vector128.Create(255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, (byte)14)).As<byte, T>();
            }

            if (Unsafe.SizeOf<T>() <= 2)
            {
                sums += Vector128.Shuffle(sums.AsByte(), Vector128.Create(255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, (byte)13)).As<byte, T>();
            }

            if (Unsafe.SizeOf<T>() <= 4)
            {
                sums += Vector128.Shuffle(sums.AsByte(), Vector128.Create(255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte)11)).As<byte, T>();
            }

            sums += Vector128.Shuffle(sums.AsByte(), Vector128.Create(255, 255, 255, 255, 255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, (byte)7)).As<byte, T>();
            sums += carry;
            sums.StoreUnsafe(ref Unsafe.Add(ref first, i));
            carry = Unsafe.SizeOf<T>() switch
            {
                1 => Vector128.Shuffle(sums.AsByte(), Vector128.Create((byte)15)).As<byte, T>(),
                2 => Vector128.Shuffle(sums.AsUInt16(), Vector128.Create((ushort)7)).As<ushort, T>(),
                4 => Vector128.Shuffle(sums.AsUInt32(), Vector128.Create(3u)).As<uint, T>(),
                _ => Vector128.Shuffle(sums.AsUInt64(), Vector128.Create(1ul)).As<ulong, T>(),
            };
        }

        return i;
    }

    private static void Split(ReadOnlySpan<uint> numbers, Span<byte> planes)
    {
        int width = numbers.Length;
        ref uint source = ref MemoryMarshal.GetReference(numbers);
        ref byte plane = ref MemoryMarshal.GetReference(planes);
        int i = 0;
        for (; Vector128.IsHardwareAccelerated && i <= width - 16; i += 16)
        {
            Vector128<uint> a = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i));
            Vector128<uint> b = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i + 4));
            Vector128<uint> c = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i + 8));
            Vector128<uint> d = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i + 12));
            for (int k = 0; k < 4; k++)
            {
                int shift = 24 - 8 * k;
                Vector128<uint> low = Vector128.Create(255u);
                Vector128<ushort> lower = Vector128.Narrow(a >>> shift & low, b >>> shift & low);
                Vector128<ushort> upper = Vector128.Narrow(c >>> shift & low, d >>> shift & low);
                Vector128.Narrow(lower, upper).StoreUnsafe(ref Unsafe.Add(ref plane, k * width + i));
            }
        }

        for (; i < width; i++)
        {
            for (int k = 0; k < 4; k++)
            {
                planes[k * width + i] = (byte)(numbers[i] >> (24 - 8 * k));
            }
        }
    }

    private static void Join(ReadOnlySpan<byte> planes, Span<uint> numbers)
    {
        int width = numbers.Length;
        ref byte plane = ref MemoryMarshal.GetReference(planes);
        ref uint result = ref MemoryMarshal.GetReference(numbers);
        int i = 0;
        for (; Vector128.IsHardwareAccelerated && i <= width - 16; i += 16)
        {
            Vector128<byte> first = Vector128.LoadUnsafe(in Unsafe.Add(ref plane, i));
            Vector128<byte> second = Vector128.LoadUnsafe(in Unsafe.Add(ref plane, width + i));
            Vector128<byte> third = Vector128.LoadUnsafe(in Unsafe.Add(ref plane, 2 * width + i));
            Vector128<byte> fourth = Vector128.LoadUnsafe(in Unsafe.Add(ref plane, 3 * width + i));
            Vector128<ushort> high = Vector128.WidenLower(first) << 8 | Vector128.WidenLower(second);
            Vector128<ushort> low = Vector128.WidenLower(third) << 8 | Vector128.WidenLower(fourth);
            (Vector128.WidenLower(high) << 16 | Vector128.WidenLower(low)).StoreUnsafe(ref Unsafe.Add(ref result, i));
            (Vector128.WidenUpper(high) << 16 | Vector128.WidenUpper(low)).StoreUnsafe(ref Unsafe.Add(ref result, i + 4));
            high = Vector128.WidenUpper(first) << 8 | Vector128.WidenUpper(second);
            low = Vector128.WidenUpper(third) << 8 | Vector128.WidenUpper(fourth);
            (Vector128.WidenLower(high) << 16 | Vector128.WidenLower(low)).StoreUnsafe(ref Unsafe.Add(ref result, i + 8));
            (Vector128.WidenUpper(high) << 16 | Vector128.WidenUpper(low)).StoreUnsafe(ref Unsafe.Add(ref result, i + 12));
        }

        for (; i < width; i++)
        {
            numbers[i] = (uint)(planes[i] << 24 | planes[width + i] << 16 | planes[2 * width + i] << 8 | planes[3 * width + i]);
        }
    }
}
