using System.Globalization;

namespace IrrigationWatch.Areas;

/// <summary>How the irrigated area of a zone changed.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Country">Its country; may be empty.</param>
/// <param name="Years">Years that were used.</param>
/// <param name="LeftOut">Years of which too little was observed.</param>
/// <param name="FirstHectares">Irrigated hectares of the first year used; NaN where there is none.</param>
/// <param name="LastHectares">Of the last.</param>
/// <param name="GainHectares">Sum of all rises from one year used to the next.</param>
/// <param name="LossHectares">Sum of all falls, as a positive number.</param>
/// <param name="Trend">Its trend.</param>
/// <param name="Line">The line of the smallest BIC with at most two breaks; null for less than four years.</param>
public sealed record ZoneChange(
    string Zone,
    string Country,
    IReadOnlyList<int> Years,
    IReadOnlyList<int> LeftOut,
    double FirstHectares,
    double LastHectares,
    double GainHectares,
    double LossHectares,
    Trend Trend,
    PiecewiseLine? Line)
{
    /// <summary>Observed share of a zone below which a year is left out, unless said otherwise.</summary>
    public const double DefaultLeastObserved = 0.8;

    /// <summary>Zones that warnings name one by one, at most.</summary>
    private const int MostNamed = 8;

    /// <summary>What a user should know of the years that were left out.</summary>
    /// <param name="changes">The changes of all zones.</param>
    /// <param name="leastObserved">The share by which they were left out.</param>
    /// <returns>A line for each of the first zones, and one for the rest.</returns>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<ZoneChange> changes, double leastObserved)
    {
        ArgumentNullException.ThrowIfNull(changes);
        string least = leastObserved.ToString("0.#%", CultureInfo.InvariantCulture);
        ZoneChange[] affected = [.. changes.Where(change => change.LeftOut.Count > 0)];
        string[] named = [.. affected.Take(MostNamed).Select(change => $"{change.Zone}: less than {least} was observed in {string.Join(", ", change.LeftOut)}; left out of its trend")];
        return affected.Length > MostNamed
            ? [.. named, string.Create(CultureInfo.InvariantCulture, $"and {affected.Length - MostNamed} more zones of which less than {least} was observed in some years; the table of change names the years")]
            : named;
    }

    /// <summary>Computes the changes of all zones of a table.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="leastObserved">Years in which a smaller share of a zone was observed are left out: what was not seen must not read as a decline.</param>
    /// <returns>One a zone, in the order of the table.</returns>
    public static IReadOnlyList<ZoneChange> Of(IReadOnlyList<AreaRow> rows, double leastObserved = DefaultLeastObserved)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var changes = new List<ZoneChange>();
        foreach (IGrouping<(string Zone, string Country), AreaRow> zone in rows.GroupBy(row => (row.Zone, row.Country)))
        {
            AreaRow[] used = [.. zone.Where(row => row.ObservedFraction >= leastObserved).OrderBy(row => row.Year)];
            int[] years = [.. used.Select(row => row.Year)];
            double[] values = [.. used.Select(row => row.IrrigatedHectares)];
            double[] steps = [.. values.Skip(1).Select((value, i) => value - values[i])];
            changes.Add(new ZoneChange(
                zone.Key.Zone,
                zone.Key.Country,
                years,
                [.. zone.Where(row => row.ObservedFraction < leastObserved).Select(row => row.Year).Order()],
                values.Length > 0 ? values[0] : double.NaN,
                values.Length > 0 ? values[^1] : double.NaN,
                steps.Where(step => step > 0).Sum(),
                steps.Where(step => step < 0).Sum(step => -step),
                Trend.Of(years, values),
                PiecewiseLine.Fit(years, values)));
        }

        return changes;
    }
}
