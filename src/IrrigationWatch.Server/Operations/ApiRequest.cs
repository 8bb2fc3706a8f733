using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace IrrigationWatch.Server.Operations;

/// <summary>A representation that can be asked for by <c>f</c> or the header Accept.</summary>
/// <param name="Key">Value of <c>f</c>.</param>
/// <param name="MediaType">What is sent.</param>
/// <param name="Accepts">Media types that ask for it.</param>
internal sealed record MediaFormat(string Key, string MediaType, params IReadOnlyList<string> Accepts)
{
    internal static readonly MediaFormat Json = new("json", "application/json", "application/json");
    internal static readonly MediaFormat GeoJson = new("json", "application/geo+json", "application/geo+json", "application/json", "application/vnd.geo+json");
    internal static readonly MediaFormat Html = new("html", "text/html", "text/html", "application/xhtml+xml");
    internal static readonly MediaFormat Csv = new("csv", "text/csv", "text/csv");
    internal static readonly MediaFormat FlatGeobuf = new("fgb", "application/vnd.flatgeobuf", "application/vnd.flatgeobuf", "application/flatgeobuf");
    internal static readonly MediaFormat OpenApi = new("json", "application/vnd.oai.openapi+json;version=3.0", "application/vnd.oai.openapi+json", "application/json", "application/openapi+json");
    internal static readonly MediaFormat Schema = new("json", "application/schema+json", "application/schema+json", "application/json");
}

/// <summary>A request with the state of the folder that answers it.</summary>
internal sealed class ApiRequest
{
    /// <summary>How documents are written.</summary>
    internal static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Key = "irrigationwatch.request";

    private readonly WorkGate heavy;

    private ApiRequest(HttpContext context, ResultFolder folder, ServerOptions options, WorkGate heavy)
    {
        this.heavy = heavy;
        Context = context;
        Folder = folder;
        Options = options;
        HttpRequest request = context.Request;
        Root = options.BaseUrl?.AbsoluteUri.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}{request.PathBase}";
    }

    /// <summary>The request and its answer.</summary>
    internal HttpContext Context { get; }

    /// <summary>The results that answer it.</summary>
    internal ResultFolder Folder { get; }

    /// <summary>What the server was told.</summary>
    internal ServerOptions Options { get; }

    /// <summary>The address of the landing page, without a slash at its end.</summary>
    internal string Root { get; }

    /// <summary>Cancelled when the client goes away or the time of a request is over.</summary>
    internal CancellationToken Cancelled => Context.RequestAborted;

    internal static void Attach(HttpContext context, ResultFolder folder, ServerOptions options, WorkGate heavy) => context.Items[Key] = new ApiRequest(context, folder, options, heavy);

    internal static ApiRequest Of(HttpContext context) => (ApiRequest)context.Items[Key]!;

    /// <summary>Begins to count the work of this request.</summary>
    /// <param name="advice">What to ask for instead where it is too much.</param>
    internal WorkLimit Work(string advice) => new(Options.Limits.Work, advice, Cancelled);

    /// <summary>Does work that may take seconds, in one of the few places for such.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="work">The work.</param>
    /// <exception cref="ProblemException">All places are taken.</exception>
    internal Task<T> HeavyAsync<T>(Func<T> work) => heavy.RunAsync(Context, work, Cancelled);

    /// <summary>Refuses parameters that an address does not take.</summary>
    /// <exception cref="ProblemException">There is such a one.</exception>
    internal void Takes(params IReadOnlyList<string> names)
    {
        string? unknown = Context.Request.Query.Keys.FirstOrDefault(name => !names.Contains(name));
        if (unknown is not null)
        {
            throw ProblemException.Bad($"'{unknown}' is no parameter of this address; use {string.Join(", ", names)}");
        }
    }

    /// <summary>Chooses a representation: by <c>f</c>, else by Accept, else the first.</summary>
    /// <exception cref="ProblemException">None is wanted that there is.</exception>
    internal MediaFormat Choose(params IReadOnlyList<MediaFormat> formats)
    {
        Context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        string? key = Context.Request.Query["f"];
        if (key is not null)
        {
            return formats.FirstOrDefault(format => format.Key == key) ?? throw ProblemException.Bad($"f is '{key}'; use {string.Join(", ", formats.Select(format => format.Key))}");
        }

        IList<MediaTypeHeaderValue> accept = Context.Request.GetTypedHeaders().Accept;
        if (accept.Count == 0)
        {
            return formats[0];
        }

        foreach (MediaTypeHeaderValue wanted in accept.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1))
        {
            if (formats.FirstOrDefault(format => format.Accepts.Any(type => wanted.MatchesAllTypes || (wanted.MatchesAllSubTypes ? type.StartsWith(wanted.Type.Value + "/", StringComparison.OrdinalIgnoreCase) : type.Equals(wanted.MediaType.Value, StringComparison.OrdinalIgnoreCase)))) is { } found)
            {
                return found;
            }
        }

        throw new ProblemException(StatusCodes.Status406NotAcceptable, "Not acceptable", $"there is no such representation; use {string.Join(", ", formats.Select(format => format.MediaType))}");
    }

    /// <summary>Sets the headers by which answers are kept by clients; true where the client has the answer already and 304 was set.</summary>
    internal bool IsKept(string representation)
    {
        HttpResponse response = Context.Response;
        string tag = string.Create(CultureInfo.InvariantCulture, $"W/\"{Folder.Tag}-{StableHash(representation + '|' + Root + Context.Request.Path + Context.Request.QueryString):x8}\"");
        response.Headers.ETag = tag;
        response.Headers.LastModified = Folder.Modified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-cache";
        var headers = Context.Request.GetTypedHeaders();
        bool kept = headers.IfNoneMatch.Count > 0
            ? headers.IfNoneMatch.Any(value => value.Tag == "*" || value.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false))
            : headers.IfModifiedSince is DateTimeOffset since && Folder.Modified.AddTicks(-(Folder.Modified.Ticks % TimeSpan.TicksPerSecond)) <= since;
        if (kept)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
        }

        return kept;
    }

    /// <summary>The address of this request with some parameters changed; null takes one away.</summary>
    internal string Self(params IReadOnlyList<(string Name, string? Value)> changes)
    {
        IEnumerable<KeyValuePair<string, string?>> query = Context.Request.Query
            .Where(pair => changes.All(change => change.Name != pair.Key))
            .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value.ToString()))
            .Concat(changes.Where(change => change.Value is not null).Select(change => KeyValuePair.Create(change.Name, change.Value)));
        return Root + Context.Request.Path.ToUriComponent() + QueryString.Create(query).ToUriComponent();
    }

    /// <summary>Answers with a document.</summary>
    internal Task WriteAsync(JsonObject document, string mediaType = "application/json") => WriteAsync(document.ToJsonString(Json), mediaType);

    /// <summary>Answers with text.</summary>
    internal Task WriteAsync(string text, string mediaType)
    {
        Context.Response.ContentType = mediaType;
        return Context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), Cancelled).AsTask();
    }

    private static uint StableHash(string text) => (uint)FeatureParser.Hash(Encoding.UTF8.GetBytes(text));
}
