namespace IrrigationWatch.Gdal;

/// <summary>Relates .NET's numeric types to <see cref="RasterType"/>.</summary>
public static class RasterTypes
{
    /// <summary>The raster type whose pixels are values of <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">One of byte, sbyte, ushort, short, uint, int, float, double.</typeparam>
    /// <returns>The raster type.</returns>
    /// <exception cref="NotSupportedException">GDAL has no such pixel type.</exception>
    public static RasterType Of<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
        {
            return RasterType.Byte;
        }

        if (typeof(T) == typeof(sbyte))
        {
            return RasterType.Int8;
        }

        if (typeof(T) == typeof(ushort))
        {
            return RasterType.UInt16;
        }

        if (typeof(T) == typeof(short))
        {
            return RasterType.Int16;
        }

        if (typeof(T) == typeof(uint))
        {
            return RasterType.UInt32;
        }

        if (typeof(T) == typeof(int))
        {
            return RasterType.Int32;
        }

        if (typeof(T) == typeof(float))
        {
            return RasterType.Float32;
        }

        if (typeof(T) == typeof(double))
        {
            return RasterType.Float64;
        }

        throw new NotSupportedException($"no raster type holds {typeof(T).Name}; use byte, sbyte, ushort, short, uint, int, float or double");
    }

    /// <summary>Bytes of one pixel.</summary>
    /// <param name="type">The raster type.</param>
    /// <returns>1, 2, 4 or 8; 0 for <see cref="RasterType.Unknown"/>.</returns>
    public static int SizeOf(RasterType type) => type switch
    {
        RasterType.Byte or RasterType.Int8 => 1,
        RasterType.UInt16 or RasterType.Int16 => 2,
        RasterType.UInt32 or RasterType.Int32 or RasterType.Float32 => 4,
        RasterType.Float64 or RasterType.Int64 or RasterType.UInt64 => 8,
        _ => 0,
    };
}
