using System.Globalization;

namespace IrrigationWatch.Gdal;

/// <summary>An open raster dataset of GDAL.</summary>
/// <remarks>
/// A dataset, its bands and everything read through them belong to one thread at a time, as in GDAL itself. For work on
/// several threads open one dataset a thread; <see cref="DatasetPool"/> does that. Different datasets are independent.
/// </remarks>
public sealed unsafe class Dataset : IDisposable
{
    private const uint ReadOnlyFlag = 0x00;
    private const uint UpdateFlag = 0x01;
    private const uint RasterFlag = 0x02;
    private const uint VerboseErrorFlag = 0x40;

    private readonly DatasetHandle handle;
    private readonly IBlockCheck? check;
    private Band[]? bands;

    private Dataset(DatasetHandle handle, string path, bool isReadOnly = false, WarpCheck? warp = null)
    {
        this.handle = handle;
        Path = path;
        IsReadOnly = isReadOnly;
        Width = NativeMethods.GDALGetRasterXSize(handle);
        Height = NativeMethods.GDALGetRasterYSize(handle);
        BandCount = NativeMethods.GDALGetRasterCount(handle);
        IsSouthUp = isReadOnly && StoredGeoTransform is [_, > 0, 0, _, 0, > 0];
        // What is being written is not checked: its newest blocks are not in the file.
        check = warp is not null ? warp : !isReadOnly ? null : DriverName switch
        {
            "GTiff" or "COG" => new BlockCheck(this),
            "VRT" => new VrtCheck(this),
            _ => null,
        };
    }

