using IrrigationWatch.Areas;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Colours of maps of years, counts and probabilities.</summary>
public class ChangeColorsTests
{
    [Theory]
    [InlineData(-1.0, 0xFF440154)]
    [InlineData(0.0, 0xFF440154)]
    [InlineData(0.0625, 0xFF461768)]
    [InlineData(0.5, 0xFF21918C)]
    [InlineData(0.9375, 0xFFD5E22A)]
    [InlineData(1.0, 0xFFFDE725)]
    [InlineData(2.0, 0xFFFDE725)]
    public void The_ramp_is_viridis(double share, uint color) => Assert.Equal(color, ChangeColors.At(share));

    [Fact]
    public void The_ramp_has_nine_stops_of_viridis() =>
        Assert.Equal([0xFF440154, 0xFF472D7B, 0xFF3B528B, 0xFF2C728E, 0xFF21918C, 0xFF28AE80, 0xFF5EC962, 0xFFADDC30, 0xFFFDE725], Enumerable.Range(0, 9).Select(stop => ChangeColors.At(stop / 8.0)));

    [Theory]
    [InlineData(-5.0, 0xFF440154)]
    [InlineData(2.5, 0xFF3A3471)]
    [InlineData(5.0, 0xFF31688E)]
    [InlineData(7.5, 0xFF339084)]
    [InlineData(10.0, 0xFF35B779)]
    [InlineData(15.0, 0xFF99CF4F)]
    [InlineData(20.0, 0xFFFDE725)]
    [InlineData(99.0, 0xFFFDE725)]
    public void Numbers_have_the_colour_between_their_stops(double value, uint color) => Assert.Equal(color, ChangeColors.Between(ChangeColors.Observations, value));

    [Fact]
    public void Years_and_counts_go_from_end_to_end_of_the_ramp()
    {
        SortedDictionary<ushort, uint> years = ChangeColors.Years(2000, 2008);
        Assert.Equal(11, years.Count);
        Assert.Equal((0xFF440154, 0xFF21918C, 0xFFFDE725), (years[2000], years[2004], years[2008]));
        Assert.Equal((0xFFEFEBE2, 0u), (years[ChangeMaps.Never], years[ChangeMaps.YearNotObserved]));
        Assert.Equal(0xFF440154, ChangeColors.Years(2000, 2000)[2000]);
        SortedDictionary<ushort, uint> counts = ChangeColors.Counts(8);
        Assert.Equal(10, counts.Count);
        Assert.Equal([0xFFEFEBE2, 0xFF8CC9A5, 0xFF00693E], new[] { 0, 0.5, 1 }.Select(value => ChangeColors.Between(ChangeColors.Probability, value)));
        Assert.Equal((0xFFEFEBE2, 0xFFADDC30, 0xFF21918C, 0xFF440154, 0u), (counts[0], counts[1], counts[4], counts[8], counts[ChangeMaps.NotObserved]));
    }
}
