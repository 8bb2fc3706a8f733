using System.Buffers;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Reads the plain case of a GeoTIFF, which is how USGS ships scenes and how this program writes maps: a
/// little-endian file, here or on another machine (or a member of a tar) of tiles, uncompressed or Deflate, each band for itself. All else is left to GDAL.
/// </summary>
/// <remarks>
/// Thread-safe: any number of threads share one file. What takes the time in libtiff is undoing the predictor pixel by
/// pixel; here that is done by SIMD, and a tile that fills the window asked for is unpacked where it is wanted. What
/// cannot be read, for example because the file is damaged, is left to <see cref="Dataset"/> too, which says why. A second reader must be stricter than the first: a file in which
/// anything is not understood, or in which GDAL sees another form, is not read here.
/// </remarks>
internal sealed class TiffTiles : IDisposable
{
    private readonly TiffSource file;
    private readonly long[] offsets;
    private readonly long[] byteCounts;
    private readonly int tilesAcross;
    private readonly int tilesOfBand;
    private readonly bool compressed;
    private readonly int predictor;

    private TiffTiles(TiffSource file, TiffLayout layout)
    {
        this.file = file;
        (Width, Height, BandCount, Type, TileWidth, TileHeight) = (layout.Width, layout.Height, layout.Bands, layout.Type, layout.TileWidth, layout.TileHeight);
        (compressed, predictor, offsets, byteCounts) = (layout.IsCompressed, layout.Predictor, layout.Offsets, layout.ByteCounts);
        tilesAcross = (Width + TileWidth - 1) / TileWidth;
        tilesOfBand = tilesAcross * ((Height + TileHeight - 1) / TileHeight);
    }

    internal int Width { get; }

    internal int Height { get; }

    internal int BandCount { get; }

    internal RasterType Type { get; }

    internal int TileWidth { get; }

    internal int TileHeight { get; }

