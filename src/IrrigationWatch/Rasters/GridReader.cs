using System.Buffers;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Reads one band of a raster on the analysis grid: without resampling where the raster is aligned with it, warped
/// window by window where it is not.
/// </summary>
/// <remarks>Thread-safe: each read has a dataset of the pool to itself.</remarks>
public sealed class GridReader
{
    internal const int RemoteAttempts = 4;

    private readonly RasterPool pool;
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
    public GridReader(RasterPool pool, string path, int band, Grid source, Grid target, Resampling resampling, double? noData)
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
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                ReadOnce(window, pixels);
                return;
            }
            catch (GdalException) when (attempt < RemoteAttempts && VirtualFileSystem.IsRemote(path))
            {
                // A connection that broke in the middle of an answer: GDAL itself repeats only what failed from the start.
                Wait(path, attempt);
            }
        }
    }

    /// <summary>Forgets what is known of a file on another machine, and gives it time.</summary>
    internal static void Wait(string path, int attempt)
    {
        VirtualFileSystem.Forget(path);
        Thread.Sleep(TimeSpan.FromMilliseconds(100 << attempt));
    }

    private void ReadOnce<T>(PixelWindow window, Span<T> pixels)
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
        CheckSize(pool.SizeOf(path));
        if (common == window)
        {
            pool.Read(path, band, inSource, pixels);
            return;
        }

        T[] part = ArrayPool<T>.Shared.Rent(common.PixelCount);
        try
        {
            pool.Read(path, band, inSource, part.AsSpan(0, common.PixelCount));
            for (int row = 0; row < common.Height; row++)
            {
                int offset = (common.Y - window.Y + row) * window.Width + common.X - window.X;
                part.AsSpan(row * common.Width, common.Width).CopyTo(pixels[offset..]);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(part);
        }
    }

    /// <summary>Metadata may have said where the raster lies before it was opened; a file of another size lies elsewhere.</summary>
    private void CheckSize((int Width, int Height) size)
    {
        if (size != (source.Width, source.Height))
        {
            throw new GdalException(path, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"has {size.Width} × {size.Height} pixels, not the {source.Width} × {source.Height} that the metadata say"));
        }
    }

    private Dataset OpenWarped(string file)
    {
        Dataset dataset = Dataset.Open(file);
        try
        {
            CheckSize((dataset.Width, dataset.Height));
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
            Dataset copy = Dataset.Create(path, "MEM", bare.Width, bare.Height, bare.BandCount, bare.Band(band).Type);
            copy.GeoTransform = source.ToGeoTransform();
            copy.SetSpatialReference(reference);
            double[] row = new double[bare.Width];
            for (int number = 1; number <= bare.BandCount; number++)
            {
                for (int y = 0; y < bare.Height; y++)
                {
                    var window = new PixelWindow(0, y, bare.Width, 1);
                    bare.Band(number).Read<double>(window, row);
                    copy.Band(number).Write<double>(window, row);
                }
            }

            return copy;
        }
    }
}
