using System.Text.Json;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

public class SceneTests
{
    [Fact]
    public void Scene_info_describes_every_real_scene()
    {
        CommandResult result = CommandLine.Run("scene", "info", Repository.Sample("scenes", "*"), "--json").Succeeds();
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(
            ["LC08_L1TP_017051_20151205_20200908_02_T1", "LC08_L2SP_017036_20130419_20200913_02_T2", "LC08_L2SP_017051_20151205_20200908_02_T1", "LC08_L2SP_218074_20190114_20200829_02_T1", "LC08_L2SP_218074_20190130_20200829_02_T1", "LC09_L2SP_231062_20230723_20230802_02_T1", "LE07_L1TP_107068_20220310_20220405_02_T1"],
            json.RootElement.EnumerateArray().Select(scene => scene.GetProperty("product_id").GetString()!));
        JsonElement whole = json.RootElement[1];
        Assert.Equal(("LANDSAT_8", "L2SP", "2013-04-19T16:01:51Z", 17, 36), (whole.GetProperty("platform").GetString(), whole.GetProperty("level").GetString(), whole.GetProperty("acquired").GetString(), whole.GetProperty("wrs_path").GetInt32(), whole.GetProperty("wrs_row").GetInt32()));
    }

    [Fact]
    public void NDVI_is_written_and_summed_up()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("ndvi.tif");
        CommandResult result = CommandLine.Run("ndvi", Repository.Sample("scenes", "LC08_L2SP_218074_20190114_20200829_02_T1-cropped.tar.gz"), "-o", map).Succeeds();
        Assert.Contains("119548 of 120000 pixels observed (99.6%), mean 0.7196", result.Output, StringComparison.Ordinal);
        Assert.Contains("no QA_PIXEL", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(map));
    }

    [Fact]
    public void Bad_input_is_one_line_and_writes_nothing()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("ndvi.tif");
        string half = scratch.File("half.tar");
        byte[] bytes = File.ReadAllBytes(Repository.Sample("scenes", "LE07_L1TP_107068_20220310_20220405_02_T1.tar"));
        File.WriteAllBytes(half, bytes[..(bytes.Length / 2)]);
        CommandLine.Run("ndvi", "no/such.tar", "-o", map).FailsWith(1, "no/such.tar: no such file");
        CommandLine.Run("ndvi", half, "-o", map).FailsWith(1, half, "cut short");
        CommandLine.Run("scene", "info", half).FailsWith(1, half, "cut short");
        CommandLine.Run("index", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "--index", "nvdi", "-o", map).FailsWith(2, "nvdi");
        // Neither several names, which could be joined bit by bit into another, nor numbers are a name.
        CommandLine.Run("index", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "--index", "ndvi,evi2", "-o", map).FailsWith(2, "'ndvi,evi2' is no index");
        CommandLine.Run("index", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "--index", "1", "-o", map).FailsWith(2, "'1' is no index");
        CommandLine.Run("quicklook", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "--colors", "true,false", "-o", map + ".png").FailsWith(2, "'true,false' is no combination of bands");
        CommandLine.Run("train", "--features", map, "--trainer", "LightGbm,FastForest", "-o", map + ".zip").FailsWith(2, "'LightGbm,FastForest' is no trainer");
        CommandLine.Run("sample", "--map", map, "--points", "10", "--allocation", "equal,neyman", "-o", map + ".csv").FailsWith(2, "'equal,neyman' is no rule");
        CommandLine.Run("ndvi", "-o", map).FailsWith(2);
        CommandLine.Run("nonsense").FailsWith(2);
        Assert.Equal([half], Directory.GetFileSystemEntries(scratch.Path));
        CommandLine.Run("ndvi", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "-o", half + "/ndvi.tif").FailsWith(1, "cannot be written");
    }
}
