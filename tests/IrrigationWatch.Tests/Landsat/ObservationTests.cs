using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Which pixels count as observed, and what reflectance they have.</summary>
public class ObservationTests
{
    private const string Oli = "LC08_L2SP_149030_20200714_20200801_02_T1";
    private const string Etm = "LE07_L2SP_149030_20100714_20200801_02_T1";
    private const int Clear = 21824;

    /// <summary>One column a case: QA_PIXEL words of Collection 2, and whether a mask rejects them.</summary>
    [Theory]
    [InlineData("default", "1.11111.......")]
    [InlineData("fill only", "..............")]
    [InlineData("snow too", "1.111111......")]
    [InlineData("water too", "1.11111.1.....")]
    [InlineData("cloud class", "1...1.........")]
    [InlineData("medium cloud", "1...1....11...")]
    [InlineData("low cloud", "1...1...11111.")]
    [InlineData("high cirrus", "1...1........1")]
    public void Classes_and_confidences_of_QA_PIXEL(string mask, string rejected)
    {
        // Fill, clear, dilated cloud, cirrus, cloud, shadow, shadow and cloud, snow, water with low cloud confidence,
        // medium, high and low cloud confidence without the bit, low with dilation's neighbour, high cirrus confidence.
        int[] words = [1, Clear & ~0x5500, 1 << 1, 1 << 2, 1 << 3 | 1 << 9, 1 << 4, 1 << 4 | 1 << 1, 1 << 5, 1 << 7 | 1 << 8, 2 << 8, 3 << 8, 1 << 8, 1 << 8, 3 << 14];
        MaskOptions options = mask switch
        {
            "default" => new MaskOptions(),
            "fill only" => MaskOptions.FillOnly,
            "snow too" => new MaskOptions { RejectedQaPixel = QaPixelBits.Obstructed | QaPixelBits.Snow },
            "water too" => new MaskOptions { RejectedQaPixel = QaPixelBits.Obstructed | QaPixelBits.Water },
            "cloud class" => new MaskOptions { RejectedQaPixel = QaPixelBits.Fill | QaPixelBits.Cloud },
            "medium cloud" => new MaskOptions { RejectedQaPixel = QaPixelBits.Fill | QaPixelBits.Cloud, CloudConfidence = QaConfidence.Medium },
            "low cloud" => new MaskOptions { RejectedQaPixel = QaPixelBits.Fill | QaPixelBits.Cloud, CloudConfidence = QaConfidence.Low },
            _ => new MaskOptions { RejectedQaPixel = QaPixelBits.Fill | QaPixelBits.Cloud, CirrusConfidence = QaConfidence.High },
        };
        string actual = Row(new TinyProduct(Oli) { Width = words.Length, Height = 1, Pixel = With(BandRole.QaPixel, (x, _) => words[x]) }, options);
        Assert.Equal(rejected, actual);
    }

    [Fact]
    public void Cirrus_confidence_means_nothing_for_sensors_without_a_cirrus_band()
    {
        var options = new MaskOptions { CirrusConfidence = QaConfidence.Low };
        Assert.Equal(".", Row(new TinyProduct(Etm) { Width = 1, Height = 1, Pixel = With(BandRole.QaPixel, (_, _) => 5440 | 3 << 14) }, options));
        Assert.Equal("1", Row(new TinyProduct(Oli) { Width = 1, Height = 1, Pixel = With(BandRole.QaPixel, (_, _) => 5440 | 3 << 14) }, options));
    }

    /// <summary>Saturation counts for bands in use: red is band 4 of OLI and 3 of ETM+, near infrared 5 and 4.</summary>
    [Theory]
    [InlineData(Oli, true, true, "...11......1")]
    [InlineData(Oli, false, true, "...........1")]
    [InlineData(Oli, true, false, "...11.......")]
    [InlineData(Etm, true, true, "..11.....1..")]
    [InlineData(Etm, false, true, "............")]
    public void Saturation_dropped_pixels_and_terrain_occlusion(string id, bool saturation, bool occlusion, string rejected)
    {
        var product = new TinyProduct(id) { Width = 12, Height = 1, Pixel = With(BandRole.QaRadsat, (x, _) => 1 << x) };
        Assert.Equal(rejected, Row(product, new MaskOptions { RejectsSaturated = saturation, RejectsTerrainOcclusion = occlusion }));
    }

