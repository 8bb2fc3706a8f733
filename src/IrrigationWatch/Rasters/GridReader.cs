using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Reads one band of a raster on the analysis grid: without resampling where the raster is aligned with it, warped
/// window by window where it is not.
/// </summary>
/// <remarks>Thread-safe: each read has a dataset of the pool to itself.</remarks>
public sealed class GridReader
{
    private readonly DatasetPool pool;
    private readonly string path;
    private readonly int band;
    private readonly Grid target;
    private readonly Grid source;
    private readonly PixelWindow sourceInTarget;
    private readonly bool aligned;
    private readonly Resampling resampling;
    private readonly double? noData;
    private readonly string warpKey;

    /// <summary>Prepares reading; opens nothing.</summary>
    /// <param name="pool">Where datasets come from.</param>
    /// <param name="path">The raster.</param>
    /// <param name="band">Band number from 1.</param>
    /// <param name="source">The raster's own grid; it may be known from metadata where the file does not say it.</param>
    /// <param name="target">The analysis grid.</param>
    /// <param name="resampling">How pixels are resampled where the grids are not aligned.</param>
    /// <param name="noData">Value outside the raster and of missing pixels.</param>
    public GridReader(DatasetPool pool, string path, int band, Grid source, Grid target, Resampling resampling, double? noData)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        this.pool = pool;
        this.path = path;
        this.band = band;
        this.source = source;
        this.target = target;
        this.resampling = resampling;
        this.noData = noData;
        aligned = target.IsAlignedWith(source);
        sourceInTarget = aligned ? target.WindowOf(source) : default;
        warpKey = $"{path}|{target}|{resampling}|{noData}";
    }

    /// <summary>True when pixels are read as they are stored.</summary>
    public bool IsAligned => aligned;

    /// <summary>Value outside the raster and of missing pixels, or null.</summary>
    public double? NoData => noData;

    /// <summary>Reads a window of the analysis grid; pixels outside the raster get the nodata value (0 without one).</summary>
    /// <typeparam name="T">The numeric type wanted.</typeparam>
    /// <param name="window">Which pixels of the analysis grid.</param>
    /// <param name="pixels">Receives them row by row.</param>
    /// <exception cref="GdalException">The raster cannot be read.</exception>
    public void Read<T>(PixelWindow window, Span<T> pixels)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (!aligned)
        {
            using DatasetPool.Lease warped = pool.Rent(path, warpKey, OpenWarped);
            warped.Dataset.Band(band).Read(window, pixels);
            return;
        }

        PixelWindow common = window.Intersect(sourceInTarget);
        if (common != window)
        {
            pixels[..window.PixelCount].Fill(T.CreateSaturating(noData ?? 0));
        }

        if (common.IsEmpty)
        {
            return;
        }

        var inSource = common with { X = common.X - sourceInTarget.X, Y = common.Y - sourceInTarget.Y };
        using DatasetPool.Lease lease = pool.Rent(path);
        Band raster = lease.Dataset.Band(band);
        if (common == window)
        {
            raster.Read(inSource, pixels);
            return;
        }

        T[] part = new T[common.PixelCount];
        raster.Read<T>(inSource, part);
        for (int row = 0; row < common.Height; row++)
        {
            int offset = (common.Y - window.Y + row) * window.Width + common.X - window.X;
            part.AsSpan(row * common.Width, common.Width).CopyTo(pixels[offset..]);
        }
    }

    private Dataset OpenWarped(string file)
    {
        Dataset dataset = Dataset.Open(file);
        try
        {
            using SpatialReference to = target.OpenSpatialReference();
            using SpatialReference from = source.OpenSpatialReference();
            using SpatialReference? own = dataset.GetSpatialReference();
            if (own is null || dataset.GeoTransform is null)
            {
                dataset = Georeference(dataset, from);
            }

            return dataset.Warp(to, target.ToGeoTransform(), target.Width, target.Height, resampling, from, noData);
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>Copies a raster that does not say where it lies into memory, and says it there.</summary>
    private Dataset Georeference(Dataset bare, SpatialReference reference)
    {
        using (bare)
        {
            Band from = bare.Band(band);
            Dataset copy = Dataset.Create(path, "MEM", bare.Width, bare.Height, band, from.Type);
            copy.GeoTransform = source.ToGeoTransform();
            copy.SetSpatialReference(reference);
            double[] row = new double[bare.Width];
            for (int y = 0; y < bare.Height; y++)
            {
                var window = new PixelWindow(0, y, bare.Width, 1);
                from.Read<double>(window, row);
                copy.Band(band).Write<double>(window, row);
            }

            return copy;
        }
    }
}
