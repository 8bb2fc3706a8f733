using IrrigationWatch.Gdal;

namespace IrrigationWatch.Tests;

/// <summary>An input is blamed for what is its own, and for nothing else.</summary>
public class InputExceptionTests
{
    [Fact]
    public void A_limit_of_the_machine_is_no_fault_of_the_file_whoever_says_so()
    {
        var limit = Assert.Throws<MachineLimitException>(() => Damaged(new IOException("Too many open files : 'a.tif'", 24)));
        Assert.StartsWith("a.tif: the limit of", limit.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("download", limit.Message, StringComparison.Ordinal);
        Assert.Same(limit, Assert.Throws<MachineLimitException>(() => Damaged(limit)));
        Assert.Equal("a.tif: is damaged; download it again", Assert.Throws<InputException>(() => Damaged(new IOException("Input/output error", 5))).Message);

        static void Damaged(Exception cause) => throw new InputException("a.tif", "is damaged; download it again", cause);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two\nlines\r\nand\u2028more", "two lines  and more")]
    [InlineData("red\u001b[31m\u0007", "red?[31m?")]
    [InlineData("turned\u202Egnp.exe", "turned?gnp.exe")]
    [InlineData("a\tb", "a\tb")]
    public void A_name_makes_no_line_of_its_own(string text, string shown) => Assert.Equal(shown, OneLine.Of(text));

    [Fact]
    public void What_is_written_in_lines_stays_in_lines() => Assert.Equal("{\n  \"a\": \"?\"\n}", OneLine.Lines("{\n  \"a\": \"\u001b\"\n}"));
}
