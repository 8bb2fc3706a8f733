using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>Removes small patches from a map of classes.</summary>
/// <remarks>
/// Patches are found as runs of equal pixels in a row, joined with the runs they touch in the row above (He, Chao and
/// Suzuki 2008, run-based labelling): memory grows with the runs and not with the pixels.
/// </remarks>
public static class PatchSieve
{
    /// <summary>
    /// Gives every patch of fewer than <paramref name="minimumPatch"/> pixels the class of its largest neighbour; where that
    /// one is small too, the class of the largest neighbour of it, and so on. Pixels that touch at a corner belong
    /// together. A patch with none but small neighbours stays as it is.
    /// </summary>
    /// <param name="pixels">Rows of <paramref name="width"/> classes; changed in place.</param>
    /// <param name="width">Columns.</param>
    /// <param name="missing">The value of pixels without a class, which neither change nor count.</param>
    /// <param name="minimumPatch">Patches with fewer pixels are removed.</param>
    /// <remarks>Of neighbours of one size the one whose first pixel comes first in reading order is taken.</remarks>
    public static void Apply(Span<byte> pixels, int width, byte missing, int minimumPatch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (pixels.Length % width != 0)
        {
            throw new ArgumentException($"{pixels.Length} pixels are not rows of {width}", nameof(pixels));
        }

        var runs = new Runs(pixels, width, missing);
        runs.Join();
        runs.FindLargestNeighbours();
        runs.Replace(pixels, minimumPatch);
    }

    /// <summary>The runs of a raster in reading order, and the patches that they make up.</summary>
    private sealed class Runs
    {
        private readonly List<Run> list = [];
        private readonly int[] firstOfRow;

        internal Runs(ReadOnlySpan<byte> pixels, int width, byte missing)
        {
            int height = pixels.Length / width;
            firstOfRow = new int[height + 1];
            for (int row = 0; row < height; row++)
            {
                firstOfRow[row] = list.Count;
                ReadOnlySpan<byte> line = pixels.Slice(row * width, width);
                for (int x = 0; x < width;)
                {
                    int length = line[x..].IndexOfAnyExcept(line[x]);
                    int end = length < 0 ? width : x + length;
                    if (line[x] != missing)
                    {
                        list.Add(new Run { Start = x, End = end, Value = line[x], Parent = list.Count, Size = end - x, Largest = -1 });
                    }

                    x = end;
                }
            }

            firstOfRow[height] = list.Count;
        }

        private Span<Run> All => CollectionsMarshal.AsSpan(list);

        /// <summary>Joins runs of one class that touch. The root of a patch is its first run.</summary>
        internal void Join()
        {
            Span<Run> all = All;
            foreach ((int upper, int lower) in Touching())
            {
                if (all[upper].Value != all[lower].Value)
                {
                    continue;
                }

                int a = Root(all, upper);
                int b = Root(all, lower);
                if (a != b)
                {
                    (int first, int second) = a < b ? (a, b) : (b, a);
                    all[second].Parent = first;
                    all[first].Size += all[second].Size;
                }
            }

            for (int i = 0; i < all.Length; i++)
            {
                all[i].Parent = Root(all, i);
            }
        }

        internal void FindLargestNeighbours()
        {
            Span<Run> all = All;
            for (int row = 0; row < firstOfRow.Length - 1; row++)
            {
                for (int i = firstOfRow[row] + 1; i < firstOfRow[row + 1]; i++)
                {
                    if (all[i - 1].End == all[i].Start)
                    {
                        Compare(all, i - 1, i);
                    }
                }
            }

            foreach ((int upper, int lower) in Touching())
            {
                Compare(all, upper, lower);
            }
        }

        internal void Replace(Span<byte> pixels, int minimumPatch)
        {
            Span<Run> all = All;
            int width = pixels.Length / Math.Max(1, firstOfRow.Length - 1);
            for (int row = 0; row < firstOfRow.Length - 1; row++)
            {
                for (int i = firstOfRow[row]; i < firstOfRow[row + 1]; i++)
                {
                    int root = all[i].Parent;
                    if (all[root].Size < minimumPatch)
                    {
                        pixels.Slice(row * width + all[i].Start, all[i].End - all[i].Start).Fill(all[Final(all, root, minimumPatch)].Value);
                    }
                }
            }
        }

        /// <summary>The patch that a small one becomes part of. On the way every second one is larger than the one before, so that it ends: at a large one, or where two small ones name each other.</summary>
        private static int Final(Span<Run> all, int root, int minimumPatch)
        {
            for (int at = root; ;)
            {
                int next = all[at].Largest;
                if (next < 0 || all[next].Size >= minimumPatch)
                {
                    return next < 0 ? root : next;
                }

                if (all[next].Largest == at)
                {
                    return root;
                }

                at = next;
            }
        }

        private static bool IsLarger(Span<Run> all, int a, int b) => all[a].Size > all[b].Size || (all[a].Size == all[b].Size && a < b);

        private static void Compare(Span<Run> all, int a, int b)
        {
            int first = all[a].Parent;
            int second = all[b].Parent;
            if (first == second)
            {
                return;
            }

            if (all[first].Largest < 0 || IsLarger(all, second, all[first].Largest))
            {
                all[first].Largest = second;
            }

            if (all[second].Largest < 0 || IsLarger(all, first, all[second].Largest))
            {
                all[second].Largest = first;
            }
        }

        private static int Root(Span<Run> all, int run)
        {
            while (all[run].Parent != run)
            {
                all[run].Parent = all[all[run].Parent].Parent;
                run = all[run].Parent;
            }

            return run;
        }

        /// <summary>Pairs of runs of neighbouring rows that touch, also at a corner.</summary>
        private IEnumerable<(int Upper, int Lower)> Touching()
        {
            for (int row = 1; row < firstOfRow.Length - 1; row++)
            {
                int upper = firstOfRow[row - 1];
                for (int lower = firstOfRow[row]; lower < firstOfRow[row + 1]; lower++)
                {
                    while (upper < firstOfRow[row] && list[upper].End < list[lower].Start)
                    {
                        upper++;
                    }

                    for (int i = upper; i < firstOfRow[row] && list[i].Start <= list[lower].End; i++)
                    {
                        yield return (i, lower);
                    }
                }
            }
        }

        private struct Run
        {
            internal int Start;
            internal int End;
            internal int Parent;
            internal int Size;
            internal int Largest;
            internal byte Value;
        }
    }
}
