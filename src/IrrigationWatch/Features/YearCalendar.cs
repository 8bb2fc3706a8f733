using System.Globalization;

namespace IrrigationWatch.Features;

/// <summary>
/// On which day years begin, and by which of the two calendar years that they lie in they are named: in the south summer crops grow over the
/// turn of the year, as winter crops do in the north. As water years are, a year is named by the calendar year in which it ends unless said otherwise.
/// </summary>
/// <param name="Starts">First day as month × 100 + day; 101 for calendar years. The 29th of February, which most years have not, is none.</param>
/// <param name="IsNamedByStart">True where a year is named by the calendar year in which it begins.</param>
public sealed record YearCalendar(int Starts = YearCalendar.NewYear, bool IsNamedByStart = false)
{
    /// <summary>Metadata item of the first day of a year that is no calendar year, <c>2012-07-01</c>.</summary>
    public const string BeginsItem = "YEAR_BEGINS";

    /// <summary>Metadata item of its last day, <c>2013-06-30</c>.</summary>
    public const string EndsItem = "YEAR_ENDS";

    private const int NewYear = 101;

    private const int LeapYear = 2012;

    /// <summary>How many times as long as another a pause between seasons must be to be the only one at which a year may end.</summary>
    private const int LongestToShortest = 3;

    /// <summary>Years from January to December.</summary>
    public static YearCalendar Default { get; } = new();

    /// <summary>True for years from January to December, whose name is never in doubt.</summary>
    public bool IsDefault => Starts == NewYear;

    /// <summary>First day as <c>MM-DD</c>.</summary>
    public string StartText => Season.Day(Starts);

    /// <summary>Reads a day on which years may begin, <c>MM-DD</c>.</summary>
    /// <param name="text">The day.</param>
    /// <returns>Month × 100 + day; null for what is no day of every year.</returns>
    public static int? ParseStart(string text) => DateOnly.TryParseExact("2001-" + text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day.Month * 100 + day.Day : null;

    /// <summary>The first day of a year.</summary>
    /// <param name="year">The year's name.</param>
    /// <returns>The day.</returns>
    public DateOnly First(int year) => new(IsDefault || IsNamedByStart ? year : year - 1, Starts / 100, Starts % 100);

    /// <summary>The last day of a year.</summary>
    /// <param name="year">The year's name.</param>
    /// <returns>The day.</returns>
    public DateOnly Last(int year) => First(year + 1).AddDays(-1);

    /// <summary>The year in which a day lies.</summary>
    /// <param name="day">The day.</param>
    /// <returns>The year's name.</returns>
    public int YearOf(DateOnly day)
    {
        int begun = day.Month * 100 + day.Day >= Starts ? day.Year : day.Year - 1;
        return IsDefault || IsNamedByStart ? begun : begun + 1;
    }

    /// <summary>The number of a day, counted from the first day of its year, which is 1.</summary>
    /// <param name="day">The day.</param>
    /// <returns>From 1 to 366.</returns>
    public int DayOfYear(DateOnly day) => day.DayNumber - First(YearOf(day)).DayNumber + 1;

    /// <summary>Whether a season lies within a year, so that all its days are of one.</summary>
    /// <param name="season">The season.</param>
    /// <returns>False where a year ends within it.</returns>
    public bool Holds(Season season)
    {
        ArgumentNullException.ThrowIfNull(season);
        return PlaceOf(season.From) <= PlaceOf(season.To);
    }

    /// <summary>Seasons in the order in which they begin in a year.</summary>
    internal IReadOnlyList<Season> Sort(IEnumerable<Season> seasons) => [.. seasons.OrderBy(season => PlaceOf(season.From))];

    /// <summary>
    /// A day for years to begin on that cuts none of some seasons. Of those that follow a pause not much shorter than the longest, that which leaves the
    /// most seasons in the calendar year that names them: years of which the summer is that of another year are not what anybody means. Null where every day cuts one.
    /// </summary>
    internal static string? StartFor(IReadOnlyList<Season> seasons, bool isNamedByStart = false)
    {
        var candidates = new List<(int Start, int Pause, int Moved)>();
        foreach (int start in seasons.Select(season => season.From == 229 ? 228 : season.From).Distinct().Order())
        {
            var calendar = new YearCalendar(start, isNamedByStart);
            if (seasons.All(calendar.Holds))
            {
                int pause = calendar.PlaceOf(start) + Year - seasons.Max(season => calendar.PlaceOf(season.To));
                candidates.Add((start, pause, seasons.Count(season => season.From <= season.To && calendar.YearOf(new DateOnly(LeapYear, season.From / 100, season.From % 100)) != LeapYear)));
            }
        }

        return candidates.Count == 0 ? null
            : Season.Day(candidates.Where(candidate => candidate.Pause * LongestToShortest >= candidates.Max(other => other.Pause)).OrderBy(candidate => candidate.Moved).ThenByDescending(candidate => candidate.Pause).First().Start);
    }

    /// <summary>The metadata of a raster of a year: its first and last day where it is no calendar year.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Metadata(int year) =>
        IsDefault ? [] : [KeyValuePair.Create(BeginsItem, Text(First(year))), KeyValuePair.Create(EndsItem, Text(Last(year)))];

    /// <summary>What a reader must know of years, for example of 2013; empty for calendar years.</summary>
    /// <param name="example">A year.</param>
    /// <returns>A line.</returns>
    public string Describe(int example) => IsDefault ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $"years begin on {StartText} and are named by the year in which they {(IsNamedByStart ? "begin" : "end")}: {example} is {Text(First(example))} to {Text(Last(example))}");

    /// <summary>Empty for calendar years; else what results depend on.</summary>
    public override string ToString() => IsDefault ? string.Empty : $"{StartText} {(IsNamedByStart ? "start" : "end")}";

    /// <summary>A day as <c>2013-06-30</c>.</summary>
    internal static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private const int Year = 1200;

    /// <summary>Days before the first one of the year come after all others.</summary>
    private int PlaceOf(int day) => day >= Starts ? day : day + Year;
}
