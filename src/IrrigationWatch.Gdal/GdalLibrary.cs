using System.Globalization;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>
/// The libgdal of this machine: finding it, its version and its drivers.
/// </summary>
/// <remarks>
/// On Linux the library is looked up by soname, newest first (<c>libgdal.so.38</c> down to <c>libgdal.so.32</c>, then
/// <c>libgdal.so</c>), on macOS as <c>libgdal.dylib</c>, on Windows as <c>gdal.dll</c> or <c>gdal3NN.dll</c>.
/// </remarks>
public static class GdalLibrary
{
    private static readonly Lazy<(nint Handle, string Name)> Loaded = new(Load);
    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>The version of the library as a number triple, for example <c>3.6.2</c>.</summary>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static string Version
    {
        get
        {
            EnsureRegistered();
            return Utf8.Read(NativeMethods.GDALVersionInfo("RELEASE_NAME")) ?? "unknown";
        }
    }

    /// <summary>The name under which the library was found, for example <c>libgdal.so.32</c>.</summary>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static string FileName => Loaded.Value.Name;

    internal static nint Handle => Loaded.Value.Handle;

    /// <summary>Short names of all drivers of this library, in GDAL's order.</summary>
    /// <returns>Names such as <c>GTiff</c> and <c>COG</c>.</returns>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static IReadOnlyList<string> Drivers()
    {
        EnsureRegistered();
        var names = new string[NativeMethods.GDALGetDriverCount()];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Utf8.Read(NativeMethods.GDALGetDriverShortName(NativeMethods.GDALGetDriver(i))) ?? string.Empty;
        }

        return names;
    }

    /// <summary>Sets one of GDAL's configuration options for the whole process, for example <c>GDAL_CACHEMAX</c>.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="value">Its value, or null to unset it.</param>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static void SetOption(string key, string? value)
    {
        EnsureRegistered();
        NativeMethods.CPLSetConfigOption(key, value);
    }

    /// <summary>Loads the library and registers its drivers, once a process; every entry of this project calls it.</summary>
    /// <exception cref="GdalNotFoundException">No libgdal was found.</exception>
    public static void EnsureRegistered() => _ = Registered.Value;

    private static bool Register()
    {
        GdalErrors.Install();
        NativeMethods.GDALAllRegister();
        // GDAL's own default, a twentieth of the memory, is slower here and grows with the machine. In megabytes.
        SetDefault("GDAL_CACHEMAX", "256");
        // Pixels are never computed by what a file brings along.
        NativeMethods.CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
        // A server that fails or stalls is asked again; one that stays silent for a minute is given up.
        SetDefault("GDAL_HTTP_MAX_RETRY", "4");
        SetDefault("GDAL_HTTP_RETRY_DELAY", "0.5");
        SetDefault("GDAL_HTTP_CONNECTTIMEOUT", "30");
        SetDefault("GDAL_HTTP_LOW_SPEED_TIME", "60");
        SetDefault("GDAL_HTTP_LOW_SPEED_LIMIT", "1");
        // The same content makes the same GeoPackage: its field of the last change holds no clock.
        SetDefault("OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z");
        // The first row of a spreadsheet is its header, also where all others are texts as well.
        SetDefault("OGR_XLSX_HEADERS", "FORCE");
        SetDefault("OGR_ODS_HEADERS", "FORCE");
        return true;
    }

    /// <summary>Sets an option unless the environment does.</summary>
    private static void SetDefault(string key, string value)
    {
        if (Environment.GetEnvironmentVariable(key) is null)
        {
            NativeMethods.CPLSetConfigOption(key, value);
        }
    }

    private static (nint, string) Load()
    {
        foreach (string name in CandidateNames())
        {
            if (NativeLibrary.TryLoad(name, typeof(GdalLibrary).Assembly, null, out nint handle))
            {
                return (handle, name);
            }
        }

        throw new GdalNotFoundException();
    }

    private static IEnumerable<string> CandidateNames()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return "gdal.dll";
            for (int minor = 12; minor >= 0; minor--)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"gdal3{minor:00}.dll");
            }
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return "libgdal.dylib";
            yield return "/opt/homebrew/lib/libgdal.dylib";
            yield return "/usr/local/lib/libgdal.dylib";
        }
        else
        {
            for (int soname = 38; soname >= 32; soname--)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"libgdal.so.{soname}");
            }

            yield return "libgdal.so";
        }
    }
}
