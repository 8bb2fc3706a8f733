using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli;

/// <summary>Progress on stderr: a live line on a terminal, one plain line every few seconds elsewhere.</summary>
internal sealed class ConsoleProgress : IProgress<RunProgress>, IProgress<double>, IDisposable
{
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly Terminal terminal;
    private readonly string step;
    private TimeSpan last = TimeSpan.MinValue;
    private int drawn;

    /// <summary>Creates a reporter.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="step">Name of the work for reports that carry none.</param>
    internal ConsoleProgress(Terminal terminal, string step = "")
    {
        this.terminal = terminal;
        this.step = step;
    }

    public void Report(double value) => Report(new RunProgress(step, value));

    public void Report(RunProgress value)
    {
        lock (gate)
        {
            if (value.Note is not null)
            {
                Clear();
                terminal.Error.WriteLine(value.Note);
                return;
            }

            if (terminal.IsLive)
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{value.Step,-18} {Bar(value.Fraction)} {value.Fraction,4:0%}  {watch.Elapsed:hh\\:mm\\:ss}");
                terminal.Error.Write("\r" + text.PadRight(drawn));
                drawn = text.Length;
            }
            else if (last == TimeSpan.MinValue || watch.Elapsed - last > PlainInterval)
            {
                last = watch.Elapsed;
                terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed:hh\\:mm\\:ss} {value.Step} {value.Fraction:0%}"));
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            Clear();
        }
    }

    private static string Bar(double fraction)
    {
        const int Width = 30;
        int full = (int)Math.Round(Math.Clamp(fraction, 0, 1) * Width);
        return $"[{new string('#', full)}{new string('.', Width - full)}]";
    }

    private void Clear()
    {
        if (drawn > 0)
        {
            terminal.Error.Write("\r" + new string(' ', drawn) + "\r");
            drawn = 0;
        }
    }
}
