using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Server.Tiles;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using SkiaSharp;

namespace IrrigationWatch.Server.Tests;

/// <summary>Tiles and series: each pixel and hectare against the maps they were made of.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class TileTests(ServedFolder served)
{
    private const string Irrigated = "#009e73";

    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_tile_shows_the_classes_of_the_map(string format)
    {
        JsonNode layers = await served.GetAsync("/layers");
        Assert.Contains(((JsonArray)layers["layers"]!).Single(layer => (string)layer!["id"]! == "class-2011")!["legend"]!.AsArray(), entry => (string)entry!["color"]! == Irrigated && (string)entry["label"]! == "irrigated");
        int compared = 0;
        foreach (TileAddress tile in Over(15))
        {
            using SKBitmap picture = SKBitmap.Decode(await served.Client.GetByteArrayAsync($"/tiles/class-2011/{tile.Zoom}/{tile.Column}/{tile.Row}.{format}"));
            Assert.Equal((256, 256), (picture.Width, picture.Height));
            for (int y = 3; y < 256; y += 11)
            {
                for (int x = 3; x < 256; x += 11)
                {
                    (double column, double row) = MapPixel(tile.Left + (x + 0.5) / 256 * tile.Size, tile.Top - (y + 0.5) / 256 * tile.Size);
                    // At the very edges of pixels either neighbour may be drawn.
                    if (Math.Abs(column - Math.Round(column)) < 0.03 || Math.Abs(row - Math.Round(row)) < 0.03)
                    {
                        continue;
                    }

                    bool inside = column >= 0 && row >= 0 && column < ServedFolder.Width && row < ServedFolder.Height;
                    SKColor expected = !inside ? SKColors.Transparent : ServedFolder.ClassAt((int)column, (int)row, 2011) == 1 ? new SKColor(0x00, 0x9E, 0x73) : new SKColor(0xE6, 0x9F, 0x00);
                    SKColor actual = picture.GetPixel(x, y);
                    Assert.True(actual == expected || (actual.Alpha == 0 && expected.Alpha == 0), $"{tile} {x},{y}: {actual} instead of {expected} at {column:0.00},{row:0.00}");
                    compared += inside ? 1 : 0;
                }
            }
        }

        Assert.True(compared > 500, $"{compared} pixels");
    }

    [Fact]
    public async Task Every_layer_has_tiles_from_the_whole_world_to_a_field()
    {
        foreach (JsonNode? layer in (JsonArray)(await served.GetAsync("/layers"))["layers"]!)
        {
            foreach (int zoom in new[] { 0, 7, 12, 18 })
            {
                TileAddress tile = Over(zoom).First();
                using HttpResponseMessage answer = await served.Client.GetAsync($"/tiles/{layer!["id"]}/{tile.Zoom}/{tile.Column}/{tile.Row}.png");
                Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            }

            // Where there is no map there is a clear tile.
            using SKBitmap clear = SKBitmap.Decode(await served.Client.GetByteArrayAsync($"/tiles/{layer!["id"]}/8/3/200.png"));
            Assert.Equal(0, clear.GetPixel(128, 128).Alpha);
        }

        Assert.Equal(["class-2010", "probability-2010", "season-2010", "class-2011", "probability-2011", "season-2011", "class-2012", "probability-2012", "season-2012", "change", "first-irrigated-year", "last-irrigated-year", "irrigated-years", "observed-years"], ((JsonArray)(await served.GetAsync("/layers"))["layers"]!).Select(layer => (string)layer!["id"]!));
    }

    [Fact]
    public async Task Tiles_are_the_same_by_the_addresses_of_OGC_API_Tiles()
    {
        TileAddress tile = Over(13).First();
        Assert.Equal(await served.Client.GetByteArrayAsync($"/tiles/class-2010/13/{tile.Column}/{tile.Row}.png"), await served.Client.GetByteArrayAsync($"/styles/class-2010/map/tiles/WebMercatorQuad/13/{tile.Row}/{tile.Column}"));
        Assert.Equal(await served.Client.GetByteArrayAsync($"/tiles/irrigated-2010/13/{tile.Column}/{tile.Row}.mvt"), await served.Client.GetByteArrayAsync($"/collections/irrigated-2010/tiles/WebMercatorQuad/13/{tile.Row}/{tile.Column}"));
        JsonNode matrix = await served.GetAsync("/tileMatrixSets/WebMercatorQuad");
        // The scale of zoom 0 in OGC 17-083r4, Annex D.1.
        Assert.Equal(559082264.028717, (double)matrix["tileMatrices"]![0]!["scaleDenominator"]!, 1e-3);
        Assert.Equal(8, (int)matrix["tileMatrices"]![3]!["matrixWidth"]!);
        Assert.Equal("vector", (string?)(await served.GetAsync("/collections/zones/tiles"))["tilesets"]![0]!["dataType"]);
        string version = (string)(await served.GetAsync("/layers"))["version"]!;
        using HttpResponseMessage kept = await served.Client.GetAsync($"/tiles/class-2010/13/{tile.Column}/{tile.Row}.png?v={version}");
        Assert.Contains("immutable", kept.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        foreach (string wrong in new[] { "/tiles/class-2010/19/0/0.png", "/tiles/class-2010/3/8/0.png", "/tiles/class-2010/3/-1/0.png", "/tiles/nothing/3/0/0.png", "/tiles/class-2010/3/0/0.mvt", "/tiles/class-2010/3/0/0.tif", "/tiles/class-2010/99999999999/0/0.png" })
        {
            await served.RefusedAsync(404, wrong);
        }
    }

    [Fact]
    public async Task GDAL_reads_vector_tiles_and_finds_the_area_of_the_polygons()
    {
        using var scratch = new ScratchFolder();
        TileAddress tile = Over(11).First();
        foreach (string collection in new[] { "irrigated-2011", "zones" })
        {
            await File.WriteAllBytesAsync(scratch.File(collection + ".mvt"), await served.Client.GetByteArrayAsync($"/tiles/{collection}/11/{tile.Column}/{tile.Row}.mvt"));
        }

        string script = scratch.File("mvt.py");
        await File.WriteAllTextAsync(script, """
            import sys
            from osgeo import gdal
            gdal.UseExceptions()
            z, x, y = sys.argv[2:5]
            data = gdal.OpenEx('MVT:' + sys.argv[1], open_options=['X=' + x, 'Y=' + y, 'Z=' + z])
            layer = data.GetLayer(0)
            shapes = [(f.GetField('id'), f.GetGeometryRef().Clone()) for f in layer]
            print(len(shapes), len(set(i for i, _ in shapes)), sum(g.GetArea() for _, g in shapes), sum(not g.IsValid() for _, g in shapes))
            """, Encoding.UTF8);
        double[] zones = Numbers(Repository.RunPeer(script, scratch.File("zones.mvt"), "11", Text(tile.Column), Text(tile.Row)));
        double[] irrigated = Numbers(Repository.RunPeer(script, scratch.File("irrigated-2011.mvt"), "11", Text(tile.Column), Text(tile.Row)));
        Assert.Equal((2, 2, 0), ((int)zones[0], (int)zones[1], (int)zones[3]));
        AreaRow[] rows = [.. AreaCsv(2011)];
        // Shares of the zones are the same in the tile's projection, as these are small.
        Assert.Equal(rows.Sum(row => row.IrrigatedHectares) / rows.Sum(row => row.ZoneHectares), irrigated[2] / zones[2], 0.02);

        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

        static double[] Numbers((int Code, string Output) answer)
        {
            Assert.True(answer.Code == 0, answer.Output);
            return [.. answer.Output.Trim().Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        }
    }

    [Fact]
    public async Task From_afar_small_polygons_keep_their_weight()
    {
        // A polygon is 9 hectares, a pixel of zoom 7 some 77.
        TileAddress near = Over(7).First();
        using var scratch = new ScratchFolder();
        string file = scratch.File("far.mvt");
        await File.WriteAllBytesAsync(file, await served.Client.GetByteArrayAsync($"/tiles/irrigated-2011/7/{near.Column}/{near.Row}.mvt"));
        (int code, string output) = Repository.RunPeer("-c", $"""
            import math
            from osgeo import gdal
            gdal.UseExceptions()
            data = gdal.OpenEx('MVT:{file}', open_options=['X={near.Column}', 'Y={near.Row}', 'Z=7'])
            print(sum(f.GetGeometryRef().GetArea() for f in data.GetLayer(0)) * math.cos(math.radians(44.15)) ** 2 / 10000)
            """);
        Assert.True(code == 0, output);
        double pixel = Math.Pow(near.Size / 256 * Math.Cos(double.DegreesToRadians(44.15)), 2) / 10_000;
        double irrigated = AreaCsv(2011).Sum(row => row.IrrigatedHectares);
        // Drawn in whole pixels; what is less than one is not.
        Assert.InRange(double.Parse(output, CultureInfo.InvariantCulture), irrigated - pixel, irrigated + 1);
        Assert.True(irrigated > pixel);
    }

    [Fact]
    public async Task The_series_of_a_place_is_that_of_its_pixel()
    {
        foreach ((int column, int row) in new[] { (5, 5), (33, 47), (88, 2), (10, 19) })
        {
            (double longitude, double latitude) = Degrees(column + 0.5, row + 0.5);
            JsonNode series = await served.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/series?lon={longitude:R}&lat={latitude:R}"));
            Assert.Equal(ServedFolder.Years, ((JsonArray)series["years"]!).Select(year => (int)year!["year"]!));
            foreach (JsonNode? year in (JsonArray)series["years"]!)
            {
                int value = ServedFolder.ClassAt(column, row, (int)year!["year"]!);
                Assert.Equal(value == 0 ? null : value, (int?)year["class"]);
                Assert.Equal(value == 0 ? null : value == 1, (bool?)year["irrigated"]);
                Assert.Equal(value == 0 ? null : value == 1 ? 0.9 : 0.1, (double?)year["probability"]);
                Assert.Equal(value == 0 ? null : value == 1 ? 0.6 : 0.2, (double?)year["ndvi"]!["early"]);
            }

            Assert.Equal([column < 45 ? "KZ/West \"bank\"" : "CN/East, lower"], ((JsonArray)series["zones"]!).Select(zone => (string)zone!));
        }

        await served.RefusedAsync(404, "/series?lon=10&lat=50");
        await served.RefusedAsync(400, "/series?lon=10");
        await served.RefusedAsync(400, "/series?lon=181&lat=0");
        await served.RefusedAsync(400, "/series?lon=NaN&lat=0");
    }

    [Fact]
    public async Task Areas_inside_a_polygon_are_those_of_the_command_line()
    {
        (double west, double north) = Degrees(7.3, 11.8);
        (double east, double south) = Degrees(61.2, 50.4);
        var polygon = (Polygon)GeometryFactory.Default.ToGeometry(new Envelope(west, east, south, north));
        string ring = string.Join(',', polygon.Coordinates.Select(point => string.Create(CultureInfo.InvariantCulture, $"[{point.X:R},{point.Y:R}]")));
        string text = $$$"""{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[{{{ring}}}]]}}""";
        using HttpResponseMessage answer = await PostAsync(text);
        JsonArray years = (JsonArray)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["years"]!;
        AreaTable table = AreaCalculation.Compute([.. ServedFolder.Years.Select(year => Path.Combine(served.Folder, "years", year.ToString(CultureInfo.InvariantCulture), "irrigated.tif"))], [new Zone("polygon", "", polygon)], new ClassValues("irrigated", [1]), "polygon");
        Assert.Equal(table.Rows.OrderBy(row => row.Year).Select(row => (row.Year, row.IrrigatedHectares, row.ObservedHectares, row.ZoneHectares)), years.Select(year => ((int)year!["year"]!, (double)year["irrigated_ha"]!, (double)year["observed_ha"]!, (double)year["zone_ha"]!)));
        Assert.True(table.Rows.All(row => row.IrrigatedHectares > 10));
    }

    [Theory]
    [InlineData(400, "no json")]
    [InlineData(400, "{}")]
    [InlineData(400, "[]")]
    [InlineData(400, """{"type":"Point","coordinates":[80,44]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[[[80,44],[81,45],[80,45],[81,44],[80,44]]]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[[[80,44],[81,45]]]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[[["a",44],[81,45],[80,45],[80,44]]]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[[[500,44],[501,44],[501,45],[500,44]]]}""")]
    [InlineData(400, """{"type":"Polygon","coordinates":[[[10,44],[11,44],[11,45],[10,44]]]}""")]
    [InlineData(400, """{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{}}}}}}}}}}}}}}}}}}""")]
    public async Task What_is_no_polygon_is_refused(int status, string body)
    {
        using HttpResponseMessage answer = await PostAsync(body);
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Polygons_that_are_too_large_are_refused()
    {
        string ring = string.Join(',', Enumerable.Range(0, 20_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"[{80 + 0.1 * Math.Cos(i * Math.PI / 10_000):0.0000000},{44 + 0.1 * Math.Sin(i * Math.PI / 10_000):0.0000000}]")));
        string polygon = $$"""{"type":"Polygon","coordinates":[[{{ring}},[80.1,44.0]]]}""";
        using HttpResponseMessage vertices = await PostAsync(polygon);
        Assert.Equal(413, (int)vertices.StatusCode);
        // The body is sent when the server asks for it, and it does not: else its refusal could cross a body on its way.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = served.Server.Address };
        using var content = new StringContent(polygon + new string(' ', 2 << 20), Encoding.UTF8, new MediaTypeHeaderValue("application/geo+json"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/series") { Content = content, Headers = { ExpectContinue = true } };
        using HttpResponseMessage bytes = await patient.SendAsync(request);
        Assert.Equal(413, (int)bytes.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/geo+json"));
        return await served.Client.PostAsync("/series", content);
    }

    private IEnumerable<AreaRow> AreaCsv(int year) => Publishing.AreaCsv.Read(Path.Combine(served.Folder, "area.csv")).Where(row => row.Year == year);

    /// <summary>The tiles of a zoom that the maps touch.</summary>
    private static IEnumerable<TileAddress> Over(int zoom)
    {
        (double west, double south, double east, double north) = ServedFolder.Grid.GeographicBounds();
        (double x0, double y0) = TileAddress.ToWorld(west, north);
        (double x1, double y1) = TileAddress.ToWorld(east, south);
        double count = 1 << zoom;
        for (int row = (int)(y0 * count); row <= (int)(y1 * count); row++)
        {
            for (int column = (int)(x0 * count); column <= (int)(x1 * count); column++)
            {
                yield return new TileAddress(zoom, column, row);
            }
        }
    }

    private static (double Column, double Row) MapPixel(double x, double y)
    {
        using Gdal.SpatialReference mercator = Gdal.SpatialReference.Parse("EPSG:3857");
        return Move(mercator, x, y);
    }

    private static (double Column, double Row) Move(Gdal.SpatialReference from, double x, double y)
    {
        using Gdal.SpatialReference own = ServedFolder.Grid.OpenSpatialReference();
        using var transformation = new Gdal.CoordinateTransformation(from, own);
        Span<double> xs = [x];
        Span<double> ys = [y];
        transformation.Transform(xs, ys);
        return ((xs[0] - ServedFolder.Grid.Left) / 30, (ServedFolder.Grid.Top - ys[0]) / 30);
    }

    private static (double Longitude, double Latitude) Degrees(double column, double row)
    {
        using Gdal.SpatialReference wgs84 = Gdal.SpatialReference.Wgs84();
        using Gdal.SpatialReference own = ServedFolder.Grid.OpenSpatialReference();
        using var transformation = new Gdal.CoordinateTransformation(own, wgs84);
        Span<double> xs = [ServedFolder.Grid.Left + 30 * column];
        Span<double> ys = [ServedFolder.Grid.Top - 30 * row];
        transformation.Transform(xs, ys);
        return (xs[0], ys[0]);
    }
}
