using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Products of other machines, over a server that behaves as real servers do.</summary>
[Collection("GDAL options of the process")]
public class RemoteTests
{
    private static readonly TinyProduct Product = new("LC09_L2SP_149030_20230714_20230801_02_T1") { Width = 300, Height = 280, Pixel = Noise };

    [Theory]
    [InlineData("folder")]
    [InlineData("folder that is not listed")]
    [InlineData("mtl")]
    [InlineData("tar")]
    [InlineData("zip")]
    [InlineData("tar.gz")]
    [InlineData("item")]
    public void A_remote_product_is_the_one_on_disk(string container)
    {
        using var site = new Site();
        string path = site.Server.Address + container switch
        {
            "mtl" => $"/{Product.Id}/{Product.Id}_MTL.txt",
            "tar" => "/p.tar",
            "zip" => "/p.zip",
            "tar.gz" => "/p.tar.gz",
            "item" => "/item.json",
            _ => $"/{Product.Id}",
        };
        site.Server.Lists = container != "folder that is not listed";
        Assert.Equal(site.Expected, Ndvi(path, out Scene scene));
        Assert.Equal(Product.Id, scene.Id.Text);
        Assert.Empty(scene.Missing);
    }

    [Fact]
    public void Of_a_remote_product_only_the_needed_ranges_are_fetched()
    {
        using var site = new Site();
        using (Scene scene = SceneReader.Open(site.Server.Address + "/item.json"))
        {
            Assert.Equal(site.ItemSize, site.Server.Sent);
        }

        _ = Ndvi(site.Server.Address + "/item.json", out _);
        // Four of nine files: red, near infrared, QA_PIXEL and QA_RADSAT.
        Assert.InRange(site.Server.Sent, site.ItemSize, site.Bytes * 6 / 10);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(429)]
    public void A_server_that_fails_once_is_asked_again(int status)
    {
        using var site = new Site();
        site.Server.Behave = (path, before) => before == 0 && path.EndsWith("_SR_B4.TIF", StringComparison.Ordinal) ? new Misbehaviour(Status: status) : null;
        Assert.Equal(site.Expected, Ndvi(site.Server.Address + "/item.json", out _));
        Assert.True(site.Server.RequestsOf($"/{Product.Id}/{Product.Id}_SR_B4.TIF") > 1);
    }

    [Fact]
    public void A_connection_that_breaks_in_the_middle_is_taken_up_again()
    {
        using var site = new Site();
        int cuts = 0;
        site.Server.Behave = (path, before) => path.EndsWith("_SR_B4.TIF", StringComparison.Ordinal) && before is 2 or 3 && Interlocked.Increment(ref cuts) < 3 ? new Misbehaviour(CutAfter: 700) : null;
        Assert.Equal(site.Expected, Ndvi(site.Server.Address + "/item.json", out _));
        Assert.True(cuts > 0);
    }

    [Fact]
    public void A_slow_server_is_waited_for()
    {
        using var site = new Site();
        site.Server.Behave = (path, _) => path.EndsWith("_SR_B5.TIF", StringComparison.Ordinal) ? new Misbehaviour(Piece: 4096, Pause: TimeSpan.FromMilliseconds(20)) : null;
        Assert.Equal(site.Expected, Ndvi(site.Server.Address + "/item.json", out _));
    }

