using System.Net;
using IrrigationWatch.Server.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// What every request passes: headers of security, host and method, a place among those that are worked on, a time limit,
/// the state of the folder; and failures become <c>application/problem+json</c>.
/// </summary>
internal sealed class RequestGate(ResultHolder holder, ServerOptions options, ApiKeys? keys, ILogger logger) : IDisposable
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private readonly SemaphoreSlim places = new(options.Limits.Concurrency);
    private readonly SemaphoreSlim bodies = new(options.Limits.Concurrency);
    private readonly WorkGate heavy = new(options.Limits, TimeProvider.System);
    private int waiting;

    /// <summary>The port of metrics and of nothing else; 0 for none.</summary>
    internal int MetricsPort { get; set; }

    internal async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        Secure(context.Response.Headers);
        try
        {
            Check(context);
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                context.Response.Headers.Allow = "GET, HEAD, OPTIONS, POST";
                context.Response.Headers.AccessControlAllowMethods = "GET, HEAD, OPTIONS, POST";
                context.Response.Headers.AccessControlAllowHeaders = "Content-Type, Accept, If-None-Match, " + ApiKeys.Header;
                context.Response.Headers.AccessControlMaxAge = "86400";
                return;
            }

            // Kestrel sends no body where the client asked by HEAD; for routing it is a GET.
            context.Request.Method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
            if (IsOperation(context.Request.Path))
            {
                // A watchman waits behind nobody.
                await next(context).ConfigureAwait(false);
                RefuseUnknown(context);
                return;
            }

            keys?.Check(context);
            if (HttpMethods.IsPost(context.Request.Method))
            {
                await TakeBodyAsync(context).ConfigureAwait(false);
            }

            await EnterAsync(context, next).ConfigureAwait(false);
        }
        catch (ProblemException e)
        {
            ServerMetrics.Refused.Add(1, new KeyValuePair<string, object?>("status", e.Status));
            await ProblemException.WriteAsync(context, e.Status, e.Title, e.Message).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            await ProblemException.WriteAsync(context, e.StatusCode, "Bad request", e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (InputException e)
        {
            ServerLog.Failed(logger, context.Request.Path, e.Message);
            await ProblemException.WriteAsync(context, StatusCodes.Status500InternalServerError, "Damaged result", $"{Path.GetFileName(e.File)} {e.Problem}").ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            ServerLog.Fault(logger, context.Request.Path, e);
            await ProblemException.WriteAsync(context, StatusCodes.Status500InternalServerError, "Fault of the server", "the request could not be answered; the log of the server says why").ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        places.Dispose();
        bodies.Dispose();
        heavy.Dispose();
    }

    /// <summary>What a watchman asks for, who has no key.</summary>
    private static bool IsOperation(PathString path) => path == "/health" || path == "/ready" || path == ServerMetrics.Path;

    private static void RefuseUnknown(HttpContext context)
    {
        if (!context.Response.HasStarted && context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
        {
            throw context.Response.StatusCode == StatusCodes.Status404NotFound
                ? ProblemException.NotFound("there is nothing at this address; the landing page says what there is")
                : new ProblemException(StatusCodes.Status405MethodNotAllowed, "Method not allowed", "this address takes GET and HEAD");
        }
    }

    /// <summary>Reads a body to its end before the request gets a place: who sends slowly keeps none from others.</summary>
    private async Task TakeBodyAsync(HttpContext context)
    {
        if (!bodies.Wait(0, CancellationToken.None))
        {
            throw Busy(context);
        }

        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            limit.CancelAfter(options.Limits.Sending);
            var body = new MemoryStream();
            context.Response.RegisterForDispose(body);
            await context.Request.Body.CopyToAsync(body, limit.Token).ConfigureAwait(false);
            body.Position = 0;
            context.Request.Body = body;
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            throw new ProblemException(StatusCodes.Status408RequestTimeout, "Sent too slowly", FormattableString.Invariant($"the body took more than {options.Limits.Sending.TotalSeconds:0.#} s; send it again, or less of it"));
        }
        finally
        {
            bodies.Release();
        }
    }

    private static ProblemException Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return new ProblemException(StatusCodes.Status503ServiceUnavailable, "Too busy", "too many requests are being worked on; try again in a moment");
    }

    private async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        CancellationToken client = context.RequestAborted;
        if (!places.Wait(0, client))
        {
            if (Interlocked.Increment(ref waiting) > options.Limits.Queue)
            {
                Interlocked.Decrement(ref waiting);
                throw Busy(context);
            }

            try
            {
                await places.WaitAsync(client).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                Interlocked.Decrement(ref waiting);
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(client);
        limit.CancelAfter(options.Limits.Time);
        context.RequestAborted = limit.Token;
        try
        {
            using ResultHolder.Lease lease = holder.Acquire();
            ApiRequest.Attach(context, lease.Folder, options, heavy);
            await next(context).ConfigureAwait(false);
            RefuseUnknown(context);
        }
        catch (OperationCanceledException) when (!client.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Took too long", FormattableString.Invariant($"the request took more than {options.Limits.Time.TotalSeconds:0.#} s; ask for less, for example by bbox or limit"));
        }
        catch (OperationCanceledException)
        {
            // The client went away.
        }
        finally
        {
            // The refusal of a request whose time is over can still be sent.
            context.RequestAborted = client;
            places.Release();
        }
    }

    private void Check(HttpContext context)
    {
        string method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method) && !HttpMethods.IsPost(method))
        {
            context.Response.Headers.Allow = "GET, HEAD, OPTIONS, POST";
            throw new ProblemException(StatusCodes.Status405MethodNotAllowed, "Method not allowed", $"{method} is not taken; results are only read");
        }

        if (context.Request.Path == ServerMetrics.Path != (MetricsPort != 0 && context.Connection.LocalPort == MetricsPort))
        {
            throw ProblemException.NotFound("there is nothing at this address; the landing page says what there is");
        }

        // A page of a stranger must not reach a server on this machine under a name of its own.
        string host = context.Request.Host.Host.Trim('[', ']');
        bool isLocal = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
        bool isOwn = options.BaseUrl is Uri own && host.Equals(own.Host, StringComparison.OrdinalIgnoreCase);
        bool isOpen = options.BaseUrl is null && !(IPAddress.TryParse(options.Listen, out IPAddress? listen) && IPAddress.IsLoopback(listen));
        if (!isLocal && !isOwn && !isOpen)
        {
            throw new ProblemException(StatusCodes.Status421MisdirectedRequest, "Wrong host", "this server does not answer under that name; give it with --base-url");
        }
    }

    private static void Secure(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // Results are there to be read by other tools, whatever page they run in. No cookie is ever set.
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "Link, ETag, Content-Crs, OGC-NumberMatched, OGC-NumberReturned";
    }
}
