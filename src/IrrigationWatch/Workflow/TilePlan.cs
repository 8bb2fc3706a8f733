using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Workflow;

/// <summary>
/// What each tile of a step is made from. When the step is to be run again, tiles whose key is the same as before are
/// taken over instead of computed.
/// </summary>
internal sealed class TilePlan
{
    /// <summary>Bytes of a tile's key: half a SHA-256, of which no two will ever be equal by chance.</summary>
    internal const int KeySize = 16;

    private readonly Lazy<Dictionary<(int X, int Y), int>> places;

    private TilePlan(IReadOnlyList<PixelWindow> tiles, byte[] keys)
    {
        Tiles = tiles;
        Keys = keys;
        places = new Lazy<Dictionary<(int, int), int>>(() => tiles.Select((tile, i) => KeyValuePair.Create((tile.X, tile.Y), i)).ToDictionary());
    }

    internal IReadOnlyList<PixelWindow> Tiles { get; }

    internal byte[] Keys { get; }

    /// <summary>Digest of all keys: that of the whole step.</summary>
    internal string Digest => Convert.ToHexStringLower(SHA256.HashData(Keys));

    /// <summary>Plans features: a tile is made from the options and the scenes that reach it.</summary>
    internal static TilePlan OfScenes(IReadOnlyList<PixelWindow> tiles, string common, IReadOnlyList<(string Fingerprint, PixelWindow Reach)> scenes)
    {
        byte[] keys = new byte[tiles.Count * KeySize];
        var text = new StringBuilder();
        for (int i = 0; i < tiles.Count; i++)
        {
            text.Clear().Append(common).Append('\n').Append(tiles[i]);
            foreach ((string fingerprint, PixelWindow reach) in scenes)
            {
                if (!reach.Intersect(tiles[i]).IsEmpty)
                {
                    text.Append('\n').Append(fingerprint);
                }
            }

            Hash(text.ToString(), keys.AsSpan(i * KeySize, KeySize));
        }

        return new TilePlan(tiles, keys);
    }

    /// <summary>Plans what is made tile by tile from the tiles of another step, and of further ones on the same grid.</summary>
    internal TilePlan Then(string common, params IReadOnlyList<TilePlan?> further)
    {
        byte[] keys = new byte[Keys.Length];
        for (int i = 0; i < Tiles.Count; i++)
        {
            string text = string.Join('\n', [common, KeyOf(i), .. further.Select(plan => plan?.KeyOf(i) ?? string.Empty)]);
            Hash(text, keys.AsSpan(i * KeySize, KeySize));
        }

        return new TilePlan(Tiles, keys);
    }

    /// <summary>Tiles whose key is that of an earlier run.</summary>
    internal IReadOnlyList<PixelWindow> Same(byte[] earlier) => earlier.Length != Keys.Length
        ? []
        : [.. Tiles.Where((_, i) => Keys.AsSpan(i * KeySize, KeySize).SequenceEqual(earlier.AsSpan(i * KeySize, KeySize)))];

    /// <summary>What a tile is made from.</summary>
    internal string KeyOf(PixelWindow tile) => KeyOf(places.Value[(tile.X, tile.Y)]);

    /// <summary>The plan of what is there when some tiles are missing: theirs are the keys of nothing, so that they are made as soon as they can be.</summary>
    internal TilePlan Without(IEnumerable<PixelWindow> missing)
    {
        byte[] keys = [.. Keys];
        foreach (PixelWindow tile in missing)
        {
            Hash("missing", keys.AsSpan(places.Value[(tile.X, tile.Y)] * KeySize, KeySize));
        }

        return new TilePlan(Tiles, keys);
    }

    private string KeyOf(int tile) => Convert.ToHexString(Keys.AsSpan(tile * KeySize, KeySize));

    private static void Hash(string text, Span<byte> key)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), whole);
        whole[..KeySize].CopyTo(key);
    }
}
