using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

public sealed class QuickLookTests : IDisposable
{
    private const string Id = "LC08_L2SP_149030_20200715_20200912_02_T1";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(BandCombination.False, BandRole.Swir1, BandRole.Nir, BandRole.Red)]
    [InlineData(BandCombination.True, BandRole.Red, BandRole.Green, BandRole.Blue)]
    [InlineData(BandCombination.Infrared, BandRole.Nir, BandRole.Red, BandRole.Green)]
    public void Colours_are_the_reflectance_of_three_bands(BandCombination combination, params BandRole[] roles)
    {
        // The fourth row was not imaged in one band, and the last column is brighter than white.
        int Pixel(BandRole role, int x, int y) => !role.IsReflective() ? 21824 : y == 3 && role == BandRole.Red ? 0 : x == 19 ? 60_000 : 7_300 + 700 * (int)role + 311 * x + 97 * y;
        using Scene scene = SceneReader.Open(new TinyProduct(Id) { Pixel = Pixel }.Write(scratch.File(Id)));
        uint[] colors = QuickLook.Read(scene, combination, new PixelWindow(0, 0, 20, 18), 20, 18);
        Assert.Equal(roles, QuickLook.BandsOf(combination).Select(band => band.Role));
        for (int y = 0; y < 18; y++)
        {
            for (int x = 0; x < 20; x++)
            {
                uint expected = 0xFF;
                foreach (QuickLookBand band in QuickLook.BandsOf(combination))
                {
                    double reflectance = Pixel(band.Role, x, y) * 2.75e-5 - 0.2;
                    expected = expected << 8 | (uint)Math.Round(255 * Math.Pow(Math.Clamp(reflectance / band.Brightest, 0, 1), 1 / 1.5));
                }

                Assert.Equal(y == 3 ? 0 : expected, colors[y * 20 + x]);
            }
        }

        Assert.Equal(0xFFFFFFFF, colors[19]);
    }

    [Fact]
    public void A_smaller_picture_shows_the_mean_of_what_was_imaged()
    {
        // Squares of two by two: one dark, three bright; in the second square three of four were not imaged.
        int Pixel(BandRole role, int x, int y) => x is 2 or 3 && (x == 2 || y == 0) ? 0 : (x + y) % 2 == 0 && x % 2 == 0 ? 8_000 : 12_000;
        using Scene scene = SceneReader.Open(new TinyProduct(Id) { Width = 4, Height = 2, Pixel = Pixel }.Write(scratch.File(Id)));
        uint[] colors = QuickLook.Read(scene, BandCombination.True, new PixelWindow(0, 0, 4, 2), 2, 1);
        byte grey = (byte)Math.Round(255 * Math.Pow((11_000 * 2.75e-5 - 0.2) / 0.3, 1 / 1.5));
        Assert.Equal(0xFF000000 | grey * 0x010101u, colors[0]);
        Assert.Equal(0u, colors[1]);
    }

    [Fact]
    public void A_band_that_is_missing_is_named()
    {
        using Scene scene = SceneReader.Open(new TinyProduct(Id).Write(scratch.File(Id), BandRole.Swir1));
        Assert.Contains("swir1", Assert.Throws<InputException>(() => QuickLook.Read(scene, BandCombination.False, new PixelWindow(0, 0, 20, 18), 20, 18)).Message, StringComparison.Ordinal);
        Assert.Equal(360, QuickLook.Read(scene, BandCombination.True, new PixelWindow(0, 0, 20, 18), 20, 18).Length);
    }
}
