using System.Runtime.InteropServices;
using System.Text;

namespace IrrigationWatch.Gdal.Tests;

/// <summary>Letters of which a file does not say the encoding: told where the bytes leave no doubt, and never guessed.</summary>
public class TextEncodingTests
{
    private static readonly string[] Russian = ["Алматинская область", "Жамбылский район", "Панфиловский", "Уйгурский район", "Талдыкорган", "Кербулак", "село Чунджа", "Большой Алматинский канал", "Капчагай", "орошаемая земля", "Восточный", "Хоргос", "река Или", "Шелек"];

    private static readonly string[] Simplified = ["伊犁", "霍城县", "察布查尔", "尼勒克县", "特克斯", "昭苏", "巩留县", "新源", "伊宁市", "奎屯", "喀什地区", "阿克苏", "和田", "巴音郭楞", "灌溉区", "兵团第四师", "水稻", "耕地", "南山", "东风渠"];

    private static readonly string[] Traditional = ["臺北市", "高雄縣", "嘉義縣", "彰化縣", "雲林縣", "桃園區", "新竹縣", "農業區", "臺灣", "東門村"];

    [Theory]
    [InlineData("utf-8")]
    [InlineData("windows-1251")]
    [InlineData("koi8-r")]
    [InlineData("cp866")]
    [InlineData("iso-8859-5")]
    public void Russian_is_told_in_every_encoding_and_case(string name) => Told(name, Russian, word => word, word => word.ToUpperInvariant(), word => word.ToLowerInvariant());

