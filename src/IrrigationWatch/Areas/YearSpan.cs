using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>The field <c>year</c> of labels and reference points: a year, or a range such as <c>2008-2012</c>.</summary>
internal static partial class YearSpan
{
    /// <summary>The years of a feature; null where it has none.</summary>
    /// <exception cref="InputException">The field holds something else.</exception>
    internal static (int From, int To)? Of(string path, VectorFeature feature)
    {
        if (!feature.Fields.TryGetValue("year", out string? text) || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        Match match = Years().Match(text);
        int from = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        int to = match.Success && match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : from;
        return match.Success && from <= to
            ? (from, to)
            : throw new InputException(path, $"feature {feature.Id} has the year '{text}'; write a year (2010) or a range (2008-2012)");
    }

    [GeneratedRegex(@"^\s*([0-9]{4})(?:\.0*)?(?:\s*(?:-|–|\.\.)\s*([0-9]{4}))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Years();
}
