using CsCheck;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using SkiaSharp;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Numbers, axes and texts that charts and maps share.</summary>
public class PictureTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1234567, "1 234 567")]
    [InlineData(-1234.5, "-1 234.5")]
    [InlineData(0.0625, "0.063")]
    public void Thousands_are_set_apart_by_blanks(double value, string text) => Assert.Equal(text, Picture.Number(value));

    [Theory]
    [InlineData(1234.5678, "1 235")]
    [InlineData(9.994, "9.99")]
    [InlineData(10.4, "10")]
    [InlineData(-9.994, "-9.99")]
    [InlineData(-10.6, "-11")]
    [InlineData(0.004, "0")]
    [InlineData(-0.004, "0")]
    [InlineData(-0.0, "0")]
    public void Few_hectares_have_two_decimals_and_many_none(double value, string text) => Assert.Equal(text, Picture.Hectares(value));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.99, 1)]
    [InlineData(2, 2)]
    [InlineData(4.9, 2)]
    [InlineData(5, 5)]
    [InlineData(9.9, 5)]
    [InlineData(1000, 1000)]
    [InlineData(0.03, 0.02)]
    public void Steps_are_1_2_and_5_times_a_power_of_ten(double value, double step) => Assert.Equal(step, Picture.RoundDown(value), 12);

    [Fact]
    public void A_step_is_never_above_its_number_nor_less_than_two_fifths_of_it() =>
        Gen.Double[-6, 9].Select(power => Math.Pow(10, power)).Sample(value =>
        {
            double step = Picture.RoundDown(value);
            return step <= value * (1 + 1e-12) && step > value * 0.4 * (1 - 1e-12);
        }, threads: 1);

    [Theory]
    [InlineData(100, 20, 120)]
    [InlineData(98, 20, 100)]
    [InlineData(0, 0.2, 1.2)]
    [InlineData(-5, 0.2, 1.2)]
    [InlineData(39, 5, 40)]
    public void An_axis_ends_above_its_highest_value(double highest, double step, double end)
    {
        (double Step, double End) axis = Picture.Axis(highest);
        Assert.Equal(step, axis.Step, 12);
        Assert.Equal(end, axis.End, 12);
    }

    [Fact]
    public void An_axis_has_four_to_eleven_lines_and_room_above() =>
        Gen.Double[-3, 9].Select(power => Math.Pow(10, power)).Sample(highest =>
        {
            (double step, double end) = Picture.Axis(highest);
            return end >= highest * 1.0199 && end / step is > 3.99 and < 12.01 && Math.Abs(end / step - Math.Round(end / step)) < 1e-6;
        }, threads: 1);

    [Theory]
    [InlineData("Almaty", "KZ", "Almaty (KZ)")]
    [InlineData("Almaty", "", "Almaty")]
    [InlineData("KZ", "KZ", "KZ")]
    public void A_place_is_called_with_its_country_where_this_says_more(string zone, string country, string name) => Assert.Equal(name, Picture.PlaceName(zone, country));

    [Fact]
    public void Texts_stand_left_of_a_place_in_its_middle_or_right_of_it()
    {
        using var scratch = new ScratchFolder();
        float wide = Picture.Measure("wide", 20);
        Picture.Write(scratch.File("a.svg"), 200, 100, canvas =>
        {
            Picture.Text(canvas, "left", 100, 20, 20, Picture.Ink);
            Picture.Text(canvas, "wide", 100, 50, 20, Picture.Soft, align: SKTextAlign.Center);
            Picture.Text(canvas, "wide", 100, 80, 20, Picture.Rule, align: SKTextAlign.Right);
        });
        var drawing = SvgDrawing.Read(scratch.File("a.svg"));
        Assert.Equal((200, 100), (drawing.Width, drawing.Height));
        Assert.Equal([100, 100 - wide / 2, 100 - wide], drawing.Texts.Select(text => text.X), (a, b) => Math.Abs(a - b) < 0.01);
        Assert.Equal(["#222B33", "#6B7680", "#D9DEE3"], drawing.Texts.Select(text => text.Fill));
        Assert.InRange(wide, 30, 60);
        Assert.Equal(2 * wide, Picture.Measure("wide", 40), 1.0);
    }

    [Fact]
    public void A_PNG_has_its_size_and_a_white_ground()
    {
        using var scratch = new ScratchFolder();
        Picture.Write(scratch.File("a.png"), 7, 5, canvas => Picture.Line(canvas, 0, 2.5f, 4, 2.5f, new SKColor(0, 0, 255)));
        using SKBitmap bitmap = SKBitmap.Decode(scratch.File("a.png"));
        Assert.Equal((7, 5), (bitmap.Width, bitmap.Height));
        Assert.Equal((SKColors.White, new SKColor(0, 0, 255), SKColors.White), (bitmap.GetPixel(3, 1), bitmap.GetPixel(3, 2), bitmap.GetPixel(5, 2)));
    }
}
