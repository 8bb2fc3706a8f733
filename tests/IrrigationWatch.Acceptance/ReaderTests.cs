using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Acceptance;

/// <summary>What is handed on, opened by the programs of those who receive it: DuckDB, geojsonhint, Chromium.</summary>
[Collection(Published.Collection)]
public sealed partial class ReaderTests(Published published)
{
    private static readonly string Hint = Path.Combine(Repository.Root, ".tools", "node_modules", "@mapbox", "geojsonhint", "bin", "geojsonhint");

    private static readonly string? Browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    [Fact]
    public void DuckDB_adds_up_the_area_table_as_it_stands_in_the_CSV()
    {
        IReadOnlyList<AreaRow> rows = AreaCsv.Read(published.At("area.csv"));
        using DuckDBDataReader answer = Ask($"select year, zone, country, irrigated_ha, observed_ha, zone_ha, observed_fraction, irrigated_low_ha, irrigated_high_ha from '{published.At("area.parquet")}' order by year, zone");
        foreach (AreaRow row in rows.OrderBy(row => row.Year).ThenBy(row => row.Zone, StringComparer.Ordinal))
        {
            Assert.True(answer.Read());
            Assert.Equal((row.Year, row.Zone, row.Country), (answer.GetInt32(0), answer.GetString(1), answer.GetString(2)));
            Assert.Equal(row.IrrigatedHectares, answer.GetDouble(3), 0.0005);
            Assert.Equal(row.ObservedHectares, answer.GetDouble(4), 0.0005);
            Assert.Equal(row.ZoneHectares, answer.GetDouble(5), 0.0005);
            Assert.True(answer.IsDBNull(7) && answer.IsDBNull(8));
        }

        Assert.False(answer.Read());
    }

    [Fact]
    public void DuckDB_finds_the_polygons_of_all_years_with_their_boxes_and_shapes()
    {
        string file = published.At("irrigated.parquet");
        int years = Directory.GetFiles(published.Folder, "irrigated-????.ndjson").Length;
        using DuckDBDataReader answer = Ask($"select count(distinct year), min(area_ha), bool_and(bbox.xmin < bbox.xmax and bbox.ymin < bbox.ymax), bool_and(bbox.xmin >= 74 and bbox.xmax <= 86) from '{file}'");
        Assert.True(answer.Read());
        Assert.Equal(years, answer.GetInt64(0));
        Assert.True(answer.GetDouble(1) > 0);
        Assert.True(answer.GetBoolean(2) && answer.GetBoolean(3));
        using DuckDBDataReader shapes = Ask($"select typeof(geometry), st_astext(geometry), bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax from '{file}'");
        var reader = new WKTReader();
        while (shapes.Read())
        {
            Assert.Equal("GEOMETRY('OGC:CRS84')", shapes.GetString(0));
            Geometry shape = reader.Read(shapes.GetString(1));
            Assert.True(shape.IsValid);
            Envelope box = shape.EnvelopeInternal;
            Assert.Equal((box.MinX, box.MinY, box.MaxX, box.MaxY), (shapes.GetDouble(2), shapes.GetDouble(3), shapes.GetDouble(4), shapes.GetDouble(5)));
        }

        foreach (string path in Directory.GetFiles(published.Folder, "irrigated-????.ndjson"))
        {
            string year = Path.GetFileNameWithoutExtension(path)[^4..];
            // DuckDB reads JSON too: one table against the other.
            using DuckDBDataReader both = Ask($"select (select sum(area_ha) from '{file}' where year = {year}), (select sum(cast(properties.area_ha as double)) from read_json('{path}', format='newline_delimited', maximum_object_size=200000000))");
            Assert.True(both.Read());
            Assert.Equal(both.GetDouble(1), both.GetDouble(0), 1e-3);
        }
    }

    [Fact]
    public void Geojsonhint_has_nothing_to_say()
    {
        Assert.SkipUnless(File.Exists(Hint), "geojsonhint is not installed (tools/test installs it where npm is)");
        string[] files = [published.At("area.geojson"), published.At("change.geojson"), .. Directory.GetFiles(published.Folder, "irrigated-????.geojson")];
        Assert.Equal(14, files.Length);
        foreach (string file in files)
        {
            Assert.Equal((0, string.Empty), Repository.Run("node", [Hint, file]));
        }

        // It does say something where there is something to say: a ring the wrong way round.
        using var scratch = new ScratchFolder();
        string wrong = scratch.File("wrong.geojson");
        File.WriteAllText(wrong, """{"type":"Polygon","coordinates":[[[0,0],[0,1],[1,1],[0,0]]]}""");
        Assert.Contains("right-hand rule", Repository.Run("node", [Hint, wrong]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_browser_draws_the_report_without_a_complaint()
    {
        Assert.SkipWhen(Browser is null, "chromium is not installed (Debian: chromium)");
        using var scratch = new ScratchFolder();
        (int code, string page) = Repository.Run(Browser!, [.. Headless(scratch), "--enable-logging=stderr", "--dump-dom", new Uri(published.At("report/index.html")).AbsoluteUri]);
        Assert.Equal(0, code);
        Assert.DoesNotContain("CONSOLE", page, StringComparison.Ordinal);
        // The script has drawn: a mark for each year and zone.
        Assert.Equal(AreaCsv.Read(published.At("area.csv")).Count, Circle().Count(page));
        Assert.Contains("2001", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_browser_prints_the_report_to_PDF()
    {
        Assert.SkipWhen(Browser is null, "chromium is not installed (Debian: chromium)");
        using var scratch = new ScratchFolder();
        string pdf = scratch.File("report.pdf");
        (int code, string output) = Repository.Run(Browser!, [.. Headless(scratch), "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(published.At("report/index.html")).AbsoluteUri]);
        Assert.True(code == 0, output);
        byte[] bytes = File.ReadAllBytes(pdf);
        Assert.Equal("%PDF"u8.ToArray(), bytes[..4]);
        int pages = Page().Count(System.Text.Encoding.Latin1.GetString(bytes));
        Assert.True(pages is >= 3 and <= 40, string.Create(CultureInfo.InvariantCulture, $"{pages} pages"));
    }

    private static string[] Headless(ScratchFolder scratch) => ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", $"--user-data-dir={scratch.File("profile")}", "--host-resolver-rules=MAP * ~NOTFOUND"];

    private static DuckDBDataReader Ask(string question)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        DuckDBCommand command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteReader();
    }

    [GeneratedRegex("<circle [^>]*r=\"4.5\"")]
    private static partial Regex Circle();

    [GeneratedRegex(@"/Type\s*/Page\b")]
    private static partial Regex Page();
}
