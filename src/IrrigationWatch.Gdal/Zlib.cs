namespace IrrigationWatch.Gdal;

/// <summary>zlib streams (RFC 1950) by the library that GDAL was built with: libdeflate where there is one, else zlib.</summary>
/// <remarks>Thread-safe; nothing is kept between calls.</remarks>
public static unsafe class Zlib
{
    /// <summary>Unpacks a stream.</summary>
    /// <param name="source">The whole stream.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>How many bytes came out; −1 for a damaged stream and for one that holds more than there is room for.</returns>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!HasHeader(source))
        {
            return -1;
        }

        GdalLibrary.EnsureRegistered();
        nuint written;
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            return NativeMethods.CPLZLibInflate(input, (nuint)source.Length, output, (nuint)destination.Length, &written) is null ? -1 : (int)written;
        }
    }

    /// <summary>Packs bytes into a stream.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="level">From 1, the fastest, to 9, the smallest.</param>
    /// <param name="destination">Receives the stream.</param>
    /// <returns>Length of the stream; −1 where there is not room enough.</returns>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static int Compress(ReadOnlySpan<byte> source, int level, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 9);
        GdalLibrary.EnsureRegistered();
        nuint written;
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            return NativeMethods.CPLZLibDeflate(input, (nuint)source.Length, level, output, (nuint)destination.Length, &written) is null ? -1 : (int)written;
        }
    }

    /// <summary>A header of RFC 1950 without a dictionary: the library would unpack gzip too, which is no zlib stream.</summary>
    private static bool HasHeader(ReadOnlySpan<byte> source) =>
        source.Length > 6 && (source[0] & 15) == 8 && source[0] >> 4 <= 7 && (source[1] & 32) == 0 && (source[0] << 8 | source[1]) % 31 == 0;
}
