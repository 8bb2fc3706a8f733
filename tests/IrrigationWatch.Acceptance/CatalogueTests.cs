using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>The catalogue of a whole archive, as commands.</summary>
public class CatalogueTests
{
    [Fact]
    public void Thousands_of_products_are_added_once_by_two_programs_at_a_time()
    {
        using var scratch = new ScratchFolder();
        int count = Form.Cases(1_000, 10_000);
        MakeArchive(scratch, count);
        string catalogue = scratch.File("all.db");
        CommandResult[] results = [.. new[] { new[] { "a", "b" }, ["b", "c"] }
            .Select(folders => Task.Run(() => CommandLine.RunAsProcess(["catalogue", "add", .. folders.Select(folder => scratch.File(folder)), "-c", catalogue])))
            .ToArray().Select(task => task.Result.Succeeds())];
        Assert.All(results, result => Assert.Contains($"; 0 of {count * 6 / 10} cannot be used", result.Output, StringComparison.Ordinal));
        CommandResult again = CommandLine.Run("catalogue", "add", scratch.File("a"), scratch.File("b"), scratch.File("c"), "-c", catalogue).Succeeds();
        Assert.Contains($"0 added, 0 changed, {count} as they were; 0 of {count} cannot be used", again.Output, StringComparison.Ordinal);

        using JsonDocument all = List("--json");
        Assert.Equal(count, all.RootElement.GetArrayLength());
        Assert.Equal(count, all.RootElement.EnumerateArray().Select(scene => scene.GetProperty("product_id").GetString()).Distinct().Count());
        using JsonDocument some = List("--json", "--from", "1986-01-01", "--to", "1986-12-31", "--path", "149", "--row", "30", "--sensor", "landsat-5", "--level", "2", "--max-cloud", "13", "--area", "78,43,80,45");
        Assert.InRange(some.RootElement.GetArrayLength(), 1, 400);
        Assert.All(some.RootElement.EnumerateArray(), scene => Assert.StartsWith("LT05_L2SP_149030_1986", scene.GetProperty("product_id").GetString(), StringComparison.Ordinal));
        Assert.EndsWith("\n0 products\n", CommandLine.Run("catalogue", "list", "-c", catalogue, "--sensor", "oli").Succeeds().Output, StringComparison.Ordinal);

        JsonDocument List(params string[] arguments) => JsonDocument.Parse(CommandLine.Run(["catalogue", "list", "-c", catalogue, .. arguments]).Succeeds().Output);
    }

    /// <summary>
    /// Full-size scenes of 7661 × 7781 pixels, whose pixels are holes in the file: of 8.6 GB only headers and metadata are read.
    /// </summary>
    [Fact]
    public void Eight_gigabytes_are_catalogued_without_reading_pixels()
    {
        Assert.SkipUnless(File.Exists("/proc/self/io"), "the system does not count the bytes that a process reads");
        using var scratch = new ScratchFolder();
        long size = 0;
        byte[]? header = null;
        long length = 0;
        for (int i = 0; i < 8; i++)
        {
            var product = new TinyProduct(string.Create(CultureInfo.InvariantCulture, $"LC09_L2SP_149030_2023070{i + 1}_20230801_02_T1")) { Width = 7661, Height = 7781 };
            if (header is null)
            {
                (header, length) = FullSizeBand(scratch.File("band.tif"), product);
            }

            size += WriteSparseTar(scratch.File("scenes", product.Id + ".tar"), product, header, length);
        }

        Assert.True(size > 8_000_000_000, $"{size} bytes");
        string catalogue = scratch.File("c.db");
        (int code, string printed) = Repository.Run("sh", ["-c", "dotnet \"$0\" \"$@\"; cat /proc/$$/io", CommandLine.Program, "catalogue", "add", scratch.File("scenes"), "-c", catalogue]);
        Assert.True(code == 0, printed);
        Assert.Contains("8 added, 0 changed, 0 as they were; 0 of 8 cannot be used", printed, StringComparison.Ordinal);
        long read = long.Parse(printed.Split('\n').Single(line => line.StartsWith("rchar: ", StringComparison.Ordinal))[7..], CultureInfo.InvariantCulture);
        Assert.True(read < size / 100, $"{read} of {size} bytes were read");
        using JsonDocument list = JsonDocument.Parse(CommandLine.Run("catalogue", "list", "--json", "-c", catalogue).Succeeds().Output);
        Assert.Equal(8, list.RootElement.GetArrayLength());
    }

