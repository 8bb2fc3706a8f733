using System.Buffers;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Rasters;

/// <summary>
/// The tiles of a raster and of its overviews, each made of four of the level below as soon as they are there: no pixel is
/// read twice, and only tiles of which a part is still to come are held.
/// </summary>
/// <remarks>Thread-safe. Tiles may come in any order; near ones one after another keep the memory small.</remarks>
internal sealed class Pyramid
{
    /// <summary>Columns and rows of a tile.</summary>
    internal const int TileSize = 256;

    private readonly Level[] levels;
    private readonly RasterType type;
    private readonly double? noData;
    private readonly bool isCategorical;
    private readonly Action<int, int, int, ReadOnlySpan<byte>> receive;
    private readonly Lock gate = new();

    /// <summary>Names what receives the tiles: level (0 is the raster itself), band from 0, tile within its level, pixels.</summary>
    internal Pyramid(int width, int height, int bandCount, RasterType type, CogOptions options, Action<int, int, int, ReadOnlySpan<byte>> receive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FirstOverview, 1, nameof(options));
        if (type == RasterType.Float32 && options is { IsCategorical: false, NoData: double number } && !double.IsNaN(number))
        {
            throw new ArgumentException("overviews of single precision know no nodata value but NaN", nameof(options));
        }

        this.type = type;
        noData = options.NoData;
        isCategorical = options.IsCategorical;
        this.receive = receive;
        var list = new List<Level> { new(width, height, bandCount) };
        while (list[^1].TilesAcross > 1 || list[^1].TilesDown > 1)
        {
            list.Add(new Level((list[^1].Width + 1) / 2, (list[^1].Height + 1) / 2, bandCount) { IsWritten = list.Count >= options.FirstOverview });
        }

        // One small overview there must be, or a view of the whole would read all of it.
        list[^1].IsWritten = true;