    [Theory]
    [InlineData(null, "....")]
    [InlineData(AerosolLevel.High, "...1")]
    [InlineData(AerosolLevel.Medium, "..11")]
    [InlineData(AerosolLevel.Low, ".111")]
    public void Aerosol_of_OLI(AerosolLevel? level, string rejected) =>
        Assert.Equal(rejected, Row(new TinyProduct(Oli) { Width = 4, Height = 1, Pixel = With(BandRole.AerosolQa, (x, _) => x << 6 | 2) }, new MaskOptions { RejectedAerosol = level }));

    [Theory]
    [InlineData(CloudQaBits.None, "......")]
    [InlineData(CloudQaBits.Cloud | CloudQaBits.CloudShadow, ".11...")]
    [InlineData(CloudQaBits.AdjacentToCloud, "...1..")]
    public void Cloud_QA_of_TM_and_ETM(CloudQaBits bits, string rejected) =>
        Assert.Equal(rejected, Row(new TinyProduct(Etm) { Width = 6, Height = 1, Pixel = With(BandRole.CloudQa, (x, _) => 1 << x) }, new MaskOptions { RejectedCloudQa = bits }));

    [Fact]
    public void Water_and_snow_are_classes_and_no_gaps()
    {
        foreach (int word in new[] { 21952, 5504, 1 << 5 | 1 << 6, 30048 })
        {
            Assert.Equal(".", Row(new TinyProduct(Oli) { Width = 1, Height = 1, Pixel = With(BandRole.QaPixel, (_, _) => word) }, new MaskOptions()));
        }
    }

