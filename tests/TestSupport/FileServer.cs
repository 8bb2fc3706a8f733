using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IrrigationWatch.TestSupport;

/// <summary>
/// A small web server on 127.0.0.1 over a folder, with range requests, folder listings as Apache writes them, the part of
/// S3 that reading needs, and the ways in which real servers fail.
/// </summary>
internal sealed class FileServer : IDisposable
{
    private readonly string root;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, int> requests = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    internal FileServer(string root)
    {
        this.root = root;
        listener.Start();
        _ = AcceptAsync();
    }

    internal string Address => $"http://127.0.0.1:{Port}";

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Chooses how a request is answered, by its path and how often that was asked for before; null for as it should be.</summary>
    internal Func<string, int, Misbehaviour?> Behave { get; set; } = (_, _) => null;

    /// <summary>Answers folder listings; many servers do not.</summary>
    internal bool Lists { get; set; } = true;

    /// <summary>Asks for a signature, as S3 does.</summary>
    internal bool NeedsAuthorization { get; set; }

    /// <summary>Bytes of files sent.</summary>
    internal long Sent;

    /// <summary>Requests for files and listings, of whatever path.</summary>
    internal int Requests => requests.Values.Sum();

    internal int RequestsOf(string path) => requests.GetValueOrDefault(path);

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                // Or each answer waits 40 ms for the client to confirm its head.
                client.NoDelay = true;
                NetworkStream stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } request)
                {
                    var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                    while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } header)
                    {
                        int colon = header.IndexOf(':', StringComparison.Ordinal);
                        headers[header[..colon]] = header[(colon + 1)..].Trim();
                    }

                    string[] parts = request.Split(' ');
                    if (!await AnswerAsync(stream, parts[0], parts[1], headers))
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client or the test went away.
        }
    }

    /// <summary>Answers one request; false to close the connection.</summary>
    private async Task<bool> AnswerAsync(NetworkStream stream, string method, string target, Dictionary<string, string> headers)
    {
        int mark = target.IndexOf('?', StringComparison.Ordinal);
        string path = Uri.UnescapeDataString(mark < 0 ? target : target[..mark]);
        string query = mark < 0 ? string.Empty : target[(mark + 1)..];
        int before = requests.AddOrUpdate(path, 1, (_, count) => count + 1) - 1;
        Misbehaviour? behaviour = Behave(path, before);
        if (behaviour is { Status: int status })
        {
            return await SendAsync(stream, method, status, "text/plain", Encoding.ASCII.GetBytes("no"), string.Empty);
        }

        if (NeedsAuthorization && !headers.ContainsKey("Authorization"))
        {
            return await SendAsync(stream, method, 403, "application/xml", "<Error><Code>AccessDenied</Code></Error>"u8.ToArray(), string.Empty);
        }

        string file = Path.Combine(root, path.TrimStart('/'));
        if (query.Contains("list-type=2", StringComparison.Ordinal) || query.Contains("prefix=", StringComparison.Ordinal) || query.Contains("delimiter=", StringComparison.Ordinal))
        {
            return await SendAsync(stream, method, 200, "application/xml", Bucket(path, query), string.Empty);
        }

        if (Directory.Exists(file))
        {
            // As Apache does: a folder's address ends with a slash.
            return !path.EndsWith('/')
                ? await SendAsync(stream, method, 301, "text/plain", [], $"Location: {Address}{path}/\r\n")
                : Lists
                    ? await SendAsync(stream, method, 200, "text/html", Listing(path, file), string.Empty)
                    : await SendAsync(stream, method, 403, "text/plain", "no"u8.ToArray(), string.Empty);
        }

        if (!File.Exists(file))
        {
            return await SendAsync(stream, method, 404, "text/plain", "no"u8.ToArray(), string.Empty);
        }

        return await SendFileAsync(stream, method, file, headers.GetValueOrDefault("Range"), behaviour);
    }

    private async Task<bool> SendFileAsync(NetworkStream stream, string method, string file, string? range, Misbehaviour? behaviour)
    {
        byte[] content = await File.ReadAllBytesAsync(file, stop.Token);
        string tag = $"ETag: \"{File.GetLastWriteTimeUtc(file).Ticks}\"\r\n";
        int from = 0;
        int to = content.Length - 1;
        int status = 200;
        string extra = "Accept-Ranges: bytes\r\n" + tag;
        if (range is not null && range.StartsWith("bytes=", StringComparison.Ordinal))
        {
            string[] ends = range[6..].Split('-');
            from = int.Parse(ends[0], CultureInfo.InvariantCulture);
            to = ends[1].Length == 0 ? to : Math.Min(to, int.Parse(ends[1], CultureInfo.InvariantCulture));
            if (from >= content.Length)
            {
                return await SendAsync(stream, method, 416, "text/plain", [], $"Content-Range: bytes */{content.Length}\r\n");
            }

            status = 206;
            extra += string.Create(CultureInfo.InvariantCulture, $"Content-Range: bytes {from}-{to}/{content.Length}\r\n");
        }

        byte[] body = content[from..(to + 1)];
        if (method != "HEAD")
        {
            Interlocked.Add(ref Sent, body.Length);
        }

        if (behaviour is null || method == "HEAD")
        {
            return await SendAsync(stream, method, status, "application/octet-stream", body, extra);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: application/octet-stream\r\nContent-Length: {body.Length}\r\n{extra}\r\n")), stop.Token);
        int whole = behaviour.CutAfter is int cut ? Math.Min(cut, body.Length) : body.Length;
        for (int sent = 0; sent < whole; sent += behaviour.Piece)
        {
            await stream.WriteAsync(body.AsMemory(sent, Math.Min(behaviour.Piece, whole - sent)), stop.Token);
            await stream.FlushAsync(stop.Token);
            if (behaviour.Pause > TimeSpan.Zero)
            {
                await Task.Delay(behaviour.Pause, stop.Token);
            }
        }

        return behaviour.CutAfter is null;
    }

    private async Task<bool> SendAsync(NetworkStream stream, string method, int status, string type, byte[] body, string extra)
    {
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n{extra}\r\n"));
        await stream.WriteAsync(head, stop.Token);
        if (method != "HEAD")
        {
            await stream.WriteAsync(body, stop.Token);
        }

        return true;
    }

    private static byte[] Listing(string path, string folder)
    {
        var page = new StringBuilder($"<html><head><title>Index of {path}</title></head><body><h1>Index of {path}</h1><pre><a href=\"../\">Parent Directory</a>\n");
        foreach (string entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(entry) + (Directory.Exists(entry) ? "/" : string.Empty);
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"{name}\">{name}</a>  24-Nov-2020 10:00  {(File.Exists(entry) ? new FileInfo(entry).Length : 0)}\n");
        }

        return Encoding.UTF8.GetBytes(page.Append("</pre></body></html>").ToString());
    }

    /// <summary>ListObjects: the keys of a bucket below a prefix, those below a delimiter summed up as prefixes.</summary>
    private byte[] Bucket(string path, string query)
    {
        string bucket = path.Trim('/');
        Dictionary<string, string> options = query.Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : string.Empty, StringComparer.Ordinal);
        string prefix = options.GetValueOrDefault("prefix", string.Empty);
        bool folders = options.GetValueOrDefault("delimiter") == "/";
        string home = Path.Combine(root, bucket);
        var contents = new StringBuilder();
        var prefixes = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string key = Path.GetRelativePath(home, file);
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            int slash = folders ? key.IndexOf('/', prefix.Length) : -1;
            if (slash >= 0)
            {
                prefixes.Add(key[..(slash + 1)]);
            }
            else
            {
                contents.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><LastModified>2020-11-24T10:00:00.000Z</LastModified><ETag>&quot;1&quot;</ETag><Size>{new FileInfo(file).Length}</Size><StorageClass>STANDARD</StorageClass></Contents>");
            }
        }

        string common = string.Concat(prefixes.Select(folder => $"<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"));
        return Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{bucket}</Name><Prefix>{prefix}</Prefix><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{contents}{common}</ListBucketResult>");
    }
}

/// <summary>A way in which a server fails.</summary>
/// <param name="Status">Answers with this status and no file.</param>
/// <param name="CutAfter">Closes the connection after so many bytes.</param>
/// <param name="Piece">Sends so many bytes at a time.</param>
/// <param name="Pause">Waits so long between them.</param>
internal sealed record Misbehaviour(int? Status = null, int? CutAfter = null, int Piece = 1 << 20, TimeSpan Pause = default);
