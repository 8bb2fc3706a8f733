using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>The same product, described by files of different kinds, is the same scene.</summary>
public class MetadataTests
{
    private const string Oli = "LC08_L2SP_017036_20130419_20200913_02_T2";

    private static string OliFolder => Repository.Sample("scenes", Oli);

    [Theory]
    [InlineData("LT05_L2SP_090084_19980308_20200909_02_T1", "txt", "json")]
    [InlineData("LT05_L2SP_090084_19980308_20200909_02_T1", "txt", "xml")]
    [InlineData("LE07_L2SP_090084_20210331_20210426_02_T1", "txt", "xml")]
    [InlineData("LC08_L2SP_098084_20210503_20210508_02_T1", "txt", "xml")]
    public void Real_metadata_of_two_kinds_say_the_same(string product, string one, string other)
    {
        ProductMetadata left = Read(Repository.Sample("metadata", $"{product}_MTL.{one}"));
        ProductMetadata right = Read(Repository.Sample("metadata", $"{product}_MTL.{other}"));
        AssertSame(left, right);
        Assert.Equal(product, left.Id.Text);
        Assert.NotEqual(TimeSpan.Zero, left.Time.TimeOfDay);
        Assert.Equal(6, left.Scaling.Count);
        Assert.NotNull(left.Grid);
    }

    /// <summary>The tar of Landsat 7 holds all four kinds, as USGS delivers them now.</summary>
    [Fact]
    public void Text_JSON_XML_and_STAC_of_one_real_Level_1_product_say_the_same()
    {
        using var scratch = new ScratchFolder();
        string folder = Unpack(scratch, "LE07_L1TP_107068_20220310_20220405_02_T1.tar");
        string name = Path.Combine(folder, "LE07_L1TP_107068_20220310_20220405_02_T1_");
        ProductMetadata text = Read(name + "MTL.txt");
        AssertSame(text, Read(name + "MTL.json"));
        AssertSame(text, Read(name + "MTL.xml"));
        ProductMetadata item = ReadItem(name + "stac.json");
        Assert.False(item.IsComplete);
        AssertSame(text with { Scaling = item.Scaling }, item);
    }

    [Theory]
    [InlineData("LT05_L2SP_090084_19980308_20200909_02_T1")]
    [InlineData("LE07_L2SP_090084_20210331_20210426_02_T1")]
    [InlineData("LC08_L2SP_098084_20210503_20210508_02_T1")]
    public void Items_of_the_Planetary_Computer_and_of_Earth_Search_say_what_the_real_MTL_says(string product)
    {
        ProductMetadata mtl = Read(Repository.Sample("metadata", product + "_MTL.txt"));
        foreach (JsonObject form in new[] { StacForms.PlanetaryComputer(mtl), StacForms.EarthSearch(mtl) })
        {
            ProductMetadata item = Item(form).ReadMetadata();
            AssertSame(mtl, item);
            Assert.Equal("STAC", item.Source);
            Assert.True(item.IsComplete);
        }
    }

    /// <summary>The real item of USGS, of STAC 0.7, names no grid and gives the day alone.</summary>
    [Fact]
    public void An_item_of_USGS_says_what_the_MTL_says()
    {
        ProductMetadata mtl = Read(Path.Combine(OliFolder, Oli + "_MTL.txt"));
        ProductMetadata item = ReadItem(Path.Combine(OliFolder, Oli + "_SR_stac.json"));
        Assert.Null(item.Grid);
        AssertSame(mtl with { Grid = null, Time = new DateTimeOffset(mtl.Id.Acquired, default, TimeSpan.Zero) }, item);
    }

