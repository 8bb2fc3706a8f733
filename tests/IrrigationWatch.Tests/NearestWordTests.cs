namespace IrrigationWatch.Tests;

/// <summary>The word that was meant by one that is not known.</summary>
public sealed class NearestWordTests
{
    [Theory]
    [InlineData("scenez", "scenes")]
    [InlineData("lables", "labels")]
    [InlineData("Scenes", "scenes")]
    [InlineData("scene", "scenes")]
    [InlineData("minimum_patch", "minimum-patch")]
    [InlineData("minimumpach", "minimum-patch")]
    [InlineData("yaers", "years")]
    [InlineData("epoch", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("минимум", null)]
    public void A_word_means_the_one_from_which_few_letters_differ(string word, string? meant) =>
        Assert.Equal(meant, NearestWord.Find(word, ["scenes", "labels", "years", "minimum-patch", "a"]));
}
