using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>Reads a layer on the analysis grid: values by the file's scale and offset, NaN where nothing was observed and beyond its edges.</summary>
/// <remarks>Thread-safe: each read has a dataset of the pool to itself.</remarks>
internal sealed class LayerOnGrid
{
    /// <summary>Columns and rows that are read of a layer for one of the grid.</summary>
    private const int MostFiner = 4;

    private readonly RasterPool pool;
    private readonly LayerReader layer;
    private readonly Grid source;
    private readonly Grid target;
    private readonly Resampling resampling;
    private readonly PixelWindow sourceInTarget;
    private readonly bool aligned;
    private readonly GridReader? plain;

    /// <summary>Prepares reading.</summary>
    /// <param name="pool">Where datasets come from.</param>
    /// <param name="raster">The layer.</param>
    /// <param name="target">The analysis grid.</param>
    /// <param name="resampling">How pixels are resampled where the grids are not aligned.</param>
    /// <exception cref="InputException">There is no such layer, or it lies nowhere.</exception>
    /// <exception cref="GdalException">The file cannot be opened.</exception>
    internal LayerOnGrid(RasterPool pool, RasterLayer raster, Grid target, Resampling resampling)
    {
        this.pool = pool;
        this.target = target;
        this.resampling = resampling;
        string name = RasterName.Resolve(raster.Path);
        using DatasetPool.Lease lease = pool.Rent(name, null, RasterName.Open);
        layer = LayerReader.Of(lease.Dataset, raster);
        source = Grid.Of(lease.Dataset);
        aligned = target.IsAlignedWith(source);
        sourceInTarget = aligned ? target.WindowOf(source) : default;
        // GDAL's own warp knows one nodata value, and does with it what is done here.
        bool isPlain = !aligned && raster.Missing == MissingValues.OfFile && !layer.UsesMask && layer.Validity.IsByOneValue && layer.Type != RasterType.Int8;
        plain = isPlain ? new GridReader(pool, name, layer.Number, source, target, resampling, layer.Validity.Missing[0]) : null;
    }

    /// <summary>Reads a window of the analysis grid.</summary>
    /// <param name="window">Which pixels.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    /// <exception cref="GdalException">It cannot be resampled.</exception>
    internal void Read(PixelWindow window, Span<float> values)
    {
        values = values[..window.PixelCount];
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                ReadOnce(window, values);
                return;
            }
            catch (Exception e) when (e is GdalException or InputException && attempt < GridReader.RemoteAttempts && VirtualFileSystem.IsRemote(layer.Layer.Path))
            {
                GridReader.Wait(layer.Layer.Path, attempt);
            }
        }
    }

    private void ReadOnce(PixelWindow window, Span<float> values)
    {
        if (plain is not null)
        {
            plain.Read(window, values);
            values.Replace((float)plain.NoData!.Value, float.NaN);
            Finish(values);
            return;
        }

        values.Fill(float.NaN);
        if (!aligned)
        {
            ReadWarped(window, values);
            return;
        }

        PixelWindow common = window.Intersect(sourceInTarget);
        if (common.IsEmpty)
        {
            return;
        }

        float[] part = new float[common.PixelCount];
        layer.Read(pool, common with { X = common.X - sourceInTarget.X, Y = common.Y - sourceInTarget.Y }, part.AsSpan());
        for (int row = 0; row < common.Height; row++)
        {
            part.AsSpan(row * common.Width, common.Width).CopyTo(values[((common.Y - window.Y + row) * window.Width + common.X - window.X)..]);
        }
    }

    private void Finish(Span<float> values)
    {
        if (!layer.IsPlain)
        {
            foreach (ref float value in values)
            {
                value = (float)(value * layer.Scale + layer.Offset);
            }
        }
    }

    /// <summary>Judges the pixels that are needed, and has GDAL resample what was observed.</summary>
    private void ReadWarped(PixelWindow window, Span<float> values)
    {
        using SpatialReference to = target.OpenSpatialReference();
        using SpatialReference from = source.OpenSpatialReference();
        PixelWindow needed;
        using (var reach = new WarpReach(to, target.ToGeoTransform(), from, source.ToGeoTransform(), source.Width, source.Height))
        {
            needed = reach.SourceOf(window);
        }

        if (needed.IsEmpty)
        {
            return;
        }

        // Where a pixel of the grid holds many of the layer, as in a picture, not all of them are held at once.
        int reduction = Math.Max(1, Math.Min(needed.Width / (MostFiner * window.Width), needed.Height / (MostFiner * window.Height)));
        (int width, int height) = ((needed.Width + reduction - 1) / reduction, (needed.Height + reduction - 1) / reduction);
        float[] pixels = new float[width * height];
        layer.ReadResized(pool, needed, width, height, pixels.AsSpan());
        Dataset part = Dataset.Create("part of a layer", "MEM", width, height, 1, RasterType.Float32);
        try
        {
            Grid read = source.Cut(needed);
            part.GeoTransform = [read.Left, read.PixelWidth * needed.Width / width, 0, read.Top, 0, -read.PixelHeight * needed.Height / height];
            part.SetSpatialReference(from);
            part.Band(1).Write<float>(new PixelWindow(0, 0, width, height), pixels);
            Grid cut = target.Cut(window);
            part = part.Warp(to, cut.ToGeoTransform(), cut.Width, cut.Height, resampling, from, double.NaN);
            part.Band(1).Read(new PixelWindow(0, 0, cut.Width, cut.Height), values);
        }
        finally
        {
            part.Dispose();
        }
    }
}
