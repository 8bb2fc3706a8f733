using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Exact order statistics of the observations of many pixels at once. Observations lie in a matrix, one row an
/// observation and one column a pixel, NaN where a pixel was not observed.
/// </summary>
/// <remarks>
/// Columns are sorted side by side by Batcher's merge-exchange network (Knuth, The Art of Computer Programming 3, 5.2.2,
/// algorithm M): the comparisons do not depend on the data, so one SIMD register sorts as many pixels as it has lanes.
/// The sorted columns never leave the nearest cache. Rows should not lie a power of two apart, or they push each other
/// out of it.
/// </remarks>
public static class OrderStatistics
{
    /// <summary>Rows and quantiles up to which no memory is taken from the heap.</summary>
    private const int Few = 256;

    private static readonly ConcurrentDictionary<int, int[]> Networks = new();

    /// <summary>
    /// Quantiles of every column by linear interpolation between order statistics (Hyndman and Fan 1996, The American
    /// Statistician 50, 361–365, type 7, the default of NumPy and R).
    /// </summary>
    /// <param name="matrix">The first row begins at 0, the next at <paramref name="stride"/> …; finite or NaN.</param>
    /// <param name="stride">From the start of a row to that of the next, at least <paramref name="columns"/>.</param>
    /// <param name="rows">Observations.</param>
    /// <param name="columns">Pixels.</param>
    /// <param name="probabilities">0 for the minimum, 0.5 for the median, 1 for the maximum.</param>
    /// <param name="quantiles">Receives a plane of <paramref name="columns"/> numbers a probability, NaN where there is no observation.</param>
    /// <param name="counts">Receives for each pixel the number of values that are not NaN.</param>
    /// <exception cref="ArgumentException">A span is too short, or a probability is none.</exception>
    public static void Quantiles(ReadOnlySpan<float> matrix, int stride, int rows, int columns, ReadOnlySpan<double> probabilities, Span<float> quantiles, Span<int> counts)
    {
        CheckMatrix(matrix.Length, stride, rows, columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(quantiles.Length, probabilities.Length * columns, nameof(quantiles));
        ArgumentOutOfRangeException.ThrowIfLessThan(counts.Length, columns, nameof(counts));
        if (rows == 0)
        {
            counts[..columns].Clear();
            quantiles[..(probabilities.Length * columns)].Fill(float.NaN);
            return;
        }

        int places = probabilities.Length * (rows + 1);
        Span<int> below = places <= Few ? stackalloc int[places] : new int[places];
        Span<double> rest = places <= Few ? stackalloc double[places] : new double[places];
        FindPlaces(probabilities, rows, below, rest);
        Span<Vector<float>> block = rows < Few ? stackalloc Vector<float>[rows] : new Vector<float>[rows];
        ReadOnlySpan<float> sorted = MemoryMarshal.Cast<Vector<float>, float>(block);
        int[] network = Networks.GetOrAdd(rows, BuildNetwork);
        int lanes = Vector<float>.Count;
        Span<float> part = stackalloc float[lanes];
        Span<int> seen = stackalloc int[lanes];
        for (int x = 0; x < columns; x += lanes)
        {
            int width = Math.Min(lanes, columns - x);
            Vector<int> count = Load(matrix, stride, x, width, block, part);
            Sort(network, block);
            if (width < lanes || !Vector.EqualsAll(count, new Vector<int>(count[0])))
            {
                count.CopyTo(seen);
                seen[..width].CopyTo(counts[x..]);
                for (int p = 0; p < probabilities.Length; p++)
                {
                    ReadOnlySpan<int> belowOf = below.Slice(p * (rows + 1), rows + 1);
                    ReadOnlySpan<double> restOf = rest.Slice(p * (rows + 1), rows + 1);
                    Span<float> result = quantiles.Slice(p * columns + x, width);
                    for (int lane = 0; lane < result.Length; lane++)
                    {
                        int n = seen[lane];
                        int first = belowOf[n] * lanes + lane;
                        double low = sorted[first];
                        result[lane] = n == 0 ? float.NaN : restOf[n] == 0 ? (float)low : (float)(low + restOf[n] * (sorted[first + lanes] - low));
                    }
                }

                continue;
            }

            count.CopyTo(counts[x..]);
            for (int p = 0; p < probabilities.Length; p++)
            {
                int at = p * (rows + 1) + count[0];
                Vector<float> quantile = count[0] == 0 ? new Vector<float>(float.NaN)
                    : rest[at] == 0 ? block[below[at]]
                    : Between(block[below[at]], block[below[at] + 1], rest[at]);
                quantile.CopyTo(quantiles[(p * columns + x)..]);
            }
        }
    }

    /// <summary>The label of the row with the largest value of every column, of the first of equal ones.</summary>
    /// <param name="matrix">As in <see cref="Quantiles"/>.</param>
    /// <param name="stride">From the start of a row to that of the next.</param>
    /// <param name="columns">Pixels.</param>
    /// <param name="labels">A label a row, for example the day of the year.</param>
    /// <param name="result">Receives a label a pixel, NaN where there is no observation.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void LabelOfMaximum(ReadOnlySpan<float> matrix, int stride, int columns, ReadOnlySpan<float> labels, Span<float> result)
    {
        CheckMatrix(matrix.Length, stride, labels.Length, columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, columns, nameof(result));
        int lanes = Vector<float>.Count;
        Span<float> part = stackalloc float[lanes];
        for (int x = 0; x < columns; x += lanes)
        {
            int width = Math.Min(lanes, columns - x);
            var best = new Vector<float>(float.NegativeInfinity);
            var label = new Vector<float>(float.NaN);
            for (int row = 0; row < labels.Length; row++)
            {
                Vector<float> value = Part(matrix, row * stride + x, width, part);
                Vector<int> higher = Vector.GreaterThan(value, best);
                best = Vector.ConditionalSelect(higher, value, best);
                label = Vector.ConditionalSelect(higher, new Vector<float>(labels[row]), label);
            }

            Store(label, result[x..], width, part);
        }
    }

    private static void CheckMatrix(int length, int stride, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        if (rows > 0 && length < checked((rows - 1) * stride + columns))
        {
            throw new ArgumentException($"{length} values are no matrix of {rows} rows of {columns}, {stride} apart");
        }
    }

    /// <summary>For each probability and number of observations the order statistic below the quantile, and how far above it that lies.</summary>
    private static void FindPlaces(ReadOnlySpan<double> probabilities, int rows, Span<int> below, Span<double> rest)
    {
        for (int p = 0; p < probabilities.Length; p++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(probabilities[p], nameof(probabilities));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(probabilities[p], 1, nameof(probabilities));
            below[p * (rows + 1)] = 0;
            rest[p * (rows + 1)] = 0;
            for (int count = 1; count <= rows; count++)
            {
                double position = (count - 1) * probabilities[p];
                below[p * (rows + 1) + count] = (int)position;
                rest[p * (rows + 1) + count] = position - (int)position;
            }
        }
    }

    /// <summary>Loads a few columns, with infinity for what was not observed, and counts what was.</summary>
    private static Vector<int> Load(ReadOnlySpan<float> matrix, int stride, int x, int width, Span<Vector<float>> block, Span<float> part)
    {
        Vector<int> count = Vector<int>.Zero;
        var missing = new Vector<float>(float.PositiveInfinity);
        for (int row = 0; row < block.Length; row++)
        {
            Vector<float> value = Part(matrix, row * stride + x, width, part);
            Vector<int> present = Vector.Equals(value, value);
            count -= present;
            // Adding zero makes −0 to +0, of which machines do not agree which is the smaller.
            block[row] = Vector.ConditionalSelect(present, value + Vector<float>.Zero, missing);
        }

        return count;
    }

    private static void Sort(ReadOnlySpan<int> network, Span<Vector<float>> block)
    {
        ref Vector<float> values = ref MemoryMarshal.GetReference(block);
        ref int pairs = ref MemoryMarshal.GetReference(network);
        for (int k = 0; k < network.Length; k += 2)
        {
            ref Vector<float> first = ref Unsafe.Add(ref values, Unsafe.Add(ref pairs, k));
            ref Vector<float> second = ref Unsafe.Add(ref values, Unsafe.Add(ref pairs, k + 1));
            Vector<float> low = Vector.MinNative(first, second);
            second = Vector.MaxNative(first, second);
            first = low;
        }
    }

    private static Vector<float> Between(Vector<float> low, Vector<float> high, double rest)
    {
        Vector.Widen(low, out Vector<double> lower0, out Vector<double> lower1);
        Vector.Widen(high, out Vector<double> upper0, out Vector<double> upper1);
        var share = new Vector<double>(rest);
        return Vector.Narrow(lower0 + share * (upper0 - lower0), lower1 + share * (upper1 - lower1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Part(ReadOnlySpan<float> matrix, int start, int width, Span<float> part)
    {
        if (width == Vector<float>.Count)
        {
            return Vector.LoadUnsafe(in MemoryMarshal.GetReference(matrix), (nuint)start);
        }

        part.Fill(float.NaN);
        matrix.Slice(start, width).CopyTo(part);
        return new Vector<float>(part);
    }

    private static void Store(Vector<float> values, Span<float> result, int width, Span<float> part)
    {
        values.CopyTo(part);
        part[..width].CopyTo(result);
    }

    /// <summary>The comparators of a network as pairs of rows.</summary>
    private static int[] BuildNetwork(int rows)
    {
        var pairs = new List<int>();
        int top = (int)BitOperations.RoundUpToPowerOf2((uint)rows) / 2;
        for (int p = top; p > 0; p /= 2)
        {
            int q = top;
            int r = 0;
            int d = p;
            while (true)
            {
                for (int i = 0; i < rows - d; i++)
                {
                    if ((i & p) == r)
                    {
                        pairs.Add(i);
                        pairs.Add(i + d);
                    }
                }

                if (q == p)
                {
                    break;
                }

                d = q - p;
                q /= 2;
                r = p;
            }
        }

        return [.. pairs];
    }
}