    [Fact]
    public void Verify_names_damaged_files_and_a_run_leaves_them_out()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "2022", "catalogue: c.db");
        string good = area.Product("LC09_L2SP_149030_20220714_20220801_02_T1").WriteTar(Path.Combine(area.Scenes, "good.tar"));
        string bad = area.Product("LC09_L2SP_149030_20220730_20220901_02_T1").Write(Path.Combine(area.Scenes, "bad"));
        string band = Path.Combine(bad, "LC09_L2SP_149030_20220730_20220901_02_T1_SR_B1.TIF");
        File.Copy(Path.Combine(bad, "LC09_L2SP_149030_20220730_20220901_02_T1_SR_B2.TIF"), band);
        byte[] bytes = File.ReadAllBytes(TinyProduct.SpoilPixels(band));
        string catalogue = scratch.File("c.db");
        CommandLine.Run("catalogue", "add", area.Scenes, "-c", catalogue).Succeeds();

        // Damage to a band that nothing is computed from is named and does no harm.
        CommandResult unused = CommandLine.Run("catalogue", "verify", "-c", catalogue);
        Assert.Equal(1, unused.Code);
        Assert.Contains($"damaged: {bad}: LC09_L2SP_149030_20220730_20220901_02_T1_SR_B1.TIF: band 1, block 0,0", unused.Output, StringComparison.Ordinal);
        Assert.Contains("(not used here)", unused.Output, StringComparison.Ordinal);
        File.Delete(band);
        File.WriteAllBytes(Path.Combine(bad, "LC09_L2SP_149030_20220730_20220901_02_T1_SR_B4.TIF"), bytes);
        CommandLine.Run("catalogue", "add", area.Scenes, "-c", catalogue).Succeeds();
        CommandResult verified = CommandLine.Run("catalogue", "verify", "-c", catalogue, "--json");
        Assert.Equal(1, verified.Code);
        using (JsonDocument json = JsonDocument.Parse(verified.Output))
        {
            JsonElement damage = Assert.Single(json.RootElement.GetProperty("damaged").EnumerateArray());
            Assert.Equal((bad, true), (damage.GetProperty("path").GetString(), damage.GetProperty("used").GetBoolean()));
            Assert.Equal(1, json.RootElement.GetProperty("verified").GetInt32());
        }

        Assert.Contains("\n1 products\n", CommandLine.Run("catalogue", "list", "--damaged", "-c", catalogue).Succeeds().Output, StringComparison.Ordinal);
        // The run is told by the catalogue, without finding it out again.
        File.WriteAllText(area.Configuration, File.ReadAllText(area.Configuration).Replace("scenes: [scenes/]\n", string.Empty, StringComparison.Ordinal));
        CommandResult run = CommandLine.Run("run", area.Configuration);
        Assert.Equal(1, run.Code);
        Assert.Contains($"skipped: {bad}: LC09_L2SP_149030_20220730_20220901_02_T1_SR_B4.TIF: band 1, block 0,0", run.Error, StringComparison.Ordinal);
        Assert.Contains("2022 (1)", run.Output, StringComparison.Ordinal);
        Assert.Contains(good, File.ReadAllText(Path.Combine(area.Output, "run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_questions_are_one_line()
    {
        using var scratch = new ScratchFolder();
        CommandLine.Run("catalogue", "list", "-c", scratch.File("none.db")).FailsWith(1, "there is no such catalogue");
        CommandLine.Run("catalogue", "add", scratch.File("none"), "-c", scratch.File("gone", "c.db")).FailsWith(1, "lies in a folder that does not exist");
        File.WriteAllText(scratch.File("c.db"), new string('x', 4096));
        CommandLine.Run("catalogue", "list", "-c", scratch.File("c.db")).FailsWith(1, "cannot be used as a catalogue");
        string catalogue = scratch.File("good.db");
        CommandLine.Run("catalogue", "add", Repository.Sample("scenes"), "-c", catalogue).Succeeds();
        CommandLine.Run("catalogue", "list", "-c", catalogue, "--from", "yesterday").FailsWith(2, "'yesterday' is no day");
        CommandLine.Run("catalogue", "list", "-c", catalogue, "--sensor", "msi").FailsWith(2, "'msi' is no sensor");
        CommandLine.Run("catalogue", "list", "-c", catalogue, "--area", "1,2,0,1").FailsWith(2, "is empty");
    }

    /// <summary>Tars of a few kilobytes with all files of a product; four tenths in a, two in b, four in c.</summary>
    private static void MakeArchive(ScratchFolder scratch, int count)
    {
        var model = new TinyProduct("LT05_L2SP_149030_19840714_20200801_02_T1") { Width = 4, Height = 4 };
        (string Suffix, byte[] Bytes)[] bands = [.. Directory.GetFiles(model.Write(scratch.File("model")), "*.TIF").Select(file => (Path.GetFileName(file)[model.Id.Length..], File.ReadAllBytes(file)))];
        foreach (string folder in new[] { "a", "b", "c" })
        {
            Directory.CreateDirectory(scratch.File(folder));
        }

        for (int i = 0; i < count; i++)
        {
            var day = new DateOnly(1984, 4, 1).AddDays(i);
            string id = string.Create(CultureInfo.InvariantCulture, $"LT05_L2SP_{149 - i % 2}030_{day:yyyyMMdd}_20200801_02_T1");
            ProductId product = ProductId.Parse(id, "x");
            using var tar = new TarWriter(File.Create(scratch.File(i < count * 4 / 10 ? "a" : i < count * 6 / 10 ? "b" : "c", id + ".tar")));
            Write(tar, id + "_MTL.txt", Encoding.ASCII.GetBytes((model with { Id = id }).Metadata(product)));
            foreach ((string suffix, byte[] bytes) in bands)
            {
                Write(tar, id + suffix, bytes);
            }
        }

        static void Write(TarWriter tar, string name, byte[] bytes) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }

    /// <summary>The first bytes and the length of a whole band.</summary>
    private static (byte[] Header, long Length) FullSizeBand(string path, TinyProduct product)
    {
        (product with { Pixel = (_, _, _) => 0 }).WriteBand(path, BandRole.Red, "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256");
        byte[] header = new byte[64 << 10];
        using FileStream file = File.OpenRead(path);
        file.ReadExactly(header);
        long length = file.Length;
        file.Dispose();
        File.Delete(path);
        return (header, length);
    }

    private static long WriteSparseTar(string path, TinyProduct product, byte[] header, long length)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ProductId id = ProductId.Parse(product.Id, "x");
        using FileStream file = File.Create(path);
        byte[] metadata = Encoding.ASCII.GetBytes(product.Metadata(id));
        Entry(product.Id + "_MTL.txt", metadata, metadata.Length);
        foreach (BandRole role in BandRoles.Of(id))
        {
            Entry(ProductMetadata.FileNameOf(id, role), header, length);
        }

        file.SetLength(file.Length + 1024);
        return file.Length;

        void Entry(string name, byte[] start, long size)
        {
            byte[] block = new byte[512];
            Encoding.ASCII.GetBytes(name).CopyTo(block, 0);
            Encoding.ASCII.GetBytes("0000644\0" + "0000000\0" + "0000000\0" + Convert.ToString(size, 8).PadLeft(11, '0') + "\0" + "00000000000\0" + "        0").CopyTo(block, 100);
            Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(block, 257);
            int sum = block.Sum(value => value);
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
            long at = file.Length;
            file.Position = at;
            file.Write(block);
            file.Write(start);
            file.SetLength(at + 512 + (size + 511) / 512 * 512);
        }
    }
}
