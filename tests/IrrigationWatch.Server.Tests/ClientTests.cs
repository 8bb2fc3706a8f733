using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Server.Tests;

/// <summary>What clients do: GDAL over HTTP, browsers' caches, downloads, other CRSs, a new run.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class ClientTests(ServedFolder served)
{
    private const string Ogr = """
        import sys
        from osgeo import ogr, gdal
        gdal.UseExceptions()
        data = ogr.Open('OAPIF:' + sys.argv[1])
        for i in range(data.GetLayerCount()):
            layer = data.GetLayer(i)
            count, area, empty, ids = 0, 0.0, 0, set()
            for feature in layer:
                count += 1
                ids.add(feature.GetField('id'))
                geometry = feature.GetGeometryRef()
                empty += geometry is None or not geometry.IsValid()
            print(layer.GetName(), layer.GetFeatureCount(), count, len(ids), empty)
        """;

    [Fact]
    public async Task GDAL_lists_and_reads_every_collection()
    {
        (int code, string output) = await PeerAsync(Ogr, served.Server.Address.AbsoluteUri.TrimEnd('/'));
        Assert.True(code == 0, output);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            int expected = (int)(await served.GetAsync($"/collections/{parts[0]}/items"))["numberMatched"]!;
            Assert.Equal([expected, expected, expected, 0], parts[1..].Select(part => int.Parse(part, CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task GDAL_pages_through_all_features_however_many()
    {
        using var scratch = new ScratchFolder();
        string folder = scratch.File("out");
        ServedFolder.Make(folder);
        int count = Form.Cases(20_003, 100_003);
        LandPolygonFile.Write(Path.Combine(folder, "irrigated-2011.geojson"), [.. Enumerable.Range(0, count).Select(i =>
        {
            double x = 75 + i % 400 * 0.02;
            double y = 43 + i / 400 * 0.005;
            return new LandPolygon($"2011/{i}", "irrigated", 2011, i % 3 == 0 ? "a" : "b", "KZ", i * 0.09, i % 7 == 0 ? null : 0.5, [[x, y, x + 0.001, y, x + 0.001, y + 0.001, x, y + 0.001, x, y]]);
        })]);
        await using ResultServer server = await ResultServer.StartAsync(new ServerOptions { Folder = folder, Port = 0 });
        (int code, string output) = await PeerAsync(Ogr.Replace("range(data.GetLayerCount())", "[l for l in range(data.GetLayerCount()) if data.GetLayer(l).GetName() == 'irrigated-2011']", StringComparison.Ordinal), server.Address.AbsoluteUri.TrimEnd('/'));
        Assert.True(code == 0, output);
        Assert.Equal($"irrigated-2011 {count} {count} {count} 0", output.Trim());
        using var client = new HttpClient { BaseAddress = server.Address };
        JsonNode largest = JsonNode.Parse(await client.GetStringAsync("/collections/irrigated-2011/items?filter=zone%3D'b'%20AND%20area_ha%20%3C%20100&sortby=-area_ha&limit=2"))!;
        Assert.Equal(Enumerable.Range(0, 1112).Count(i => i % 3 != 0), (int)largest["numberMatched"]!);
        Assert.Equal(["2011/1111", "2011/1109"], ((JsonArray)largest["features"]!).Select(feature => (string)feature!["id"]!));
    }

    [Fact]
    public async Task FlatGeobuf_CSV_and_other_CRSs_hold_the_same_features()
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("irrigated.fgb");
        await File.WriteAllBytesAsync(file, await served.Client.GetByteArrayAsync("/collections/irrigated-2011/items?f=fgb&limit=10000"));
        (int code, string output) = await PeerAsync("""
            import sys, json, urllib.request
            from osgeo import ogr, osr, gdal
            gdal.UseExceptions()
            data = ogr.Open(sys.argv[1])
            layer = data.GetLayer(0)
            own = {f.GetField('id'): (f.GetGeometryRef().Clone(), f.GetField('area_ha')) for f in layer}
            wgs, utm = osr.SpatialReference(), osr.SpatialReference()
            wgs.ImportFromEPSG(4326); utm.ImportFromEPSG(32644)
            wgs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER); utm.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
            to = osr.CoordinateTransformation(wgs, utm)
            worst = 0
            page = json.load(urllib.request.urlopen(sys.argv[2] + 'collections/irrigated-2011/items?limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/32644'))
            for f in page['features']:
                there = ogr.CreateGeometryFromJson(json.dumps(f['geometry']))
                here = own[f['id']][0]
                here.Transform(to)
                a, b = there.GetEnvelope(), here.GetEnvelope()
                worst = max(worst, *[abs(x - y) for x, y in zip(a, b)])
                assert abs(own[f['id']][1] - f['properties']['area_ha']) < 1e-9
            swapped = json.load(urllib.request.urlopen(sys.argv[2] + 'collections/zones/items?crs=http://www.opengis.net/def/crs/EPSG/0/4326'))
            print(len(own), len(page['features']), worst < 0.002, 40 < swapped['features'][0]['geometry']['coordinates'][0][0][0] < 50)
            """, file, served.Server.Address.AbsoluteUri);
        Assert.True(code == 0, output);
        string csv = await served.Client.GetStringAsync("/collections/irrigated-2011/items?f=csv&limit=10000");
        int rows = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length - 1;
        Assert.Equal($"{rows} {rows} True True", output.Trim());
        Assert.StartsWith("id,kind,year,zone,country,area_ha,probability\r\n", csv, StringComparison.Ordinal);
        Assert.Contains(",\"East, lower\",CN,", csv, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/collections/areas/items?limit=5")]
    [InlineData("/collections")]
    [InlineData("/files/area.csv")]
    [InlineData("/assets/site.css")]
    public async Task An_answer_that_is_kept_is_not_sent_again(string path)
    {
        using HttpResponseMessage first = await served.Client.GetAsync(path);
        Assert.NotNull(first.Headers.ETag);
        using var again = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "If-None-Match", first.Headers.ETag.ToString() } } };
        using HttpResponseMessage second = await served.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Answers_are_packed(string encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/collections/areas/items?limit=1000") { Headers = { { "Accept-Encoding", encoding } } };
        using HttpResponseMessage answer = await served.Client.SendAsync(request);
        Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
        await using Stream packed = await answer.Content.ReadAsStreamAsync();
        await using Stream plain = encoding == "br" ? new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionMode.Decompress) : new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(6, (int)(await JsonNode.ParseAsync(plain))!["numberMatched"]!);
    }

    [Fact]
    public async Task Files_are_those_of_the_folder_whole_or_in_parts()
    {
        string[] names = [.. ((JsonArray)(await served.GetAsync("/files"))["files"]!).Select(file => (string)file!["name"]!)];
        Assert.Contains("area.csv", names);
        Assert.Contains("years/2011/irrigated.tif", names);
        Assert.DoesNotContain("publication.json", names);
        foreach (string name in names)
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(served.Folder, name)), await served.Client.GetByteArrayAsync("/files/" + name));
        }

        using var part = new HttpRequestMessage(HttpMethod.Get, "/files/area.csv") { Headers = { Range = new System.Net.Http.Headers.RangeHeaderValue(5, 14) } };
        using HttpResponseMessage answer = await served.Client.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal((await File.ReadAllBytesAsync(Path.Combine(served.Folder, "area.csv")))[5..15], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Areas_are_those_of_the_table()
    {
        IReadOnlyList<AreaRow> rows = AreaCsv.Read(Path.Combine(served.Folder, "area.csv"));
        JsonArray features = (JsonArray)(await served.GetAsync("/collections/areas/items?limit=1000"))["features"]!;
        Assert.Equal(rows.Select(row => (row.Year, row.Zone, Math.Round(row.IrrigatedHectares, 3))).Order(), features.Select(feature => ((int)feature!["properties"]!["year"]!, (string)feature["properties"]!["zone"]!, Math.Round((double)feature["properties"]!["irrigated_ha"]!, 3))).Order());
        JsonNode zone = (await served.GetAsync("/collections/zones/items?zone=" + Uri.EscapeDataString("East, lower")))["features"]![0]!;
        ZoneChange change = ZoneChange.Of(rows, 0.8).Single(one => one.Zone == "East, lower");
        Assert.Equal(change.Trend.Slope, (double)zone["properties"]!["slope_ha_per_year"]!, 0.002);
    }

    [Fact]
    public async Task A_new_run_is_served_without_a_gap()
    {
        using var scratch = new ScratchFolder();
        string folder = scratch.File("out");
        ServedFolder.Make(folder);
        await using ResultServer server = await ResultServer.StartAsync(new ServerOptions { Folder = folder, Port = 0, ReloadEvery = TimeSpan.FromMilliseconds(30) });
        using var client = new HttpClient { BaseAddress = server.Address };
        string before = await client.GetStringAsync("/files/area.csv");
        string record = Path.Combine(folder, "publication.json");
        await File.WriteAllTextAsync(record + ".new", (await File.ReadAllTextAsync(record)).Replace("Test basin", "Another basin", StringComparison.Ordinal));
        Task<int> asking = Task.Run(async () =>
        {
            int answers = 0;
            while (!(await client.GetStringAsync("/")).Contains("Another basin", StringComparison.Ordinal))
            {
                answers++;
            }

            return answers;
        });
        File.Move(record + ".new", record, overwrite: true);
        await asking.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(before, await client.GetStringAsync("/files/area.csv"));
        // A folder that cannot be read leaves the state before.
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument == Operations.ServerMetrics.ReloadsRefused) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => refused.TrySetResult());
        listener.Start();
        await File.WriteAllTextAsync(record, "{ damaged");
        await refused.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("Another basin", await client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_something_else_is_refused_before_anything_is_served()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.File("empty"));
        Assert.Contains("neither run.json", (await Assert.ThrowsAsync<InputException>(() => ResultServer.StartAsync(new ServerOptions { Folder = scratch.File("empty"), Port = 0 }))).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", (await Assert.ThrowsAsync<InputException>(() => ResultServer.StartAsync(new ServerOptions { Folder = scratch.File("none"), Port = 0 }))).Message, StringComparison.Ordinal);
        Assert.Contains("--port", (await Assert.ThrowsAsync<InputException>(() => ResultServer.StartAsync(new ServerOptions { Folder = served.Folder, Port = served.Server.Address.Port }))).Message, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output)> PeerAsync(string script, params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("peer.py");
        await File.WriteAllTextAsync(file, script, Encoding.UTF8);
        return await Task.Run(() => Repository.RunPeer([file, .. arguments]));
    }
}
