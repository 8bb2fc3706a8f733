using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Simulator;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>Long work: memory and handles stay what they are.</summary>
public class SoakTests(MadeOnce<Undisturbed> shared)
{
    private const int Clients = 4;

    private readonly Undisturbed undisturbed = shared.Value;

    [Fact]
    public async Task A_server_under_load_grows_neither_in_memory_nor_in_handles()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory and handles are read as Linux tells them");
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        undisturbed.Run(output).Succeeds();
        using Process server = CommandLine.Start("serve", output, "--port", "0");
        Task<string> error = server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        string api = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? string.Empty;
        using var client = new HttpClient { BaseAddress = new Uri(api["api: ".Length..]), Timeout = TimeSpan.FromSeconds(30) };
        string[] paths = await Paths(client);
        double seconds = Form.Cases(4, 600);
        int answered = 0;
        int aborted = 0;
        using var samples = new ProcessSamples(server, (int)(seconds * 1000 / 60));
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
        {
            var random = new Random(Form.Seed + number);
            while (samples.Seconds < seconds || Volatile.Read(ref answered) <= 100)
            {
                if (random.Next(20) == 0)
                {
                    await Abort(client, paths[random.Next(paths.Length)], random.Next(1, 20));
                    Interlocked.Increment(ref aborted);
                    continue;
                }

                using HttpRequestMessage request = random.Next(10) == 0
                    ? new HttpRequestMessage(HttpMethod.Post, "series") { Content = new StringContent("""{"type":"Polygon","coordinates":[[[79,43],[82,43],[82,46],[79,46],[79,43]]]}""", Encoding.UTF8, "application/json") }
                    : new HttpRequestMessage(HttpMethod.Get, paths[random.Next(paths.Length)]);
                using HttpResponseMessage response = await client.SendAsync(request);
                _ = await response.Content.ReadAsByteArrayAsync();
                Assert.True((int)response.StatusCode < 500, $"{request.RequestUri}: {response.StatusCode}");
                Interlocked.Increment(ref answered);
            }
        }))];
        // Meanwhile results are published anew, so that they are read again.
        int published = 0;
        var random = new Random(Form.Seed);
        while (samples.Seconds < seconds)
        {
            foreach (string name in new[] { "area.csv", "run.json", "irrigated-2012.geojson" })
            {
                string file = Path.Combine(output, name);
                File.Copy(file, scratch.File("copy"), overwrite: true);
                File.SetLastWriteTimeUtc(scratch.File("copy"), DateTime.UtcNow);
                File.Move(scratch.File("copy"), file, overwrite: true);
            }

            published++;
            await Task.Delay(random.Next(1000, 3000), TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(clients);
        (double before, double after, int handlesBefore, int handlesAfter) = Form.IsFull ? samples.AssertFlat(..) : (0, 0, 0, 0);
        Assert.Equal(0, Repository.Run("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)]).Code);
        Assert.True(server.WaitForExit(60_000));
        Assert.Equal(0, server.ExitCode);
        Assert.DoesNotContain("fail:", await error, StringComparison.Ordinal);
        Form.Report(string.Create(CultureInfo.InvariantCulture, $"`serve` for {seconds:0} s under load by {Clients} clients, some of whom break off, results published anew every 2 s"), string.Create(CultureInfo.InvariantCulture, $"{answered} requests answered, {aborted} broken off, {published} publications, no error of the server; middle and last third: {before:0} and {after:0} MB, {handlesBefore} and {handlesAfter} handles at most"));
    }

    [Fact]
    public void Two_thousand_scenes_take_no_more_memory_than_some()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "memory and handles are read as Linux tells them");
        using var scratch = new ScratchFolder();
        string corridor = scratch.File("corridor");
        int last = Form.Cases(2001, 2066);
        Corridor.Make(corridor, 2000, last, seed: 5, width: 96, height: 80, Repository.Sample("zones", "countries.geojson"), _ => { });
        string configuration = Path.Combine(corridor, "irrigation.yaml");
        SimulatedCorridor.Publish(configuration, "[csv]");
        using Process process = CommandLine.Start("run", configuration, "-o", scratch.File("out"), "--json");
        _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var samples = new ProcessSamples(process, 50);
        int from = 0;
        int to = 0;
        var said = new StringBuilder();
        while (process.StandardError.ReadLine() is string line)
        {
            said.AppendLine(line);
            if (line.Contains("features ", StringComparison.Ordinal))
            {
                from = from == 0 ? samples.Count : from;
                to = samples.Count;
            }
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said.ToString());
        int scenes = Directory.GetFileSystemEntries(Path.Combine(corridor, "scenes")).Length;
        Assert.Contains(last.ToString(CultureInfo.InvariantCulture), File.ReadAllLines(Path.Combine(scratch.File("out"), "area.csv"))[^1], StringComparison.Ordinal);
        if (Form.IsFull)
        {
            (double before, double after, int handlesBefore, int handlesAfter) = samples.AssertFlat(from..to);
            Form.Report(string.Create(CultureInfo.InvariantCulture, $"`run` of {scenes} scenes of {last - 1999} years, from the first year to the last"), string.Create(CultureInfo.InvariantCulture, $"middle and last third: {before:0} and {after:0} MB, {handlesBefore} and {handlesAfter} handles at most"));
        }
    }

    private static async Task<string[]> Paths(HttpClient client)
    {
        string[] collections = [.. ((JsonArray)JsonNode.Parse(await client.GetStringAsync("collections"))!["collections"]!).Select(collection => (string)collection!["id"]!)];
        string layers = await client.GetStringAsync("layers");
        string layer = (string)((JsonArray)JsonNode.Parse(layers)!["layers"]!)[0]!["id"]!;
        return
        [
            "", "collections", "api", "layers", "files", "map/", "areas", "series?lon=80.5&lat=44.5", "no/such/thing", "collections/areas/items?filter=" + Uri.EscapeDataString("year > 2011 AND"),
            "collections/areas/items?limit=5&filter=" + Uri.EscapeDataString("year > 2011"), "files/years/2012/irrigated.tif",
            .. collections.Select(collection => $"collections/{collection}/items?limit=100"), .. collections.Select(collection => $"collections/{collection}/items?bbox=80,44,81,45&f=html"),
            .. Enumerable.Range(0, 8).SelectMany(zoom => Enumerable.Range(0, 4).Select(i => string.Create(CultureInfo.InvariantCulture, $"tiles/{layer}/{zoom + 4}/{(int)((80.5 + 180) / 360 * (1 << (zoom + 4))) + i % 2}/{(int)(0.36 * (1 << (zoom + 4))) + i / 2}.png"))),
        ];
    }

    /// <summary>Asks, and goes away before the answer is there.</summary>
    private static async Task Abort(HttpClient client, string path, int milliseconds)
    {
        using var source = new CancellationTokenSource(milliseconds);
        try
        {
            using HttpResponseMessage response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, source.Token);
            Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
        }
        catch (OperationCanceledException)
        {
            // As meant.
        }
    }
}
