using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IrrigationWatch.Server.Tests;

/// <summary>Nobody takes from others what they need: places for much work, connections, guesses of secrets, lines of the log.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class GateTests(ServedFolder served)
{
    [Fact]
    public async Task Places_for_much_work_are_few_and_who_finds_none_is_told_when_to_come_again()
    {
        var clock = new Clock();
        using var gate = new WorkGate(new ServerLimits { HeavyConcurrency = 1, HeavyQueue = 1, HeavyPatience = TimeSpan.FromSeconds(1) }, clock);
        using var end = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        Task<int> first = gate.RunAsync(
            new DefaultHttpContext(),
            () =>
            {
                begun.SetResult();
                end.Wait();
                return Thread.CurrentThread.IsThreadPoolThread ? -1 : 1;
            },
            CancellationToken.None);
        await begun.Task;
        // The second waits; the third finds the queue full and is refused at once.
        Task<int> second = gate.RunAsync(new DefaultHttpContext(), () => 2, CancellationToken.None);
        Assert.Equal(1, gate.Waiting);
        var context = new DefaultHttpContext();
        ProblemException refusal = await Assert.ThrowsAsync<ProblemException>(() => gate.RunAsync(context, () => 3, CancellationToken.None));
        Assert.Equal((503, "2"), (refusal.Status, context.Response.Headers.RetryAfter.ToString()));
        // Who waits is refused when the time is over, and not before.
        Assert.False(second.IsCompleted);
        clock.Ring();
        Assert.Equal(503, (await Assert.ThrowsAsync<ProblemException>(() => second)).Status);
        Assert.Equal(0, gate.Waiting);
        // Who leaves waits no longer.
        using var client = new CancellationTokenSource();
        Task<int> gone = gate.RunAsync(new DefaultHttpContext(), () => 4, client.Token);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        // Who waits gets the place that becomes free; work has a thread of its own.
        Task<int> last = gate.RunAsync(new DefaultHttpContext(), () => 5, CancellationToken.None);
        end.Set();
        Assert.Equal((1, 5), (await first, await last));
        // Work that fails leaves its place.
        await Assert.ThrowsAsync<InvalidOperationException>(() => gate.RunAsync<int>(new DefaultHttpContext(), () => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Equal(6, await gate.RunAsync(new DefaultHttpContext(), () => 6, CancellationToken.None));
    }

    [Fact]
    public async Task Without_a_place_for_much_work_all_other_requests_are_answered()
    {
        await using ResultServer server = await StartAsync(new ServerLimits { HeavyConcurrency = 0, HeavyQueue = 0 });
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (string path in new[] { "/collections/irrigated-2011/items?f=fgb", "/collections/irrigated-2011/items?filter=" + Uri.EscapeDataString("S_INTERSECTS(geometry, BBOX(80, 44, 81, 45))") })
        {
            await RefusedAsync(await client.GetAsync(path));
        }

        await RefusedAsync(await client.PostAsync("/series", new StringContent(Square())));
        foreach (string path in new[] { "/health", "/", "/collections/areas/items?limit=6", "/tiles/class-2011/0/0/0.png", "/tiles/irrigated-2011/0/0/0.mvt", "/map/", "/files/area.csv" })
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path)).StatusCode);
        }

        async Task RefusedAsync(HttpResponseMessage answer)
        {
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
            Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
        }
    }

    [Fact]
    public async Task Health_waits_behind_nobody()
    {
        await using ResultServer server = await StartAsync(new ServerLimits { Concurrency = 0, Queue = 0 });
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        using HttpResponseMessage refused = await client.GetAsync("/");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
    }

    [Fact]
    public async Task A_request_that_makes_too_much_work_is_told_what_to_ask_for()
    {
        await using ResultServer server = await StartAsync(new ServerLimits { Work = 2_000 });
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Contains("send a polygon of fewer vertices", await RefusedAsync(await client.PostAsync("/series", new StringContent(Square()))), StringComparison.Ordinal);
        string filter = string.Join(" OR ", Enumerable.Range(0, 30).Select(i => $"S_TOUCHES(geometry, BBOX(80, 44, 81, {44.15 + i / 1000.0}))"));
        Assert.Contains("ask by bbox", await RefusedAsync(await client.GetAsync("/collections/irrigated-2011/items?filter=" + Uri.EscapeDataString(filter))), StringComparison.Ordinal);
        Assert.Contains("sortby names 'area_ha' twice", await served.RefusedAsync(400, "/collections/irrigated-2011/items?sortby=area_ha,-area_ha"), StringComparison.Ordinal);

        static async Task<string> RefusedAsync(HttpResponseMessage answer)
        {
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode == 422, text);
            return text;
        }
    }

    [Fact]
    public async Task A_spiral_has_the_area_that_the_command_line_gives_it()
    {
        (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
        NetTopologySuite.Geometries.Coordinate[] ring = [.. WorkTests.Spiral(4_000).Coordinates.Select(point => new NetTopologySuite.Geometries.Coordinate((west + east) / 2 + point.X * (east - west), (south + north) / 2 + point.Y * (north - south)))];
        string body = $"{{\"type\":\"Polygon\",\"coordinates\":[[{string.Join(',', ring.Select(point => string.Create(CultureInfo.InvariantCulture, $"[{point.X},{point.Y}]")))}]]}}";
        using HttpResponseMessage answer = await served.Client.PostAsync("/series", new StringContent(body));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        System.Text.Json.Nodes.JsonArray years = (System.Text.Json.Nodes.JsonArray)System.Text.Json.Nodes.JsonNode.Parse(text)!["years"]!;
        Areas.AreaTable table = Areas.AreaCalculation.Compute(
            [.. ServedFolder.Years.Select(year => Path.Combine(served.Folder, "years", year.ToString(CultureInfo.InvariantCulture), "irrigated.tif"))],
            [new Areas.Zone("spiral", string.Empty, NetTopologySuite.Geometries.GeometryFactory.Default.CreatePolygon(ring))],
            new Areas.ClassValues("irrigated", [1]),
            "spiral");
        Assert.Equal(table.Rows.Select(row => (row.IrrigatedHectares, row.ZoneHectares)), years.Select(year => ((double)year!["irrigated_ha"]!, (double)year["zone_ha"]!)));
        Assert.All(table.Rows, row => Assert.InRange(row.ZoneHectares, 100, 600));
    }

    [Fact]
    public async Task Connections_of_one_address_have_a_bound_and_others_find_room()
    {
        var gate = new ConnectionGate(2, spares: false);
        var end = new TaskCompletionSource();
        int inside = 0;
        Task Serve(ConnectionContext connection)
        {
            inside++;
            return end.Task;
        }

        (ConnectionContext one, _) = Connection("10.0.0.1");
        (ConnectionContext two, _) = Connection("10.0.0.1");
        (ConnectionContext three, Pipe told) = Connection("10.0.0.1");
        (ConnectionContext other, _) = Connection("10.0.0.2");
        Task[] open = [gate.HandleAsync(one, Serve), gate.HandleAsync(two, Serve), gate.HandleAsync(other, Serve)];
        await gate.HandleAsync(three, Serve);
        Assert.Equal((3, 2), (inside, gate.Addresses));
        ReadResult refusal = await told.Reader.ReadAsync();
        string[] parts = Encoding.ASCII.GetString(refusal.Buffer).Split("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n", parts[0], StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {parts[1].Length.ToString(CultureInfo.InvariantCulture)}\r\n", parts[0], StringComparison.Ordinal);
        end.SetResult();
        await Task.WhenAll(open);
        Assert.Equal(0, gate.Addresses);
        await gate.HandleAsync(three, Serve);
        Assert.Equal(4, inside);

        // A proxy on this machine speaks for many.
        var spared = new ConnectionGate(1, spares: true);
        (ConnectionContext proxy, _) = Connection("127.0.0.1");
        await spared.HandleAsync(proxy, _ => spared.HandleAsync(proxy, Serve));
        Assert.Equal(5, inside);

        static (ConnectionContext Connection, Pipe Output) Connection(string address)
        {
            var output = new Pipe();
            var transport = new Transport(new Pipe().Reader, output.Writer);
            return (new DefaultConnectionContext(address, transport, transport) { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) }, output);
        }
    }

    [Fact]
    public async Task Half_requests_of_one_client_are_bounded()
    {
        await using ResultServer server = await StartAsync(new ServerLimits { ConnectionsPerAddress = 3 });
        var half = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 4; i++)
            {
                var client = new TcpClient();
                half.Add(client);
                await client.ConnectAsync(server.Address.Host, server.Address.Port);
                await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: loc"u8.ToArray());
            }

            // Three are waited for, whichever they are; the fourth is refused before.
            Task<string>[] answers = [.. half.Select(client => FirstLineAsync(client))];
            Assert.Equal("HTTP/1.1 503 Service Unavailable", await await Task.WhenAny(answers));
            // The place of one that is closed is another's; the server sees the end when it sees it.
            half[Array.FindIndex(answers, answer => !answer.IsCompleted)].Dispose();
            using var later = new HttpClient { BaseAddress = server.Address };
            while ((await later.GetAsync("/health")).StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                await Task.Yield();
            }
        }
        finally
        {
            half.ForEach(client => client.Dispose());
        }
    }

    private static async Task<string> FirstLineAsync(TcpClient client)
    {
        try
        {
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadLineAsync() ?? string.Empty;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return string.Empty;
        }
    }

    [Fact]
    public void Wrong_secrets_wait_longer_each_time_and_are_forgotten()
    {
        var clock = new Clock();
        var wrong = new WrongSecrets(2, clock);
        Assert.Equal([0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256], Enumerable.Range(0, 13).Select(_ => Try("10.0.0.1")));
        // IPv6 clients have whole networks.
        Assert.Equal([0, 0, 1], new[] { Try("2001:db8::1"), Try("2001:db8::2"), Try("2001:db8::3") });
        Assert.Equal(256, Try("::ffff:10.0.0.1"));
        clock.Now += TimeSpan.FromSeconds(256) + TimeSpan.FromMinutes(14);
        Assert.Equal(256, Try("10.0.0.1"));
        clock.Now += TimeSpan.FromSeconds(257) + TimeSpan.FromMinutes(15);
        Assert.Equal(0, Try("10.0.0.1"));

        int Try(string address)
        {
            var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
            ProblemException refusal = wrong.Refuse(context, new ProblemException(401, "Unknown", "unknown"));
            string after = context.Response.Headers.RetryAfter.ToString();
            Assert.Equal(after.Length == 0 ? 401 : 429, refusal.Status);
            return after.Length == 0 ? 0 : int.Parse(after, CultureInfo.InvariantCulture);
        }
    }

    [Theory]
    [InlineData("a\r\nfail: irrigationwatch[2] forged")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\u0085b\u2028c\u2029d\vd\fe")]
    [InlineData("\u001b[2J\u009b31m\u202ebackwards\u200b\0\u007f")]
    public void An_entry_of_the_log_is_one_line_of_what_can_be_seen(string evil)
    {
        var formatter = new LineFormatter();
        var text = new StringWriter();
        Exception fault = Thrown(evil);
        formatter.Write(new LogEntry<string>(LogLevel.Error, evil, new EventId(7), evil, fault, static (state, _) => "the state: " + state), null, text);
        string line = text.ToString();
        Assert.StartsWith("fail: ", line, StringComparison.Ordinal);
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], c => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        Assert.Contains("[7] the state: ", line, StringComparison.Ordinal);
        Assert.Contains(nameof(Thrown), line, StringComparison.Ordinal);

        static Exception Thrown(string message)
        {
            try
            {
                throw new InvalidOperationException(message);
            }
            catch (InvalidOperationException e)
            {
                return e;
            }
        }
    }

    [Fact]
    public void A_long_entry_is_cut_and_what_can_be_seen_stays_as_it_is()
    {
        Assert.Equal("伊犁 – Іле 𠀀 \\u000A", LineFormatter.Plain("伊犁 – Іле 𠀀 \n"));
        Assert.InRange(LineFormatter.Plain(new string('x', 1_000_000)).Length, 8_000, 8_010);
    }

    private static string Square()
    {
        (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
        return string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"Polygon\",\"coordinates\":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}");
    }

    private Task<ResultServer> StartAsync(ServerLimits limits) => ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = 0, Limits = limits });

    private sealed class Transport(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>A clock that goes when it is told to.</summary>
    private sealed class Clock : TimeProvider
    {
        private readonly List<Alarm> alarms = [];

        internal DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = new Alarm(() => callback(state));
            alarms.Add(alarm);
            return alarm;
        }

        /// <summary>The time of all who wait is over.</summary>
        internal void Ring() => alarms.ForEach(alarm => alarm.Ring());

        private sealed class Alarm(Action ring) : ITimer
        {
            private bool isOff;

            internal void Ring()
            {
                if (!isOff)
                {
                    isOff = true;
                    ring();
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => !isOff;

            public void Dispose() => isOff = true;

            public ValueTask DisposeAsync()
            {
                isOff = true;
                return ValueTask.CompletedTask;
            }
        }
    }
}