    /// <summary>The path it was opened or created with.</summary>
    public string Path { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Number of bands.</summary>
    public int BandCount { get; }

    internal DatasetHandle Handle => handle;

    /// <summary>True for a file that was opened for reading alone.</summary>
    internal bool IsReadOnly { get; }

    /// <summary>Short name of the driver that opened it.</summary>
    public string DriverName => Utf8.Read(NativeMethods.GDALGetDriverShortName(NativeMethods.GDALGetDatasetDriver(handle))) ?? string.Empty;

    /// <summary>True for a file that is opened for reading and whose rows go north: it is given north-up, with its first row last.</summary>
    public bool IsSouthUp { get; }

    /// <summary>
    /// The affine transform from pixel corners to coordinates (GDAL's six numbers), or null where the file has none. A file whose rows go
    /// north is read with its rows turned, and has the transform of what is read.
    /// </summary>
    public double[]? GeoTransform
    {
        get => StoredGeoTransform is double[] stored ? IsSouthUp ? [stored[0], stored[1], 0, stored[3] + Height * stored[5], 0, -stored[5]] : stored : null;

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Length != 6)
            {
                throw new ArgumentException("a geotransform has six numbers", nameof(value));
            }

            fixed (double* values = value)
            {
                Check(NativeMethods.GDALSetGeoTransform(handle, values), "cannot set the geotransform");
            }
        }
    }

    /// <summary>The transform as the file has it.</summary>
    internal double[]? StoredGeoTransform
    {
        get
        {
            double* values = stackalloc double[6];
            return NativeMethods.GDALGetGeoTransform(handle, values) != 0 ? null : [values[0], values[1], values[2], values[3], values[4], values[5]];
        }
    }

    /// <summary>Parts of a file that holds several rasters, as variables of a netCDF: their names for <see cref="Open"/> with what they are.</summary>
    public IReadOnlyList<(string Name, string Description)> Parts
    {
        get
        {
            // As a list, which drivers make when it is asked for; single items are not always there.
            var items = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (string item in Utf8.ReadList(NativeMethods.GDALGetMetadata(Alive(), "SUBDATASETS")))
            {
                int equals = item.IndexOf('=', StringComparison.Ordinal);
                items[item[..Math.Max(0, equals)]] = item[(equals + 1)..];
            }

            var parts = new List<(string, string)>();
            for (int i = 1; items.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"SUBDATASET_{i}_NAME"), out string? name); i++)
            {
                parts.Add((name, items.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"SUBDATASET_{i}_DESC"), string.Empty)));
            }

            return parts;
        }
    }

    /// <summary>Opens a raster for reading: a file of a format that holds pixels, never a service or a description of a request.</summary>
    /// <param name="path">A file or any <c>/vsi*</c> path.</param>
    /// <param name="update">True to open for writing in place.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="GdalException">The file is missing, damaged or of no format that GDAL reads as a raster.</exception>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static Dataset Open(string path, bool update = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LocalFile.MustHaveBytes(path);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        uint flags = RasterFlag | VerboseErrorFlag | (update ? UpdateFlag : ReadOnlyFlag);
        // A remote folder is not listed for each file that is opened in it: the file is said to have no siblings.
        using var siblings = new NativeStrings(VirtualFileSystem.IsRemote(path) ? [path[(path.LastIndexOf('/') + 1)..]] : null);
        using var formats = new NativeStrings(FileFormats.RastersOf(path));
        // Values outside of a netCDF variable's valid range GDAL would turn into others without a word.
        using var options = new NativeStrings(path.EndsWith(".nc", StringComparison.OrdinalIgnoreCase) || path.StartsWith("NETCDF:", StringComparison.OrdinalIgnoreCase) ? ["HONOUR_VALID_RANGE=NO"] : null);
        var handle = new DatasetHandle(NativeMethods.GDALOpenEx(path, flags, formats.Pointer, options.Pointer, siblings.Pointer));
        return handle.IsInvalid ? throw GdalErrors.Take(path, "cannot be opened as a raster") : new Dataset(handle, path, isReadOnly: !update);
    }

    /// <summary>Creates a raster.</summary>
    /// <param name="path">Where; for driver <c>MEM</c> any name.</param>
    /// <param name="driver">Short name of a GDAL driver that can create, for example <c>GTiff</c>.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="bandCount">Bands, at least 1.</param>
    /// <param name="type">Pixel type.</param>
    /// <param name="options">Creation options as <c>NAME=VALUE</c>.</param>
    /// <returns>The dataset, to be ended by <see cref="Finish"/>.</returns>
    /// <exception cref="GdalException">It cannot be created.</exception>
    public static Dataset Create(string path, string driver, int width, int height, int bandCount, RasterType type, params IReadOnlyList<string> options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bandCount, 1);
        nint native = Driver(driver);
        GdalErrors.Clear();
        using var list = new NativeStrings(options);
        var handle = new DatasetHandle(NativeMethods.GDALCreate(native, path, width, height, bandCount, type, list.Pointer));
        return handle.IsInvalid ? throw GdalErrors.Take(path, "cannot be created") : new Dataset(handle, path);
    }

    /// <summary>A virtual dataset that shows this one resampled to another grid, computed as it is read.</summary>
    /// <param name="target">CRS of the result.</param>
    /// <param name="geoTransform">Six numbers; north-up.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="resampling">How pixels are resampled.</param>
    /// <param name="sourceReference">CRS of this dataset where the file does not say it itself; else null.</param>
    /// <param name="noData">Value that marks missing pixels in source and result, or null to take the file's own.</param>
    /// <returns>A dataset that owns this one: closing it closes both.</returns>
    /// <exception cref="GdalException">The warp cannot be set up.</exception>
    public Dataset Warp(SpatialReference target, double[] geoTransform, int width, int height, Resampling resampling, SpatialReference? sourceReference = null, double? noData = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(geoTransform);
        if (geoTransform.Length != 6 || geoTransform[2] != 0 || geoTransform[4] != 0)
        {
            throw new ArgumentException("a warp goes to a north-up grid", nameof(geoTransform));
        }

        var arguments = new List<string>
        {
            "-of", "VRT", "-t_srs", target.ToWkt(),
            "-te", Number(geoTransform[0]), Number(geoTransform[3] + height * geoTransform[5]), Number(geoTransform[0] + width * geoTransform[1]), Number(geoTransform[3]),
            "-ts", width.ToString(CultureInfo.InvariantCulture), height.ToString(CultureInfo.InvariantCulture),
            "-r", resampling.ToString().ToLowerInvariant(),
            // An eighth of a pixel is GDAL's own default; a hundredth keeps areas of seldom-warped scenes exact.
            "-et", "0.01",
        };
        if (sourceReference is not null)
        {
            arguments.AddRange(["-s_srs", sourceReference.ToWkt()]);
        }

        if (noData is double value)
        {
            arguments.AddRange(["-srcnodata", Number(value), "-dstnodata", Number(value)]);
        }

        GdalErrors.Clear();
        using var list = new NativeStrings(arguments);
        nint options = NativeMethods.GDALWarpAppOptionsNew(list.Pointer, 0);
        if (options == 0)
        {
            throw GdalErrors.Take(Path, "cannot be warped: bad options");
        }

        try
        {
            bool added = false;
            handle.DangerousAddRef(ref added);
            try
            {
                nint native = handle.DangerousGetHandle();
                int usageError = 0;
                var warped = new DatasetHandle(NativeMethods.GDALWarp(string.Empty, 0, 1, &native, options, &usageError));
                return warped.IsInvalid
                    ? throw GdalErrors.Take(Path, "cannot be warped")
                    : new Dataset(warped, Path, warp: new WarpCheck(this, sourceReference, target, geoTransform));
            }
            finally
            {
                handle.DangerousRelease();
            }
        }
        finally
        {
            NativeMethods.GDALWarpAppOptionsFree(options);
        }
    }

    /// <summary>A band of the dataset.</summary>
    /// <param name="number">From 1 to <see cref="BandCount"/>.</param>
    /// <returns>The band; valid as long as the dataset is open.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such band.</exception>
    public Band Band(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, BandCount);
        bands ??= new Band[BandCount];
        return bands[number - 1] ??= new Band(this, number, NativeMethods.GDALGetRasterBand(handle, number));
    }

    /// <summary>The CRS of the file, or null where it has none; longitude and latitude for a netCDF variable whose axes they are.</summary>
    /// <returns>A copy that the caller disposes of.</returns>
    public SpatialReference? GetSpatialReference()
    {
        nint reference = NativeMethods.GDALGetSpatialRef(handle);
        return reference != 0 ? SpatialReference.Clone(reference) : IsAlongDegrees ? SpatialReference.Wgs84() : null;
    }

    /// <summary>True for a netCDF variable along longitude and latitude, which need no CRS besides (Climate and Forecast conventions, 4.1 and 4.2).</summary>
    private bool IsAlongDegrees => DriverName == "netCDF"
        && Array.Exists(["lat", "latitude", "y"], name => IsUnit(name, "degrees_north", "degree_north"))
        && Array.Exists(["lon", "longitude", "x"], name => IsUnit(name, "degrees_east", "degree_east"));

    private bool IsUnit(string axis, params ReadOnlySpan<string> units) => GetMetadata(axis + "#units") is string unit && units.Contains(unit);

    /// <summary>Sets the CRS of a dataset under creation.</summary>
    /// <param name="reference">The CRS.</param>
    /// <exception cref="GdalException">The format cannot hold it.</exception>
    public void SetSpatialReference(SpatialReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Check(NativeMethods.GDALSetSpatialRef(handle, reference.Handle), "cannot set the CRS");
    }

    /// <summary>One metadata item.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The metadata domain; null for the default one.</param>
    /// <returns>The value, or null.</returns>
    public string? GetMetadata(string name, string? domain = null) =>
        Utf8.Read(NativeMethods.GDALGetMetadataItem(Alive(), name, domain));

    /// <summary>Sets one metadata item.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="domain">The metadata domain; null for the default one.</param>
    /// <exception cref="GdalException">The format cannot hold it.</exception>
    public void SetMetadata(string name, string value, string? domain = null) =>
        Check(NativeMethods.GDALSetMetadataItem(Alive(), name, value, domain), "cannot set metadata " + name);

    /// <summary>Writes out everything and closes; the only way to learn that writing failed at its end.</summary>
    /// <exception cref="GdalException">Writing failed, for example because the disk is full.</exception>
    public void Finish()
    {
        GdalErrors.Clear();
        Flush(handle, Path);
        GdalErrors.Clear();
        Dispose();
        GdalErrors.ThrowIfFailed(Path);
    }

    /// <summary>Closes the dataset.</summary>
    public void Dispose()
    {
        handle.Dispose();
        check?.Dispose();
    }

    /// <summary>Checks where a GeoTIFF says that its blocks lie; other formats are believed.</summary>
    /// <exception cref="GdalException">A block is said to lie where another one or a directory does; it is named.</exception>
    public void CheckPlaces()
    {
        ThrowIfClosed();
        (check as BlockCheck)?.CheckPlaces();
    }

    /// <summary>Where the pixels of a window lie in the file.</summary>
    internal PixelWindow StoredWindow(PixelWindow window) => IsSouthUp ? window with { Y = Height - window.Y - window.Height } : window;

    /// <summary>Checks what GDAL will read of the file for a window, as far as its format lets it be checked.</summary>
    /// <param name="band">The band.</param>
    /// <param name="window">Which of its pixels, as they lie in the file.</param>
    /// <param name="width">Columns of the result: where these are fewer, GDAL reads an overview.</param>
    /// <param name="height">Rows of the result.</param>
    /// <exception cref="GdalException">A block is damaged; it is named.</exception>
    internal void CheckBlocks(Band band, PixelWindow window, int width, int height)
    {
        ThrowIfClosed();
        if (IsReadOnly)
        {
            ZipMember.Check(Path);
        }

        check?.Check(band, window, width, height);
    }

    internal static nint Driver(string name)
    {
        GdalLibrary.EnsureRegistered();
        nint native = NativeMethods.GDALGetDriverByName(name);
        return native == 0
            ? throw new GdalException(name, $"GDAL {GdalLibrary.Version} has no driver of this name; install a GDAL that was built with it")
            : native;
    }

    internal void Check(int result, string fallback)
    {
        if (result > 2)
        {
            throw GdalErrors.Take(Path, fallback);
        }
    }

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(handle.IsClosed, this);

    private static void Flush(DatasetHandle handle, string path)
    {
        NativeMethods.GDALFlushCache(handle);
        GdalErrors.ThrowIfFailed(path);
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private nint Alive()
    {
        ThrowIfClosed();
        GdalErrors.Clear();
        return handle.DangerousGetHandle();
    }
}
