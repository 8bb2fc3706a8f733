using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Features;
using IrrigationWatch.Server.Labels;
using IrrigationWatch.Server.Operations;
using IrrigationWatch.Server.Series;
using IrrigationWatch.Server.Tiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace IrrigationWatch.Server;

/// <summary>Serves a folder of results: OGC API – Features, files and the map. Reads the folder, writes nothing.</summary>
public sealed class ResultServer : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(25);

    /// <summary>How long a connection may be open between requests, or before its first.</summary>
    private static readonly TimeSpan IdleWithin = TimeSpan.FromSeconds(60);

    private static readonly string[] CompressedTypes =
    [
        "application/geo+json", "application/json", "application/schema+json", "application/vnd.oai.openapi+json", "application/problem+json", "text/html", "text/csv", "text/css", "text/javascript",
        "image/svg+xml", "application/vnd.mapbox-vector-tile", "application/xml", "text/plain", "text/markdown",
    ];

    private readonly WebApplication application;
    private readonly Stack<IDisposable> owned;
    private readonly CancellationTokenSource stopped = new();
    private readonly Task watching;

    private ResultServer(WebApplication application, Stack<IDisposable> owned, RequestGate gate, FolderWatch watch)
    {
        this.application = application;
        this.owned = owned;
        watching = watch.RunAsync(stopped.Token);
        string[] addresses = [.. application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        Address = new Uri(addresses[0]);
        gate.MetricsPort = addresses.Length > 1 ? new Uri(addresses[1]).Port : 0;
        MetricsAddress = addresses.Length > 1 ? new Uri(new Uri(addresses[1]), ServerMetrics.Path) : null;
    }

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; }

    /// <summary>Where Prometheus finds the metrics; null where they are not given.</summary>
    public Uri? MetricsAddress { get; }

    /// <summary>What is not published in the folder and so cannot be served.</summary>
    public IReadOnlyList<string> Missing { get; private init; } = [];

    /// <summary>Starts to serve.</summary>
    /// <param name="options">What, and to whom.</param>
    /// <param name="cancel">Stops the start.</param>
    /// <returns>The server; dispose of it to stop.</returns>
    /// <exception cref="InputException">The folder is no folder of results, or the address cannot be listened on.</exception>
    public static async Task<ResultServer> StartAsync(ServerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        IPAddress listen = options.Listen is "localhost" ? IPAddress.Loopback : IPAddress.TryParse(options.Listen, out IPAddress? address) ? address : throw new ConfigurationException("--listen", $"is '{options.Listen}'; give an address of this machine like 127.0.0.1, or 0.0.0.0 for all");
        var wrong = new WrongSecrets(options.Limits.WrongSecrets, TimeProvider.System);
        Labellers? labellers = options.Label is null ? null : Labellers.Read(options.Labellers ?? throw new ConfigurationException("--labellers", "is missing; name the file of those who may label"), wrong);
        var owned = new Stack<IDisposable>();
        try
        {
            var folder = ResultFolder.Read(options.Folder);
            ResultHolder holder = Own(new ResultHolder(folder));
            ApiKeys? keys = options.Keys is null ? null : Own(ApiKeys.Read(options.Keys, wrong));
            LabelEndpoints? labels = labellers is null ? null : Own(new LabelEndpoints(new LabelStore(options.Label!), labellers));
            TileEndpoints tiles = Own(new TileEndpoints());
            WebApplication application = Build(options, listen);
            owned.Push(application);
            ILogger logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("irrigationwatch");
            RequestGate gate = Own(new RequestGate(holder, options, keys, logger));
            var watch = new FolderWatch(holder, options, logger);
            application.UseResponseCompression();
            application.Use(next => context => gate.HandleAsync(context, next));
            application.UseRouting();
            FeatureEndpoints.Map(application);
            new ItemEndpoints(TimeProvider.System).Map(application);
            FileEndpoints.Map(application);
            tiles.Map(application);
            SeriesEndpoints.Map(application);
            labels?.Map(application);
            MapHealth(application, watch);
            ServerMetrics.Map(application, options);
            await ListenAsync(application, options, cancel).ConfigureAwait(false);
            return new ResultServer(application, owned, gate, watch) { Missing = [.. folder.Missing()] };
        }
        catch
        {
            Free(owned);
            throw;
        }

        T Own<T>(T one)
            where T : IDisposable
        {
            owned.Push(one);
            return one;
        }
    }

    /// <summary>Finishes the requests that are being answered, takes no new ones, and stops.</summary>
    /// <returns>When all is closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(StopWithin);
        await application.StopAsync(limit.Token).ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        Free(owned);
        stopped.Dispose();
    }

    private static async Task ListenAsync(WebApplication application, ServerOptions options, CancellationToken cancel)
    {
        try
        {
            await application.StartAsync(cancel).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new InputException($"{options.Listen}:{options.Port}", $"cannot be listened on ({e.Message.TrimEnd('.')}); choose another --port, or end the program that uses it", e);
        }
    }

    /// <summary>Frees what was opened, the newest first.</summary>
    private static void Free(Stack<IDisposable> owned)
    {
        while (owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }
    }

    private static WebApplication Build(ServerOptions options, IPAddress listen)
    {
        var connections = new ConnectionGate(options.Limits.ConnectionsPerAddress, spares: options.BaseUrl is not null);
        // Nothing is taken from the environment or from files of settings: the command line says all.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.BodyBytes;
            kestrel.Limits.MaxRequestLineSize = 32 << 10;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.MaxConcurrentConnections = options.Limits.Connections;
            kestrel.Limits.RequestHeadersTimeout = options.Limits.Sending;
            kestrel.Limits.KeepAliveTimeout = IdleWithin;
            kestrel.Listen(listen, options.Port, endpoint => endpoint.Use(next => connection => connections.HandleAsync(connection, next)));
            if (options.MetricsPort is int metrics)
            {
                kestrel.Listen(IPAddress.Loopback, metrics);
            }
        });
        builder.Logging.AddConsole(console => console.FormatterName = LineFormatter.Name).AddConsoleFormatter<LineFormatter, Microsoft.Extensions.Logging.Console.ConsoleFormatterOptions>().SetMinimumLevel(LogLevel.Warning).AddFilter("irrigationwatch", LogLevel.Information).AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Services.AddRoutingCore();
        ServerMetrics.Add(builder.Services, options);
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = CompressedTypes;
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
        return builder.Build();
    }

    private static void MapHealth(WebApplication application, FolderWatch watch)
    {
        application.MapGet("/health", context => Answer(context, StatusCodes.Status200OK, "alive"));
        application.MapGet("/ready", context => watch.IsReady ? Answer(context, StatusCodes.Status200OK, "ready") : Answer(context, StatusCodes.Status503ServiceUnavailable, "collections are being read"));

        static Task Answer(HttpContext context, int status, string word)
        {
            context.Response.StatusCode = status;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(new JsonObject { ["status"] = word }.ToJsonString(), context.RequestAborted);
        }
    }
}
