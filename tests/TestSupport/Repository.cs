using System.Diagnostics;
using System.Reflection;

namespace IrrigationWatch.TestSupport;

/// <summary>Where the repository's own files are, and scratch folders for tests.</summary>
internal static class Repository
{
    private static readonly Lazy<string?> FoundPython = new(FindPython);

    internal static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    internal static string Sample(params string[] parts) => Path.Combine([Root, "data-samples", .. parts]);

    internal static string Golden(string name) => Path.Combine(Root, "tests", "golden", name);

    /// <summary>Python with GDAL's own bindings and NumPy, the independent tool of several tests; null where it is not installed.</summary>
    internal static string? Python => FoundPython.Value;

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
        (int code, string output, string error) = EndOf(process, Patience) ?? throw new TimeoutException($"{program} {string.Join(' ', arguments)} had not ended after {Patience}");
        return (code, output + error);
    }

    /// <summary>How long any program may take. None takes a tenth of it; what hangs is ended, and fails its test by name.</summary>
    internal static TimeSpan Patience => TimeSpan.FromMinutes(10);

    /// <summary>Waits for the end of a process whose output is redirected, and kills it where that takes longer; then null.</summary>
    internal static (int Code, string Output, string Error)? EndOf(Process process, TimeSpan patience)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        bool ended = process.WaitForExit(patience);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        // What it started may hold on to its output for longer than it lives.
        return ended && Task.WaitAll([output, error], Patience) ? (process.ExitCode, output.Result, error.Result) : null;
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
