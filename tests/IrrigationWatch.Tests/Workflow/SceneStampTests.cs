using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>A stamp changes when a file of its scene does, and with nothing else.</summary>
public sealed class SceneStampTests : IDisposable
{
    private static readonly DateTime Then = new(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TinyProduct Product = new("LC09_L2SP_149030_20230714_20230801_02_T1") { Width = 4, Height = 4 };

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void The_stamp_of_an_archive_is_that_of_its_name_length_and_time()
    {
        string tar = Write("a.tar", "12345");
        // Digest of the length of the text in four bytes, and the text.
        byte[] text = Encoding.UTF8.GetBytes(FormattableString.Invariant($"a.tar 5 {Then.Ticks}"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. BitConverter.GetBytes(text.Length), .. text])), SceneStamp.Of(tar));
        string before = SceneStamp.Of(tar);
        File.WriteAllText(scratch.File("b.tar"), "beside");
        Assert.Equal(before, SceneStamp.Of(tar));
        Write("a.tar", "54321");
        Assert.Equal(before, SceneStamp.Of(tar));
        Write("a.tar", "123456");
        Assert.NotEqual(before, SceneStamp.Of(tar));
        Write("a.tar", "12345");
        File.SetLastWriteTimeUtc(tar, Then.AddSeconds(1));
        Assert.NotEqual(before, SceneStamp.Of(tar));
    }

    [Fact]
    public void The_stamp_of_a_folder_follows_each_of_its_files()
    {
        string folder = Product.Write(scratch.File("product"));
        string before = SceneStamp.Of(folder);
        foreach (string file in Directory.GetFiles(folder))
        {
            DateTime time = File.GetLastWriteTimeUtc(file);
            File.SetLastWriteTimeUtc(file, Then);
            Assert.NotEqual(before, SceneStamp.Of(folder));
            File.SetLastWriteTimeUtc(file, time);
            Assert.Equal(before, SceneStamp.Of(folder));
        }

        File.Delete(Path.Combine(folder, Product.Id + "_SR_B4.TIF"));
        Assert.NotEqual(before, SceneStamp.Of(folder));
    }

    [Fact]
    public void A_file_of_a_product_stands_for_all_of_its_files()
    {
        Product.Write(scratch.Path);
        string metadata = scratch.File(Product.Id + "_MTL.txt");
        string before = SceneStamp.Of(metadata);
        Assert.Equal(before, SceneStamp.Of(scratch.File(Product.Id + "_SR_B5.TIF")));
        File.SetLastWriteTimeUtc(scratch.File(Product.Id + "_QA_PIXEL.TIF"), Then);
        Assert.NotEqual(before, SceneStamp.Of(metadata));
    }

    [Fact]
    public void An_item_of_a_document_has_the_stamp_of_the_document()
    {
        string document = Write("search.json", "{}");
        string before = SceneStamp.Of(document);
        Assert.Equal(before, SceneStamp.Of(document + "#LC09_L2SP_149030_20230714_20230801_02_T1_SR"));
        Write("search.json", "{ }");
        Assert.NotEqual(before, SceneStamp.Of(document + "#LC09_L2SP_149030_20230714_20230801_02_T1_SR"));
        // A name may hold a '#' of its own.
        string odd = Write("a#1.tar", "1");
        Assert.NotEqual(string.Empty, SceneStamp.Of(odd));
        Assert.Equal(string.Empty, SceneStamp.Of(scratch.File("a#2.tar")));
    }

    [Fact]
    public void What_is_not_there_has_none_and_an_address_is_its_own()
    {
        Assert.Equal(string.Empty, SceneStamp.Of(scratch.File("missing.tar")));
        Assert.Equal(string.Empty, SceneStamp.Of(scratch.File("missing.json#item")));
        Assert.Equal("https://stac.example/items/LC09_L2SP_149030_20230714_20230801_02_T1", SceneStamp.Of("https://stac.example/items/LC09_L2SP_149030_20230714_20230801_02_T1"));
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(scratch.File(name), text);
        File.SetLastWriteTimeUtc(scratch.File(name), Then);
        return scratch.File(name);
    }
}
