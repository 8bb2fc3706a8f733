using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Names of folders, zones, classes and scenes with all that means something somewhere: to shells, addresses, markup, spreadsheets, databases and terminals.</summary>
public sealed class AwkwardNameTests(MadeOnce<TinyCorridor> shared)
{
    private const string Folder = "-a#b?c%20 \"q\" 'é伊\n;x&<i>$(x)*";
    private const string Formula = "=HYPERLINK(\"http://127.0.0.1/?\"&A2,\"x\")";
    private const string Markup = "<script>alert(1)</script>\nerror: forged\u001b[2J";
    private const string Class = "<img src=x onerror=alert(2)>&\"'";
    private const string Title = "\"><script>alert(3)</script>";

    private readonly TinyCorridor corridor = shared.Value;

    [Fact]
    public async Task A_run_its_pieces_its_report_and_its_server_take_any_name()
    {
        using var scratch = new ScratchFolder();
        string configuration = Make(scratch);
        string folder = Path.GetDirectoryName(configuration)!;
        string output = Path.Combine(folder, "out");
        CommandResult run = CommandLine.Run("run", configuration, "-o", output, "--allow-skipped").Succeeds();
        Assert.DoesNotContain(run.Error.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal) || line.Contains('\u001b', StringComparison.Ordinal));
        Assert.Contains("skipped: ", run.Error, StringComparison.Ordinal);

        // Tables: no cell that a spreadsheet runs, and the names as they were once read back.
        string table = Path.Combine(output, "area.csv");
        Assert.Equal([Formula, Markup], AreaCsv.Read(table).Select(row => row.Zone).Distinct());
        Assert.All(Directory.GetFiles(output, "*.csv"), file => Assert.DoesNotMatch(Cell(), File.ReadAllText(file)));
        CommandLine.Run("change", table, "-o", Path.Combine(folder, "=change.csv")).Succeeds();
        Assert.Contains("\n\"'" + Formula.Replace("\"", "\"\"", StringComparison.Ordinal) + "\",", File.ReadAllText(Path.Combine(folder, "=change.csv")), StringComparison.Ordinal);
        CommandLine.Run("area", Path.Combine(output, "years", "*", "irrigated.tif"), "--class", "irrigated=1", "--zones", Path.Combine(folder, "zones.geojson"), "--within", Path.Combine(folder, "area.geojson"), "-o", Path.Combine(folder, "area.csv")).Succeeds();
        Assert.Equal(File.ReadAllBytes(table), File.ReadAllBytes(Path.Combine(folder, "area.csv")));
        using (VectorSource package = VectorSource.Open(Path.Combine(output, "irrigation.gpkg")))
        {
            Assert.NotEmpty(package.Layers[0].ReadFeatures());
        }

        // Markup stays text, and each link leads to a file.
        CommandLine.Run("report", output).Succeeds();
        IsHarmless(File.ReadAllText(Path.Combine(output, "report", "index.html")));
        string[] documents = Directory.GetFiles(Path.Combine(output, "stac"), "*.json", SearchOption.AllDirectories);
        Assert.NotEmpty(documents);
        Assert.All(documents.SelectMany(document => Links(JsonNode.Parse(File.ReadAllText(document))).Select(link => (document, link))), pair =>
            Assert.True(Path.Exists(new Uri(new Uri("file://" + string.Join('/', pair.document.Split('/').Select(Uri.EscapeDataString))), pair.link).LocalPath), pair.ToString()));

        Pieces(configuration, folder, output);
        await IsServed(output);
    }

    [Fact]
    public void Pages_in_the_browser_never_make_markup_of_texts()
    {
        string[] scripts = [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "IrrigationWatch.Server", "Viewer", "Assets"), "*.js").Where(file => Path.GetFileName(file) != "ol.js")];
        Assert.True(scripts.Length >= 3);
        Assert.All(scripts, script => Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(", File.ReadAllText(script)));
    }

    private static void Pieces(string configuration, string folder, string output)
    {
        string plan = Path.Combine(folder, "plan");
        string joined = Path.Combine(folder, "joined");
        CommandLine.Run("plan", configuration, "-o", plan).Succeeds();
        int pieces = (int)JsonNode.Parse(CommandLine.Run("status", plan, "--json").Succeeds().Output)!["pieces"]!;
        CommandLine.Run("work", plan, "--piece", Form.IsFull ? $"0-{pieces - 1}" : "0").Succeeds();
        if (!Form.IsFull)
        {
            Assert.Equal(1, (int)JsonNode.Parse(CommandLine.Run("status", plan, "--json").Succeeds().Output)!["done"]!);
            return;
        }

        CommandLine.Run("reduce", plan, "--allow-skipped").Succeeds();
        SimulatedCorridor.AssertSame(output, joined);
    }

    private static async Task IsServed(string output)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [CommandLine.Program, "serve", output, "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            string map = await process.StandardOutput.ReadLineAsync() ?? string.Empty;
            Assert.StartsWith("map: ", map, StringComparison.Ordinal);
            using var client = new HttpClient { BaseAddress = new Uri(map["map: ".Length..]) };
            foreach (string page in new[] { "/?f=html", "/map/", "/collections?f=html", "/collections/areas/items?f=html", "/collections/zones/items?f=html", "/collections/irrigated-2012/items?f=html" })
            {
                IsHarmless(await client.GetStringAsync(page));
            }

            string csv = await client.GetStringAsync("/collections/areas/items?f=csv");
            Assert.DoesNotMatch(Cell(), csv);
            Assert.Contains("'=HYPERLINK", csv, StringComparison.Ordinal);
            // The style of the map's page forbids scripts of its own; what it shows comes as JSON.
            Assert.Contains(Class, Texts(JsonNode.Parse(await client.GetStringAsync("/layers"))));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>The corridor in a folder of the worst name, with such names of zones, of a class, of the whole, and of a scene that is none.</summary>
    private string Make(ScratchFolder scratch)
    {
        string configuration = corridor.CopyTo(scratch.File(Folder));
        SimulatedCorridor.Publish(configuration, "[csv, geojson, json, geopackage, cog, stac, charts, report]");
        string folder = Path.GetDirectoryName(configuration)!;
        Replace(configuration, "name: simulated-corridor", $"name: {JsonSerializer.Serialize(Title)}");
        Replace(configuration, "output: out/", "output: joined/");
        Replace(Path.Combine(folder, "zones.geojson"), "\"China\"", JsonSerializer.Serialize(Formula));
        Replace(Path.Combine(folder, "zones.geojson"), "\"Kazakhstan\"", JsonSerializer.Serialize(Markup));
        Replace(Path.Combine(folder, "labels.geojson"), "\"uncultivated\"", JsonSerializer.Serialize(Class));
        File.WriteAllText(Path.Combine(folder, "scenes", "LC08_L2SP_147029_20130421\nerror: forged\u001b[2J.tar"), "no archive");
        return configuration;
    }

    private static void Replace(string file, string from, string to)
    {
        string text = File.ReadAllText(file);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static void IsHarmless(string page)
    {
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Links(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(pair => pair.Key == "href" && pair.Value is JsonValue ? [(string)pair.Value!] : Links(pair.Value)),
        JsonArray list => list.SelectMany(Links),
        _ => [],
    };

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(pair => Texts(pair.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue(out string? text) => [text],
        _ => [],
    };

    /// <summary>A cell that begins like a formula and is no number.</summary>
    private static Regex Cell() => new("(^|[,\\n])\"?[=+@\\t]|(^|[,\\n])\"?-(?![0-9.]+([,;\\n\\r]|$))", RegexOptions.CultureInvariant);
}
