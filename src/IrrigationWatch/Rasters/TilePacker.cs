using System.Buffers;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Rasters;

/// <summary>Packs single tiles as Deflate, the form of TIFF that all readers know. Thread-safe.</summary>
/// <remarks>
/// Measurements vary from pixel to pixel: behind a predictor there are no repeats to search for, and Huffman codes and runs
/// do all that can be done (<see cref="RunLengthDeflate"/>). Classes repeat: a search by libdeflate halves them.
/// </remarks>
internal sealed class TilePacker
{
    private const int SearchLevel = 6;

    private readonly RasterType type;
    private readonly int width;

    internal TilePacker(RasterType type, bool isCategorical, int width)
    {
        this.type = type;
        this.width = width;
        Predictor = isCategorical ? 1 : type switch
        {
            RasterType.Byte or RasterType.Int16 or RasterType.UInt16 => 2,
            RasterType.Float32 => 3,
            _ => throw new ArgumentException($"pixels of type {type} are not written", nameof(type)),
        };
    }

    /// <summary>The predictor, as TIFF numbers them.</summary>
    internal int Predictor { get; }

    /// <summary>Packs a tile into a buffer of the shared pool, which the caller gives back.</summary>
    internal ArraySegment<byte> Pack(ReadOnlySpan<byte> pixels)
    {
        byte[] packed = ArrayPool<byte>.Shared.Rent(RunLengthDeflate.MaxLength(pixels.Length));
        byte[] scratch = ArrayPool<byte>.Shared.Rent(pixels.Length + 4 * width);
        Span<byte> differences = scratch.AsSpan(0, pixels.Length);
        int length = -1;
        switch (Predictor)
        {
            case 1:
                length = Zlib.Compress(pixels, SearchLevel, packed);
                pixels.CopyTo(differences);
                break;
            case 2 when type == RasterType.Byte:
                Kernels.Predictor.Difference(pixels, width, differences);
                break;
            case 2:
                Kernels.Predictor.Difference(MemoryMarshal.Cast<byte, ushort>(pixels), width, MemoryMarshal.Cast<byte, ushort>(differences));
                break;
            default:
                Kernels.Predictor.TakeApart(MemoryMarshal.Cast<byte, float>(pixels), width, differences, scratch.AsSpan(pixels.Length));
                break;
        }

        if (length < 0)
        {
            length = RunLengthDeflate.Compress(differences, packed);
        }

        ArrayPool<byte>.Shared.Return(scratch);
        return new ArraySegment<byte>(packed, 0, length);
    }
}
