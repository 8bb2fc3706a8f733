using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Names of zones in the encodings in which programs write them, with and without a word of which.</summary>
public sealed class VectorLettersTests : IDisposable
{
    private static readonly string[] Russian = ["Панфиловский район", "Уйгурский"];
    private static readonly string[] Chinese = ["察布查尔", "霍城"];

    private readonly ScratchFolder scratch = new();
    private readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    /// <summary>No word of the encoding, "that of this computer", a right one, and wrong ones.</summary>
    [Theory]
    [InlineData("windows-1251", 0, null)]
    [InlineData("windows-1251", 0x57, null)]
    [InlineData("windows-1251", 0xC9, null)]
    [InlineData("windows-1251", 0, "1251")]
    [InlineData("windows-1251", 0, "UTF-8")]
    [InlineData("windows-1251", 0, "ISO-8859-1")]
    [InlineData("koi8-r", 0, null)]
    [InlineData("koi8-r", 0, "1251")]
    [InlineData("cp866", 0x65, null)]
    [InlineData("cp866", 0xC9, null)]
    [InlineData("utf-8", 0, null)]
    [InlineData("utf-8", 0x57, "1251")]
    [InlineData("gb18030", 0, null)]
    [InlineData("gb18030", 0x4D, null)]
    [InlineData("gb18030", 0xC9, null)]
    [InlineData("gb18030", 0, "UTF-8")]
    [InlineData("gb18030", 0, "GBK")]
    public void Names_are_right_or_refused_whatever_the_file_says(string encoding, byte languageId, string? page)
    {
        string[] names = encoding == "gb18030" ? Chinese : Russian;
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes(encoding, names), languageId, page);
        Assert.Equal(names, Read(path));
        bool isSaid = (encoding, languageId, page) is ("utf-8", 0, null) or ("windows-1251", 0xC9, null) or ("windows-1251", 0, "1251") or ("cp866", 0x65, null) or ("gb18030", 0x4D, null) or ("gb18030", 0, "GBK");
        Assert.Equal(isSaid ? 0 : 1, warnings.Count);
        Assert.All(warnings, warning => Assert.Contains("names are read as", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_there_is_a_doubt_the_ways_out_are_named_and_lead_out()
    {
        string[] names = ["札幌市", "アルマトイ"];
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes("shift_jis", names));
        string message = Assert.Throws<InputException>(() => Read(path)).Message;
        Assert.Contains("--encoding", message, StringComparison.Ordinal);
        Assert.Contains("'encoding'", message, StringComparison.Ordinal);
        Assert.Contains(".cpg", message, StringComparison.Ordinal);
        Assert.Equal(names, Read(path, "CP932"));
        File.WriteAllText(scratch.File("zones.cpg"), "932");
        Assert.Equal(names, Read(path));
        Assert.Contains("holds a text that is none in UTF-8", Assert.Throws<InputException>(() => Read(path, "UTF-8")).Message, StringComparison.Ordinal);
        Assert.Contains("'klingon' is no encoding that is known", Assert.Throws<InputException>(() => Read(path, "klingon")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_has_a_name_in_the_same_letters()
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes("gb18030", Chinese), field: Shapefile.Bytes("gb18030", "名称")[0]);
        Assert.Equal(Chinese, ZoneReader.Read(path, "名称").Select(zone => zone.Name));
    }

    [Fact]
    public void A_name_cut_in_the_middle_of_a_letter_ends_before_it_and_it_is_said()
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes("utf-8", "Панфиловский", "Уйгур"), page: "UTF-8", width: 11);
        Assert.Equal(["Панфи", "Уйгур"], Read(path));
        Assert.Contains("1 texts were cut in the middle of a letter by the width of their field", Assert.Single(warnings), StringComparison.Ordinal);
        Shapefile.Write(path, Shapefile.Bytes("gb18030", "察布查尔锡伯自治县", "霍城"), width: 9);
        Assert.Equal(["察布查尔", "霍城"], Read(path));
    }

