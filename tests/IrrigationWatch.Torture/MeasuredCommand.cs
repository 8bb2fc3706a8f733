using System.Diagnostics;
using System.Text;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>What a command did, and what it took.</summary>
internal sealed record MeasuredCommand(int Code, string Output, string Error, long Peak, double Seconds)
{
    private const long MostMemory = 1L << 30;

    /// <summary>Runs a command to its end.</summary>
    /// <param name="most">Seconds after which it is said to hang.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static MeasuredCommand Run(double most, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using Process process = CommandLine.Start(arguments);
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        long peak = 0;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.BeginOutputReadLine();
        while (!process.WaitForExit(50))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended just now.
            }

            if (watch.Elapsed.TotalSeconds > most)
            {
                process.Kill();
                Assert.Fail($"{string.Join(' ', arguments)} hangs");
            }
        }

        process.WaitForExit();
        return new MeasuredCommand(process.ExitCode, output.ToString(), error.ToString(), peak, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Asserts that it succeeded, or refused its input as it should: without a stack trace, a fault of its own, or more than 1 GB of memory.</summary>
    internal MeasuredCommand HasNoFault(string what)
    {
        Assert.True(Code is 0 or 1 or 2, $"{what}: exit {Code}\n{Error}");
        Assert.False(Error.Contains("   at ", StringComparison.Ordinal) || Error.Contains("fault of irrigationwatch", StringComparison.Ordinal), $"{what}: {Error}");
        Assert.True(Peak < MostMemory, $"{what}: {Peak / 1e6:0} MB");
        return this;
    }
}
