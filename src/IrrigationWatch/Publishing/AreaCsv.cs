using System.Globalization;
using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Area tables as CSV: UTF-8, RFC 4180, invariant numbers, hectares with three decimals.</summary>
public static class AreaCsv
{
    /// <summary>The header line.</summary>
    public const string Header = "year,zone,country,irrigated_ha,observed_ha,zone_ha,observed_fraction,irrigated_low_ha,irrigated_high_ha";

    /// <summary>Writes a table; the file appears only when whole.</summary>
    /// <param name="path">Where.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<AreaRow> rows) => AtomicFile.WriteText(path, ToText(rows));

    /// <summary>A table as text.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>The CSV with its header, lines ended by a line feed.</returns>
    public static string ToText(IReadOnlyList<AreaRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder(Header).Append('\n');
        foreach (AreaRow row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Year},{Quote(row.Zone)},{Quote(row.Country)},{row.IrrigatedHectares:0.000},{row.ObservedHectares:0.000},{row.ZoneHectares:0.000},{row.ObservedFraction:0.000000},{row.LowHectares:0.000},{row.HighHectares:0.000}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads a table back.</summary>
    /// <param name="path">The CSV file.</param>
    /// <returns>Its rows.</returns>
    /// <exception cref="InputException">The file is missing or is no area table.</exception>
    public static IReadOnlyList<AreaRow> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException(path, "no such file; check the path");
        }

        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw new InputException(path, $"is no area table; its first line must be '{Header}'");
        }

        var rows = new List<AreaRow>();
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
            {
                rows.Add(Parse(lines[i], string.Create(CultureInfo.InvariantCulture, $"{path}:{i + 1}")));
            }
        }

        return rows;
    }

    private static AreaRow Parse(string line, string place)
    {
        List<string> fields = Split(line);
        try
        {
            return fields.Count == 9
                ? new AreaRow(int.Parse(fields[0], CultureInfo.InvariantCulture), fields[1], fields[2], Number(fields[3]), Number(fields[4]), Number(fields[5]), Optional(fields[7]), Optional(fields[8]))
                : throw new FormatException($"{fields.Count} fields instead of 9");
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InputException(place, $"is no line of an area table ({e.Message.TrimEnd('.')}); write the table again", e);
        }

        static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        static double? Optional(string text) => text.Length == 0 ? null : Number(text);
    }

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

    internal static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
