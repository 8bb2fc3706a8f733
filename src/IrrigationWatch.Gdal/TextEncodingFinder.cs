namespace IrrigationWatch.Gdal;

/// <summary>What a file says of the encoding of its texts.</summary>
/// <param name="Encoding">The encoding; null where the file says none, or one that is not known.</param>
/// <param name="Source">Where it says so, for messages: <c>its .cpg</c>, <c>its .dbf</c>.</param>
/// <param name="IsSure">False where makers write it who do not care, as the code for "that of this computer" in a .dbf.</param>
internal sealed record DeclaredEncoding(TextEncoding? Encoding, string Source, bool IsSure)
{
    /// <summary>A format whose texts are UTF-8 by definition.</summary>
    internal static DeclaredEncoding AlwaysUtf8 { get; } = new(TextEncoding.Utf8, "the format", true);

    /// <summary>Nothing is said.</summary>
    internal static DeclaredEncoding Nothing { get; } = new(null, "the file", false);
}

/// <summary>Finds the encoding in which the texts of a file are written.</summary>
internal static class TextEncodingFinder
{
    /// <summary>Letters of two bytes in UTF-8 that other encodings may hold by chance, so few that they prove nothing.</summary>
    private const int FewLetters = 4;

    /// <summary>Letters of Russian from which on they cannot be Chinese by chance.</summary>
    private const int ManyLetters = 8;

    /// <summary>Finds the encoding of texts of which nothing is said, where the bytes leave no doubt.</summary>
    /// <param name="texts">Texts, ASCII or not.</param>
    /// <returns>The encoding; null where there is a doubt, or all is ASCII.</returns>
    internal static TextEncoding? Detect(IEnumerable<RawText> texts)
    {
        RawText[] telling = [.. texts.Where(text => !text.IsAscii)];
        if (telling.Length == 0)
        {
            return null;
        }

        if (IsUtf8(telling, out bool proves))
        {
            // Two letters of GBK may look like one of UTF-8.
            return proves || ChineseText.Find(telling) is null ? TextEncoding.Utf8 : null;
        }

        TextEncoding? chinese = ChineseText.Find(telling);
        if (CyrillicText.Find(telling) is (TextEncoding cyrillic, int letters))
        {
            return chinese is null || letters >= ManyLetters ? cyrillic : null;
        }

        return chinese ?? (WesternText.Is(telling) ? TextEncoding.Western : null);
    }

    /// <summary>Chooses the encoding of the texts of a layer.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="texts">The texts that must be right.</param>
    /// <param name="declared">What the file says.</param>
    /// <param name="wanted">What the user says; null for nothing.</param>
    /// <returns>The encoding, and what a user should know of how it was found; null where there is nothing to say.</returns>
    /// <exception cref="TextEncodingException">There is a doubt.</exception>
    internal static (TextEncoding Encoding, string? Remark) Choose(string file, IReadOnlyList<RawText> texts, DeclaredEncoding declared, TextEncoding? wanted)
    {
        RawText[] telling = [.. texts.Where(text => !text.IsAscii).DistinctBy(text => Convert.ToHexString(text.Bytes))];
        if (telling.Length == 0)
        {
            return (wanted ?? declared.Encoding ?? TextEncoding.Utf8, null);
        }

        bool isUtf8 = IsUtf8(telling, out bool proves);
        if (wanted is not null && !(isUtf8 && (proves || declared.Encoding is { IsUtf8: true } || CyrillicText.ReadAll(wanted, telling) is not string[] asWanted || !IsLikely(wanted, asWanted, telling))))
        {
            return (wanted, RemarkOf(file, wanted, telling));
        }

        if (wanted is not null || (isUtf8 && (proves || declared.Encoding is { IsUtf8: true } || (declared.Encoding is null && Detect(telling) is { IsUtf8: true }))))
        {
            return (TextEncoding.Utf8, wanted is { IsUtf8: false } ? $"names are read as UTF-8, not as {wanted}: {(declared == DeclaredEncoding.AlwaysUtf8 ? "the format has no other" : "the bytes leave no doubt")}"
                : declared is { IsSure: true, Encoding: { IsUtf8: false } other } ? $"names are read as UTF-8, though {declared.Source} says {other}: the bytes leave no doubt" : null);
        }

        string[]? asSaid = declared.Encoding is { IsUtf8: false } claimed ? CyrillicText.ReadAll(claimed, telling) : null;
        if (asSaid is not null && EncodingRival.Find(declared.Encoding!, telling) is { } rival)
        {
            return rival.IsSure
                ? (rival.Encoding, $"names are read as {rival.Encoding}, as '{rival.Read}': {declared.Source} says {declared.Encoding}, in which that is '{rival.Said}'; give --encoding if they look wrong")
                : throw new TextEncodingException(file, $"has a text that is '{rival.Said}' in {declared.Encoding}, as {declared.Source} says, but '{rival.Read}' in {rival.Encoding}; say which is right with --encoding {rival.Encoding} (or {declared.Encoding}), or in irrigation.yaml with the key 'encoding'");
        }

        if (asSaid is not null && IsLikely(declared.Encoding!, asSaid, telling) && (declared.IsSure || declared.Encoding!.CodePage != TextEncoding.Western.CodePage || WesternText.Is(telling)))
        {
            return (declared.Encoding!, null);
        }

        if (Detect(telling) is { } found)
        {
            string first = found.TryRead(telling[0], out string text, out _) ? $", as '{text}'" : string.Empty;
            return (found, $"names are read as {found}{first}: {(declared.Encoding is null || !declared.IsSure ? "the file says no encoding" : $"{declared.Source} says {declared.Encoding}, which they are not")}; give --encoding if they look wrong");
        }

        if (asSaid is not null && declared.IsSure && MayBe(declared.Encoding!, asSaid))
        {
            return (declared.Encoding!, null);
        }

        string kazakh = CyrillicText.ReadAll(TextEncoding.Kazakh, telling) is string[] read && CyrillicLanguages.Covers(read) ? $", where the first is '{read[0]}'" : string.Empty;
        throw new TextEncodingException(file, $"{(declared.Encoding is null || !declared.IsSure ? "does not say how its letters are encoded" : $"has letters that are not in {declared.Encoding} as {declared.Source} says")}, and the bytes leave a doubt ({Show(telling[0])}); say it with --encoding, for example CP936 (Chinese), CP1251 (Russian), KZ-1048 (Kazakh{kazakh}) or UTF-8, in irrigation.yaml with the key 'encoding', or for a shapefile in a .cpg file beside it");
    }