    [Fact]
    public void Remote_assets_are_read_where_a_program_can_read_them()
    {
        StacItem item = Item(StacForms.EarthSearch(Read(Repository.Sample("metadata", "LC08_L2SP_098084_20210503_20210508_02_T1_MTL.txt"))));
        (_, string address, string? s3) = item.AllAssets().Single(asset => asset.Key == "red");
        Assert.StartsWith("https://landsatlook.usgs.gov/", address, StringComparison.Ordinal);
        Assert.StartsWith("s3://usgs-landsat/", s3, StringComparison.Ordinal);
        Assert.Equal("/vsis3/usgs-landsat/a.TIF", RemotePath.ToGdal("s3://usgs-landsat/a.TIF"));
        Assert.Equal("/vsicurl/https://example.org/a%20b.TIF?x=1", RemotePath.ToGdal("https://example.org/a%20b.TIF?x=1"));
        Assert.StartsWith("/vsicurl?pc_url_signing=yes&", RemotePath.ToGdal("https://landsateuwest.blob.core.windows.net/landsat-c2/a.TIF"), StringComparison.Ordinal);
        Assert.Equal("/vsicurl/https://landsateuwest.blob.core.windows.net/landsat-c2/a.TIF?sig=1", RemotePath.ToGdal("https://landsateuwest.blob.core.windows.net/landsat-c2/a.TIF?sig=1"));
        Assert.Equal("a.TIF", RemotePath.FileName("https://x/y/a.TIF?sig=a/b"));
    }

    [Theory]
    [InlineData("_MTL.txt")]
    [InlineData("_MTL.json")]
    [InlineData("_MTL.xml")]
    [InlineData("_SR_stac.json")]
    [InlineData("")]
    public void Each_kind_of_metadata_alone_opens_the_real_product_as_the_same_scene(string kind)
    {
        using var scratch = new ScratchFolder();
        foreach (string file in Directory.GetFiles(OliFolder))
        {
            string name = Path.GetFileName(file);
            if (name.EndsWith(".TIF", StringComparison.Ordinal) || (kind.Length > 0 && name.EndsWith(kind, StringComparison.Ordinal)))
            {
                File.CreateSymbolicLink(scratch.File(name), file);
            }
        }

        using Scene expected = SceneReader.Open(OliFolder);
        using Scene actual = SceneReader.Open(scratch.Path);
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Grid, actual.Grid);
        Assert.Equal(expected.Bands.Keys, actual.Bands.Keys);
        Assert.All(expected.Bands.Values, band => Assert.Equal((band.FileName, band.Scaling), (actual.Band(band.Role).FileName, actual.Band(band.Role).Scaling)));
        if (kind.StartsWith("_MTL", StringComparison.Ordinal))
        {
            AssertSame(expected.Metadata, actual.Metadata);
        }
        else
        {
            // This item gives the day alone, and the file names give no more.
            Assert.Equal(expected.Id.Acquired, DateOnly.FromDateTime(actual.Time.UtcDateTime));
            Assert.Equal(kind.Length > 0 ? expected.SunElevation : null, actual.SunElevation);
            Assert.Equal(kind.Length > 0 ? expected.CloudCover : null, actual.CloudCover);
        }

