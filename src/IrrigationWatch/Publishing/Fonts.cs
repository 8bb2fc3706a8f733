using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>
/// The fonts of all pictures: Noto Sans and a part of Noto Sans SC (SIL Open Font License 1.1), shipped with the program, so that
/// pictures look the same everywhere and a machine without fonts draws no boxes. They hold Latin, Cyrillic with the letters of
/// Kazakh, and the 3755 commonest Chinese characters (GB 2312, level 1). What they do not hold is looked for on the machine.
/// </summary>
internal static class Fonts
{
    internal const string Family = "Noto Sans";

    /// <summary>Stands for a letter that no font holds.</summary>
    private const char Missing = '·';

    private static readonly Lazy<SKTypeface> LazyRegular = new(() => Load("NotoSans-Regular.ttf"));
    private static readonly Lazy<SKTypeface> LazyBold = new(() => Load("NotoSans-Bold.ttf"));
    private static readonly Lazy<SKTypeface> LazyChinese = new(() => Load("NotoSansSC-Subset.otf"));
    private static readonly Lazy<SKTypeface[]> LazyOthers = new(FindOthers);

    internal static SKTypeface Regular => LazyRegular.Value;

    internal static SKTypeface Bold => LazyBold.Value;

    /// <summary>Cuts a text into parts that one font holds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bold">Whether it is bold; fonts of the machine and Chinese are not.</param>
    internal static IReadOnlyList<(string Text, SKTypeface Typeface)> Parts(string text, bool bold)
    {
        SKTypeface own = bold ? Bold : Regular;
        if (own.ContainsGlyphs(text))
        {
            return [(text, own)];
        }

        var parts = new List<(string Text, SKTypeface Typeface)>();
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            (string piece, SKTypeface typeface) = Find(rune.ToString(), own);
            if (parts.Count > 0 && parts[^1].Typeface == typeface)
            {
                parts[^1] = (parts[^1].Text + piece, typeface);
            }
            else
            {
                parts.Add((piece, typeface));
            }
        }

        return parts;
    }

    private static (string Text, SKTypeface Typeface) Find(string letter, SKTypeface own)
    {
        if (own.ContainsGlyphs(letter))
        {
            return (letter, own);
        }

        if (LazyChinese.Value.ContainsGlyphs(letter))
        {
            return (letter, LazyChinese.Value);
        }

        return LazyOthers.Value.FirstOrDefault(font => font.ContainsGlyphs(letter)) is SKTypeface other ? (letter, other) : (Missing.ToString(), own);
    }

    /// <summary>Fonts of the machine that hold Chinese.</summary>
    private static SKTypeface[] FindOthers()
    {
        string[] folders = ["/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts", Environment.GetFolderPath(Environment.SpecialFolder.Fonts)];
        return
        [
            .. folders.Where(folder => folder.Length > 0 && Directory.Exists(folder))
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*CJK*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
                .Where(file => Path.GetFileName(file).Contains("Regular", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(file => SKTypeface.FromFile(file))
                .Where(font => font is not null),
        ];
    }

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(Fonts).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the font {name} is not in the program");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
