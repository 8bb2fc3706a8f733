namespace IrrigationWatch.Gdal;

/// <summary>The features of the first layer of a vector file in any format that GDAL reads. One thread at a time.</summary>
public sealed unsafe class VectorSource : IDisposable
{
    private const uint VectorFlag = 0x04;
    private const uint VerboseErrorFlag = 0x40;

    private readonly DatasetHandle handle;
    private readonly nint layer;

    private VectorSource(DatasetHandle handle, string path, nint layer)
    {
        this.handle = handle;
        this.layer = layer;
        Path = path;
        nint definition = NativeMethods.OGR_L_GetLayerDefn(layer);
        var names = new string[NativeMethods.OGR_FD_GetFieldCount(definition)];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Utf8.Read(NativeMethods.OGR_Fld_GetNameRef(NativeMethods.OGR_FD_GetFieldDefn(definition, i))) ?? string.Empty;
        }

        FieldNames = names;
    }

    /// <summary>The path it was opened with.</summary>
    public string Path { get; }

    /// <summary>Names of the attribute fields.</summary>
    public IReadOnlyList<string> FieldNames { get; }

    /// <summary>Opens a vector file: never a service or a database on another machine.</summary>
    /// <param name="path">A file or any <c>/vsi*</c> path.</param>
    /// <param name="options">Open options of drivers as <c>NAME=VALUE</c>; drivers leave alone what they do not know.</param>
    /// <returns>The source, at its first layer.</returns>
    /// <exception cref="GdalException">The file is missing, damaged, of no vector format, or has no layer.</exception>
    public static VectorSource Open(string path, params IReadOnlyList<string> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LocalFile.MustHaveBytes(path);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        // A schema that a file names is not fetched.
        using var list = new NativeStrings([.. options, "DOWNLOAD_SCHEMA=NO"]);
        using var formats = new NativeStrings(FileFormats.Vectors);
        var handle = new DatasetHandle(NativeMethods.GDALOpenEx(path, VectorFlag | VerboseErrorFlag, formats.Pointer, list.Pointer, null));
        if (handle.IsInvalid)
        {
            throw GdalErrors.Take(path, "cannot be opened as a vector file");
        }

        if (NativeMethods.GDALDatasetGetLayerCount(handle) < 1)
        {
            handle.Dispose();
            throw new GdalException(path, "has no layer");
        }

        return new VectorSource(handle, path, NativeMethods.GDALDatasetGetLayer(handle, 0));
    }

    /// <summary>The CRS of the layer, or null where the file has none.</summary>
    /// <returns>A copy that the caller disposes of.</returns>
    public SpatialReference? GetSpatialReference()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        nint reference = NativeMethods.OGR_L_GetSpatialRef(layer);
        return reference == 0 ? null : SpatialReference.Clone(reference);
    }

    /// <summary>Reads all features in the file's order.</summary>
    /// <returns>The features.</returns>
    /// <exception cref="GdalException">The file is damaged.</exception>
    public IReadOnlyList<VectorFeature> ReadFeatures()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        var features = new List<VectorFeature>();
        GdalErrors.Clear();
        NativeMethods.OGR_L_ResetReading(layer);
        for (nint feature = NativeMethods.OGR_L_GetNextFeature(layer); feature != 0; feature = NativeMethods.OGR_L_GetNextFeature(layer))
        {
            try
            {
                features.Add(ReadFeature(feature));
            }
            finally
            {
                NativeMethods.OGR_F_Destroy(feature);
            }
        }

        GdalErrors.ThrowIfFailed(Path);
        return features;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();

    private VectorFeature ReadFeature(nint feature)
    {
        var fields = new Dictionary<string, string?>(FieldNames.Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < FieldNames.Count; i++)
        {
            bool set = NativeMethods.OGR_F_IsFieldSetAndNotNull(feature, i) != 0;
            fields[FieldNames[i]] = set ? Utf8.Read(NativeMethods.OGR_F_GetFieldAsString(feature, i)) : null;
        }

        byte[]? wkb = null;
        nint geometry = NativeMethods.OGR_F_GetGeometryRef(feature);
        if (geometry != 0)
        {
            wkb = new byte[NativeMethods.OGR_G_WkbSize(geometry)];
            fixed (byte* data = wkb)
            {
                if (NativeMethods.OGR_G_ExportToIsoWkb(geometry, 1, data) != 0)
                {
                    throw GdalErrors.Take(Path, "a geometry cannot be read");
                }
            }
        }

        return new VectorFeature(NativeMethods.OGR_F_GetFID(feature), fields, wkb);
    }
}
