using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using SkiaSharp;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Animations of maps, decoded by SkiaSharp: order, length and what each year shows.</summary>
public class TimelapseTests
{
    private static readonly SKColor Irrigated = new(0xFF009E73);
    private static readonly SKColor Water = new(0xFF0072B2);

    private static readonly AreaRow[] Rows = [new(2000, "z", "", 100, 10, 10), new(2001, "z", "", 50, 10, 10), new(2002, "z", "", 0, 0, 10)];

    /// <summary>Three years, their maps given out of order; drawn once for all who look at it.</summary>
    private static readonly Lazy<byte[]> ThreeYears = new(() =>
    {
        using var scratch = new ScratchFolder();
        Timelapse.Write([scratch.File("t.webp")], [.. Maps(scratch, 2001, 2000, 2002)], Rows, new MapOptions());
        return File.ReadAllBytes(scratch.File("t.webp"));
    });

    [Fact]
    public void Years_come_in_their_order_and_the_last_one_stays()
    {
        using SKCodec codec = Decode();
        Assert.Equal(SKEncodedImageFormat.Webp, codec.EncodedFormat);
        Assert.Equal([700, 700, 3000], codec.FrameInfo.Select(frame => frame.Duration));
        Assert.Equal((0, 0), (codec.Info.Width % 2, codec.Info.Height % 2));
        // Half of the map's height, between the lines of longitude: irrigated in the first year and the last, water between.
        SKColor[] seen = [.. Enumerable.Range(0, 3).Select(i => Pixel(codec, i, 20 + 10, 86 + 200))];
        Assert.All(seen.Zip([Irrigated, Water, Irrigated]), pair => Assert.True(Difference(pair.First, pair.Second) < 24, $"{pair.First} instead of {pair.Second}"));
    }

    [Fact]
    public void The_chart_grows_year_by_year_and_has_no_point_for_a_year_not_observed()
    {
        using SKCodec codec = Decode();
        // The map is 60 wide; the chart's years go from 60 + 40 + 66 = 166 over 238 pixels, its hectares from 326 up over 220 to 120.
        int x(int year) => 166 + 119 * (year - 2000);
        int y(double hectares) => 326 - (int)(220 * hectares / 120);
        Assert.Equal([true, true, true], Dots(x(2000), y(100)));
        Assert.Equal([false, true, true], Dots(x(2001), y(50)));
        Assert.Equal([false, false, false], Dots(x(2002), y(0)));
        // The line between the two, and none to the year not observed.
        Assert.Equal([false, true, true], Dots((x(2000) + x(2001)) / 2, y(75)));
        Assert.Equal([false, false, false], Dots((x(2001) + x(2002)) / 2, y(25)));

        IEnumerable<bool> Dots(int column, int row) => Enumerable.Range(0, 3).Select(i => Pixel(codec, i, column, row)).Select(color => color.Blue - color.Red > 80);
    }

    [Fact]
    public void One_legend_for_all_years_stands_below_the_chart()
    {
        using SKCodec codec = Decode();
        foreach (int year in new[] { 0, 1, 2 })
        {
            Assert.True(Difference(Pixel(codec, year, 110, 381), Irrigated) < 40, $"irrigated is {Pixel(codec, year, 110, 381)}");
            Assert.True(Difference(Pixel(codec, year, 110, 405), Water) < 40, $"water is {Pixel(codec, year, 110, 405)}");
            Assert.True(Difference(Pixel(codec, year, 110, 429), SKColors.White) < 20);
        }
    }

    [Fact]
    public void A_GIF_has_the_same_years()
    {
        using var scratch = new ScratchFolder();
        Timelapse.Write([scratch.File("t.gif")], [.. Maps(scratch, 2001, 2000)], [], new MapOptions());
        using SKCodec codec = SKCodec.Create(scratch.File("t.gif"));
        Assert.Equal(SKEncodedImageFormat.Gif, codec.EncodedFormat);
        Assert.Equal([700, 3000], codec.FrameInfo.Select(frame => frame.Duration));
        Assert.True(Difference(Pixel(codec, 0, 20 + 10, 86 + 200), Irrigated) < 24);
    }

    [Fact]
    public void A_wide_map_has_its_chart_below()
    {
        using var scratch = new ScratchFolder();
        var wide = new Grid("EPSG:32644", 500_000, 4_900_000, 30, 30, 80, 8);
        string map = TinyMap.WriteBytes(scratch.File("m-2000.tif"), wide, (_, _) => 1, 0, ("CLASSES", "1=irrigated"));
        Timelapse.Write([scratch.File("t.webp")], [(2000, map)], [], new MapOptions { Title = "t" });
        using SKCodec codec = SKCodec.Create(scratch.File("t.webp"));
        // The map is 960 × 96, the chart 280 high, with margins, head and foot.
        Assert.Equal((960 + 40, 96 + 300 + 86 + 40), (codec.Info.Width, codec.Info.Height));
    }

    [Fact]
    public void A_video_is_written_where_there_is_ffmpeg_and_else_an_error_says_that_it_is_needed()
    {
        using var scratch = new ScratchFolder();
        (int, string)[] maps = Maps(scratch, 2000);
        if (Timelapse.HasFfmpeg)
        {
            Timelapse.Write([scratch.File("t.mp4")], [.. maps], Rows, new MapOptions());
            Assert.Equal("ftyp"u8.ToArray(), File.ReadAllBytes(scratch.File("t.mp4"))[4..8]);
        }
        else
        {
            Assert.Equal(
                $"{scratch.File("t.mp4")}: needs ffmpeg, which is not installed; leave MP4 out, or install it",
                Assert.Throws<InputException>(() => Timelapse.Write([scratch.File("t.mp4")], [.. maps], Rows, new MapOptions())).Message);
        }

        Assert.DoesNotContain(Directory.GetFileSystemEntries(scratch.Path), entry => entry.Contains("partial", StringComparison.Ordinal));
    }

    [Fact]
    public void It_can_be_stopped_before_anything_is_written()
    {
        using var scratch = new ScratchFolder();
        (int, string)[] maps = Maps(scratch, 2000);
        Assert.ThrowsAny<OperationCanceledException>(() => Timelapse.Write([scratch.File("t.gif")], [.. maps], Rows, new MapOptions(), new CancellationToken(canceled: true)));
        Assert.False(File.Exists(scratch.File("t.gif")));
    }

    /// <summary>Narrow maps: irrigated in even years, water in odd ones.</summary>
    private static (int Year, string Path)[] Maps(ScratchFolder scratch, params int[] years) =>
        [.. years.Select(year => (year, TinyMap.WriteBytes(scratch.File($"m-{year}.tif"), new Grid("EPSG:32644", 500_000, 4_900_000, 30, 30, 4, 40), (_, _) => (byte)(1 + year % 2), 0, ("CLASSES", "1=irrigated;2=water"))))];

    private static SKCodec Decode() => SKCodec.Create(SKData.CreateCopy(ThreeYears.Value));

    private static SKColor Pixel(SKCodec codec, int frame, int x, int y)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels(), new SKCodecOptions(frame)));
        return bitmap.GetPixel(x, y);
    }

    private static int Difference(SKColor a, SKColor b) => Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
}
