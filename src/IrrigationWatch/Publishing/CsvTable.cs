using System.Globalization;
using System.Text;

namespace IrrigationWatch.Publishing;

/// <summary>Reads tables that were written as CSV.</summary>
internal static class CsvTable
{
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

        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != header)
        {
            throw new InputException(path, $"is no {what}; its first line must be '{header}'");
        }

        int count = header.Count(c => c == ',') + 1;
        var rows = new List<T>();
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            List<string> fields = Split(lines[i]);
            try
            {
                rows.Add(fields.Count == count ? parse(fields) : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{fields.Count} fields instead of {count}")));
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{path}:{i + 1}"), $"is no line of a{(what[0] is 'a' or 'e' ? "n" : string.Empty)} {what} ({e.Message.TrimEnd('.')}); write the table again", e);
            }
        }

        return rows;
    }

    /// <summary>A number in the invariant form.</summary>
    internal static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static List<string> Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
