using System.Runtime.CompilerServices;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// The true area on the WGS 84 ellipsoid of every pixel of a grid, whatever its CRS.
/// </summary>
/// <remarks>
/// For a geographic grid the area depends on the row alone and is exact. For a projected grid the area scale varies so
/// smoothly that it is computed on a lattice of blocks about two kilometres wide, from their corners on the ellipsoid,
/// and interpolated bilinearly; over UTM zones the error is below one part in 10⁷. Thread-safe once created.
/// </remarks>
public sealed class PixelAreas
{
    private const double LatticeMetres = 2000;

    private readonly Grid grid;
    private readonly bool geographic;
    private readonly int step;
    private readonly int nodesX;
    private readonly double[] nodes;

    /// <summary>Computes the areas of a grid.</summary>
    /// <param name="grid">The grid.</param>
    /// <exception cref="InputException">The grid reaches where its CRS has no position on the ellipsoid.</exception>
    public PixelAreas(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        this.grid = grid;
        using SpatialReference reference = grid.OpenSpatialReference();
        geographic = reference.IsGeographic;
        if (geographic)
        {
            nodes = new double[grid.Height];
            for (int row = 0; row < nodes.Length; row++)
            {
                double north = grid.Top - row * grid.PixelHeight;
                nodes[row] = EllipsoidalArea.Cell(0, north - grid.PixelHeight, grid.PixelWidth, north);
            }

            return;
        }

        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(reference, wgs84);
        try
        {
            double centreX = grid.Left + grid.Width * grid.PixelWidth / 2;
            double centreY = grid.Top - grid.Height * grid.PixelHeight / 2;
            double side = Math.Sqrt(Block(transformation, centreX, centreY, grid.PixelWidth, grid.PixelHeight));
            step = Math.Clamp((int)(LatticeMetres / side), 1, 64);
            nodesX = (grid.Width - 1) / step + 2;
            int nodesY = (grid.Height - 1) / step + 2;
            nodes = new double[nodesX * nodesY];
            for (int j = 0; j < nodesY; j++)
            {
                for (int i = 0; i < nodesX; i++)
                {
                    double x = grid.Left + (i * step + 0.5) * grid.PixelWidth;
                    double y = grid.Top - (j * step + 0.5) * grid.PixelHeight;
                    nodes[j * nodesX + i] = Block(transformation, x, y, step * grid.PixelWidth, step * grid.PixelHeight) / ((double)step * step);
                }
            }
        }
        catch (GdalException e)
        {
            throw new InputException(grid.ToString(), "the grid reaches beyond where its CRS is defined; cut it or choose another CRS", e);
        }
    }

    /// <summary>
    /// Pixels of a row whose areas lie on one straight line: the first ones from column 0 on, then the next as many …; the whole
    /// row where the grid is geographic.
    /// </summary>
    public int Step => geographic ? grid.Width : step;

    /// <summary>Areas of the pixels of a step: that of the first, and what each further one has more.</summary>
    /// <param name="row">Row from 0 to the grid's height − 1.</param>
    /// <param name="number">Which step of the row, from 0.</param>
    /// <returns>Square metres.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (double First, double Slope) Line(int row, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, grid.Height);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, (grid.Width - 1) / Step);
        if (geographic)
        {
            return (nodes[row], 0);
        }

        (int j, int rest) = Math.DivRem(row, step);
        double v = (double)rest / step;
        int node = j * nodesX + number;
        double left = nodes[node] + v * (nodes[node + nodesX] - nodes[node]);
        double right = nodes[node + 1] + v * (nodes[node + nodesX + 1] - nodes[node + 1]);
        return (left, (right - left) / step);
    }

    /// <summary>Areas of the pixels of a part of a row.</summary>
    /// <param name="row">Row from 0 to the grid's height − 1.</param>
    /// <param name="column">First column.</param>
    /// <param name="areas">Receives square metres, one a pixel; column + length must not exceed the grid's width.</param>
    public void Row(int row, int column, Span<double> areas)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(column + areas.Length, grid.Width, nameof(areas));
        for (int k = 0; k < areas.Length;)
        {
            (int number, int rest) = Math.DivRem(column + k, Step);
            (double first, double slope) = Line(row, number);
            for (int end = Math.Min(areas.Length, k + Step - rest); k < end; k++, rest++)
            {
                areas[k] = first + slope * rest;
            }
        }
    }

    /// <summary>Area of one pixel.</summary>
    /// <param name="column">Column from 0.</param>
    /// <param name="row">Row from 0.</param>
    /// <returns>Square metres.</returns>
    public double At(int column, int row)
    {
        Span<double> one = stackalloc double[1];
        Row(row, column, one);
        return one[0];
    }

    private static double Block(CoordinateTransformation transformation, double x, double y, double width, double height)
    {
        Span<double> xs = [x - width / 2, x + width / 2, x + width / 2, x - width / 2];
        Span<double> ys = [y - height / 2, y - height / 2, y + height / 2, y + height / 2];
        transformation.Transform(xs, ys);
        Longitudes.Unwrap(xs);
        return EllipsoidalArea.Polygon(xs, ys);
    }
}
