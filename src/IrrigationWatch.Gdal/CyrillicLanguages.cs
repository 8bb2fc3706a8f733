namespace IrrigationWatch.Gdal;

/// <summary>Languages with Cyrillic letters that Russian has not, by how often each letter is written.</summary>
internal static class CyrillicLanguages
{
    /// <summary>Logarithm for a letter that a language has not.</summary>
    private const double Foreign = -9.2;

    /// <summary>How much likelier words are Kazakh than of another language, before they are looked at: the land is that of Kazakhstan. Logarithm.</summary>
    private const double Prior = 4;

    /// <summary>Per mille of letters, from counts of running text, rounded.</summary>
    private static readonly Dictionary<char, double> Kazakh = Table("а121 ә10 б24 в3 г11 ғ16 д46 е75 ё0.2 ж17 з16 и16 й17 к27 қ27 л51 м29 н70 ң15 о26 ө11 п17 р56 с40 т54 у16 ұ11 ү11 ф1.5 х3 һ0.3 ц1 ч1.5 ш14 щ0.2 ъ0.1 ы76 і49 ь2 э1.5 ю1 я5");

    private static readonly Dictionary<char, double>[] Others =
    [
        Table("а73 б17 в52 г15 ґ0.1 д35 е48 є6 ж9 з23 и61 і57 ї6 й12 к36 л36 м32 н68 о94 п28 р48 с42 т54 у34 ф3 х12 ц8 ч14 ш7 щ6 ь18 ю9 я25"),
        Table("а160 б18 в25 г16 д37 е40 ё6 ж8 з25 і60 й14 к40 л40 м26 н60 о29 п26 р50 с47 т40 у37 ў23 ф2 х10 ц27 ч15 ш10 ы40 ь18 э13 ю6 я45"),
        Table("а115 б15 в36 г16 ѓ1 д37 ђ2 е89 ж6 з19 ѕ0.5 и97 ј51 к35 л33 љ5 м36 н56 њ7 о91 п29 р53 с46 т46 ћ6 ќ3 у42 ф3 х7 ц8 ч11 џ0.5 ш12"),
    ];

    /// <summary>How much likelier words that are not Russian are Kazakh in one reading than of any other language in another; above 0 for Kazakh.</summary>
    /// <param name="asKazakh">The texts as they may be Kazakh.</param>
    /// <param name="asOther">The same texts in another encoding.</param>
    internal static double KazakhOver(IReadOnlyList<string> asKazakh, IReadOnlyList<string> asOther)
    {
        double score = 0;
        bool isAny = false;
        double[] others = new double[Others.Length];
        for (int i = 0; i < asKazakh.Count; i++)
        {
            foreach ((string kazakh, string other) in Words(asKazakh[i]).Zip(Words(asOther[i])))
            {
                if (CyrillicText.IsRussian(other) && CyrillicText.IsRussian(kazakh))
                {
                    continue;
                }

                isAny = true;
                score += Likelihood(Kazakh, kazakh);
                for (int language = 0; language < others.Length; language++)
                {
                    others[language] += Likelihood(Others[language], other);
                }
            }
        }

        return isAny ? score + Prior - others.Max() : 0;
    }

    /// <summary>Whether each word with other letters than ASCII is Russian or of one of these languages.</summary>
    internal static bool Covers(IEnumerable<string> texts) => texts.SelectMany(Words).All(word =>
        CyrillicText.IsRussian(word) || Others.Append(Kazakh).Any(language => word.All(letter => language.ContainsKey(char.ToLowerInvariant(letter)))));

    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] > '\u007F')
            {
                continue;
            }

            if (i > start)
            {
                yield return text[start..i];
            }

            start = i + 1;
        }
    }

    /// <summary>No word begins with the Belarusian short u.</summary>
    private static double Likelihood(Dictionary<char, double> language, string word) =>
        word.Select((letter, i) => language.TryGetValue(char.ToLowerInvariant(letter), out double perMille) && !(letter == 'Ў' && i == 0) ? Math.Log(perMille / 1000) : Foreign).Sum();

    private static Dictionary<char, double> Table(string text) =>
        text.Split(' ').ToDictionary(item => item[0], item => double.Parse(item.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture));
}
