using System.Globalization;

namespace IrrigationWatch.Workflow;

/// <summary>Years as a configuration lists them.</summary>
internal static class YearList
{
    /// <summary>Years in words, for example <c>1984-1990, 1999</c>.</summary>
    internal static string Format(IEnumerable<int> years)
    {
        var spans = new List<(int From, int To)>();
        foreach (int year in years.Distinct().Order())
        {
            if (spans.Count > 0 && spans[^1].To == year - 1)
            {
                spans[^1] = (spans[^1].From, year);
            }
            else
            {
                spans.Add((year, year));
            }
        }

        return string.Join(", ", spans.Select(span => span.From == span.To ? string.Create(CultureInfo.InvariantCulture, $"{span.From}") : string.Create(CultureInfo.InvariantCulture, $"{span.From}-{span.To}")));
    }
}
