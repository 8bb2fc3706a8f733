using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

public class IndexMapTests
{
    private static readonly ObservationOptions Options = new() { Harmonise = false };

    public static TheoryData<string> RealScenes() =>
        [.. Directory.GetFileSystemEntries(Repository.Sample("scenes")).Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [MemberData(nameof(RealScenes))]
    public void Every_index_of_every_real_scene_equals_NumPy_at_every_pixel(string name)
    {
        using var scratch = new ScratchFolder();
        string path = Repository.Sample("scenes", name);
        string folder = path;
        if (!Directory.Exists(path))
        {
            folder = scratch.File("bands");
            Directory.CreateDirectory(folder);
            (int tarCode, string tarOutput) = Repository.Run("tar", ["xf", path, "-C", folder]);
            Assert.True(tarCode == 0, tarOutput);
        }

        foreach (string[] noMask in new string[][] { [], ["--no-mask"] })
        {
            var maps = new List<string>();
            using (Scene scene = SceneReader.Open(path))
            {
                foreach (SpectralIndex index in Enum.GetValues<SpectralIndex>())
                {
                    string map = scratch.File($"{index}.tif");
                    IndexMap.Write(scene, index, map, noMask.Length > 0 ? Options with { Mask = MaskOptions.FillOnly } : Options, asInt16: false);
                    maps.Add($"{index.ToString().ToLowerInvariant()}={map}");
                }
            }

            (int code, string output) = Repository.RunPeer([Path.Combine(Repository.Root, "tests", "peers", "index.py"), folder, .. noMask, .. maps]);
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public void The_16_bit_form_is_the_float_form_scaled_and_rounded()
    {
        using var scratch = new ScratchFolder();
        using Scene scene = SceneReader.Open(Repository.Sample("scenes", "LC08_L2SP_218074_20190114_20200829_02_T1-cropped.tar.gz"));
        IndexMap.Write(scene, SpectralIndex.Ndvi, scratch.File("f.tif"), Options, asInt16: false);
        IndexMap.Write(scene, SpectralIndex.Ndvi, scratch.File("i.tif"), Options, asInt16: true);
        using Dataset floating = Dataset.Open(scratch.File("f.tif"));
        using Dataset integer = Dataset.Open(scratch.File("i.tif"));
        Assert.Equal((RasterType.Int16, -9999.0, 0.0001), (integer.Band(1).Type, integer.Band(1).NoData!.Value, integer.Band(1).Scale));
        float[] f = new float[400 * 300];
        short[] s = new short[400 * 300];
        floating.Band(1).Read<float>(new PixelWindow(0, 0, 400, 300), f);
        integer.Band(1).Read<short>(new PixelWindow(0, 0, 400, 300), s);
        for (int i = 0; i < f.Length; i++)
        {
            if (float.IsNaN(f[i]))
            {
                Assert.Equal(-9999, s[i]);
            }
            else
            {
                Assert.Equal(f[i], s[i] / 10_000f, 0.000051f);
            }
        }
    }
}
