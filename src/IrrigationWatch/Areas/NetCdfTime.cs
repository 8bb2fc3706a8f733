using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>Reads the time of netCDF variables as GDAL hands it on.</summary>
/// <remarks>After the Climate and Forecast conventions, 4.4: <c>UNIT since MOMENT</c>. Calendars of other lengths than the real one are off by days, which matters at the turn of a year alone.</remarks>
internal static class NetCdfTime
{
    private static readonly string[] Names = ["time", "Time", "TIME", "year", "t"];

    /// <summary>The year of a band, by its place along the time axis; null where it has none.</summary>
    internal static int? YearOf(Dataset map, Band band)
    {
        foreach (string name in Names)
        {
            if (double.TryParse(band.GetMetadata("NETCDF_DIM_" + name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && Year(value, map.GetMetadata(name + "#units"), name) is int year)
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

    private static int? Year(double value, string? units, string axis)
    {
        string[] parts = (units ?? string.Empty).Split(" since ", 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2)
        {
            // An axis of years, or of numbers like 2010 or 20100701.
            bool isYears = axis == "year" || (units ?? string.Empty).StartsWith("year", StringComparison.OrdinalIgnoreCase) || units is null;
            int number = value is > 19_000_000 and < 22_000_000 ? (int)(value / 10_000) : value is >= 0 and < 10_000 ? (int)value : 0;
            return isYears && MapYear.IsYear(number) ? number : null;
        }

        string moment = parts[1].Replace('T', ' ').TrimEnd('Z');
        string[] date = moment.Split(' ')[0].Split('-');
        if (date.Length != 3 || !int.TryParse(date[0], NumberStyles.None, CultureInfo.InvariantCulture, out int year) || !int.TryParse(date[1], NumberStyles.None, CultureInfo.InvariantCulture, out int month)
            || !int.TryParse(date[2], NumberStyles.None, CultureInfo.InvariantCulture, out int day) || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        double? days = parts[0].ToLowerInvariant().TrimEnd('s') switch
        {
            "day" or "d" => value,
            "hour" or "hr" or "h" => value / 24,
            "minute" or "min" => value / 1440,
            "second" or "sec" => value / 86400,
            "month" => value * 365.2425 / 12,
            "year" or "yr" => value * 365.2425,
            _ => null,
        };
        if (parts[0].StartsWith("year", StringComparison.OrdinalIgnoreCase))
        {
            return MapYear.IsYear(year + (int)Math.Floor(value)) ? year + (int)Math.Floor(value) : null;
        }

        var begin = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return days is double count && count > -700_000 && count < 700_000 && count + begin.Ticks / (double)TimeSpan.TicksPerDay is > 0 and < 3_652_000 && MapYear.IsYear(begin.AddDays(count).Year) ? begin.AddDays(count).Year : null;
    }
}
