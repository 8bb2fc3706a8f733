using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Whatever way an archive is laid out, each product is found once, and nothing that looks like one is missed in silence.</summary>
public class SceneDiscoveryTests
{
    private static readonly TinyProduct Product = new("LC09_L2SP_149030_20230714_20230801_02_T1") { Width = 4, Height = 4 };

    [Fact]
    public void Every_layout_of_an_archive_is_searched()
    {
        using var scratch = new ScratchFolder();
        Of(1).WriteTar(scratch.File("a", "one.tar"));
        Of(2).WriteTar(scratch.File("a", "deep", "er", "two.tgz"), "folder/");
        Of(3).Write(scratch.File("b", "three"));
        Of(4).Write(scratch.File("b", "several"));
        Of(5).Write(scratch.File("b", "several"));
        TinyProduct.Pack(Of(6).Write(scratch.File("aside", "six")), scratch.File("c", "SIX.ZIP"));
        Directory.Delete(scratch.File("aside"), recursive: true);
        // Metadata above their bands, and a folder below that has nothing to do with them.
        string spread = Of(7).Write(scratch.File("d", "seven"));
        Directory.CreateDirectory(Path.Combine(spread, "bands"));
        foreach (string band in Directory.GetFiles(spread, "*.TIF"))
        {
            File.Move(band, Path.Combine(spread, "bands", Path.GetFileName(band)));
        }

        Of(8).WriteTar(Path.Combine(spread, "other", "eight.tar"));
        File.WriteAllText(scratch.File("notes.txt"), "not a product");
        File.WriteAllText(scratch.File("zones.geojson"), """{"type":"FeatureCollection","features":[]}""");
        File.WriteAllText(scratch.File("broken.json"), "{");
        Assert.Equal(
            [
                scratch.File("a", "deep", "er", "two.tgz"), scratch.File("a", "one.tar"),
                scratch.File("b", "several", Of(4).Id + "_MTL.txt"), scratch.File("b", "several", Of(5).Id + "_MTL.txt"), scratch.File("b", "three"),
                scratch.File("c", "SIX.ZIP"), spread, Path.Combine(spread, "other", "eight.tar"),
            ],
            Find(scratch.Path));
        foreach (SceneSource source in SceneDiscovery.Find([scratch.Path]))
        {
            using Scene scene = SceneReader.Open(source.Path);
            Assert.Empty(scene.Missing);
        }
    }

    [Fact]
    public void Metadata_without_bands_are_found_so_that_they_are_named()
    {
        using var scratch = new ScratchFolder();
        // Alone above a whole archive, beside several products, and of the Level 1 of a Level 2.
        File.WriteAllText(scratch.File("LC08_L2SP_150030_20230715_20230801_02_T1_MTL.txt"), Product.Metadata(ProductId.Parse("LC08_L2SP_150030_20230715_20230801_02_T1", "x")));
        Of(1).WriteTar(scratch.File("one.tar"));
        Of(2).Write(scratch.File("two"));
        File.WriteAllText(scratch.File("two", Of(2).Id.Replace("L2SP", "L1TP", StringComparison.Ordinal) + "_MTL.txt"), "Level 1");
        Of(3).Write(scratch.File("several"));
        Of(4).Write(scratch.File("several"));
        string orphan = scratch.File("several", Of(5).Id + "_MTL.json");
        File.WriteAllText(orphan, "{}");
        Assert.Equal(
            [scratch.File("LC08_L2SP_150030_20230715_20230801_02_T1_MTL.txt"), scratch.File("one.tar"), scratch.File("several", Of(3).Id + "_MTL.txt"), scratch.File("several", Of(4).Id + "_MTL.txt"), orphan, scratch.File("two")],
            Find(scratch.Path));
        using Scene two = SceneReader.Open(scratch.File("two"));
        Assert.Equal(Of(2).Id, two.Id.Text);
        Assert.Throws<InputException>(() => SceneReader.Open(scratch.File("LC08_L2SP_150030_20230715_20230801_02_T1_MTL.txt")));
    }