    [Theory]
    [InlineData("utf-8")]
    [InlineData("gb18030")]
    public void Chinese_is_told(string name) => Told(name, Simplified, word => word);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("big5")]
    public void Traditional_Chinese_is_told(string name) => Told(name, Traditional, word => word);

    /// <summary>Any few of the words: read as they are or, where they are too few, not at all; many are always told.</summary>
    private static void Told(string name, string[] words, params Func<string, string>[] forms)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var random = new Random(26);
        int told = 0;
        const int Rounds = 500;
        for (int round = 0; round < Rounds; round++)
        {
            Func<string, string> form = forms[random.Next(forms.Length)];
            string[] few = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => form(words[random.Next(words.Length)]))];
            if (TextEncodingFinder.Detect(few.Select(word => new RawText(encoding.GetBytes(word), false))) is TextEncoding found)
            {
                told++;
                Assert.All(few, word => Assert.Equal(word, Read(found, encoding.GetBytes(word))));
            }
        }

        Assert.True(told > 0.8 * Rounds, $"{told} of {Rounds} were told");
        TextEncoding? all = TextEncodingFinder.Detect(words.Select(word => new RawText(encoding.GetBytes(word), false)));
        Assert.NotNull(all);
        Assert.All(words, word => Assert.Equal(word, Read(all, encoding.GetBytes(word))));
    }

    /// <summary>Texts of encodings that are not among those that can be told are not taken for another.</summary>
    [Theory]
    [InlineData("euc-kr", "서울시", "부산시")]
    [InlineData("shift_jis", "札幌市", "アルマトイ")]
    [InlineData("windows-1253", "Αθήνα", "Πάτρα")]
    [InlineData("windows-1250", "Plzeň", "Žďár")]
    [InlineData("windows-1254", "Şanlıurfa", "Muş")]
    [InlineData("x-mac-cyrillic", "Панфиловский район", "Уйгурский")]
    [InlineData("windows-1251", "ті", "Ґ")]
    [InlineData("gb18030", "新")]
    public void Where_there_is_a_doubt_nothing_is_told(string name, params string[] words)
    {
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(name)!;
        Assert.Null(TextEncodingFinder.Detect(words.Select(word => new RawText(encoding.GetBytes(word), false))));
    }

    [Fact]
    public void Words_of_western_Europe_are_told_from_Russian_and_Chinese()
    {
        byte[][] words = [.. new[] { "Münster", "Orléans", "São Paulo", "Ångermanland", "Besançon", "Île-de-France" }.Select(word => Encoding.Latin1.GetBytes(word))];
        TextEncoding? found = TextEncodingFinder.Detect(words.Select(word => new RawText(word, false)));
        Assert.Equal("windows-1252", found?.Name);
    }

    [Theory]
    [InlineData("CP936", "GBK")]
    [InlineData("936", "GBK")]
    [InlineData("GB2312", "GBK")]
    [InlineData("gb18030", "GBK")]
    [InlineData("ANSI 1251", "windows-1251")]
    [InlineData("1251", "windows-1251")]
    [InlineData("CP1251", "windows-1251")]
    [InlineData("OEM 866", "CP866")]
    [InlineData("koi8_r", "KOI8-R")]
    [InlineData("ISO 88595", "ISO-8859-5")]
    [InlineData("88591", "88591")]
    [InlineData("utf8", "UTF-8")]
    [InlineData("65001", "UTF-8")]
    [InlineData("BIG5", "Big5")]
    [InlineData("klingon", null)]
    [InlineData("UTF-16", null)]
    [InlineData("", null)]
    public void Encodings_are_known_by_the_names_that_files_and_users_write(string name, string? known) => Assert.Equal(known, TextEncoding.Find(name)?.Name);

    /// <summary>Bytes as Python's codec kz1048 writes them.</summary>
    [Fact]
    public void The_standard_of_Kazakhstan_is_known_by_name()
    {
        TextEncoding kazakh = TextEncoding.Find("KZ-1048")!;
        byte[] bytes = [0x8D, 0xFB, 0xE7, 0xFB, 0xEB, 0xEE, 0xF0, 0xE4, 0xE0, (byte)' ', 0xA3, 0xBA, 0xBC, 0xBE, 0xB4, 0xA2, 0xBF, 0x9E, 0xB3];
        Assert.Equal("Қызылорда Әғәңөұүһі", Read(kazakh, bytes));
        Assert.Equal(bytes, kazakh.TryWrite("Қызылорда Әғәңөұүһі"));
        Assert.Null(TextEncodingFinder.Detect([new RawText(bytes, false)]));
    }

    [Fact]
    public void A_letter_cut_by_the_width_of_its_field_is_taken_off_and_said()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("Панфилов");
        Assert.True(TextEncoding.Utf8.TryRead(new RawText(bytes[..11], FillsField: true), out string text, out bool isCut));
        Assert.Equal(("Панфи", true), (text, isCut));
        // One that ends elsewhere is damaged.
        Assert.False(TextEncoding.Utf8.TryRead(new RawText(bytes[..11], FillsField: false), out _, out _));
        Assert.False(TextEncoding.Utf8.TryRead(new RawText([0xD0, 0x41, 0x42], FillsField: true), out _, out _));
    }

    /// <summary>Whatever bytes come: no sign for a lost letter comes out of the one door of strings, and nothing is lost.</summary>
    [Fact]
    public void Bytes_that_are_no_text_are_shown_and_never_replaced()
    {
        var random = new Random(26);
        for (int round = 0; round < 2000; round++)
        {
            Assert.DoesNotContain('\uFFFD', FromGdal([.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(1, 256))]));
        }

        Assert.Equal("A\\x81", FromGdal([(byte)'A', 0x81]));
        Assert.Equal("Алматы", FromGdal(Encoding.UTF8.GetBytes("Алматы")));
    }

    private static string FromGdal(byte[] bytes)
    {
        nint memory = Marshal.AllocHGlobal(bytes.Length + 1);
        try
        {
            byte[] terminated = [.. bytes, 0];
            Marshal.Copy(terminated, 0, memory, bytes.Length + 1);
            return Utf8.Read(memory)!;
        }
        finally
        {
            Marshal.FreeHGlobal(memory);
        }
    }

    private static string Read(TextEncoding encoding, byte[] bytes) => encoding.TryRead(new RawText(bytes, false), out string text, out _) ? text : "unreadable";
}
