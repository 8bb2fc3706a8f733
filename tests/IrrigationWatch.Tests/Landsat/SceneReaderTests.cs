using System.Formats.Tar;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

public class SceneReaderTests
{
    private static readonly ObservationOptions Options = new() { Harmonise = false };

    private const string Oli = "LC08_L2SP_017036_20130419_20200913_02_T2";

    private static readonly string OliFolder = Repository.Sample("scenes", Oli);

    [Fact]
    public void A_whole_product_is_read()
    {
        using Scene scene = SceneReader.Open(OliFolder);
        Assert.Equal(Oli, scene.Id.Text);
        Assert.Empty(scene.Missing);
        Assert.Equal("EPSG:32617", scene.Grid.Crs);
        Assert.Equal((512, 512), (scene.Grid.Width, scene.Grid.Height));
        Assert.Equal(100, scene.CloudCover);
        Assert.Equal(new DateTimeOffset(2013, 4, 19, 16, 1, 51, TimeSpan.Zero), scene.Time, TimeSpan.FromSeconds(1));
        Assert.Equal(new BandScaling(2.75e-5, -0.2, 7273, 43636), scene.Band(BandRole.Red).Scaling);
    }

    [Fact]
    public void Cut_outs_without_georeference_lie_where_the_metadata_says()
    {
        using Scene scene = SceneReader.Open(Repository.Sample("scenes", "LC08_L2SP_218074_20190114_20200829_02_T1-cropped.tar.gz"));
        // The metadata gives the centre of the upper left pixel, 583500, −2222700.
        Assert.Equal(("EPSG:32623", 583485.0, -2222685.0), (scene.Grid.Crs, scene.Grid.Left, scene.Grid.Top));
        Assert.Equal([BandRole.QaPixel, BandRole.QaRadsat, BandRole.AerosolQa], scene.Missing);
    }

    [Fact]
    public void A_tar_with_folders_is_read_in_place_and_Level_1_is_scaled_by_the_sun()
    {
        using Scene scene = SceneReader.Open(Repository.Sample("scenes", "LE07_L1TP_107068_20220310_20220405_02_T1.tar"));
        Assert.True(scene.IsSlcOff);
        BandScaling red = scene.Band(BandRole.Red).Scaling;
        double sine = Math.Sin(scene.SunElevation!.Value * Math.PI / 180);
        Assert.Equal(1.2628E-03, red.Multiplier * sine, 12);
        Assert.Equal(1, red.MinDn);
    }

    [Fact]
    public void Folder_tar_and_compressed_tar_of_one_product_give_the_same_index()
    {
        using var scratch = new ScratchFolder();
        string tar = scratch.File("scene.tar");
        string gz = scratch.File("scene.tar.gz");
        TarFile.CreateFromDirectory(OliFolder, tar, includeBaseDirectory: true);
        using (FileStream from = File.OpenRead(tar))
        using (var to = new GZipStream(File.Create(gz), CompressionLevel.Fastest))
        {
            from.CopyTo(to);
        }

        float[][] maps = [.. new[] { OliFolder, Path.Combine(OliFolder, Oli + "_MTL.txt"), tar, gz }.Select(ReadNdvi)];
        Assert.Contains(maps[0], value => !float.IsNaN(value));
        Assert.All(maps, map => Assert.Equal(maps[0], map));
        Assert.DoesNotContain(Directory.GetDirectories(scratch.Path), folder => folder.Contains("irrigationwatch-", StringComparison.Ordinal));

        float[] ReadNdvi(string path)
        {
            using Scene scene = SceneReader.Open(path);
            using var pool = new RasterPool();
            var observation = new Observation(scene, scene.Grid, pool, new ObservationOptions { Mask = MaskOptions.FillOnly, Harmonise = false });
            float[] pixels = new float[512 * 512];
            observation.ReadIndices(new PixelWindow(0, 0, 512, 512), [SpectralIndex.Ndvi], pixels);
            return pixels;
        }
    }

