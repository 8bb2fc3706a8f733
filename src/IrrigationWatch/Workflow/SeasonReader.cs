using System.Text.RegularExpressions;
using IrrigationWatch.Features;

namespace IrrigationWatch.Workflow;

/// <summary>Reads when years begin and the seasons in them, from configurations and from words of commands.</summary>
public static partial class SeasonReader
{
    /// <summary>What a season is to be written as.</summary>
    private const string Form = "write MM-DD..MM-DD";

    private const string StartsKey = "year-starts";

    /// <summary>A year's calendar from the words of a command.</summary>
    /// <param name="starts">First day, <c>MM-DD</c>; null for the first of January.</param>
    /// <param name="namedBy"><c>end</c>, <c>start</c> or null.</param>
    /// <returns>The calendar.</returns>
    /// <exception cref="ConfigurationException">A word is wrong.</exception>
    public static YearCalendar ParseCalendar(string? starts, string? namedBy)
    {
        var faults = new List<ConfigurationException>();
        YearCalendar calendar = Calendar(starts, namedBy, (key, problem) => faults.Add(new ConfigurationException("--" + key, problem)));
        return faults.Count == 0 ? calendar : throw ConfigurationException.Of(faults);
    }

    /// <summary>Seasons from the words of a command, <c>NAME=MM-DD..MM-DD</c>.</summary>
    /// <param name="words">The words; none for <see cref="Season.Default"/>.</param>
    /// <param name="calendar">In which years they lie.</param>
    /// <returns>The seasons in the order of the year.</returns>
    /// <exception cref="ConfigurationException">A word is wrong, or a year ends within a season.</exception>
    public static IReadOnlyList<Season> ParseSeasons(IReadOnlyList<string> words, YearCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(calendar);
        var faults = new List<ConfigurationException>();
        void Wrong(string problem) => faults.Add(new ConfigurationException("--season", problem));
        var seasons = new List<Season>();
        foreach (string word in words)
        {
            string[] parts = word.Split('=', 2);
            if (parts.Length < 2 || !IsName(parts[0]) || Season.TryParse(parts[0], parts[1]) is not Season season)
            {
                Wrong($"is '{word}'; write NAME=MM-DD..MM-DD, for example late=07-15..09-30, the name in lower case letters, digits and _");
            }
            else if (seasons.Exists(other => other.Name == season.Name))
            {
                Wrong($"names '{season.Name}' twice; give each season a name of its own");
            }
            else
            {
                seasons.Add(season);
            }
        }

        IReadOnlyList<Season> all = seasons.Count > 0 ? seasons : Season.Default;
        foreach (Season season in faults.Count > 0 ? [] : all.Where(season => !calendar.Holds(season)))
        {
            Wrong($"{season.Name} ({season.Days}) is cut by the turn of the year; {Remedy(all, "--year-starts ", "--season", calendar)}");
        }

        return faults.Count == 0 ? calendar.Sort(all) : throw ConfigurationException.Of(faults);
    }

    /// <summary>The calendar of a configuration.</summary>
    internal static YearCalendar ReadCalendar(YamlSection root) => Calendar(root.Text(StartsKey), root.Text("year-named-by"), root.Wrong);

    /// <summary>The seasons of a configuration, in the order of the year.</summary>
    internal static IReadOnlyList<Season> Read(YamlSection root, YearCalendar calendar)
    {
        bool isStartWrong = root.Text(StartsKey) is string start && YearCalendar.ParseStart(start) is null;
        var seasons = new List<Season>();
        YamlSection? section = root.Section("seasons");
        foreach (string name in section?.Keys.ToList() ?? [])
        {
            if (!IsName(name))
            {
                section!.Wrong(name, "is no name for a season; use lower case letters, digits and _");
            }

            if (section!.Text(name) is not string text)
            {
                continue;
            }

            if (Season.TryParse(name, text) is Season season)
            {
                seasons.Add(season);
            }
            else
            {
                section.Wrong(name, $"is '{text}'; {Form}");
            }
        }

        IReadOnlyList<Season> all = seasons.Count > 0 ? seasons : Season.Default;
        foreach (Season season in isStartWrong || (root.Has("seasons") && seasons.Count == 0) ? [] : all.Where(season => !calendar.Holds(season)))
        {
            if (seasons.Count > 0)
            {
                section!.Wrong(season.Name, $"is '{season.Days}', which is cut by the turn of the year on {calendar.StartText}; {Remedy(all, "year-starts: ", "seasons", calendar)}");
            }
            else
            {
                root.Wrong(StartsKey, $"is '{calendar.StartText}', which cuts the season {season}; name 'seasons' that lie within such a year");
            }
        }

        return calendar.Sort(all);
    }

    private static string Remedy(IReadOnlyList<Season> seasons, string key, string other, YearCalendar calendar) => YearCalendar.StartFor(seasons, calendar.IsNamedByStart) is string start
        ? $"write '{key}{start}', so that each year begins with its first season ({Example(new YearCalendar(YearCalendar.ParseStart(start)!.Value, calendar.IsNamedByStart))})"
        : $"write {other} of which none begins before another has ended";

    private static string Example(YearCalendar calendar) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"2013 is then {YearCalendar.Text(calendar.First(2013))} to {YearCalendar.Text(calendar.Last(2013))}");

    private static YearCalendar Calendar(string? starts, string? namedBy, Action<string, string> wrong)
    {
        int? start = starts is null ? YearCalendar.Default.Starts : YearCalendar.ParseStart(starts);
        if (start is null)
        {
            wrong(StartsKey, $"is '{starts}'; write a day that every year has as MM-DD, for example 07-01");
        }

        if (namedBy is not (null or "end" or "start"))
        {
            wrong("year-named-by", $"is '{namedBy}'; use end or start");
        }

        return new YearCalendar(start ?? YearCalendar.Default.Starts, namedBy == "start");
    }

    private static bool IsName(string text) => SeasonName().IsMatch(text);

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex SeasonName();
}
