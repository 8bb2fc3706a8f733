using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Finds the patches of a raster of labels and their outlines in one pass from top to bottom. Memory grows with the patches
/// that the current row touches, not with the raster.
/// </summary>
/// <remarks>
/// Runs of equal labels are joined with those they touch in the row above (run-based labelling: He, Chao and Suzuki 2008, IEEE
/// Transactions on Image Processing 17, 749–756), each patch carrying the sides of its outline with its inside on their left. When
/// a patch is whole they are linked to rings; where four sides meet in a corner the ring turns right, so that no ring touches itself
/// and the polygon is valid by the OGC's rules (Simple Features, 6.1.11).
/// </remarks>
public sealed class PatchTracer
{
    private readonly int width;
    private readonly Action<Patch> receive;
    private readonly RingLinker linker = new();
    private readonly Stack<Part> spare = [];
    private List<Run> above = [];
    private List<Run> current = [];
    private int row;

    /// <summary>Begins a raster.</summary>
    /// <param name="width">Its columns.</param>
    /// <param name="receive">Called with each patch as soon as it is whole: in the order of their last rows.</param>
    public PatchTracer(int width, Action<Patch> receive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(receive);
        this.width = width;
        this.receive = receive;
    }

    /// <summary>Adds the next row.</summary>
    /// <param name="labels">One label a pixel; 0 and below for none.</param>
    /// <param name="areas">The area of each pixel.</param>
    /// <param name="values">A value of each pixel, of which patches get the mean; NaN for none; may be empty.</param>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<double> areas, ReadOnlySpan<float> values)
    {
        if (labels.Length != width || areas.Length != width || (values.Length != width && values.Length != 0))
        {
            throw new ArgumentException($"a row has {width} pixels", nameof(labels));
        }

        for (int x = 0; x < width;)
        {
            int length = labels[x..].IndexOfAnyExcept(labels[x]);
            int end = length < 0 ? width : x + length;
            if (labels[x] > 0)
            {
                Part part = NewPart(labels[x], x);
                for (int i = x; i < end; i++)
                {
                    part.Area += areas[i];
                    if (values.Length > 0 && !float.IsNaN(values[i]))
                    {
                        part.ValueArea += areas[i];
                        part.ValueSum += areas[i] * values[i];
                    }
                }

                part.Pixels = end - x;
                part.Sides.Add(new Side(x, row, x, row + 1));
                part.Sides.Add(new Side(end, row + 1, end, row));
                current.Add(new Run(x, end, part));
            }

            x = end;
        }

        Meet();
        (above, current) = (current, above);
        current.Clear();
        row++;
    }

    /// <summary>Ends the raster: the patches of the last row are whole.</summary>
    public void Finish()
    {
        Meet();
        above.Clear();
    }

    private Part NewPart(int label, int column)
    {
        Part part = spare.TryPop(out Part? used) ? used : new Part();
        part.Begin(label, row, column);
        return part;
    }

    /// <summary>Joins the runs of this row with those above, adds the horizontal sides between, and hands out what is whole.</summary>
    private void Meet()
    {
        Span<Run> upper = CollectionsMarshal.AsSpan(above);
        Span<Run> lower = CollectionsMarshal.AsSpan(current);
        int first = 0;
        foreach (ref Run run in lower)
        {
            while (first < upper.Length && upper[first].End <= run.Start)
            {
                first++;
            }

            int open = run.Start;
            for (int i = first; i < upper.Length && upper[i].Start < run.End; i++)
            {
                Part other = upper[i].Part.Root();
                Part own = run.Part.Root();
                if (other.Label != own.Label)
                {
                    continue;
                }

                if (open < upper[i].Start)
                {
                    own.Sides.Add(new Side(upper[i].Start, row, open, row));
                }

                open = Math.Max(open, Math.Min(run.End, upper[i].End));
                if (own != other)
                {
                    own.Join(other);
                }
            }

            if (open < run.End)
            {
                run.Part.Root().Sides.Add(new Side(run.End, row, open, row));
            }
        }

        first = 0;
        foreach (ref Run run in upper)
        {
            while (first < lower.Length && lower[first].End <= run.Start)
            {
                first++;
            }

            Part part = run.Part.Root();
            int open = run.Start;
            for (int i = first; i < lower.Length && lower[i].Start < run.End; i++)
            {
                if (lower[i].Part.Root().Label == part.Label)
                {
                    if (open < lower[i].Start)
                    {
                        part.Sides.Add(new Side(open, row, lower[i].Start, row));
                    }

                    open = Math.Max(open, Math.Min(run.End, lower[i].End));
                }
            }

            if (open < run.End)
            {
                part.Sides.Add(new Side(open, row, run.End, row));
            }
        }

        foreach (ref Run run in lower)
        {
            run.Part.Root().LastRow = row;
        }

        foreach (ref Run run in upper)
        {
            Part part = run.Part.Root();
            if (part.LastRow < row && !part.IsDone)
            {
                part.IsDone = true;
                receive(new Patch(part.Label, part.FirstRow, part.FirstColumn, part.Pixels, part.Area, part.ValueArea > 0 ? part.ValueSum / part.ValueArea : double.NaN, linker.Link(part.Sides)));
                if (part.Parent == part && part.Joined == 0)
                {
                    spare.Push(part);
                }
            }
        }
    }

