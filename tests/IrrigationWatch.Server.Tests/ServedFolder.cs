using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Tests;

/// <summary>A small folder of results of three years, made of maps whose every pixel is known, and a server of it.</summary>
public sealed class ServedFolder : IAsyncLifetime
{
    internal const int Width = 90;
    internal const int Height = 70;
    internal static readonly int[] Years = [2010, 2011, 2012];

    private readonly ScratchFolder scratch = new();

    internal string Folder => scratch.File("served", "out");

    internal ResultServer Server { get; private set; } = null!;

    internal HttpClient Client { get; } = new(new HttpClientHandler { AllowAutoRedirect = false });

    internal static Grid Grid { get; } = new("EPSG:32644", 441225, 4890015, 30, 30, Width, Height);

    public async ValueTask InitializeAsync()
    {
        Make(Folder);
        PlantTraps();
        Server = await ResultServer.StartAsync(new ServerOptions { Folder = Folder, Port = 0, ReloadEvery = TimeSpan.FromMilliseconds(50) });
        Client.BaseAddress = Server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        scratch.Dispose();
    }

    /// <summary>1 irrigated in squares that move with the year, 2 rainfed, 0 not observed in a corner of the last year.</summary>
    internal static byte ClassAt(int column, int row, int year) =>
        year == 2012 && column < 20 && row < 20 ? (byte)0 : (column / 10 + row / 10 + year) % 3 == 0 ? (byte)1 : (byte)2;

    internal static void Make(string folder)
    {
        double[] outline = [.. Grid.GeographicBounds() is var b ? [b.West, b.South, b.East, b.North] : Array.Empty<double>()];
        double middle = (outline[0] + outline[2]) / 2;
        Zone[] zones =
        [
            new("West \"bank\"", "KZ", GeometryFactory.Default.ToGeometry(new Envelope(outline[0], middle, outline[1], outline[3]))),
            new("East, lower", "CN", GeometryFactory.Default.ToGeometry(new Envelope(middle, outline[2], outline[1], outline[3]))),
        ];
        var maps = new List<PublishedMap>();
        foreach (int year in Years)
        {
            string at = Path.Combine(folder, "years", year.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Directory.CreateDirectory(at);
            string map = Path.Combine(at, "irrigated.tif");
            Write(map, RasterType.Byte, 1, new CogOptions { NoData = 0, IsCategorical = true, Metadata = Metadata(year, ("CLASSES", "1=irrigated;2=rainfed")) }, (_, column, row) => ClassAt(column, row, year));
            string probability = Path.Combine(at, "probability.tif");
            Write(probability, RasterType.Int16, 1, new CogOptions { NoData = -9999, Scale = 0.0001, Metadata = Metadata(year) }, (_, column, row) => ClassAt(column, row, year) switch { 0 => -9999, 1 => 9000, _ => 1000 });
            string features = Path.Combine(at, "features.tif");
            Write(features, RasterType.Float32, 4, new CogOptions { NoData = double.NaN, BandNames = ["spring_ndvi_median", "early_ndvi_median", "late_ndvi_median", "year_ndvi_p90"], Metadata = Metadata(year) }, (band, column, row) => ClassAt(column, row, year) == 0 ? double.NaN : 0.1 * band + 0.4 * (ClassAt(column, row, year) == 1 ? 1 : 0));
            maps.Add(new PublishedMap(year, map, probability, []));
        }

        Publication.Write(folder, maps, new PublicationOptions { Name = "Test basin <1>", Source = "Made for tests", Zones = zones, ZonesFile = "zones.geojson", Counted = new ClassValues("irrigated", [1]), Formats = ["csv", "geojson", "cog"], Names = new SortedDictionary<double, string> { [1] = "irrigated", [2] = "rainfed" } });
    }

    internal async Task<JsonNode> GetAsync(string path)
    {
        using HttpResponseMessage answer = await Client.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asserts that a request is refused as a problem, and gives its detail.</summary>
    internal async Task<string> RefusedAsync(int status, string path)
    {
        using HttpResponseMessage answer = await Client.GetAsync(path);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{path}: {(int)answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonNode problem = JsonNode.Parse(text)!;
        Assert.Equal(status, (int)problem["status"]!);
        return (string)problem["detail"]!;
    }

    /// <summary>What must not be reached: a file beside the folder, a hidden one, links out of it.</summary>
    private void PlantTraps()
    {
        const string Secret = "TOP SECRET";
        string beside = scratch.File("served", "secret.txt");
        File.WriteAllText(beside, Secret);
        File.WriteAllText(Path.Combine(Folder, ".hidden.csv"), Secret);
        Directory.CreateDirectory(scratch.File("served", "elsewhere"));
        File.WriteAllText(scratch.File("served", "elsewhere", "secret.csv"), Secret);
        File.CreateSymbolicLink(Path.Combine(Folder, "link.csv"), beside);
        Directory.CreateSymbolicLink(Path.Combine(Folder, "linked"), scratch.File("served", "elsewhere"));
    }

    private static SortedDictionary<string, string> Metadata(int year, params (string Name, string Value)[] more)
    {
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEAR"] = year.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        foreach ((string name, string value) in more)
        {
            items.Add(name, value);
        }

        return items;
    }

    private static void Write(string path, RasterType type, int bands, CogOptions options, Func<int, int, int, double> value)
    {
        using var writer = new CogWriter(path, Grid, type, bands, options);
        for (int band = 1; band <= bands; band++)
        {
            double[] values = [.. Enumerable.Range(0, Width * Height).Select(i => value(band, i % Width, i / Width))];
            var window = new PixelWindow(0, 0, Width, Height);
            switch (type)
            {
                case RasterType.Byte:
                    writer.Write<byte>(band, window, [.. values.Select(v => (byte)v)]);
                    break;
                case RasterType.Int16:
                    writer.Write<short>(band, window, [.. values.Select(v => (short)v)]);
                    break;
                default:
                    writer.Write<float>(band, window, [.. values.Select(v => (float)v)]);
                    break;
            }
        }

        writer.Commit();
    }
}

/// <summary>Tests that share <see cref="ServedFolder"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ServedFolderCollection : ICollectionFixture<ServedFolder>
{
    internal const string Name = "served folder";
}
