namespace IrrigationWatch.Gdal;

/// <summary>Says which pixels of a raster are read to make a window of it on another grid. One thread at a time.</summary>
public sealed class WarpReach : IDisposable
{
    /// <summary>Points along a side of a window that are followed to the source.</summary>
    private const int Steps = 20;

    /// <summary>Pixels around those of a window that a cubic kernel reads, and what may lie between the points.</summary>
    private const int Reach = 8;

    private readonly double[] target;
    private readonly double[] place;
    private readonly int width;
    private readonly int height;
    private readonly CoordinateTransformation transformation;

    /// <summary>Prepares it.</summary>
    /// <param name="targetReference">CRS of the other grid.</param>
    /// <param name="target">Its geotransform; not rotated.</param>
    /// <param name="sourceReference">CRS of the raster.</param>
    /// <param name="source">Its geotransform; not rotated.</param>
    /// <param name="width">Columns of the raster.</param>
    /// <param name="height">Rows of the raster.</param>
    /// <exception cref="GdalException">No transformation between the two is known.</exception>
    public WarpReach(SpatialReference targetReference, double[] target, SpatialReference sourceReference, double[] source, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(source);
        this.target = target;
        this.width = width;
        this.height = height;
        place = source;
        transformation = new CoordinateTransformation(targetReference, sourceReference);
    }

    /// <inheritdoc/>
    public void Dispose() => transformation.Dispose();

    /// <summary>Pixels of the source of which those of a window are made; all where that cannot be told.</summary>
    /// <param name="window">Pixels of the target.</param>
    /// <returns>A window of the source; empty where the target's lies beside it.</returns>
    public PixelWindow SourceOf(PixelWindow window)
    {
        var all = new PixelWindow(0, 0, width, height);
        double[] x = new double[(Steps + 1) * (Steps + 1)];
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = target[0] + (window.X + window.Width * (i % (Steps + 1)) / (double)Steps) * target[1];
            y[i] = target[3] + (window.Y + window.Height * (i / (Steps + 1)) / (double)Steps) * target[5];
        }

        try
        {
            transformation.Transform(x, y);
        }
        catch (GdalException)
        {
            return all;
        }

        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (x[i] - place[0]) / place[1];
            y[i] = (y[i] - place[3]) / place[5];
        }

        // Where a pixel of the view holds many of the source, a kernel reaches as much further.
        double reachX = Reach * Math.Max(1, (x.Max() - x.Min()) / window.Width);
        double reachY = Reach * Math.Max(1, (y.Max() - y.Min()) / window.Height);
        if (!double.IsFinite(x.Sum() + y.Sum()))
        {
            return all;
        }

        int left = (int)Math.Clamp(Math.Floor(x.Min() - reachX), 0, width);
        int top = (int)Math.Clamp(Math.Floor(y.Min() - reachY), 0, height);
        int right = (int)Math.Clamp(Math.Ceiling(x.Max() + reachX), left, width);
        int bottom = (int)Math.Clamp(Math.Ceiling(y.Max() + reachY), top, height);
        return new PixelWindow(left, top, right - left, bottom - top);
    }
}
