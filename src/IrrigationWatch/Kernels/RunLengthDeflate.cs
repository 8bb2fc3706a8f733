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
    private const int LiteralCodes = 286;
    private const int LongestStored = 65535;
    private const int ShortestRun = 8;
    private const int LongestMatch = 258;
    private const int Slack = 16;

    /// <summary>Bytes that share their codes; a code book costs about 80 bytes, and short blocks follow changes of the data.</summary>
    private const int BlockLength = 1 << 16;

    private static readonly int[] OrderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
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
            var writer = new BitWriter(destination[2..]);
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

    private static void WriteBlock(ReadOnlySpan<byte> source, int start, int end, bool last, Span<int> runs, scoped ref BitWriter writer)
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
        var book = default(CodeBook);
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

    private static void WriteStored(ReadOnlySpan<byte> source, bool last, scoped ref BitWriter writer)
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

    /// <summary>The code lengths at the head of a block, themselves coded (RFC 1951, 3.2.7).</summary>
    private struct CodeBook
    {
        private Symbols symbols;
        private Codes codes;
        private CodeLengths codeLengths;
        private int symbolCount;
        private int written;

        /// <summary>Bits of the book, without the four that say its own length.</summary>
        internal int Bits { get; private set; }

        internal void Describe(ReadOnlySpan<byte> all)
        {
            Span<uint> frequencies = stackalloc uint[19];
            frequencies.Clear();
            for (int i = 0; i < all.Length;)
            {
                int repeat = all[i..].IndexOfAnyExcept(all[i]);
                repeat = repeat < 0 ? all.Length - i : repeat;
                (byte symbol, int covered) = Next(all, i, repeat);
                symbols[symbolCount++] = symbol;
                frequencies[symbol]++;
                i += covered;
            }

            HuffmanCode.Lengths(frequencies, 7, codeLengths);
            HuffmanCode.Codes(codeLengths, codes);
            written = 19;
            while (written > 4 && codeLengths[OrderOfLengths[written - 1]] == 0)
            {
                written--;
            }

            Bits = 3 * written;
            for (int symbol = 0; symbol < 19; symbol++)
            {
                Bits += (int)frequencies[symbol] * (codeLengths[symbol] + ExtraOf(symbol));
            }
        }

        internal readonly void Write(scoped ReadOnlySpan<byte> lengths, scoped ref BitWriter writer)
        {
            writer.Add((uint)written - 4, 4);
            for (int i = 0; i < written; i++)
            {
                writer.Add(codeLengths[OrderOfLengths[i]], 3);
            }

            int position = 0;
            for (int s = 0; s < symbolCount; s++)
            {
                int symbol = symbols[s];
                writer.Add(codes[symbol] & 0xFFFF, (int)(codes[symbol] >> 16));
                int covered = 1;
                if (symbol >= 16)
                {
                    int repeat = lengths[position..].IndexOfAnyExcept(lengths[position]);
                    covered = Next(lengths, position, repeat < 0 ? lengths.Length - position : repeat).Covered;
                    writer.Add((uint)(covered - (symbol == 18 ? 11 : 3)), ExtraOf(symbol));
                }

                position += covered;
            }
        }

        private static int ExtraOf(int symbol) => symbol switch { 16 => 2, 17 => 3, 18 => 7, _ => 0 };

        /// <summary>The symbol for what stands at a place, and how many lengths it says.</summary>
        private static (byte Symbol, int Covered) Next(ReadOnlySpan<byte> all, int i, int repeat) => all[i] switch
        {
            0 when repeat >= 11 => (18, Math.Min(138, repeat)),
            0 when repeat >= 3 => (17, repeat),
            not 0 when i > 0 && all[i - 1] == all[i] && repeat >= 3 => (16, Math.Min(6, repeat)),
            _ => (all[i], 1),
        };

        [InlineArray(LiteralCodes + 1)]
        private struct Symbols
        {
            private byte first;
        }

        [InlineArray(19)]
        private struct Codes
        {
            private uint first;
        }

        [InlineArray(19)]
        private struct CodeLengths
        {
            private byte first;
        }
    }

    /// <summary>Bits into bytes, the first bit lowest.</summary>
    private ref struct BitWriter(Span<byte> destination)
    {
        private readonly ref byte destination = ref MemoryMarshal.GetReference(destination);
        private int position;
        private ulong bits;
        private int count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Add(uint value, int length)
        {
            bits |= (ulong)value << count;
            count += length;
            Flush();
        }

        internal void AddLiterals(scoped ReadOnlySpan<byte> literals, scoped ReadOnlySpan<uint> codes)
        {
            ref byte source = ref MemoryMarshal.GetReference(literals);
            ref uint code = ref MemoryMarshal.GetReference(codes);
            ulong bits = this.bits;
            int count = this.count;
            int position = this.position;
            int i = 0;
            for (; i <= literals.Length - 4; i += 4)
            {
                // Four codes of at most 14 bits fit beside the up to seven bits that wait. Joined in pairs, they wait for nothing.
                uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, i));
                uint a = Unsafe.Add(ref code, (nuint)(byte)four);
                uint b = Unsafe.Add(ref code, (nuint)(byte)(four >> 8));
                uint c = Unsafe.Add(ref code, (nuint)(byte)(four >> 16));
                uint d = Unsafe.Add(ref code, (nuint)(four >> 24));
                int lengthA = (int)(a >> 16);
                int lengthC = (int)(c >> 16);
                ulong ab = (a & 0xFFFF) | (ulong)(b & 0xFFFF) << lengthA;
                ulong cd = (c & 0xFFFF) | (ulong)(d & 0xFFFF) << lengthC;
                int lengthAB = lengthA + (int)(b >> 16);
                bits |= (ab | cd << lengthAB) << count;
                count += lengthAB + lengthC + (int)(d >> 16);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, position), bits);
                position += count >> 3;
                bits >>= count & ~7;
                count &= 7;
            }

            this.bits = bits;
            this.count = count;
            this.position = position;
            for (; i < literals.Length; i++)
            {
                uint one = Unsafe.Add(ref code, (nuint)literals[i]);
                Add(one & 0xFFFF, (int)(one >> 16));
            }
        }

        /// <summary>A stored part: to the next byte border, its length and the complement of it, and the bytes.</summary>
        internal void AddBytes(scoped ReadOnlySpan<byte> bytes)
        {
            Finish();
            Span<byte> head = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, position), 4 + bytes.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)bytes.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)~bytes.Length);
            bytes.CopyTo(head[4..]);
            position += head.Length;
        }

        /// <summary>Fills up the last byte; returns the bytes written.</summary>
        internal int Finish()
        {
            if (count > 0)
            {
                Unsafe.Add(ref destination, position++) = (byte)bits;
            }

            bits = 0;
            count = 0;
            return position;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Flush()
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, position), bits);
            position += count >> 3;
            bits >>= count & ~7;
            count &= 7;
        }
    }
}
