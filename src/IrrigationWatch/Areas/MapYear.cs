using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Finds the year of a map, and says by what.</summary>
/// <remarks>
/// In this order: what the caller says; the metadata items <c>YEAR</c> of the band and of the file; the time of a netCDF variable, or the time that its file
/// covers; the items of acquisition and <c>TIFFTAG_DATETIME</c>; the name, by the rules of known series (<see cref="MapSeries"/>), else the only year that it holds, else the year of the only date.
/// </remarks>
public static partial class MapYear
{
    private const int First = 1972;
    private const int Last = 2100;

    /// <summary>The year of a map on disk.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The year.</returns>
    /// <exception cref="InputException">The map cannot be opened, says no year, or several.</exception>
    public static int Of(MapSource map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Year is int known)
        {
            return known;
        }

        using OpenClassMap open = OpenClassMap.Open(map);
        return open.Year;
    }

    /// <summary>The year of a map on disk; null where nothing says one.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The year.</returns>
    /// <exception cref="InputException">The map cannot be opened, or its name holds several years of which none is known to be meant.</exception>
    public static int? Find(MapSource map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Year is int known)
        {
            return known;
        }

        using OpenClassMap open = OpenClassMap.Open(map);
        return Find(open);
    }

    /// <summary>The year likewise.</summary>
    internal static int? Find(OpenClassMap map) => map.Map.Year ?? Search(map.Dataset, map.Reader.Number, map.Map.Path)?.Year;

    /// <summary>The year of a band, and a remark where a reader should know by what it was found.</summary>
    /// <param name="map">The open file.</param>
    /// <param name="band">The band, from 1.</param>
    /// <param name="name">What the user calls the map.</param>
    /// <exception cref="InputException">Nothing says a year, or several could be meant.</exception>
    internal static (int Year, string? Remark) Of(Dataset map, int band, string name) => Search(map, band, name)
        ?? throw new InputException(name, $"says no year; write it behind the file as {FileName(name)}=2010, put it into the file's name, or into its metadata item YEAR");

    /// <summary>Whether a number can be the year of a map.</summary>
    internal static bool IsYear(int year) => year is >= First and <= Last;

    /// <summary>The year of a band by itself: its own items, its time or its description; null where they say none.</summary>
    internal static int? OfBand(Dataset map, int number)
    {
        Band band = map.Band(number);
        return Whole(band.GetMetadata("YEAR")) ?? NetCdfTime.YearOf(map, band) ?? (YearsIn(band.Description) is [int only] ? only : MapSeries.Find(band.Description)?.Year);
    }

    /// <summary>The distinct years that a text holds, as numbers of four digits, in their order.</summary>
    internal static IReadOnlyList<int> YearsIn(string text) =>
        [.. FourDigits().Matches(text).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture)).Where(IsYear).Distinct()];

    /// <summary>The distinct years of the dates that a text holds as <c>20130419</c>.</summary>
    private static IReadOnlyList<int> DatesIn(string text) =>
        [.. EightDigits().Matches(text).Select(match => DateOnly.TryParseExact(match.Value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date) ? date.Year : 0).Where(IsYear).Distinct()];

    internal static (int Year, string? Remark)? Search(Dataset map, int number, string name)
    {
        Band band = map.Band(number);
        string file = FileName(name);
        (int Year, string Series)? series = MapSeries.Find(file);
        IReadOnlyList<int> years = YearsIn(file);
        string? item = band.GetMetadata("YEAR") ?? map.GetMetadata("YEAR");
        // Of several bands each may say its own year, by which it goes before what the file says.
        if ((LayerReader.DataBands(map).Count > 1 ? OfBand(map, number) : null) is int alone)
        {
            return (alone, null);
        }

        if ((Whole(item) ?? NetCdfTime.YearOf(map, band) ?? NetCdfTime.YearOf(map)) is int own)
        {
            int? named = series?.Year ?? (years.Count == 1 ? years[0] : null);
            return (own, named is null || named == own ? null : string.Create(CultureInfo.InvariantCulture, $"{file} is taken for {own} by its metadata; its name says {named}"));
        }

        string? strange = item is null ? null : string.Create(CultureInfo.InvariantCulture, $"; its metadata item YEAR is '{OneLine.Of(item)}', which is no year from {First} to {Last}");
        if (Moment(map) is (int acquired, string source))
        {
            if (series is { } other && other.Year != acquired)
            {
                throw new InputException(name, string.Create(CultureInfo.InvariantCulture, $"is of {other.Year} by its name, as files of {other.Series} are, and of {acquired} by its metadata item {source}; say which, as {file}={other.Year}"));
            }

            return (acquired, years.Count == 1 && years[0] == acquired ? null : string.Create(CultureInfo.InvariantCulture, $"{file} is taken for {acquired} by its metadata item {source}{(years.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"; its name says {years[0]}, for which write {file}={years[0]}") : string.Empty)}"));
        }

        if (series is { } known)
        {
            return (known.Year, years.Count == 1 && strange is null ? null : string.Create(CultureInfo.InvariantCulture, $"{file} is taken for {known.Year}, by the names of {known.Series}{strange}"));
        }

        if (years.Count == 0 && DatesIn(file) is [int dated])
        {
            return (dated, string.Create(CultureInfo.InvariantCulture, $"{file} is taken for {dated}, by the date in its name"));
        }

        if (MapSeries.YearsOfChange(file) is [int from, int to])
        {
            throw new InputException(name, string.Create(CultureInfo.InvariantCulture, $"is a layer of change of CORINE from {from} to {to}, and so of no one year; write behind the file the year that you mean, as {file}={to}"));
        }

        return years.Count switch
        {
            0 => null,
            1 => (years[0], strange is null ? null : string.Create(CultureInfo.InvariantCulture, $"{file} is taken for {years[0]}, by its name{strange}")),
            _ => throw new InputException(name, string.Create(CultureInfo.InvariantCulture, $"holds several years in its name ({string.Join(", ", years)}), and nothing says which is meant; write it behind the file, as {file}={years[0]}, or give --year-pattern with a regular expression whose group is the year, as {Suggestion(file, years[0])}")),
        };
    }

    /// <summary>A pattern by which the first year is found: the text before it, and the year.</summary>
    private static string Suggestion(string file, int year)
    {
        int at = file.IndexOf(year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return at == 0 ? "'^([0-9]{4})'" : $"'{Regex.Escape(file[Math.Max(0, at - 8)..at])}([0-9]{{4}})'";
    }

    private static string FileName(string path) => System.IO.Path.GetFileName(path.TrimEnd('/', '"'));

    /// <summary>When the pixels were acquired, else when the file says that it was made.</summary>
    private static (int Year, string Item)? Moment(Dataset map) =>
        LeadingYear(map.GetMetadata("ACQUISITIONDATETIME", "IMAGERY")) is int acquired ? (acquired, "ACQUISITIONDATETIME")
        : LeadingYear(map.GetMetadata("TIFFTAG_DATETIME")) is int made ? (made, "TIFFTAG_DATETIME") : null;

    internal static int? LeadingYear(string? moment) =>
        moment is not null && Beginning().Match(moment) is { Success: true } match && Whole(match.Groups[1].Value) is int year ? year : null;

    private static int? Whole(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double year) && year == Math.Floor(year) && year < 10_000 && IsYear((int)year) ? (int)year : null;

    [GeneratedRegex(@"(?<![0-9])[0-9]{4}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex FourDigits();

    [GeneratedRegex(@"(?<![0-9])[0-9]{8}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex EightDigits();

    [GeneratedRegex(@"^\s*([0-9]{4})(?=$|[^0-9]|[0-9]{4})", RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
