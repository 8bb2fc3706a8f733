namespace IrrigationWatch.Gdal;

/// <summary>LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits, highest bit first, made longer one code early.</summary>
internal static class TiffLzw
{
    private const int Clear = 256;
    private const int End = 257;
    private const int First = 258;
    private const int Codes = 4096;

    /// <summary>Bits that may stand behind the last pixel: a clear, an end, and what pads them.</summary>
    private const int MostBehind = 48;

    /// <summary>
    /// How many bytes a stream unpacks to. Only lengths are followed: a code stands for one byte more than the code before it that it was made of.
    /// </summary>
    /// <param name="packed">The stream.</param>
    /// <param name="most">Bytes that it may hold.</param>
    /// <returns>The length; −1 where a code is impossible, where there is more than <paramref name="most"/>, or where much stands behind it.</returns>
    internal static long LengthOf(ReadOnlySpan<byte> packed, long most)
    {
        Span<int> lengths = stackalloc int[Codes];
        lengths[..Clear].Fill(1);
        long length = 0;
        int next = First;
        int width = 9;
        // Bytes of the code before: 0 behind a clear, −1 until the first of them, which every stream begins with.
        int before = -1;
        long bits = 8L * packed.Length;
        for (long at = 0; at + width <= bits;)
        {
            int code = CodeAt(packed, at, width);
            at += width;
            if (code == Clear)
            {
                (next, width, before) = (First, 9, 0);
                continue;
            }

            if (code == End)
            {
                return bits - at <= MostBehind ? length : -1;
            }

            bool isKnown = code < (before == 0 ? Clear : next);
            if (before < 0 || (!isKnown && (before == 0 || code > next)))
            {
                return -1;
            }

            int own = isKnown ? lengths[code] : before + 1;
            length += own;
            if (length > most)
            {
                return -1;
            }

            if (before > 0 && next < Codes)
            {
                lengths[next++] = before + 1;
                width += next == (1 << width) - 1 && width < 12 ? 1 : 0;
            }

            before = own;
        }

        return length;
    }

    private static int CodeAt(ReadOnlySpan<byte> packed, long at, int width)
    {
        int place = (int)(at >> 3);
        int word = packed[place] << 16 | (place + 1 < packed.Length ? packed[place + 1] << 8 : 0) | (place + 2 < packed.Length ? packed[place + 2] : 0);
        return word >> (24 - width - (int)(at & 7)) & ((1 << width) - 1);
    }
}
