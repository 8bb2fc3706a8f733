using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Operations;

/// <summary>A request that is refused: becomes an answer of <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="title">What kind of problem.</param>
/// <param name="detail">What is wrong with this request, and what to do.</param>
internal sealed class ProblemException(int status, string title, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    internal int Status => status;

    /// <summary>What kind of problem.</summary>
    internal string Title => title;

    /// <summary>A request that is wrong in itself.</summary>
    internal static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "Bad request", detail);

    /// <summary>Something that is not there.</summary>
    internal static ProblemException NotFound(string detail) => new(StatusCodes.Status404NotFound, "Not found", detail);

    /// <summary>Writes a problem as the answer, unless one has begun.</summary>
    internal static async Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        response.Headers.Remove("ETag");
        response.Headers.Remove("Last-Modified");
        response.Headers.Remove("Content-Crs");
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(stream.ToArray(), context.RequestAborted).ConfigureAwait(false);
        }
    }
}
