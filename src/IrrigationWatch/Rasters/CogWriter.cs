using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IrrigationWatch.Gdal;
using Microsoft.Win32.SafeHandles;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Writes a Cloud Optimized GeoTIFF as its pixels come: tiles are packed by the threads that bring them, overviews grow
/// from tiles while these are in memory, and packed tiles wait in a scratch file beside the output. <see cref="Commit"/>
/// puts them in order under another name and renames it: the output is there whole or not at all.
/// </summary>
/// <remarks>Thread-safe. The bytes depend on the pixels alone, not on the order in which they come nor on the threads.</remarks>
public sealed class CogWriter : IDisposable
{
    private const int CopyLength = 1 << 20;

    private readonly string path;
    private readonly string partial;
    private readonly CogOptions options;
    private readonly SortedDictionary<ushort, TiffField> description;
    private readonly ScratchTiles scratch;
    private readonly Pyramid pyramid;
    private readonly TilePacker packer;
    private readonly ScratchTiles.Place[][] places;
    private readonly int[][] lengths;
    private readonly (int X, int Y) origin;
    private bool committed;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The output; missing folders are made.</param>
    /// <param name="grid">Where it lies.</param>
    /// <param name="type">Pixel type: bytes, 16-bit integers or single precision.</param>
    /// <param name="bandCount">Number of bands; each is stored for itself.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="part">The part of the grid that the file covers, beginning at a corner of a tile; null for all of it. Windows that are written stay those of the whole grid.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public CogWriter(string path, Grid grid, RasterType type, int bandCount, CogOptions options, PixelWindow? part = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(bandCount, 1);
        origin = (part?.X ?? 0, part?.Y ?? 0);
        if (origin.X % TileSize != 0 || origin.Y % TileSize != 0)
        {
            throw new ArgumentException($"{path}: a part begins at a corner of a tile, not at {part}", nameof(part));
        }

