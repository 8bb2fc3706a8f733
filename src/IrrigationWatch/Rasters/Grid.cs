using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Where a raster lies: CRS, upper left corner, pixel size, and size in pixels. The one value for "where", always north-up.
/// </summary>
public sealed class Grid : IEquatable<Grid>
{
    /// <summary>Most columns and most rows that metadata may claim of a raster.</summary>
    internal const int MostPixelsPerSide = 10_000_000;

    /// <summary>Share of a pixel by which two grids may be off and still count as aligned.</summary>
    public const double AlignmentTolerance = 1e-3;

    /// <summary>Creates a grid.</summary>
    /// <param name="crs">The CRS: an authority code such as <c>EPSG:32644</c>, or WKT.</param>
    /// <param name="left">X of the left edge, in units of the CRS.</param>
    /// <param name="top">Y of the top edge.</param>
    /// <param name="pixelWidth">Width of a pixel, above 0.</param>
    /// <param name="pixelHeight">Height of a pixel, above 0; rows go south.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public Grid(string crs, double left, double top, double pixelWidth, double pixelHeight, int width, int height)
    {
        ArgumentException.ThrowIfNullOrEmpty(crs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixelWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixelHeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        Crs = crs;
        Left = left;
        Top = top;
        PixelWidth = pixelWidth;
        PixelHeight = pixelHeight;
        Width = width;
        Height = height;
    }

    /// <summary>The CRS: an authority code, or WKT where there is none.</summary>
    public string Crs { get; }

    /// <summary>X of the left edge.</summary>
    public double Left { get; }

    /// <summary>Y of the top edge.</summary>
    public double Top { get; }

    /// <summary>Width of a pixel in units of the CRS.</summary>
    public double PixelWidth { get; }

    /// <summary>Height of a pixel in units of the CRS, positive.</summary>
    public double PixelHeight { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>X of the right edge.</summary>
    public double Right => Left + Width * PixelWidth;

    /// <summary>Y of the bottom edge.</summary>
    public double Bottom => Top - Height * PixelHeight;

    /// <summary>The six numbers of GDAL's geotransform.</summary>
    /// <returns>A new array.</returns>
    public double[] ToGeoTransform() => [Left, PixelWidth, 0, Top, 0, -PixelHeight];

    /// <summary>The grid of an open raster.</summary>
    /// <param name="dataset">The raster.</param>
    /// <returns>Its grid.</returns>
    /// <exception cref="InputException">The raster has no CRS or place, or is not north-up.</exception>
    public static Grid Of(Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        using SpatialReference? reference = dataset.GetSpatialReference();
        double[]? transform = dataset.GeoTransform;
        if (reference is null || transform is null)
        {
            throw new InputException(dataset.Path, "has no coordinate reference system or position; georeference it, for example with gdal_translate -a_srs -a_ullr");
        }

        if (transform[2] != 0 || transform[4] != 0 || transform[1] <= 0 || transform[5] >= 0)
        {
            throw new InputException(dataset.Path, "is rotated, or its columns go west; warp it first, for example with gdalwarp -dstalpha, which keeps apart what lies outside");
        }

        return new Grid(NameOf(reference), transform[0], transform[3], transform[1], -transform[5], dataset.Width, dataset.Height);
    }

    /// <summary>The shortest definition of a CRS that says it all: its authority code where it has one, else WKT.</summary>
    /// <param name="reference">The CRS.</param>
    /// <returns>A definition for <see cref="Crs"/>.</returns>
    public static string NameOf(SpatialReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.AuthorityCode ?? reference.ToWkt();
    }

    /// <summary>The CRS as an object that the caller disposes of.</summary>
    /// <returns>A new instance.</returns>
    public SpatialReference OpenSpatialReference() => SpatialReference.Parse(Crs);

    /// <summary>True when both grids have the same CRS.</summary>
    /// <param name="other">The other grid.</param>
    /// <returns>Whether coordinates can be compared.</returns>
    public bool HasSameCrs(Grid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (string.Equals(Crs, other.Crs, StringComparison.Ordinal))
        {
            return true;
        }

        using SpatialReference mine = OpenSpatialReference();
        using SpatialReference theirs = other.OpenSpatialReference();
        return mine.IsSame(theirs);
    }

    /// <summary>True when pixels of both grids coincide wherever they overlap, so that no resampling is needed.</summary>
    /// <param name="other">The other grid.</param>
    /// <returns>Whether they are aligned within <see cref="AlignmentTolerance"/> of a pixel.</returns>
    public bool IsAlignedWith(Grid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double columns = Math.Max(Width, other.Width);
        double rows = Math.Max(Height, other.Height);
        return Math.Abs(PixelWidth - other.PixelWidth) * columns < AlignmentTolerance * PixelWidth
            && Math.Abs(PixelHeight - other.PixelHeight) * rows < AlignmentTolerance * PixelHeight
            && IsWhole((other.Left - Left) / PixelWidth)
            && IsWhole((Top - other.Top) / PixelHeight)
            && HasSameCrs(other);

        static bool IsWhole(double pixels) => Math.Abs(pixels - Math.Round(pixels)) < AlignmentTolerance;
    }

    /// <summary>Column and row of another, aligned grid's upper left pixel in this one; may lie outside.</summary>
    /// <param name="other">An aligned grid.</param>
    /// <returns>The other grid's extent in pixels of this one.</returns>
    public PixelWindow WindowOf(Grid other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PixelWindow(
            (int)Math.Round((other.Left - Left) / PixelWidth),
            (int)Math.Round((Top - other.Top) / PixelHeight),
            other.Width,
            other.Height);
    }

    /// <summary>
    /// The window of this grid that another raster can have a say in: its extent here, its edges followed through the
    /// projection, and a margin for resampling. Outside of it the raster reads as fill.
    /// </summary>
    /// <param name="other">The other raster's grid, in any CRS.</param>
    /// <param name="margin">Further pixels on every side, for example those of a dilation.</param>
    /// <returns>The window, cut to this grid; empty where the two do not touch.</returns>
    public PixelWindow Reach(Grid other, int margin = 0)
    {
        ArgumentNullException.ThrowIfNull(other);
        var all = new PixelWindow(0, 0, Width, Height);
        if (IsAlignedWith(other))
        {
            return all.Intersect(Grow(WindowOf(other), margin));
        }

        double[] x;
        double[] y;
        try
        {
            (x, y) = other.Outline();
            using SpatialReference from = other.OpenSpatialReference();
            using SpatialReference to = OpenSpatialReference();
            if (!from.IsSame(to))
            {
                using var transformation = new CoordinateTransformation(from, to);
                transformation.Transform(x, y);
            }
        }
        catch (GdalException)
        {
            // Where the projection cannot follow, everything may be reached.
            return all;
        }

        // Bilinear and cubic kernels reach two pixels of the coarser raster; one more for what the outline's points cut off.
        double scale = Math.Max(1, Math.Max((x.Max() - x.Min()) / PixelWidth / other.Width, (y.Max() - y.Min()) / PixelHeight / other.Height));
        int slack = margin + (int)Math.Ceiling(3 * scale) + 2;
        int left = Column(x.Min());
        int top = Row(y.Max());
        return all.Intersect(Grow(new PixelWindow(left, top, Math.Max(1, Column(x.Max()) - left + 1), Math.Max(1, Row(y.Min()) - top + 1)), slack));

        static PixelWindow Grow(PixelWindow window, int by) => new(window.X - by, window.Y - by, window.Width + 2 * by, window.Height + 2 * by);

        int Column(double at) => (int)Math.Clamp(Math.Floor((at - Left) / PixelWidth), -1e8, 1e8);

        int Row(double at) => (int)Math.Clamp(Math.Floor((Top - at) / PixelHeight), -1e8, 1e8);
    }

    /// <summary>The part of this grid that a window covers, as a grid.</summary>
    /// <param name="window">The window, in pixels of this grid.</param>
    /// <returns>The smaller grid.</returns>
    public Grid Cut(PixelWindow window) =>
        new(Crs, Left + window.X * PixelWidth, Top - window.Y * PixelHeight, PixelWidth, PixelHeight, window.Width, window.Height);

    /// <summary>
    /// Cuts the grid into square tiles, the last ones of rows and columns smaller. They come in strips of a few rows of tiles,
    /// and in each strip column by column: near ones follow each other, and what they share is still in memory.
    /// </summary>
    /// <param name="size">Columns and rows of a tile.</param>
    /// <param name="rowsTogether">Rows of tiles in a strip; 1 for reading order.</param>
    /// <returns>Windows that cover every pixel once.</returns>
    public IEnumerable<PixelWindow> Tiles(int size, int rowsTogether = 4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsTogether, 1);
        for (int top = 0; top < Height; top += size * rowsTogether)
        {
            for (int x = 0; x < Width; x += size)
            {
                for (int y = top; y < Math.Min(Height, top + size * rowsTogether); y += size)
                {
                    yield return new PixelWindow(x, y, Math.Min(size, Width - x), Math.Min(size, Height - y));
                }
            }
        }
    }

    /// <summary>The outline of the grid in longitude and latitude, its edges followed and not only its corners.</summary>
    /// <returns>
    /// Degrees of a closed ring, clockwise on a north-up map from the upper left corner. Over the antimeridian longitudes go on
    /// beyond ±180 instead of jumping.
    /// </returns>
    /// <exception cref="InputException">The grid reaches where its CRS has no position on the ellipsoid, or holds a pole.</exception>
    public (double[] Longitudes, double[] Latitudes) GeographicOutline()
    {
        (double[] x, double[] y) = Outline();
        try
        {
            using SpatialReference reference = OpenSpatialReference();
            using SpatialReference wgs84 = SpatialReference.Wgs84();
            if (!reference.IsSame(wgs84))
            {
                using var transformation = new CoordinateTransformation(reference, wgs84);
                transformation.Transform(x, y);
            }
        }
        catch (GdalException e)
        {
            throw new InputException(ToString(), "the grid reaches beyond where its CRS is defined; cut it or choose another CRS", e);
        }

        Longitudes.Unwrap(x);
        return Math.Abs(x[^1] - x[0]) < 180 ? (x, y) : throw new InputException(ToString(), "the grid holds a pole, where all longitudes meet; cut it into parts that do not");
    }

    /// <summary>The outline in the grid's own CRS, with points along each side: a closed ring.</summary>
    private (double[] X, double[] Y) Outline()
    {
        const int PerSide = 64;
        double[] x = new double[4 * PerSide + 1];
        double[] y = new double[x.Length];
        for (int i = 0; i < 4 * PerSide; i++)
        {
            double t = (double)(i % PerSide) / PerSide;
            (double across, double down) = (i / PerSide) switch { 0 => (t, 0), 1 => (1, t), 2 => (1 - t, 1), _ => (0.0, 1 - t) };
            x[i] = Left + across * (Right - Left);
            y[i] = Top - down * (Top - Bottom);
        }

        (x[^1], y[^1]) = (x[0], y[0]);
        return (x, y);
    }

    /// <summary>The bounding box of <see cref="GeographicOutline"/>.</summary>
    /// <returns>West, south, east and north in degrees.</returns>
    /// <exception cref="InputException">The grid reaches where its CRS has no position on the ellipsoid.</exception>
    public (double West, double South, double East, double North) GeographicBounds()
    {
        (double[] longitudes, double[] latitudes) = GeographicOutline();
        return (longitudes.Min(), latitudes.Min(), longitudes.Max(), latitudes.Max());
    }

    /// <inheritdoc/>
    public bool Equals(Grid? other) =>
        other is not null && Width == other.Width && Height == other.Height && IsAlignedWith(other)
        && Math.Abs(Left - other.Left) < AlignmentTolerance * PixelWidth && Math.Abs(Top - other.Top) < AlignmentTolerance * PixelHeight;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Grid);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Width, Height);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Crs.Length < 20 ? Crs : "custom CRS")}, {Width} × {Height} pixels of {PixelWidth:0.###} × {PixelHeight:0.###} from {Left:0.###}, {Top:0.###}");
}
