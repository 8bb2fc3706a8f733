using System.Globalization;
using System.Text;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>Numbers of pieces as Slurm's arrays write them: <c>3,17,40-44</c>.</summary>
public static class PieceNumbers
{
    /// <summary>Writes numbers.</summary>
    /// <param name="numbers">The numbers; sorted, each once.</param>
    /// <returns>The text; empty for none.</returns>
    public static string Format(IEnumerable<int> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var text = new StringBuilder();
        int first = -1;
        int last = -1;
        foreach (int number in numbers.Order().Distinct())
        {
            if (first >= 0 && number == last + 1)
            {
                last = number;
                continue;
            }

            Add();
            first = last = number;
        }

        Add();
        return text.ToString();

        void Add()
        {
            if (first >= 0)
            {
                text.Append(text.Length > 0 ? "," : string.Empty).Append(first == last ? string.Create(CultureInfo.InvariantCulture, $"{first}") : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}"));
            }
        }
    }

    /// <summary>Reads numbers.</summary>
    /// <param name="text">For example <c>3,17,40-44</c>.</param>
    /// <returns>The numbers, sorted, each once.</returns>
    /// <exception cref="FormatException">It is no such list.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var numbers = new SortedSet<int>();
        foreach (string part in text.Split(','))
        {
            int dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!int.TryParse(dash < 0 ? part : part[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                | !int.TryParse(dash < 0 ? part : part[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
                || last < first || last - first > 10_000_000)
            {
                throw new FormatException($"'{part}' is no number of a piece and no range of them; write 3, 0-99 or 3,17,40-44");
            }

            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. numbers];
    }
}
