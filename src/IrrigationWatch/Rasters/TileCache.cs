using System.Buffers;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Unpacked tiles of files of which a part was read and the rest is likely to follow, as where the tiles of a scene and those
/// of the analysis grid do not lie on each other. A tile goes when all of it was read, or when room is needed.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="limit">Bytes that the tiles may take.</param>
internal sealed class TileCache(long limit)
{
    private readonly Dictionary<(TiffTiles File, int Tile), Entry> entries = [];
    private readonly Queue<(TiffTiles File, int Tile)> order = [];
    private readonly Lock gate = new();
    private long bytes;

    /// <summary>Bytes held at the moment.</summary>
    internal long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>Takes a tile for reading; to be given back by <see cref="Return"/>. Its pixels are there once <see cref="Entry.Load"/> was called.</summary>
    /// <param name="file">The file.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="pixels">Pixels that can be read of it.</param>
    internal Entry Rent(TiffTiles file, int tile, int length, int pixels)
    {
        lock (gate)
        {
            if (entries.TryGetValue((file, tile), out Entry? held))
            {
                held.Users++;
                return held;
            }

            while (bytes + length > limit && order.TryDequeue(out (TiffTiles, int) oldest))
            {
                if (entries.TryGetValue(oldest, out Entry? old))
                {
                    Remove(old);
                    Free(old);
                }
            }

            var entry = new Entry(file, tile, ArrayPool<byte>.Shared.Rent(length), length) { PixelsLeft = pixels, Users = 1 };
            if (bytes + length <= limit)
            {
                entry.IsHeld = true;
                entries.Add((file, tile), entry);
                bytes += length;
                order.Enqueue((file, tile));
                if (order.Count > 2 * entries.Count + 64)
                {
                    DropStale();
                }
            }

            return entry;
        }
    }

    /// <summary>Gives a tile back.</summary>
    /// <param name="entry">The tile.</param>
    /// <param name="pixelsRead">Pixels that were read of it.</param>
    internal void Return(Entry entry, int pixelsRead)
    {
        lock (gate)
        {
            entry.Users--;
            entry.PixelsLeft -= pixelsRead;
            if (entry.IsHeld && (entry.PixelsLeft <= 0 || !entry.IsLoaded))
            {
                Remove(entry);
            }

            Free(entry);
        }
    }

    private void Remove(Entry entry)
    {
        entries.Remove((entry.File, entry.Tile));
        entry.IsHeld = false;
        bytes -= entry.Length;
    }

    private static void Free(Entry entry)
    {
        if (entry is { IsHeld: false, Users: 0, Pixels.Length: > 0 })
        {
            ArrayPool<byte>.Shared.Return(entry.Pixels);
            entry.Pixels = [];
        }
    }

    /// <summary>Tiles that were read to their end leave their place in the queue behind.</summary>
    private void DropStale()
    {
        for (int n = order.Count; n > 0; n--)
        {
            (TiffTiles, int) key = order.Dequeue();
            if (entries.ContainsKey(key))
            {
                order.Enqueue(key);
            }
        }
    }

    /// <summary>A tile, unpacked by the first who needs it; others wait for that.</summary>
    internal sealed class Entry(TiffTiles file, int tile, byte[] pixels, int length)
    {
        private readonly Lock loading = new();
        private bool tried;

        internal TiffTiles File => file;

        internal int Tile => tile;

        internal int Length => length;

        internal byte[] Pixels { get; set; } = pixels;

        internal int PixelsLeft { get; set; }

        internal int Users { get; set; }

        internal bool IsHeld { get; set; }

        internal bool IsLoaded { get; private set; }

        /// <summary>Unpacks the tile unless that was done; false where it cannot be.</summary>
        internal bool Load(Func<TiffTiles, int, Memory<byte>, bool> unpack)
        {
            lock (loading)
            {
                if (!tried)
                {
                    tried = true;
                    IsLoaded = unpack(file, tile, Pixels.AsMemory(0, length));
                }

                return IsLoaded;
            }
        }
    }
}
