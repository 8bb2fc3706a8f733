using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Tests.Landsat;

public class HarmonisationTests
{
    private static readonly BandScaling Surface = new(2.75e-5, -0.2, 7273, 43636);

    [Theory]
    [InlineData(BandRole.Blue, 0.0003, 0.8474)]
    [InlineData(BandRole.Green, 0.0088, 0.8483)]
    [InlineData(BandRole.Red, 0.0061, 0.9047)]
    [InlineData(BandRole.Nir, 0.0412, 0.8462)]
    [InlineData(BandRole.Swir1, 0.0254, 0.8937)]
    [InlineData(BandRole.Swir2, 0.0172, 0.9071)]
    public void ETM_becomes_OLI_by_the_published_line(BandRole role, double intercept, double slope)
    {
        ProductId etm = ProductId.Parse("LE07_L2SP_147029_20100714_20200823_02_T1", "x");
        BandScaling harmonised = Harmonisation.Apply(etm, role, Surface);
        foreach (ushort dn in new ushort[] { 7273, 12_000, 30_000 })
        {
            Assert.Equal(intercept + slope * Surface.Reflectance(dn), harmonised.Reflectance(dn), 12);
        }

        Assert.Equal((7273, 43636), (harmonised.MinDn, harmonised.MaxDn));
    }

    [Theory]
    [InlineData("LC08_L2SP_147029_20150714_20200823_02_T1")]
    [InlineData("LE07_L1TP_147029_20100714_20200823_02_T1")]
    public void OLI_and_Level_1_stay_as_they_are(string id) =>
        Assert.Equal(Surface, Harmonisation.Apply(ProductId.Parse(id, "x"), BandRole.Nir, Surface));
}