    private readonly record struct Side(int X0, int Y0, int X1, int Y1);

    private readonly record struct Run(int Start, int End, Part Part);

    /// <summary>A patch as far as it is known.</summary>
    private sealed class Part
    {
        internal int Label;
        internal int FirstRow;
        internal int FirstColumn;
        internal int LastRow;
        internal int Joined;
        internal long Pixels;
        internal double Area;
        internal double ValueArea;
        internal double ValueSum;
        internal bool IsDone;

        internal Part() => Parent = this;

        internal Part Parent { get; private set; }

        internal List<Side> Sides { get; private set; } = [];

        internal void Begin(int label, int row, int column)
        {
            (Label, FirstRow, FirstColumn, LastRow, IsDone, Parent, Joined) = (label, row, column, row, false, this, 0);
            (Pixels, Area, ValueArea, ValueSum) = (0, 0, 0, 0);
            Sides.Clear();
        }

        internal Part Root()
        {
            Part part = this;
            while (part.Parent != part)
            {
                part.Parent = part.Parent.Parent;
                part = part.Parent;
            }

            return part;
        }

        /// <summary>Takes another part in; the one with more sides keeps them, so that few are copied.</summary>
        internal void Join(Part other)
        {
            (Part into, Part from) = Sides.Count >= other.Sides.Count ? (this, other) : (other, this);
            into.Sides.AddRange(from.Sides);
            from.Sides = [];
            from.Parent = into;
            into.Joined += from.Joined + 1;
            into.Pixels += from.Pixels;
            into.Area += from.Area;
            into.ValueArea += from.ValueArea;
            into.ValueSum += from.ValueSum;
            into.LastRow = Math.Max(into.LastRow, from.LastRow);
            if ((from.FirstRow, from.FirstColumn).CompareTo((into.FirstRow, into.FirstColumn)) < 0)
            {
                (into.FirstRow, into.FirstColumn) = (from.FirstRow, from.FirstColumn);
            }
        }
    }

    /// <summary>Links sides to rings.</summary>
    private sealed class RingLinker
    {
        private readonly List<(int X, int Y)> ring = [];
        private long[] starts = [];
        private Side[] sides = [];

        internal List<(int X, int Y)[]> Link(List<Side> unordered)
        {
            int count = unordered.Count;
            if (starts.Length < count)
            {
                starts = new long[2 * count];
                sides = new Side[2 * count];
            }

            for (int i = 0; i < count; i++)
            {
                sides[i] = unordered[i];
                starts[i] = Key(sides[i].X0, sides[i].Y0);
            }

            Array.Sort(starts, sides, 0, count);
            var rings = new List<(int X, int Y)[]>(1);
            // The first start in reading order is the upper left corner of the patch, which lies on the outer ring.
            for (int i = 0; i < count; i++)
            {
                if (sides[i].X0 >= 0)
                {
                    rings.Add(Follow(i, count));
                }
            }

            return rings;
        }

        private (int X, int Y)[] Follow(int first, int count)
        {
            ring.Clear();
            long start = starts[first];
            int at = first;
            (int dx, int dy) = (0, 0);
            while (true)
            {
                Side side = sides[at];
                // A side that was used has no start any more.
                sides[at] = side with { X0 = -1 };
                (int nextX, int nextY) = (Math.Sign(side.X1 - side.X0), Math.Sign(side.Y1 - side.Y0));
                if ((nextX, nextY) != (dx, dy))
                {
                    ring.Add((side.X0, side.Y0));
                    (dx, dy) = (nextX, nextY);
                }

                // No ring comes to a corner twice: what it would enclose there is a ring of its own. And the first
                // of its corners in reading order is one, as a straight line through it would begin before.
                long end = Key(side.X1, side.Y1);
                if (end == start)
                {
                    ring.Add(ring[0]);
                    return [.. ring];
                }

                at = Next(end, dx, dy, count);
            }
        }

        /// <summary>The side that goes on from a corner: of two the one to the right.</summary>
        private int Next(long corner, int dx, int dy, int count)
        {
            int at = LowerBound(corner, count);
            int only = -1;
            for (; at < count && starts[at] == corner; at++)
            {
                Side side = sides[at];
                if (side.X0 < 0)
                {
                    continue;
                }

                if (IsRight(side, dx, dy))
                {
                    return at;
                }

                only = at;
            }

            return only;
        }

        /// <summary>With y down, right of (dx, dy) is (−dy, dx).</summary>
        private static bool IsRight(Side side, int dx, int dy) =>
            Math.Sign(side.X1 - side.X0) == -dy && Math.Sign(side.Y1 - side.Y0) == dx;

        private int LowerBound(long key, int count)
        {
            (int low, int high) = (0, count);
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = starts[middle] < key ? (middle + 1, high) : (low, middle);
            }

            return low;
        }

        private static long Key(int x, int y) => ((long)y << 32) | (uint)x;
    }
}
