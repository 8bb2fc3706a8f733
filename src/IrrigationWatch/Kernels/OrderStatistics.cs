using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Exact order statistics of the observations of many pixels at once. Observations lie in a matrix, one row an
/// observation and one column a pixel, NaN where a pixel was not observed.
/// </summary>
/// <remarks>
/// Columns are sorted side by side by Batcher's merge-exchange network (Knuth, The Art of Computer Programming 3, 5.2.2,
/// algorithm M): the comparisons do not depend on the data, so one SIMD register sorts as many pixels as it has lanes.
/// </remarks>
public static class OrderStatistics
{
    private static readonly ConcurrentDictionary<int, int[]> Networks = new();

    /// <summary>Sorts every column upwards in place, with NaN last, and counts the observations of each.</summary>
    /// <param name="matrix">rows × columns values, row by row; finite or NaN.</param>
    /// <param name="rows">Observations.</param>
    /// <param name="columns">Pixels.</param>
    /// <param name="counts">Receives for each pixel the number of values that are not NaN.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void SortColumns(Span<float> matrix, int rows, int columns, Span<int> counts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfLessThan(matrix.Length, rows * columns, nameof(matrix));
        ArgumentOutOfRangeException.ThrowIfLessThan(counts.Length, columns, nameof(counts));
        counts[..columns].Clear();
        if (rows == 0)
        {
            return;
        }

        int[] network = Networks.GetOrAdd(rows, BuildNetwork);
        Span<float> column = rows <= 256 ? stackalloc float[rows] : new float[rows];
        Span<Vector<float>> block = rows <= 256 ? stackalloc Vector<float>[rows] : new Vector<float>[rows];
        int x = 0;
        for (; x <= columns - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<int> count = Vector<int>.Zero;
            for (int row = 0; row < rows; row++)
            {
                var value = new Vector<float>(matrix.Slice(row * columns + x, Vector<float>.Count));
                Vector<int> present = Vector.Equals(value, value);
                count -= present;
                block[row] = Vector.ConditionalSelect(present, value, new Vector<float>(float.PositiveInfinity));
            }

            for (int k = 0; k < network.Length; k += 2)
            {
                Vector<float> low = block[network[k]];
                Vector<float> high = block[network[k + 1]];
                // A select rather than Vector.Min, whose order of −0 and +0 differs between machines.
                Vector<int> swap = Vector.LessThan(high, low);
                block[network[k]] = Vector.ConditionalSelect(swap, high, low);
                block[network[k + 1]] = Vector.ConditionalSelect(swap, low, high);
            }

            for (int row = 0; row < rows; row++)
            {
                Vector<float> value = block[row];
                value = Vector.ConditionalSelect(Vector.Equals(value, new Vector<float>(float.PositiveInfinity)), new Vector<float>(float.NaN), value);
                value.CopyTo(matrix.Slice(row * columns + x, Vector<float>.Count));
            }

            count.CopyTo(counts[x..]);
        }

        for (; x < columns; x++)
        {
            for (int row = 0; row < rows; row++)
            {
                float value = matrix[row * columns + x];
                bool present = !float.IsNaN(value);
                counts[x] += present ? 1 : 0;
                column[row] = present ? value : float.PositiveInfinity;
            }

            for (int k = 0; k < network.Length; k += 2)
            {
                ref float low = ref column[network[k]];
                ref float high = ref column[network[k + 1]];
                if (high < low)
                {
                    (low, high) = (high, low);
                }
            }

            for (int row = 0; row < rows; row++)
            {
                matrix[row * columns + x] = float.IsPositiveInfinity(column[row]) ? float.NaN : column[row];
            }
        }
    }

    /// <summary>
    /// A quantile of every column by linear interpolation between order statistics (Hyndman and Fan 1996, The American
    /// Statistician 50, 361–365, type 7, the default of NumPy and R).
    /// </summary>
    /// <param name="sorted">The matrix after <see cref="SortColumns"/>.</param>
    /// <param name="columns">Pixels.</param>
    /// <param name="counts">Observations of each pixel.</param>
    /// <param name="probability">0 for the minimum, 0.5 for the median, 1 for the maximum.</param>
    /// <param name="result">Receives a quantile a pixel, NaN where there is no observation.</param>
    public static void Quantile(ReadOnlySpan<float> sorted, int columns, ReadOnlySpan<int> counts, double probability, Span<float> result)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, columns, nameof(result));
        for (int x = 0; x < columns; x++)
        {
            int count = counts[x];
            if (count == 0)
            {
                result[x] = float.NaN;
                continue;
            }

            double position = (count - 1) * probability;
            int below = (int)position;
            double low = sorted[below * columns + x];
            double rest = position - below;
            result[x] = rest == 0 ? (float)low : (float)(low + rest * (sorted[(below + 1) * columns + x] - low));
        }
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

        return CollectionsMarshal.AsSpan(pairs).ToArray();
    }
}
