namespace IrrigationWatch.Gdal;

/// <summary>Tells whether what bytes mean in an encoding of Cyrillic letters is Russian.</summary>
internal static class CyrillicText
{
    /// <summary>Fewest letters from which anything can be told.</summary>
    internal const int FewestLetters = 4;

    /// <summary>How much likelier one reading must be than another: about 3000 times.</summary>
    private const double Sure = 8;

    /// <summary>Mean logarithm of frequency below which letters are no Russian: that of running text is -2.9, that of any letters -3.9.</summary>
    private const double LeastLikely = -3.6;

    private const string Letters = "абвгдежзийклмнопрстуфхцчшщъыьэюя";

    /// <summary>What may stand between words, of what is not in ASCII.</summary>
    private const string Between = "«»№–—…“”„’‘°§±\u00A0";

    /// <summary>Per mille of the letters in Russian running text (Russian National Corpus).</summary>
    private static readonly double[] PerMille = [80.1, 15.9, 45.4, 17.0, 29.8, 84.9, 9.4, 16.5, 73.5, 12.1, 34.9, 44.0, 32.1, 67.0, 109.7, 28.1, 47.3, 54.7, 62.6, 26.2, 2.6, 9.7, 4.8, 14.4, 7.3, 3.6, 0.4, 19.0, 17.4, 3.2, 6.4, 20.1];

    /// <summary>The only encoding in which all texts are Russian, with the number of their letters; null where none is, or more than one may be.</summary>
    internal static (TextEncoding Encoding, int Letters)? Find(IReadOnlyList<RawText> texts)
    {
        (TextEncoding Encoding, int Letters, double Score, string[] Read)[] readings =
        [
            .. TextEncoding.Cyrillic.Select(encoding => (encoding, Read: ReadAll(encoding, texts))).Where(reading => reading.Read is not null)
                .Select(reading => (reading.encoding, Judgement: Judge(reading.Read!), Read: reading.Read!)).Where(reading => reading.Judgement is not null)
                .Select(reading => (reading.encoding, reading.Judgement!.Value.Letters, reading.Judgement.Value.Score, reading.Read))
                .OrderByDescending(reading => reading.Score),
        ];
        return readings.Length > 0 && readings[0].Letters >= FewestLetters && readings.Skip(1).All(other => other.Score + Sure < readings[0].Score || other.Read.SequenceEqual(readings[0].Read))
            ? (readings[0].Encoding, readings[0].Letters)
            : null;
    }

    /// <summary>All texts in an encoding; null where one of them means nothing in it.</summary>
    internal static string[]? ReadAll(TextEncoding encoding, IReadOnlyList<RawText> texts)
    {
        string[] read = new string[texts.Count];
        for (int i = 0; i < read.Length; i++)
        {
            if (!encoding.TryRead(texts[i], out read[i], out _))
            {
                return null;
            }
        }

        return read;
    }

    /// <summary>Number of Cyrillic letters and the logarithm of how likely they are; null where the texts are no Russian.</summary>
    internal static (int Letters, double Score)? Judge(IEnumerable<string> texts)
    {
        int letters = 0;
        double score = 0;
        foreach (string text in texts)
        {
            int start = 0;
            for (int i = 0; i <= text.Length; i++)
            {
                if (i < text.Length && char.IsLetter(text[i]))
                {
                    continue;
                }

                if (i < text.Length && text[i] > '\u007F' && !Between.Contains(text[i], StringComparison.Ordinal))
                {
                    return null;
                }

                ReadOnlySpan<char> word = text.AsSpan(start, i - start);
                if (!System.Text.Ascii.IsValid(word))
                {
                    if (!IsWord(word))
                    {
                        return null;
                    }

                    foreach (char letter in word)
                    {
                        letters++;
                        score += Likelihood(letter);
                    }
                }

                start = i + 1;
            }
        }

        return letters > 0 && score / letters >= LeastLikely ? (letters, score) : null;
    }

    /// <summary>Whether all letters that are not in ASCII are Russian ones.</summary>
    internal static bool IsRussian(string text) => text.All(c => c <= '\u007F' || Letters.Contains(Lower(c), StringComparison.Ordinal));

    private static double Likelihood(char letter) => Math.Log(PerMille[Letters.IndexOf(Lower(letter), StringComparison.Ordinal)] / 1000);

    private static char Lower(char letter) => char.ToLowerInvariant(letter) is var lower and not 'ё' ? lower : 'е';

    /// <summary>Russian letters alone, written small, in capitals, or with a capital first.</summary>
    private static bool IsWord(ReadOnlySpan<char> word)
    {
        int capitals = 0;
        foreach (char letter in word)
        {
            if (!Letters.Contains(Lower(letter), StringComparison.Ordinal))
            {
                return false;
            }

            capitals += char.IsUpper(letter) ? 1 : 0;
        }

        return capitals == 0 || capitals == word.Length || (capitals == 1 && char.IsUpper(word[0]));
    }
}
