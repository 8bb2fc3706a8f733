using System.Globalization;
using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Changes of zones as CSV: UTF-8, RFC 4180, invariant numbers; what is not known is empty.</summary>
public static class ChangeCsv
{
    /// <summary>The header line.</summary>
    public const string Header = "zone,country,years,first_year,last_year,first_ha,last_ha,change_ha,change_percent,gain_ha,loss_ha,kendall_s,kendall_tau,p_value,slope_ha_per_year,slope_low,slope_high,break_years,piece_slopes,years_left_out";

    /// <summary>Writes the changes.</summary>
    /// <param name="path">Where.</param>
    /// <param name="changes">The changes.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ZoneChange> changes) => AtomicFile.WriteText(path, ToText(changes));

    /// <summary>The changes as text.</summary>
    /// <param name="changes">The changes.</param>
    /// <returns>The CSV with its header, lines ended by a line feed.</returns>
    public static string ToText(IReadOnlyList<ZoneChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var text = new StringBuilder(Header).Append('\n');
        foreach (ZoneChange change in changes)
        {
            Trend trend = change.Trend;
            double difference = change.LastHectares - change.FirstHectares;
            string[] fields =
            [
                CsvTable.Text(change.Zone), CsvTable.Text(change.Country), Whole(change.Years.Count),
                change.Years.Count > 0 ? Whole(change.Years[0]) : string.Empty, change.Years.Count > 0 ? Whole(change.Years[^1]) : string.Empty,
                Number(change.FirstHectares, "0.000"), Number(change.LastHectares, "0.000"), Number(difference, "0.000"), Number(100 * difference / change.FirstHectares, "0.0"),
                Number(change.GainHectares, "0.000"), Number(change.LossHectares, "0.000"),
                trend.S.ToString(CultureInfo.InvariantCulture), Number(trend.Tau, "0.0000"), Number(trend.P, "0.######"),
                Number(trend.Slope, "0.000"), Number(trend.SlopeLow, "0.000"), Number(trend.SlopeHigh, "0.000"),
                string.Join(';', change.Line?.Breaks ?? []), string.Join(';', (change.Line?.Slopes ?? []).Select(slope => Number(slope, "0.000"))), string.Join(';', change.LeftOut),
            ];
            text.AppendJoin(',', fields).Append('\n');
        }

        return text.ToString();
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : string.Empty;
}
