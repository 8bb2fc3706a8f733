using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>
/// What stands where in a chart of areas. The picture is 1200 × 680; years go from x = 126 to 934, the axis from y = 556 up to 124.
/// </summary>
public class AreaChartTests
{
    private const string Blue = "#0072B2";
    private const string Vermilion = "#D55E00";

    /// <summary>In a zone of 100 ha: 100, 50 and nothing seen, then 25.</summary>
    private static readonly AreaRow[] Rows = [new(2010, "Іле", "KZ", 100, 100, 100), new(2011, "Іле", "KZ", 50, 30, 100), new(2012, "Іле", "KZ", 0, 0, 100), new(2013, "Іле", "KZ", 25, 90, 100)];

    [Fact]
    public void Lines_of_the_axis_stand_at_even_hectares_and_its_end_above_the_highest_value()
    {
        SvgDrawing chart = Draw(Rows);
        // Up to 120 in steps of 20: 72 pixels a step.
        double[] lines = [.. chart.Lines.Where(line => (line.X0, line.X1) == (96, 964)).Select(line => line.Y0)];
        Assert.Equal([556, 484, 412, 340, 268, 196, 124], lines, Near);
        Assert.Equal(["0", "20", "40", "60", "80", "100", "120"], chart.Texts.Where(text => text.X < 90 && text.Y > 120 && text.Y < 570).Select(text => text.Words));
        Assert.Equal("#222B33", chart.Lines.Single(line => (line.X0, line.X1) == (96, 964) && line.Y0 == 556).Color);
        Assert.Equal(124 - 18, chart.TextOf("hectares").Y);
    }

    [Fact]
    public void Each_year_that_was_seen_is_a_point_at_its_year_and_hectares()
    {
        SvgDrawing chart = Draw(Rows);
        Assert.Equal([126, 126 + 808.0 / 3, 934], Points(chart, Blue).Select(point => point.X), Near);
        Assert.Equal([556 - 360, 556 - 180, 556 - 90], Points(chart, Blue).Select(point => point.Y), Near);
        Assert.Equal(["2010", "2011", "2012", "2013"], chart.Texts.Where(text => text.Y == 580).Select(text => text.Words));
    }

