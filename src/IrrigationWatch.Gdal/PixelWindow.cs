namespace IrrigationWatch.Gdal;

/// <summary>A rectangle of pixels: the column and row of its upper left pixel, and its size.</summary>
/// <param name="X">Column of the first pixel, from 0.</param>
/// <param name="Y">Row of the first pixel, from 0 at the top.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelWindow(int X, int Y, int Width, int Height)
{
    /// <summary>Number of pixels.</summary>
    public int PixelCount => checked(Width * Height);

    /// <summary>True when there is no pixel in it.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>The pixels in both windows.</summary>
    /// <param name="other">Another window of the same raster.</param>
    /// <returns>The common window, possibly empty.</returns>
    public PixelWindow Intersect(PixelWindow other)
    {
        int x = Math.Max(X, other.X);
        int y = Math.Max(Y, other.Y);
        int right = Math.Min(X + Width, other.X + other.Width);
        int bottom = Math.Min(Y + Height, other.Y + other.Height);
        return new PixelWindow(x, y, Math.Max(0, right - x), Math.Max(0, bottom - y));
    }
}
