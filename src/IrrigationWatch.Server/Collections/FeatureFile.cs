using System.Buffers;
using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Collections;

/// <summary>
/// An index of the features of a published GeoJSON document: where each begins, its box, its properties. The document
/// stays where it is, and is served byte for byte; about 60 bytes a feature are held in memory.
/// </summary>
/// <remarks>Thread-safe once read.</remarks>
internal sealed class FeatureFile : IDisposable
{
    /// <summary>GeoJSON of this program has seven decimals; so boxes are exact in whole numbers.</summary>
    internal const double Unit = 1e-7;

    private const int BlockRows = 256;

    private readonly FeatureSource source;
    private readonly Dictionary<string, FeatureColumn> columns;
    private readonly long[] offsets;
    private readonly int[] lengths;
    private readonly Box[] boxes;
    private readonly Box[] blocks;
    private readonly int[] buckets;
    private readonly int[] chain;

    private FeatureFile(FeatureSource source, Dictionary<string, FeatureColumn> columns, List<long> offsets, List<int> lengths, List<Box> boxes, List<int> hashes)
    {
        this.source = source;
        this.columns = columns;
        this.offsets = [.. offsets];
        this.lengths = [.. lengths];
        this.boxes = [.. boxes];
        Count = offsets.Count;
        Placeless = [.. Enumerable.Range(0, Count).Where(row => this.boxes[row].IsEmpty)];
        blocks = new Box[(Count + BlockRows - 1) / BlockRows];
        Array.Fill(blocks, Box.Empty);
        Extent = Box.Empty;
        for (int row = 0; row < Count; row++)
        {
            blocks[row / BlockRows] = blocks[row / BlockRows].Join(this.boxes[row]);
            Extent = Extent.Join(this.boxes[row]);
        }

        buckets = new int[Math.Max(1, Count)];
        Array.Fill(buckets, -1);
        chain = new int[Count];
        for (int row = Count - 1; row >= 0; row--)
        {
            int bucket = (int)((uint)hashes[row] % (uint)buckets.Length);
            chain[row] = buckets[bucket];
            buckets[bucket] = row;
        }
    }

    /// <summary>Number of features.</summary>
    internal int Count { get; }

    /// <summary>Rows of features without a geometry.</summary>
    internal IReadOnlyList<int> Placeless { get; }

    /// <summary>The box of all.</summary>
    internal Box Extent { get; }

    /// <summary>The properties, in the order in which they first occur.</summary>
    internal IReadOnlyCollection<FeatureColumn> Columns => columns.Values;

    /// <summary>Reads a document.</summary>
    /// <param name="source">The document; belongs to the result from then on.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <returns>Its index.</returns>
    /// <exception cref="InputException">The document is damaged.</exception>
    internal static FeatureFile Read(FeatureSource source, CancellationToken cancel = default)
    {
        try
        {
            var columns = new Dictionary<string, FeatureColumn>(StringComparer.Ordinal);
            var offsets = new List<long>();
            var lengths = new List<int>();
            var boxes = new List<Box>();
            var hashes = new List<int>();
            FeatureScanner.Scan(
                source,
                (offset, feature) =>
                {
                    var parser = new FeatureParser(columns, offsets.Count);
                    try
                    {
                        parser.Read(feature);
                    }
                    catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
                    {
                        throw new InputException(source.Name, $"feature {offsets.Count + 1} is damaged ({e.Message.TrimEnd('.')}); publish it again", e);
                    }

                    offsets.Add(offset);
                    lengths.Add(feature.Length);
                    boxes.Add(parser.Box);
                    hashes.Add(parser.IdHash);
                },
                cancel);
            foreach (FeatureColumn column in columns.Values)
            {
                column.Finish(offsets.Count);
            }

            return new FeatureFile(source, columns, offsets, lengths, boxes, hashes);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>A property by its name; null where no feature has it.</summary>
    internal FeatureColumn? Column(string name) => columns.GetValueOrDefault(name);

    /// <summary>The box of a feature.</summary>
    internal Box BoxOf(int row) => boxes[row];

    /// <summary>Rows whose box meets one of some boxes, in order.</summary>
    internal IEnumerable<int> Rows(params IReadOnlyList<Box> wanted)
    {
        for (int block = 0; block < blocks.Length; block++)
        {
            if (!MeetsAny(blocks[block], wanted))
            {
                continue;
            }

            int end = Math.Min((block + 1) * BlockRows, Count);
            for (int row = block * BlockRows; row < end; row++)
            {
                if (MeetsAny(boxes[row], wanted))
                {
                    yield return row;
                }
            }
        }

        static bool MeetsAny(Box box, IReadOnlyList<Box> wanted)
        {
            for (int i = 0; i < wanted.Count; i++)
            {
                if (box.Meets(wanted[i]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Length of a feature in bytes.</summary>
    internal int LengthOf(int row) => lengths[row];

    /// <summary>Copies a feature as it was published.</summary>
    internal void CopyTo(int row, Span<byte> bytes)
    {
        if (source.Read(offsets[row], bytes[..lengths[row]]) < lengths[row])
        {
            throw new InputException(source.Name, "became shorter while it was read; publish it again");
        }
    }

    /// <summary>A feature as it was published.</summary>
    internal byte[] BytesOf(int row)
    {
        byte[] bytes = new byte[lengths[row]];
        CopyTo(row, bytes);
        return bytes;
    }

    /// <summary>The identifier of a feature.</summary>
    internal string IdOf(int row) => Borrow(row, static bytes => FeatureParser.IdOf(bytes));

    /// <summary>The geometry of a feature in longitude and latitude; null where it has none.</summary>
    internal Geometry? GeometryOf(int row) => Borrow(row, static bytes => FeatureParser.GeometryOf(bytes));

    /// <summary>The feature of an identifier; −1 where there is none.</summary>
    internal int Find(string id)
    {
        if (Count == 0)
        {
            return -1;
        }

        int row = buckets[(int)((uint)FeatureParser.Hash(Encoding.UTF8.GetBytes(id)) % (uint)buckets.Length)];
        while (row >= 0 && IdOf(row) != id)
        {
            row = chain[row];
        }

        return row;
    }

    public void Dispose() => source.Dispose();

    private delegate T Reading<T>(ReadOnlySpan<byte> bytes);

    private T Borrow<T>(int row, Reading<T> read)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(lengths[row]);
        try
        {
            CopyTo(row, bytes);
            return read(bytes.AsSpan(0, lengths[row]));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
