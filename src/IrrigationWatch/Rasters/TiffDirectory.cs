using System.Buffers.Binary;

namespace IrrigationWatch.Rasters;

/// <summary>Reads bytes at a place of a file; returns how many there were.</summary>
internal delegate int ReadAt(long offset, Span<byte> bytes);

/// <summary>One field of a TIFF directory, its values as they stand in a little-endian file.</summary>
internal sealed record TiffField(ushort Tag, TiffType Type, byte[] Data)
{
    internal int Count => Data.Length / TiffDirectory.SizeOf(Type);

    internal static TiffField Shorts(ushort tag, params ReadOnlySpan<ushort> values)
    {
        byte[] data = new byte[2 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2 * i), values[i]);
        }

        return new TiffField(tag, TiffType.Short, data);
    }

    internal static TiffField Long(ushort tag, uint value)
    {
        byte[] data = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        return new TiffField(tag, TiffType.Long, data);
    }

    /// <summary>
    /// An unsigned value, or null where the field is no unsigned integer of 16 bits or more, or has no such value. libtiff takes some signed ones too; their meaning is left to it.
    /// </summary>
    internal long? Value(int index = 0)
    {
        if ((uint)index >= (uint)Count)
        {
            return null;
        }

        return Type switch
        {
            TiffType.Short => BinaryPrimitives.ReadUInt16LittleEndian(Data.AsSpan(2 * index)),
            TiffType.Long => BinaryPrimitives.ReadUInt32LittleEndian(Data.AsSpan(4 * index)),
            TiffType.Long8 => BinaryPrimitives.ReadInt64LittleEndian(Data.AsSpan(8 * index)) is var value && value >= 0 ? value : null,
            _ => null,
        };
    }
}

/// <summary>The types of fields (TIFF 6.0, page 15, and BigTIFF).</summary>
internal enum TiffType : ushort
{
    Byte = 1,
    Ascii = 2,
    Short = 3,
    Long = 4,
    Rational = 5,
    SByte = 6,
    Undefined = 7,
    SShort = 8,
    SLong = 9,
    SRational = 10,
    Float = 11,
    Double = 12,
    Ifd = 13,
    Long8 = 16,
    SLong8 = 17,
    Ifd8 = 18,
}

/// <summary>
/// The fields of the first directory of a little-endian TIFF or BigTIFF, by their tag. Stricter than libtiff: a field of a type that is not known, and one that is there twice or out of its order,
/// may mean anything, so nothing of such a directory is read here.
/// </summary>
internal static class TiffDirectory
{
    internal const ushort NewSubfileType = 254;
    internal const ushort ImageWidth = 256;
    internal const ushort ImageLength = 257;
    internal const ushort BitsPerSample = 258;
    internal const ushort Compression = 259;
    internal const ushort Photometric = 262;
    internal const ushort FillOrder = 266;
    internal const ushort SamplesPerPixel = 277;
    internal const ushort PlanarConfiguration = 284;
    internal const ushort PredictorTag = 317;
    internal const ushort ColorMap = 320;
    internal const ushort TileWidth = 322;
    internal const ushort TileLength = 323;
    internal const ushort TileOffsets = 324;
    internal const ushort TileByteCounts = 325;
    internal const ushort ExtraSamples = 338;
    internal const ushort SampleFormat = 339;
    internal const ushort GdalNoData = 42113;
    internal const ushort Orientation = 274;

    private const int LargestField = 1 << 26;

    internal static int SizeOf(TiffType type) => type switch
    {
        TiffType.Short or TiffType.SShort => 2,
        TiffType.Long or TiffType.SLong or TiffType.Float or TiffType.Ifd => 4,
        TiffType.Rational or TiffType.SRational or TiffType.Double or TiffType.Long8 or TiffType.SLong8 or TiffType.Ifd8 => 8,
        _ => 1,
    };

    /// <summary>Reads the directory; null where there is none, or none that this reader knows.</summary>
    internal static SortedDictionary<ushort, TiffField>? Read(ReadAt source)
    {
        Span<byte> header = stackalloc byte[16];
        int length = source(0, header);
        if (length < 8 || header[0] != 'I' || header[1] != 'I')
        {
            return null;
        }

        bool big;
        long start;
        switch (BinaryPrimitives.ReadUInt16LittleEndian(header[2..]))
        {
            case 42:
                big = false;
                start = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
                break;
            case 43 when length == 16 && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == 8:
                big = true;
                start = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
                break;
            default:
                return null;
        }

        Span<byte> head = stackalloc byte[8];
        int headLength = big ? 8 : 2;
        if (start < 8 || source(start, head[..headLength]) != headLength)
        {
            return null;
        }

        long count = big ? BinaryPrimitives.ReadInt64LittleEndian(head) : BinaryPrimitives.ReadUInt16LittleEndian(head);
        int entryLength = big ? 20 : 12;
        if (count is < 1 or > 4096)
        {
            return null;
        }

        byte[] entries = new byte[count * entryLength];
        return source(start + headLength, entries) == entries.Length ? ReadFields(source, entries, entryLength, big) : null;
    }

    private static SortedDictionary<ushort, TiffField>? ReadFields(ReadAt source, byte[] entries, int entryLength, bool big)
    {
        var fields = new SortedDictionary<ushort, TiffField>();
        int before = 0;
        for (int at = 0; at < entries.Length; at += entryLength)
        {
            ReadOnlySpan<byte> entry = entries.AsSpan(at, entryLength);
            ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(entry);
            var type = (TiffType)BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
            if (!Enum.IsDefined(type) || tag <= before)
            {
                return null;
            }

            before = tag;

            long values = big ? BinaryPrimitives.ReadInt64LittleEndian(entry[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]);
            if (values is < 0 or > LargestField || values * SizeOf(type) > LargestField)
            {
                return null;
            }

            byte[] data = new byte[values * SizeOf(type)];
            ReadOnlySpan<byte> inline = entry[(big ? 12 : 8)..];
            if (data.Length <= inline.Length)
            {
                inline[..data.Length].CopyTo(data);
            }
            else
            {
                long place = big ? BinaryPrimitives.ReadInt64LittleEndian(inline) : BinaryPrimitives.ReadUInt32LittleEndian(inline);
                if (place < 8 || source(place, data) != data.Length)
                {
                    return null;
                }
            }

            fields[tag] = new TiffField(tag, type, data);
        }

        return fields;
    }
}
