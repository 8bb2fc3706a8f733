using System.Globalization;

namespace IrrigationWatch.Publishing;

/// <summary>The language of charts, maps and reports.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English,

    /// <summary>Russian.</summary>
    Russian,

    /// <summary>Kazakh, in Cyrillic letters.</summary>
    Kazakh,

    /// <summary>Chinese, in simplified characters.</summary>
    Chinese,
}

/// <summary>The words of charts, maps and reports.</summary>
public sealed class Texts
{
    private static readonly string[] LanguageCodes = ["en", "ru", "kk", "zh"];
    private static readonly Lazy<Texts[]> All = new(Load);

    private readonly Dictionary<string, string> words;

    private Texts(Language language, Dictionary<string, string> words)
    {
        Language = language;
        this.words = words;
    }

    /// <summary>Codes of the languages (ISO 639-1), in the order of <see cref="Publishing.Language"/>.</summary>
    public static IReadOnlyList<string> Codes => LanguageCodes;

    /// <summary>English.</summary>
    public static Texts English => Of(Language.English);

    /// <summary>The language.</summary>
    public Language Language { get; }

    /// <summary>Its code (ISO 639-1).</summary>
    public string Code => LanguageCodes[(int)Language];

    /// <summary>All words by their keys.</summary>
    internal IReadOnlyDictionary<string, string> Words => words;

    /// <summary>All words of a language.</summary>
    /// <param name="language">The language.</param>
    /// <returns>The words.</returns>
    public static Texts Of(Language language) => All.Value[(int)language];

    /// <summary>The words of a language by its code.</summary>
    /// <param name="code">One of <see cref="Codes"/>.</param>
    /// <returns>The words; null for another code.</returns>
    public static Texts? Find(string code) => Array.IndexOf(LanguageCodes, code) is int number and >= 0 ? All.Value[number] : null;

    /// <summary>A word or sentence.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="values">What is put into its gaps.</param>
    /// <returns>The text; the key itself where there is none, as for names of classes that users make up.</returns>
    public string this[string key, params object[] values]
    {
        get
        {
            string text = words.GetValueOrDefault(key, key);
            return values.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, values);
        }
    }

    private static Texts[] Load()
    {
        using Stream stream = typeof(Texts).Assembly.GetManifestResourceStream("Texts.tsv") ?? throw new InvalidOperationException("the texts are not in the program");
        using var reader = new StreamReader(stream);
        string[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split('\t'))];
        return [.. LanguageCodes.Select((_, i) => new Texts((Language)i, rows.ToDictionary(row => row[0], row => row[i + 1], StringComparer.Ordinal)))];
    }
}
