using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class TemporalSmoothingTests
{
    [Theory]
    [InlineData(1, 2, 1, 1)]
    [InlineData(1, 1, 2, 1)]
    [InlineData(1, 2, 3, 2)]
    [InlineData(0, 2, 0, 2)]
    [InlineData(1, 0, 1, 0)]
    [InlineData(1, 2, 0, 2)]
    public void A_year_that_disagrees_with_both_neighbours_takes_their_class(byte before, byte now, byte after, byte expected)
    {
        byte[] result = new byte[1];
        int changed = TemporalSmoothing.Majority([before], [now], [after], result);
        Assert.Equal(expected, result[0]);
        Assert.Equal(expected == now ? 0 : 1, changed);
    }
}
