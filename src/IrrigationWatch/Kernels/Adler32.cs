using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>The checksum at the end of a zlib stream (RFC 1950, 8.2).</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    /// <summary>Bytes after which sums must be reduced at the latest, kept to a multiple of the block.</summary>
    private const int Chunk = 5552 / BlockLength * BlockLength;

    private const int BlockLength = 32;

    /// <summary>The checksum of bytes.</summary>
    internal static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint a = 1;
        uint b = 0;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> chunk = bytes[..Math.Min(Chunk, bytes.Length)];
            bytes = bytes[chunk.Length..];
            int done = Blocks(chunk, ref a, ref b);
            foreach (byte value in chunk[done..])
            {
                a += value;
                b += a;
            }

            a %= Modulus;
            b %= Modulus;
        }

        return b << 16 | a;
    }

    /// <summary>Of a block of 32 bytes the first counts 32 times in the second sum, the last once.</summary>
    private static int Blocks(ReadOnlySpan<byte> chunk, ref uint a, ref uint b)
    {
        Vector128<ushort> weights1 = Vector128.Create((ushort)32, 31, 30, 29, 28, 27, 26, 25);
        Vector128<ushort> weights2 = weights1 - Vector128.Create((ushort)8);
        Vector128<ushort> weights3 = weights1 - Vector128.Create((ushort)16);
        Vector128<ushort> weights4 = weights1 - Vector128.Create((ushort)24);
        Vector128<uint> sums = Vector128<uint>.Zero;
        Vector128<uint> before = Vector128<uint>.Zero;
        Vector128<uint> weighted = Vector128<uint>.Zero;
        ref byte source = ref MemoryMarshal.GetReference(chunk);
        int i = 0;
        for (; i <= chunk.Length - BlockLength; i += BlockLength)
        {
            Vector128<byte> first = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i));
            Vector128<byte> second = Vector128.LoadUnsafe(in Unsafe.Add(ref source, i + 16));
            (Vector128<ushort> v1, Vector128<ushort> v2) = Vector128.Widen(first);
            (Vector128<ushort> v3, Vector128<ushort> v4) = Vector128.Widen(second);
            before += sums;
            Vector128<ushort> plain = v1 + v2 + v3 + v4;
            sums += Vector128.WidenLower(plain) + Vector128.WidenUpper(plain);
            // At most 255 × (32 + 24 + 16 + 8) = 20 400: no overflow of a word.
            Vector128<ushort> product = v1 * weights1 + v2 * weights2 + v3 * weights3 + v4 * weights4;
            weighted += Vector128.WidenLower(product) + Vector128.WidenUpper(product);
        }

        b += (uint)i * a + BlockLength * Vector128.Sum(before) + Vector128.Sum(weighted);
        a += Vector128.Sum(sums);
        return i;
    }
}
