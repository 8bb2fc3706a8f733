using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>A row of pixels as bits, 64 to a word, the first pixel lowest; sums over parts of it cost a few instructions a word.</summary>
public static class PixelBits
{
    /// <summary>Words for a number of pixels, and one more, so that a part may be read across the last.</summary>
    /// <param name="pixels">Pixels.</param>
    /// <returns>Words.</returns>
    public static int WordCount(int pixels) => (pixels + 63) / 64 + 1;

    /// <summary>Gives the pixels whose bit is set a value; the others stay as they are.</summary>
    /// <typeparam name="T">The type of the pixels.</typeparam>
    /// <param name="bits">The bits.</param>
    /// <param name="pixels">The pixels; bits beyond the last are passed over.</param>
    /// <param name="value">The value.</param>
    public static void Fill<T>(ReadOnlySpan<ulong> bits, Span<T> pixels, T value)
    {
        for (int word = 0; word * 64 < pixels.Length; word++)
        {
            Span<T> part = pixels[(word * 64)..];
            ulong left = part.Length >= 64 ? bits[word] : bits[word] & ((1ul << part.Length) - 1);
            if (left == ulong.MaxValue)
            {
                part[..64].Fill(value);
                continue;
            }

            for (; left != 0; left &= left - 1)
            {
                part[BitOperations.TrailingZeroCount(left)] = value;
            }
        }
    }

    /// <summary>Sets the bits of pixels that have one of some values.</summary>
    /// <param name="pixels">Values.</param>
    /// <param name="values">The values that count.</param>
    /// <param name="bits">Receives <see cref="WordCount"/> words; zero beyond the last pixel.</param>
    public static void WhereAny(ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> values, Span<ulong> bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits.Length, WordCount(pixels.Length), nameof(bits));
        ref byte source = ref MemoryMarshal.GetReference(pixels);
        int word = 0;
        for (; Vector512.IsHardwareAccelerated && (word + 1) * 64 <= pixels.Length; word++)
        {
            Vector512<byte> here = Vector512.LoadUnsafe(in source, (nuint)word * 64);
            ulong found = 0;
            foreach (byte value in values)
            {
                found |= Vector512.Equals(here, Vector512.Create(value)).ExtractMostSignificantBits();
            }

            bits[word] = found;
        }

        for (; Vector256.IsHardwareAccelerated && (word + 1) * 64 <= pixels.Length; word++)
        {
            Vector256<byte> lower = Vector256.LoadUnsafe(in source, (nuint)word * 64);
            Vector256<byte> upper = Vector256.LoadUnsafe(in source, (nuint)word * 64 + 32);
            ulong found = 0;
            foreach (byte value in values)
            {
                var wanted = Vector256.Create(value);
                found |= Vector256.Equals(lower, wanted).ExtractMostSignificantBits() | (ulong)Vector256.Equals(upper, wanted).ExtractMostSignificantBits() << 32;
            }

            bits[word] = found;
        }

        bits[word..].Clear();
        for (int i = word * 64; i < pixels.Length; i++)
        {
            if (values.Contains(pixels[i]))
            {
                bits[i / 64] |= 1ul << (i % 64);
            }
        }
    }

    /// <summary>The bits of up to 64 pixels.</summary>
    /// <param name="bits">A row.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="count">How many, from 1 to 64.</param>
    /// <returns>The first pixel lowest, zero beyond the last.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Part(ReadOnlySpan<ulong> bits, int start, int count)
    {
        int shift = start % 64;
        ulong part = bits[start / 64] >> shift;
        if (shift > 0)
        {
            part |= bits[start / 64 + 1] << (64 - shift);
        }

        return count == 64 ? part : part & ((1ul << count) - 1);
    }

    /// <summary>How many bits are set, and the sum of their places.</summary>
    /// <param name="part">Up to 64 pixels.</param>
    /// <returns>Both as exact integers.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Count, int Places) Sum(ulong part) =>
        (BitOperations.PopCount(part),
            BitOperations.PopCount(part & 0xAAAA_AAAA_AAAA_AAAA)
            + 2 * BitOperations.PopCount(part & 0xCCCC_CCCC_CCCC_CCCC)
            + 4 * BitOperations.PopCount(part & 0xF0F0_F0F0_F0F0_F0F0)
            + 8 * BitOperations.PopCount(part & 0xFF00_FF00_FF00_FF00)
            + 16 * BitOperations.PopCount(part & 0xFFFF_0000_FFFF_0000)
            + 32 * BitOperations.PopCount(part & 0xFFFF_FFFF_0000_0000));
}
