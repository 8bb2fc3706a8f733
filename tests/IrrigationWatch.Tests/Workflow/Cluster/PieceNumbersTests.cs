using CsCheck;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>Numbers of pieces are written as Slurm's arrays write them, and read whatever their order.</summary>
public class PieceNumbersTests
{
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("0", new[] { 0 })]
    [InlineData("3,17,40-44", new[] { 44, 43, 42, 41, 40, 17, 3, 3 })]
    [InlineData("1-2", new[] { 2, 1 })]
    [InlineData("0,2,4", new[] { 4, 0, 2 })]
    [InlineData("2147483646-2147483647", new[] { int.MaxValue, int.MaxValue - 1 })]
    public void Numbers_in_a_row_are_a_range(string text, int[] numbers) => Assert.Equal(text, PieceNumbers.Format(numbers));

    [Theory]
    [InlineData("7", new[] { 7 })]
    [InlineData("7-7", new[] { 7 })]
    [InlineData("9,1-3,2-4", new[] { 1, 2, 3, 4, 9 })]
    [InlineData("007", new[] { 7 })]
    public void A_list_is_read_sorted_and_each_number_once(string text, int[] numbers) => Assert.Equal(numbers, PieceNumbers.Parse(text));

    [Theory]
    [InlineData("", "")]
    [InlineData("1-", "1-")]
    [InlineData("3,-1", "-1")]
    [InlineData("5-4", "5-4")]
    [InlineData("1,,2", "")]
    [InlineData("1, 2", " 2")]
    [InlineData("1-2-3", "1-2-3")]
    [InlineData("+1", "+1")]
    [InlineData("٣", "٣")]
    [InlineData("2147483648", "2147483648")]
    [InlineData("0-10000001", "0-10000001")]
    public void The_part_that_is_wrong_is_quoted(string text, string part) =>
        Assert.Equal($"'{part}' is no number of a piece and no range of them; write 3, 0-99 or 3,17,40-44", Assert.Throws<FormatException>(() => PieceNumbers.Parse(text)).Message);

    /// <summary>No shorter list of the same ranges exists: between two of them a number is missing.</summary>
    [Fact]
    public void What_was_written_is_read_and_is_as_short_as_can_be() => Gen.Int[0, 60].Array[1, 40].Sample(numbers =>
    {
        string text = PieceNumbers.Format(numbers);
        Assert.Equal(numbers.Distinct().Order(), PieceNumbers.Parse(text));
        (int First, int Last)[] ranges = [.. text.Split(',').Select(part => part.Split('-')).Select(ends => (int.Parse(ends[0]), int.Parse(ends[^1])))];
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.Second.First > pair.First.Last + 1));
        Assert.All(ranges.Where(range => text.Contains('-', StringComparison.Ordinal)), range => Assert.True(range.First <= range.Last));
    });
}
