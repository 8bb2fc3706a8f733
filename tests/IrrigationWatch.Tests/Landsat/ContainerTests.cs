using System.Formats.Tar;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>One product in every container that it may come in is the same scene with the same pixels.</summary>
public class ContainerTests
{
    private static readonly TinyProduct Product = new("LC09_L2SP_149030_20230714_20230801_02_T1");

    public static TheoryData<string> Containers() =>
    [
        "folder", "folder renamed by hand", "nested", "bands below the metadata", "lower case", "mtl", "band", "tar", "tar with folders", "zip", "zip with folders", "tar.gz", "TGZ", "tar.bz2", "tar.zst", "7z", "7z with folders", "tar.bz2 in zip",
        "tar in tar", "tar.gz in tar", "tar in zip", "zip in tar.gz", "several in one folder", "no metadata", "renamed metadata", "tiff",
    ];

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_product_is_the_same_in(string container)
    {
        using var scratch = new ScratchFolder();
        string plain = Product.Write(scratch.File("plain"));
        string path = Make(container, scratch, plain);
        using var space = new ScratchSpace(scratch.File("space"));
        float[] expected = Ndvi(plain, space, out Scene reference);
        float[] actual = Ndvi(path, space, out Scene scene);
        Assert.Equal(reference.Id, scene.Id);
        Assert.Equal(reference.Grid, scene.Grid);
        Assert.Equal(reference.Bands.Keys, scene.Bands.Keys);
        if (container != "no metadata")
        {
            MetadataTests.AssertSame(reference.Metadata, scene.Metadata);
        }

        Assert.Equal(expected, actual);
        Assert.Contains(actual, value => value > 0.1);
    }

    /// <summary>Archives as other programs write them.</summary>
    [Theory]
    [InlineData("tar.xz", "xz")]
    [InlineData("tar.bz2", "bz2")]
    [InlineData("tar.gz", "gz")]
    public void Tars_that_Python_packed_are_read(string ending, string mode)
    {
        using var scratch = new ScratchFolder();
        string plain = Product.Write(scratch.File("plain"));
        string archive = scratch.File("p." + ending);
        (int code, string output) = Repository.RunPeer("-c", "import sys, tarfile; t = tarfile.open(sys.argv[2], 'w:' + sys.argv[3]); t.add(sys.argv[1], 'product'); t.close()", plain, archive, mode);
        Assert.True(code == 0, output);
        using var space = new ScratchSpace(scratch.File("space"));
        Assert.Equal(Ndvi(plain, space, out _), Ndvi(archive, space, out Scene scene));
        Assert.Equal(Product.Id, scene.Id.Text);
    }

    /// <summary>Unpacked twice, an archive is the same scene, or every run would compute it again.</summary>
    [Theory]
    [InlineData("tar.gz")]
    [InlineData("tar.zst")]
    [InlineData("7z")]
    public void The_fingerprint_of_an_archive_does_not_depend_on_when_it_was_unpacked(string ending)
    {
        using var scratch = new ScratchFolder();
        string archive = TinyProduct.Pack(Product.Write(scratch.File("plain")), scratch.File("p." + ending));
        Assert.Equal(Of("one"), Of("two"));

        string Of(string folder)
        {
            using var space = new ScratchSpace(scratch.File(folder));
            using Scene scene = SceneReader.Open(archive, space);
            return scene.Fingerprint();
        }
    }

    [Fact]
    public void A_compressed_tar_is_unpacked_once_for_many_openings_and_only_what_is_used()
    {
        using var scratch = new ScratchFolder();
        string plain = Product.Write(scratch.File("plain"));
        File.WriteAllBytes(Path.Combine(plain, Product.Id + "_ST_B10.TIF"), new byte[100_000]);
        File.WriteAllBytes(Path.Combine(plain, Product.Id + "_ANG.txt"), new byte[1000]);
        string tar = TinyProduct.Pack(plain, scratch.File("p.tar.gz"));
        using var space = new ScratchSpace(scratch.File("space"));
        for (int i = 0; i < 3; i++)
        {
            using Scene scene = SceneReader.Open(tar, space);
            Assert.DoesNotContain(scene.Files, file => file.FileName.Contains("ST_B10", StringComparison.Ordinal));
        }

        Assert.Equal(1, space.Unpacked);
        Assert.InRange(space.Used, 1, 99_999);
    }

