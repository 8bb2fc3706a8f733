using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Packs bytes into a zlib stream (RFC 1950 and 1951) that every Deflate decoder reads: Huffman codes, and repeats of one
/// byte as matches of distance 1.
/// </summary>
/// <remarks>
/// Behind a TIFF predictor pixels are small differences: there is nothing to find by searching for longer matches, only
/// skewed frequencies and runs. zlib knows the same restriction as its strategy Z_RLE. Without a search packing is several
/// times as fast as level 1 of zlib or libdeflate at the same size. The bytes depend on the input alone.
/// </remarks>
public static class RunLengthDeflate
{
    private const int LongestCode = 14;
    private const int EndOfBlock = 256;
    private const int LiteralCodes = DeflateCodeBook.LiteralCodes;
    private const int LongestStored = 65535;
    private const int ShortestRun = 8;
    private const int LongestMatch = 258;
    private const int Slack = 16;

    /// <summary>Bytes that share their codes; a code book costs about 80 bytes, and short blocks follow changes of the data.</summary>
    private const int BlockLength = 1 << 16;

    private static readonly Match[] Matches = CreateMatches();

    /// <summary>The greatest length that a packed span can have, to make room for it.</summary>
    /// <param name="length">Bytes to pack.</param>
    /// <returns>Bytes.</returns>
    public static int MaxLength(int length) => checked(length + 5 * (length / BlockLength + length / LongestStored + 2) + 6 + Slack);

    /// <summary>Packs bytes.</summary>
    /// <param name="source">What to pack.</param>
    /// <param name="destination">Receives the zlib stream; at least <see cref="MaxLength"/> long.</param>
    /// <returns>Length of the stream.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < MaxLength(source.Length))
        {
            throw new ArgumentException($"a destination of {destination.Length} bytes is too short for {source.Length}", nameof(destination));
        }

