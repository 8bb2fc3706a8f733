using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.Server.Labels;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Server.Tests;

/// <summary>Labels that are given in the browser: kept at once, by whom, and read again by assessment.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class LabelTests(ServedFolder served) : IAsyncLifetime
{
    private readonly ScratchFolder scratch = new();
    private ResultServer server = null!;
    private HttpClient client = null!;

    private string Sample => scratch.File("points.geojson");

    public async ValueTask InitializeAsync()
    {
        string map = Path.Combine(served.Folder, "years", "2011", "irrigated.tif");
        PointSampleWriter.Write(Sample, StratifiedSampling.Draw(map, new SampleOptions { Points = 12, Minimum = 2, Seed = 3, Classes = ClassValues.AllOf(map) }));
        await File.WriteAllTextAsync(scratch.File("labellers"), $"# who\naigerim {Digest("first token")}\nli {Digest("second token")}\n");
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        scratch.Dispose();
    }

    [Fact]
    public async Task Nothing_is_given_or_taken_without_a_token()
    {
        foreach (string path in new[] { "/label/points", "/label/points/0", "/label/points/0/2011.png", "/label/agreement", "/label/export" })
        {
            foreach (string? token in new[] { null, "", "first toke", "first tokens", "FIRST TOKEN" })
            {
                using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, path, token);
                Assert.True((int)answer.StatusCode == 401 || ((int)answer.StatusCode == 429 && !string.IsNullOrEmpty(token)), $"{(int)answer.StatusCode} for {path}");
                Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
            }
        }

        using HttpResponseMessage set = await AskAsync(HttpMethod.Post, "/label/points/0", "guess", """{"class":"irrigated"}""");
        Assert.Equal(429, (int)set.StatusCode);
        // A server without a sample has no labels at all.
        Assert.Equal(404, (int)(await served.Client.GetAsync("/label/points")).StatusCode);
    }

    [Fact]
    public async Task Wrong_tokens_are_told_to_wait_and_the_right_one_never()
    {
        var answers = new List<(int Status, int Wait)>();
        for (int i = 0; i < 9; i++)
        {
            using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, "/label/points", $"guess {i}");
            answers.Add(((int)answer.StatusCode, (int)(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0)));
            using HttpResponseMessage right = await AskAsync(HttpMethod.Get, "/label/points", "first token");
            Assert.Equal(200, (int)right.StatusCode);
        }

        Assert.Equal([(401, 0), (401, 0), (401, 0), (401, 0), (401, 0), (429, 1), (429, 2), (429, 4), (429, 8)], answers);
    }

    [Fact]
    public async Task A_labeller_sees_places_and_pictures_but_not_what_the_map_says()
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, "/label/points/3", "first token");
        string text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("class", text, StringComparison.Ordinal);
        Assert.DoesNotContain("probability", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stratum", text, StringComparison.Ordinal);
        Assert.Equal(ServedFolder.Years, ((JsonArray)JsonNode.Parse(text)!["years"]!).Select(year => (int)year!["year"]!));
        using HttpResponseMessage picture = await AskAsync(HttpMethod.Get, "/label/points/3/2011.png", "first token");
        Assert.Equal("image/png", picture.Content.Headers.ContentType?.MediaType);
        Assert.Equal(404, (int)(await AskAsync(HttpMethod.Get, "/label/points/3/1999.png", "first token")).StatusCode);
        Assert.Equal(404, (int)(await AskAsync(HttpMethod.Get, "/label/points/99", "first token")).StatusCode);
    }

    [Theory]
    [InlineData("""{"class":"desert"}""")]
    [InlineData("""{"class":1}""")]
    [InlineData("""{"sure":true}""")]
    [InlineData("""{"class":"irrigated","sure":"perhaps"}""")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task What_is_no_label_is_refused(string body)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, "/label/points/0", "first token", body);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Labels_outlive_the_server_and_are_read_by_assessment_and_training()
    {
        for (int i = 0; i < 12; i++)
        {
            await SetAsync(i, "first token", i % 2 == 0 ? "irrigated" : "rainfed");
            if (i < 6)
            {
                await SetAsync(i, "second token", i == 1 || i % 2 == 0 ? "irrigated" : "rainfed", sure: i != 0);
            }
        }

        await SetAsync(11, "first token", null);
        await server.DisposeAsync();
        client.Dispose();
        await StartAsync();

        JsonNode points = await JsonAsync("/label/points", "first token");
        Assert.Equal(("aigerim", 11), ((string)points["labeller"]!, ((JsonArray)points["points"]!).Count(point => point!["class"] is not null)));
        Assert.Equal(["irrigated", "rainfed"], ((JsonArray)points["classes"]!).Select(name => (string)name!));
        JsonNode agreement = await JsonAsync("/label/agreement", "second token");
        Assert.Equal((11, 6, 5), ((int)agreement["labelled"]!, (int)agreement["shared"]!, (int)agreement["unanimous"]!));
        JsonNode pair = Assert.Single((JsonArray)agreement["pairs"]!)!;
        // Of six: three and two alike, one apart; chance 3/6 × 4/6 + 3/6 × 2/6 = 1/2.
        Assert.Equal(("aigerim", "li", 6, 0.8333, 0.6667), ((string)pair["first"]!, (string)pair["second"]!, (int)pair["points"]!, (double)pair["agreement"]!, (double)pair["kappa"]!));

        using HttpResponseMessage export = await AskAsync(HttpMethod.Get, "/label/export", "first token");
        string file = scratch.File("labelled.geojson");
        await File.WriteAllBytesAsync(file, await export.Content.ReadAsByteArrayAsync());
        ReferenceSample reference = ReferenceReader.Read(file);
        // Of the point on which they disagree and the one that was taken back nothing is known.
        Assert.Equal((10, 2), (reference.Points.Count, reference.Unlabelled));
        Assert.All(reference.Points, point => Assert.True(point.InclusionProbability > 0 && point.StratumHectares > 0 && point.FromYear == 2011));
        Assert.Equal(reference.Points.Select(point => point.Class), LabelReader.Read(file).Select(label => label.Class));
        JsonArray features = (JsonArray)JsonNode.Parse(await File.ReadAllTextAsync(file))!["features"]!;
        Assert.Equal((2, 1.0, 1), ((int)features[0]!["properties"]!["labellers"]!, (double)features[0]!["properties"]!["agreement"]!, (int)features[0]!["properties"]!["sure"]!));
        Assert.Equal((2, 0.5), ((int)features[1]!["properties"]!["labellers"]!, (double)features[1]!["properties"]!["agreement"]!));
    }

    [Fact]
    public void Kappa_is_that_of_the_textbook()
    {
        // Twenty and fifteen alike, five and ten apart: (0.7 - 0.5) / 0.5.
        GivenLabel[] labels = [.. Enumerable.Range(0, 50).SelectMany(i =>
        {
            (string a, string b) = i < 20 ? ("yes", "yes") : i < 25 ? ("yes", "no") : i < 35 ? ("no", "yes") : ("no", "no");
            string point = i.ToString(CultureInfo.InvariantCulture);
            return new[] { new GivenLabel(point, "a", a, true), new GivenLabel(point, "b", b, true) };
        })];
        LabelAgreement pair = Assert.Single(LabelAgreement.Of(labels));
        Assert.Equal((50, 0.7, 0.4), (pair.Points, pair.Agreement, Math.Round(pair.Kappa, 12)));
    }

    [Fact]
    public async Task A_browser_labels_by_keys()
    {
        Assert.SkipWhen(ViewerTests.Browser is null, "chromium is not installed (Debian: chromium)");
        Assert.SkipUnless(Directory.Exists(ViewerTests.Playwright), "playwright-core is not installed (tools/test installs it where npm is)");
        string shots = Environment.GetEnvironmentVariable("IRRIGATIONWATCH_SCREENSHOTS") ?? scratch.File("shots");
        Directory.CreateDirectory(shots);
        string script = Path.Combine(Repository.Root, "tests", "IrrigationWatch.Server.Tests", "label.mjs");
        (int code, string output) = await Task.Run(() => Repository.Run("node", [script, ViewerTests.Playwright, ViewerTests.Browser!, server.Address.AbsoluteUri.TrimEnd('/'), shots]));
        Assert.True(code == 0, output);
        JsonNode points = await JsonAsync("/label/points", "first token");
        Assert.Equal(["irrigated", "rainfed", "rainfed"], ((JsonArray)points["points"]!).Take(3).Select(point => (string)point!["class"]!));
        Assert.False((bool)points["points"]![2]!["sure"]!);
    }

    [Fact]
    public async Task Without_labellers_or_points_the_server_does_not_begin()
    {
        Assert.Contains("--labellers", (await Assert.ThrowsAsync<ConfigurationException>(() => ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Label = Sample }))).Message, StringComparison.Ordinal);
        Assert.Contains("no such file of points", (await Assert.ThrowsAsync<InputException>(() => ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Label = scratch.File("none"), Labellers = scratch.File("labellers") }))).Message, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        server = await ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Label = Sample, Labellers = scratch.File("labellers") });
        client = new HttpClient { BaseAddress = server.Address };
    }

    private async Task SetAsync(int index, string token, string? name, bool sure = true)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Post, $"/label/points/{index}", token, new JsonObject { ["class"] = name, ["sure"] = sure }.ToJsonString());
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> JsonAsync(string path, string token)
    {
        using HttpResponseMessage answer = await AskAsync(HttpMethod.Get, path, token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? token, string? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        }

        return client.SendAsync(request);
    }

    private static string Digest(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
