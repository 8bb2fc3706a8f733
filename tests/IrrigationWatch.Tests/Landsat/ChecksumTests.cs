using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Damage that no block shows, as to pixels that are not packed, is found by what came with a product: checksums of archives, MD5 lists, STAC items, and what a product says twice.</summary>
public class ChecksumTests
{
    private const string Id = "LC09_L2SP_149030_20230714_20230801_02_T1";
    private const string Red = Id + "_SR_B4.TIF";

    [Theory]
    [InlineData("sha2-512")]
    [InlineData("sha2-256")]
    [InlineData("md5")]
    public void A_STAC_item_tells_of_changed_pixels(string algorithm)
    {
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        WriteItem(folder, bytes => algorithm switch
        {
            "sha2-512" => "1340" + Convert.ToHexStringLower(SHA512.HashData(bytes)),
            "sha2-256" => "1220" + Convert.ToHexStringLower(SHA256.HashData(bytes)),
            _ => "d50110" + Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes)),
        });
        Assert.Empty(Verify(folder));
        Change(Path.Combine(folder, Red));
        FileDamage damage = Assert.Single(Verify(folder));
        Assert.Equal((Red, true), (damage.File, damage.IsUsed));
        Assert.EndsWith("is not the one that " + Id + "_SR_stac.json says", damage.Cause, StringComparison.Ordinal);
    }

    /// <summary>Cut-outs and files that were packed anew are named, and used.</summary>
    [Fact]
    public void A_file_of_another_size_was_written_anew()
    {
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        WriteItem(folder, bytes => "1340" + Convert.ToHexStringLower(SHA512.HashData(bytes)));
        new TinyProduct(Id).WriteBand(Path.Combine(folder, Red), BandRole.Red);
        FileDamage damage = Assert.Single(Verify(folder));
        Assert.False(damage.IsUsed);
        Assert.Contains("it was written anew, or is cut short", damage.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p.tar", "p.tar.md5", "{0}  p.tar\n")]
    [InlineData("p.tar", "p.md5", "{0} *p.tar")]
    [InlineData("p.tar", "p.tar.md5", "{0}")]
    [InlineData("p.tar.gz", "p.tar.gz.md5", "# made by md5sum\r\n{0}  ./p.tar.gz\r\n")]
    public void An_MD5_beside_an_archive_tells_of_changed_pixels(string name, string list, string form)
    {
        using var scratch = new ScratchFolder();
        string archive = TinyProduct.Pack(WriteUnpacked(scratch.File("p")), scratch.File(name));
        File.WriteAllText(scratch.File(list), form.Replace("{0}", Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, File.ReadAllBytes(archive))), StringComparison.Ordinal));
        Assert.Empty(Verify(archive));
        File.WriteAllText(scratch.File(list), form.Replace("{0}", new string('0', 32), StringComparison.Ordinal));
        FileDamage damage = Assert.Single(Verify(archive));
        Assert.Equal((name, true), (damage.File, damage.IsUsed));
        Assert.Equal($"its MD5 is not the one that {list} says", damage.Cause);
    }

    [Fact]
    public void An_MD5_list_in_a_folder_tells_of_changed_pixels()
    {
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        File.WriteAllLines(Path.Combine(folder, Id + ".md5"), Directory.GetFiles(folder).Select(file => $"{Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, File.ReadAllBytes(file)))}  {Path.GetFileName(file)}"));
        Assert.Empty(Verify(folder));
        Change(Path.Combine(folder, Red));
        Assert.Equal(Red, Assert.Single(Verify(folder)).File);
    }

    /// <summary>GDAL reads members of zips without comparing their checksums.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    public void The_checksum_of_a_member_of_a_zip_tells_of_changed_pixels(CompressionLevel level)
    {
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        string zip = scratch.File("p.zip");
        ZipFile.CreateFromDirectory(folder, zip, level, includeBaseDirectory: false);
        Assert.Empty(Verify(zip));
        byte[] bytes = File.ReadAllBytes(zip);
        int refused = 0;
        for (int i = 0; i < 40; i++)
        {
            byte[] changed = [.. bytes];
            changed[bytes.Length / 60 * (i + 3)] ^= 2;
            string damaged = scratch.File($"{i}.zip");
            File.WriteAllBytes(damaged, changed);
            try
            {
                refused += Verify(damaged).Count > 0 ? 1 : 0;
                Assert.True(refused > 0);
            }
            catch (InputException)
            {
                refused++;
            }
        }

        // Some bytes, as times in headers, mean nothing.
        Assert.True(refused > 35, $"{refused} of 40");
    }

    /// <summary>A tar whose header, name, attributes or end are damaged has lost members, or given them other names.</summary>
    [Fact]
    public void No_byte_of_a_header_of_a_tar_changes_in_silence()
    {
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        byte[] whole = File.ReadAllBytes(TinyProduct.Pack(folder, scratch.File("p.tar")));
        string[] files = Names(scratch.File("p.tar"));
        int[] headers = [.. Enumerable.Range(0, whole.Length / 512).Select(block => 512 * block).Where(at => whole.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))];
        Assert.True(headers.Length >= 2 * files.Length);
        var random = new Random(5);
        foreach (int header in headers)
        {
            for (int i = 0; i < 8; i++)
            {
                byte[] bytes = [.. whole];
                bytes[header + random.Next(500)] ^= (byte)(1 << random.Next(8));
                AssertRefused(bytes);
            }

            byte[] zeros = [.. whole];
            zeros.AsSpan(header, 512).Clear();
            AssertRefused(zeros);
            if (header > 0)
            {
                AssertRefused(whole[..header]);
            }
        }

        AssertRefused([.. whole, .. whole[..512]]);

        void AssertRefused(byte[] bytes)
        {
            File.WriteAllBytes(scratch.File("damaged.tar"), bytes);
            Assert.Contains("cut short or damaged", Assert.Throws<InputException>(() => Names(scratch.File("damaged.tar"))).Message, StringComparison.Ordinal);
        }

        static string[] Names(string tar)
        {
            using Scene scene = SceneReader.Open(tar);
            return [.. scene.Files.Select(file => file.FileName)];
        }
    }

    /// <summary>Holes are left out of such a tar, in one form without a word in the header: all pixels behind one would be moved.</summary>
    [Theory]
    [InlineData("--format=gnu")]
    [InlineData("--format=pax --sparse-version=0.1")]
    [InlineData("--format=pax --sparse-version=1.0")]
    public void A_tar_with_holes_is_refused(string form)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs GNU tar");
        using var scratch = new ScratchFolder();
        string folder = WriteUnpacked(scratch.File("p"));
        using (FileStream band = File.Open(Path.Combine(folder, Red), FileMode.Open))
        {
            byte[] end = new byte[16];
            band.Position = band.Length - end.Length;
            band.ReadExactly(end);
            band.SetLength(band.Length + 1_000_000);
            band.Position = band.Length;
            band.Write(end);
        }

        Assert.Equal(0, Repository.Run("tar", [.. form.Split(' '), "-S", "-cf", scratch.File("p.tar"), "-C", folder, "."]).Code);
        Assert.Contains("has sparse members, which are not read; pack it again without --sparse (-S)", Assert.Throws<InputException>(() => SceneReader.Open(scratch.File("p.tar")).Dispose()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REFLECTANCE_MULT_BAND_4 = 2.75e-05", "REFLECTANCE_MULT_BAND_4 = 2.95e-05", "do not fit each other")]
    [InlineData("REFLECTANCE_ADD_BAND_4 = -0.2", "REFLECTANCE_ADD_BAND_4 = -0.3", "do not fit each other")]
    [InlineData("DATE_ACQUIRED = 2023-07-14", "DATE_ACQUIRED = 2013-07-14", "has DATE_ACQUIRED = 2013-07-14")]
    [InlineData("_SR_B4.TIF\"", "_SR_B5.TIF\"", "which it is not by its name")]
    [InlineData("LANDSAT_PRODUCT_ID = \"LC09_L2SP_149030_20230714", "LANDSAT_PRODUCT_ID = \"LC09_L2SP_149031_20230714", "is of another product")]
    public void Metadata_that_contradict_themselves_or_the_files_are_refused(string was, string becomes, string problem)
    {
        using var scratch = new ScratchFolder();
        string folder = new TinyProduct(Id).Write(scratch.File("p"));
        string mtl = Path.Combine(folder, Id + "_MTL.txt");
        string text = File.ReadAllText(mtl);
        Assert.Contains(was, text, StringComparison.Ordinal);
        File.WriteAllText(mtl, text.Replace(was, becomes, StringComparison.Ordinal));
        Assert.Contains(problem, Assert.Throws<InputException>(() => SceneReader.Open(folder).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_files_that_differ_are_refused()
    {
        using var scratch = new ScratchFolder();
        var product = new TinyProduct(Id.Replace("L2SP", "L1TP", StringComparison.Ordinal));
        string folder = product.Write(scratch.File("p"));
        string json = Path.Combine(folder, product.Id + "_MTL.json");
        File.WriteAllText(json, product.MetadataJson(ProductId.Parse(product.Id, "test")));
        SceneReader.Open(folder).Dispose();
        File.WriteAllText(json, File.ReadAllText(json).Replace("58.25", "18.25", StringComparison.Ordinal));
        Assert.Contains("differ in the sun's elevation (58.25 and 18.25)", Assert.Throws<InputException>(() => SceneReader.Open(folder).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_that_lies_elsewhere_or_holds_other_numbers_is_refused()
    {
        using var scratch = new ScratchFolder();
        string folder = new TinyProduct(Id).Write(scratch.File("p"));
        (new TinyProduct(Id) with { Left = 300_030 }).WriteBand(Path.Combine(folder, Red), BandRole.Red);
        Assert.Contains($"{Red} does not lie where ", Assert.Throws<InputException>(() => SceneReader.Open(folder).Dispose()).Message, StringComparison.Ordinal);
        (new TinyProduct(Id) with { Zone = 43 }).WriteBand(Path.Combine(folder, Red), BandRole.Red);
        Assert.Contains($"{Red} does not lie where ", Assert.Throws<InputException>(() => SceneReader.Open(folder).Dispose()).Message, StringComparison.Ordinal);
        using (Dataset dataset = Dataset.Create(Path.Combine(folder, Red), "GTiff", 20, 18, 1, RasterType.Int16))
        {
            dataset.Finish();
        }

        Assert.Contains("holds pixels of type Int16", Assert.Throws<InputException>(() => SceneReader.Open(folder).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_that_the_metadata_name_and_that_is_missing_is_named_by_verification()
    {
        using var scratch = new ScratchFolder();
        string folder = new TinyProduct(Id).Write(scratch.File("p"), BandRole.QaPixel);
        FileDamage damage = Assert.Single(Verify(folder));
        Assert.Equal((Id + "_QA_PIXEL.TIF", false), (damage.File, damage.IsUsed));
    }

    private static IReadOnlyList<FileDamage> Verify(string path)
    {
        using Scene scene = SceneReader.Open(path);
        return SceneVerifier.Verify(scene, TestContext.Current.CancellationToken);
    }

    /// <summary>A product whose pixels are not packed, so that no block tells of damage.</summary>
    private static string WriteUnpacked(string folder)
    {
        var product = new TinyProduct(Id);
        product.Write(folder);
        foreach (BandRole role in BandRoles.Of(ProductId.Parse(Id, "test")))
        {
            string file = Path.Combine(folder, ProductMetadata.FileNameOf(ProductId.Parse(Id, "test"), role));
            DateTime written = File.GetLastWriteTimeUtc(file);
            product.WriteBand(file, role, "BLOCKYSIZE=8");
            File.SetLastWriteTimeUtc(file, written);
        }

        return folder;
    }

    private static void Change(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^9] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static void WriteItem(string folder, Func<byte[], string> multihash)
    {
        var assets = new JsonObject();
        foreach (string file in Directory.GetFiles(folder, "*.TIF"))
        {
            byte[] bytes = File.ReadAllBytes(file);
            assets[Path.GetFileNameWithoutExtension(file)] = new JsonObject { ["href"] = "https://example.com/" + Path.GetFileName(file), ["file:size"] = bytes.Length, ["file:checksum"] = multihash(bytes) };
        }

        var item = new JsonObject { ["type"] = "Feature", ["stac_version"] = "1.0.0", ["id"] = Id, ["properties"] = new JsonObject { ["datetime"] = "2023-07-14T05:12:34Z" }, ["assets"] = assets };
        File.WriteAllText(Path.Combine(folder, Id + "_SR_stac.json"), item.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }
}
