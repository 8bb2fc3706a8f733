using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Tables of areas, change and transitions as CSV: columns, numbers, quoting, and what is read back.</summary>
public class CsvTests
{
    /// <summary>Names with all that CSV has to quote, and letters of the region.</summary>
    private static readonly Gen<string> Names = Gen.String[Gen.Char["aZ ,;\"'\r\n\t伊犁Іле|<&"], 1, 9];

    /// <summary>Hectares of three decimals, as they are written.</summary>
    private static readonly Gen<double> Hectares = Gen.Int[0, 2_000_000_000].Select(number => number / 1000.0);

    /// <summary>A table that somebody wrote again: in another encoding, with rows twice, or with numbers that are none.</summary>
    [Fact]
    public void A_table_that_cannot_be_right_is_refused()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("area.csv");
        AreaCsv.Write(path, [new AreaRow(2010, "Алматы", "KZ", 5, 10, 10), new AreaRow(2011, "Алматы", "KZ", 6, 10, 10)]);
        string text = File.ReadAllText(path);
        Assert.Equal(2, AreaCsv.Read(path).Count);
        File.WriteAllText(path, text, new System.Text.UTF8Encoding(true));
        Assert.Equal("Алматы", AreaCsv.Read(path)[0].Zone);
        File.WriteAllText(path, text, System.Text.Encoding.Unicode);
        Assert.Equal("Алматы", AreaCsv.Read(path)[0].Zone);
        byte[] russian = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes(text);
        File.WriteAllBytes(path, russian);
        Assert.Contains($"{path}:2: holds a byte that is no letter of UTF-8 (C0); write the file in UTF-8, for example with iconv -f CP1251 -t UTF-8 'area.csv' > 'utf8-area.csv'", Assert.Throws<InputException>(() => AreaCsv.Read(path)).Message, StringComparison.Ordinal);
        // As advised.
        using (var iconv = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", "iconv -f CP1251 -t UTF-8 'area.csv' > 'utf8-area.csv'"]) { WorkingDirectory = Path.GetDirectoryName(path) })!)
        {
            iconv.WaitForExit();
        }

        Assert.Equal("Алматы", AreaCsv.Read(scratch.File("utf8-area.csv"))[0].Zone);
        foreach ((string wrong, string problem) in new[] { (text + text.Split('\n')[2] + "\n", "has two rows of 'Алматы' in 2011; keep the right one"), (text.Replace("6.000", "NaN", StringComparison.Ordinal), "'NaN' is no area"), (text.Replace("6.000", "Infinity", StringComparison.Ordinal), "'Infinity' is no area"), (text.Replace('л', '\uFFFD'), ":2: has a letter that was lost") })
        {
            File.WriteAllText(path, wrong);
            Assert.Contains(problem, Assert.Throws<InputException>(() => AreaCsv.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Columns_of_the_tables_have_their_names_and_order()
    {
        Assert.Equal("year,zone,country,irrigated_ha,observed_ha,zone_ha,observed_fraction,irrigated_low_ha,irrigated_high_ha\n", AreaCsv.ToText([]));
        Assert.Equal("year,zone,country,water_ha,observed_ha,zone_ha,observed_fraction,water_low_ha,water_high_ha\n", AreaCsv.ToText([], "water"));
        Assert.Equal("from,to,zone,country,kept_ha,gain_ha,loss_ha,never_ha,unobserved_ha,zone_ha\n", TransitionCsv.ToText([]));
        Assert.Equal("from,to,zone,country,from_class,to_class,area_ha\n", TransitionMatrixCsv.ToText([]));
        Assert.Equal("zone,country,years,first_year,last_year,first_ha,last_ha,change_ha,change_percent,gain_ha,loss_ha,kendall_s,kendall_tau,p_value,slope_ha_per_year,slope_low,slope_high,break_years,piece_slopes,years_left_out\n", ChangeCsv.ToText([]));
    }

    [Fact]
    public void A_row_of_an_area_table_is_written_number_by_number()
    {
        AreaRow[] rows = [new(1986, "伊犁", "中国", 1234567.8906, 0.0004, 1.5, 1234000, 1235000.25), new(1987, "Іле", "", 0, 0, 0)];
        Assert.Equal(
            "1986,伊犁,中国,1234567.891,0.000,1.500,0.000267,1234000.000,1235000.250\n1987,Іле,,0.000,0.000,0.000,0.000000,,\n",
            AreaCsv.ToText(rows)[(AreaCsv.Header.Length + 1)..]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a;b", "a;b")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("the \"old\" canal", "\"the \"\"old\"\" canal\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("", "")]
    public void Only_what_RFC_4180_wants_quoted_is_quoted(string text, string expected) => Assert.Equal(expected, CsvTable.Text(text));

    [Fact]
    public void Any_area_table_is_read_back_as_it_was()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.csv");
        Gen<AreaRow> row = Gen.Select(Gen.Int[1972, 2100], Names, Names, Hectares, Hectares, Hectares, Hectares.Nullable(), Hectares.Nullable())
            .Select((year, zone, country, irrigated, observed, all, low, high) => new AreaRow(year, zone, country, irrigated, observed, all, low, high));
        row.Array[0, 4].Sample(rows =>
        {
            AreaCsv.Write(path, rows);
            return AreaCsv.Read(path).SequenceEqual(rows);
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void Any_transitions_are_read_back_as_they_were()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("t.csv");
        Gen<Transition> row = Gen.Select(Gen.Int[1972, 2000], Gen.Int[0, 5], Names, Names, Hectares, Hectares, Hectares, Hectares)
            .Select((from, length, zone, country, kept, gain, loss, never) => new Transition(new(from, from + length), new(from + 10, from + 10 + length), zone, country, kept, gain, loss, never, 0.5));
        row.Array[0, 4].Sample(rows =>
        {
            TransitionCsv.Write(path, rows);
            return TransitionCsv.Read(path).SequenceEqual(rows);
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void Transitions_stand_in_their_columns_with_the_zone_as_their_sum()
    {
        Transition years = new(new(2000, 2000), new(2001, 2001), "Q, one", "KZ", 1, 2, 3, 4, 5.0626);
        Transition periods = years with { From = new(1984, 1988), To = new(1989, 1993) };
        Assert.Equal("2000,2001,\"Q, one\",KZ,1.000,2.000,3.000,4.000,5.063,15.063\n1984-1988,1989-1993,\"Q, one\",KZ,1.000,2.000,3.000,4.000,5.063,15.063\n", TransitionCsv.ToText([years, periods])[(TransitionCsv.Header.Length + 1)..]);
    }

    [Fact]
    public void Cells_of_a_transition_matrix_are_written_and_read_back()
    {
        using var scratch = new ScratchFolder();
        ClassTransition[] cells = [new(1990, 2020, "Іле", "KZ", "rainfed", "irrigated, drip", 12.3456), new(1990, 2020, "Іле", "", "not observed", "unnamed", 0)];
        TransitionMatrixCsv.Write(scratch.File("m.csv"), cells);
        Assert.Equal(["from,to,zone,country,from_class,to_class,area_ha", "1990,2020,Іле,KZ,rainfed,\"irrigated, drip\",12.346", "1990,2020,Іле,,not observed,unnamed,0.000"], File.ReadAllLines(scratch.File("m.csv")));
        Assert.Equal([cells[0] with { Hectares = 12.346 }, cells[1]], TransitionMatrixCsv.Read(scratch.File("m.csv")));
    }

    /// <summary>100, 110, 130 and 160 ha: S = 6 of 6 pairs; the slopes 10, 15, 20, 20, 25, 30 have the median 20.</summary>
    [Fact]
    public void The_change_of_a_zone_is_written_number_by_number()
    {
        AreaRow[] rows = [.. new[] { 100.0, 110, 130, 160 }.Select((area, i) => new AreaRow(2000 + i, "a \"b\"", "KZ", area, 1000, 1000)), new AreaRow(2004, "a \"b\"", "KZ", 0, 10, 1000), new AreaRow(1999, "a \"b\"", "KZ", 0, 799, 1000)];
        string[] fields = ChangeCsv.ToText(ZoneChange.Of(rows)).Split('\n')[1].Split(',');
        Assert.Equal(["\"a \"\"b\"\"\"", "KZ", "4", "2000", "2003", "100.000", "160.000", "60.000", "60.0", "60.000", "0.000", "6", "1.0000"], fields[..13]);
        Assert.Equal("20.000", fields[14]);
        Assert.Equal("1999;2004", fields[^1]);
        Assert.Equal(ChangeCsv.Header.Split(',').Length, fields.Length);
    }

    [Fact]
    public void Falls_and_rises_are_told_apart()
    {
        using var scratch = new ScratchFolder();
        AreaRow[] rows = [.. new[] { 100.0, 70, 90 }.Select((area, i) => new AreaRow(2000 + i, "z", "", area, 1, 1))];
        string[] fields = ChangeCsv.ToText(ZoneChange.Of(rows)).Split('\n')[1].Split(',');
        Assert.Equal(["-10.000", "-10.0", "20.000", "30.000", "-1"], fields[7..12]);
        ChangeCsv.Write(scratch.File("c.csv"), ZoneChange.Of(rows));
        Assert.Equal([ChangeCsv.Header, string.Join(',', fields)], File.ReadAllLines(scratch.File("c.csv")));
    }

    [Fact]
    public void What_is_not_known_of_a_change_is_empty_and_no_zero()
    {
        string[] never = ChangeCsv.ToText(ZoneChange.Of([new AreaRow(2000, "z", "", 0, 0, 100)])).Split('\n')[1].Split(',');
        Assert.Equal(["z", "", "0", "", "", "", "", "", ""], never[..9]);
        Assert.Equal("2000", never[^1]);
        Assert.DoesNotContain(never, field => field.Contains("NaN", StringComparison.Ordinal) || field.Contains('∞', StringComparison.Ordinal));
        // From nothing there is no percentage.
        string[] fromZero = ChangeCsv.ToText(ZoneChange.Of([new AreaRow(2000, "z", "", 0, 100, 100), new AreaRow(2001, "z", "", 5, 100, 100)])).Split('\n')[1].Split(',');
        Assert.Equal(["0.000", "5.000", "5.000", ""], fromZero[5..9]);
    }

    [Fact]
    public void A_break_stands_with_the_slopes_before_and_after_it()
    {
        // One hectare more each year until 2007, then ten.
        AreaRow[] rows = [.. Enumerable.Range(0, 16).Select(i => new AreaRow(2000 + i, "z", "", 100 + i + 9 * Math.Max(0, i - 7), 1, 1))];
        string[] fields = ChangeCsv.ToText(ZoneChange.Of(rows)).Split('\n')[1].Split(',');
        Assert.Equal(["2007", "1.000;10.000"], fields[17..19]);
    }

    [Theory]
    [InlineData("year;zone\n", "is no area table; its first line must be 'year,zone,country,irrigated_ha,observed_ha,zone_ha,observed_fraction,irrigated_low_ha,irrigated_high_ha'")]
    [InlineData("", "is no area table; its first line must be 'year,zone,country,irrigated_ha,observed_ha,zone_ha,observed_fraction,irrigated_low_ha,irrigated_high_ha'")]
    public void Another_file_is_no_area_table(string text, string problem)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("other.csv");
        File.WriteAllText(path, text);
        Assert.Equal($"{path}: {problem}", Assert.Throws<InputException>(() => AreaCsv.Read(path)).Message);
    }

    [Theory]
    [InlineData("2000,z,,1,1,1,1,,", null)]
    [InlineData("2000,z,,1,1,1,1,", "is no line of an area table (8 fields instead of 9); write the table again")]
    [InlineData("2000,z,,1,1,1,1,,,", "is no line of an area table (10 fields instead of 9); write the table again")]
    [InlineData("2000,z,,much,1,1,1,,", "is no line of an area table (The input string 'much' was not in a correct format); write the table again")]
    [InlineData("2000,z,,1e0,1,1,1,,", null)]
    [InlineData("20000000000,z,,1,1,1,1,,", "is no line of an area table (Value was either too large or too small for an Int32); write the table again")]
    [InlineData("2000,\"z,,1,1,1,1,,", "is no line of an area table (2 fields instead of 9); write the table again")]
    public void A_line_that_is_none_is_named_with_its_number(string line, string? problem)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("a.csv");
        // Line 2 is empty and of no account, the field of line 3 goes on in line 4, the line in question is the fifth.
        File.WriteAllText(path, $"{AreaCsv.Header}\n\n1999,\"two\nlines\",,1,1,1,1,,\n{line}\n");
        if (problem is null)
        {
            Assert.Equal(["two\nlines", "z"], AreaCsv.Read(path).Select(row => row.Zone));
            return;
        }

        Assert.Equal($"{path}:5: {problem}", Assert.Throws<InputException>(() => AreaCsv.Read(path)).Message);
    }

    [Fact]
    public void Errors_of_transitions_name_what_was_expected()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("t.csv");
        Assert.Equal($"{path}: no such file; check the path", Assert.Throws<InputException>(() => TransitionCsv.Read(path)).Message);
        File.WriteAllText(path, TransitionCsv.Header + "\nlong ago,2000,z,,1,1,1,1,1,5\n");
        Assert.Equal($"{path}:2: is no line of a table of transitions (The input string 'long ago' was not in a correct format); write the table again", Assert.Throws<InputException>(() => TransitionCsv.Read(path)).Message);
        File.WriteAllText(path, AreaCsv.Header + "\n");
        Assert.Equal($"{path}: is no transition matrix; its first line must be '{TransitionMatrixCsv.Header}'", Assert.Throws<InputException>(() => TransitionMatrixCsv.Read(path)).Message);
    }

    [Fact]
    public void Line_ends_of_Windows_are_read_as_well()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("a.csv"), AreaCsv.Header + "\r\n2000,\"a, \"\"b\"\"\",KZ,1.5,1,1,1,,\r\n2001,c,KZ,2.5,1,1,1,2,3");
        Assert.Equal([new AreaRow(2000, "a, \"b\"", "KZ", 1.5, 1, 1), new AreaRow(2001, "c", "KZ", 2.5, 1, 1, 2, 3)], AreaCsv.Read(scratch.File("a.csv")));
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+7 oblasts", "'+7 oblasts")]
    [InlineData("-Ili-", "'-Ili-")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\uFF1D1+1", "'\uFF1D1+1")]
    [InlineData("=HYPERLINK(\"http://127.0.0.1/?\"&A2,\"x\")", "\"'=HYPERLINK(\"\"http://127.0.0.1/?\"\"&A2,\"\"x\"\")\"")]
    [InlineData("'=1", "''=1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("-1.5E-07", "-1.5E-07")]
    [InlineData("'Ili'", "'Ili'")]
    [InlineData("Ili=1", "Ili=1")]
    public void What_a_spreadsheet_would_run_is_kept_from_it(string text, string expected)
    {
        Assert.Equal(expected, CsvTable.Text(text));
        using var scratch = new ScratchFolder();
        AreaRow[] rows = [new(2000, text, text, 1, 2, 3)];
        AreaCsv.Write(scratch.File("a.csv"), rows);
        Assert.Equal(rows, AreaCsv.Read(scratch.File("a.csv")));
    }

    [Fact]
    public void Any_text_comes_back() => Gen.String[Gen.Char["'=+-@ab1.,\"\n\t"], 0, 8].Sample(text => SpreadsheetText.Original(SpreadsheetText.Of(text)) == text);
}
