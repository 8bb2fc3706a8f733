using System.Buffers;
using System.IO.Compression;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Says whether the bytes of a block of a TIFF can be what its maker packed. libtiff stops unpacking when it has pixels enough, before the checksum
/// at the end of a stream, and passes over what it has too much of.
/// </summary>
/// <remarks>
/// What a stream can tell: Deflate (RFC 1950) carries a checksum of its content. ZSTD and LZMA may, but libtiff writes them without, and LZW and PackBits have none; there damage shows where codes are
/// impossible, or where a block's content has another length than its pixels. Bytes that are not packed tell nothing.
/// </remarks>
internal static unsafe class PackedBlock
{
    /// <summary>Content larger than this is unpacked piece by piece.</summary>
    private const int LargestContent = 64 << 20;

    private delegate int Unpacker(ReadOnlySpan<byte> packed, Span<byte> content);

    /// <summary>True for compressions of which a block can be checked, by the names that GDAL has for them.</summary>
    internal static bool CanCheck(string compression) => compression is "DEFLATE" or "LZW" or "PACKBITS" or "ZSTD" or "LZMA";

    /// <summary>Checks a block.</summary>
    /// <param name="compression">GDAL's name of the compression.</param>
    /// <param name="packed">The bytes of the block.</param>
    /// <param name="needed">Bytes of its pixels within the raster; −1 where that is not known.</param>
    /// <param name="whole">Bytes of a whole block, which some writers give the last strip too.</param>
    /// <returns>What is wrong with it; null where nothing is.</returns>
    internal static string? Problem(string compression, ReadOnlySpan<byte> packed, long needed, long whole)
    {
        long length;
        switch (compression)
        {
            case "LZW" when IsOfOldOrder(packed):
                return null;
            case "LZW":
                length = TiffLzw.LengthOf(packed, needed < 0 ? long.MaxValue : whole);
                break;
            case "PACKBITS":
                length = LengthOfPackBits(packed, needed < 0 ? long.MaxValue : whole);
                break;
            case "DEFLATE":
                return (needed < 0 || whole > LargestContent ? CheckByPieces(packed, needed, whole) : CheckAtOnce(packed, needed, whole, Zlib.Decompress))
                    ? null
                    : "its Deflate data are damaged: they do not fit their checksum";
            default:
                return needed < 0 || whole > Array.MaxLength || CheckAtOnce(packed, needed, whole, compression == "ZSTD" ? UnpackZstd : UnpackLzma)
                    ? null
                    : $"its {compression} data are damaged";
        }

        return length >= 0 && (needed < 0 || length == needed || length == whole) ? null : $"its {compression} data are damaged: they do not hold as many pixels as the block";
    }

    private static bool CheckAtOnce(ReadOnlySpan<byte> packed, long needed, long whole, Unpacker unpack)
    {
        byte[] content = ArrayPool<byte>.Shared.Rent((int)whole);
        int length = unpack(packed, content.AsSpan(0, (int)whole));
        ArrayPool<byte>.Shared.Return(content);
        return length == needed || length == whole;
    }

    /// <summary>zlib itself compares the checksum where a stream ends.</summary>
    private static bool CheckByPieces(ReadOnlySpan<byte> packed, long needed, long whole)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            fixed (byte* bytes = packed)
            {
                using var source = new UnmanagedMemoryStream(bytes, packed.Length);
                using var stream = new ZLibStream(source, CompressionMode.Decompress);
                long length = 0;
                for (int count; (count = stream.Read(piece)) > 0;)
                {
                    length += count;
                    if (needed >= 0 && length > whole)
                    {
                        return false;
                    }
                }

                return needed < 0 || length == needed || length == whole;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static int UnpackZstd(ReadOnlySpan<byte> packed, Span<byte> content) => Unpack("zstd", packed, content);

    private static int UnpackLzma(ReadOnlySpan<byte> packed, Span<byte> content) => Unpack("lzma", packed, content);

    /// <summary>Unpacks by what GDAL has for it; where it has nothing, libtiff is believed.</summary>
    private static int Unpack(string id, ReadOnlySpan<byte> packed, Span<byte> content)
    {
        NativeMethods.Decompressor* decompressor = NativeMethods.CPLGetDecompressor(id);
        if (decompressor is null)
        {
            return content.Length;
        }

        GdalErrors.Clear();
        nuint length = (nuint)content.Length;
        byte result;
        fixed (byte* input = packed, output = content)
        {
            void* target = output;
            result = decompressor->Function(input, (nuint)packed.Length, &target, &length, null, decompressor->UserData);
        }

        GdalErrors.Clear();
        return result != 0 ? (int)length : -1;
    }

    /// <summary>LZW of writers before TIFF 6, its bits the other way round, as libtiff tells it.</summary>
    private static bool IsOfOldOrder(ReadOnlySpan<byte> packed) => packed.Length > 1 && packed[0] == 0 && (packed[1] & 1) != 0;

    /// <summary>Bytes that PackBits (TIFF 6.0, section 9) unpacks to; −1 where it ends within a run, or holds more than a block.</summary>
    private static long LengthOfPackBits(ReadOnlySpan<byte> packed, long most)
    {
        long length = 0;
        for (int at = 0; at < packed.Length;)
        {
            int head = (sbyte)packed[at++];
            if (head == -128)
            {
                continue;
            }

            int literal = head >= 0 ? head + 1 : 1;
            // A single byte behind the last run pads the block to a word.
            if (at + literal > packed.Length)
            {
                return length == most || at == packed.Length ? length : -1;
            }

            at += literal;
            length += head >= 0 ? literal : 1 - head;
            if (length > most)
            {
                return -1;
            }
        }

        return length;
    }
}
