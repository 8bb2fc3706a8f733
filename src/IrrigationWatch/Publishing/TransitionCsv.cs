using System.Globalization;
using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Transitions between years and periods as CSV: UTF-8, RFC 4180, invariant numbers, hectares with three decimals.</summary>
public static class TransitionCsv
{
    /// <summary>The header line.</summary>
    public const string Header = "from,to,zone,country,kept_ha,gain_ha,loss_ha,never_ha,unobserved_ha,zone_ha";

    /// <summary>Writes transitions.</summary>
    /// <param name="path">Where.</param>
    /// <param name="transitions">The transitions.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Transition> transitions) => AtomicFile.WriteText(path, ToText(transitions));

    /// <summary>Transitions as text.</summary>
    /// <param name="transitions">The transitions.</param>
    /// <returns>The CSV with its header, lines ended by a line feed.</returns>
    public static string ToText(IReadOnlyList<Transition> transitions)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        var text = new StringBuilder(Header).Append('\n');
        foreach (Transition row in transitions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.From},{row.To},{CsvTable.Text(row.Zone)},{CsvTable.Text(row.Country)},{row.KeptHectares:0.000},{row.GainHectares:0.000},{row.LossHectares:0.000},{row.NeverHectares:0.000},{row.UnobservedHectares:0.000},{row.ZoneHectares:0.000}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads transitions back.</summary>
    /// <param name="path">The CSV file.</param>
    /// <returns>Its rows.</returns>
    /// <exception cref="InputException">The file is missing or holds no transitions.</exception>
    public static IReadOnlyList<Transition> Read(string path) => CsvTable.Read(path, Header, "table of transitions", fields =>
        new Transition(PeriodOf(fields[0]), PeriodOf(fields[1]), fields[2], fields[3], CsvTable.Number(fields[4]), CsvTable.Number(fields[5]), CsvTable.Number(fields[6]), CsvTable.Number(fields[7]), CsvTable.Number(fields[8])));

    private static Period PeriodOf(string text)
    {
        string[] years = text.Split('-');
        return new Period(int.Parse(years[0], CultureInfo.InvariantCulture), int.Parse(years[^1], CultureInfo.InvariantCulture));
    }
}
