using System.Diagnostics;
using System.Reflection;

namespace IrrigationWatch.TestSupport;

/// <summary>Where the repository's own files are, and scratch folders for tests.</summary>
internal static class Repository
{
    internal static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    internal static string Sample(params string[] parts) => Path.Combine([Root, "data-samples", .. parts]);

    internal static string Golden(string name) => Path.Combine(Root, "tests", "golden", name);

    /// <summary>Python with GDAL's own bindings and NumPy, the independent tool of several tests; null where it is not installed.</summary>
    internal static string? Python { get; } = FindPython();

    /// <summary>Runs a script with <see cref="Python"/>; skips the test visibly where there is none.</summary>
    internal static (int Code, string Output) RunPeer(params string[] arguments)
    {
        Assert.SkipWhen(Python is null, "python3 with GDAL and NumPy is not installed (Debian: python3-gdal)");
        return Run(Python!, arguments);
    }

    internal static (int Code, string Output) Run(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    private static string? FindPython()
    {
        foreach (string candidate in new[] { "/usr/bin/python3", "python3" })
        {
            try
            {
                if (Run(candidate, ["-c", "from osgeo import gdal; import numpy"]).Code == 0)
                {
                    return candidate;
                }
            }
            catch (System.ComponentModel.Win32Exception)
            {
                continue;
            }
        }

        return null;
    }
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    internal ScratchFolder() => Directory.CreateDirectory(Path);

    internal string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "irrigationwatch-test-" + Guid.NewGuid().ToString("N"));

    internal string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
