using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>The report, read as the tree of elements that a browser sees: sections, sentences, tables, pictures, and the data of its chart.</summary>
public partial class HtmlReportTests
{
    /// <summary>A blank that does not break.</summary>
    private const char Blank = '\u00A0';

    /// <summary>100, 110, 130 and 160 ha, a year not well seen with an interval; a second zone of one year.</summary>
    private static readonly AreaRow[] Rows =
    [
        .. new[] { 100.0, 110, 130, 160 }.Select((area, i) => new AreaRow(2000 + i, "Іле <east>", "KZ", area, 1000, 1000)),
        new(2004, "Іле <east>", "KZ", 50.4, 300, 1000, 40, 12_345.6), new(2003, "伊犁", "", 5.125, 10, 10),
    ];

    private static readonly ReportContent Content = new() { Name = "The \"Ile\" & <valley>", Rows = Rows };

    [Fact]
    public void The_page_has_its_language_name_and_years_with_markup_escaped()
    {
        Page page = Write(Content);
        Assert.Equal("en", (string?)page.Root.Attribute("lang"));
        Assert.Equal("The \"Ile\" & <valley> 2000–2004", page.Root.Descendants("title").Single().Value);
        Assert.Equal("The \"Ile\" & <valley>", page.Root.Descendants("h1").Single().Value);
        Assert.Equal("zh", (string?)Write(Content with { Texts = Texts.Of(Language.Chinese) }).Root.Attribute("lang"));
    }