        grid = part is PixelWindow window ? grid.Cut(window) : grid;
        this.path = path;
        this.options = options;
        Type = type;
        Grid = grid;
        BandCount = bandCount;
        packer = new TilePacker(type, options.IsCategorical, Pyramid.TileSize);
        pyramid = new Pyramid(grid.Width, grid.Height, bandCount, type, options, Receive);
        places = [.. pyramid.Levels.Select(level => new ScratchTiles.Place[bandCount * level.TilesAcross * level.TilesDown])];
        lengths = [.. places.Select(level => new int[level.Length])];
        partial = AtomicFile.Prepare(path);
        scratch = new ScratchTiles(path);
        try
        {
            description = CogLayout.Describe(Describe, type, bandCount);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    /// <summary>Where the file lies.</summary>
    public Grid Grid { get; }

    /// <summary>Pixel type.</summary>
    public RasterType Type { get; }

    /// <summary>Number of bands.</summary>
    public int BandCount { get; }

    /// <summary>Columns and rows of the tiles of the file; windows begin and end at their borders.</summary>
    public const int TileSize = Pyramid.TileSize;

    /// <summary>Writes a window of one band.</summary>
    /// <typeparam name="T">The type of <see cref="Type"/>.</typeparam>
    /// <param name="band">Band number from 1.</param>
    /// <param name="window">Which pixels: whole tiles, each of them once.</param>
    /// <param name="pixels">Their values, row by row.</param>
    /// <exception cref="ArgumentException">The type is another, the window is not one of whole tiles, or a tile was written before.</exception>
    /// <exception cref="InputException">Writing failed, for example because the disk is full.</exception>
    public void Write<T>(int band, PixelWindow window, ReadOnlySpan<T> pixels)
        where T : unmanaged
    {
        window = new PixelWindow(window.X - origin.X, window.Y - origin.Y, window.Width, window.Height);
        CheckWindow<T>(band, window, pixels.Length);
        int size = Pyramid.TileSize;
        int tileBytes = size * size * RasterTypes.SizeOf(Type);
        byte[]? buffer = null;
        try
        {
            for (int top = 0; top < window.Height; top += size)
            {
                for (int left = 0; left < window.Width; left += size)
                {
                    int tileX = (window.X + left) / size;
                    int tileY = (window.Y + top) / size;
                    if (window.Width == size && window.Height == size)
                    {
                        pyramid.Add(band - 1, tileX, tileY, MemoryMarshal.AsBytes(pixels[..(size * size)]));
                        return;
                    }

                    buffer ??= ArrayPool<byte>.Shared.Rent(tileBytes);
                    Span<byte> tile = buffer.AsSpan(0, tileBytes);
                    int columns = Math.Min(size, window.Width - left);
                    int rows = Math.Min(size, window.Height - top);
                    for (int row = 0; row < rows; row++)
                    {
                        MemoryMarshal.AsBytes(pixels.Slice((top + row) * window.Width + left, columns)).CopyTo(tile[(row * size * RasterTypes.SizeOf(Type))..]);
                    }

                    pyramid.Pad(tile, columns, rows);
                    pyramid.Add(band - 1, tileX, tileY, tile);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>How this file packs its tiles: what another that was written here must be alike in to give it packed ones.</summary>
    internal int Predictor => packer.Predictor;

    /// <summary>Writes a tile that another file of this program holds packed, with the same bytes.</summary>
    /// <param name="band">Band number from 1.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="pixels">The pixels of the whole tile, with what lies beyond the raster's edge as that file holds it.</param>
    /// <param name="packed">The tile as it stands in that file.</param>
    /// <exception cref="InputException">Writing failed.</exception>
    internal void WritePacked(int band, PixelWindow tile, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> packed)
    {
        int tileX = (tile.X - origin.X) / TileSize;
        int tileY = (tile.Y - origin.Y) / TileSize;
        try
        {
            Keep(0, (band - 1) * pyramid.Levels[0].TilesAcross * pyramid.Levels[0].TilesDown + tileY * pyramid.Levels[0].TilesAcross + tileX, packed);
            pyramid.Add(band - 1, tileX, tileY, pixels, isReceived: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    /// <summary>Puts the file together and gives it its name.</summary>
    /// <exception cref="InvalidOperationException">A tile was never written.</exception>
    /// <exception cref="InputException">Writing failed; what was there before stays.</exception>
    public void Commit()
    {
        if (pyramid.Levels.Zip(lengths).Any(level => level.First.IsWritten && level.Second.Contains(0)))
        {
            throw new InvalidOperationException($"{path}: not all tiles were written");
        }

        (byte[] head, long[][] offsets, long length) = CogLayout.Arrange(description, pyramid.Levels, BandCount, packer.Predictor, lengths);
        try
        {
            // The length is known: a full disk is noticed before anything is copied.
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(head);
            using (SafeFileHandle file = File.OpenHandle(partial, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, length))
            {
                RandomAccess.Write(file, head, 0);
                CopyTiles(file, offsets, hash);
            }

            File.Move(partial, path, overwrite: true);
            WrittenFiles.Remember(path, Convert.ToHexStringLower(hash.GetHashAndReset()));
            committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
        finally
        {
            scratch.Dispose();
        }
    }

    /// <summary>Removes what is not whole.</summary>
    public void Dispose()
    {
        scratch.Dispose();
        if (!committed)
        {
            AtomicFile.TryDelete(partial);
        }
    }

    private void CheckWindow<T>(int band, PixelWindow window, int length)
        where T : unmanaged
    {
        int size = Pyramid.TileSize;
        if (RasterTypes.Of<T>() != Type)
        {
            throw new ArgumentException($"{path} holds {Type}, not {RasterTypes.Of<T>()}", nameof(window));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(band, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(band, BandCount);
        if (window.IsEmpty || window.X < 0 || window.Y < 0 || window.X % size != 0 || window.Y % size != 0
            || (window.Width % size != 0 && window.X + window.Width != Grid.Width) || (window.Height % size != 0 && window.Y + window.Height != Grid.Height)
            || window.X + window.Width > Grid.Width || window.Y + window.Height > Grid.Height || length < window.PixelCount)
        {
            throw new ArgumentException($"{path}: {window} with {length} values is not made of whole tiles of {size} × {size} pixels", nameof(window));
        }
    }

    private void Receive(int level, int band, int tile, ReadOnlySpan<byte> pixels)
    {
        int place = band * pyramid.Levels[level].TilesAcross * pyramid.Levels[level].TilesDown + tile;
        ArraySegment<byte> packed = packer.Pack(pixels);
        try
        {
            Keep(level, place, packed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed.Array!);
        }
    }

    private void Keep(int level, int place, ReadOnlySpan<byte> packed)
    {
        if (Interlocked.Exchange(ref lengths[level][place], packed.Length) != 0)
        {
            throw new ArgumentException($"{path}: tile {place} of level {level} was written before");
        }

        places[level][place] = scratch.Write(packed);
    }

    /// <summary>Tiles in the order of the file, cut into pieces of about a megabyte.</summary>
    private IEnumerable<List<(int Level, int Place)>> Pieces(long[][] offsets)
    {
        var piece = new List<(int, int)>();
        int bytes = 0;
        for (int level = offsets.Length - 1; level >= 0; level--)
        {
            if (!pyramid.Levels[level].IsWritten)
            {
                continue;
            }

            int tiles = offsets[level].Length / BandCount;
            for (int i = 0; i < offsets[level].Length; i++)
            {
                int place = i % BandCount * tiles + i / BandCount;
                if (piece.Count > 0 && bytes + lengths[level][place] > CopyLength)
                {
                    yield return piece;
                    piece = [];
                    bytes = 0;
                }

                piece.Add((level, place));
                bytes += lengths[level][place];
            }
        }

        yield return piece;
    }

    /// <summary>Reads and digests a piece while the one before is written; two writers would only wait for each other.</summary>
    private void CopyTiles(SafeFileHandle file, long[][] offsets, IncrementalHash hash)
    {
        Task writing = Task.CompletedTask;
        try
        {
            foreach (List<(int Level, int Place)> piece in Pieces(offsets))
            {
                byte[] buffer = ArrayPool<byte>.Shared.Rent(piece.Sum(tile => lengths[tile.Level][tile.Place] + 2 * CogLayout.FrameLength));
                int filled = Fill(buffer, piece);
                hash.AppendData(buffer, 0, filled);
                long start = offsets[piece[0].Level][piece[0].Place] - CogLayout.FrameLength;
                writing.GetAwaiter().GetResult();
                writing = Task.Run(() =>
                {
                    RandomAccess.Write(file, buffer.AsSpan(0, filled), start);
                    ArrayPool<byte>.Shared.Return(buffer);
                });
            }
        }
        finally
        {
            writing.GetAwaiter().GetResult();
        }
    }

    /// <summary>Tiles with their frames, as they stand in the file.</summary>
    private int Fill(byte[] buffer, List<(int Level, int Place)> piece)
    {
        int filled = 0;
        foreach ((int level, int place) in piece)
        {
            Span<byte> tile = buffer.AsSpan(filled + CogLayout.FrameLength, lengths[level][place]);
            scratch.Read(places[level][place], tile);
            BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(filled), tile.Length);
            tile[^CogLayout.FrameLength..].CopyTo(buffer.AsSpan(filled + CogLayout.FrameLength + tile.Length));
            filled += tile.Length + 2 * CogLayout.FrameLength;
        }

        return filled;
    }

    private void Describe(Dataset dataset)
    {
        dataset.GeoTransform = Grid.ToGeoTransform();
        using (SpatialReference reference = Grid.OpenSpatialReference())
        {
            dataset.SetSpatialReference(reference);
        }

        foreach ((string name, string value) in options.Metadata)
        {
            dataset.SetMetadata(name, value);
        }

        for (int number = 1; number <= BandCount; number++)
        {
            Band band = dataset.Band(number);
            band.NoData = options.NoData;
            if (options.Scale != 1)
            {
                band.Scale = options.Scale;
                band.SetMetadata("SCALE_FACTOR", options.Scale.ToString("R", CultureInfo.InvariantCulture));
            }

            if (options.BandNames.Count >= number)
            {
                band.Description = options.BandNames[number - 1];
            }

            if (options.Colors.Count > 0)
            {
                band.SetColorTable(options.Colors);
            }
        }
    }
}
