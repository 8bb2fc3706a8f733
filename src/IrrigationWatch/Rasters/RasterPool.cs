using System.Collections.Concurrent;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>Open rasters for work on several threads: plain GeoTIFFs are read directly, all others by datasets of GDAL.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RasterPool : IDisposable
{
    /// <summary>Files that are kept open; those beyond are read by GDAL, whose pool is bounded too.</summary>
    private const int MostFiles = 1024;

    /// <summary>As many of them as the limit of open files leaves room for.</summary>
    private readonly int capacity = MachineLimits.FilesFor(MostFiles, share: 2);
    private readonly DatasetPool datasets;
    private readonly ConcurrentDictionary<string, Lazy<TiffTiles?>> plain = new(StringComparer.Ordinal);
    private readonly bool direct;

    private readonly TileCache cache;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="cacheLimit">Bytes that tiles may take of which a part was read; not counted is the cache of GDAL.</param>
    /// <param name="idleDatasets">Datasets of GDAL that stay open while nobody uses them; each can hold about a megabyte.</param>
    public RasterPool(long cacheLimit = 64_000_000, int idleDatasets = 256)
        : this(cacheLimit, direct: true, idleDatasets)
    {
    }

    /// <summary>Creates an empty pool.</summary>
    /// <param name="cacheLimit">As above.</param>
    /// <param name="direct">False to read everything by GDAL.</param>
    /// <param name="idleDatasets">As above.</param>
    internal RasterPool(long cacheLimit, bool direct, int idleDatasets = 256)
    {
        cache = new TileCache(cacheLimit);
        datasets = new DatasetPool(MachineLimits.FilesFor(idleDatasets, share: 4));
        this.direct = direct;
    }

    /// <summary>Takes a dataset of GDAL for the calling thread alone.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Names another view of the file, for example warped to a grid; null for the file itself.</param>
    /// <param name="open">Opens the dataset where none is idle; by default <see cref="Dataset.Open"/>.</param>
    /// <returns>The dataset; dispose of the lease to give it back.</returns>
    /// <exception cref="GdalException">The file cannot be opened.</exception>
    public DatasetPool.Lease Rent(string path, string? key = null, Func<string, Dataset>? open = null) => datasets.Rent(path, key, open);

    /// <summary>Whether a raster is of tiles that are read directly; one that is left to GDAL may be of strips as wide as itself.</summary>
    /// <param name="path">The file.</param>
    /// <returns>True for plain GeoTIFFs.</returns>
    internal bool ReadsTiles(string path) => Plain(path) is not null;

    /// <summary>Columns and rows of a raster.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its size.</returns>
    /// <exception cref="GdalException">The file cannot be opened.</exception>
    public (int Width, int Height) SizeOf(string path)
    {
        if (Plain(path) is TiffTiles tiles)
        {
            return (tiles.Width, tiles.Height);
        }

        using DatasetPool.Lease lease = Rent(path);
        return (lease.Dataset.Width, lease.Dataset.Height);
    }

    /// <summary>Reads a window of a band, converted to <typeparamref name="T"/> where the file's type is another.</summary>
    /// <typeparam name="T">byte, ushort, short, uint, int, float or double.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="band">Band number from 1.</param>
    /// <param name="window">Which pixels; within the raster.</param>
    /// <param name="pixels">Receives them row by row.</param>
    /// <exception cref="ArgumentException">The window leaves the raster or the span is too short.</exception>
    /// <exception cref="GdalException">The file is damaged or cannot be read.</exception>
    public void Read<T>(string path, int band, PixelWindow window, Span<T> pixels)
        where T : unmanaged
    {
        if (Plain(path)?.TryRead(band, window, pixels, cache) == true)
        {
            return;
        }

        using DatasetPool.Lease lease = Rent(path);
        lease.Dataset.Band(band).Read(window, pixels);
    }

    /// <summary>Reads a tile both packed and unpacked, for <see cref="CogWriter.WritePacked"/>; false where the file is not packed as the writer does.</summary>
    internal bool TryReadPacked(string path, int band, PixelWindow tile, CogWriter writer, Span<byte> raw, out ArraySegment<byte> packed)
    {
        packed = default;
        return Plain(path)?.TryReadPacked(band, tile, writer.Type, CogWriter.TileSize, writer.Predictor, raw, out packed) == true;
    }

    /// <summary>Closes all files; datasets on loan close when they come back.</summary>
    public void Dispose()
    {
        foreach (Lazy<TiffTiles?> tiles in plain.Values)
        {
            if (tiles.IsValueCreated)
            {
                tiles.Value?.Dispose();
            }
        }

        datasets.Dispose();
    }

    private TiffTiles? Plain(string path)
    {
        if (!direct)
        {
            return null;
        }

        if (!plain.TryGetValue(path, out Lazy<TiffTiles?>? tiles))
        {
            if (plain.Count >= capacity)
            {
                return null;
            }

            tiles = plain.GetOrAdd(path, static file => new Lazy<TiffTiles?>(() => TiffTiles.TryOpen(file)));
        }

        return tiles.Value;
    }
}