    [Fact]
    public void Broken_downloads_and_documents_are_sources_with_their_cause()
    {
        using var scratch = new ScratchFolder();
        Of(1).WriteTar(scratch.File("one.tar"));
        File.WriteAllText(scratch.File(Of(2).Id + ".tar.part"), "x");
        File.WriteAllText(scratch.File(Of(3).Id + ".tar.lzma"), "x");
        Directory.CreateDirectory(scratch.File("stac"));
        File.WriteAllText(scratch.File("stac", Of(4).Id + "_SR_stac.json"), "{\"type\": \"Fea");
        File.WriteAllText(scratch.File("stac", "collection.json"), """{"type":"Collection","stac_version":"1.0.0","id":"c","links":[{"rel":"item","href":"./gone.json"}]}""");
        using var space = new ScratchSpace(scratch.File("space"));
        using var catalogue = new Catalogue(scratch.File("c.db"));
        IntakeSummary summary = SceneIntake.Take(SceneDiscovery.Find([scratch.Path]), catalogue, space);
        Assert.Equal((5, 4), (summary.Records.Count, summary.Damaged.Count));
        foreach ((string file, string cause) in new[]
        {
            (Of(2).Id + ".tar.part", "is a download that was not finished"), (Of(3).Id + ".tar.lzma", "of a kind that is not read"),
            ("stac/" + Of(4).Id + "_SR_stac.json", "is no JSON (line 1)"), ("stac/collection.json", "gone.json: cannot be read"),
        })
        {
            Assert.Contains(cause, Assert.Single(summary.Damaged, scene => scene.Path == scratch.File(file.Split('/'))).Cause, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Links_that_lead_in_circles_end()
    {
        using var scratch = new ScratchFolder();
        string inner = Of(1).Write(scratch.File("archive", "year", "product"));
        Directory.CreateSymbolicLink(scratch.File("archive", "year", "up"), scratch.File("archive"));
        Directory.CreateSymbolicLink(scratch.File("archive", "here"), scratch.File("archive", "year"));
        Directory.CreateSymbolicLink(scratch.File("archive", "nowhere"), scratch.File("gone"));
        Assert.Contains(inner, Find(scratch.File("archive")));
        Assert.InRange(Find(scratch.File("archive")).Length, 1, 2);
    }

    [Fact]
    public void A_query_in_an_address_is_no_pattern() =>
        Assert.Equal(["https://stac.example/search?collections=landsat-c2-l2&limit=100"], PathPatterns.Expand(["https://stac.example/search?collections=landsat-c2-l2&limit=100"]));

    /// <summary>A thousand products unpacked into one folder are found with as many listings of the folder as it takes, not with one a product.</summary>
    [Fact]
    public void The_stamp_of_a_product_in_a_shared_folder_follows_its_own_files_only()
    {
        using var scratch = new ScratchFolder();
        Of(1).Write(scratch.Path);
        Of(2).Write(scratch.Path);
        Dictionary<string, string> before = Stamps();
        File.SetLastWriteTimeUtc(scratch.File(Of(2).Id + "_SR_B4.TIF"), new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Dictionary<string, string> after = Stamps();
        Assert.Equal(before[scratch.File(Of(1).Id + "_MTL.txt")], after[scratch.File(Of(1).Id + "_MTL.txt")]);
        Assert.NotEqual(before[scratch.File(Of(2).Id + "_MTL.txt")], after[scratch.File(Of(2).Id + "_MTL.txt")]);

        Dictionary<string, string> Stamps() => SceneDiscovery.Find([scratch.Path]).ToDictionary(source => source.Path, source => source.Stamp);
    }

    private static TinyProduct Of(int day) => Product with { Id = $"LC09_L2SP_149030_2023070{day}_20230801_02_T1" };

    private static string[] Find(string folder) => [.. SceneDiscovery.Find([folder]).Select(source => source.Path)];
}
