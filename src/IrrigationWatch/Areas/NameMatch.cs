using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Areas;

/// <summary>Names of classes in labels and samples, held against those that a user asks for.</summary>
internal static partial class NameMatch
{
    /// <summary>Fewest letters of a name of which a slip can be told from another word.</summary>
    private const int FewestLetters = 5;

    private const int MostListed = 8;

    private static readonly string[] Negations = ["un", "in", "im", "non", "no", "not", "de", "не", "без", "бес", "非", "无", "未"];

    /// <summary>Position of the class that a point is of: by its name, else by the pixel value that it gives for one; the number of classes where it is of none.</summary>
    internal static int Position(IReadOnlyList<ClassValues> classes, string name)
    {
        int byName = First(classes, c => c.IsNamed(name));
        return byName < classes.Count || !IsValue(name, out double value) ? byName : First(classes, c => c.Contains(value));
    }

    /// <summary>The first class that is it; the number of classes where none is.</summary>
    internal static int First(IReadOnlyList<ClassValues> classes, Func<ClassValues, bool> isIt)
    {
        int position = 0;
        while (position < classes.Count && !isIt(classes[position]))
        {
            position++;
        }

        return position;
    }

    /// <summary>Whether a name is a pixel value.</summary>
    internal static bool IsValue(string name, out double value) => double.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    /// <summary>Names with how often each occurs, the commonest first: <c>'bare' (12), 'rice' (3)</c>.</summary>
    internal static string Counted(IEnumerable<string> names)
    {
        (string Name, int Count)[] counted = [.. names.GroupBy(name => name, StringComparer.Ordinal).Select(group => (group.Key, group.Count())).OrderByDescending(pair => pair.Item2).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        return string.Join(", ", counted.Take(MostListed).Select(pair => string.Create(CultureInfo.InvariantCulture, $"'{pair.Name}' ({pair.Count})"))) + (counted.Length > MostListed ? ", …" : string.Empty);
    }

    /// <summary>The name of which another is a slip of the pen: one letter wrong, missing, too many or swapped in ten, but for what tells names apart; null for none.</summary>
    internal static string? Meant(string written, IEnumerable<string> names) => names.FirstOrDefault(name =>
        name.Length >= FewestLetters && !name.Equals(written, StringComparison.OrdinalIgnoreCase) && Telling(name).SequenceEqual(Telling(written)) && !Negates(written, name) && !Negates(name, written)
        && NearestWord.Distance(written.ToLowerInvariant(), name.ToLowerInvariant()) <= (name.Length >= 8 ? 2 : 1));

    /// <summary>What tells names apart however alike they are: digits, and words of one letter or of Roman digits.</summary>
    private static IEnumerable<string> Telling(string name) => TellingParts().Matches(name.ToUpperInvariant()).Select(match => match.Value);

    /// <summary>Whether a name says that something is not what another one says.</summary>
    private static bool Negates(string name, string other) => Array.Exists(Negations, no => name.Length > other.Length && name.StartsWith(no, StringComparison.OrdinalIgnoreCase) && name.AsSpan(no.Length).TrimStart(" -_").Equals(other, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\d|\b(?:\p{L}|[IVX]+)\b", RegexOptions.CultureInvariant)]
    private static partial Regex TellingParts();
}
