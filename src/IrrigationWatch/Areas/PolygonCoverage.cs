using System.Runtime.InteropServices;

namespace IrrigationWatch.Areas;

/// <summary>Pixels of a row that a polygon covers by the same share.</summary>
/// <param name="Start">First column.</param>
/// <param name="End">Column after the last.</param>
/// <param name="Share">Above 0 and at most 1.</param>
public readonly record struct CoverageRun(int Start, int End, double Share);

/// <summary>
/// The exact share of every pixel that lies in a polygon, row by row.
/// </summary>
/// <remarks>
/// Every edge adds the signed area to its right, cell by cell, and a running sum over these cells turns that into shares:
/// the pixels between two edges are one run, only cells that an edge crosses cost more, and no raster of the zone is held.
/// The method is that of anti-aliased font rasterisers (signed-area accumulation); the result is exact up to rounding,
/// as in exactextract (Baston 2023), for any valid polygon with holes. Rows must be asked for from top to bottom.
/// </remarks>
public sealed class PolygonCoverage
{
    private readonly Edge[] edges;
    private readonly int width;
    private readonly List<int> active = [];
    private readonly double[] sums;
    private readonly List<int> touched = [];
    private readonly List<CoverageRun> runs = [];
    private int next;
    private int lastRow = -1;

    /// <summary>Prepares a polygon.</summary>
    /// <param name="rings">
    /// The rings in pixel coordinates (x right, y down, the upper left corner of the raster at 0, 0), each closed. Outer
    /// rings must have a positive and holes a negative area by the shoelace formula in these coordinates.
    /// </param>
    /// <param name="width">Columns of the raster.</param>
    /// <param name="height">Rows of the raster.</param>
    public PolygonCoverage(IEnumerable<(double X, double Y)[]> rings, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(rings);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        this.width = width;
        var list = new List<Edge>();
        double left = double.PositiveInfinity;
        double right = double.NegativeInfinity;
        double top = double.PositiveInfinity;
        double bottom = double.NegativeInfinity;
        foreach ((double X, double Y)[] ring in rings)
        {
            for (int i = 1; i < ring.Length; i++)
            {
                (double x0, double y0) = ring[i - 1];
                (double x1, double y1) = ring[i];
                left = Math.Min(left, Math.Min(x0, x1));
                right = Math.Max(right, Math.Max(x0, x1));
                if (y0 == y1)
                {
                    continue;
                }

                // Downward edges of a ring of positive area have its inside on their left.
                var edge = y0 < y1 ? new Edge(x0, y0, x1, y1, -1) : new Edge(x1, y1, x0, y0, 1);
                top = Math.Min(top, edge.Y0);
                bottom = Math.Max(bottom, edge.Y1);
                if (edge.Y1 > 0 && edge.Y0 < height)
                {
                    list.Add(edge);
                }
            }
        }

        list.Sort(static (a, b) => a.Y0.CompareTo(b.Y0));
        edges = [.. list];
        FirstColumn = Math.Clamp((int)Math.Floor(Math.Clamp(left, 0, width)), 0, width);
        EndColumn = Math.Clamp((int)Math.Ceiling(Math.Clamp(right, 0, width)), FirstColumn, width);
        FirstRow = edges.Length == 0 ? 0 : (int)Math.Floor(Math.Clamp(top, 0, height));
        EndRow = edges.Length == 0 ? 0 : (int)Math.Ceiling(Math.Clamp(bottom, 0, height));
        sums = new double[EndColumn - FirstColumn + 2];
        foreach (Edge edge in edges)
        {
            double rows = Math.Min(edge.Y1, height) - Math.Max(edge.Y0, 0);
            double columns = Math.Clamp(Math.Max(edge.X0, edge.X1), 0, width) - Math.Clamp(Math.Min(edge.X0, edge.X1), 0, width);
            Crossings += 2 + (long)rows + (long)columns;
        }
    }

    /// <summary>The same polygon once more, to be gone through from its first row.</summary>
    internal PolygonCoverage(PolygonCoverage same)
    {
        edges = same.edges;
        width = same.width;
        (FirstColumn, EndColumn, FirstRow, EndRow) = (same.FirstColumn, same.EndColumn, same.FirstRow, same.EndRow);
        Crossings = same.Crossings;
        sums = new double[same.sums.Length];
    }

    /// <summary>
    /// How many pixels its edges cross, and rows that they reach, a pixel once for each edge: to this the work of going through
    /// all rows is proportional, apart from the pixels inside.
    /// </summary>
    internal long Crossings { get; }

    /// <summary>First column that the polygon may touch.</summary>
    public int FirstColumn { get; }

    /// <summary>Column after the last that it may touch.</summary>
    public int EndColumn { get; }

    /// <summary>First row that it may touch.</summary>
    public int FirstRow { get; }

    /// <summary>Row after the last that it may touch.</summary>
    public int EndRow { get; }

    /// <summary>True when no pixel of the raster can be covered.</summary>
    public bool IsEmpty => edges.Length == 0 || FirstColumn >= EndColumn;

