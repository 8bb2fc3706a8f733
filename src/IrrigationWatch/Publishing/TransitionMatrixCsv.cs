using System.Globalization;
using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Transition matrices as CSV, a cell a line: UTF-8, RFC 4180, invariant numbers, hectares with three decimals.</summary>
public static class TransitionMatrixCsv
{
    /// <summary>The header line.</summary>
    public const string Header = "from,to,zone,country,from_class,to_class,area_ha";

    /// <summary>Writes cells.</summary>
    /// <param name="path">Where.</param>
    /// <param name="cells">The cells.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ClassTransition> cells) => AtomicFile.WriteText(path, ToText(cells));

    /// <summary>Cells as text.</summary>
    /// <param name="cells">The cells.</param>
    /// <returns>The CSV with its header, lines ended by a line feed.</returns>
    public static string ToText(IReadOnlyList<ClassTransition> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var text = new StringBuilder(Header).Append('\n');
        foreach (ClassTransition cell in cells)
        {
            text.Append(CultureInfo.InvariantCulture, $"{cell.From},{cell.To},{CsvTable.Text(cell.Zone)},{CsvTable.Text(cell.Country)},{CsvTable.Text(cell.FromClass)},{CsvTable.Text(cell.ToClass)},{cell.Hectares:0.000}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads cells back.</summary>
    /// <param name="path">The CSV file.</param>
    /// <returns>Its cells.</returns>
    /// <exception cref="InputException">The file is missing or holds no transition matrix.</exception>
    public static IReadOnlyList<ClassTransition> Read(string path) => CsvTable.Read(path, Header, "transition matrix", fields =>
        new ClassTransition(int.Parse(fields[0], CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), fields[2], fields[3], fields[4], fields[5], CsvTable.Number(fields[6])));
}
