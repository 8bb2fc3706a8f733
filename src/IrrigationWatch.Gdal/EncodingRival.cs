namespace IrrigationWatch.Gdal;

/// <summary>An encoding in which texts are words, while they hardly are in that which is said.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="IsSure">Whether there is no doubt.</param>
/// <param name="Said">A text as it reads in the encoding that is said.</param>
/// <param name="Read">The same text in this one.</param>
internal sealed record EncodingRival(TextEncoding Encoding, bool IsSure, string Said, string Read)
{
    /// <summary>How much likelier texts must be in another encoding (logarithm) before what is said is doubted, and before it is overruled.</summary>
    private const double Doubtful = 4;

    private const double Sure = 8;

    /// <summary>Looks for an encoding that fits far better than the one that is said; null for none.</summary>
    /// <param name="said">An encoding in which all texts can be read.</param>
    /// <param name="texts">Texts, none of them ASCII.</param>
    internal static EncodingRival? Find(TextEncoding said, RawText[] texts)
    {
        string[] own = CyrillicText.ReadAll(said, texts)!;
        bool isKazakh = said.CodePage == TextEncoding.Kazakh.CodePage;
        if (isKazakh || said.CodePage == TextEncoding.Cyrillic[0].CodePage)
        {
            TextEncoding other = isKazakh ? TextEncoding.Cyrillic[0] : TextEncoding.Kazakh;
            return CyrillicText.ReadAll(other, texts) is string[] read && !read.SequenceEqual(own) && CyrillicLanguages.Covers(read)
                ? Of(other, isKazakh ? -CyrillicLanguages.KazakhOver(own, read) : CyrillicLanguages.KazakhOver(read, own), own, read)
                : null;
        }

        if (!EastAsianText.Is(said))
        {
            return null;
        }

        if (EastAsianText.IsHardly(said, texts) && CyrillicText.ReadAll(TextEncoding.Kazakh, texts) is string[] kazakh && CyrillicLanguages.Covers(kazakh) && !kazakh.All(CyrillicText.IsRussian))
        {
            return Of(TextEncoding.Kazakh, Doubtful, own, kazakh);
        }

        // Of the others only Chinese is known so well that it is believed against what is said.
        return EastAsianText.Best(said, texts) is (TextEncoding best, double advantage)
            ? Of(best, best == ChineseText.Find(texts) ? advantage : Math.Min(advantage, Doubtful), own, CyrillicText.ReadAll(best, texts)!)
            : null;
    }

    private static EncodingRival? Of(TextEncoding encoding, double advantage, string[] own, string[] read)
    {
        if (advantage < Doubtful)
        {
            return null;
        }

        int first = Enumerable.Range(0, own.Length).First(i => own[i] != read[i]);
        return new EncodingRival(encoding, advantage >= Sure, own[first], read[first]);
    }
}
