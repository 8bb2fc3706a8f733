using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Features;

/// <summary>A part of the year, from one day to another, both included; the same in every year. One that ends before it begins runs over the turn of the year.</summary>
/// <param name="Name">Its name, in lower case letters, for example <c>late</c>.</param>
/// <param name="From">First day as month × 100 + day.</param>
/// <param name="To">Last day likewise; the 29th of February is the last of February in every year.</param>
public sealed partial record Season(string Name, int From, int To)
{
    /// <summary>The seasons of the Ili basin: spring green, the turn of the year, and the dry high summer that tells irrigation.</summary>
    public static IReadOnlyList<Season> Default { get; } = [new("spring", 301, 430), new("early", 501, 714), new("late", 715, 930)];

    private const int LeapDay = 229;

    /// <summary>Reads a span of days, <c>MM-DD..MM-DD</c>.</summary>
    /// <param name="name">The season's name.</param>
    /// <param name="text">The span.</param>
    /// <returns>The season, or null where the text is no span of days.</returns>
    public static Season? TryParse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Span().Match(text);
        if (!match.Success)
        {
            return null;
        }

        int[] numbers = [.. match.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture))];
        bool valid = IsDay(numbers[0], numbers[1]) && IsDay(numbers[2], numbers[3]);
        return valid ? new Season(name, numbers[0] * 100 + numbers[1], numbers[2] * 100 + numbers[3]) : null;

        // 2000 is a leap year, so the 29th of February is a day.
        static bool IsDay(int month, int day) => month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2000, month);
    }

    /// <summary>Whether a day lies in the season.</summary>
    /// <param name="day">The day, of any year.</param>
    /// <returns>True within it, its first and last day included.</returns>
    public bool Contains(DateOnly day)
    {
        int number = day.Month * 100 + day.Day;
        int from = InYear(From, day.Year);
        int to = InYear(To, day.Year);
        return From <= To ? number >= from && number <= to : number >= from || number <= to;
    }

    private static int InYear(int day, int year) => day == LeapDay && !DateTime.IsLeapYear(year) ? LeapDay - 1 : day;

    /// <summary>Its first and last day, <c>MM-DD..MM-DD</c>.</summary>
    internal string Days => $"{Day(From)}..{Day(To)}";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}: {Days}");

    /// <summary>A day as <c>MM-DD</c>.</summary>
    internal static string Day(int day) => string.Create(CultureInfo.InvariantCulture, $"{day / 100:00}-{day % 100:00}");

    [GeneratedRegex(@"^([0-9][0-9])-([0-9][0-9])\.\.([0-9][0-9])-([0-9][0-9])$", RegexOptions.CultureInvariant)]
    private static partial Regex Span();
}
