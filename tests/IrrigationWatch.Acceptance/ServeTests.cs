using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary><c>serve</c> as a process, over the results of a run.</summary>
public sealed partial class ServeTests(MadeOnce<SmallCorridor> shared)
{
    private readonly SmallCorridor corridor = shared.Value;

    private static readonly string Examples = Path.Combine(Repository.Root, "tests", "schemas", "cql2");

    [Fact]
    public async Task A_run_is_served_until_the_server_is_told_to_end()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [CommandLine.Program, "serve", corridor.Reference, "--port", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string map = await process.StandardOutput.ReadLineAsync() ?? string.Empty;
        string api = await process.StandardOutput.ReadLineAsync() ?? string.Empty;
        try
        {
            Assert.Matches(Address(), map);
            using var client = new HttpClient { BaseAddress = new Uri(api["api: ".Length..]) };
            string[] collections = [.. ((JsonArray)(await client.GetFromJsonAsync<JsonNode>("/collections"))!["collections"]!).Select(collection => (string)collection!["id"]!)];
            Assert.Equal(["areas", "zones", "change", "scenes", "irrigated-2011", "irrigated-2012", "irrigated-2013"], collections);

            // Filters of the standard's examples over scenes, against a plain count.
            JsonArray scenes = (JsonArray)(await client.GetFromJsonAsync<JsonNode>("/collections/scenes/items?limit=10000"))!["features"]!;
            Assert.Equal(Directory.GetFileSystemEntries(Path.Combine(corridor.Folder, "scenes")).Length, scenes.Count);
            int Count(Func<JsonNode, bool> holds) => scenes.Count(scene => holds(scene!["properties"]!));
            async Task<int> Filtered(string filter) => (int)(await client.GetFromJsonAsync<JsonNode>("/collections/scenes/items?limit=1&filter=" + Uri.EscapeDataString(filter)))!["numberMatched"]!;
            // Cloud cover is in percent here.
            string Example(string name) => File.ReadAllText(Path.Combine(Examples, name)).Replace("0.1", "10", StringComparison.Ordinal).Replace("0.2", "40", StringComparison.Ordinal).Replace("=28", "=29", StringComparison.Ordinal).Replace("=203", "=147", StringComparison.Ordinal);
            Assert.Equal(Count(scene => (double?)scene["eo:cloud_cover"] < 10), await Filtered(Example("example04.txt")));
            Assert.Equal(Count(scene => (double?)scene["eo:cloud_cover"] is >= 10 and <= 40), await Filtered(Example("example06a.txt")));
            Assert.Equal(Count(scene => (double?)scene["eo:cloud_cover"] is >= 10 and <= 40), await Filtered(Example("example06b.txt")));
            Assert.Equal(Count(scene => ((string)scene["eo:instrument"]!).StartsWith("OLI", StringComparison.Ordinal)), await Filtered(Example("example02.txt")));

            Assert.Equal(Count(scene => (int)scene["year"]! == 2012), await Filtered("T_DURING(datetime, INTERVAL('2011-12-31', '2013-01-01'))"));

            using HttpResponseMessage page = await client.GetAsync("/map/");
            Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
            Assert.NotEmpty((JsonArray)(await client.GetFromJsonAsync<JsonNode>("/layers"))!["layers"]!);
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(corridor.Reference, "years", "2012", "irrigated.tif")), await client.GetByteArrayAsync("/files/years/2012/irrigated.tif"));
        }
        finally
        {
            Repository.Run("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal((0, string.Empty), (process.ExitCode, await error));
    }

    [Fact]
    public void What_cannot_be_served_is_said_in_a_line()
    {
        CommandLine.Run("serve", corridor.Folder).FailsWith(1, "run.json", "output folder");
        CommandLine.Run("serve", corridor.Reference, "--port", "70000").FailsWith(2, "--port");
        CommandLine.Run("serve", corridor.Reference, "--listen", "everywhere").FailsWith(2, "--listen");
        CommandLine.Run("serve", corridor.Reference, "--base-url", "example").FailsWith(2, "--base-url");
        CommandLine.Run("serve", corridor.Reference, "--keys", "none").FailsWith(1, "none");
    }

    [GeneratedRegex(@"^map: http://127\.0\.0\.1:\d+/map/$")]
    private static partial Regex Address();
}
