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
    [InlineData("LT04_L2SP_149030_19890714_20200823_02_T1", Sensor.Tm, "TM")]
    [InlineData("LT05_L1GS_149030_19850714_20200823_02_T2", Sensor.Tm, "TM")]
    [InlineData("LT05_L2SR_149030_19850714_20200823_02_T2", Sensor.Tm, "TM")]
    [InlineData("LE07_L1GT_149030_20050714_20200823_02_T2", Sensor.EtmPlus, "ETM")]
    [InlineData("LE07_L1TP_149030_20210714_20210714_02_RT", Sensor.EtmPlus, "ETM")]
    [InlineData("LC08_L2SR_149030_20150714_20200823_02_T1", Sensor.Oli, "OLI_TIRS")]
    [InlineData("LC09_L1TP_149030_20220714_20220823_02_RT", Sensor.Oli, "OLI_TIRS")]
    [InlineData("LO08_L1TP_149030_20150714_20200823_02_T1", Sensor.Oli, "OLI")]
    [InlineData("LO09_L2SP_149030_20220714_20220823_02_T1", Sensor.Oli, "OLI")]
    public void Every_sensor_level_and_tier_that_exists_is_known(string text, Sensor sensor, string instrument)
    {
        ProductId id = ProductId.Parse(text, "x");
        Assert.Equal((sensor, instrument, 149, 30), (id.Sensor, id.Instrument, id.Path, id.Row));
        Assert.Equal(text, ProductId.FindIn(text + "_SR_B4.TIF"));
        Assert.Equal(text, ProductId.FindIn(text.ToLowerInvariant() + "-cropped.tar.gz"));
    }

    /// <summary>A file name may hold any letters; what a regular expression calls a digit need not be one that a number is written with.</summary>
    [Theory]
    [InlineData("LC٠٨_L2SP_149030_20150714_20200823_02_T1")]
    [InlineData("LC08_L2SP_١٤٩٠٣٠_20150714_20200823_02_T1")]
    [InlineData("LC08_L2SP_149030_20150714_20200823_٠٢_T1")]
    [InlineData("LC08_CU_022010_20150714_20200823_٠٢")]
    public void Digits_of_other_scripts_make_no_product(string text)
    {
        Assert.Null(ProductId.FindIn(text + "_SR_B4.TIF"));
        Assert.Equal($"x: '{text}' is not a Landsat product id (LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX)", Assert.Throws<InputException>(() => ProductId.Parse(text, "x")).Message);
    }

    [Fact]
    public void Of_two_processings_the_better_is_the_greater()
    {
        string[] fromWorst =
        [
            "LC08_L1GT_149030_20210714_20210714_02_RT",
            "LC08_L1TP_149030_20210714_20210714_02_RT",
            "LC08_L1TP_149030_20210714_20210720_02_T2",
            "LC08_L1TP_149030_20210714_20210720_02_T1",
            "LC08_L2SP_149030_20210714_20210714_02_RT",
            "LC08_L2SP_149030_20210714_20210720_02_T2",
            "LC08_L2SP_149030_20210714_20210720_02_T1",
            "LC08_L2SP_149030_20210714_20230101_02_T1",
        ];
        ProductId[] ids = [.. fromWorst.Select(text => ProductId.Parse(text, "x"))];
        Assert.Single(ids.Select(id => id.Acquisition).Distinct());
        Assert.Equal(ids, ids.Reverse().OrderBy(id => id.Rank));
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
    [InlineData("LM50490251987214PAC00", "Landsat 1–5 MSS product")]
    [InlineData("LM01_L1GS_001010_19720908_20200909_02_T2", "MSS")]
    [InlineData("LC08_CU_022010_20190130_20190501_C01_V01", "ARD tile of Collection 1")]
    [InlineData("LT09_L1TP_149030_20220714_20220823_02_T1", "thermal")]
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
