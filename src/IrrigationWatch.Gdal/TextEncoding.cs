using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Gdal;

/// <summary>An encoding of text, which refuses bytes that mean nothing in it.</summary>
internal sealed partial class TextEncoding
{
    private const int Gb18030 = 54936;
    private const int Utf8CodePage = 65001;

    /// <summary>No code page of Windows.</summary>
    private const int KazakhCodePage = -1048;

    /// <summary>Most bytes of a letter, less one: what is left of one that was cut.</summary>
    private const int MostLeft = 3;

    /// <summary>Names of code pages that .NET knows by another one.</summary>
    private static readonly Dictionary<string, int> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["UTF8"] = Utf8CodePage,
        ["GBK"] = Gb18030,
        ["GB2312"] = Gb18030,
        ["GB18030"] = Gb18030,
        ["EUCCN"] = Gb18030,
        ["BIG5"] = 950,
        ["BIG5HKSCS"] = 950,
        ["LATIN1"] = 1252,
        ["ASCII"] = 1252,
        ["ANSI"] = 1252,
        ["USASCII"] = 1252,
        ["SJIS"] = 932,
        ["SHIFTJIS"] = 932,
        ["EUCKR"] = 949,
        ["KOI8R"] = 20866,
        ["KOI8U"] = 21866,
        ["EUCJP"] = 51932,
        ["KZ1048"] = KazakhCodePage,
        ["RK1048"] = KazakhCodePage,
        ["STRK10482002"] = KazakhCodePage,
    };

    /// <summary>Letters of windows-1251 whose bytes are others in KZ-1048, the standard of Kazakhstan, which .NET does not know, and these others.</summary>
    private const string ReplacedLetters = "ЌЋќћЎўЈҐЄЇґєјЅѕї";

    private const string KazakhLetters = "ҚҺқһҰұӘӨҒҮөғәҢңү";

    private readonly Encoding encoding;

    private TextEncoding(string name, int codePage)
    {
        Name = name;
        CodePage = codePage;
        codePage = codePage == KazakhCodePage ? 1251 : codePage;
        encoding = codePage == Utf8CodePage
            ? new UTF8Encoding(false, throwOnInvalidBytes: true)
            : CodePagesEncodingProvider.Instance.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) ?? Encoding.GetEncoding(codePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    internal static TextEncoding Utf8 { get; } = new("UTF-8", Utf8CodePage);

    internal static TextEncoding Gbk { get; } = new("GBK", Gb18030);

    internal static TextEncoding Big5 { get; } = new("Big5", 950);

    internal static TextEncoding Western { get; } = new("windows-1252", 1252);

    /// <summary>The standard of Kazakhstan.</summary>
    internal static TextEncoding Kazakh { get; } = new("KZ-1048", KazakhCodePage);

    /// <summary>Encodings of Cyrillic letters that are in use.</summary>
    internal static IReadOnlyList<TextEncoding> Cyrillic { get; } = [new("windows-1251", 1251), new("KOI8-R", 20866), new("CP866", 866), new("ISO-8859-5", 28595)];

    /// <summary>The name that users know.</summary>
    internal string Name { get; }

    internal int CodePage { get; }

    internal bool IsUtf8 => CodePage == Utf8CodePage;

    /// <summary>The encoding of a name as files and users write it: <c>CP936</c>, <c>ANSI 1251</c>, <c>88591</c>, <c>GBK</c>, <c>KOI8-R</c>; null where it is none.</summary>
    internal static TextEncoding? Find(string name)
    {
        string trimmed = name.Trim();
        string plain = Separators().Replace(trimmed, string.Empty);
        int? page = Names.TryGetValue(plain, out int known) ? known : Iso().Match(plain) is { Success: true } iso ? PageOfIso(int.Parse(iso.Groups[1].Value, CultureInfo.InvariantCulture)) : Number().Match(plain) is { Success: true } number ? int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        page = page switch { 936 => Gb18030, 20127 or 28591 => Western.CodePage, _ => page };
        try
        {
            int found = page ?? CodePagesEncodingProvider.Instance.GetEncoding(trimmed)?.CodePage ?? Encoding.GetEncoding(trimmed).CodePage;
            // UTF-16 and UTF-7 are no encodings of texts that end with a zero byte.
            if (page == Western.CodePage && !plain.Contains("1252", StringComparison.Ordinal))
            {
                // By the name that was given: makers say Latin-1 and write what Windows adds to it.
                return new TextEncoding(trimmed, found);
            }

            return found is 1200 or 1201 or 12000 or 12001 or 65000 ? null
                : Cyrillic.Concat([Utf8, Gbk, Big5, Western]).FirstOrDefault(one => one.CodePage == found) ?? new TextEncoding(trimmed, found);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="raw">Its bytes.</param>
    /// <param name="text">The text.</param>
    /// <param name="isCut">Whether what a field's width left of a last letter was taken off.</param>
    /// <returns>Whether the bytes mean letters in this encoding.</returns>
    internal bool TryRead(RawText raw, out string text, out bool isCut)
    {
        isCut = false;
        int most = raw.FillsField && CodePage is Utf8CodePage or Gb18030 or 950 or 932 or 949 ? Math.Min(MostLeft, raw.Bytes.Length) : 0;
        for (int left = 0; left <= most && (left == 0 || raw.Bytes[^left] >= 0x80); left++)
        {
            if (TryRead(raw.Bytes.AsSpan(0, raw.Bytes.Length - left), out text))
            {
                isCut = left > 0;
                return true;
            }
        }

        text = string.Empty;
        return false;
    }

    /// <summary>The bytes that a text was read from; null where it holds other letters.</summary>
    internal byte[]? TryWrite(string text)
    {
        try
        {
            return encoding.GetBytes(CodePage == KazakhCodePage ? Exchange(text, KazakhLetters, ReplacedLetters) : text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    public override string ToString() => Name;

    private static string Exchange(string text, string from, string to) => string.Create(text.Length, (text, from, to), static (letters, way) =>
    {
        for (int i = 0; i < letters.Length; i++)
        {
            int at = way.from.IndexOf(way.text[i], StringComparison.Ordinal);
            letters[i] = at < 0 ? way.text[i] : way.to[at];
        }
    });

    private static int? PageOfIso(int part) => part is >= 1 and <= 16 ? 28590 + part : null;

    private bool TryRead(ReadOnlySpan<byte> bytes, out string text)
    {
        try
        {
            text = encoding.GetString(bytes);
            text = CodePage == KazakhCodePage ? Exchange(text, ReplacedLetters, KazakhLetters) : text;
            return IsUtf8 || !text.Any(c => (c < ' ' && c is not ('\t' or '\r' or '\n')) || c is (>= '\u007F' and <= '\u009F') or (>= '\uE000' and <= '\uF8FF') or '\uFFFD');
        }
        catch (DecoderFallbackException)
        {
            text = string.Empty;
            return false;
        }
    }

    [GeneratedRegex(@"[\s_-]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^(?:ISO)?8859([0-9]{1,2})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Iso();

    [GeneratedRegex(@"^(?:CP|WINDOWS|WIN|ANSI|OEM|IBM|DOS|MS)?([0-9]{3,5})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