    [Fact]
    public void Sections_are_those_of_which_something_is_known_and_the_head_leads_to_each()
    {
        Page little = Write(Content);
        Assert.Equal(["key-figures", "heading", "change", "table", "methods"], little.Sections);
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch.File("p.png"), [1, 2, 3]);
        Page all = Write(Content with
        {
            Pictures = [new("maps", scratch.File("p.png"), "a"), new("time-lapse", scratch.File("p.png"), "b")],
            Waters = [new AreaRow(2000, "lake", "", 1, 1, 1)],
            ScenesByYear = new SortedDictionary<int, int> { [2000] = 3 },
            Assessment = "# A",
            ModelCard = "# M",
            Versions = [("version", "1")],
        });
        Assert.Equal(["key-figures", "heading", "change", "maps", "time-lapse", "water-heading", "table", "scenes", "methods", "accuracy", "model", "versions"], all.Sections);
        Assert.All([little, all], page => Assert.Equal(page.Sections.Select(id => "#" + id), page.Root.Descendants("nav").Single().Descendants("a").Select(link => (string?)link.Attribute("href"))));
        Assert.Equal(["Key figures", "Irrigated area by year", "Change of irrigated land", "Table", "Methods"], little.Root.Descendants("h2").Select(heading => heading.Value));
    }

    [Fact]
    public void The_page_asks_the_network_for_nothing()
    {
        Page page = Write(Content);
        Assert.Empty(page.Root.Descendants("link"));
        Assert.DoesNotContain(page.Root.Descendants().Attributes("src"), source => !source.Value.StartsWith("data:", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page.Html, StringComparison.Ordinal);
    }

    /// <summary>S = 6 in four years without ties: 2 (1 − Φ(5/√(26/3))) = 0.0894.</summary>
    [Fact]
    public void The_trend_of_a_zone_is_told_in_words_with_the_years_left_out()
    {
        string[] words = [.. Write(Content).Section("key-figures").Descendants("li").Select(item => item.Value)];
        Assert.StartsWith("Іле <east>: from 100 ha in 2000 to 160 ha in 2003 (+60%); trend 20 ha a year (95%: ", words[0], StringComparison.Ordinal);
        Assert.EndsWith("), no trend beyond chance (P 0.089). Not enough observed, left out of trends: 2004.", words[0], StringComparison.Ordinal);
        Assert.Equal("伊犁: too few years with enough observations for a trend.", words[1]);
        Assert.Equal(2, words.Length);
    }

    [Fact]
    public void A_fall_beyond_chance_is_told_with_a_true_minus()
    {
        AreaRow[] rows = [.. Enumerable.Range(0, 20).Select(i => new AreaRow(2000 + i, "z", "", 2000 - 50 * i, 1, 1))];
        string words = Write(Content with { Rows = rows }).Section("key-figures").Descendants("li").Single().Value;
        // S = −190, its variance 950: P = 2 (1 − Φ(189/√950)) = 8.7e-10.
        Assert.Equal($"z: from 2{Blank}000 ha in 2000 to 1{Blank}050 ha in 2019 (−47.5%); trend −50 ha a year (95%: −50 to −50), a trend beyond chance (P 8.7e-10).", words);
        AreaRow[] fromNothing = [.. Enumerable.Range(0, 3).Select(i => new AreaRow(2000 + i, "z", "", i, 1, 1))];
        Assert.Contains("(–); trend 1 ha a year", Write(Content with { Rows = fromNothing }).Section("key-figures").Descendants("li").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_four_largest_zones_are_figures_and_zones_never_well_seen_are_none()
    {
        AreaRow[] rows = [.. Enumerable.Range(1, 6).Select(i => new AreaRow(2000, $"z{i}", "", 1000.4 * i, i == 5 ? 0 : 1, 1))];
        XElement[] figures = [.. Write(Content with { Rows = rows }).Section("key-figures").Descendants("div").Where(box => (string?)box.Attribute("class") == "figure")];
        Assert.Equal([$"6{Blank}002", $"4{Blank}002", $"3{Blank}001", $"2{Blank}001"], figures.Select(figure => figure.Element("b")!.Value));
        Assert.Equal("ha, z6, 2000", figures[0].Element("span")!.Value);
    }

    [Fact]
    public void The_area_table_has_a_line_a_row_and_marks_what_was_little_seen()
    {
        XElement table = Write(Content).Section("table");
        Assert.Equal(["Year", "Zone", "Country", "Irrigated, ha", "95% interval", "Observed"], table.Descendants("th").Select(cell => cell.Value));
        XElement[] lines = [.. table.Descendants("tr").Skip(1)];
        Assert.Equal(Rows.Length, lines.Length);
        Assert.Equal(["2004", "Іле <east>", "KZ", "50", $"40 – 12{Blank}346", "30.0%"], Cells(lines[4]));
        Assert.Equal(["2003", "伊犁", "", "5.12", "", "100.0%"], Cells(lines[5]));
        Assert.Equal([null, null, null, null, "pale", null], lines.Select(line => (string?)line.Attribute("class")));
    }

    [Fact]
    public void Notes_stand_below_the_chart_only_where_they_are_needed()
    {
        Assert.Equal(
            ["Hollow: less than 80% of the zone observed in that year; its area is what was seen, not what was there.", "Band: 95% interval."],
            Write(Content).Section("heading").Descendants("p").Select(note => note.Value));
        Assert.Empty(Write(Content with { Rows = Rows[..4] }).Section("heading").Descendants("p"));
        Assert.Equal(["Band: 95% interval."], Write(Content with { LeastObserved = 0.3 }).Section("heading").Descendants("p").Select(note => note.Value));
    }

    [Fact]
    public void The_data_of_the_chart_hold_every_year_and_cannot_end_their_script()
    {
        AreaRow[] rows = [.. Rows, new AreaRow(2003, "</script><b>", "", 1, 0, 990)];
        Page page = Write(Content with { Rows = rows });
        JsonElement data = page.Data;
        Assert.Equal([2000, 2001, 2002, 2003, 2004], data.GetProperty("years").EnumerateArray().Select(year => year.GetInt32()));
        // In 2003 (1000 + 10 + 0) of (1000 + 10 + 990) ha were seen.
        Assert.Equal([1, 1, 1, 0.505, 0.3], data.GetProperty("observed").EnumerateArray().Select(share => share.GetDouble()));
        Assert.Equal(["Іле <east> (KZ)", "伊犁", "</script><b>"], data.GetProperty("series").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(["#0072b2", "#d55e00", "#009e73"], data.GetProperty("series").EnumerateArray().Select(one => one.GetProperty("color").GetString()));
        JsonElement[] first = [.. data.GetProperty("series")[0].GetProperty("rows").EnumerateArray()];
        Assert.Equal("""{"year":2000,"ha":100,"observed":1,"low":null,"high":null}""", first[0].GetRawText());
        Assert.Equal("""{"year":2004,"ha":50.4,"observed":0.3,"low":40,"high":12345.6}""", first[4].GetRawText());
        Assert.Equal((0.8, 0.005, "not observed"), (data.GetProperty("leastObserved").GetDouble(), data.GetProperty("unobserved").GetDouble(), data.GetProperty("never").GetString()));
    }

    [Fact]
    public void Trends_stand_in_a_table_and_unknown_ones_are_dashes()
    {
        XElement section = Write(Content).Section("change");
        string[][] lines = [.. section.Descendants("table").First().Descendants("tr").Skip(1).Select(Cells)];
        Assert.Equal(["Іле <east>", "KZ", "2000–2003", "20"], lines[0][..4]);
        Assert.Equal("0.0894", lines[0][5]);
        Assert.Equal(["伊犁", "", "2003–2003", "–", "– – –", "1", ""], lines[1]);
    }

    [Fact]
    public void Gain_and_loss_are_told_of_periods_where_there_are_any_and_in_words_of_the_widest_span()
    {
        Transition years = new(new(2000, 2000), new(2001, 2001), "Іле <east>", "KZ", 10, 20, 3.25, 1000, 12_345);
        Transition periods = years with { From = new(1984, 1988), To = new(1999, 2003), GainHectares = 77 };
        Page both = Write(Content with { Transitions = [years, periods, years with { Zone = "unknown" }] });
        Assert.Equal(["From – to", "Zone", "irrigated in both, ha", "opened, ha", "abandoned, ha", "not observed, ha"], both.Section("change").Descendants("table").Last().Descendants("th").Select(cell => cell.Value));
        Assert.Equal([["1984-1988 → 1999-2003", "Іле <east>", "10", "77", "3.25", $"12{Blank}345"]], both.Section("change").Descendants("table").Last().Descendants("tr").Skip(1).Select(Cells));
        Assert.Equal("Іле <east>: between 1984-1988 and 1999-2003 77 ha were opened and 3.25 ha abandoned; 10 ha stayed irrigated.", both.Section("key-figures").Descendants("li").Last().Value);
        Page single = Write(Content with { Transitions = [years] });
        Assert.Equal("2000 → 2001", Cells(single.Section("change").Descendants("table").Last().Descendants("tr").Last())[0]);
    }

    [Fact]
    public void A_matrix_of_classes_has_its_sums_and_what_stayed_is_marked()
    {
        ClassTransition[] cells =
        [
            new(1990, 2020, "z", "KZ", "irrigated", "irrigated", 10), new(1990, 2020, "z", "KZ", "irrigated", "not observed", 20),
            new(1990, 2020, "z", "KZ", "<other>", "irrigated", 300), new(1990, 2020, "z", "KZ", "<other>", "not observed", 4000),
        ];
        XElement section = Write(Content with { Matrix = cells }).Section("change");
        Assert.Contains("From class to class: z (KZ), 1990 to 2020, ha", section.Elements("h3").Select(heading => heading.Value));
        XElement table = section.Descendants("table").Last();
        Assert.Equal(
            [["1990 ↓ 2020 →", "irrigated", "not observed", "sum"], ["irrigated", "10", "20", "30"], ["<other>", "300", $"4{Blank}000", $"4{Blank}300"], ["sum", "310", $"4{Blank}020", $"4{Blank}330"]],
            table.Descendants("tr").Select(Cells));
        Assert.Equal("10", Assert.Single(table.Descendants("td"), cell => (string?)cell.Attribute("class") == "kept").Value);
    }

    [Fact]
    public void Matrices_are_of_the_six_zones_with_the_most_land()
    {
        ClassTransition[] cells = [.. Enumerable.Range(1, 8).Select(i => new ClassTransition(1990, 2020, $"z{i}", "", "a", "a", i))];
        Assert.Equal(Enumerable.Range(3, 6).Reverse().Select(i => $"From class to class: z{i}, 1990 to 2020, ha"), Write(Content with { Matrix = cells }).Section("change").Elements("h3").Skip(1).Select(heading => heading.Value));
    }

    [Theory]
    [InlineData("p.png", "image/png")]
    [InlineData("p.svg", "image/svg+xml")]
    [InlineData("p.WebP", "image/webp")]
    [InlineData("p.gif", "image/gif")]
    public void Pictures_are_put_in_with_their_type_and_caption(string name, string type)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllBytes(scratch.File(name), [1, 2, 3, 250]);
        Page page = Write(Content with { Pictures = [new("maps", scratch.File(name), "2010 & \"later\""), new("maps", scratch.File("missing.png"), "missing"), new("change", scratch.File(name), "c")] });
        XElement figure = Assert.Single(page.Section("maps").Descendants("figure"));
        Assert.Equal(($"data:{type};base64,AQID+g==", "2010 & \"later\"", "2010 & \"later\""), ((string?)figure.Element("img")!.Attribute("src"), (string?)figure.Element("img")!.Attribute("alt"), figure.Element("figcaption")!.Value));
        Assert.Single(page.Section("change").Descendants("figure"));
        Assert.DoesNotContain("maps", Write(Content with { Pictures = [new("maps", scratch.File("missing.png"), "missing")] }).Sections);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named()
    {
        using var scratch = new ScratchFolder();
        using FileStream held = new(scratch.File("p.png"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        string message = Assert.Throws<InputException>(() => Write(Content with { Pictures = [new("maps", scratch.File("p.png"), "a")] })).Message;
        Assert.StartsWith(scratch.File("p.png") + ": cannot be read (", message, StringComparison.Ordinal);
        Assert.EndsWith("); draw it again", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waters_scenes_warnings_versions_and_source_are_told()
    {
        Page page = Write(Content with
        {
            Waters = [new AreaRow(2000, "Lake <1>", "", 1234.5, 90, 100), new AreaRow(2001, "Lake <1>", "", 3, 10, 100)],
            ScenesByYear = new SortedDictionary<int, int> { [2000] = 3, [2001] = 12 },
            Skipped = [("a&b.tar", "is <damaged>")],
            Warnings = ["look <here>"],
            Versions = [("model", "ab<cd")],
            Source = "GIM & others.",
        });
        Assert.Equal([["Year", "lake", "ha", "Observed"], ["2000", "Lake <1>", $"1{Blank}234", "90.0%"], ["2001", "Lake <1>", "3", "10.0%"]], page.Section("water-heading").Descendants("tr").Select(Cells));
        Assert.Equal([null, null, "pale"], page.Section("water-heading").Descendants("tr").Select(line => (string?)line.Attribute("class")));
        Assert.Equal("2000: 3 · 2001: 12", page.Section("scenes").Elements("p").Single().Value);
        Assert.Equal(["a&b.tar", "is <damaged>"], Cells(page.Section("scenes").Descendants("tr").Single()));
        Assert.Equal("look <here>", page.Section("key-figures").Elements("p").Single(note => (string?)note.Attribute("class") == "warning").Value);
        Assert.Equal(["model", "ab<cd"], Cells(page.Section("versions").Descendants("tr").Single()));
        Assert.StartsWith("GIM & others. IrrigationWatch ", page.Root.Descendants("footer").Single().Value, StringComparison.Ordinal);
        Assert.Contains("Years of which less than 80% was observed are left out of trends.", page.Section("methods").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Cards_become_tables_and_markup_in_them_stays_text()
    {
        Page page = Write(Content with { Assessment = "| class | ha |\n| --- | --- |\n| a | 1.5 |\n", ModelCard = "# Card\n\n<script>alert(1)</script>\n" });
        Assert.Equal([["class", "ha"], ["a", "1.5"]], page.Section("accuracy").Descendants("tr").Select(Cells));
        Assert.Equal("Card", page.Section("model").Descendants("h1").Single().Value);
        Assert.Contains("<script>alert(1)</script>", page.Section("model").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_zones_the_largest_are_shown_and_the_rest_is_pointed_to()
    {
        AreaRow[] rows = [.. Enumerable.Range(1, 43).SelectMany(i => new[] { new AreaRow(2000, $"z{i}", "", i, 1, 1), new AreaRow(2001, $"z{i}", "", i, 1, 1) })];
        Page page = Write(Content with { Rows = rows });
        Assert.Equal(80, page.Section("table").Descendants("tr").Count() - 1);
        Assert.DoesNotContain("z3", page.Section("table").Descendants("td").Select(cell => cell.Value));
        Assert.Contains("z4", page.Section("table").Descendants("td").Select(cell => cell.Value));
        Assert.Equal(8, page.Section("key-figures").Descendants("li").Count());
        Assert.Equal(
            ["The largest zones are shown; change.csv holds 35 more.", "The largest zones are shown; change.csv holds 3 more.", "The largest zones are shown; area.csv holds 3 more."],
            page.Root.Descendants("p").Select(note => note.Value).Where(note => note.StartsWith("The largest", StringComparison.Ordinal)));
        Assert.Equal(40, page.Data.GetProperty("series").GetArrayLength());
    }

    [Fact]
    public void Without_rows_there_is_nothing_to_report() =>
        Assert.Equal("r.html: there is no area to report; make an area table first", Assert.Throws<InputException>(() => HtmlReport.Write("r.html", Content with { Rows = [] })).Message);

    private static string[] Cells(XElement line) => [.. line.Elements().Select(cell => cell.Value)];

    private static Page Write(ReportContent content)
    {
        using var scratch = new ScratchFolder();
        HtmlReport.Write(scratch.File("r.html"), content);
        return new Page(File.ReadAllText(scratch.File("r.html")));
    }

    [GeneratedRegex("<script[^>]*>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<(meta|img|br)([^>]*?)/?>")]
    private static partial Regex Void();

    /// <summary>A page without its scripts and styles, whose elements all close.</summary>
    private sealed class Page
    {
        internal Page(string html)
        {
            Html = html;
            Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
            Root = XDocument.Parse(Void().Replace(Style().Replace(Script().Replace(html["<!DOCTYPE html>\n".Length..], string.Empty), string.Empty), "<$1$2/>")).Root!;
            // The first script holds the data, the second what draws them; there is no third.
            MatchCollection scripts = Script().Matches(html);
            Assert.Equal(2, scripts.Count);
            Data = JsonSerializer.Deserialize<JsonElement>(scripts[0].Groups[1].Value);
        }

        internal string Html { get; }

        internal XElement Root { get; }

        internal JsonElement Data { get; }

        internal string[] Sections => [.. Root.Descendants("section").Select(section => (string)section.Attribute("id")!)];

        internal XElement Section(string id) => Assert.Single(Root.Descendants("section"), section => (string?)section.Attribute("id") == id);
    }
}
