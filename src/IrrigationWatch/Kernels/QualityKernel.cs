using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>Masks out of QA words: which pixels any bit or field rejects, and what lies near to them.</summary>
public static class QualityKernel
{
    /// <summary>The value of a rejected pixel in a mask; others are 0.</summary>
    public const ushort Rejected = ushort.MaxValue;

    /// <summary>Adds to a mask the pixels that a QA band rejects, at the widest SIMD width of this machine.</summary>
    /// <param name="words">QA words, one a pixel.</param>
    /// <param name="bits">A pixel with any of these bits is rejected.</param>
    /// <param name="fields">A pixel is rejected where any of these fields has at least its minimum.</param>
    /// <param name="mask">The mask, as long; what is rejected in it already stays so.</param>
    /// <exception cref="ArgumentException">The mask is shorter than the words.</exception>
    public static void Reject(ReadOnlySpan<ushort> words, ushort bits, ReadOnlySpan<QaField> fields, Span<ushort> mask) =>
        Reject(Simd.Widest, words, bits, fields, mask);

    /// <summary>
    /// Rejects every pixel within a distance of a rejected one: a disc, by centres of pixels. Rows are scanned once for the
    /// distance to the nearest rejected pixel of the row; a pixel is then near if a row at distance d has one within √(r² − d²).
    /// </summary>
    /// <param name="mask">A mask of whole rows.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="radius">The distance in pixels, 0 or more.</param>
    /// <param name="result">Receives the mask, as long; must not overlap <paramref name="mask"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Dilate(ReadOnlySpan<ushort> mask, int width, int radius, Span<ushort> result) =>
        Dilate(Simd.Widest, mask, width, radius, result);

    internal static void Reject(SimdWidth simd, ReadOnlySpan<ushort> words, ushort bits, ReadOnlySpan<QaField> fields, Span<ushort> mask)
    {
        if (mask.Length < words.Length)
        {
            throw new ArgumentException("the mask must have one value a pixel", nameof(mask));
        }

        int done = simd switch
        {
            SimdWidth.Bits512 => Reject<WordLanes512>(words, 0, bits, fields, mask),
            SimdWidth.Bits256 => Reject<WordLanes256>(words, 0, bits, fields, mask),
            SimdWidth.Bits128 => Reject<WordLanes128>(words, 0, bits, fields, mask),
            _ => 0,
        };
        Reject<WordLanes1>(words, done, bits, fields, mask);
    }

    internal static void Dilate(SimdWidth simd, ReadOnlySpan<ushort> mask, int width, int radius, Span<ushort> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        if (mask.Length % width != 0 || result.Length < mask.Length)
        {
            throw new ArgumentException("the mask must be whole rows and the result as long", nameof(mask));
        }

        int height = mask.Length / width;
        ushort[] rented = ArrayPool<ushort>.Shared.Rent(mask.Length);
        Span<ushort> distances = rented.AsSpan(0, mask.Length);
        for (int y = 0; y < height; y++)
        {
            RowDistances(mask.Slice(y * width, width), distances.Slice(y * width, width));
        }

        result[..mask.Length].Clear();
        for (int y = 0; y < height; y++)
        {
            Span<ushort> row = result.Slice(y * width, width);
            for (int other = Math.Max(0, y - radius); other <= Math.Min(height - 1, y + radius); other++)
            {
                long across = (long)radius * radius - (long)(other - y) * (other - y);
                ushort reach = (ushort)Math.Min(ushort.MaxValue - 1, (long)Math.Sqrt(across));
                AddWithin(simd, distances.Slice(other * width, width), reach, row);
            }
        }

        ArrayPool<ushort>.Shared.Return(rented);
    }

    private static int Reject<T>(ReadOnlySpan<ushort> words, int start, ushort bits, ReadOnlySpan<QaField> fields, Span<ushort> mask)
        where T : struct, IWordLanes<T>
    {
        ref ushort source = ref MemoryMarshal.GetReference(words);
        ref ushort target = ref MemoryMarshal.GetReference(mask);
        T any = T.Create(bits);
        T one = T.Create(1);
        int i = start;
        for (; i <= words.Length - T.Count; i += T.Count)
        {
            T word = T.Load(in Unsafe.Add(ref source, i));
            T rejected = T.Load(in Unsafe.Add(ref target, i)) | T.GreaterOrEqual(word & any, one);
            foreach (QaField field in fields)
            {
                rejected |= T.GreaterOrEqual(word & T.Create(field.Mask), T.Create(field.Minimum));
            }

            T.Store(rejected, ref Unsafe.Add(ref target, i));
        }

        return i;
    }

    private static void AddWithin(SimdWidth simd, ReadOnlySpan<ushort> distances, ushort reach, Span<ushort> mask)
    {
        int done = simd switch
        {
            SimdWidth.Bits512 => AddWithin<WordLanes512>(distances, 0, reach, mask),
            SimdWidth.Bits256 => AddWithin<WordLanes256>(distances, 0, reach, mask),
            SimdWidth.Bits128 => AddWithin<WordLanes128>(distances, 0, reach, mask),
            _ => 0,
        };
        AddWithin<WordLanes1>(distances, done, reach, mask);
    }

    private static int AddWithin<T>(ReadOnlySpan<ushort> distances, int start, ushort reach, Span<ushort> mask)
        where T : struct, IWordLanes<T>
    {
        ref ushort source = ref MemoryMarshal.GetReference(distances);
        ref ushort target = ref MemoryMarshal.GetReference(mask);
        T limit = T.Create(reach);
        int i = start;
        for (; i <= distances.Length - T.Count; i += T.Count)
        {
            T near = T.GreaterOrEqual(limit, T.Load(in Unsafe.Add(ref source, i)));
            T.Store(T.Load(in Unsafe.Add(ref target, i)) | near, ref Unsafe.Add(ref target, i));
        }

        return i;
    }

    /// <summary>Distance along the row to the nearest rejected pixel; the largest number where there is none.</summary>
    private static void RowDistances(ReadOnlySpan<ushort> mask, Span<ushort> distances)
    {
        int since = ushort.MaxValue;
        for (int x = 0; x < mask.Length; x++)
        {
            since = mask[x] != 0 ? 0 : Math.Min(ushort.MaxValue, since + 1);
            distances[x] = (ushort)since;
        }

        since = ushort.MaxValue;
        for (int x = mask.Length - 1; x >= 0; x--)
        {
            since = mask[x] != 0 ? 0 : Math.Min(ushort.MaxValue, since + 1);
            distances[x] = (ushort)Math.Min(distances[x], since);
        }
    }
}
