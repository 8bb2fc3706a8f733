using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>What stands where in charts of change. The pictures are 1200 × 640; bars stand between x = 116 and 944, the axis between y = 564 and 110.</summary>
public class ChangeChartsTests
{
    private static readonly string[] Colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#222B33"];

    private const string Opened = "#0072B2";
    private const string Abandoned = "#D55E00";

    /// <summary>Two zones of 100 ha in four years, of which the third was half seen and the fourth not at all.</summary>
    private static readonly AreaRow[] Rows =
    [
        new(2010, "a", "KZ", 60, 100, 100), new(2010, "b", "", 40, 100, 100),
        new(2011, "a", "KZ", 30, 100, 100), new(2011, "b", "", 10, 100, 100),
        new(2012, "a", "KZ", 20, 60, 100), new(2012, "b", "", 0, 40, 100),
        new(2013, "a", "KZ", 0, 0, 100), new(2013, "b", "", 0, 0, 100),
    ];

    [Fact]
    public void Bars_of_zones_stand_one_on_the_other_the_largest_below()
    {
        SvgDrawing chart = Stacked(Rows);
        // Up to 120 on 454 pixels. Four years of 207 pixels, bars at most 60 wide.
        double y(double hectares) => 564 - hectares / 120 * 454;
        SvgDrawing.Bar[] bars = [.. Bars(chart)];
        Assert.Equal([Colors[0], Colors[1], Colors[0], Colors[1], Colors[0]], bars.Select(bar => bar.Fill));
        Assert.Equal([(y(60), y(0)), (y(100), y(60)), (y(30), y(0)), (y(40), y(30)), (y(20), y(0))], bars.Select(bar => (bar.Y, bar.Y + bar.Height)), Near2);
        Assert.Equal([219.5, 219.5, 426.5, 426.5, 633.5], bars.Select(bar => bar.X + bar.Width / 2), Near);
        Assert.All(bars, bar => Assert.Equal(60, bar.Width, 2));
        Assert.Equal(["2010", "2011", "2012", "2013"], chart.Texts.Where(text => text.Y == 588).Select(text => text.Words));
    }

    [Fact]
    public void A_year_of_which_little_was_seen_is_pale_and_one_of_which_nothing_was_is_a_cross()
    {
        SvgDrawing chart = Stacked(Rows);
        Assert.Equal([1, 1, 1, 1, 110 / 255.0], Bars(chart).Select(bar => bar.Opacity), Near);
        Assert.Equal(840.5, chart.TextOf("×").X + Picture.Measure("×", 18) / 2, 1);
        chart.TextOf("Pale: less than 80% of the zones observed in that year; cross: nothing observed.");
        SvgDrawing well = Stacked(Rows[..4]);
        Assert.DoesNotContain("×", well.Words);
        Assert.DoesNotContain(well.Words, words => words.StartsWith("Pale", StringComparison.Ordinal));
        Assert.Contains("Pale: less than 99.5% of the zones observed in that year; cross: nothing observed.", Stacked([Rows[0] with { ObservedHectares = 99 }], new ChartOptions { LeastObserved = 0.995 }).Words);
    }

    [Fact]
    public void A_year_that_is_missing_leaves_its_place_empty()
    {
        SvgDrawing chart = Stacked([Rows[0], Rows[2] with { Year = 2012 }]);
        // Three years of 276 pixels; the middle one is empty.
        Assert.Equal([254, 806], Bars(chart).Select(bar => bar.X + bar.Width / 2), Near);
        Assert.Equal(["2010", "2011", "2012"], chart.Texts.Where(text => text.Y == 588).Select(text => text.Words));
    }

