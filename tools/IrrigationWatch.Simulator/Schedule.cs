using System.Globalization;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Simulator;

/// <summary>Which satellites flew when: every sixteen days each, eight days apart, as Landsat does over path 147, row 29.</summary>
internal static class Schedule
{
    private const string PathRow = "147029";

    /// <summary>The products of a year from March to October.</summary>
    internal static IEnumerable<ProductId> Year(int year)
    {
        foreach ((string prefix, int phase, DateOnly from, DateOnly to) in Satellites())
        {
            for (int day = 60 + phase; day <= 304; day += 16)
            {
                DateOnly date = new DateOnly(year, 1, 1).AddDays(day - 1);
                if (date >= from && date <= to)
                {
                    DateOnly processed = date.Year < 2021 ? new DateOnly(2020, 9, 5) : date.AddDays(16);
                    yield return ProductId.Parse(string.Create(CultureInfo.InvariantCulture, $"{prefix}_L2SP_{PathRow}_{date:yyyyMMdd}_{processed:yyyyMMdd}_02_T1"), "schedule");
                }
            }
        }
    }

    private static IEnumerable<(string Prefix, int Phase, DateOnly From, DateOnly To)> Satellites() =>
    [
        ("LT04", 11, new DateOnly(1982, 11, 1), new DateOnly(1984, 2, 28)),
        ("LT05", 3, new DateOnly(1984, 3, 1), new DateOnly(2011, 11, 5)),
        ("LE07", 11, new DateOnly(1999, 7, 1), new DateOnly(2021, 12, 31)),
        ("LC08", 3, new DateOnly(2013, 4, 11), new DateOnly(2100, 12, 31)),
        ("LC09", 11, new DateOnly(2021, 11, 1), new DateOnly(2100, 12, 31)),
    ];
}
