namespace IrrigationWatch.Gdal;

/// <summary>A vector file that is written layer by layer, in any format that GDAL writes. One thread at a time.</summary>
public sealed unsafe class VectorTarget : IDisposable
{
    /// <summary>OGRERR_UNSUPPORTED_OPERATION.</summary>
    private const int Unsupported = 4;

    private readonly DatasetHandle handle;
    private readonly string path;
    private nint layer;
    private nint definition;
    private VectorField[] fields = [];
    private bool inTransaction;

    private VectorTarget(DatasetHandle handle, string path)
    {
        this.handle = handle;
        this.path = path;
    }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where; must not exist.</param>
    /// <param name="driver">GDAL's short name of the format, for example <c>GPKG</c>.</param>
    /// <param name="options">Creation options as <c>NAME=VALUE</c>.</param>
    /// <returns>The file, to be ended by <see cref="Finish"/>.</returns>
    /// <exception cref="GdalException">It cannot be created.</exception>
    public static VectorTarget Create(string path, string driver, params IReadOnlyList<string> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        nint native = Dataset.Driver(driver);
        GdalErrors.Clear();
        using var list = new NativeStrings(options);
        var handle = new DatasetHandle(NativeMethods.GDALCreate(native, path, 0, 0, 0, 0, list.Pointer));
        return handle.IsInvalid ? throw GdalErrors.Take(path, "cannot be created") : new VectorTarget(handle, path);
    }

    /// <summary>Begins a layer; features go to it from now on. What the layer before holds is written.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="reference">Its CRS; null for a table.</param>
    /// <param name="geometry">What its geometries are.</param>
    /// <param name="layerFields">Its fields.</param>
    /// <param name="options">Creation options of the format.</param>
    /// <exception cref="GdalException">It cannot be created.</exception>
    public void BeginLayer(string name, SpatialReference? reference, VectorGeometry geometry, IReadOnlyList<VectorField> layerFields, params IReadOnlyList<string> options)
    {
        ArgumentNullException.ThrowIfNull(layerFields);
        EndLayer();
        GdalErrors.Clear();
        using var list = new NativeStrings(options);
        layer = NativeMethods.GDALDatasetCreateLayer(handle, name, reference?.Handle.DangerousGetHandle() ?? 0, (int)geometry, list.Pointer);
        GC.KeepAlive(reference);
        if (layer == 0)
        {
            throw GdalErrors.Take(path, $"layer {name} cannot be created");
        }

        foreach (VectorField field in layerFields)
        {
            nint made = NativeMethods.OGR_Fld_Create(field.Name, (int)field.Type);
            int result = NativeMethods.OGR_L_CreateField(layer, made, 1);
            NativeMethods.OGR_Fld_Destroy(made);
            Check(result, $"field {field.Name} cannot be created");
        }

        fields = [.. layerFields];
        definition = NativeMethods.OGR_L_GetLayerDefn(layer);
        // Formats that are no databases have no transactions.
        int begun = NativeMethods.GDALDatasetStartTransaction(handle, 0);
        inTransaction = begun == 0;
        Check(begun == Unsupported ? 0 : begun, "cannot begin to write");
    }

    /// <summary>Adds a feature to the layer.</summary>
    /// <param name="values">One value a field: an int, long, double or string as the field's type wants, or null.</param>
    /// <param name="wkb">The geometry as well-known binary; empty for none.</param>
    /// <exception cref="GdalException">It cannot be written, for example because the disk is full.</exception>
    public void Add(ReadOnlySpan<object?> values, ReadOnlySpan<byte> wkb)
    {
        if (layer == 0 || values.Length != fields.Length)
        {
            throw new ArgumentException("a layer is begun first, and a feature has a value for each of its fields", nameof(values));
        }

        GdalErrors.Clear();
        nint feature = NativeMethods.OGR_F_Create(definition);
        try
        {
            for (int i = 0; i < values.Length; i++)
            {
                Set(feature, i, values[i]);
            }

            if (wkb.Length > 0)
            {
                nint geometry = 0;
                fixed (byte* data = wkb)
                {
                    Check(NativeMethods.OGR_G_CreateFromWkb(data, 0, &geometry, wkb.Length), "a geometry cannot be written");
                }

                Check(NativeMethods.OGR_F_SetGeometryDirectly(feature, geometry), "a geometry cannot be written");
            }

            Check(NativeMethods.OGR_L_CreateFeature(layer, feature), "a feature cannot be written");
        }
        finally
        {
            NativeMethods.OGR_F_Destroy(feature);
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="GdalException">Writing failed.</exception>
    public void Finish()
    {
        EndLayer();
        GdalErrors.Clear();
        NativeMethods.GDALFlushCache(handle);
        GdalErrors.ThrowIfFailed(path);
        Dispose();
        GdalErrors.ThrowIfFailed(path);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();

    private void EndLayer()
    {
        if (layer != 0)
        {
            GdalErrors.Clear();
            Check(inTransaction ? NativeMethods.GDALDatasetCommitTransaction(handle) : 0, "cannot be written");
            layer = 0;
        }
    }

    private static void Set(nint feature, int index, object? value)
    {
        switch (value)
        {
            case null:
                NativeMethods.OGR_F_SetFieldNull(feature, index);
                break;
            case int number:
                NativeMethods.OGR_F_SetFieldInteger64(feature, index, number);
                break;
            case long number:
                NativeMethods.OGR_F_SetFieldInteger64(feature, index, number);
                break;
            case double number:
                NativeMethods.OGR_F_SetFieldDouble(feature, index, number);
                break;
            case string text:
                NativeMethods.OGR_F_SetFieldString(feature, index, text);
                break;
            default:
                throw new ArgumentException($"a value of {value.GetType()} has no field type", nameof(value));
        }
    }

    private void Check(int result, string fallback)
    {
        if (result != 0)
        {
            throw GdalErrors.Take(path, fallback);
        }
    }
}