    [Fact]
    public void Scratch_space_is_bounded_and_what_nobody_uses_gives_way()
    {
        using var scratch = new ScratchFolder();
        string[] tars = [.. Enumerable.Range(0, 6).Select(i => (Product with { Id = $"LC09_L2SP_149030_2023071{i}_20230801_02_T1" }).WriteTar(scratch.File($"{i}.tar.gz")))];
        long one;
        using (var measure = new ScratchSpace(scratch.File("measure")))
        {
            using Scene scene = SceneReader.Open(tars[0], measure);
            one = measure.Used;
        }

        Assert.False(Directory.Exists(scratch.File("measure")));
        using var space = new ScratchSpace(scratch.File("space"), limit: 2 * one + one / 2);
        foreach (string tar in tars)
        {
            using Scene scene = SceneReader.Open(tar, space);
            Assert.InRange(space.Used, one, space.Limit);
        }

        Assert.InRange(Directory.GetDirectories(scratch.File("space")).Length, 1, 2);
        Assert.Equal(6, space.Unpacked);
        // Two in use leave no room for a third: an error that says what to do, and nothing is left behind.
        using Scene first = SceneReader.Open(tars[0], space);
        using Scene second = SceneReader.Open(tars[1], space);
        ScratchSpaceException e = Assert.Throws<ScratchSpaceException>(() => SceneReader.Open(tars[2], space));
        Assert.Contains("more of scratch space", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetDirectories(scratch.File("space")).Length);
        Assert.True(File.Exists(first.Band(BandRole.Red).Path));
    }

