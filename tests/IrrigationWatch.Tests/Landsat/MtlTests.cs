using System.Text;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

public class MtlTests
{
    public static TheoryData<string> RealFiles() =>
        [.. Directory.GetFiles(Repository.Sample("metadata"), "*_MTL.txt").Select(file => Path.GetFileName(file)!).Order()];

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Every_real_file_is_read_to_its_end(string name)
    {
        Mtl mtl = Mtl.Parse(File.ReadAllBytes(Repository.Sample("metadata", name)), name);
        Assert.Contains("METADATA_FILE", mtl.Root, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_line_ends_and_a_trailing_NUL_change_nothing()
    {
        byte[] bytes = File.ReadAllBytes(Repository.Sample("metadata", "LT05_L2SP_090084_19980308_20200909_02_T1_MTL.txt"));
        byte[] windows = [.. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(bytes).ReplaceLineEndings("\r\n")), 0];
        Assert.Equal("LANDSAT_5", Mtl.Parse(windows, "x").Get("IMAGE_ATTRIBUTES", "SPACECRAFT_ID"));
        Assert.Equal(2.75e-05, Mtl.Parse(windows, "x").GetNumber("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", "REFLECTANCE_MULT_BAND_4"));
    }

    [Fact]
    public void A_file_that_breaks_off_anywhere_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(Repository.Sample("metadata", "LT05_L2SP_090084_19980308_20200909_02_T1_MTL.txt"));
        int end = Encoding.ASCII.GetString(bytes).TrimEnd().Length;
        for (int length = 0; length < end; length += 101)
        {
            Assert.Throws<InputException>(() => Mtl.Parse(bytes.AsSpan(0, length), "x"));
        }
    }

    [Fact]
    public void Missing_and_wrong_values_are_named()
    {
        Mtl mtl = Mtl.Parse("GROUP = A\n  K = \"no number\"\nEND_GROUP = A\nEND\n"u8, "f_MTL.txt");
        Assert.Contains("f_MTL.txt: has no X in group A", Assert.Throws<InputException>(() => mtl.Get("A", "X")).Message, StringComparison.Ordinal);
        Assert.Contains("'no number'", Assert.Throws<InputException>(() => mtl.GetNumber("A", "K")).Message, StringComparison.Ordinal);
        InputException e = Assert.Throws<InputException>(() => Mtl.Parse("GROUP = A\nrubbish\nEND\n"u8, "f"));
        Assert.StartsWith("f:2: ", e.Message, StringComparison.Ordinal);
    }
}