    [Theory]
    [InlineData("zones.geojson", "gb18030")]
    [InlineData("zones.csv", "gb18030")]
    [InlineData("zones.mif", "gb18030")]
    public void Formats_that_are_no_shapefile_are_read_as_well(string file, string encoding)
    {
        string[] texts = file switch
        {
            "zones.geojson" => [$$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"{{{Chinese[0]}}}"},"geometry":{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,44]]]}},{"type":"Feature","properties":{"name":"{{{Chinese[1]}}}"},"geometry":{"type":"Polygon","coordinates":[[[82,44],[83,44],[83,45],[82,44]]]}}]}"""],
            "zones.csv" => [$"name,WKT\n{Chinese[0]},\"POLYGON((80 44,81 44,81 45,80 44))\"\n{Chinese[1]},\"POLYGON((82 44,83 44,83 45,82 44))\"\n"],
            // The charset that its maker took for granted.
            _ => ["Version 300\nCharset \"WindowsLatin1\"\nDelimiter \",\"\nCoordSys Earth Projection 1, 104\nColumns 1\n  name Char(40)\nData\n\nRegion 1\n  4\n80 44\n81 44\n81 45\n80 44\nRegion 1\n  4\n82 44\n83 44\n83 45\n82 44\n", $"\"{Chinese[0]}\"\n\"{Chinese[1]}\"\n"],
        };
        string path = scratch.File(file);
        File.WriteAllBytes(path, Shapefile.Bytes(encoding, texts[0])[0]);
        if (texts.Length > 1)
        {
            File.WriteAllBytes(Path.ChangeExtension(path, ".mid"), Shapefile.Bytes(encoding, texts[1])[0]);
        }

        Assert.Equal(Chinese, Read(path));
        Assert.Contains("names are read as GBK", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>Encodings that give other bytes of the same words a meaning too: the one in which they are words.</summary>
    [Theory]
    [InlineData("KZ-1048", 0xC9, null, "Алакөл", "Қапшағай")]
    [InlineData("KZ-1048", 0, "1251", "Әулиекөл", "Түркістан", "Жамбылский район")]
    [InlineData("KZ-1048", 0, "windows-1251", "Шығыс Қазақстан облысы", "Павлодар")]
    [InlineData("KZ-1048", 0, "1251", "Алакөл")]
    [InlineData("gb18030", 0, "BIG5", "霍城县", "察布查尔", "伊宁")]
    [InlineData("gb18030", 0x4F, null, "霍城县", "察布查尔", "伊宁")]
    [InlineData("gb18030", 0, "CP949", "霍城县", "察布查尔", "伊宁")]
    [InlineData("gb18030", 0, "Shift_JIS", "新源县", "巩留县", "特克斯县")]
    [InlineData("big5", 0, "GBK", "臺北市", "高雄縣", "嘉義縣")]
    public void A_wrong_word_of_the_encoding_is_overruled_where_there_is_no_doubt(string encoding, byte languageId, string? page, params string[] names)
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes(encoding, names), languageId, page);
        Assert.Equal(names, Read(path));
        Assert.Contains("names are read as", Assert.Single(warnings), StringComparison.Ordinal);
        // A user is believed, and told.
        string wrong = page ?? (languageId == 0x4F ? "BIG5" : "CP1251");
        if (page is not ("CP949" or "Shift_JIS" or "GBK"))
        {
            Assert.NotEqual(names, Read(path, wrong));
            Assert.Contains($"would be '{names[0]}' in", Assert.Single(warnings), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("KZ-1048", "1251", "Қапал")]
    [InlineData("KZ-1048", "1251", "Қапал", "Жамбылский")]
    [InlineData("KZ-1048", "CP936", "Қапшағай", "Әулиекөл", "Шығыс Қазақстан")]
    [InlineData("KZ-1048", null, "Алакөл", "Қапшағай")]
    public void Where_another_encoding_fits_better_the_way_out_that_is_named_leads_out(string encoding, string? page, params string[] names)
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes(encoding, names), 0, page);
        string message = Assert.Throws<InputException>(() => Read(path)).Message;
        Assert.Contains("KZ-1048", message, StringComparison.Ordinal);
        Assert.Equal(names, Read(path, "KZ-1048"));
        Assert.Empty(warnings);
        File.WriteAllText(scratch.File("zones.cpg"), "KZ-1048");
        Assert.Equal(names, Read(path));
        Assert.Empty(warnings);
    }

    /// <summary>What a file says is right, of languages that are none of those that are told from their bytes too.</summary>
    [Theory]
    [InlineData("windows-1251", "1251", "Київ", "Запоріжжя", "Єнакієве")]
    [InlineData("windows-1251", "1251", "Їжакове")]
    [InlineData("windows-1251", "1251", "Београд", "Јагодина", "Њујорк")]
    [InlineData("windows-1251", "1251", "Магілёў", "Бабруйск")]
    [InlineData("euc-kr", "CP949", "서울시", "부산시")]
    [InlineData("shift_jis", "CP932", "札幌市", "アルマトイ")]
    [InlineData("big5", "BIG5", "臺北市", "桃園")]
    [InlineData("gb18030", "GBK", "鄯善县", "奎屯")]
    [InlineData("windows-1254", "1254", "Şanlıurfa", "Muş")]
    [InlineData("KZ-1048", "KZ-1048", "Алакөл", "Ұлытау", "Жамбылский")]
    public void A_right_word_of_the_encoding_is_believed(string encoding, string page, params string[] names)
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes(encoding, names), 0, page);
        Assert.Equal(names, Read(path));
        Assert.Empty(warnings);
    }

    /// <summary>One key of a configuration is for all files, of which some are UTF-8.</summary>
    [Theory]
    [InlineData("zones.csv", "Алакөл", "Қапшағай")]
    [InlineData("zones.csv", "Или")]
    [InlineData("zones.csv", "伊宁")]
    [InlineData("zones.geojson", "Алакөл")]
    public void What_is_UTF8_stays_UTF8(string file, params string[] names)
    {
        string path = scratch.File(file);
        File.WriteAllText(path, file == "zones.csv"
            ? "name,WKT\n" + string.Concat(names.Select(name => $"{name},\"POLYGON((80 44,81 44,81 45,80 44))\"\n"))
            : $$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"{{{names[0]}}}"},"geometry":{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,44]]]}}]}""");
        foreach (string wanted in new[] { "CP1251", "KZ-1048", "CP936", "CP1252" })
        {
            Assert.Equal(names, Read(path, wanted));
            Assert.Contains("names are read as UTF-8, not as ", Assert.Single(warnings), StringComparison.Ordinal);
        }

        Shapefile.Write(scratch.File("zones.shp"), Shapefile.Bytes("utf-8", "Алакөл", "Қапшағай"), page: "UTF-8");
        Assert.Equal(["Алакөл", "Қапшағай"], Read(scratch.File("zones.shp"), "CP1251"));
    }

    [Fact]
    public void Letters_lost_before_the_file_was_written_are_refused()
    {
        string path = scratch.File("zones.csv");
        File.WriteAllText(path, "name,WKT\nПан\uFFFDил,\"POLYGON((80 44,81 44,81 45,80 44))\"\n", Encoding.UTF8);
        Assert.Contains("letters in 'name' that were lost", Assert.Throws<InputException>(() => Read(path)).Message, StringComparison.Ordinal);
    }

    private IEnumerable<string> Read(string path, string? encoding = null)
    {
        warnings.Clear();
        return ZoneReader.Read(path, options: new VectorOptions { Encoding = encoding, Warn = warnings.Add }).Select(zone => zone.Name);
    }
}
