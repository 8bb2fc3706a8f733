namespace IrrigationWatch.Gdal;

/// <summary>The numeric pixel types of GDAL that this binding reads and writes (values of <c>GDALDataType</c>).</summary>
public enum RasterType
{
    /// <summary>No or an unsupported type.</summary>
    Unknown = 0,

    /// <summary>8-bit unsigned.</summary>
    Byte = 1,

    /// <summary>16-bit unsigned.</summary>
    UInt16 = 2,

    /// <summary>16-bit signed.</summary>
    Int16 = 3,

    /// <summary>32-bit unsigned.</summary>
    UInt32 = 4,

    /// <summary>32-bit signed.</summary>
    Int32 = 5,

    /// <summary>32-bit IEEE 754.</summary>
    Float32 = 6,

    /// <summary>64-bit IEEE 754.</summary>
    Float64 = 7,

    /// <summary>64-bit unsigned.</summary>
    UInt64 = 12,

    /// <summary>64-bit signed.</summary>
    Int64 = 13,

    /// <summary>8-bit signed: of its own since GDAL 3.7, before that bytes with <c>PIXELTYPE=SIGNEDBYTE</c>.</summary>
    Int8 = 14,
}
