using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

public class TrendTests
{
    /// <summary>Series with and without ties, and what scipy (tests/peers/trend.py) says of them: tau, p without continuity, slope, its ends, intercept.</summary>
    [Fact]
    public void Trends_are_those_of_scipy()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("trend.json")));
        int compared = 0;
        foreach (JsonElement series in golden.RootElement.EnumerateArray())
        {
            int[] years = [.. series.GetProperty("years").EnumerateArray().Select(year => year.GetInt32())];
            double[] values = [.. series.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
            double[] scipy = [.. series.GetProperty("scipy").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble())];
            Trend trend = Trend.Of(years, values);
            string place = string.Join(", ", values);
            Same(scipy[0], trend.Tau);
            Same(scipy[2], trend.Slope);
            Same(scipy[3], trend.SlopeLow);
            Same(scipy[4], trend.SlopeHigh);
            Same(scipy[5], trend.Intercept);
            if (years.Length > 2 && !double.IsNaN(trend.Tau))
            {
                // Without the correction for continuity, as scipy has it; with it P is a little larger.
                double variance = Variance(values);
                Same(scipy[1], 2 * Trend.UpperTail(Math.Abs(trend.S) / Math.Sqrt(variance)));
                Assert.InRange(trend.P, scipy[1] - 1e-12, 1);
                Same(2 * Trend.UpperTail(Math.Max(0, Math.Abs(trend.S) - 1) / Math.Sqrt(variance)), trend.P);
                compared++;
            }

            void Same(double expected, double actual) =>
                Assert.True((double.IsNaN(expected) && double.IsNaN(actual)) || Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected)), $"{actual:R} instead of {expected:R} for {place}");
        }

        Assert.InRange(compared, 40, 60);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.15865525393145705)]
    [InlineData(1.959963984540054, 0.025)]
    [InlineData(5, 2.866515718791939e-07)]
    [InlineData(10, 7.61985302416052e-24)]
    public void The_tail_of_the_normal_distribution(double z, double expected) => Assert.Equal(1, Trend.UpperTail(z) / expected, 10);

    [Fact]
    public void Three_years_in_a_row_are_a_trend_of_little_certainty_and_two_are_none()
    {
        // S = 3 of a variance of 11/3: 2 (1 − Φ(2/√(11/3))).
        Trend three = Trend.Of([2001, 2002, 2004], [1, 2, 4]);
        Assert.Equal((3, 1.0, 1.0), (three.S, three.Tau, three.Slope));
        Assert.Equal(0.296270, three.P, 6);
        Trend two = Trend.Of([2001, 2002], [1, 2]);
        Assert.Equal((1, 1.0, 1.0, 1.0), (two.S, two.Tau, two.P, two.Slope));
        Assert.Equal(1, Trend.Of([2001, 2002, 2003], [5, 5, 5]).P);
    }

    [Fact]
    public void A_line_bends_where_the_series_does()
    {
        int[] years = [.. Enumerable.Range(1984, 40)];
        var random = new Random(2);
        double[] steady = [.. years.Select(year => 1000 + 12.0 * (year - 1984) + 20 * random.NextDouble())];
        PiecewiseLine straight = PiecewiseLine.Fit(years, steady)!;
        Assert.Empty(straight.Breaks);
        Assert.Equal(12, straight.Slopes[0], 0);
        double[] bent = [.. years.Select(year => 1000 + 10.0 * Math.Min(year, 2003) + 60.0 * Math.Max(0, year - 2003) + 20 * random.NextDouble())];
        PiecewiseLine once = PiecewiseLine.Fit(years, bent)!;
        Assert.InRange(Assert.Single(once.Breaks), 2002, 2004);
        Assert.Equal(10, once.Slopes[0], 0);
        Assert.InRange(once.Slopes[1], 58, 62);
        double[] twice = [.. years.Select(year => 1000 - 30.0 * Math.Min(year - 1984, 10) + 40.0 * Math.Clamp(year - 2010, 0, 100) + 15 * random.NextDouble())];
        Assert.Equal(2, PiecewiseLine.Fit(years, twice)!.Breaks.Count);
        Assert.Null(PiecewiseLine.Fit([2000, 2001, 2002], [1, 2, 3]));
        // A perfect line is no reason for a break.
        Assert.Empty(PiecewiseLine.Fit(years, [.. years.Select(year => 3.0 * year)])!.Breaks);
    }

    [Fact]
    public void Lines_are_those_on_record()
    {
        var random = new Random(6);
        var lines = new List<PiecewiseLine?>();
        for (int series = 0; series < 12; series++)
        {
            int[] years = [.. Enumerable.Range(1984, 40).Where(_ => series < 4 || random.Next(4) > 0).Take(series < 8 ? 40 : 4 + series)];
            (int first, int second) = (1988 + random.Next(15), 2004 + random.Next(12));
            lines.Add(PiecewiseLine.Fit(years, [.. years.Select(year => 500 + 7.0 * Math.Max(0, year - first) - 11.0 * Math.Max(0, year - second) + 30 * random.NextDouble())]));
        }

        GoldenFile.AssertSame("piecewise-lines.json", lines, 1e-9);
    }

    [Fact]
    public void Years_of_which_little_was_seen_are_left_out_and_named()
    {
        AreaRow[] rows = [.. Enumerable.Range(2000, 10).Select(year => new AreaRow(year, "A, B", "KZ", year == 2004 ? 1 : 100 + year - 2000 + (year == 2007 ? -10 : 0), year == 2004 ? 300 : 990, 1000))];
        ZoneChange change = Assert.Single(ZoneChange.Of(rows));
        Assert.Equal([2004], change.LeftOut);
        Assert.Equal((9, 100.0, 109.0), (change.Years.Count, change.FirstHectares, change.LastHectares));
        Assert.Equal(9, change.GainHectares - change.LossHectares, 9);
        Assert.Equal(9, change.LossHectares, 9);
        Assert.Equal(1, change.Trend.Slope, 9);
        string[] fields = ChangeCsv.ToText([change]).Split('\n');
        Assert.Equal(ChangeCsv.Header, fields[0]);
        Assert.StartsWith("\"A, B\",KZ,9,2000,2009,100.000,109.000,9.000,9.0,", fields[1], StringComparison.Ordinal);
        Assert.EndsWith(",2004", fields[1], StringComparison.Ordinal);
        ZoneChange nothing = Assert.Single(ZoneChange.Of(rows, 0.999));
        Assert.Empty(nothing.Years);
        Assert.Equal(1, nothing.Trend.P);
        Assert.StartsWith("\"A, B\",KZ,0,,,,,,,0.000,0.000,0,,1,,,,,,2000;", ChangeCsv.ToText([nothing]).Split('\n')[1], StringComparison.Ordinal);
    }

    private static double Variance(double[] values)
    {
        int n = values.Length;
        double ties = values.GroupBy(value => value).Sum(group => group.Count() * (group.Count() - 1.0) * (2 * group.Count() + 5));
        return (n * (n - 1.0) * (2 * n + 5) - ties) / 18;
    }
}
