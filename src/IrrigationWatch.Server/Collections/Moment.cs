using System.Globalization;

namespace IrrigationWatch.Server.Collections;

/// <summary>A span of time, from its first to its last moment; open ends are the ends of time.</summary>
/// <param name="Start">The first moment, UTC.</param>
/// <param name="End">The last.</param>
internal readonly record struct Moment(DateTimeOffset Start, DateTimeOffset End)
{
    private static readonly string[] DayForms = ["yyyy-MM-dd"];

    private static readonly string[] InstantForms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd't'HH:mm:ssK", "yyyy-MM-dd't'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Whether it is one moment, or a day.</summary>
    internal bool IsInstant { get; init; }

    /// <summary>A whole year.</summary>
    internal static Moment OfYear(int year) => new(
        new DateTimeOffset(Math.Clamp(year, 1, 9999), 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(Math.Clamp(year, 1, 9999), 12, 31, 23, 59, 59, TimeSpan.Zero).AddTicks(TimeSpan.TicksPerSecond - 1));

    /// <summary>Reads a day or a moment after RFC 3339. A day lasts until its last tick.</summary>
    internal static bool TryParse(string text, out Moment moment)
    {
        if (DateTime.TryParseExact(text, DayForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime day))
        {
            var start = new DateTimeOffset(day, TimeSpan.Zero);
            moment = new Moment(start, start.AddTicks(TimeSpan.TicksPerDay - 1)) { IsInstant = true };
            return true;
        }

        if (text.Length > 10 && (text.EndsWith('Z') || text.EndsWith('z') || text.LastIndexOf('+') > 10 || text.LastIndexOf('-') > 10)
            && DateTimeOffset.TryParseExact(text.Replace('z', 'Z'), InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            moment = new Moment(time.ToUniversalTime(), time.ToUniversalTime()) { IsInstant = true };
            return true;
        }

        moment = default;
        return false;
    }

    /// <summary>Reads an interval's two ends; <c>..</c> and nothing are open.</summary>
    internal static bool TryParse(string start, string end, out Moment interval)
    {
        interval = default;
        Moment first = default;
        Moment last = default;
        bool openStart = start is "" or "..";
        bool openEnd = end is "" or "..";
        if ((!openStart && !TryParse(start, out first)) || (!openEnd && !TryParse(end, out last)))
        {
            return false;
        }

        interval = new Moment(openStart ? DateTimeOffset.MinValue : first.Start, openEnd ? DateTimeOffset.MaxValue : last.End);
        return interval.Start <= interval.End;
    }

    /// <summary>Whether two spans share a moment.</summary>
    internal bool Intersects(Moment other) => Start <= other.End && other.Start <= End;
}
