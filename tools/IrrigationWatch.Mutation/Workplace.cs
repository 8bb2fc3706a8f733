using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Mutation;

/// <summary>A copy of the repository whose library can be compiled anew, with some of its files changed, and tested.</summary>
internal sealed partial class Workplace(string root, string folder)
{
    internal const string Source = "src/IrrigationWatch";
    private const string Tests = "tests/IrrigationWatch.Tests";
    private string[] _compiler = [];

    internal string Folder => folder;

    private string TestFolder => Path.Combine(folder, Tests);

    private string Bin => Path.Combine(TestFolder, "bin", "Release", "net10.0");

    /// <summary>Copies the repository, builds library and tests, and learns how the compiler is called for the library.</summary>
    internal void Prepare()
    {
        Directory.CreateDirectory(folder);
        Must(Run("bash", ["-c", $"git -C '{root}' ls-files -z --cached --others --exclude-standard | (cd '{root}' && tar --null -T - -c --ignore-failed-read 2>/dev/null) | tar -x -C '{folder}'"], folder, 600), "the repository cannot be copied");
        string[] quick = ["-c", "Release", "-v", "quiet", "-nologo", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false", "-nodeReuse:false"];
        Must(Run("dotnet", ["build", TestFolder, .. quick], folder, 900), "the tests do not build");
        (int? code, string output) = Run(
            "dotnet",
            ["build", Path.Combine(folder, Source), .. quick, "--no-restore", "-t:PrepareResources;Compile", "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:NonExistentFile=none", "-getItem:CscCommandLineArgs"],
            folder,
            300);
        Must((code, output), "the compiler's arguments cannot be read");
        using var document = JsonDocument.Parse(output);
        _compiler = [.. document.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
        if (!Compile([]))
        {
            throw new InvalidOperationException("the library does not compile as the build compiles it");
        }
    }

    /// <summary>Compiles the library with other texts for some of its files (paths from the repository's root), or with files it does not have; whether it compiles.</summary>
    internal bool Compile(IReadOnlyList<(string File, string Text)> changed)
    {
        string texts = Path.Combine(folder, "changed");
        if (Directory.Exists(texts))
        {
            Directory.Delete(texts, recursive: true);
        }

        string library = Path.Combine(folder, Source);
        List<string> arguments = [.. _compiler.Where(argument => !argument.StartsWith("/out:", StringComparison.Ordinal) && !argument.StartsWith("/refout:", StringComparison.Ordinal) && argument != "/noconfig"), $"/out:{Path.Combine(Bin, "IrrigationWatch.dll")}", "/skipanalyzers+", "/warnaserror-", "/warn:0"];
        foreach ((string file, string text) in changed)
        {
            string path = Path.Combine(texts, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            string original = Path.GetRelativePath(Source, file);
            arguments.Remove(original);
            arguments.Add(path);
        }

        string response = Path.Combine(folder, "compile.rsp");
        File.WriteAllLines(response, arguments.Select(Quoted));
        return Run("dotnet", [Compiler, "/noconfig", "/shared", $"@{response}"], library, 300).Code is 0;
    }

    /// <summary>An argument as the compiler's response files want it: what follows an option's name is quoted, and not the option.</summary>
    private static string Quoted(string argument)
    {
        int value = argument.StartsWith('/') && argument.IndexOf(':', StringComparison.Ordinal) is int colon and > 0 && !argument.AsSpan(1, colon - 1).Contains('/') ? colon + 1 : 0;
        return argument.Contains(' ', StringComparison.Ordinal) && !argument.Contains('"', StringComparison.Ordinal) ? $"{argument[..value]}\"{argument[value..]}\"" : argument;
    }

    /// <summary>The full names of all classes of tests.</summary>
    internal IReadOnlyList<string> TestClasses()
    {
        (int? code, string output) = Run("dotnet", [Path.Combine(Bin, "IrrigationWatch.Tests.dll"), "--list-tests"], TestFolder, 300);
        Must((code, output), "the tests cannot be listed");
        return [.. TestName().Matches(output).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs classes of tests until one fails: the exit code, or null where it takes longer than told.</summary>
    internal int? Test(IReadOnlyList<string> classes, int seconds, string? covered = null) =>
        Run("dotnet", [Path.Combine(Bin, "IrrigationWatch.Tests.dll"), "--filter-class", .. classes, "--stop-on-fail", "on"], TestFolder, seconds, (Coverage.Variable, covered)).Code;

    /// <summary>The compiler of the SDK that stands beside the runtime of this program.</summary>
    private static string Compiler { get; } = Directory.GetFiles(Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk")), "csc.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();

    private static void Must((int? Code, string Output) run, string otherwise)
    {
        if (run.Code is not 0)
        {
            throw new InvalidOperationException($"{otherwise}: {run.Output}");
        }
    }

    private static (int? Code, string Output) Run(string program, IEnumerable<string> arguments, string folder, int seconds, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(seconds * 1000))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (null, "");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    [GeneratedRegex(@"^\s*(IrrigationWatch\.Tests\.[\w.]+)\.\w+(?:\(|\s*$)", RegexOptions.Multiline)]
    private static partial Regex TestName();
}
