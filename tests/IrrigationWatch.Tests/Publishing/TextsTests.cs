using System.Text.RegularExpressions;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>The words of all languages: none is missing, gaps are the same, and the fonts of the program hold their letters.</summary>
public partial class TextsTests
{
    [Fact]
    public void Languages_have_their_codes()
    {
        Assert.Equal(["en", "ru", "kk", "zh"], Texts.Codes);
        Assert.Equal([Language.English, Language.Russian, Language.Kazakh, Language.Chinese], Texts.Codes.Select(code => Texts.Find(code)!.Language));
        Assert.All(Texts.Codes, code => Assert.Equal(code, Texts.Find(code)!.Code));
        Assert.Null(Texts.Find("EN"));
        Assert.Null(Texts.Find("fr"));
        Assert.Same(Texts.English, Texts.Find("en"));
    }

    [Theory]
    [InlineData("en", "hectares", "hectares")]
    [InlineData("ru", "hectares", "гектары")]
    [InlineData("kk", "irrigated land", "Суармалы жерлер")]
    [InlineData("zh", "year", "年份")]
    public void Words_are_of_their_language(string code, string key, string word) => Assert.Equal(word, Texts.Find(code)![key]);

    [Fact]
    public void Every_language_has_every_word_with_the_same_gaps()
    {
        foreach (string code in Texts.Codes)
        {
            IReadOnlyDictionary<string, string> words = Texts.Find(code)!.Words;
            Assert.Equal(Texts.English.Words.Keys.Order(StringComparer.Ordinal), words.Keys.Order(StringComparer.Ordinal));
            Assert.All(words, word =>
            {
                Assert.False(string.IsNullOrWhiteSpace(word.Value), $"{code}: {word.Key}");
                Assert.Equal(GapsOf(Texts.English.Words[word.Key]), GapsOf(word.Value));
            });
        }
    }

    [Fact]
    public void Other_languages_are_not_English_left_as_it_is()
    {
        foreach (string code in Texts.Codes.Skip(1))
        {
            Assert.DoesNotContain(Texts.Find(code)!.Words, word => word.Value == Texts.English.Words[word.Key]);
        }
    }

    [Fact]
    public void Gaps_are_filled_without_regard_to_the_culture_and_unknown_words_stay_as_they_are()
    {
        Assert.Equal("no trend beyond chance (P 0.5)", Texts.English["chance", 0.5]);
        Assert.Equal("Rice {0}", Texts.English["Rice {0}"]);
        Assert.Equal("本报告", Texts.Of(Language.Chinese)["本报告"]);
    }

    [Fact]
    public void The_fonts_of_the_program_hold_every_letter_of_every_language()
    {
        string[] own = [Fonts.Regular.FamilyName, Fonts.Bold.FamilyName];
        foreach (string code in Texts.Codes)
        {
            foreach ((string key, string text) in Texts.Find(code)!.Words)
            {
                string drawn = string.Concat(Fonts.Parts(text, bold: false).Select(part => part.Text));
                Assert.True(drawn == text, $"{code} {key}: '{text}' is drawn as '{drawn}'");
                Assert.True(code == "zh" || Fonts.Parts(text, bold: false).All(part => own.Contains(part.Typeface.FamilyName)), $"{code} {key}");
            }
        }
    }

    [Fact]
    public void A_text_is_cut_where_the_font_changes()
    {
        IReadOnlyList<(string Text, SkiaSharp.SKTypeface Typeface)> parts = Fonts.Parts("Іле 伊犁 (CN)", bold: true);
        Assert.Equal(["Іле ", "伊犁", " (CN)"], parts.Select(part => part.Text));
        Assert.Equal([true, false, true], parts.Select(part => part.Typeface == Fonts.Bold));
        Assert.Equal("Өзен Ұлы", Assert.Single(Fonts.Parts("Өзен Ұлы", bold: false)).Text);
        Assert.Equal(string.Empty, Assert.Single(Fonts.Parts(string.Empty, bold: false)).Text);
    }

    [Fact]
    public void A_letter_that_no_font_holds_is_a_dot_and_no_box()
    {
        // A code point that no letter will ever have.
        Assert.Equal("a·b", string.Concat(Fonts.Parts("a\uFDD0b", bold: false).Select(part => part.Text)));
        Assert.Equal("·", Assert.Single(Fonts.Parts("\U000FFFFE", bold: false)).Text);
    }

    private static string[] GapsOf(string text) => [.. Gap().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
