using System.Text;

namespace IrrigationWatch.Server.Cql2;

/// <summary>Comparing text as CQL2 wants it, the same on machines with and without ICU.</summary>
internal static class Cql2Text
{
    /// <summary>Letters with marks and the letters below them: canonical decompositions of the Unicode Character Database without nonspacing marks.</summary>
    private static readonly Lazy<Dictionary<char, char>> Bare = new(() =>
    {
        using Stream stream = typeof(Cql2Text).Assembly.GetManifestResourceStream("Accents.txt") ?? throw new InvalidOperationException("the table of accents is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair[0], pair => pair[1]);
    });

    /// <summary>Text in which case makes no difference.</summary>
    internal static string FoldCase(string text)
    {
        string folded = text.ToUpperInvariant().ToLowerInvariant().Replace('ς', 'σ');
        return folded.Contains('ß', StringComparison.Ordinal) ? folded.Replace("ß", "ss", StringComparison.Ordinal) : folded;
    }

    /// <summary>Text without marks on its letters.</summary>
    internal static string FoldAccents(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            // Combining marks that stand for themselves.
            if (c is < '\u0300' or > '\u036F')
            {
                folded.Append(Bare.Value.GetValueOrDefault(c, c));
            }
        }

        return folded.ToString();
    }

    /// <summary>
    /// Whether text matches a pattern of LIKE: <c>%</c> stands for any characters, <c>_</c> for one, a backslash takes
    /// either for itself. Goes back to the last <c>%</c> alone, so that no pattern takes more than the product of both lengths.
    /// </summary>
    internal static bool IsLike(string text, string pattern)
    {
        int t = 0;
        int p = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                star = ++p;
                resume = t;
                continue;
            }

            bool escaped = p + 1 < pattern.Length && pattern[p] == '\\';
            char wanted = p < pattern.Length ? pattern[escaped ? p + 1 : p] : '\0';
            if (p < pattern.Length && (wanted == text[t] || (wanted == '_' && !escaped)))
            {
                p += escaped ? 2 : 1;
                t++;
            }
            else if (star >= 0)
            {
                p = star;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).Trim('%').IsEmpty;
    }
}
