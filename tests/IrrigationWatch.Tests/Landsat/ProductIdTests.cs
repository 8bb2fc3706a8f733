using IrrigationWatch.Landsat;

namespace IrrigationWatch.Tests.Landsat;

public class ProductIdTests
{
    [Fact]
    public void Parts_are_read()
    {
        ProductId id = ProductId.Parse("LE07_L1TP_107068_20220310_20220405_02_T1", "x");
        Assert.Equal((Sensor.EtmPlus, 7, "L1TP", 107, 68, "T1"), (id.Sensor, id.Satellite, id.Level, id.Path, id.Row, id.Tier));
        Assert.Equal(new DateOnly(2022, 3, 10), id.Acquired);
        Assert.False(id.IsLevel2);
        Assert.Equal("LANDSAT_7", id.Platform());
    }

    [Theory]
    [InlineData("LT05_L2SP_147029_20100714_20200823_02_T1", BandRole.Nir, 4)]
    [InlineData("LC08_L2SP_147029_20150714_20200823_02_T1", BandRole.Nir, 5)]
    [InlineData("LC09_L2SP_147029_20220714_20220823_02_T1", BandRole.Blue, 2)]
    [InlineData("LE07_L2SP_147029_20100714_20200823_02_T1", BandRole.Swir2, 7)]
    [InlineData("LC08_L2SP_147029_20150714_20200823_02_T1", BandRole.Swir2, 7)]
    public void Bands_have_the_numbers_of_their_sensor(string text, BandRole role, int number) =>
        Assert.Equal(number, ProductId.Parse(text, "x").BandNumber(role));

    [Theory]
    [InlineData("LC08_L1TP_090084_20160121_20170405_01_T1", "Collection 1")]
    [InlineData("LM05_L1TP_147029_19870714_20200823_02_T2", "MSS")]
    [InlineData("LT08_L1GT_147029_20150714_20200823_02_T2", "thermal")]
    [InlineData("LT50490251987214PAC00", "pre-collection")]
    [InlineData("LC08_L2SP_147029_20151340_20200823_02_T1", "date")]
    [InlineData("LT07_L2SP_147029_20150714_20200823_02_T1", "no Landsat sensor")]
    [InlineData("S2A_MSIL2A", "not a Landsat product id")]
    public void What_is_not_read_is_refused_by_name_with_the_reason(string text, string reason)
    {
        InputException e = Assert.Throws<InputException>(() => ProductId.Parse(text, "some/file"));
        Assert.StartsWith("some/file: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
