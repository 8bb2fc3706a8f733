using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Server.Tests;

/// <summary>Requests of those who mean no good: each gets its refusal, and the server goes on.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class HostileTests(ServedFolder served)
{
    private static readonly string Long = new('a', 9_000);

    public static TheoryData<int, string> Paths()
    {
        var data = new TheoryData<int, string>();
        // Out of the folder: by dots, escapes, double escapes, backslashes, absolute names, names of GDAL's file systems, other files of the folder.
        foreach (string name in new[]
        {
            "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt", "%252e%252e%252fsecret.txt", "..%5csecret.txt", "..\\secret.txt", "....//secret.txt", "years/../../secret.txt", "years/%2e%2e/%2e%2e/secret.txt",
            "/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "file:///etc/passwd", "/vsizip/secret.zip", "vsicurl/http://127.0.0.1/", "%2fvsimem%2fx", "vsistdin", "/proc/self/environ", "area.csv%00.txt", "area.csv/", "area.csv/../../secret.txt", "./area.csv/../../secret.txt", "AREA.CSV", "area.csv::$DATA", "publication.json", "run.json", ".hidden.csv", ".work/steps.db", "link.csv", "linked/secret.csv", "~root", "%c0%ae%c0%ae/secret.txt", "\u202e.csv", "CON", "area.csv?x=../y",
        })
        {
            data.Add(name.Contains('?', StringComparison.Ordinal) ? 400 : 404, "/files/" + name);
        }

        foreach (string name in new[] { "../map.js", "%2e%2e%2fmap.js", "nothing.js", "..%5c..%5cmap.js" })
        {
            data.Add(404, "/assets/" + name);
        }

        foreach (string id in new[] { "../areas", "%2e%2e", "areas%00", "areas'--", "areas;drop", "..%2f..%2fetc%2fpasswd", "/vsicurl/", "irrigated-1999", "irrigated-%2a" })
        {
            data.Add(404, $"/collections/{id}/items");
        }

        foreach (string query in new[]
        {
            "limit=99999999999999999999999", "limit=-1", "limit=1e3", "limit=", "offset=99999999999999999999999", "bbox=" + string.Join(',', Enumerable.Repeat("1", 500)), "bbox=1e999,0,1,1", "bbox=-99999999,-99,99999999,99", "bbox=Infinity,0,1,1", "bbox=", "datetime=9999-99-99", "datetime=" + "2010-01-01/".PadRight(3000, '/'), "filter=" + Long,
            "filter=" + Uri.EscapeDataString(new string('(', 4000)), "filter=" + Uri.EscapeDataString(string.Join(" OR ", Enumerable.Repeat("nothing=1", 600))), "filter=" + Uri.EscapeDataString("S_INTERSECTS(geometry,POLYGON((" + string.Join(',', Enumerable.Repeat("0 0", 1500)) + ")))"),
            "filter=" + Uri.EscapeDataString("zone LIKE '" + string.Concat(Enumerable.Repeat("%a", 500)) + "' AND nothing"), "filter=zone%3D'%27%20OR%201%3D1--", "filter=%00", "filter=year%20%3D%20exec('x')", "sortby=" + Long, "crs=file:///etc/passwd", "crs=EPSG:999999", "bbox-crs=%2Fvsicurl%2Fhttp://127.0.0.1/", "filter-crs=+proj=pipeline", "f=../../x", "f=<script>", "__proto__=1", "zone[]=1", "a=1&a=2&a=3",
        })
        {
            data.Add(400, "/collections/areas/items?" + query);
        }

        foreach (string tile in new[] { "/tiles/class-2011/0/0/0.exe", "/tiles/class-2011/0/0/0", "/tiles/class-2011/-1/0/0.png", "/tiles/class-2011/30/0/0.png", "/tiles/class-2011/5/32/0.png", "/tiles/class-2011/5/0/2147483648.png", "/tiles/../class-2011/0/0/0.png", "/tiles/class-2011/a/0/0.png", "/tiles/%2fvsicurl%2f/0/0/0.png", "/styles/x/map/tiles/WebMercatorQuad/0/0/0", "/collections/areas/tiles/Other/0/0/0", "/collections/areas/items/nothing", "/collections/areas/queryables/x", "/texts/xx", "/texts/..%2f..%2fx", "/conformance/x", "/collections/areas/items/" + new string('x', 5000), "/metrics", "/nothing", "/.git/config", "/wp-login.php", "/api/../../x", "/label" })
        {
            data.Add(404, tile);
        }

        return data;
    }

    [Fact]
    public void There_are_more_than_a_hundred() => Assert.InRange(Paths().Count, 100, 1000);

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_request_gets_its_refusal(int status, string path)
    {
        (int actual, string answer) = await RawAsync($"GET {path.Replace(" ", "%20", StringComparison.Ordinal)} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        // What is no request at all is refused before it is looked at.
        Assert.True(actual == status || (status == 404 && actual == 400), $"{actual} instead of {status} for {path}: {answer}");
        Assert.DoesNotContain("TOP SECRET", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        if (answer.Contains("\r\n\r\n{", StringComparison.Ordinal))
        {
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/health")).StatusCode);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421)]
    [InlineData("PUT /files/area.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 405)]
    [InlineData("DELETE /files/area.csv HTTP/1.1\r\nHost: localhost\r\n\r\n", 405)]
    [InlineData("TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405)]
    [InlineData("POST /collections/areas/items HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", 405)]
    [InlineData("POST /series HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413)]
    [InlineData("POST /series HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /series HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400)]
    [InlineData("POST /series HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 505)]
    [InlineData("\u0016\u0003\u0001\u0002\r\n\r\n", 400)]
    [InlineData("GET /\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=a-b\r\nAccept: ;;;\r\nIf-None-Match: \"\r\nIf-Modified-Since: never\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\nConnection: close\r\n\r\n", 406)]
    public async Task What_is_malformed_or_not_taken_is_refused(string request, int status)
    {
        (int actual, string answer) = await RawAsync(request);
        // TLS spoken to a plain port: the connection is closed without a word.
        Assert.True(actual == status || (actual == 0 && request[0] == '\u0016'), $"{actual} instead of {status}: {answer}");
        Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        (int lines, _) = await RawAsync("GET / HTTP/1.1\r\nHost: localhost\r\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"X-{i}: {i}\r\n")) + "\r\n");
        (int bytes, _) = await RawAsync("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + new string('x', 100_000) + "\r\n\r\n");
        (int line, _) = await RawAsync("GET /" + new string('x', 100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal((431, 431, 414), (lines, bytes, line));
    }

    [Fact]
    public async Task Those_who_dawdle_do_not_keep_others_waiting()
    {
        var idle = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 200; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(served.Server.Address.Host, served.Server.Address.Port);
                await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: loc"u8.ToArray());
                idle.Add(client);
            }

            Assert.Equal(HttpStatusCode.OK, (await served.Client.GetAsync("/collections/areas/items?limit=6")).StatusCode);
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended()
    {
        // A time that is over before any answer can be made, however fast the machine.
        await using ResultServer server = await ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Limits = new ServerLimits { Time = TimeSpan.FromTicks(1) } });
        using var client = new HttpClient { BaseAddress = server.Address };
        var statuses = new HashSet<int>();
        for (int i = 0; i < 50 && !statuses.Contains(503); i++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync("/collections/irrigated-2011/items?f=fgb&limit=10000&offset=" + i);
                statuses.Add((int)answer.StatusCode);
            }
            catch (HttpRequestException)
            {
                // Its time was over when the answer had begun: the connection is cut, so that no half answer passes for a whole one.
                statuses.Add(0);
            }
        }

        Assert.Contains(503, statuses);
        Assert.DoesNotContain(500, statuses);
    }

    [Fact]
    public async Task Keys_give_rates_and_who_has_none_is_told()
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("keys");
        await File.WriteAllTextAsync(file, $"# keys\nanonymous - 0\nteam {Convert.ToHexString(SHA256.HashData("open sesame"u8))} 6000\nslow {Convert.ToHexString(SHA256.HashData("slow"u8))} 20\n");
        await using ResultServer server = await ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Keys = file, MetricsPort = 0 });
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal((401, 401, 200), (await AskAsync(null), await AskAsync("open"), await AskAsync("open sesame")));
        // A tenth of a minute's twenty may come at once, then one in three seconds: of twenty more some are refused unless they take a minute.
        Assert.Equal((200, 200), (await AskAsync("slow"), await AskAsync("slow")));
        Assert.Contains(429, await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync("slow"))));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        // The definition says so: /conf/oas30/security.
        using var definition = new HttpRequestMessage(HttpMethod.Get, "/api") { Headers = { { "X-API-Key", "open sesame" } } };
        using HttpResponseMessage api = await client.SendAsync(definition);
        System.Text.Json.Nodes.JsonNode schemes = System.Text.Json.Nodes.JsonNode.Parse(await api.Content.ReadAsStringAsync())!;
        Assert.Equal("X-API-Key", (string?)schemes["components"]!["securitySchemes"]!["key"]!["name"]);
        Assert.NotNull(schemes["security"]);
        // Metrics by their own port alone, and nothing else by it.
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/metrics")).StatusCode);
        string metrics = await client.GetStringAsync(server.MetricsAddress);
        Assert.Contains("irrigationwatch_refused", metrics, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(new Uri(server.MetricsAddress!, "/files/area.csv"))).StatusCode);
        foreach (string wrong in new[] { "team", "team xyz 5", "team 00 5", $"a {new string('0', 64)} x" })
        {
            await File.WriteAllTextAsync(file, wrong);
            Assert.Contains("line 1", (await Assert.ThrowsAsync<ConfigurationException>(() => ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Keys = file }))).Message, StringComparison.Ordinal);
        }

        async Task<int> AskAsync(string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            if (key is not null)
            {
                request.Headers.Add("X-API-Key", key);
            }

            using HttpResponseMessage answer = await client.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task Every_answer_shuts_pages_in_and_no_cookie_is_set()
    {
        foreach (string path in new[] { "/", "/map/", "/collections?f=html", "/nothing", "/assets/map.js", "/files/area.csv" })
        {
            using HttpResponseMessage answer = await served.Client.GetAsync(path);
            Assert.StartsWith("default-src 'none'; script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.False(answer.Headers.Contains("Set-Cookie") || answer.Headers.Contains("Server"));
        }
    }

    private async Task<(int Status, string Answer)> RawAsync(string request)
    {
        if (!request.Contains("Connection: close", StringComparison.Ordinal) && request.IndexOf("\r\n\r\n", StringComparison.Ordinal) is int end and >= 0)
        {
            request = request.Insert(end, "\r\nConnection: close");
        }

        using var client = new TcpClient();
        await client.ConnectAsync(served.Server.Address.Host, served.Server.Address.Port);
        NetworkStream stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        }
        catch (IOException)
        {
            // Refused while it was still being sent.
        }

        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            // Closed after the refusal.
        }

        string text = Encoding.UTF8.GetString(answer.ToArray());
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0, text);
    }
}