    /// <summary>Opens a file; null where it is not the plain case.</summary>
    internal static TiffTiles? TryOpen(string path)
    {
        if (!BitConverter.IsLittleEndian)
        {
            return null;
        }

        TiffSource? file = null;
        TiffTiles? tiles = null;
        try
        {
            file = TiffSource.TryOpen(path);
            TiffLayout? layout = file is null ? null : TiffLayout.Of(TiffDirectory.Read(file.ReadDirectory));
            tiles = layout is not null && layout.IsThatOfGdal(path) ? new TiffTiles(file!, layout) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
        finally
        {
            if (tiles is null)
            {
                file?.Dispose();
            }
        }

        return tiles;
    }

    /// <summary>Reads a window of a band; false where GDAL must do it.</summary>
    /// <param name="band">From 1.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="pixels">Receives them row by row.</param>
    /// <param name="cache">Holds tiles of which a part was read.</param>
    internal bool TryRead<T>(int band, PixelWindow window, Span<T> pixels, TileCache cache)
        where T : unmanaged
    {
        if (RasterTypes.Of<T>() != Type || band > BandCount || window.X < 0 || window.Y < 0 || window.X + window.Width > Width || window.Y + window.Height > Height || pixels.Length < window.PixelCount)
        {
            return false;
        }

        try
        {
            for (int tileY = window.Y / TileHeight; tileY * TileHeight < window.Y + window.Height; tileY++)
            {
                for (int tileX = window.X / TileWidth; tileX * TileWidth < window.X + window.Width; tileX++)
                {
                    int tile = (band - 1) * tilesOfBand + tileY * tilesAcross + tileX;
                    if (window == new PixelWindow(tileX * TileWidth, tileY * TileHeight, TileWidth, TileHeight))
                    {
                        return TryDecode(tile, MemoryMarshal.AsBytes(pixels[..window.PixelCount]));
                    }

                    if (!TryReadPart(tile, tileX * TileWidth, tileY * TileHeight, window, pixels, cache))
                    {
                        return false;
                    }
                }
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reads a tile both as it stands in the file and unpacked; false where it is not packed as asked, or cannot be read.</summary>
    /// <param name="band">From 1.</param>
    /// <param name="tile">The tile, within the file.</param>
    /// <param name="type">The type of its pixels.</param>
    /// <param name="side">Columns and rows of a tile.</param>
    /// <param name="wanted">Its predictor.</param>
    /// <param name="raw">Receives the pixels of the whole tile.</param>
    /// <param name="packed">Receives the packed bytes, in a rented array to be returned.</param>
    internal bool TryReadPacked(int band, PixelWindow tile, RasterType type, int side, int wanted, Span<byte> raw, out ArraySegment<byte> packed)
    {
        packed = default;
        if (!compressed || predictor != wanted || Type != type || TileWidth != side || TileHeight != side || tile.X % side != 0 || tile.Y % side != 0 || band > BandCount)
        {
            return false;
        }

        int number = (band - 1) * tilesOfBand + tile.Y / side * tilesAcross + tile.X / side;
        long count = byteCounts[number];
        if (offsets[number] <= 0 || count <= 0 || count > 2L * raw.Length + 4096)
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)count);
        try
        {
            if (file.TryReadTile(offsets[number], buffer.AsSpan(0, (int)count)) && Unpack(buffer.AsSpan(0, (int)count), raw))
            {
                packed = new ArraySegment<byte>(buffer, 0, (int)count);
                return true;
            }
        }
        catch (IOException)
        {
            // GDAL says why.
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return false;
    }

    public void Dispose() => file.Dispose();

    private bool TryDecode(int tile, Span<byte> raw)
    {
        long count = byteCounts[tile];
        // A tile that is not there is GDAL's business, and so is one that claims to be far larger than its pixels.
        if (offsets[tile] <= 0 || count <= 0 || count > 2L * raw.Length + 4096)
        {
            return false;
        }

        if (!compressed)
        {
            return count == raw.Length && file.TryReadTile(offsets[tile], raw) && Unpredict(raw, raw);
        }

        byte[] packed = ArrayPool<byte>.Shared.Rent((int)count);
        try
        {
            return file.TryReadTile(offsets[tile], packed.AsSpan(0, (int)count)) && Unpack(packed.AsSpan(0, (int)count), raw);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    private bool Unpack(ReadOnlySpan<byte> packed, Span<byte> raw)
    {
        byte[]? planes = predictor == 3 ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
        try
        {
            Span<byte> unpacked = planes is null ? raw : planes.AsSpan(0, raw.Length);
            return Zlib.Decompress(packed, unpacked) == unpacked.Length && Unpredict(unpacked, raw);
        }
        finally
        {
            if (planes is not null)
            {
                ArrayPool<byte>.Shared.Return(planes);
            }
        }
    }

    private bool Unpredict(Span<byte> unpacked, Span<byte> raw)
    {
        switch (predictor)
        {
            case 2 when RasterTypes.SizeOf(Type) == 1:
                Predictor.Accumulate(raw, TileWidth);
                break;
            case 2 when RasterTypes.SizeOf(Type) == 2:
                Predictor.Accumulate(MemoryMarshal.Cast<byte, ushort>(raw), TileWidth);
                break;
            case 2:
                Predictor.Accumulate(MemoryMarshal.Cast<byte, uint>(raw), TileWidth);
                break;
            case 3:
                Predictor.PutTogether(unpacked, TileWidth, MemoryMarshal.Cast<byte, float>(raw));
                break;
            default:
                break;
        }

        return true;
    }

    private bool TryReadPart<T>(int tile, int left, int top, PixelWindow window, Span<T> pixels, TileCache cache)
        where T : unmanaged
    {
        PixelWindow common = window.Intersect(new PixelWindow(left, top, TileWidth, TileHeight));
        int length = TileWidth * TileHeight * RasterTypes.SizeOf(Type);
        int pixelsOfTile = Math.Min(TileWidth, Width - left) * Math.Min(TileHeight, Height - top);
        if (common.PixelCount == pixelsOfTile)
        {
            // Nothing is left for others.
            byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
            bool read = TryDecode(tile, buffer.AsSpan(0, length));
            if (read)
            {
                Copy(MemoryMarshal.Cast<byte, T>(buffer.AsSpan(0, length)), left, top, common, window, pixels);
            }

            ArrayPool<byte>.Shared.Return(buffer);
            return read;
        }

        TileCache.Entry entry = cache.Rent(this, tile, length, pixelsOfTile);
        try
        {
            if (!entry.Load(static (file, number, bytes) => file.TryDecode(number, bytes.Span)))
            {
                return false;
            }

            Copy(MemoryMarshal.Cast<byte, T>(entry.Pixels.AsSpan(0, length)), left, top, common, window, pixels);
            return true;
        }
        finally
        {
            cache.Return(entry, common.PixelCount);
        }
    }

    private void Copy<T>(ReadOnlySpan<T> tile, int left, int top, PixelWindow common, PixelWindow window, Span<T> pixels)
    {
        for (int row = common.Y; row < common.Y + common.Height; row++)
        {
            tile.Slice((row - top) * TileWidth + common.X - left, common.Width).CopyTo(pixels[((row - window.Y) * window.Width + common.X - window.X)..]);
        }
    }
}
