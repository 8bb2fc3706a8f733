using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>doctor</c>: what was found on this machine, and whether the main job could run.</summary>
internal static class DoctorCommand
{
    private static readonly string[] NeededDrivers = ["GTiff", "COG", "MEM", "VRT", "GeoJSON"];

    private const string NotWritable = "run from a folder that you may write, or name one with --output";
    private const string NotLoaded = "does not load; install libgomp1 (apt-get install libgomp1)";

    /// <summary>Open files with which nothing is opened twice that could stay open.</summary>
    private const int GoodOpenFiles = 1024;

    internal static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        return new Command("doctor", "Says what was found on this machine; exits 1 if the main job could not run.\nExample: irrigationwatch doctor") { json }.WithAction((parsed, terminal, _) =>
        {
            DoctorAnswer found = Look();
            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, found);
            }
            else
            {
                Print(terminal, found);
            }

            return found.Ready ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static DoctorAnswer Look()
    {
        var problems = new List<string>();
        string? version = null;
        string? file = null;
        string[] drivers = [];
        string[] missing = NeededDrivers;
        try
        {
            drivers = [.. GdalLibrary.Drivers()];
            missing = [.. NeededDrivers.Except(drivers)];
            (version, file) = (GdalLibrary.Version, GdalLibrary.FileName);
            if (missing.Length > 0)
            {
                problems.Add($"GDAL lacks the drivers {string.Join(", ", missing)}; install a GDAL that was built with them");
            }
        }
        catch (GdalNotFoundException e)
        {
            problems.Add(e.Message);
        }

        string here = Directory.GetCurrentDirectory();
        bool writable = CanWrite(here);
        if (!writable)
        {
            problems.Add(NotWritable);
        }

        bool learns = CanLoadLightGbm();
        if (!learns)
        {
            problems.Add($"LightGBM {NotLoaded}");
        }

        return new DoctorAnswer(
            problems.Count == 0,
            version,
            file,
            drivers.Length,
            missing,
            Simd.Widest == SimdWidth.Scalar ? 0 : (int)Simd.Widest,
            Environment.ProcessorCount,
            MachineLimits.Memory,
            MachineLimits.OpenFiles,
            MachineLimits.AddressSpace,
            here,
            new DriveInfo(here).AvailableFreeSpace,
            writable,
            learns,
            [.. problems]);
    }

    private static void Print(Terminal terminal, DoctorAnswer found)
    {
        Say(terminal, "GDAL", found.GdalVersion is null ? found.Problems[0] : $"{found.GdalVersion} ({found.GdalFile}), {found.GdalDrivers} drivers");
        if (found.GdalVersion is not null && found.MissingDrivers.Length > 0)
        {
            Say(terminal, "GDAL drivers", $"missing {string.Join(", ", found.MissingDrivers)}; install a GDAL that was built with them");
        }

        Say(terminal, "SIMD", found.SimdBits == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{found.SimdBits} bits"));
        Say(terminal, "cores", found.Cores.ToString(CultureInfo.InvariantCulture));
        Say(terminal, "memory", Size(found.MemoryBytes));
        Say(terminal, "open files", found.OpenFiles is long files
            ? string.Create(CultureInfo.InvariantCulture, $"{files} at most{(files < GoodOpenFiles ? $"; few: files are opened again and again, raise it with 'ulimit -n {GoodOpenFiles}'" : string.Empty)}")
            : "not limited");
        Say(terminal, "address space", found.AddressSpaceBytes is long space ? $"{Size(space)} at most" : "not limited");
        Say(terminal, "disk", $"{Size(found.DiskFreeBytes)} free at {found.Folder}");
        Say(terminal, "write access", found.Writable ? "yes" : $"no; {NotWritable}");
        Say(terminal, "LightGBM", found.Lightgbm ? "loads" : NotLoaded);
        terminal.Output.WriteLine(found.Ready ? "ready" : "not ready");
    }

    private static void Say(Terminal terminal, string what, string found) => terminal.Output.WriteLine($"{what,-14} {found}");

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB");

    private static bool CanWrite(string folder)
    {
        string probe = Path.Combine(folder, ".irrigationwatch-" + Guid.NewGuid().ToString("N"));
        try
        {
            File.WriteAllText(probe, string.Empty);
            File.Delete(probe);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool CanLoadLightGbm()
    {
        if (!System.Runtime.InteropServices.NativeLibrary.TryLoad("lib_lightgbm", typeof(Classification.IrrigationModel).Assembly, null, out nint handle))
        {
            return false;
        }

        System.Runtime.InteropServices.NativeLibrary.Free(handle);
        return true;
    }
}