    [Theory]
    [InlineData(".tar")]
    [InlineData(".tar.gz")]
    public void An_archive_cut_in_half_is_refused_and_leaves_no_scratch(string ending)
    {
        using var scratch = new ScratchFolder();
        string whole = ending == ".tar"
            ? Repository.Sample("scenes", "LE07_L1TP_107068_20220310_20220405_02_T1.tar")
            : Repository.Sample("scenes", "LC08_L2SP_218074_20190114_20200829_02_T1-cropped.tar.gz");
        byte[] bytes = File.ReadAllBytes(whole);
        string half = scratch.File("half" + ending);
        foreach (int length in new[] { bytes.Length / 2, bytes.Length / 3, 700 })
        {
            File.WriteAllBytes(half, bytes[..length]);
            InputException e = Assert.Throws<InputException>(() => SceneReader.Open(half));
            Assert.StartsWith(half + ": ", e.Message, StringComparison.Ordinal);
            Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
        }

        Assert.Single(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void Bands_of_different_size_are_refused_by_name()
    {
        using var scratch = new ScratchFolder();
        CopyProduct(scratch.Path);
        string red = scratch.File(Oli + "_SR_B4.TIF");
        File.Delete(red);
        using (Dataset small = Dataset.Create(red, "GTiff", 100, 100, 1, RasterType.UInt16))
        {
            small.Finish();
        }

        InputException e = Assert.Throws<InputException>(() => SceneReader.Open(scratch.Path));
        Assert.Contains("SR_B4.TIF has 100 × 100 pixels but", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_band_is_an_error_only_when_it_is_needed()
    {
        using var scratch = new ScratchFolder();
        CopyProduct(scratch.Path);
        File.Delete(scratch.File(Oli + "_SR_B4.TIF"));
        using Scene scene = SceneReader.Open(scratch.Path);
        Assert.Equal([BandRole.Red], scene.Missing);
        InputException e = Assert.Throws<InputException>(() => IndexMap.Write(scene, SpectralIndex.Ndvi, scratch.File("ndvi.tif"), Options, asInt16: false));
        Assert.Contains($"has no band red ({Oli}_SR_B4.TIF)", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.File("ndvi.tif")));
        IndexMap.Write(scene, SpectralIndex.Ndmi, scratch.File("ndmi.tif"), Options, asInt16: false);
    }

    [Theory]
    [InlineData("REFLECTANCE_MULT_BAND_5", "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS")]
    [InlineData("LANDSAT_PRODUCT_ID", "PRODUCT_CONTENTS")]
    [InlineData("DATE_ACQUIRED", "IMAGE_ATTRIBUTES")]
    public void Metadata_without_a_needed_key_is_refused_by_the_keys_name(string key, string group)
    {
        using var scratch = new ScratchFolder();
        CopyProduct(scratch.Path);
        string mtl = scratch.File(Oli + "_MTL.txt");
        File.Delete(Path.ChangeExtension(mtl, ".json"));
        File.Delete(Path.ChangeExtension(mtl, ".xml"));
        bool inGroup = false;
        File.WriteAllLines(mtl, [.. File.ReadAllLines(mtl).Where(line =>
        {
            inGroup = line.Contains("GROUP = ", StringComparison.Ordinal) ? line.Trim() == "GROUP = " + group : inGroup;
            return !(inGroup && line.Contains(key + " =", StringComparison.Ordinal));
        })]);
        InputException e = Assert.Throws<InputException>(() => SceneReader.Open(scratch.Path));
        Assert.Contains($"{Oli}_MTL.txt: has no {key} in group {group}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_product_is_refused()
    {
        using var scratch = new ScratchFolder();
        Assert.Contains("no such file", Assert.Throws<InputException>(() => SceneReader.Open("/no/such.tar")).Message, StringComparison.Ordinal);
        Assert.Contains("no *_MTL.txt", Assert.Throws<InputException>(() => SceneReader.Open(scratch.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is no Landsat product", Assert.Throws<InputException>(() => SceneReader.Open(Repository.Sample("zones", "corridor.geojson"))).Message, StringComparison.Ordinal);
        foreach (string old in new[] { "LC08_L1TP_090084_20160121_20170405_01_T1_MTL.txt", "LM50490251987214PAC00_MTL.txt" })
        {
            File.Copy(Repository.Sample("metadata", old), scratch.File(old));
            InputException e = Assert.Throws<InputException>(() => SceneReader.Open(scratch.File(old)));
            Assert.Contains(old[..21], e.Message, StringComparison.Ordinal);
            Assert.Contains(old.StartsWith("LM", StringComparison.Ordinal) ? "is a Landsat 1–5 MSS product, which has no short-wave infrared" : "Collection 2", e.Message, StringComparison.Ordinal);
            File.Delete(scratch.File(old));
        }
    }

    [Fact]
    public void QA_masks_what_it_should_and_no_more()
    {
        using Scene scene = SceneReader.Open(OliFolder);
        ushort[] qa = new ushort[512 * 512];
        using (Dataset dataset = Dataset.Open(scene.Band(BandRole.QaPixel).Path))
        {
            dataset.Band(1).Read<ushort>(new PixelWindow(0, 0, 512, 512), qa);
        }

        using var pool = new RasterPool();
        float[] open = Read(MaskOptions.FillOnly);
        float[] cirrus = Read(new MaskOptions { RejectedQaPixel = QaPixelBits.Cirrus, RejectsSaturated = false });
        Assert.Contains(qa, word => (word & 4) != 0);
        for (int i = 0; i < qa.Length; i++)
        {
            Assert.Equal((qa[i] & 4) != 0 ? float.NaN : open[i], cirrus[i]);
        }

        float[] Read(MaskOptions mask)
        {
            float[] pixels = new float[512 * 512];
            new Observation(scene, scene.Grid, pool, new ObservationOptions { Mask = mask, Harmonise = false }).ReadIndices(new PixelWindow(0, 0, 512, 512), [SpectralIndex.Ndvi], pixels);
            return pixels;
        }
    }

    private static void CopyProduct(string folder)
    {
        foreach (string file in Directory.GetFiles(OliFolder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }
}
