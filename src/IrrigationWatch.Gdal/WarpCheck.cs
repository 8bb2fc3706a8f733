namespace IrrigationWatch.Gdal;

/// <summary>Checks the part of a dataset from which a window of its warped view is made. Owns that dataset.</summary>
internal sealed class WarpCheck : IBlockCheck
{
    /// <summary>Points along a side of a window that are followed to the source.</summary>
    private const int Steps = 20;

    /// <summary>Pixels around those of a window that a cubic kernel reads, and what may lie between the points.</summary>
    private const int Reach = 8;

    private readonly Dataset source;
    private readonly double[] target;
    private readonly double[]? place;
    private readonly CoordinateTransformation? transformation;

    /// <summary>Prepares it.</summary>
    /// <param name="source">What is warped.</param>
    /// <param name="reference">Its CRS where the file does not say it.</param>
    /// <param name="targetReference">CRS of the view.</param>
    /// <param name="target">Its geotransform; north-up.</param>
    internal WarpCheck(Dataset source, SpatialReference? reference, SpatialReference targetReference, double[] target)
    {
        this.source = source;
        this.target = target;
        place = source.GeoTransform;
        using SpatialReference? own = reference is null ? source.GetSpatialReference() : null;
        transformation = (reference ?? own) is SpatialReference known ? new CoordinateTransformation(targetReference, known) : null;
    }

    public void Dispose()
    {
        transformation?.Dispose();
        source.Dispose();
    }

    public void Check(Band band, PixelWindow window, int width, int height)
    {
        PixelWindow read = SourceOf(window);
        Band from = source.Band(band.Number);
        if (read.IsEmpty)
        {
            return;
        }

        // A view that is coarser than its source may be made of an overview.
        source.CheckBlocks(from, read, read.Width, read.Height);
        for (int reduced = 2; from.OverviewCount > 0 && reduced <= Math.Max(read.Width, read.Height); reduced *= 2)
        {
            source.CheckBlocks(from, read, Math.Max(1, read.Width / reduced), Math.Max(1, read.Height / reduced));
        }
    }

    /// <summary>Pixels of the source that those of a window are made of; all where that cannot be told.</summary>
    private PixelWindow SourceOf(PixelWindow window)
    {
        var all = new PixelWindow(0, 0, source.Width, source.Height);
        if (transformation is null || place is null || place[2] != 0 || place[4] != 0)
        {
            return all;
        }

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

        int left = (int)Math.Clamp(Math.Floor(x.Min() - reachX), 0, source.Width);
        int top = (int)Math.Clamp(Math.Floor(y.Min() - reachY), 0, source.Height);
        int right = (int)Math.Clamp(Math.Ceiling(x.Max() + reachX), left, source.Width);
        int bottom = (int)Math.Clamp(Math.Ceiling(y.Max() + reachY), top, source.Height);
        return new PixelWindow(left, top, right - left, bottom - top);
    }
}
