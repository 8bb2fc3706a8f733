using System.Buffers;

namespace IrrigationWatch.Gdal;

/// <summary>Tells whether bytes are words of western Europe: ASCII with some letters that have accents.</summary>
internal static class WesternText
{
    /// <summary>Letters of central Europe that have the same bytes as in the west, whose neighbours have not.</summary>
    private static readonly SearchValues<char> Central = SearchValues.Create("ŠšŽž");

    /// <summary>Letters of Iceland, whose bytes are Turkish ones in windows-1254.</summary>
    private static readonly SearchValues<char> Icelandic = SearchValues.Create("ÐðÞþÝý");

    /// <summary>Signs that stand at words; any other is a letter of another encoding.</summary>
    private const string AtWords = "«»“”„‘’·\u00A0–—°ºª…";

    private static readonly TextEncoding CentralEurope = TextEncoding.Find("windows-1250")!;

    /// <summary>Whether the texts are western words, and none that other encodings of Latin letters are more likely to hold.</summary>
    internal static bool Is(IReadOnlyList<RawText> texts)
    {
        if (CyrillicText.ReadAll(TextEncoding.Western, texts) is not string[] read || !Judge(read) || read.Any(text => text.AsSpan().ContainsAny(Icelandic)))
        {
            return false;
        }

        return !read.Any(text => text.AsSpan().ContainsAny(Central)) || (CyrillicText.ReadAll(CentralEurope, texts) is string[] central && central.SequenceEqual(read));
    }

    /// <summary>Whether texts are words in which letters with accents are the fewer.</summary>
    internal static bool Judge(IEnumerable<string> texts)
    {
        int plain = 0;
        int accents = 0;
        foreach (string text in texts)
        {
            int start = 0;
            for (int i = 0; i <= text.Length; i++)
            {
                if (i < text.Length && char.IsLetter(text[i]))
                {
                    continue;
                }

                if (i < text.Length && text[i] > '\u007F' && !AtWords.Contains(text[i], StringComparison.Ordinal) && IsAtWord(text, i))
                {
                    return false;
                }

                ReadOnlySpan<char> word = text.AsSpan(start, i - start);
                int plainOfWord = 0;
                foreach (char letter in word)
                {
                    plainOfWord += char.IsAsciiLetter(letter) ? 1 : 0;
                }

                if (plainOfWord == 0 && word.Length > 2)
                {
                    return false;
                }

                plain += plainOfWord < word.Length ? plainOfWord : 0;
                accents += word.Length - plainOfWord;
                start = i + 1;
            }
        }

        return accents > 0 && plain >= accents;
    }

    private static bool IsAtWord(string text, int i) => (i > 0 && char.IsLetter(text[i - 1])) || (i + 1 < text.Length && char.IsLetter(text[i + 1]));
}