    [Fact]
    public void The_legend_names_the_zones_in_the_order_of_the_bars_and_joins_the_smallest()
    {
        SvgDrawing two = Stacked(Rows);
        Assert.Equal(["b", "a (KZ)"], Legend(two).Select(entry => entry.Words));
        Assert.Equal([Colors[1], Colors[0]], Legend(two).Select(entry => entry.Fill));
        SvgDrawing nine = Stacked([.. Enumerable.Range(1, 9).Select(i => new AreaRow(2010, $"zone {i}", "", i, 10, 10))]);
        Assert.Equal(["…", "zone 4", "zone 5", "zone 6", "zone 7", "zone 8", "zone 9"], Legend(nine).Select(entry => entry.Words));
        Assert.Equal(Colors.Reverse(), Legend(nine).Select(entry => entry.Fill));
        // 1 + 2 + 3 of 50, the axis' end.
        SvgDrawing.Bar rest = Bars(nine).Last();
        Assert.Equal((6 / 50.0 * 454, Colors[6]), (Math.Round(rest.Height, 2), rest.Fill));
        Assert.Equal(7, Bars(nine).Count());
    }

    [Fact]
    public void Seven_zones_are_all_named()
    {
        SvgDrawing seven = Stacked([.. Enumerable.Range(1, 7).Select(i => new AreaRow(2010, $"a zone with a long name {i}", "", i, 10, 10))]);
        Assert.Equal(7, Legend(seven).Count(entry => entry.Words == "a zone with a long na…"));
    }

    [Fact]
    public void Gain_stands_above_the_line_loss_below_it_and_their_difference_is_marked()
    {
        SvgDrawing chart = GainLoss([Step(2010, 2011, 30, 10), Step(2011, 2012, 0, 40) with { Zone = "b" }, Step(2011, 2012, 20, 5)]);
        // From −50 to 50 on 454 pixels around y = 337; two steps of 414 pixels, bars at most 80 wide.
        double y(double hectares) => 337 - hectares * 4.54;
        SvgDrawing.Bar[] gains = [.. Bars(chart).Where(bar => bar.Fill == Opened)];
        SvgDrawing.Bar[] losses = [.. Bars(chart).Where(bar => bar.Fill == Abandoned)];
        Assert.Equal([(y(30), y(0)), (y(20), y(0))], gains.Select(bar => (bar.Y, bar.Y + bar.Height)), Near2);
        Assert.Equal([(y(0), y(-10)), (y(0), y(-45))], losses.Select(bar => (bar.Y, bar.Y + bar.Height)), Near2);
        Assert.Equal([323, 737], gains.Select(bar => bar.X + bar.Width / 2), Near);
        Assert.Equal([(y(20), 323), (y(-25), 737)], chart.Lines.Where(line => line.Width == 3 && line.X0 < 964).Select(line => (line.Y0, (line.X0 + line.X1) / 2)), Near2);
        Assert.Equal(["2011", "2012"], chart.Texts.Where(text => text.Y == 588).Select(text => text.Words));
        Assert.Equal(["opened", "abandoned"], Legend(chart).Select(entry => entry.Words));
        Assert.Equal([Opened, Abandoned], Legend(chart).Select(entry => entry.Fill));
        chart.TextOf("net");
    }

    [Fact]
    public void The_axis_of_gain_and_loss_counts_hectares_up_and_down()
    {
        SvgDrawing chart = GainLoss([Step(2010, 2011, 30, 10)]);
        Assert.Equal(["30", "20", "10", "0", "10", "20", "30"], chart.Texts.Where(text => text.X < 90 && text.Y > 100).Select(text => text.Words));
        Assert.Equal(337, chart.Lines.Single(line => (line.X0, line.X1) == (96, 964) && line.Color == "#222B33").Y0, 2);
    }

    [Fact]
    public void Pairs_that_skip_a_year_are_not_drawn()
    {
        SvgDrawing chart = GainLoss([Step(2010, 2011, 3, 1), Step(2010, 2014, 300, 100), Step(2011, 2014, 2, 1)]);
        Assert.Equal(["2011", "2014"], chart.Texts.Where(text => text.Y == 588).Select(text => text.Words));
        Assert.DoesNotContain("200", chart.Words);
    }

