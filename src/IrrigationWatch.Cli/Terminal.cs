using System.CommandLine;

namespace IrrigationWatch.Cli;

/// <summary>
/// Where a command writes: answers to <see cref="InvocationConfiguration.Output"/>, progress, warnings and errors to
/// <see cref="InvocationConfiguration.Error"/>. No command writes to the console by itself, so that many can be at work in one process.
/// </summary>
internal sealed class Terminal : InvocationConfiguration
{
    private int saidStopped;

    /// <summary>Names where a command writes.</summary>
    /// <param name="output">Takes answers.</param>
    /// <param name="error">Takes progress, warnings and errors; from several threads.</param>
    /// <param name="isLive">True where lines of progress can be drawn over.</param>
    internal Terminal(TextWriter output, TextWriter error, bool isLive)
    {
        Output = output;
        Error = error;
        IsLive = isLive;
        EnableDefaultExceptionHandler = false;
        ProcessTerminationTimeout = null;
    }

    /// <summary>True where lines of progress can be drawn over, as on a screen.</summary>
    internal bool IsLive { get; }

    /// <summary>Says once that work was stopped, and gives the exit code.</summary>
    internal int Stopped()
    {
        if (Interlocked.Exchange(ref saidStopped, 1) == 0)
        {
            Error.WriteLine("stopped; what was finished is kept, the next run goes on from there");
        }

        return ExitCode.Interrupted;
    }
}
