using System.Globalization;

namespace IrrigationWatch.Areas;

/// <summary>One year, or several in a row that are looked at together.</summary>
/// <param name="First">First year.</param>
/// <param name="Last">Last year, not before the first.</param>
public readonly record struct Period(int First, int Last)
{
    /// <summary>Fewest years of a period of several: less says little of land that lies fallow now and then.</summary>
    private const int LeastYears = 3;

    /// <summary>Whether a year is of it.</summary>
    /// <param name="year">The year.</param>
    /// <returns>True from <see cref="First"/> to <see cref="Last"/>.</returns>
    public bool Contains(int year) => First <= year && year <= Last;

    /// <summary><c>1984</c> or <c>1984-1988</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    /// <summary>Shares years out to periods of some length, from the first on.</summary>
    /// <param name="years">The years, sorted; some may be missing.</param>
    /// <param name="length">Years of a period.</param>
    /// <returns>Periods that hold three years or more (all where the length is less); what is left over at the end joins the period just before.</returns>
    public static IReadOnlyList<Period> Split(IReadOnlyList<int> years, int length)
    {
        ArgumentNullException.ThrowIfNull(years);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var periods = new List<Period>();
        for (int first = years.Count == 0 ? 0 : years[0]; years.Count > 0 && first <= years[^1]; first += length)
        {
            var period = new Period(first, Math.Min(first + length - 1, years[^1]));
            if (years.Count(period.Contains) >= Math.Min(LeastYears, length))
            {
                periods.Add(period);
            }
            else if (periods.Count > 0 && periods[^1].Last == first - 1 && period.Last == years[^1])
            {
                periods[^1] = periods[^1] with { Last = period.Last };
            }
        }

        return periods;
    }
}