    /// <summary>What a user should know of an encoding that he says himself; he is believed.</summary>
    private static string? RemarkOf(string file, TextEncoding wanted, RawText[] telling)
    {
        if (CyrillicText.ReadAll(wanted, telling) is null)
        {
            throw new TextEncodingException(file, $"holds a text that is none in {wanted} ({Show(telling.First(text => !wanted.TryRead(text, out _, out _)))}); give another --encoding, for example UTF-8, CP936, CP1251 or KZ-1048");
        }

        return EncodingRival.Find(wanted, telling) is { } rival ? $"names are read as {wanted}, as --encoding says: '{rival.Said}' would be '{rival.Read}' in {rival.Encoding}, which looks more like words" : null;
    }

    /// <summary>Whether a file may be right in what it says, though its texts are of no language that is known here: nothing that can be judged speaks against it.</summary>
    private static bool MayBe(TextEncoding said, string[] read) => said.CodePage != TextEncoding.Western.CodePage && said.CodePage != TextEncoding.Gbk.CodePage && said.CodePage != TextEncoding.Big5.CodePage
        && (!TextEncoding.Cyrillic.Any(one => one.CodePage == said.CodePage) || CyrillicLanguages.Covers(read));

    /// <summary>Bytes that are no ASCII, as they can be shown.</summary>
    internal static string Show(RawText text) => $"bytes {string.Join(' ', text.Bytes.Where(b => b >= 0x80).Take(8).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)))}";

    /// <summary>Whether texts are what is written in the encoding that a file says: one that cannot be judged is believed.</summary>
    private static bool IsLikely(TextEncoding encoding, string[] read, RawText[] raw)
    {
        if (TextEncoding.Cyrillic.Any(one => one.CodePage == encoding.CodePage))
        {
            return CyrillicText.Judge(read) is not null;
        }

        if (encoding.CodePage == TextEncoding.Gbk.CodePage || encoding.CodePage == TextEncoding.Big5.CodePage)
        {
            return ChineseText.CommonOf(encoding, raw) is not null;
        }

        return encoding.CodePage != TextEncoding.Western.CodePage || WesternText.Judge(read);
    }

    /// <summary>Whether all texts are UTF-8; it proves that they are where there are letters of three bytes, or many.</summary>
    private static bool IsUtf8(RawText[] telling, out bool proves)
    {
        proves = false;
        int letters = 0;
        foreach (RawText raw in telling)
        {
            if (!TextEncoding.Utf8.TryRead(raw, out string text, out _))
            {
                return false;
            }

            letters += text.Count(c => c > '\u007F');
            proves |= text.Any(c => c > '\u07FF');
        }

        proves |= letters > FewLetters;
        return true;
    }
}