    /// <summary>The runs of pixels of one row that the polygon covers, from left to right.</summary>
    /// <param name="row">The row; greater than that of the last call.</param>
    /// <returns>Runs of one share each; valid until the next call.</returns>
    /// <exception cref="ArgumentException">Rows do not go downwards.</exception>
    public ReadOnlySpan<CoverageRun> Runs(int row)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(row, lastRow);
        lastRow = row;
        while (next < edges.Length && edges[next].Y0 < row + 1)
        {
            active.Add(next++);
        }

        int kept = 0;
        for (int i = 0; i < active.Count; i++)
        {
            Edge edge = edges[active[i]];
            if (edge.Y1 <= row)
            {
                continue;
            }

            active[kept++] = active[i];
            Accumulate(edge, row);
        }

        active.RemoveRange(kept, active.Count - kept);
        FindRuns();
        return CollectionsMarshal.AsSpan(runs);
    }

    /// <summary>Shares of one row.</summary>
    /// <param name="row">The row; greater than that of the last call.</param>
    /// <param name="shares">Receives a share from 0 to 1 for each column from <see cref="FirstColumn"/> to before <see cref="EndColumn"/>.</param>
    /// <exception cref="ArgumentException">Rows do not go downwards, or the span is too short.</exception>
    public void Row(int row, Span<double> shares)
    {
        int columns = EndColumn - FirstColumn;
        ArgumentOutOfRangeException.ThrowIfLessThan(shares.Length, columns, nameof(shares));
        shares[..columns].Clear();
        foreach (CoverageRun run in Runs(row))
        {
            shares[(run.Start - FirstColumn)..(run.End - FirstColumn)].Fill(run.Share);
        }
    }

    private void FindRuns()
    {
        runs.Clear();
        touched.Sort();
        int columns = EndColumn - FirstColumn;
        double sum = 0;
        for (int i = 0; i < touched.Count; i++)
        {
            int column = touched[i];
            if (column >= columns || (i > 0 && touched[i - 1] == column))
            {
                continue;
            }

            sum += sums[column];
            // Sums of shares that cancel leave rounding noise, which is no land.
            double share = sum < 1e-11 ? 0 : sum > 1 - 1e-11 ? 1 : sum;
            int end = columns;
            for (int j = i + 1; j < touched.Count; j++)
            {
                if (touched[j] > column)
                {
                    end = Math.Min(columns, touched[j]);
                    break;
                }
            }

            if (share > 0)
            {
                runs.Add(new CoverageRun(FirstColumn + column, FirstColumn + end, share));
            }
        }

        foreach (int column in touched)
        {
            sums[column] = 0;
        }

        touched.Clear();
    }

    private void Accumulate(Edge edge, int row)
    {
        double yTop = Math.Max(edge.Y0, row);
        double yBottom = Math.Min(edge.Y1, row + 1);
        double slope = (edge.X1 - edge.X0) / (edge.Y1 - edge.Y0);
        double xTop = yTop == edge.Y0 ? edge.X0 : edge.X0 + (yTop - edge.Y0) * slope;
        double xBottom = yBottom == edge.Y1 ? edge.X1 : edge.X0 + (yBottom - edge.Y0) * slope;
        double height = edge.Sign * (yBottom - yTop);
        double x0 = Math.Min(xTop, xBottom) - FirstColumn;
        double x1 = Math.Max(xTop, xBottom) - FirstColumn;
        int columns = EndColumn - FirstColumn;
        if (x0 >= columns)
        {
            return;
        }

        if (x1 <= 0)
        {
            Touch(0, height);
            return;
        }

        if (x0 < 0)
        {
            // What lies left of the raster covers the whole of its row.
            double outside = -x0 / (x1 - x0);
            Touch(0, height * outside);
            height *= 1 - outside;
            x0 = 0;
        }

        if (x1 > columns)
        {
            height *= (columns - x0) / (x1 - x0);
            x1 = columns;
        }

        int first = Math.Min((int)x0, columns - 1);
        int last = Math.Min((int)x1, columns - 1);
        if (first == last)
        {
            Add(first, height, (x0 + x1) / 2);
            return;
        }

        double perColumn = height / (x1 - x0);
        Add(first, perColumn * (first + 1 - x0), (x0 + first + 1) / 2);
        for (int x = first + 1; x < last; x++)
        {
            Add(x, perColumn, x + 0.5);
        }

        Add(last, perColumn * (x1 - last), (last + x1) / 2);
    }

    /// <summary>A piece of edge within one cell: the part of the cell right of it, and all cells further right.</summary>
    private void Add(int column, double height, double middle)
    {
        double left = middle - column;
        Touch(column, height * (1 - left));
        Touch(column + 1, height * left);
    }

    private void Touch(int column, double share)
    {
        sums[column] += share;
        touched.Add(column);
    }

    private readonly record struct Edge(double X0, double Y0, double X1, double Y1, double Sign);
}