        // An item beside its product is completed by the product's own metadata.
        using Scene item = SceneReader.Open(Path.Combine(OliFolder, Oli + "_SR_stac.json"));
        AssertSame(expected.Metadata, item.Metadata);
    }

    [Fact]
    public void Level_1_without_its_metadata_is_refused()
    {
        using var scratch = new ScratchFolder();
        string folder = new TinyProduct("LC08_L1TP_149030_20200714_20200801_02_T1").Write(scratch.Path);
        File.Delete(Path.Combine(folder, "LC08_L1TP_149030_20200714_20200801_02_T1_MTL.txt"));
        InputException e = Assert.Throws<InputException>(() => SceneReader.Open(folder));
        Assert.Contains("without which the numbers of Level 1 are no reflectance", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_text_does_no_harm_where_another_kind_holds_the_same()
    {
        using var scratch = new ScratchFolder();
        foreach (string file in Directory.GetFiles(OliFolder))
        {
            File.Copy(file, scratch.File(Path.GetFileName(file)));
        }

        string text = scratch.File(Oli + "_MTL.txt");
        File.WriteAllText(text, File.ReadAllText(text)[..2000]);
        using Scene scene = SceneReader.Open(scratch.Path);
        Assert.Equal("MTL.json", scene.Metadata.Source);
    }

    [Fact]
    public void Metadata_with_Windows_line_ends_trailing_NULs_or_a_byte_order_mark_are_read()
    {
        byte[] text = File.ReadAllBytes(Repository.Sample("metadata", "LT05_L2SP_090084_19980308_20200909_02_T1_MTL.txt"));
        byte[] json = File.ReadAllBytes(Repository.Sample("metadata", "LT05_L2SP_090084_19980308_20200909_02_T1_MTL.json"));
        byte[] xml = File.ReadAllBytes(Repository.Sample("metadata", "LT05_L2SP_090084_19980308_20200909_02_T1_MTL.xml"));
        ProductMetadata expected = ProductMetadata.FromMtl(Mtl.Parse(text, "t"), "MTL.txt");
        byte[] windows = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ReplaceLineEndings("\r\n"));
        foreach (byte[] odd in new[] { windows, [.. text, 0], [.. text, .. new byte[512]], [0xEF, 0xBB, 0xBF, .. text], [.. json, 0, 0], [0xEF, 0xBB, 0xBF, .. json], [.. xml, 0], [0xEF, 0xBB, 0xBF, .. xml] })
        {
            AssertSame(expected, ProductMetadata.FromMtl(Mtl.Parse(odd, "odd"), "MTL.txt"));
        }
    }

    [Fact]
    public void Broken_JSON_and_XML_name_the_line()
    {
        foreach (string kind in new[] { "json", "xml" })
        {
            byte[] bytes = File.ReadAllBytes(Repository.Sample("metadata", $"LT05_L2SP_090084_19980308_20200909_02_T1_MTL.{kind}"));
            for (int length = 0; length < bytes.Length - 20; length += 997)
            {
                InputException e = Assert.Throws<InputException>(() => ProductMetadata.FromMtl(Mtl.Parse(bytes.AsSpan(0, length), "f"), "x"));
                Assert.Contains("download it again", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<InputException>(() => Mtl.Parse("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b>&x;</b></a>"u8, "f"));
    }

    [Fact]
    public void A_scene_taken_at_night_has_no_reflectance()
    {
        string text = new TinyProduct("LC08_L1TP_149030_20200714_20200801_02_T1").Metadata(ProductId.Parse("LC08_L1TP_149030_20200714_20200801_02_T1", "x"));
        InputException e = Assert.Throws<InputException>(() => ProductMetadata.FromMtl(Mtl.Parse(Encoding.UTF8.GetBytes(text.Replace("58.25", "-12.5", StringComparison.Ordinal)), "f"), "x"));
        Assert.Contains("below the horizon", e.Message, StringComparison.Ordinal);
    }

    internal static void AssertSame(ProductMetadata expected, ProductMetadata actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Time, actual.Time);
        Assert.Equal(expected.CloudCover, actual.CloudCover);
        Assert.Equal(expected.SunElevation, actual.SunElevation);
        Assert.Equal(expected.SunAzimuth, actual.SunAzimuth);
        Assert.Equal(expected.Grid, actual.Grid);
        Assert.Equal(expected.Scaling.OrderBy(pair => pair.Key), actual.Scaling.OrderBy(pair => pair.Key));
        Assert.All(actual.Files, pair => Assert.Equal(expected.Files[pair.Key], pair.Value));
    }

    internal static string Unpack(ScratchFolder scratch, string sample)
    {
        System.Formats.Tar.TarFile.ExtractToDirectory(Repository.Sample("scenes", sample), scratch.Path, overwriteFiles: true);
        return Path.GetDirectoryName(Directory.GetFiles(scratch.Path, "*_MTL.txt", SearchOption.AllDirectories)[0])!;
    }

    private static StacItem Item(JsonObject form) => StacItem.TryRead(JsonDocument.Parse(form.ToJsonString()).RootElement.Clone(), "https://stac.example/items/" + form["id"])!;

    private static ProductMetadata Read(string file) => ProductMetadata.FromMtl(Mtl.Parse(File.ReadAllBytes(file), file), "MTL" + Path.GetExtension(file));

    private static ProductMetadata ReadItem(string file) => StacItem.TryRead(JsonDocument.Parse(File.ReadAllText(file)).RootElement.Clone(), file)!.ReadMetadata();
}
