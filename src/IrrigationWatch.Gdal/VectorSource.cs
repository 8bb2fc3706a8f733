namespace IrrigationWatch.Gdal;

/// <summary>A vector file in any format that GDAL reads, with its layers. One thread at a time.</summary>
public sealed unsafe class VectorSource : IDisposable
{
    private const uint VectorFlag = 0x04;
    private const uint VerboseErrorFlag = 0x40;

    /// <summary>Formats that say their encoding themselves, and whose reader is not to be told that they say none.</summary>
    private static readonly string[] MapInfoEndings = [".tab", ".mif", ".mid"];

    private readonly DatasetHandle handle;

    private VectorSource(DatasetHandle handle, string path)
    {
        this.handle = handle;
        Path = path;
        Format = Utf8.Read(NativeMethods.GDALGetDriverShortName(NativeMethods.GDALGetDatasetDriver(handle))) ?? string.Empty;
        var layers = new VectorLayer[NativeMethods.GDALDatasetGetLayerCount(handle)];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = new VectorLayer(handle, NativeMethods.GDALDatasetGetLayer(handle, i), path, Format);
        }

        Layers = layers;
    }

    /// <summary>The path it was opened with.</summary>
    public string Path { get; }

    /// <summary>GDAL's short name of the format, for example <c>GPKG</c>.</summary>
    public string Format { get; }

    /// <summary>The layers, at least one.</summary>
    public IReadOnlyList<VectorLayer> Layers { get; }

    /// <summary>Opens a vector file: never a service or a database on another machine.</summary>
    /// <param name="path">A file or any <c>/vsi*</c> path.</param>
    /// <param name="options">Open options of drivers as <c>NAME=VALUE</c>; drivers leave alone what they do not know.</param>
    /// <returns>The source.</returns>
    /// <exception cref="GdalException">The file is missing, damaged, of no vector format, or has no layer.</exception>
    public static VectorSource Open(string path, params IReadOnlyList<string> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LocalFile.MustHaveBytes(path);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        // A schema that a file names is not fetched. Letters of a shapefile come as they are: GDAL would take for Latin what says nothing.
        bool isMapInfo = Array.Exists(MapInfoEndings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        using var list = new NativeStrings([.. options, "DOWNLOAD_SCHEMA=NO", .. isMapInfo ? Array.Empty<string>() : ["ENCODING="]]);
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

        return new VectorSource(handle, path);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => handle.Dispose();
}
