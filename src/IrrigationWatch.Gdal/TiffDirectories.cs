using System.Buffers.Binary;

namespace IrrigationWatch.Gdal;

/// <summary>Which bytes of a TIFF or BigTIFF its header, directories and their values take, so that no block can be said to lie there.</summary>
internal static class TiffDirectories
{
    private const int MostDirectories = 1024;
    private const int MostFields = 4096;

    /// <summary>Follows the chain of directories, as far as it can be followed.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The first byte of each part, and the one behind it.</returns>
    internal static IReadOnlyList<(long From, long To)> Occupied(Stream file)
    {
        byte[] header = new byte[16];
        if (!TryRead(file, 0, header))
        {
            return [];
        }

        bool little = header[0] == 'I';
        bool big = Number(header.AsSpan(2, 2), little) == 43;
        var parts = new List<(long From, long To)> { (0, big ? 16 : 8) };
        int countLength = big ? 8 : 2;
        int fieldLength = big ? 20 : 12;
        int placeLength = big ? 8 : 4;
        byte[] head = new byte[8];
        var seen = new HashSet<long>();
        for (long at = Number(big ? header.AsSpan(8, 8) : header.AsSpan(4, 4), little); at > 0 && seen.Count < MostDirectories && seen.Add(at);)
        {
            if (!TryRead(file, at, head.AsSpan(0, countLength)) || Number(head.AsSpan(0, countLength), little) is not (>= 1 and <= MostFields and long count))
            {
                break;
            }

            byte[] fields = new byte[count * fieldLength + placeLength];
            if (!TryRead(file, at + countLength, fields))
            {
                break;
            }

            parts.Add((at, at + countLength + fields.Length));
            for (int field = 0; field < count; field++)
            {
                ReadOnlySpan<byte> entry = fields.AsSpan(field * fieldLength, fieldLength);
                long length = SizeOf((int)Number(entry.Slice(2, 2), little)) * Number(entry.Slice(4, placeLength), little);
                long place = Number(entry.Slice(4 + placeLength, placeLength), little);
                if (length > placeLength && place > 0 && length < file.Length - place)
                {
                    parts.Add((place, place + length));
                }
            }

            at = Number(fields.AsSpan(^placeLength..), little);
        }

        return parts;
    }

    private static bool TryRead(Stream file, long at, Span<byte> bytes)
    {
        if (at < 0 || at > file.Length - bytes.Length)
        {
            return false;
        }

        file.Position = at;
        file.ReadExactly(bytes);
        return true;
    }

    private static long Number(ReadOnlySpan<byte> bytes, bool little) => bytes.Length switch
    {
        2 => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        // Nothing that is larger can be in a file.
        _ => Math.Max(-1, little ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes)),
    };

    /// <summary>Bytes of a value of each type (TIFF 6.0, page 15, and BigTIFF); 0 for types that are not known.</summary>
    private static long SizeOf(int type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };
}