    [Theory]
    [InlineData(404, "there is no such file any more: ask the catalogue for the item again, or check the address")]
    [InlineData(403, "the server gives it to signed links, or with a login: sign the link, for example by asking the catalogue for the item again")]
    [InlineData(409, "the server gives it to signed links, or with a login: sign the link, for example by asking the catalogue for the item again")]
    [InlineData(500, "the server failed: try again later")]
    public void A_file_that_cannot_be_had_is_an_error_that_names_it_and_says_what_to_do(int status, string remedy)
    {
        using var site = new Site();
        site.Server.Behave = (path, _) => path.EndsWith("_SR_B4.TIF", StringComparison.Ordinal) ? new Misbehaviour(Status: status) : null;
        InputException e = Assert.Throws<InputException>(() => Ndvi(site.Server.Address + "/item.json", out _));
        Assert.StartsWith(site.Server.Address + "/item.json: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(Product.Id + "_SR_B4.TIF cannot be read", e.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://x.blob.core.windows.net/landsat-c2/a.TIF?st=2024-01-01T00%3A00%3A00Z&se=2024-01-02T03%3A04%3A05Z&sig=old%3D", 403, "the server does not accept the signature of its link (valid until 2024-01-02 03:04 UTC), which has expired or is wrong: sign it again, or leave off all from '?' on")]
    [InlineData("https://data.example/a.TIF?X-Amz-Date=20240101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=ab", 403, "(valid until 2024-01-01 01:00 UTC), which has expired or is wrong: sign it again, for example")]
    [InlineData("https://data.example/a.TIF?X-Goog-Date=20240101T000000Z&X-Goog-Expires=60&X-Goog-Signature=ab", 400, "(valid until 2024-01-01 00:01 UTC), which")]
    [InlineData("https://data.example/a.TIF?Expires=1704067200&Signature=ab", 403, "(valid until 2024-01-01 00:00 UTC), which")]
    [InlineData("https://data.example/a.TIF?token=ab", 409, "the server does not accept the signature of its link, which has expired or is wrong")]
    [InlineData("https://x.blob.core.windows.net/landsat-c2/a.TIF?x=1", 409, "sign the link, or leave off all from '?' on")]
    [InlineData("https://data.example/a.TIF", 401, "or with a login")]
    [InlineData("https://data.example/a.TIF", 429, "the server was asked too often")]
    [InlineData("s3://usgs-landsat/a.TIF", 403, "AWS_REQUEST_PAYER=requester")]
    [InlineData("https://data.example/a403.TIF", 0, "check the address and the connection")]
    public void A_refusal_says_when_a_link_ran_out_and_how_to_sign_it(string address, int status, string remedy) =>
        Assert.Contains(remedy, RemoteAnswer.Remedy(RemotePath.ToGdal(address), status == 0 ? "could not resolve host 403" : $"HTTP response code: {status}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/missing.tar")]
    [InlineData("/missing.tar.gz")]
    [InlineData("/missing.json")]
    [InlineData("/missing/")]
    public void An_address_of_nothing_is_an_error_that_names_it(string path)
    {
        using var site = new Site();
        InputException e = Assert.Throws<InputException>(() => SceneReader.Open(site.Server.Address + path));
        Assert.StartsWith(site.Server.Address + path + ": ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_size_than_the_item_says_is_refused()
    {
        using var site = new Site(shape: 290);
        InputException e = Assert.Throws<InputException>(() => Ndvi(site.Server.Address + "/item.json", out _));
        Assert.Contains("has 300 × 280 pixels, not the 300 × 290 that the metadata say", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Products_below_an_address_are_found()
    {
        using var site = new Site();
        string[] found = [.. SceneDiscovery.Find([site.Server.Address + "/"]).Select(source => source.Path)];
        Assert.Equal(2, found.Count(path => path.Contains("/bucket/archive/", StringComparison.Ordinal)));
        found = [.. found.Where(path => !path.Contains("/bucket/", StringComparison.Ordinal))];
        Assert.Equal([$"{site.Server.Address}/{Product.Id}", site.Server.Address + "/p.tar", site.Server.Address + "/p.tar.gz", site.Server.Address + "/p.zip"], found);
    }

    [Fact]
    public void Search_results_are_followed_from_page_to_page_and_collections_to_their_items()
    {
        using var site = new Site();
        string[] pages = [.. SceneDiscovery.Find([site.Server.Address + "/search.json"]).Select(source => source.Path)];
        Assert.Equal([site.Server.Address + "/page2.json#third", site.Server.Address + "/search.json#first", site.Server.Address + "/search.json#second"], pages);
        string[] items = [.. SceneDiscovery.Find([site.Server.Address + "/collection.json"]).Select(source => source.Path)];
        Assert.Equal([site.Server.Address + "/item.json"], items);
        using Scene scene = SceneReader.Open(pages[0]);
        Assert.Equal(Product.Id, scene.Id.Text);
        // The same from files saved here, whose items point to the server.
        using var scratch = new ScratchFolder();
        File.Copy(site.File("search.json"), scratch.File("search.json"));
        Assert.Equal(3, SceneDiscovery.Find([scratch.File("search.json")]).Count);
        JsonNode posted = JsonNode.Parse(File.ReadAllText(site.File("search.json")))!;
        posted["links"]![0]!["method"] = "POST";
        File.WriteAllText(scratch.File("posted.json"), posted.ToJsonString());
        Assert.Contains("must be asked for by POST", Assert.Throws<InputException>(() => SceneDiscovery.Find([scratch.File("posted.json")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_is_read_with_the_credentials_and_options_of_GDAL()
    {
        using var site = new Site();
        site.Server.NeedsAuthorization = true;
        var options = new Dictionary<string, string>
        {
            ["AWS_S3_ENDPOINT"] = $"127.0.0.1:{site.Server.Port}",
            ["AWS_HTTPS"] = "NO",
            ["AWS_VIRTUAL_HOSTING"] = "FALSE",
            ["AWS_ACCESS_KEY_ID"] = "tester",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["AWS_DEFAULT_REGION"] = "us-west-2",
        };
        foreach ((string key, string value) in options)
        {
            GdalLibrary.SetOption(key, value);
        }

        try
        {
            string[] found = [.. SceneDiscovery.Find(["s3://bucket/archive"]).Select(source => source.Path)];
            Assert.Equal([$"s3://bucket/archive/{Product.Id}", "s3://bucket/archive/p.tar"], found);
            foreach (string path in found)
            {
                Assert.Equal(site.Expected, Ndvi(path, out Scene scene));
                Assert.Equal(Product.Id, scene.Id.Text);
            }

            GdalLibrary.SetOption("AWS_NO_SIGN_REQUEST", "YES");
            InputException e = Assert.Throws<InputException>(() => SceneReader.Open("s3://bucket/other/p.tar"));
            Assert.StartsWith("s3://bucket/other/p.tar: ", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            foreach (string key in options.Keys.Append("AWS_NO_SIGN_REQUEST"))
            {
                GdalLibrary.SetOption(key, null);
            }
        }
    }

    /// <summary>Pixels that compress badly, so that a file is more than one request.</summary>
    private static int Noise(BandRole role, int x, int y) => role switch
    {
        BandRole.QaPixel => 21824,
        BandRole.QaRadsat => 0,
        BandRole.AerosolQa => 0x40,
        _ => 9000 + (int)((uint)((x * 7919 + y) * 104729 + (int)role * 31) * 2654435761 >> 18) % 20000,
    };

    private static float[] Ndvi(string path, out Scene scene)
    {
        scene = SceneReader.Open(path);
        using Scene opened = scene;
        using var pool = new RasterPool();
        float[] pixels = new float[opened.Grid.Width * opened.Grid.Height];
        new Observation(opened, opened.Grid, pool, new ObservationOptions()).ReadIndices(new PixelWindow(0, 0, opened.Grid.Width, opened.Grid.Height), [SpectralIndex.Ndvi], pixels);
        return pixels;
    }

    /// <summary>A server with one product in many containers.</summary>
    private sealed class Site : IDisposable
    {
        private readonly ScratchFolder scratch = new();

        internal Site(int shape = 280)
        {
            // A test waits less long between attempts than users do.
            GdalLibrary.SetOption("GDAL_HTTP_RETRY_DELAY", "0.02");
            string product = Product.Write(scratch.File(Product.Id));
            TinyProduct.Pack(product, scratch.File("p.tar"));
            TinyProduct.Pack(product, scratch.File("p.zip"));
            TinyProduct.Pack(product, scratch.File("p.tar.gz"));
            Product.Write(scratch.File("bucket", "archive", Product.Id));
            System.IO.File.Copy(scratch.File("p.tar"), scratch.File("bucket", "archive", "p.tar"));
            Server = new FileServer(scratch.Path);
            JsonObject item = Item("LC09_L2SP_149030_20230714_02_T1", shape);
            System.IO.File.WriteAllText(scratch.File("item.json"), item.ToJsonString());
            System.IO.File.WriteAllText(scratch.File("search.json"), new JsonObject
            {
                ["type"] = "FeatureCollection",
                ["features"] = new JsonArray(Item("first", shape), Item("second", shape)),
                ["links"] = new JsonArray(new JsonObject { ["rel"] = "next", ["href"] = Server.Address + "/page2.json" }),
            }.ToJsonString());
            System.IO.File.WriteAllText(scratch.File("page2.json"), new JsonObject { ["type"] = "FeatureCollection", ["features"] = new JsonArray(Item("third", shape)), ["links"] = new JsonArray() }.ToJsonString());
            System.IO.File.WriteAllText(scratch.File("collection.json"), new JsonObject
            {
                ["type"] = "Collection",
                ["stac_version"] = "1.0.0",
                ["links"] = new JsonArray(new JsonObject { ["rel"] = "self", ["href"] = "./collection.json" }, new JsonObject { ["rel"] = "item", ["href"] = "./item.json" }),
            }.ToJsonString());
            ItemSize = new FileInfo(scratch.File("item.json")).Length;
            Bytes = Directory.GetFiles(product).Sum(file => new FileInfo(file).Length);
            Expected = Ndvi(product, out _);
        }

        internal FileServer Server { get; }

        internal float[] Expected { get; }

        internal long ItemSize { get; }

        internal long Bytes { get; }

        public void Dispose()
        {
            Server.Dispose();
            scratch.Dispose();
        }

        internal string File(string name) => scratch.File(name);

        private JsonObject Item(string id, int shape)
        {
            ProductId product = ProductId.Parse(Product.Id, "x");
            var assets = new JsonObject();
            foreach (BandRole role in BandRoles.Of(product))
            {
                assets[role.Name()] = new JsonObject { ["href"] = $"{Server.Address}/{Product.Id}/{ProductMetadata.FileNameOf(product, role)}" };
            }

            return new JsonObject
            {
                ["type"] = "Feature",
                ["stac_version"] = "1.0.0",
                ["id"] = id,
                ["properties"] = new JsonObject
                {
                    ["datetime"] = "2023-07-14T05:12:34.567000Z",
                    ["eo:cloud_cover"] = 12.5,
                    ["view:sun_elevation"] = 58.25,
                    ["view:sun_azimuth"] = 140.5,
                    ["proj:epsg"] = 32644,
                    ["proj:shape"] = new JsonArray(shape, 300),
                    ["proj:transform"] = new JsonArray(30.0, 0.0, 300_000.0, 0.0, -30.0, 4_900_000.0),
                },
                ["assets"] = assets,
            };
        }
    }
}