    [Fact]
    public void A_member_that_points_outside_is_refused_and_writes_nothing()
    {
        using var scratch = new ScratchFolder();
        string tar = scratch.File("evil.tar.gz");
        using (FileStream file = File.Create(tar))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        using (var writer = new TarWriter(gzip))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "../../evil_MTL.txt") { DataStream = new MemoryStream("GROUP = A\n"u8.ToArray()) });
        }

        using var space = new ScratchSpace(scratch.File("a", "b"));
        Assert.Contains("points outside", Assert.Throws<InputException>(() => SceneReader.Open(tar, space)).Message, StringComparison.Ordinal);
        Assert.Equal([tar], Directory.GetFiles(scratch.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Several_products_in_one_container_are_not_guessed_between()
    {
        using var scratch = new ScratchFolder();
        Product.Write(scratch.File("two"));
        (Product with { Id = "LC08_L2SP_149030_20230722_20230801_02_T1" }).Write(scratch.File("two"));
        InputException e = Assert.Throws<InputException>(() => SceneReader.Open(scratch.File("two")));
        Assert.Contains("holds 2 products", e.Message, StringComparison.Ordinal);
        using Scene scene = SceneReader.Open(scratch.File("two", "LC08_L2SP_149030_20230722_20230801_02_T1_MTL.txt"));
        Assert.Equal("LC08_L2SP_149030_20230722_20230801_02_T1", scene.Id.Text);
        Assert.All(scene.Bands.Values, band => Assert.StartsWith("LC08", band.FileName, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("LC08_CU_022010_20190130_20210504_02")]
    [InlineData("LE07_AK_003009_20050630_20210504_02")]
    public void A_tile_of_US_ARD_is_read_without_metadata(string id)
    {
        using var scratch = new ScratchFolder();
        string folder = new TinyProduct(id).Write(scratch.File("ard"));
        string tar = TinyProduct.Pack(folder, scratch.File(id + "_SR.tar"));
        foreach (string path in new[] { folder, tar })
        {
            using Scene scene = SceneReader.Open(path);
            Assert.Equal((ProductKind.ArdTile, "ARD", null, true), (scene.Id.Kind, scene.Id.Level, scene.Id.Path, scene.Id.IsLevel2));
            Assert.Empty(scene.Missing);
            Assert.Equal(ProductMetadata.SurfaceReflectance, scene.Band(BandRole.Swir2).Scaling);
        }
    }

    [Fact]
    public void OLI_only_products_are_read_and_products_in_near_real_time_may_lack_bands()
    {
        using var scratch = new ScratchFolder();
        using Scene oli = SceneReader.Open(new TinyProduct("LO08_L2SR_149030_20150714_20200801_02_T1").Write(scratch.File("oli")));
        Assert.Equal(("OLI", Sensor.Oli), (oli.Id.Instrument, oli.Id.Sensor));
        using Scene real = SceneReader.Open(new TinyProduct("LE07_L2SP_149030_20210714_20210714_02_RT").Write(scratch.File("rt"), BandRole.Swir1, BandRole.CloudQa));
        Assert.Equal([BandRole.Swir1, BandRole.CloudQa], real.Missing);
        using var pool = new RasterPool();
        float[] pixels = new float[real.Grid.Width * real.Grid.Height];
        new Observation(real, real.Grid, pool, new ObservationOptions()).ReadIndices(new PixelWindow(0, 0, real.Grid.Width, real.Grid.Height), [SpectralIndex.Ndvi], pixels);
        Assert.DoesNotContain(pixels, float.IsNaN);
    }

    private static float[] Ndvi(string path, ScratchSpace space, out Scene scene)
    {
        scene = SceneReader.Open(path, space);
        using Scene opened = scene;
        using var pool = new RasterPool();
        float[] pixels = new float[opened.Grid.Width * opened.Grid.Height];
        new Observation(opened, opened.Grid, pool, new ObservationOptions()).ReadIndices(new PixelWindow(0, 0, opened.Grid.Width, opened.Grid.Height), [SpectralIndex.Ndvi], pixels);
        return pixels;
    }

    private static string Make(string container, ScratchFolder scratch, string plain)
    {
        string id = Product.Id;
        switch (container)
        {
            case "folder":
                return plain;
            case "folder renamed by hand":
                Directory.Move(plain, scratch.File("July, good one"));
                Directory.CreateSymbolicLink(plain, scratch.File("July, good one"));
                return scratch.File("July, good one");
            case "nested":
                return Path.GetDirectoryName(Copy(scratch.File("outer", "inner", "product")))!;
            case "bands below the metadata":
                string below = Copy(scratch.File("split", "bands"));
                File.Move(Path.Combine(below, id + "_MTL.txt"), scratch.File("split", id + "_MTL.txt"));
                return scratch.File("split");
            case "lower case":
                string lower = scratch.File("lower");
                Directory.CreateDirectory(lower);
                foreach (string file in Directory.GetFiles(plain))
                {
                    File.Copy(file, Path.Combine(lower, Path.GetFileName(file).ToLowerInvariant()));
                }

                return lower;
            case "mtl":
                return Path.Combine(plain, id + "_MTL.txt");
            case "band":
                return Path.Combine(plain, id + "_SR_B4.TIF");
            case "tar" or "zip" or "tar.gz" or "TGZ" or "tar.bz2" or "tar.zst" or "7z":
                return TinyProduct.Pack(plain, scratch.File("p." + container));
            case "tar with folders":
                return TinyProduct.Pack(plain, scratch.File("p.tar"), "./data/" + id + "/");
            case "zip with folders":
                return TinyProduct.Pack(plain, scratch.File("p.zip"), "data/" + id + "/");
            case "7z with folders":
                return TinyProduct.Pack(plain, scratch.File("p.7z"), "data/" + id + "/");
            case "tar.bz2 in zip":
                return Wrap(scratch, TinyProduct.Pack(plain, scratch.File("in", "a.tar.bz2")), "o.zip");
            case "tar in tar":
                return Wrap(scratch, TinyProduct.Pack(plain, scratch.File("in", "a.tar")), "o.tar");
            case "tar.gz in tar":
                return Wrap(scratch, TinyProduct.Pack(plain, scratch.File("in", "a.tar.gz")), "o.tar");
            case "tar in zip":
                return Wrap(scratch, TinyProduct.Pack(plain, scratch.File("in", "a.tar")), "o.zip");
            case "zip in tar.gz":
                return Wrap(scratch, TinyProduct.Pack(plain, scratch.File("in", "a.zip")), "o.tar.gz");
            case "several in one folder":
                string many = Copy(scratch.File("many"));
                (Product with { Id = "LC08_L2SP_149030_20230722_20230801_02_T1" }).Write(many);
                return Path.Combine(many, id + "_MTL.txt");
            case "no metadata":
                string bare = Copy(scratch.File("bare"));
                File.Delete(Path.Combine(bare, id + "_MTL.txt"));
                return bare;
            case "renamed metadata":
                string renamed = Copy(scratch.File("renamed"));
                File.Move(Path.Combine(renamed, id + "_MTL.txt"), Path.Combine(renamed, "MTL.txt"));
                return renamed;
            default:
                string tiff = Copy(scratch.File("tiff"));
                File.Move(Path.Combine(tiff, id + "_SR_B4.TIF"), Path.Combine(tiff, id + "_SR_B4.tiff"));
                return tiff;
        }

        string Copy(string to)
        {
            Directory.CreateDirectory(to);
            foreach (string file in Directory.GetFiles(plain))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            }

            return to;
        }
    }

    private static string Wrap(ScratchFolder scratch, string archive, string name) => TinyProduct.Pack(Path.GetDirectoryName(archive)!, scratch.File(name));
}
