using System.Runtime.CompilerServices;

namespace IrrigationWatch.Kernels;

/// <summary>The code lengths at the head of a block, themselves coded (RFC 1951, 3.2.7).</summary>
internal struct DeflateCodeBook
{
    /// <summary>Codes of bytes, of the end of a block and of lengths of matches.</summary>
    internal const int LiteralCodes = 286;

    private static readonly int[] OrderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

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

    internal readonly void Write(scoped ReadOnlySpan<byte> lengths, scoped ref DeflateBits writer)
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
