using System.Globalization;

namespace IrrigationWatch;

/// <summary>
/// Texts in tables that spreadsheets open. A name that begins like a formula would be run, which can start programs and send away what stands in other
/// cells: it gets an apostrophe in front, which a spreadsheet takes for "this is a text". Quotation marks do not help, they are taken off before.
/// </summary>
internal static class SpreadsheetText
{
    /// <summary>What a formula begins with, in the wide forms of East Asian keyboards too, and what is skipped before it.</summary>
    private const string Begins = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>A text that no spreadsheet runs. One that is a number as a whole, as -1.5, is left as it is.</summary>
    internal static string Of(string text) => IsRun(text) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "'" + text : text;

    /// <summary>The text that <see cref="Of"/> was given.</summary>
    internal static string Original(string cell) => cell.StartsWith('\'') && IsRun(cell) ? cell[1..] : cell;

    /// <summary>Behind apostrophes too: so one of the text itself is told from one that was added, of which there are two then.</summary>
    private static bool IsRun(string text) => text.AsSpan().TrimStart('\'') is { Length: > 0 } rest && Begins.Contains(rest[0], StringComparison.Ordinal);
}
