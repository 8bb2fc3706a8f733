using System.Globalization;
using System.Text;

namespace IrrigationWatch.Publishing;

/// <summary>Cells of tables as CSV, and reading such tables back.</summary>
internal static class CsvTable
{
    /// <summary>A text as a cell: in quotation marks where it must be (RFC 4180), and behind an apostrophe where a spreadsheet would run it.</summary>
    /// <param name="text">The text. One that is a number as a whole, as -1.5, is left as it is.</param>
    internal static string Text(string text)
    {
        string harmless = SpreadsheetText.Of(text);
        return harmless.AsSpan().IndexOfAny(",\"\r\n") < 0 ? harmless : $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Reads the rows of a table.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="header">Its first line.</param>
    /// <param name="what">What it is, for errors.</param>
    /// <param name="parse">Makes a row of its fields, as many as the header has.</param>
    /// <exception cref="InputException">The file is missing or another.</exception>
    internal static IReadOnlyList<T> Read<T>(string path, string header, string what, Func<IReadOnlyList<string>, T> parse)
    {
        if (!File.Exists(path))
        {
            throw new InputException(path, "no such file; check the path");
        }

        string text = TextFile.Read(path);
        if (!text.AsSpan(0, EndOfLine(text)).SequenceEqual(header))
        {
            throw new InputException(path, $"is no {what}; its first line must be '{header}'");
        }

        int count = header.Count(c => c == ',') + 1;
        var rows = new List<T>();
        foreach ((int line, List<string> fields) in Records(text).Skip(1))
        {
            try
            {
                rows.Add(fields.Count == count ? parse(fields) : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{fields.Count} fields instead of {count}")));
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{path}:{line}"), $"is no line of a{(what[0] is 'a' or 'e' ? "n" : string.Empty)} {what} ({e.Message.TrimEnd('.')}); write the table again", e);
            }
        }

        return rows;
    }

    /// <summary>A number in the invariant form.</summary>
    /// <exception cref="FormatException">It is none, or none that is finite.</exception>
    internal static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number : throw new FormatException($"'{text}' is no area");

    /// <summary>The records of a text with the line each begins in; a field in quotation marks may go on over lines (RFC 4180). Empty lines are none.</summary>
    private static IEnumerable<(int Line, List<string> Fields)> Records(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        int line = 1;
        int begin = 1;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
                continue;
            }

            bool ends = c == '\n' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'));
            line += ends ? 1 : 0;
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (quoted)
            {
                field.Append(c);
            }
            else if (c == ',')
            {
                fields.Add(Take(field));
            }
            else if (ends)
            {
                if (fields.Count > 0 || field.Length > 0)
                {
                    yield return (begin, [.. fields, Take(field)]);
                }

                fields.Clear();
                begin = line;
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (fields.Count > 0 || field.Length > 0)
        {
            yield return (begin, [.. fields, Take(field)]);
        }
    }

    private static string Take(StringBuilder field)
    {
        string text = field.ToString();
        field.Clear();
        return SpreadsheetText.Original(text);
    }

    private static int EndOfLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is int end and >= 0 ? end : text.Length;
}
