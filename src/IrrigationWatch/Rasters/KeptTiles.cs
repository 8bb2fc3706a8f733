using System.Buffers;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Tiles of files made before that still hold, so that only those are computed again that something new touches. Their
/// pixels are taken over bit for bit.
/// </summary>
public sealed class KeptTiles : IDisposable
{
    private readonly HashSet<(int X, int Y)> tiles;
    private readonly IReadOnlyList<string> files;
    private readonly (int X, int Y) origin;
    private readonly RasterPool pool = new();

    /// <summary>Names the tiles and the files.</summary>
    /// <param name="tiles">The tiles that hold.</param>
    /// <param name="files">The files, in the order in which the maker of them takes them.</param>
    /// <param name="part">The part of the grid that the files cover; null for all of it.</param>
    public KeptTiles(IEnumerable<PixelWindow> tiles, IReadOnlyList<string> files, PixelWindow? part = null)
    {
        origin = (part?.X ?? 0, part?.Y ?? 0);
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentNullException.ThrowIfNull(files);
        this.tiles = [.. tiles.Select(tile => (tile.X, tile.Y))];
        this.files = files;
    }

    /// <summary>Number of tiles.</summary>
    public int Count => tiles.Count;

    /// <summary>True for a tile that holds.</summary>
    /// <param name="tile">A tile.</param>
    /// <returns>Whether it need not be computed.</returns>
    public bool Has(PixelWindow tile) => tiles.Contains((tile.X, tile.Y));

    /// <summary>Copies all bands of a tile. Thread-safe.</summary>
    /// <param name="file">Which file, by its position.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="writer">Receives it; null to do nothing.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public void Copy(int file, PixelWindow tile, CogWriter? writer)
    {
        if (writer is null)
        {
            return;
        }

        switch (writer.Type)
        {
            case RasterType.Byte:
                Copy<byte>(file, tile, writer);
                break;
            case RasterType.Int16:
                Copy<short>(file, tile, writer);
                break;
            case RasterType.Float32:
                Copy<float>(file, tile, writer);
                break;
            default:
                throw new ArgumentException($"tiles of type {writer.Type} are not kept", nameof(writer));
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => pool.Dispose();

    private void Copy<T>(int file, PixelWindow tile, CogWriter writer)
        where T : unmanaged
    {
        byte[] whole = ArrayPool<byte>.Shared.Rent(CogWriter.TileSize * CogWriter.TileSize * RasterTypes.SizeOf(writer.Type));
        try
        {
            Span<byte> raw = whole.AsSpan(0, CogWriter.TileSize * CogWriter.TileSize * RasterTypes.SizeOf(writer.Type));
            var there = new PixelWindow(tile.X - origin.X, tile.Y - origin.Y, tile.Width, tile.Height);
            for (int band = 1; band <= writer.BandCount; band++)
            {
                // What this program packed before need not be packed again: the same pixels give the same bytes.
                if (pool.TryReadPacked(files[file], band, there, writer, raw, out ArraySegment<byte> packed))
                {
                    writer.WritePacked(band, tile, raw, packed);
                    ArrayPool<byte>.Shared.Return(packed.Array!);
                    continue;
                }

                Span<T> pixels = MemoryMarshal.Cast<byte, T>(raw)[..tile.PixelCount];
                pool.Read<T>(files[file], band, there, pixels);
                writer.Write<T>(band, tile, pixels);
            }
        }
        catch (GdalException e)
        {
            throw new InputException(files[file], $"cannot be read ({e.Reason}); remove it, it will be made again", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }
}