    [Fact]
    public void Four_periods_take_the_place_of_years_and_three_do_not()
    {
        Period[] periods = [new(1984, 1988), new(1989, 1993), new(1994, 1998), new(1999, 2003)];
        Transition[] all = [Step(1984, 1985, 3, 1), .. periods.Zip(periods.Skip(1)).Select(pair => Step(0, 0, 5, 2) with { From = pair.First, To = pair.Second }), Step(0, 0, 9, 9) with { From = periods[0], To = periods[3] }];
        Assert.Equal(["1989-1993", "1994-1998", "1999-2003"], GainLoss(all).Texts.Where(text => text.Y == 588).Select(text => text.Words));
        Assert.Equal(["1985"], GainLoss(all[..3]).Texts.Where(text => text.Y == 588).Select(text => text.Words));
    }

    [Fact]
    public void Where_steps_are_many_some_are_named()
    {
        SvgDrawing chart = GainLoss([.. Enumerable.Range(1984, 40).Select(year => Step(year, year + 1, 3, 1))]);
        // 20.7 pixels a step, 64 wanted: each fourth.
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{1985 + 4 * i}"), chart.Texts.Where(text => text.Y == 588).Select(text => text.Words));
        Assert.Equal(40, Bars(chart).Count(bar => bar.Fill == Opened));
    }

    [Fact]
    public void Nothing_to_draw_is_an_error_that_says_what_is_needed()
    {
        Assert.Equal("c.png: there is no row to draw; make an area table first", Assert.Throws<InputException>(() => ChangeCharts.WriteStacked("c.png", [], new ChartOptions())).Message);
        Assert.Equal("c.png: there is no transition to draw; two years are needed", Assert.Throws<InputException>(() => ChangeCharts.WriteGainLoss("c.png", [], new ChartOptions())).Message);
    }

    [Fact]
    public void Headings_are_those_given_and_else_of_the_language()
    {
        SvgDrawing own = Stacked(Rows, new ChartOptions { Heading = "Own", Title = "title", Source = "source" });
        Assert.Equal((46, 72, 627), (own.TextOf("Own").Y, own.TextOf("title").Y, own.TextOf("source").Y));
        Stacked(Rows).TextOf("Irrigated area by zone");
        GainLoss([Step(2010, 2011, 3, 1)]).TextOf("Gain and loss of irrigated land");
    }

    private static Transition Step(int from, int to, double gain, double loss) => new(new Period(from, from), new Period(to, to), "a", "", 1, gain, loss, 1, 0);

    /// <summary>Bars of the chart itself, in the order in which they are drawn.</summary>
    private static IEnumerable<SvgDrawing.Bar> Bars(SvgDrawing chart) => chart.Bars.Where(bar => bar.Fill != "white" && bar.X < 964);

    /// <summary>Words of the legend with the colour of the box before them, from above.</summary>
    private static IEnumerable<(string Words, string Fill)> Legend(SvgDrawing chart) =>
        chart.Bars.Where(bar => bar.X == 984).OrderBy(bar => bar.Y).Select(bar => (chart.Texts.Single(text => text.X > 1000 && Math.Abs(text.Y - 13 - bar.Y) < 0.01).Words, bar.Fill));

    private static SvgDrawing Stacked(IReadOnlyList<AreaRow> rows, ChartOptions? options = null) => Draw(path => ChangeCharts.WriteStacked(path, rows, options ?? new ChartOptions()));

    private static SvgDrawing GainLoss(IReadOnlyList<Transition> rows) => Draw(path => ChangeCharts.WriteGainLoss(path, rows, new ChartOptions()));

    private static SvgDrawing Draw(Action<string> write)
    {
        using var scratch = new ScratchFolder();
        write(scratch.File("c.svg"));
        return SvgDrawing.Read(scratch.File("c.svg"));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 0.02;

    private static bool Near2((double X, double Y) a, (double X, double Y) b) => Near(a.X, b.X) && Near(a.Y, b.Y);
}
