using System.IO.Compression;
using System.Text.Json;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Inputs as they are handed in, through the commands: what is wrong is refused, and what is left out is said.</summary>
public sealed class HandedInTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly string map;
    private readonly string zones;

    public HandedInTests()
    {
        map = Map("map-2010.tif");
        zones = scratch.File("zones.geojson");
        File.WriteAllText(zones, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"west"},"geometry":{"type":"Polygon","coordinates":[[[80,44],[80.05,44],[80.05,44.1],[80,44.1],[80,44]]]}},{"type":"Feature","properties":{"name":"east"},"geometry":{"type":"Polygon","coordinates":[[[80.05,44],[80.1,44],[80.1,44.1],[80.05,44.1],[80.05,44]]]}}]}""");
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_value_of_two_classes_is_refused_by_every_command()
    {
        string other = Map("map-2011.tif");
        string[][] commands =
        [
            ["report", map, other, "--zones", zones, "--irrigated", "a", "-o", scratch.File("report")],
            ["change", map, other, "--zones", zones],
            ["sample", "--map", map, "--points", "100", "-o", scratch.File("points.csv")],
            ["map", map, "-o", scratch.File("map.png")],
        ];
        foreach (string[] command in commands)
        {
            CommandLine.Run([.. command, "--class", "a=1", "--class", "b=1,2"]).FailsWith(2, "--class: gives the pixel value 1 to two classes; give it to one");
            CommandLine.Run([.. command, "--class", "a=1", "--class", "A=2"]).FailsWith(2, "--class: names 'a' twice; write its values together, --class a=1,2");
        }

        CommandLine.Run([.. commands[3], "--class", "a=1,2"]).Succeeds();
    }

    [Fact]
    public void Points_that_say_nothing_of_a_map_are_warnings_of_area_and_assess_and_the_answer_is_of_its_schema()
    {
        string points = scratch.File("points.csv");
        File.WriteAllLines(points, ["lon,lat,class,year", .. Enumerable.Range(0, 80).Select(i => FormattableString.Invariant($"{80.0005 + 0.001 * (i * 37 % 100):0.#####},{44.0105 + 0.001 * (i % 80):0.#####},{((i * 37 % 100 < 50) != (i % 11 == 0) ? "irrigated" : "other")},{(i < 60 ? 2010 : 1999)}")), "44,80,irrigated,2010"]);
        CommandResult area = CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=1", "--assessment", points).Succeeds();
        Assert.Contains("warning: 20 of 81 points of " + points + " are of other years than the maps and are left out", area.Error, StringComparison.Ordinal);
        Assert.Contains("warning: 2010: 1 points lie outside the map", area.Error, StringComparison.Ordinal);
        CommandResult assessed = CommandLine.Run("assess", "--map", map, "--reference", points, "--class", "irrigated=1", "--class", "other=2", "--class", "rain=3", "--zones", zones, "--json");
        assessed.Succeeds();
        Assert.Contains("warning: 20 points are of other years than 2010", assessed.Error, StringComparison.Ordinal);
        Assert.Contains("warning: 1 points lie outside the map", assessed.Error, StringComparison.Ordinal);
        using JsonDocument answer = JsonDocument.Parse(assessed.Output);
        // Nobody found any: null, and the schema knows.
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("zones")[0].GetProperty("area_ha").GetProperty("rain").ValueKind);
        using JsonDocument schema = JsonDocument.Parse(CommandLine.Run("schema", "assess").Succeeds().Output);
        JsonElement values = schema.RootElement.GetProperty("properties").GetProperty("zones").GetProperty("items").GetProperty("properties").GetProperty("area_ha").GetProperty("additionalProperties");
        Assert.Equal(["object", "null"], values.GetProperty("type").EnumerateArray().Select(type => type.GetString()));
    }

    /// <summary>As spreadsheet programs write it; texts alone, so that nothing tells the header from the rows.</summary>
    [Fact]
    public void A_spreadsheet_of_texts_has_the_names_of_its_first_row()
    {
        string book = scratch.File("zones.xlsx");
        using (ZipArchive zip = ZipFile.Open(book, ZipArchiveMode.Create))
        {
            static string Cell(string text) => $"<c t=\"inlineStr\"><is><t>{text}</t></is></c>";
            Add(zip, "[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Add(zip, "_rels/.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add(zip, "xl/workbook.xml", """<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="zones" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Add(zip, "xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            Add(zip, "xl/worksheets/sheet1.xml", $"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{Cell("name")}{Cell("WKT")}</row><row r="2">{Cell("Алматы")}{Cell("POLYGON((80 44,80.05 44,80.05 44.1,80 44.1,80 44))")}</row></sheetData></worksheet>""");
        }

        Assert.Contains("2010,Алматы,", CommandLine.Run("area", map, "--zones", book, "--class", "irrigated=1").Succeeds().Output, StringComparison.Ordinal);

        static void Add(ZipArchive zip, string name, string text)
        {
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text);
        }
    }

    private string Map(string name)
    {
        string path = scratch.File(name);
        ClassMap.Write(path, new Grid("EPSG:4326", 80, 44.1, 0.001, 0.001, 100, 100), (x, _) => x < 50 ? (byte)1 : (byte)2);
        return path;
    }
}
