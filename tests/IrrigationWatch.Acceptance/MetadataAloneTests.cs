using System.Text.Json.Nodes;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Metadata of products whose bands are not there: what they are is told, and nothing is computed of them.</summary>
public sealed class MetadataAloneTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Real metadata in each of their forms, under names that say nothing.</summary>
    [Theory]
    [InlineData("LC08_L2SP_098084_20210503_20210508_02_T1_MTL.txt", "foo.txt", "MTL.txt")]
    [InlineData("LC08_L2SP_098084_20210503_20210508_02_T1_MTL.xml", "LC08_L2SP_098084_20210503_metadata.xml", "MTL.xml")]
    [InlineData("LE07_L2SP_090084_20210331_20210426_02_T1_MTL.xml", "b.XML", "MTL.xml")]
    [InlineData("LT05_L2SP_090084_19980308_20200909_02_T1_MTL.json", "scene.json", "MTL.json")]
    [InlineData("LE07_L1TP_107068_20220310_20220405_02_T1_MTL.json", "LE07_L1TP_107068_20220310_20220405_02_T1_MTL.json", "MTL.json")]
    [InlineData("LT05_L2SP_090084_19980308_20200909_02_T1_MTL.txt", "no-ending", "MTL.txt")]
    public void A_metadata_file_of_any_name_says_all_that_it_knows(string sample, string name, string source)
    {
        string id = sample[..sample.IndexOf("_MTL", StringComparison.Ordinal)];
        string file = scratch.File(name);
        File.Copy(Repository.Sample("metadata", sample), file);
        CommandResult result = CommandLine.Run("scene", "info", "--json", file).Succeeds();
        Assert.Matches($"^warning: .*{name}: none of its reflective bands is there; ", result.Error);
        JsonNode scene = Assert.Single(JsonNode.Parse(result.Output)!.AsArray())!;
        ProductMetadata metadata = ProductMetadata.FromMtl(Mtl.Parse(File.ReadAllBytes(Repository.Sample("metadata", sample)), sample), source);
        Assert.Equal((id, source, metadata.CloudCover, metadata.Grid!.Width, metadata.Grid.Left), ((string)scene["product_id"]!, (string)scene["metadata"]!, (double?)scene["cloud_cover"], (int)scene["width"]!, (double)scene["upper_left"]![0]!));
        Assert.Empty(scene["bands"]!.AsArray());
        Assert.Equal(BandRoles.Of(metadata.Id).Select(role => role.Name()), scene["missing"]!.AsArray().Select(band => (string)band!));
        Assert.Contains($"product_id     {id}\n", CommandLine.Run("scene", "info", file).Succeeds().Output, StringComparison.Ordinal);

        // Whatever computes refuses it; whatever takes many leaves it out.
        CommandLine.Run("ndvi", file, "-o", scratch.File("n.tif")).FailsWith(1, $"holds none of the reflective bands of {id}, only its metadata; download the product again");
        CommandLine.Run("scene", "info", scratch.File()).Succeeds();
    }

    [Fact]
    public void Metadata_of_any_name_beside_the_bands_are_theirs()
    {
        var product = new TinyProduct("LE07_L1TP_149030_20100714_20200823_02_T1");
        string folder = product.Write(scratch.File("product"));
        JsonNode whole = Info(folder);
        File.Move(Path.Combine(folder, product.Id + "_MTL.txt"), Path.Combine(folder, "about.txt"));
        File.WriteAllText(Path.Combine(folder, "readme.txt"), "GROUP = photographs");
        JsonNode renamed = Info(folder);
        Assert.Equal(whole.ToJsonString(), renamed.ToJsonString());
        JsonNode named = Info(Path.Combine(folder, "about.txt"));
        named["path"] = folder;
        Assert.Equal(whole.ToJsonString(), named.ToJsonString());
        string tar = TinyProduct.Pack(folder, scratch.File("renamed.tar"));
        Assert.Equal("MTL.txt", (string)Info(tar)["metadata"]!);
    }

    /// <summary>Of two products in one folder each has its own metadata, or none.</summary>
    [Fact]
    public void Metadata_of_another_product_are_not_taken()
    {
        var first = new TinyProduct("LC08_L2SP_149030_20150714_20200908_02_T1") { CloudCover = 11 };
        var second = new TinyProduct("LC08_L2SP_149030_20150730_20200908_02_T1") { CloudCover = 22 };
        string folder = first.Write(scratch.File("both"));
        second.Write(folder);
        File.Delete(Path.Combine(folder, first.Id + "_MTL.txt"));
        File.Move(Path.Combine(folder, second.Id + "_MTL.txt"), Path.Combine(folder, "about.txt"));
        JsonNode without = Info(Path.Combine(folder, first.Id + "_SR_B4.TIF"));
        Assert.Equal((first.Id, "file names", null), ((string)without["product_id"]!, (string)without["metadata"]!, (double?)without["cloud_cover"]));
        JsonNode with = Info(Path.Combine(folder, second.Id + "_SR_B4.TIF"));
        Assert.Equal((second.Id, "MTL.txt", 22.0), ((string)with["product_id"]!, (string)with["metadata"]!, (double)with["cloud_cover"]!));
        Assert.Equal(9, Info(Path.Combine(folder, "about.txt"))["bands"]!.AsArray().Count);
    }

    [Fact]
    public void An_item_whose_files_were_never_fetched_says_all_that_it_knows()
    {
        const string Product = "LC08_L2SP_098084_20210503_20210508_02_T1";
        JsonObject item = StacForms.PlanetaryComputer(ProductMetadata.FromMtl(Mtl.Parse(File.ReadAllBytes(Repository.Sample("metadata", Product + "_MTL.txt")), Product), "MTL.txt"));
        foreach ((_, JsonNode? asset) in item["assets"]!.AsObject())
        {
            string address = (string)asset!["href"]!;
            asset["href"] = "./" + address[(address.LastIndexOf('/') + 1)..];
        }

        File.WriteAllText(scratch.File("item.json"), item.ToJsonString());
        CommandResult result = CommandLine.Run("scene", "info", "--json", scratch.File("item.json")).Succeeds();
        Assert.Contains("none of its reflective bands is there", result.Error, StringComparison.Ordinal);
        JsonNode scene = Assert.Single(JsonNode.Parse(result.Output)!.AsArray())!;
        Assert.Equal((Product, "STAC", 7891), ((string)scene["product_id"]!, (string)scene["metadata"]!, (int)scene["width"]!));
        Assert.Contains("red", scene["missing"]!.AsArray().Select(band => (string)band!));
        CommandLine.Run("ndvi", scratch.File("item.json"), "-o", scratch.File("n.tif")).FailsWith(1, "holds none of the reflective bands");
    }

    /// <summary>What is never read is refused by its name, however its metadata are called.</summary>
    [Theory]
    [InlineData("LM50490251987214PAC00_MTL.txt", "'LM50490251987214PAC00' is a Landsat 1–5 MSS product, which has no short-wave infrared")]
    [InlineData("LC08_L1TP_090084_20160121_20170405_01_T1_MTL.txt", "'LC08_L1TP_090084_20160121_20170405_01_T1' is a Collection 1 product; order its Collection 2 successor from USGS")]
    public void Other_collections_and_MSS_are_refused_by_name(string sample, string problem)
    {
        string renamed = scratch.File("metadata.txt");
        File.Copy(Repository.Sample("metadata", sample), renamed);
        CommandLine.Run("scene", "info", renamed).FailsWith(1, problem);
        CommandLine.Run("scene", "info", Repository.Sample("metadata", sample)).FailsWith(1, problem);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?>\n<L1_METADATA_FILE><METADATA_FILE_INFO><LANDSAT_PRODUCT_ID>LE07_L1TP_149030_20100714_20161215_01_T1</LANDSAT_PRODUCT_ID></METADATA_FILE_INFO></L1_METADATA_FILE>", "is a Collection 1 product")]
    [InlineData("{\"LANDSAT_METADATA_FILE\":{\"PRODUCT_CONTENTS\":{\"LANDSAT_PRODUCT_ID\":\"LM02_L1TP_149030_19780714_20200907_02_T2\"}}}", "is a Landsat 1–5 MSS product")]
    [InlineData("GROUP = L1_METADATA_FILE\n GROUP = METADATA_FILE_INFO\n  ORIGIN = \"x\"\n END_GROUP = METADATA_FILE_INFO\n GROUP = PRODUCT_METADATA\n  SENSOR_ID = \"MSS\"\n END_GROUP = PRODUCT_METADATA\nEND_GROUP = L1_METADATA_FILE\nEND\n", "is a Landsat 1–5 MSS product")]
    [InlineData("<espa_metadata version=\"2.0\"><global_metadata><instrument>OLI_TIRS</instrument><product_id>LC08_L1TP_149030_20150714_20170407_01_T1</product_id></global_metadata></espa_metadata>", "is a Collection 1 product")]
    [InlineData("GROUP = LANDSAT_METADATA_FILE\n  GROUP = PRODUCT_CONTENTS\n", "breaks off before its end; download it again")]
    public void Metadata_are_known_by_what_they_hold(string text, string problem)
    {
        File.WriteAllText(scratch.File("anything.dat"), text);
        CommandLine.Run("scene", "info", scratch.File("anything.dat")).FailsWith(1, problem);
    }

    [Fact]
    public void Scenes_without_QA_are_named_and_a_web_page_in_the_place_of_QA_is_refused()
    {
        var area = new TinyArea(scratch.File("area"), 24, 24, "2022");
        string[] ids = ["LC09_L2SP_149030_20220714_20220801_02_T1", "LC09_L2SP_149030_20220730_20220801_02_T1", "LC09_L2SP_149030_20220815_20220901_02_T1"];
        area.Product(ids[0]).Write(Path.Combine(area.Scenes, ids[0]));
        area.Product(ids[1]).Write(Path.Combine(area.Scenes, ids[1]), BandRole.QaPixel);
        string html = area.Product(ids[2]).Write(Path.Combine(area.Scenes, ids[2]));
        string qa = Path.Combine(html, ids[2] + "_QA_PIXEL.TIF");
        File.WriteAllText(qa, "<!DOCTYPE html><html><body>Please sign in</body></html>");
        CommandLine.Run("ndvi", html, "-o", scratch.File("n.tif")).FailsWith(1, $"{ids[2]}_QA_PIXEL.TIF is a web page and no raster, as servers send it where a login is missing");
        CommandResult result = CommandLine.Run("run", area.Configuration, "--allow-skipped").Succeeds();
        Assert.Contains($"warning: 1 scenes have no QA_PIXEL: clouds and shadows are not masked in them ({ids[1]}); ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: {html}: {ids[2]}_QA_PIXEL.TIF is a web page and no raster, as servers send it where a login is missing", result.Error, StringComparison.Ordinal);
    }

    private static JsonNode Info(string path) => JsonNode.Parse(CommandLine.Run("scene", "info", "--json", path).Succeeds().Output)![0]!;
}
