namespace IrrigationWatch.Server;

/// <summary>What is served, and to whom.</summary>
public sealed record ServerOptions
{
    /// <summary>The output folder of <c>run</c> or <c>report</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>Address to listen on; only this machine unless said otherwise.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Port; 0 for any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Address under which users reach the server, for example behind a reverse proxy; null to take that of each request.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>File of keys and rates; null where anyone may ask as often as the server can answer.</summary>
    public string? Keys { get; init; }

    /// <summary>A sample of points that is labelled in the browser; null for none. Labels are kept beside it, in a file that ends in <c>.labels.db</c>.</summary>
    public string? Label { get; init; }

    /// <summary>File of those who may label, <c>NAME SHA256</c> a line; needed with <see cref="Label"/>.</summary>
    public string? Labellers { get; init; }

    /// <summary>Port of this machine alone on which <c>/metrics</c> is given for Prometheus; null for none, 0 for any that is free.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>How often the folder is looked at for a new run.</summary>
    public TimeSpan ReloadEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Limits of a request.</summary>
    public ServerLimits Limits { get; init; } = new();
}

/// <summary>Limits that keep one request from taking what others need.</summary>
public sealed record ServerLimits
{
    /// <summary>Features of an answer, at most; a larger <c>limit</c> is taken as this.</summary>
    public int Features { get; init; } = 10_000;

    /// <summary>Characters of a filter.</summary>
    public int FilterCharacters { get; init; } = 8_000;

    /// <summary>Bytes of a request's body.</summary>
    public int BodyBytes { get; init; } = 1 << 20;

    /// <summary>Vertices of polygons that are sent.</summary>
    public int Vertices { get; init; } = 10_000;

    /// <summary>Longest time of a request.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that are worked on at the same time.</summary>
    public int Concurrency { get; init; } = 64;

    /// <summary>Requests that wait for one of those; more are refused.</summary>
    public int Queue { get; init; } = 1024;

    /// <summary>
    /// Work that one request may make, in steps of some ten nanoseconds of one core: edges of a polygon by the pixels that they cross in
    /// all years, edges compared with each other, bytes of features read for a filter. Pixels inside a polygon are not counted.
    /// </summary>
    public long Work { get; init; } = 400_000_000;

    /// <summary>Requests that make much work (areas inside a polygon, filters by geometry, exports) that are worked on at the same time.</summary>
    public int HeavyConcurrency { get; init; } = 2;

    /// <summary>Requests that wait for one of those; more are refused at once.</summary>
    public int HeavyQueue { get; init; } = 8;

    /// <summary>How long one of those waits before it is refused.</summary>
    public TimeSpan HeavyPatience { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>Connections that are open at the same time.</summary>
    public int Connections { get; init; } = 2048;

    /// <summary>Connections of one client address that are open at the same time; 0 for no limit. A proxy on this machine has none where <see cref="ServerOptions.BaseUrl"/> is given.</summary>
    public int ConnectionsPerAddress { get; init; } = 256;

    /// <summary>How long the headers of a request may take, and its body.</summary>
    public TimeSpan Sending { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wrong keys or tokens of one client address before it is told to wait.</summary>
    public int WrongSecrets { get; init; } = 5;
}
