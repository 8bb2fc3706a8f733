namespace IrrigationWatch.Gdal;

/// <summary>Checks the part of a dataset from which a window of its warped view is made. Owns that dataset.</summary>
internal sealed class WarpCheck : IBlockCheck
{
    private readonly Dataset source;
    private readonly WarpReach? reach;

    /// <summary>Prepares it.</summary>
    /// <param name="source">What is warped.</param>
    /// <param name="reference">Its CRS where the file does not say it.</param>
    /// <param name="targetReference">CRS of the view.</param>
    /// <param name="target">Its geotransform; north-up.</param>
    internal WarpCheck(Dataset source, SpatialReference? reference, SpatialReference targetReference, double[] target)
    {
        this.source = source;
        using SpatialReference? own = reference is null ? source.GetSpatialReference() : null;
        reach = (reference ?? own) is SpatialReference known && source.StoredGeoTransform is [_, _, 0, _, 0, _] place ? new WarpReach(targetReference, target, known, place, source.Width, source.Height) : null;
    }

    public void Dispose()
    {
        reach?.Dispose();
        source.Dispose();
    }

    public void Check(Band band, PixelWindow window, int width, int height)
    {
        PixelWindow read = reach?.SourceOf(window) ?? new PixelWindow(0, 0, source.Width, source.Height);
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
}
