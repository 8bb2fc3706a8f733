using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;

namespace IrrigationWatch.Benchmarks;

/// <summary>
/// What viewers and programs ask of <see cref="FullServed"/>, mixed and always the same: <c>requests.tsv</c> (method, path, body) and,
/// of as many of them as fit, the answers as the files <c>static/0</c>, <c>static/1</c>… with their packed form beside, for a server of files.
/// </summary>
internal static class ServedRequests
{
    private const int Answers = 2000;
    private const int LeastZoom = 8;
    private const int MostZoom = 14;

    internal static void Make(Uri address, string folder, int count)
    {
        var random = new Random(20261125);
        (string Method, string Path, string Body)[] requests = [.. Enumerable.Range(0, count).Select(_ => Next(random))];
        File.WriteAllLines(Path.Combine(folder, "requests.tsv"), requests.Select(request => $"{request.Method}\t{request.Path}\t{request.Body}"));
        string answers = Path.Combine(folder, "static");
        Directory.CreateDirectory(answers);
        using var client = new HttpClient { BaseAddress = address };
        long bytes = 0;
        for (int i = 0; i < Math.Min(Answers, count); i++)
        {
            bytes += Keep(client, requests[i], Path.Combine(answers, i.ToString(CultureInfo.InvariantCulture)));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} requests; the answers to {Math.Min(Answers, count)} have {bytes / (double)Math.Min(Answers, count) / 1000:F1} kB each as sent"));
    }

    private static long Keep(HttpClient client, (string Method, string Path, string Body) request, string file)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Path);
        message.Headers.AcceptEncoding.ParseAdd("gzip");
        if (request.Body.Length > 0)
        {
            message.Content = new StringContent(request.Body, Encoding.UTF8, "application/json");
        }

        using HttpResponseMessage answer = client.Send(message);
        byte[] body = answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"{request.Method} {request.Path}: {(int)answer.StatusCode} {Encoding.UTF8.GetString(body)}");
        }

        if (answer.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            File.WriteAllBytes(file + ".gz", body);
            using var packed = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            using FileStream plain = File.Create(file);
            packed.CopyTo(plain);
        }
        else
        {
            File.WriteAllBytes(file, body);
        }

        return body.Length;
    }

    private static (string Method, string Path, string Body) Next(Random random)
    {
        int year = FullServed.FirstYear + random.Next(FullServed.Years);
        string polygons = $"irrigated-{year}";
        (double west, double south, double east, double north) = FullServed.Grid.GeographicBounds();

        // A box in degrees about a square of UTM reaches beyond it at its corners; places are asked for inside.
        double x = west + (0.05 + 0.9 * random.NextDouble()) * (east - west);
        double y = south + (0.05 + 0.9 * random.NextDouble()) * (north - south);
        string box = string.Create(CultureInfo.InvariantCulture, $"{x:F4},{y:F4},{x + 0.02:F4},{y + 0.02:F4}");
        int zone = 1 + random.Next(30);
        return random.Next(100) switch
        {
            < 25 => Get($"/tiles/class-{year}/{Tile(random, x, y)}.png"),
            < 35 => Get($"/tiles/probability-{year}/{Tile(random, x, y)}.webp"),
            < 55 => Get($"/tiles/{polygons}/{Tile(random, x, y)}.mvt"),
            < 65 => Get($"/collections/{polygons}/items?limit=100&bbox={box}"),
            < 70 => Get($"/collections/{polygons}/items?limit=100&offset={random.Next(90_000)}"),
            < 75 => Get($"/collections/{polygons}/items?limit=50&bbox={box}&filter=area_ha%20%3E%201.5&sortby=-area_ha"),
            < 80 => Get($"/collections/{polygons}/items?limit=100&f=csv&bbox={box}"),
            < 85 => Get($"/collections/areas/items?limit=100&zone=zone%20{zone}"),
            < 95 => Get(string.Create(CultureInfo.InvariantCulture, $"/series?lon={x:F4}&lat={y:F4}")),
            < 97 => ("POST", "/series", string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"Polygon\",\"coordinates\":[[[{x:F4},{y:F4}],[{x + 0.03:F4},{y:F4}],[{x + 0.02:F4},{y + 0.02:F4}],[{x:F4},{y:F4}]]]}}")),
            < 98 => Get("/collections"),
            < 99 => Get($"/collections/{polygons}?f=html"),
            _ => Get("/map/"),
        };
    }

    private static (string Method, string Path, string Body) Get(string path) => ("GET", path, string.Empty);

    /// <summary>The tile of a place at a random zoom.</summary>
    private static string Tile(Random random, double longitude, double latitude)
    {
        int zoom = random.Next(LeastZoom, MostZoom + 1);
        double tiles = 1 << zoom;
        int column = (int)((longitude + 180) / 360 * tiles);
        double radians = latitude * Math.PI / 180;
        int row = (int)((1 - Math.Asinh(Math.Tan(radians)) / Math.PI) / 2 * tiles);
        return string.Create(CultureInfo.InvariantCulture, $"{zoom}/{column}/{row}");
    }
}
