using CsCheck;
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

    [Fact]
    public void Every_pixel_of_a_row_is_as_if_it_were_alone() =>
        Gen.Int[0, 300].SelectMany(n => Gen.Select(Gen.Byte[0, 2].Array[n], Gen.Byte[0, 2].Array[n], Gen.Byte[0, 2].Array[n])).Sample((before, now, after) =>
        {
            byte[] result = [.. Enumerable.Repeat((byte)77, now.Length + 1)];
            int changed = TemporalSmoothing.Majority(before, now, after, result);
            byte[] expected = [.. Enumerable.Range(0, now.Length).Select(i => before[i] == after[i] && before[i] != 0 && now[i] != 0 ? before[i] : now[i])];
            Assert.Equal([.. expected, (byte)77], result);
            Assert.Equal(expected.Zip(now).Count(pair => pair.First != pair.Second), changed);
        }, iter: 2000);
}
