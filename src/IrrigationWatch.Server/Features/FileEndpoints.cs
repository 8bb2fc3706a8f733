using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using IrrigationWatch.Publishing;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace IrrigationWatch.Server.Features;

/// <summary>Published files as they are, and the parts of pages. Names are looked up, never joined to a path.</summary>
internal static class FileEndpoints
{
    /// <summary>The report holds its own script; shut in a sandbox it can do no more than draw.</summary>
    private const string ReportPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; sandbox allow-scripts allow-popups";

    private static readonly FileExtensionContentTypeProvider Types = new(new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = "text/csv; charset=utf-8",
        [".geojson"] = "application/geo+json",
        [".ndjson"] = "application/geo+json-seq",
        [".json"] = "application/json",
        [".parquet"] = "application/vnd.apache.parquet",
        [".gpkg"] = "application/geopackage+sqlite3",
        [".tif"] = "image/tiff; application=geotiff; profile=cloud-optimized",
        [".qml"] = "application/xml",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".mp4"] = "video/mp4",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".html"] = "text/html; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".txt"] = "text/plain; charset=utf-8",
    });

    private static readonly Dictionary<string, (byte[] Bytes, string Tag)> Assets = ReadAssets();

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/files", context => ListAsync(ApiRequest.Of(context)));
        routes.MapGet("/files/{**name}", context => SendAsync(ApiRequest.Of(context)));
        routes.MapGet("/assets/{**name}", context => AssetAsync(ApiRequest.Of(context), (string?)context.Request.RouteValues["name"] ?? string.Empty));
        routes.MapGet("/map", context =>
        {
            // Its parts are named relative to it, so that it works below any address of a proxy.
            if (!context.Request.Path.Value!.EndsWith('/'))
            {
                context.Response.Redirect(ApiRequest.Of(context).Root + "/map/" + context.Request.QueryString);
                return Task.CompletedTask;
            }

            return AssetAsync(ApiRequest.Of(context), "map.html");
        });
        routes.MapGet("/texts/{language}", context => TextsAsync(ApiRequest.Of(context)));
        routes.MapGet("/favicon.ico", context => AssetAsync(ApiRequest.Of(context), "icon.svg"));
    }

    private static async Task ListAsync(ApiRequest request)
    {
        request.Takes("f");
        MediaFormat format = request.Choose(MediaFormat.Json, MediaFormat.Html);
        if (request.IsKept(format.Key))
        {
            return;
        }

        IEnumerable<PublishedFile> files = request.Folder.Files.Values;
        if (format == MediaFormat.Json)
        {
            var list = new JsonArray([.. files.Select(file => new JsonObject { ["name"] = file.Name, ["href"] = AddressOf(request, file), ["type"] = TypeOf(file.Name), ["bytes"] = file.Length, ["modified"] = file.Modified.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) })]);
            await request.WriteAsync(new JsonObject { ["files"] = list }).ConfigureAwait(false);
            return;
        }

        string table = HtmlPage.Table(["File", "Bytes"], files.Where(file => !file.Name.StartsWith("stac/", StringComparison.Ordinal)).Select(file => new[] { HtmlPage.Anchor(AddressOf(request, file), file.Name), file.Length.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') }));
        await request.WriteAsync(HtmlPage.Make(request, "Files", [], table), HtmlPage.MediaType).ConfigureAwait(false);
    }

    /// <summary>The words of pages in a language.</summary>
    private static async Task TextsAsync(ApiRequest request)
    {
        request.Takes();
        Texts texts = Texts.Find((string)request.Context.Request.RouteValues["language"]!) ?? throw ProblemException.NotFound($"there is no such language; use {string.Join(", ", Texts.Codes)}");
        if (!request.IsKept(texts.Code))
        {
            await request.WriteAsync(new JsonObject(texts.Words.Select(word => KeyValuePair.Create(word.Key, (JsonNode?)word.Value)))).ConfigureAwait(false);
        }
    }

    private static async Task SendAsync(ApiRequest request)
    {
        request.Takes();
        string name = WebUtility.UrlDecode(((string?)request.Context.Request.RouteValues["name"] ?? string.Empty).Replace("+", "%2B", StringComparison.Ordinal));
        if (!request.Folder.Files.TryGetValue(name, out PublishedFile? file))
        {
            throw ProblemException.NotFound("there is no such file; /files lists those that there are");
        }

        // It may have been replaced since the folder was read, even by a link.
        var now = new FileInfo(file.Path);
        if (!now.Exists || now.LinkTarget is not null)
        {
            throw ProblemException.NotFound($"{name} is no longer there; a new run may be under way");
        }

        if (name.EndsWith(".html", StringComparison.Ordinal))
        {
            request.Context.Response.Headers.ContentSecurityPolicy = ReportPolicy;
        }

        request.Context.Response.Headers.CacheControl = "no-cache";
        var modified = new DateTimeOffset(now.LastWriteTimeUtc, TimeSpan.Zero);
        await TypedResults.PhysicalFile(file.Path, TypeOf(name), lastModified: modified, entityTag: new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{now.Length:x}-{modified.UtcTicks:x}\"")), enableRangeProcessing: true)
            .ExecuteAsync(request.Context).ConfigureAwait(false);
    }

    internal static async Task AssetAsync(ApiRequest request, string name)
    {
        if (!Assets.TryGetValue(name, out (byte[] Bytes, string Tag) asset))
        {
            throw ProblemException.NotFound("there is no such part of a page");
        }

        HttpResponse response = request.Context.Response;
        response.Headers.ETag = asset.Tag;
        response.Headers.CacheControl = "no-cache";
        if (request.Context.Request.Headers.IfNoneMatch.ToString().Contains(asset.Tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = TypeOf(name);
        await response.Body.WriteAsync(asset.Bytes, request.Cancelled).ConfigureAwait(false);
    }

    private static string AddressOf(ApiRequest request, PublishedFile file) => request.Root + "/files/" + string.Join('/', file.Name.Split('/').Select(Uri.EscapeDataString));

    private static string TypeOf(string name) => Types.TryGetContentType(name, out string? type) ? type : "application/octet-stream";

    private static Dictionary<string, (byte[], string)> ReadAssets()
    {
        const string Prefix = "Assets/";
        Assembly assembly = typeof(FileEndpoints).Assembly;
        var assets = new Dictionary<string, (byte[], string)>(StringComparer.Ordinal);
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            byte[] bytes = copy.ToArray();
            assets.Add(name[Prefix.Length..], (bytes, $"W/\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16]}\""));
        }

        return assets;
    }
}
