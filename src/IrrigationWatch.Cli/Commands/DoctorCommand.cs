using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>doctor</c>: what was found on this machine, and whether the main job could run.</summary>
internal static class DoctorCommand
{
    private static readonly string[] NeededDrivers = ["GTiff", "COG", "MEM", "VRT", "GeoJSON"];

    /// <summary>Open files with which nothing is opened twice that could stay open.</summary>
    private const int GoodOpenFiles = 1024;

    internal static Command Create() =>
        new Command("doctor", "Says what was found on this machine; exits 1 if the main job could not run.\nExample: irrigationwatch doctor").WithAction((_, terminal, _) =>
        {
            bool ready = true;
            try
            {
                string[] missing = [.. NeededDrivers.Except(GdalLibrary.Drivers())];
                Say(terminal, "GDAL", $"{GdalLibrary.Version} ({GdalLibrary.FileName}), {GdalLibrary.Drivers().Count} drivers");
                if (missing.Length > 0)
                {
                    ready = false;
                    Say(terminal, "GDAL drivers", $"missing {string.Join(", ", missing)}; install a GDAL that was built with them");
                }
            }
            catch (GdalNotFoundException e)
            {
                ready = false;
                Say(terminal, "GDAL", e.Message);
            }

            Say(terminal, "SIMD", Simd.Widest == SimdWidth.Scalar ? "none" : string.Create(CultureInfo.InvariantCulture, $"{(int)Simd.Widest} bits"));
            Say(terminal, "cores", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
            Say(terminal, "memory", Size(MachineLimits.Memory));
            Say(terminal, "open files", MachineLimits.OpenFiles is long files
                ? string.Create(CultureInfo.InvariantCulture, $"{files} at most{(files < GoodOpenFiles ? $"; few: files are opened again and again, raise it with 'ulimit -n {GoodOpenFiles}'" : string.Empty)}")
                : "not limited");
            Say(terminal, "address space", MachineLimits.AddressSpace is long space ? $"{Size(space)} at most" : "not limited");
            string here = Directory.GetCurrentDirectory();
            Say(terminal, "disk", $"{Size(new DriveInfo(here).AvailableFreeSpace)} free at {here}");
            bool writable = CanWrite(here);
            Say(terminal, "write access", writable ? "yes" : $"no; run from a folder that you may write, or name one with --output");
            ready &= writable;
            bool learns = CanLoadLightGbm();
            Say(terminal, "LightGBM", learns ? "loads" : "does not load; install libgomp1 (apt-get install libgomp1)");
            ready &= learns;
            terminal.Output.WriteLine(ready ? "ready" : "not ready");
            return ready ? ExitCode.Done : ExitCode.Failed;
        });

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
