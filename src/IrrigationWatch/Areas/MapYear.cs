using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>Finds the year of a map.</summary>
public static partial class MapYear
{
    /// <summary>The year from the metadata item <c>YEAR</c>, else the last number of four digits from 1972 to 2100 in the file's name.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The year.</returns>
    /// <exception cref="InputException">Neither says a year.</exception>
    public static int Of(Dataset map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Find(map) ?? throw new InputException(map.Path, "says no year; put it in the file name (for example irrigated-2010.tif) or in the metadata item YEAR");
    }

    /// <summary>The year of a map on disk.</summary>
    /// <param name="path">The map.</param>
    /// <returns>The year.</returns>
    /// <exception cref="InputException">The map cannot be opened, or says no year.</exception>
    public static int Of(string path)
    {
        using Dataset map = AreaCalculation.OpenMap(path);
        return Of(map);
    }

    /// <summary>The year of a map on disk; null where neither says one.</summary>
    /// <param name="path">The map.</param>
    /// <returns>The year.</returns>
    /// <exception cref="InputException">The map cannot be opened.</exception>
    public static int? Find(string path)
    {
        using Dataset map = AreaCalculation.OpenMap(path);
        return Find(map);
    }

    /// <summary>The year likewise; null where neither says one.</summary>
    internal static int? Find(Dataset map)
    {
        string? item = map.GetMetadata("YEAR");
        if (int.TryParse(item, NumberStyles.Integer, CultureInfo.InvariantCulture, out int year) && IsYear(year))
        {
            return year;
        }

        foreach (Match match in FourDigits().Matches(Path.GetFileName(map.Path)).Reverse())
        {
            year = int.Parse(match.Value, CultureInfo.InvariantCulture);
            if (IsYear(year))
            {
                return year;
            }
        }

        return null;
    }

    private static bool IsYear(int year) => year is >= 1972 and <= 2100;

    [GeneratedRegex(@"(?<![0-9])[0-9]{4}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex FourDigits();
}
