using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// Writes each entry of the log as one line, whatever is in it: addresses, names and errors hold what strangers send. What would begin
/// a line, steer a terminal or turn the direction of text is written as its code, so that no entry can pass for another.
/// </summary>
internal sealed class LineFormatter() : ConsoleFormatter(Name)
{
    /// <summary>Its name among formatters.</summary>
    internal new const string Name = "irrigationwatch";

    private const int MostCharacters = 8_000;

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string level = logEntry.LogLevel switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
        string text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } fault)
        {
            // The lines of a trace are ours; what stands in them may not be.
            text += " " + string.Join(" | ", fault.ToString().Split(Environment.NewLine).Select(line => line.Trim()));
        }

        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"{level}: {Plain(logEntry.Category)}[{logEntry.EventId.Id}] {Plain(text)}\n"));
    }

    /// <summary>Text without characters that are not seen.</summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(Math.Min(text.Length, MostCharacters));
        foreach (char c in text)
        {
            if (plain.Length >= MostCharacters)
            {
                return plain.Append(" …").ToString();
            }

            if (Steers(c))
            {
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                plain.Append(c);
            }
        }

        return plain.ToString();
    }

    private static bool Steers(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