    [Fact]
    public void A_year_that_was_not_observed_is_a_gap_and_a_cross_and_no_zero()
    {
        SvgDrawing chart = Draw(Rows);
        SvgDrawing.Line line = Assert.Single(chart.Lines, line => line.Color == Blue && line.Width == 3);
        Assert.Equal([126, 126 + 808.0 / 3], [line.X0, line.X1], Near);
        double cross = 126 + 808.0 * 2 / 3;
        Assert.Equal([(cross - 5, 551, cross + 5, 561), (cross - 5, 561, cross + 5, 551)], chart.Lines.Where(line => line.Color == Blue && line.Width == 2).Select(line => (line.X0, line.Y0, line.X1, line.Y1)), (a, b) => Near(a.Item1, b.Item1) && a.Item2 == b.Item2 && Near(a.Item3, b.Item3) && a.Item4 == b.Item4);
        Assert.Contains(chart.Words, words => words.EndsWith("Cross: nothing observed.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.0049, false)]
    [InlineData(0.005, true)]
    public void From_half_a_percent_on_a_year_counts_as_seen(double observed, bool seen)
    {
        SvgDrawing chart = Draw([Rows[0], Rows[1] with { ObservedHectares = observed * 100 }]);
        Assert.Equal(seen ? 2 : 1, Points(chart, Blue).Count());
    }

    [Theory]
    [InlineData(79.9, true)]
    [InlineData(80.0, false)]
    public void A_year_of_which_little_was_observed_is_hollow_and_a_note_says_what_that_means(double observed, bool hollow)
    {
        SvgDrawing chart = Draw([Rows[0], Rows[1] with { ObservedHectares = observed }]);
        Assert.Equal(hollow ? [(934, 376.0)] : [], chart.Circles.Where(circle => circle.Fill == "white").Select(circle => (circle.X, Math.Round(circle.Y, 3))));
        Assert.Equal(hollow, chart.Words.Any(words => words == "Hollow: less than 80% of the zone observed in that year; its area is what was seen, not what was there."));
        Assert.DoesNotContain(chart.Words, words => words.Contains("Cross", StringComparison.Ordinal) || words.Contains("Band", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_year_is_a_gap_without_a_cross()
    {
        SvgDrawing chart = Draw([Rows[0], Rows[3]]);
        Assert.Equal(2, Points(chart, Blue).Count());
        Assert.DoesNotContain(chart.Lines, line => line.Color == Blue);
    }

    [Fact]
    public void Intervals_are_a_band_from_low_to_high_and_raise_the_axis()
    {
        SvgDrawing chart = Draw([Rows[0] with { LowHectares = 80, HighHectares = 180 }, Rows[1] with { LowHectares = 40, HighHectares = 60 }, Rows[3] with { Year = 2012 }]);
        // Up to 200: 2.16 pixels a hectare. The last year has no interval and no band.
        SvgDrawing.Area band = Assert.Single(chart.Areas, area => area.Color == Blue);
        double y(double hectares) => 556 - 2.16 * hectares;
        Assert.Equal([(126, y(80)), (126, y(180)), (530, y(60)), (530, y(40))], band.Points.Take(4), Near2);
        Assert.InRange(band.Opacity, 0.1, 0.2);
        Assert.Equal([(y(80), y(180)), (y(40), y(60))], chart.Lines.Where(line => line.Color == Blue && line.X0 == line.X1).Select(line => (line.Y0, line.Y1)), Near2);
        Assert.Contains("Band: 95% interval.", chart.Words.Single(words => words.StartsWith("Band", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bars_below_say_which_share_of_all_zones_was_seen()
    {
        // In 2011 30 of 100 ha and 100 of 300 ha: 32.5 % of 22 pixels.
        SvgDrawing chart = Draw([.. Rows, new AreaRow(2011, "b", "", 1, 100, 300)]);
        SvgDrawing.Bar[] seen = [.. chart.Bars.Where(bar => bar.Fill == "#6B7680")];
        Assert.Equal([22, 7.15, 19.8], seen.Select(bar => bar.Height), Near);
        Assert.All(seen, bar => Assert.Equal(618, bar.Y + bar.Height, 2));
        Assert.Equal([126, 126 + 808.0 / 3, 934], seen.Select(bar => bar.X + bar.Width / 2), Near);
        Assert.Equal(4, chart.Bars.Count(bar => bar.Fill == "#D9DEE3" && bar.Height == 22));
    }

    [Fact]
    public void Names_stand_at_the_ends_with_the_last_area_and_its_year_where_that_is_not_the_last()
    {
        SvgDrawing chart = Draw([.. Rows[..3], new AreaRow(2012, "never seen", "", 0, 0, 10)]);
        Assert.Equal(("Іле (KZ)", Blue), (chart.TextOf("Іле (KZ)").Words, chart.TextOf("Іле (KZ)").Fill));
        Assert.Equal(chart.TextOf("Іле (KZ)").Y + 17, chart.TextOf("50 ha (2011)").Y, 2);
        Assert.Equal(Vermilion, chart.TextOf("never seen").Fill);
        chart.TextOf("never observed");
        Draw(Rows).TextOf("25 ha");
    }

    [Fact]
    public void Names_that_would_touch_are_moved_apart_and_stay_in_the_picture()
    {
        SvgDrawing chart = Draw([.. Enumerable.Range(0, 8).Select(i => new AreaRow(2010, $"zone {i}", "", 1 + 0.01 * i, 1, 1))]);
        double[] places = [.. chart.Texts.Where(text => text.Words.StartsWith("zone ", StringComparison.Ordinal)).OrderBy(text => text.Y).Select(text => text.Y)];
        Assert.Equal(8, places.Length);
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 39.99));
        Assert.InRange(places[^1], 0, 680 - 124 + 8.01);
        Assert.Equal(["zone 7", "zone 6"], chart.Texts.Where(text => text.Words.StartsWith("zone ", StringComparison.Ordinal)).OrderBy(text => text.Y).Take(2).Select(text => text.Words));
    }

    [Fact]
    public void Of_many_zones_the_eight_largest_are_drawn_and_long_names_are_cut()
    {
        SvgDrawing chart = Draw([.. Enumerable.Range(1, 10).Select(i => new AreaRow(2010, $"{i} zone of a very long name", "", i, 1, 1))]);
        string[] names = [.. chart.Words.Where(words => words.Contains("zone", StringComparison.Ordinal) && words.EndsWith('…'))];
        Assert.Equal(8, names.Length);
        Assert.All(names, name => Assert.Equal(24, name.Length));
        Assert.DoesNotContain(names, name => name.StartsWith("1 ", StringComparison.Ordinal) || name.StartsWith("2 ", StringComparison.Ordinal));
        Assert.Equal(8, chart.Circles.Count);
    }

    [Fact]
    public void One_year_alone_stands_in_the_middle()
    {
        SvgDrawing chart = Draw([Rows[0]]);
        Assert.Equal(530, Assert.Single(chart.Circles).X);
        Assert.Equal("2010", Assert.Single(chart.Texts, text => text.Y == 580).Words);
    }

    [Fact]
    public void Of_forty_years_every_third_is_named()
    {
        SvgDrawing chart = Draw([.. Enumerable.Range(1985, 40).Select(year => Rows[0] with { Year = year })]);
        Assert.Equal(Enumerable.Range(0, 14).Select(i => $"{1985 + 3 * i}"), chart.Texts.Where(text => text.Y == 580).Select(text => text.Words));
    }

    [Fact]
    public void Where_nothing_is_irrigated_there_still_is_an_axis()
    {
        SvgDrawing chart = Draw([Rows[0] with { IrrigatedHectares = 0 }]);
        Assert.Equal(556, Assert.Single(chart.Circles).Y);
        Assert.Contains("0.2", chart.Words);
    }

    [Fact]
    public void Headings_are_those_given_and_else_of_the_language()
    {
        SvgDrawing own = Draw(Rows, new ChartOptions { Heading = "<Own> & \"title\"", Title = "伊犁", Source = "GIM v3b" });
        Assert.Equal((32, 46), (own.TextOf("<Own> & \"title\"").X, own.TextOf("<Own> & \"title\"").Y));
        Assert.Equal((72, 667), (own.TextOf("伊犁").Y, own.TextOf("GIM v3b").Y));
        SvgDrawing russian = Draw(Rows, new ChartOptions { Texts = Texts.Of(Language.Russian) });
        Assert.Equal(["Площадь орошения по годам", "гектары", "25 га"], russian.Words.Where(words => words is "Площадь орошения по годам" or "гектары" or "25 га"));
    }

    [Fact]
    public void Without_rows_there_is_nothing_to_draw() =>
        Assert.Equal("c.png: there is no row to draw; make an area table first", Assert.Throws<InputException>(() => AreaChart.Write("c.png", [], new ChartOptions())).Message);

    private static IEnumerable<SvgDrawing.Circle> Points(SvgDrawing chart, string color) => chart.Circles.Where(circle => circle.Fill == color);

    private static SvgDrawing Draw(IReadOnlyList<AreaRow> rows, ChartOptions? options = null)
    {
        using var scratch = new ScratchFolder();
        AreaChart.Write(scratch.File("c.svg"), rows, options ?? new ChartOptions());
        return SvgDrawing.Read(scratch.File("c.svg"));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 0.01;

    private static bool Near2((double X, double Y) a, (double X, double Y) b) => Near(a.X, b.X) && Near(a.Y, b.Y);
}
