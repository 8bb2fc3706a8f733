namespace IrrigationWatch.Gdal;

/// <summary>A coordinate reference system. Coordinates are always in the order x, y: easting, northing or longitude, latitude.</summary>
public sealed unsafe class SpatialReference : IDisposable
{
    private const int TraditionalGisOrder = 0;

    private SpatialReference(SpatialReferenceHandle handle)
    {
        Handle = handle;
        NativeMethods.OSRSetAxisMappingStrategy(handle, TraditionalGisOrder);
    }

    internal SpatialReferenceHandle Handle { get; }

    /// <summary>The CRS's own name, for example <c>WGS 84 / UTM zone 44N</c>.</summary>
    public string Name => Utf8.Read(NativeMethods.OSRGetName(Handle)) ?? "unnamed";

    /// <summary>The authority's code, for example <c>EPSG:32644</c>, or null where the definition has none.</summary>
    public string? AuthorityCode
    {
        get
        {
            string? code = Utf8.Read(NativeMethods.OSRGetAuthorityCode(Handle, 0));
            string? name = Utf8.Read(NativeMethods.OSRGetAuthorityName(Handle, 0));
            return code is null || name is null ? null : $"{name}:{code}";
        }
    }

    /// <summary>True when coordinates are longitude and latitude in degrees.</summary>
    public bool IsGeographic => NativeMethods.OSRIsGeographic(Handle) != 0;

    /// <summary>The UTM zone from 1 to 60, or 0 for a CRS that is not UTM.</summary>
    public int UtmZone
    {
        get
        {
            int north;
            return NativeMethods.OSRGetUTMZone(Handle, &north);
        }
    }

    /// <summary>Reads any definition GDAL knows: <c>EPSG:n</c>, WKT, PROJ strings, <c>OGC:CRS84</c>.</summary>
    /// <param name="definition">The definition.</param>
    /// <returns>The CRS.</returns>
    /// <exception cref="GdalException">GDAL does not know it.</exception>
    public static SpatialReference Parse(string definition)
    {
        ArgumentException.ThrowIfNullOrEmpty(definition);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        var handle = new SpatialReferenceHandle(NativeMethods.OSRNewSpatialReference(0));
        if (NativeMethods.OSRSetFromUserInput(handle, definition) != 0)
        {
            handle.Dispose();
            throw GdalErrors.Take(definition, "not a coordinate reference system that GDAL knows");
        }

        return new SpatialReference(handle);
    }

    /// <summary>Longitude and latitude on WGS 84 (EPSG:4326, in the order x, y).</summary>
    /// <returns>A new instance.</returns>
    public static SpatialReference Wgs84() => Parse("EPSG:4326");

    /// <summary>True when both describe the same CRS, whatever the order of their axes.</summary>
    /// <param name="other">The other CRS.</param>
    /// <returns>Whether they are the same.</returns>
    public bool IsSame(SpatialReference other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var options = new NativeStrings(["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS"]);
        return NativeMethods.OSRIsSameEx(Handle, other.Handle, options.Pointer) != 0;
    }

    /// <summary>The definition as WKT 2 on one line.</summary>
    /// <returns>The text.</returns>
    /// <exception cref="GdalException">It cannot be expressed as WKT 2.</exception>
    public string ToWkt()
    {
        GdalErrors.Clear();
        byte* text = null;
        using var options = new NativeStrings(["FORMAT=WKT2_2018"]);
        try
        {
            return NativeMethods.OSRExportToWktEx(Handle, &text, options.Pointer) == 0
                ? Utf8.Read((nint)text) ?? string.Empty
                : throw GdalErrors.Take(Name, "cannot be written as WKT");
        }
        finally
        {
            NativeMethods.VSIFree(text);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => AuthorityCode ?? Name;

    /// <summary>Frees the native object.</summary>
    public void Dispose() => Handle.Dispose();

    internal static SpatialReference Clone(nint reference) =>
        new(new SpatialReferenceHandle(NativeMethods.OSRClone(reference)));
}
