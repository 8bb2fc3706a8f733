namespace IrrigationWatch.Kernels;

/// <summary>Canonical, length-limited Huffman codes as Deflate wants them (RFC 1951, 3.2.2).</summary>
internal static class HuffmanCode
{
    /// <summary>
    /// Code lengths of symbols by their frequency: optimal by Moffat and Katajainen (1995, In-place calculation of
    /// minimum-redundancy codes), then shortened to the limit by moving the excess of the Kraft sum to longer codes.
    /// </summary>
    /// <param name="frequencies">How often each symbol comes; at most 2^31 in all.</param>
    /// <param name="limit">Longest code allowed, in bits; 2^limit must not be below the number of symbols that come.</param>
    /// <param name="lengths">Receives a length a symbol; 0 for symbols that do not come. A single symbol gets one bit.</param>
    internal static void Lengths(ReadOnlySpan<uint> frequencies, int limit, Span<byte> lengths)
    {
        lengths[..frequencies.Length].Clear();
        Span<ulong> used = stackalloc ulong[frequencies.Length];
        int count = 0;
        for (int symbol = 0; symbol < frequencies.Length; symbol++)
        {
            if (frequencies[symbol] > 0)
            {
                used[count++] = (ulong)frequencies[symbol] << 16 | (uint)symbol;
            }
        }

        used = used[..count];
        used.Sort();
        if (count < 2)
        {
            if (count == 1)
            {
                lengths[(int)(used[0] & 0xFFFF)] = 1;
            }

            return;
        }

        Span<uint> depths = stackalloc uint[count];
        for (int i = 0; i < count; i++)
        {
            depths[i] = (uint)(used[i] >> 16);
        }

        Depths(depths);
        // How many codes there are of each length; what is too long is cut and paid for by lengthening others.
        Span<int> ofLength = stackalloc int[33];
        ofLength.Clear();
        foreach (uint depth in depths)
        {
            ofLength[Math.Min((int)depth, limit)]++;
        }

        long kraft = 0;
        for (int length = 1; length <= limit; length++)
        {
            kraft += (long)ofLength[length] << (limit - length);
        }

        for (; kraft > 1L << limit; kraft--)
        {
            ofLength[limit]--;
            int length = limit - 1;
            while (ofLength[length] == 0)
            {
                length--;
            }

            ofLength[length]--;
            ofLength[length + 1] += 2;
        }

        int next = count;
        for (int length = 1; length <= limit; length++)
        {
            for (int i = 0; i < ofLength[length]; i++)
            {
                lengths[(int)(used[--next] & 0xFFFF)] = (byte)length;
            }
        }
    }

    /// <summary>The codes of given lengths, first bit of the code lowest, with the length in the upper half.</summary>
    /// <param name="lengths">A length a symbol, none above 15.</param>
    /// <param name="codes">Receives code | length &lt;&lt; 16.</param>
    internal static void Codes(ReadOnlySpan<byte> lengths, Span<uint> codes)
    {
        Span<int> ofLength = stackalloc int[16];
        ofLength.Clear();
        foreach (byte length in lengths)
        {
            ofLength[length]++;
        }

        Span<uint> next = stackalloc uint[16];
        next.Clear();
        for (int length = 2; length < 16; length++)
        {
            next[length] = (next[length - 1] + (uint)ofLength[length - 1]) << 1;
        }

        for (int symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            codes[symbol] = length == 0 ? 0 : Reverse(next[length]++, length) | (uint)length << 16;
        }
    }

    /// <summary>Depths of the leaves of a Huffman tree, in place: frequencies upwards in, depths downwards out.</summary>
    private static void Depths(Span<uint> a)
    {
        int n = a.Length;
        int leaf = 0;
        int root = 0;
        for (int next = 0; next < n - 1; next++)
        {
            // The two lightest of leaves and inner nodes join; a joined node's cell then names its parent.
            uint sum = 0;
            for (int side = 0; side < 2; side++)
            {
                if (leaf >= n || (root < next && a[root] < a[leaf]))
                {
                    sum += a[root];
                    a[root++] = (uint)next;
                }
                else
                {
                    sum += a[leaf++];
                }
            }

            a[next] = sum;
        }

        a[n - 2] = 0;
        for (int next = n - 3; next >= 0; next--)
        {
            a[next] = a[(int)a[next]] + 1;
        }

        int available = 1;
        uint depth = 0;
        int inner = n - 2;
        int place = n - 1;
        while (available > 0)
        {
            int used = 0;
            while (inner >= 0 && a[inner] == depth)
            {
                used++;
                inner--;
            }

            for (; available > used; available--)
            {
                a[place--] = depth;
            }

            available = 2 * used;
            depth++;
        }
    }

    private static uint Reverse(uint code, int length)
    {
        uint reversed = 0;
        for (int bit = 0; bit < length; bit++)
        {
            reversed = reversed << 1 | (code >> bit & 1);
        }

        return reversed;
    }
}
