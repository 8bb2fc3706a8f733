namespace IrrigationWatch.Gdal;

/// <summary>Brings geometries of GDAL into well-known binary that others read: curves as lines, surfaces as polygons.</summary>
public static unsafe class VectorGeometryReader
{
    /// <summary>
    /// Degrees of an arc that are drawn as a straight line. The area of a circle comes out too small by 5e-7 of itself: θ²/6.
    /// </summary>
    private const double ArcStep = 0.1;

    /// <summary>A geometry of well-known text.</summary>
    /// <param name="text">The text, for example <c>POINT (80 44)</c>.</param>
    /// <returns>The geometry as ISO well-known binary, little-endian; null where the text is none.</returns>
    public static byte[]? FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        GdalLibrary.EnsureRegistered();
        byte[] bytes = ZeroTerminated(text);
        nint geometry = 0;
        fixed (byte* start = bytes)
        {
            byte* data = start;
            int result = NativeMethods.OGR_G_CreateFromWkt(&data, 0, &geometry);
            return ReadAndFree(result == 0 ? geometry : 0);
        }
    }

    /// <summary>A geometry of GeoJSON.</summary>
    /// <param name="text">A GeoJSON geometry object.</param>
    /// <returns>The geometry as ISO well-known binary, little-endian; null where the text is none.</returns>
    public static byte[]? FromGeoJson(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        GdalLibrary.EnsureRegistered();
        fixed (byte* data = ZeroTerminated(text))
        {
            return ReadAndFree(NativeMethods.OGR_G_CreateGeometryFromJson(data));
        }
    }

    /// <summary>What geometries of a type of OGR are.</summary>
    internal static VectorKinds KindsOf(int type) => Flat(type) switch
    {
        1 or 4 => VectorKinds.Points,
        2 or 5 or 8 or 9 or 11 or 13 => VectorKinds.Lines,
        3 or 6 or 10 or 12 or 14 or 15 or 16 or 17 => VectorKinds.Polygons,
        100 => VectorKinds.None,
        _ => VectorKinds.Any,
    };

    /// <summary>A geometry of a feature as ISO well-known binary; null where there is none.</summary>
    internal static byte[]? Read(nint geometry, string path)
    {
        if (geometry == 0)
        {
            return null;
        }

        nint made = Simple(geometry);
        try
        {
            nint simple = made == 0 ? geometry : made;
            byte[] wkb = new byte[NativeMethods.OGR_G_WkbSize(simple)];
            fixed (byte* data = wkb)
            {
                return NativeMethods.OGR_G_ExportToIsoWkb(simple, 1, data) == 0 ? wkb : throw GdalErrors.Take(path, "a geometry cannot be read");
            }
        }
        finally
        {
            if (made != 0)
            {
                NativeMethods.OGR_G_DestroyGeometry(made);
            }
        }
    }

    /// <summary>A new geometry without curves and surfaces; 0 where it has none.</summary>
    private static nint Simple(nint geometry)
    {
        if (NativeMethods.OGR_G_HasCurveGeometry(geometry, 0) != 0)
        {
            return NativeMethods.OGR_G_GetLinearGeometry(geometry, ArcStep, null);
        }

        // Triangles and faces of a body.
        return Flat(NativeMethods.OGR_G_GetGeometryType(geometry)) is 15 or 16 or 17 ? NativeMethods.OGR_G_ForceToMultiPolygon(NativeMethods.OGR_G_Clone(geometry)) : 0;
    }

    private static byte[]? ReadAndFree(nint geometry)
    {
        GdalErrors.Clear();
        if (geometry == 0)
        {
            return null;
        }

        try
        {
            return Read(geometry, "a geometry");
        }
        finally
        {
            NativeMethods.OGR_G_DestroyGeometry(geometry);
        }
    }

    private static byte[] ZeroTerminated(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];

    /// <summary>The type without its third and fourth dimension.</summary>
    private static int Flat(int type) => (int)((uint)type & 0x7FFFFFFF) % 1000;
}