    [Fact]
    public void Values_out_of_range_fill_and_gaps_of_the_scan_line_corrector_are_unobserved()
    {
        int[] red = [0, 1, 7272, 7273, 43636, 43637, 65535];
        Assert.Equal("111..11", Row(new TinyProduct(Etm) { Width = 7, Height = 1, Pixel = With(BandRole.Red, (x, _) => red[x]) }, MaskOptions.FillOnly));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Dilation_grows_clouds_across_tiles_but_not_fill(int dilation)
    {
        const int Size = 40;
        var product = new TinyProduct(Oli) { Width = Size, Height = Size, Pixel = With(BandRole.QaPixel, (x, y) => (x, y) is (12, 20) or (30, 7) ? 1 << 3 : (x, y) is (35, 35) ? 1 : Clear) };
        using var scratch = new ScratchFolder();
        using Scene scene = SceneReader.Open(product.Write(scratch.Path));
        using var pool = new RasterPool();
        var observation = new Observation(scene, scene.Grid, pool, new ObservationOptions { Mask = new MaskOptions { Dilation = dilation } });
        foreach (int tile in new[] { Size, 7, 13 })
        {
            foreach (PixelWindow window in scene.Grid.Tiles(tile))
            {
                float[] pixels = new float[window.PixelCount];
                observation.ReadIndices(window, [SpectralIndex.Ndvi], pixels);
                for (int i = 0; i < pixels.Length; i++)
                {
                    int x = window.X + i % window.Width;
                    int y = window.Y + i / window.Width;
                    bool expected = Near(12, 20) || Near(30, 7) || (x, y) == (35, 35);
                    Assert.True(expected == float.IsNaN(pixels[i]), $"tile {tile}, pixel {x},{y}");

                    bool Near(int cloudX, int cloudY) => (x - cloudX) * (x - cloudX) + (y - cloudY) * (y - cloudY) <= dilation * dilation;
                }
            }
        }
    }

    [Fact]
    public void Top_of_atmosphere_takes_the_suns_angle_of_the_scene_or_of_each_pixel()
    {
        const string Id = "LC08_L1TP_149030_20200714_20200801_02_T1";
        using var scratch = new ScratchFolder();
        var product = new TinyProduct(Id);
        using Scene scene = SceneReader.Open(product.Write(scratch.Path));
        float[] scenes = Evi2(scene, SunAngle.Scene);
        float[] pixels = Evi2(scene, SunAngle.Pixel);
        for (int i = 0; i < scenes.Length; i++)
        {
            int x = i % product.Width;
            int y = i / product.Width;
            double n = 2e-5 * product.Pixel(BandRole.Nir, x, y) - 0.1;
            double r = 2e-5 * product.Pixel(BandRole.Red, x, y) - 0.1;
            double elevation = Math.Sin(58.25 * Math.PI / 180);
            double zenith = Math.Cos(product.Pixel(BandRole.SolarZenith, x, y) / 100.0 * Math.PI / 180);
            Assert.Equal(2.5 * (n - r) / (n + 2.4 * r + elevation), scenes[i], tolerance: 1e-6);
            Assert.Equal(2.5 * (n - r) / (n + 2.4 * r + zenith), pixels[i], tolerance: 1e-6);
        }

        Assert.NotEqual(scenes, pixels);
    }

    /// <summary>A real Landsat 7 product with its real zenith band: the plain calculation from its files.</summary>
    [Fact]
    public void Top_of_atmosphere_of_a_real_product_by_its_zenith_band()
    {
        using Scene scene = SceneReader.Open(Repository.Sample("scenes", "LE07_L1TP_107068_20220310_20220405_02_T1.tar"));
        int pixels = scene.Grid.Width * scene.Grid.Height;
        double[] nir = Read(BandRole.Nir);
        double[] red = Read(BandRole.Red);
        double[] zenith = Read(BandRole.SolarZenith);
        float[] actual = Evi2(scene, SunAngle.Pixel, MaskOptions.FillOnly);
        double sine = Math.Sin(scene.SunElevation!.Value * Math.PI / 180);
        int seen = 0;
        for (int i = 0; i < pixels; i++)
        {
            if (nir[i] == 0 || red[i] == 0 || zenith[i] == 0)
            {
                Assert.True(float.IsNaN(actual[i]));
                continue;
            }

            // Multipliers of the MTL: they stand in the scaling divided by the sine of the scene's elevation.
            double cosine = Math.Cos(zenith[i] / 100 * Math.PI / 180);
            double n = scene.Band(BandRole.Nir).Scaling.Reflectance((ushort)nir[i]) * sine / cosine;
            double r = scene.Band(BandRole.Red).Scaling.Reflectance((ushort)red[i]) * sine / cosine;
            Assert.Equal(2.5 * (n - r) / (n + 2.4 * r + 1), actual[i], tolerance: 1e-5);
            seen++;
        }

        Assert.True(seen > 50);

        double[] Read(BandRole role)
        {
            using Dataset dataset = Dataset.Open(scene.Band(role).Path);
            double[] values = new double[pixels];
            dataset.Band(1).Read<double>(new PixelWindow(0, 0, scene.Grid.Width, scene.Grid.Height), values);
            return values;
        }
    }

    [Fact]
    public void Without_a_zenith_band_the_angle_of_each_pixel_is_an_error()
    {
        using Scene scene = SceneReader.Open(Repository.Sample("scenes", "LC08_L1TP_017051_20151205_20200908_02_T1-cropped.tar.gz"));
        Assert.Contains("has no solar zenith band", Assert.Throws<InputException>(() => Evi2(scene, SunAngle.Pixel)).Message, StringComparison.Ordinal);
    }

    private static float[] Evi2(Scene scene, SunAngle angle, MaskOptions? mask = null)
    {
        using var pool = new RasterPool();
        float[] pixels = new float[scene.Grid.Width * scene.Grid.Height];
        new Observation(scene, scene.Grid, pool, new ObservationOptions { SunAngle = angle, Mask = mask ?? MaskOptions.Default }).ReadIndices(new PixelWindow(0, 0, scene.Grid.Width, scene.Grid.Height), [SpectralIndex.Evi2], pixels);
        return pixels;
    }

    private static Func<BandRole, int, int, int> With(BandRole role, Func<int, int, int> pixel)
    {
        Func<BandRole, int, int, int> usual = new TinyProduct(Oli).Pixel;
        return (band, x, y) => band == role ? pixel(x, y) : usual(band, x, y);
    }

    /// <summary>1 for every masked pixel of the first row.</summary>
    private static string Row(TinyProduct product, MaskOptions mask)
    {
        using var scratch = new ScratchFolder();
        using Scene scene = SceneReader.Open(product.Write(scratch.Path));
        using var pool = new RasterPool();
        float[] pixels = new float[product.Width];
        new Observation(scene, scene.Grid, pool, new ObservationOptions { Mask = mask }).ReadIndices(new PixelWindow(0, 0, product.Width, 1), [SpectralIndex.Ndvi], pixels);
        return string.Concat(pixels.Select(value => float.IsNaN(value) ? '1' : '.'));
    }
}
