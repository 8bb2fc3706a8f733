using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>Reads the time of netCDF variables as GDAL hands it on.</summary>
/// <remarks>After the Climate and Forecast conventions, 4.4: <c>UNIT since MOMENT</c>, in the calendar that the axis names.</remarks>
internal static class NetCdfTime
{
    private static readonly string[] Names = ["time", "Time", "TIME", "year", "t"];

    /// <summary>The year of a band, by its place along the time axis; null where it has none.</summary>
    internal static int? YearOf(Dataset map, Band band)
    {
        foreach (string name in Names)
        {
            if (double.TryParse(band.GetMetadata("NETCDF_DIM_" + name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && Year(value, map.GetMetadata(name + "#units"), map.GetMetadata(name + "#calendar") ?? "standard", name) is int year)
            {
                return year;
            }
        }

        return null;
    }

    /// <summary>The year that a file covers; null where it says none or several.</summary>
    internal static int? YearOf(Dataset map)
    {
        int? start = MapYear.LeadingYear(map.GetMetadata("NC_GLOBAL#time_coverage_start"));
        int? end = MapYear.LeadingYear(map.GetMetadata("NC_GLOBAL#time_coverage_end"));
        return start == end || end is null ? start : null;
    }

    /// <summary>The year of a place along an axis.</summary>
    internal static int? Year(double value, string? units, string calendar, string axis)
    {
        string[] parts = (units ?? string.Empty).Split(" since ", 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2)
        {
            // An axis of years, or of numbers like 2010 or 20100701.
            bool isYears = axis == "year" || (units ?? string.Empty).StartsWith("year", StringComparison.OrdinalIgnoreCase) || units is null;
            int number = value is > 19_000_000 and < 22_000_000 ? (int)(value / 10_000) : value is >= 0 and < 10_000 ? (int)value : 0;
            return isYears && MapYear.IsYear(number) ? number : null;
        }

        string[] date = parts[1].Replace('T', ' ').TrimEnd('Z').Split(' ')[0].Split('-');
        if (date.Length != 3 || !int.TryParse(date[0], NumberStyles.None, CultureInfo.InvariantCulture, out int year) || !int.TryParse(date[1], NumberStyles.None, CultureInfo.InvariantCulture, out int month)
            || !int.TryParse(date[2], NumberStyles.None, CultureInfo.InvariantCulture, out int day) || year is < 1 or > 9999 || month is < 1 or > 12 || day is < 1 or > 31 || Math.Abs(value) > 1e11)
        {
            return null;
        }

        double? found = parts[0].ToLowerInvariant().TrimEnd('s') switch
        {
            "day" or "d" => YearOfDays(year, month, day, value, calendar),
            "hour" or "hr" or "h" => YearOfDays(year, month, day, value / 24, calendar),
            "minute" or "min" => YearOfDays(year, month, day, value / 1440, calendar),
            "second" or "sec" => YearOfDays(year, month, day, value / 86400, calendar),
            // Of the calendar, which is what makers of yearly and monthly maps mean by them.
            "month" => Math.Floor(year + (month - 1 + value) / 12),
            "year" or "yr" => Math.Floor(year + (month - 1) / 12.0 + value),
            _ => null,
        };
        return found is >= 0 and < 10_000 && MapYear.IsYear((int)found) ? (int)found : null;
    }

    /// <summary>The year some days after a day, in the calendars of the conventions; null for another.</summary>
    private static double? YearOfDays(int year, int month, int day, double days, string calendar)
    {
        switch (calendar.ToLowerInvariant())
        {
            case "noleap" or "365_day":
                return Math.Floor(year + (OfYear(2001) + days) / 365);
            case "all_leap" or "366_day":
                return Math.Floor(year + (OfYear(2000) + days) / 366);
            case "360_day":
                return Math.Floor(year + (30 * (month - 1) + day - 1 + days) / 360);
            case "standard" or "gregorian" or "proleptic_gregorian":
                var begin = new DateTime(year, month, Math.Min(day, DateTime.DaysInMonth(year, month)), 0, 0, 0, DateTimeKind.Utc);
                double ticks = begin.Ticks + days * TimeSpan.TicksPerDay;
                return ticks > 0 && ticks < DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Utc).Year : null;
            default:
                return null;
        }

        int OfYear(int like) => new DateTime(like, month, Math.Min(day, DateTime.DaysInMonth(like, month)), 0, 0, 0, DateTimeKind.Utc).DayOfYear - 1;
    }
}
