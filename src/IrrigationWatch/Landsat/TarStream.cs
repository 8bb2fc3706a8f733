using System.Buffers.Binary;
using System.Globalization;

namespace IrrigationWatch.Landsat;

/// <summary>
/// A tar that is read through here has whole headers and an end: .NET's reader compares no checksum of a header, and takes a header of zeros, and the end of a file, for the end of the tar. Files behind
/// it would be missing without a word.
/// </summary>
/// <remarks>Looks at what passes by; where the reader skips the data of a member, nothing is read.</remarks>
/// <param name="stream">The tar; it stays open.</param>
/// <param name="container">The archive, for errors.</param>
internal sealed class TarStream(Stream stream, string container) : Stream
{
    private const int BlockLength = 512;
    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;
    private const int SizeOffset = 124;
    private const int SizeLength = 12;
    private const int TypeOffset = 156;
    private const int NameLength = 100;
    private const int PrefixOffset = 345;
    private const int LongestAttributes = 1 << 20;

    private readonly byte[] block = new byte[BlockLength];
    private byte[] attributes = [];
    private long attributesAt = -1;
    private long position = stream.CanSeek ? stream.Position : 0;
    private long header = stream.CanSeek ? stream.Position : 0;
    private int filled;
    private bool isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => position;
        set => position = stream.Position = value;
    }

    /// <summary>Reads what stands behind the last member.</summary>
    /// <exception cref="InvalidDataException">The tar has no end, or something stands behind it.</exception>
    internal void ReadToEnd()
    {
        byte[] rest = new byte[1 << 16];
        while (Read(rest) > 0)
        {
            // Each read is looked at; a compressed stream compares its checksum at its end.
        }

        if (!isAtEnd)
        {
            throw new InvalidDataException("it has no end");
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = stream.Read(buffer);
        Look(buffer[..read]);
        position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => position = stream.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Look(ReadOnlySpan<byte> bytes)
    {
        long from = position;
        if (attributesAt >= 0)
        {
            Overlap(bytes, from, attributesAt, attributes);
        }

        while (Overlap(bytes, from, header + filled, block.AsSpan(filled)) is int count && count > 0)
        {
            filled += count;
            if (filled < BlockLength)
            {
                return;
            }

            filled = 0;
            long data = header + BlockLength;
            header = data + (TakeHeader(data) + BlockLength - 1) / BlockLength * BlockLength;
            if (attributesAt == data)
            {
                Overlap(bytes, from, attributesAt, attributes);
            }
        }
    }

    /// <summary>Copies the part of some bytes that begins at a place.</summary>
    private static int Overlap(ReadOnlySpan<byte> bytes, long from, long at, Span<byte> target)
    {
        long skip = at - from;
        // Attributes may come in parts: then a later one begins within them.
        if (skip < 0)
        {
            target = -skip < target.Length ? target[(int)-skip..] : default;
            skip = 0;
        }

        int count = skip >= bytes.Length ? 0 : (int)Math.Min(bytes.Length - skip, target.Length);
        bytes.Slice((int)Math.Min(skip, bytes.Length), count).CopyTo(target);
        return count;
    }

    /// <summary>Checks a header.</summary>
    /// <returns>Bytes of the member's data.</returns>
    private long TakeHeader(long data)
    {
        if (!block.AsSpan().ContainsAnyExcept((byte)0))
        {
            isAtEnd = true;
            return 0;
        }

        if (isAtEnd)
        {
            throw new InvalidDataException("something stands behind its end");
        }

        if (!HasChecksum())
        {
            throw new InvalidDataException("a header does not fit its checksum");
        }

        char type = (char)block[TypeOffset];
        long size = type is >= '1' and <= '6' ? 0 : Number(block.AsSpan(SizeOffset, SizeLength));
        if (attributesAt >= 0 && type is not ('x' or 'g' or 'L' or 'K'))
        {
            size = TakeAttributes() ?? size;
            attributesAt = -1;
        }

        if (type == 'x')
        {
            attributesAt = data;
            attributes = new byte[Math.Min(size, LongestAttributes)];
        }

        return type == 'S' ? throw Sparse() : size;
    }

    /// <summary>Holes of sparse members are left out of the tar, so that all behind them is moved.</summary>
    private InputException Sparse() => new(container, "has sparse members, which are not read; pack it again without --sparse (-S)");

    private bool HasChecksum()
    {
        int unsigned = ChecksumLength * ' ';
        int signed = unsigned;
        for (int i = 0; i < BlockLength; i++)
        {
            if (i is < ChecksumOffset or >= ChecksumOffset + ChecksumLength)
            {
                unsigned += block[i];
                signed += (sbyte)block[i];
            }
        }

        return Number(block.AsSpan(ChecksumOffset, ChecksumLength)) is long said && (said == unsigned || said == signed);
    }

    /// <summary>An octal number, or the binary one of GNU tar for sizes of 8 GB and more.</summary>
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]) & long.MaxValue;
        }

        long number = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            number = digit is >= (byte)'0' and <= (byte)'7' ? number * 8 + digit - '0' : throw new InvalidDataException("a header holds no number where one belongs");
        }

        return number;
    }

    /// <summary>
    /// Reads extended attributes (pax: <c>LENGTH KEY=VALUE</c> and a line feed each), which no checksum covers: each must be whole, and a name that the header has room for must be the header's.
    /// </summary>
    /// <returns>The size that they give, or null.</returns>
    private long? TakeAttributes()
    {
        long? size = null;
        for (ReadOnlySpan<byte> rest = attributes; !rest.IsEmpty;)
        {
            int space = rest.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(rest[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= space || length > rest.Length || rest[length - 1] != '\n')
            {
                throw new InvalidDataException("its extended attributes are damaged");
            }

            ReadOnlySpan<byte> record = rest[(space + 1)..(length - 1)];
            if (record.StartsWith("GNU.sparse."u8))
            {
                throw Sparse();
            }

            if (record.StartsWith("size="u8))
            {
                size = long.TryParse(record[5..], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new InvalidDataException("its extended attributes hold no size");
            }
            else if (record.StartsWith("path="u8) && IsOtherName(record[5..]))
            {
                throw new InvalidDataException("a name is not the same in a header and in its extended attributes");
            }

            rest = rest[length..];
        }

        return size;
    }

    /// <summary>Whether the name in the header is another; where writers had to shorten or replace it, nothing can be said.</summary>
    private bool IsOtherName(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = block.AsSpan(0, NameLength).TrimEnd((byte)0);
        return path.Length <= NameLength && !name.Contains((byte)'?') && !name.ContainsAnyInRange((byte)128, (byte)255) && !block.AsSpan(PrefixOffset, 1).ContainsAnyExcept((byte)0) && !name.SequenceEqual(path);
    }
}
