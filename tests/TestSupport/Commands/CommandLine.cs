using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using IrrigationWatch.Cli;

namespace IrrigationWatch.TestSupport;

/// <summary>
/// Runs the command line: inside of the tests' own process where it is commands that are tested, as a process of its own where
/// that matters (signals, kills, variables of the environment, memory, two at a time).
/// </summary>
internal static class CommandLine
{
    /// <summary>The program that is started: the published one where <c>tools/test</c> made one (it starts three times as fast), else the one beside the tests.</summary>
    internal static readonly string Program = Environment.GetEnvironmentVariable("IRRIGATIONWATCH_PROGRAM") is { Length: > 0 } published
        ? published
        : Path.Combine(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "IrrigationWatch.Cli.dll");

    /// <summary>Runs a command in this process, from its words to its exit code.</summary>
    internal static CommandResult Run(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        // Nobody sees these writers, but names must not steer a terminal in which an error is shown.
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(new VisibleText(error)), isLive: false);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Repository.Patience);
        int code = Cli.Program.RunAsync(arguments, terminal, source.Token).GetAwaiter().GetResult();
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command as users do: as a process.</summary>
    internal static CommandResult RunAsProcess(params string[] arguments) => RunWith(new Dictionary<string, string>(), arguments);

    /// <summary>Runs a command as a process with variables of the environment.</summary>
    internal static CommandResult RunWith(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        return End(process, Repository.Patience) ?? throw new TimeoutException($"irrigationwatch {string.Join(' ', arguments)} had not ended after {Repository.Patience}");
    }

    /// <summary>Runs a command as a process that a shell begins, with limits or streams of its own.</summary>
    /// <param name="script">What the shell does; <c>"$@"</c> is the command.</param>
    /// <param name="arguments">The words of the command.</param>
    internal static CommandResult RunInShell(string script, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", "dotnet", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        return End(process, Repository.Patience) ?? throw new TimeoutException($"{script}: {string.Join(' ', arguments)} had not ended after {Repository.Patience}");
    }

    /// <summary>Runs a command for so long and then kills it outright; null where it was killed.</summary>
    internal static CommandResult? RunOrKill(int milliseconds, params string[] arguments)
    {
        using Process process = Start(arguments);
        return End(process, TimeSpan.FromMilliseconds(milliseconds));
    }

    /// <summary>Runs a command and kills it outright as soon as a file appears; false where it never did.</summary>
    internal static bool RunUntilWritten(string folder, string file, params string[] arguments)
    {
        using var seen = new ManualResetEventSlim();
        bool found = false;
        using var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        void Look(object sender, FileSystemEventArgs change)
        {
            if (change.Name!.Replace('\\', '/').StartsWith(file, StringComparison.Ordinal))
            {
                found = true;
                seen.Set();
            }
        }

        watcher.Created += Look;
        watcher.Renamed += Look;
        watcher.EnableRaisingEvents = true;
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task ended = process.WaitForExitAsync().ContinueWith(_ => seen.Set(), TaskScheduler.Default);
        seen.Wait(Repository.Patience);
        process.Kill();
        Task.WaitAll(ended, error, output);
        // One that was done already was not killed.
        const int Killed = 137;
        return found && process.ExitCode == Killed;
    }

    /// <summary>Starts a command.</summary>
    internal static Process Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts a command as a terminal does: what a shell starts in the background, tests among it, is deaf to Ctrl-C, and so is all that it starts until it listens by itself.</summary>
    internal static Process StartAsFromTerminal(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("env", ["--default-signal=INT,TERM", "dotnet", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private static Process Start(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static CommandResult? End(Process process, TimeSpan patience) =>
        Repository.EndOf(process, patience) is var (code, output, error) ? new CommandResult(code, output, error) : null;
}

/// <summary>What a command did.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>Asserts that the command failed with one line of error on stderr that holds some texts, and no stack trace.</summary>
    internal void FailsWith(int code, params string[] texts)
    {
        Assert.True(Code == code, $"exit {Code} instead of {code}: {Error}{Output}");
        string[] lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string line = Assert.Single(lines, l => l.StartsWith("error: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.All(texts, text => Assert.Contains(text, line, StringComparison.Ordinal));
    }

    internal CommandResult Succeeds()
    {
        Assert.True(Code == 0, $"exit {Code}: {Error}{Output}");
        return this;
    }
}
