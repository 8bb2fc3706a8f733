using CsCheck;
using IrrigationWatch.Features;

namespace IrrigationWatch.Tests.Features;

/// <summary>Years that begin on any day: each day lies in one of them, and is counted from its first.</summary>
public sealed class YearCalendarTests
{
    private static readonly Gen<DateOnly> Days = Gen.Int[new DateOnly(1972, 1, 1).DayNumber, new DateOnly(2100, 12, 31).DayNumber].Select(DateOnly.FromDayNumber);

    private static readonly Gen<YearCalendar> Calendars = Gen.Select(Days.Where(day => (day.Month, day.Day) != (2, 29)), Gen.Bool, (day, named) => new YearCalendar(day.Month * 100 + day.Day, named));

    [Fact]
    public void Calendar_years_are_those_of_the_calendar() => Days.Sample(day =>
    {
        foreach (YearCalendar calendar in new[] { YearCalendar.Default, new YearCalendar(101, true) })
        {
            Assert.Equal((day.Year, day.DayOfYear), (calendar.YearOf(day), calendar.DayOfYear(day)));
            Assert.True(calendar.IsDefault);
        }
    });

    [Fact]
    public void Each_day_lies_in_one_year_and_years_follow_each_other() => Gen.Select(Calendars, Days).Sample((calendar, day) =>
    {
        int year = calendar.YearOf(day);
        Assert.InRange(day, calendar.First(year), calendar.Last(year));
        Assert.Equal(calendar.Last(year).AddDays(1), calendar.First(year + 1));
        Assert.Equal(calendar.Starts, calendar.First(year).Month * 100 + calendar.First(year).Day);
        Assert.Equal(day, calendar.First(year).AddDays(calendar.DayOfYear(day) - 1));
        Assert.InRange(calendar.DayOfYear(day), 1, 366);
        // By its last day, or by its first.
        Assert.Equal(calendar.IsDefault ? day.Year : calendar.IsNamedByStart ? calendar.First(year).Year : calendar.Last(year).Year, year);
    });

    /// <summary>Water year 2013 of USGS is October 2012 to September 2013.</summary>
    [Theory]
    [InlineData(1001, false, "2012-10-01", 2013, 1)]
    [InlineData(1001, false, "2013-09-30", 2013, 365)]
    [InlineData(1001, true, "2013-09-30", 2012, 365)]
    [InlineData(701, false, "2012-02-29", 2012, 244)]
    [InlineData(701, false, "2012-03-01", 2012, 245)]
    [InlineData(701, false, "2013-03-01", 2013, 244)]
    [InlineData(701, true, "2012-06-30", 2011, 366)]
    [InlineData(301, false, "2012-02-29", 2012, 366)]
    public void Days_have_the_numbers_of_the_calendar(int starts, bool byStart, string day, int year, int number)
    {
        var calendar = new YearCalendar(starts, byStart);
        var date = DateOnly.ParseExact(day, "yyyy-MM-dd", null);
        Assert.Equal((year, number), (calendar.YearOf(date), calendar.DayOfYear(date)));
    }

    [Theory]
    [InlineData("07-01", 701)]
    [InlineData("02-28", 228)]
    [InlineData("02-29", null)]
    [InlineData("7-1", null)]
    [InlineData("13-01", null)]
    [InlineData("July", null)]
    public void A_year_begins_on_a_day_that_every_year_has(string text, int? day) => Assert.Equal(day, YearCalendar.ParseStart(text));

    /// <summary>A season holds the days that a walk through it meets, the end of February with or without its 29th.</summary>
    [Theory]
    [InlineData("11-01..02-28", "2012-02-29", false)]
    [InlineData("11-01..02-29", "2012-02-29", true)]
    [InlineData("11-01..02-29", "2013-02-28", true)]
    [InlineData("11-01..02-29", "2013-03-01", false)]
    [InlineData("11-01..02-28", "2012-11-01", true)]
    [InlineData("11-01..02-28", "2012-10-31", false)]
    [InlineData("11-01..02-28", "2012-12-31", true)]
    [InlineData("11-01..02-28", "2013-01-01", true)]
    [InlineData("12-31..01-01", "2013-07-01", false)]
    public void A_season_runs_over_the_turn_of_the_year(string text, string day, bool expected) =>
        Assert.Equal(expected, Season.TryParse("s", text)!.Contains(DateOnly.ParseExact(day, "yyyy-MM-dd", null)));

    /// <summary>Summers stay in the year that has their name, unless the seasons are one with the turn of the year in its middle.</summary>
    [Theory]
    [InlineData("11-01", "11-01..02-28", "05-01..07-14", "07-15..09-30")]
    [InlineData("12-01", "12-01..02-28", "06-01..08-31")]
    [InlineData("11-15", "05-01..06-30", "07-01..09-15", "11-15..03-15")]
    [InlineData("10-01", "10-01..03-31", "04-01..06-30")]
    [InlineData("09-01", "09-01..10-31", "11-01..02-29")]
    [InlineData("09-01", "09-01..10-15", "11-15..02-28")]
    public void The_start_that_is_advised_is_what_a_user_means(string expected, params string[] spans) =>
        Assert.Equal(expected, YearCalendar.StartFor([.. spans.Select((span, i) => Season.TryParse($"s{i}", span)!)]));

    [Fact]
    public void A_start_that_is_advised_cuts_no_season() => Gen.Select(Days, Gen.Int[0, 364]).Array[1, 3].Sample(spans =>
    {
        Season[] seasons = [.. spans.Select((span, i) => new Season($"s{i}", Number(span.Item1), Number(span.Item1.AddDays(span.Item2))))];
        string? start = YearCalendar.StartFor(seasons);
        bool isPossible = Enumerable.Range(0, 365).Select(i => new DateOnly(2001, 1, 1).AddDays(i)).Any(day => Array.TrueForAll(seasons, new YearCalendar(Number(day)).Holds));
        Assert.Equal(isPossible, start is not null);
        if (start is not null)
        {
            Assert.All(seasons, season => Assert.True(new YearCalendar(YearCalendar.ParseStart(start)!.Value).Holds(season)));
        }
    });

    private static int Number(DateOnly day) => day.Month * 100 + day.Day;
}