        levels = [.. list];
    }

    /// <summary>The raster and its overviews, each half as large as the one before.</summary>
    internal IReadOnlyList<Level> Levels => levels;

    private int TileBytes => TileSize * TileSize * RasterTypes.SizeOf(type);

    /// <summary>Takes a tile of the raster.</summary>
    /// <param name="band">From 0.</param>
    /// <param name="tileX">Column of the tile.</param>
    /// <param name="tileY">Row of the tile.</param>
    /// <param name="pixels">The pixels of a whole tile.</param>
    /// <param name="isReceived">True where the receiver has the tile already, and only its overviews are wanted.</param>
    internal void Add(int band, int tileX, int tileY, ReadOnlySpan<byte> pixels, bool isReceived = false) => Add(0, band, tileX, tileY, pixels, isReceived);

    /// <summary>
    /// Fills a tile beyond the raster's edge: the last column goes on to the right, which costs nothing behind a predictor;
    /// below, one row is repeated, so that rows have a partner, and the rest is one value.
    /// </summary>
    internal void Pad(Span<byte> tile, int columns, int rows)
    {
        switch (RasterTypes.SizeOf(type))
        {
            case 1:
                Pad<byte>(tile, columns, rows);
                break;
            case 2:
                Pad<ushort>(tile, columns, rows);
                break;
            default:
                Pad<uint>(tile, columns, rows);
                break;
        }
    }

    private static void Pad<T>(Span<byte> bytes, int columns, int rows)
        where T : unmanaged
    {
        Span<T> tile = MemoryMarshal.Cast<byte, T>(bytes);
        for (int row = 0; row < rows && columns < TileSize; row++)
        {
            tile.Slice(row * TileSize + columns, TileSize - columns).Fill(tile[row * TileSize + columns - 1]);
        }

        if (rows < TileSize)
        {
            tile.Slice((rows - 1) * TileSize, TileSize).CopyTo(tile[(rows * TileSize)..]);
            tile[((rows + 1) * TileSize)..].Fill(tile[rows * TileSize - 1]);
        }
    }

    private void Add(int level, int band, int tileX, int tileY, ReadOnlySpan<byte> pixels, bool isReceived = false)
    {
        if (levels[level].IsWritten && !isReceived)
        {
            receive(level, band, tileY * levels[level].TilesAcross + tileX, pixels);
        }

        if (level == levels.Length - 1)
        {
            return;
        }

        Level above = levels[level + 1];
        int parentX = tileX / 2;
        int parentY = tileY / 2;
        Pending pending;
        lock (gate)
        {
            ref Pending? place = ref above.Pending[band * above.TilesAcross * above.TilesDown + parentY * above.TilesAcross + parentX];
            place ??= new Pending(ArrayPool<byte>.Shared.Rent(TileBytes), (2 * parentX + 1 < levels[level].TilesAcross ? 2 : 1) * (2 * parentY + 1 < levels[level].TilesDown ? 2 : 1));
            pending = place;
        }

        // The four quarters are different memory, so that four threads may write them at once.
        Halve(pixels, pending.Pixels.AsSpan(0, TileBytes), ((tileY & 1) * TileSize + (tileX & 1)) * (TileSize / 2));
        if (Interlocked.Decrement(ref pending.Missing) > 0)
        {
            return;
        }

        Pad(pending.Pixels.AsSpan(0, TileBytes), above.Columns(parentX), above.Rows(parentY));
        Add(level + 1, band, parentX, parentY, pending.Pixels.AsSpan(0, TileBytes));
        lock (gate)
        {
            above.Pending[band * above.TilesAcross * above.TilesDown + parentY * above.TilesAcross + parentX] = null;
        }

        ArrayPool<byte>.Shared.Return(pending.Pixels);
    }

    private void Halve(ReadOnlySpan<byte> pixels, Span<byte> parent, int offset)
    {
        switch (type)
        {
            case RasterType.Byte when isCategorical:
                Halving.Majority(pixels, TileSize, parent[offset..], TileSize);
                break;
            case RasterType.Byte:
                Halving.Mean(pixels, TileSize, (byte?)noData, parent[offset..], TileSize);
                break;
            case RasterType.Int16:
                Halving.Mean(MemoryMarshal.Cast<byte, short>(pixels), TileSize, (short?)noData, MemoryMarshal.Cast<byte, short>(parent)[offset..], TileSize);
                break;
            case RasterType.UInt16:
                Halving.Mean(MemoryMarshal.Cast<byte, ushort>(pixels), TileSize, (ushort?)noData, MemoryMarshal.Cast<byte, ushort>(parent)[offset..], TileSize);
                break;
            case RasterType.Float32 when isCategorical:
                Halving.Majority(MemoryMarshal.Cast<byte, float>(pixels), TileSize, MemoryMarshal.Cast<byte, float>(parent)[offset..], TileSize);
                break;
            default:
                Halving.Mean(MemoryMarshal.Cast<byte, float>(pixels), TileSize, MemoryMarshal.Cast<byte, float>(parent)[offset..], TileSize);
                break;
        }
    }

    /// <summary>One of the rasters.</summary>
    internal sealed class Level(int width, int height, int bandCount)
    {
        internal int Width => width;

        internal int Height => height;

        /// <summary>True for the raster and for overviews that are part of the file.</summary>
        internal bool IsWritten { get; set; } = true;

        internal int TilesAcross { get; } = (width + TileSize - 1) / TileSize;

        internal int TilesDown { get; } = (height + TileSize - 1) / TileSize;

        internal Pending?[] Pending { get; } = new Pending?[bandCount * ((width + TileSize - 1) / TileSize) * ((height + TileSize - 1) / TileSize)];

        internal int Columns(int tileX) => Math.Min(TileSize, width - tileX * TileSize);

        internal int Rows(int tileY) => Math.Min(TileSize, height - tileY * TileSize);
    }

    /// <summary>A tile of an overview of which a part is still to come.</summary>
    internal sealed class Pending(byte[] pixels, int missing)
    {
        internal byte[] Pixels => pixels;

        internal int Missing = missing;
    }
}