        int[] runs = ArrayPool<int>.Shared.Rent(2 * (BlockLength / ShortestRun) + 2);
        try
        {
            // Deflate, a window of 32 KB, the fastest level.
            destination[0] = 0x78;
            destination[1] = 0x01;
            var writer = new DeflateBits(destination[2..]);
            int start = 0;
            do
            {
                int end = Math.Min(start + BlockLength, source.Length);
                WriteBlock(source, start, end, end == source.Length, runs, ref writer);
                start = end;
            }
            while (start < source.Length);
            int position = 2 + writer.Finish();
            BinaryPrimitives.WriteUInt32BigEndian(destination[position..], Adler32.Compute(source));
            return position + 4;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(runs);
        }
    }

    private static void WriteBlock(ReadOnlySpan<byte> source, int start, int end, bool last, Span<int> runs, scoped ref DeflateBits writer)
    {
        Span<uint> frequencies = stackalloc uint[LiteralCodes];
        int runCount = Count(source, start, end, runs, frequencies);
        Span<byte> lengths = stackalloc byte[LiteralCodes + 1];
        HuffmanCode.Lengths(frequencies, LongestCode, lengths[..LiteralCodes]);
        // The one distance, 1, has a code of one bit.
        int literals = LiteralCodes;
        while (lengths[literals - 1] == 0)
        {
            literals--;
        }

        lengths[literals] = 1;
        var book = default(DeflateCodeBook);
        book.Describe(lengths[..(literals + 1)]);
        long bits = 3 + 5 + 5 + 4 + book.Bits + frequencies[EndOfBlock] * lengths[EndOfBlock];
        for (int symbol = 0; symbol < LiteralCodes; symbol++)
        {
            bits += symbol == EndOfBlock ? 0 : (long)frequencies[symbol] * (lengths[symbol] + (symbol > EndOfBlock ? 1 + ExtraBits(symbol) : 0));
        }

        if (bits >= 8L * (end - start))
        {
            WriteStored(source[start..end], last, ref writer);
            return;
        }

        Span<uint> codes = stackalloc uint[LiteralCodes];
        HuffmanCode.Codes(lengths[..literals], codes);
        writer.Add(last ? 1u : 0, 1);
        writer.Add(2, 2);
        writer.Add((uint)literals - 257, 5);
        writer.Add(0, 5);
        book.Write(lengths[..(literals + 1)], ref writer);
        int position = start;
        for (int run = 0; run < runCount; run++)
        {
            writer.AddLiterals(source[position..runs[2 * run]], codes);
            int length = runs[2 * run + 1];
            position = runs[2 * run] + length;
            while (length > 0)
            {
                int piece = Piece(length);
                Match match = Matches[piece];
                uint code = codes[match.Symbol];
                int codeLength = (int)(code >> 16);
                // The code, the extra bits of the length, and the one bit of the distance, which is 0.
                writer.Add((code & 0xFFFF) | (uint)match.Extra << codeLength, codeLength + match.ExtraBits + 1);
                length -= piece;
            }
        }

        writer.AddLiterals(source[position..end], codes);
        writer.Add(codes[EndOfBlock] & 0xFFFF, (int)(codes[EndOfBlock] >> 16));
    }

    /// <summary>Finds the runs of a block and counts its symbols.</summary>
    private static int Count(ReadOnlySpan<byte> source, int start, int end, Span<int> runs, Span<uint> frequencies)
    {
        frequencies.Clear();
        // Four tables, so that equal bytes in a row do not wait for each other's count.
        Span<uint> tables = stackalloc uint[4 * 256];
        tables.Clear();
        ref byte bytes = ref MemoryMarshal.GetReference(source);
        int runCount = 0;
        int literal = start;
        int i = Math.Max(1, start);
        while (i < end)
        {
            int length;
            if (i + 32 <= end)
            {
                Vector256<byte> here = Vector256.LoadUnsafe(in Unsafe.Add(ref bytes, i));
                Vector256<byte> before = Vector256.LoadUnsafe(in Unsafe.Add(ref bytes, i - 1));
                uint equal = Vector256.Equals(here, before).ExtractMostSignificantBits();
                uint runStarts = equal & equal >> 1;
                runStarts &= runStarts >> 2;
                runStarts &= runStarts >> 4;
                if (runStarts == 0)
                {
                    // In the last seven a run may begin that the next look will see.
                    i += 32 - ShortestRun + 1;
                    continue;
                }

                int first = BitOperations.TrailingZeroCount(runStarts);
                length = BitOperations.TrailingZeroCount(~(equal >> first));
                i += first;
                length = first + length < 32 ? length : RunLength(source, i, end);
            }
            else if (i + ShortestRun > end || source.Slice(i, ShortestRun).ContainsAnyExcept(source[i - 1]))
            {
                i++;
                continue;
            }
            else
            {
                length = RunLength(source, i, end);
            }

            runs[2 * runCount] = i;
            runs[2 * runCount + 1] = length;
            runCount++;
            Histogram(source[literal..i], tables);
            for (int left = length; left > 0;)
            {
                int piece = Piece(left);
                frequencies[Matches[piece].Symbol]++;
                left -= piece;
            }

            i += length;
            literal = i;
        }

        Histogram(source[literal..end], tables);
        for (int value = 0; value < 256; value++)
        {
            frequencies[value] = tables[value] + tables[256 + value] + tables[512 + value] + tables[768 + value];
        }

        frequencies[EndOfBlock] = 1;
        return runCount;
    }

    private static int RunLength(ReadOnlySpan<byte> source, int start, int end)
    {
        int other = source[start..end].IndexOfAnyExcept(source[start - 1]);
        return other < 0 ? end - start : other;
    }

    private static void Histogram(ReadOnlySpan<byte> literals, Span<uint> tables)
    {
        ref uint table = ref MemoryMarshal.GetReference(tables);
        ref byte source = ref MemoryMarshal.GetReference(literals);
        int i = 0;
        for (; i <= literals.Length - 8; i += 8)
        {
            ulong eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, i));
            Unsafe.Add(ref table, (nuint)(byte)eight)++;
            Unsafe.Add(ref table, 256 + (nuint)(byte)(eight >> 8))++;
            Unsafe.Add(ref table, 512 + (nuint)(byte)(eight >> 16))++;
            Unsafe.Add(ref table, 768 + (nuint)(byte)(eight >> 24))++;
            Unsafe.Add(ref table, (nuint)(byte)(eight >> 32))++;
            Unsafe.Add(ref table, 256 + (nuint)(byte)(eight >> 40))++;
            Unsafe.Add(ref table, 512 + (nuint)(byte)(eight >> 48))++;
            Unsafe.Add(ref table, 768 + (nuint)(eight >> 56))++;
        }

        for (; i < literals.Length; i++)
        {
            Unsafe.Add(ref table, (nuint)literals[i])++;
        }
    }

    /// <summary>The next match of what is left of a run; never leaves less than a match needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Piece(int left) => left <= LongestMatch ? left : left - LongestMatch is 1 or 2 ? LongestMatch - 3 : LongestMatch;

    private static void WriteStored(ReadOnlySpan<byte> source, bool last, scoped ref DeflateBits writer)
    {
        do
        {
            ReadOnlySpan<byte> part = source[..Math.Min(LongestStored, source.Length)];
            source = source[part.Length..];
            writer.Add(last && source.IsEmpty ? 1u : 0, 3);
            writer.AddBytes(part);
        }
        while (!source.IsEmpty);
    }

    private static int ExtraBits(int symbol) => symbol is < 265 or 285 ? 0 : (symbol - 261) >> 2;

    private static Match[] CreateMatches()
    {
        var matches = new Match[LongestMatch + 1];
        int length = 3;
        for (int symbol = 257; symbol < 285; symbol++)
        {
            int bits = ExtraBits(symbol);
            for (int extra = 0; extra < 1 << bits && length < LongestMatch; extra++)
            {
                matches[length++] = new Match((ushort)symbol, (byte)bits, (byte)extra);
            }
        }

        matches[LongestMatch] = new Match(285, 0, 0);
        return matches;
    }

    /// <summary>How a length of match is written.</summary>
    private readonly record struct Match(ushort Symbol, byte ExtraBits, byte Extra);
}
