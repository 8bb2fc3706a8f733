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

    private const string Irrigated = "irrigated";

    /// <summary>Writes a table; the file appears only when whole.</summary>
    /// <param name="path">Where.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="quantity">What the areas are of; its name begins the names of their columns.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<AreaRow> rows, string quantity = Irrigated) => AtomicFile.WriteText(path, ToText(rows, quantity));

    /// <summary>A table as text.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="quantity">What the areas are of.</param>
    /// <returns>The CSV with its header, lines ended by a line feed.</returns>
    public static string ToText(IReadOnlyList<AreaRow> rows, string quantity = Irrigated)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var text = new StringBuilder(HeaderOf(quantity)).Append('\n');
        foreach (AreaRow row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Year},{CsvTable.Text(row.Zone)},{CsvTable.Text(row.Country)},{row.IrrigatedHectares:0.000},{row.ObservedHectares:0.000},{row.ZoneHectares:0.000},{row.ObservedFraction:0.000000},{row.LowHectares:0.000},{row.HighHectares:0.000}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads a table back.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="quantity">What the areas are of.</param>
    /// <returns>Its rows.</returns>
    /// <exception cref="InputException">The file is missing or is no area table.</exception>
    public static IReadOnlyList<AreaRow> Read(string path, string quantity = Irrigated)
    {
        IReadOnlyList<AreaRow> rows = CsvTable.Read(path, HeaderOf(quantity), "area table", fields =>
            new AreaRow(int.Parse(fields[0], CultureInfo.InvariantCulture), fields[1], fields[2], CsvTable.Number(fields[3]), CsvTable.Number(fields[4]), CsvTable.Number(fields[5]), Optional(fields[7]), Optional(fields[8])));
        (int Year, string Zone, string Country)? twice = rows.GroupBy(row => (row.Year, row.Zone, row.Country)).FirstOrDefault(same => same.Count() > 1)?.Key;
        return twice is null ? rows : throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"has two rows of '{twice.Value.Zone}' in {twice.Value.Year}; keep the right one"));
    }

    private static string HeaderOf(string quantity) => Header.Replace(Irrigated, quantity, StringComparison.Ordinal);

    private static double? Optional(string text) => text.Length == 0 ? null : CsvTable.Number(text);
}
