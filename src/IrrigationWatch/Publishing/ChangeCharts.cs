using System.Globalization;
using IrrigationWatch.Areas;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>Charts of change: areas of zones one on the other, and land opened and abandoned.</summary>
public static class ChangeCharts
{
    private const int Width = 1200;
    private const int Height = 640;
    private const int MostSeries = 7;
    private const float Left = 96;
    private const float Right = 236;
    private const float Top = 110;
    private const float Bottom = 76;

    /// <summary>Draws the areas of zones one on the other, as bars: years of which little was observed are pale, those of which nothing was are marked by a cross.</summary>
    /// <param name="path">Where; PNG, or SVG where the ending says so.</param>
    /// <param name="rows">The area table; zones must not overlap. Beyond seven the smallest are joined.</param>
    /// <param name="options">What is shown around it.</param>
    /// <exception cref="InputException">The place cannot be written, or there is nothing to draw.</exception>
    public static void WriteStacked(string path, IReadOnlyList<AreaRow> rows, ChartOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        Texts texts = options.Texts;
        if (rows.Count == 0)
        {
            throw new InputException(path, "there is no row to draw; make an area table first");
        }

        (string Zone, string Country)[] zones = [.. rows.GroupBy(row => (row.Zone, row.Country)).OrderByDescending(zone => zone.Max(row => row.IrrigatedHectares)).Select(zone => zone.Key)];
        Dictionary<(string, string), int> seriesOf = zones.Select((zone, i) => (zone, i)).ToDictionary(pair => pair.zone, pair => Math.Min(pair.i, MostSeries - 1));
        int[] years = [.. rows.Select(row => row.Year).Distinct().Order()];
        double top = Picture.Axis(years.Max(year => rows.Where(row => row.Year == year).Sum(row => row.IrrigatedHectares))).End;
        Picture.Write(path, Width, Height, canvas =>
        {
            Head(canvas, texts["stacked"], options);
            Axis(canvas, 0, top, texts);
            float wide = Wide(years);
            foreach (int year in years)
            {
                AreaRow[] ofYear = [.. rows.Where(row => row.Year == year)];
                double zoneArea = ofYear.Sum(row => row.ZoneHectares);
                double seen = zoneArea > 0 ? ofYear.Sum(row => row.ObservedHectares) / zoneArea : 1;
                if (seen < ChartOptions.Unobserved)
                {
                    // No bar would read as no irrigation.
                    Picture.Text(canvas, "×", X(year, years), Y(0, 0, top) - 4, 18, Picture.Soft, align: SKTextAlign.Center);
                }

                bool pale = seen < options.LeastObserved;
                double below = 0;
                ILookup<int, AreaRow> bySeries = ofYear.ToLookup(row => seriesOf[(row.Zone, row.Country)]);
                for (int i = 0; i < Math.Min(zones.Length, MostSeries); i++)
                {
                    double value = bySeries[i].Sum(row => row.IrrigatedHectares);
                    Bar(canvas, X(year, years), wide, below, below + value, 0, top, Color(i), pale);
                    below += value;
                }
            }

            Years(canvas, years);
            bool marks = rows.GroupBy(row => row.Year).Any(year => year.Sum(row => row.ObservedHectares) < options.LeastObserved * year.Sum(row => row.ZoneHectares));
            Picture.Text(canvas, marks ? options.PaleNote : string.Empty, 32, Height - 32, 13, Picture.Soft);
            float y = Top + 10;
            foreach (int i in Enumerable.Range(0, Math.Min(zones.Length, MostSeries)).Reverse())
            {
                y = Key(canvas, y, Color(i), i == MostSeries - 1 && zones.Length > MostSeries ? "…" : Picture.PlaceName(zones[i].Zone, zones[i].Country));
            }
        });
    }

    /// <summary>Draws land opened, above the line, and abandoned, below it, from each year or period to the next, over all zones.</summary>
    /// <param name="path">Where; PNG, or SVG where the ending says so.</param>
    /// <param name="transitions">The transitions of zones that do not overlap.</param>
    /// <param name="options">What is shown around it.</param>
    /// <exception cref="InputException">The place cannot be written, or there is nothing to draw.</exception>
    public static void WriteGainLoss(string path, IReadOnlyList<Transition> transitions, ChartOptions options)
    {
        ArgumentNullException.ThrowIfNull(transitions);
        ArgumentNullException.ThrowIfNull(options);
        Texts texts = options.Texts;
        (Period From, Period To, double Gain, double Loss)[] steps =
        [
            .. Steps(transitions).GroupBy(row => (row.From, row.To)).OrderBy(step => step.Key.From.First)
                .Select(step => (step.Key.From, step.Key.To, step.Sum(row => row.GainHectares), step.Sum(row => row.LossHectares))),
        ];
        if (steps.Length == 0)
        {
            throw new InputException(path, "there is no transition to draw; two years are needed");
        }

        double high = Picture.Axis(steps.Max(step => Math.Max(step.Gain, step.Loss))).End;
        Picture.Write(path, Width, Height, canvas =>
        {
            Head(canvas, texts["gain loss"], options);
            Axis(canvas, -high, high, texts);
            float pitch = (Width - Left - Right - 40) / steps.Length;
            float wide = Math.Clamp(pitch * 0.62f, 3, 80);
            for (int i = 0; i < steps.Length; i++)
            {
                float x = Left + 20 + (i + 0.5f) * pitch;
                Bar(canvas, x, wide, 0, steps[i].Gain, -high, high, GainColor, false);
                Bar(canvas, x, wide, -steps[i].Loss, 0, -high, high, LossColor, false);
                float y = Y(steps[i].Gain - steps[i].Loss, -high, high);
                Picture.Line(canvas, x - wide / 2, y, x + wide / 2, y, Picture.Ink, 3);
                if (i % Math.Max(1, (int)Math.Ceiling(64 / pitch)) == 0)
                {
                    Picture.Text(canvas, steps[i].To.ToString(), x, Height - Bottom + 24, steps.Length > 9 ? 12 : 14, Picture.Ink, align: SKTextAlign.Center);
                }
            }

            float key = Key(canvas, Top + 10, GainColor, texts["gain"]);
            key = Key(canvas, key, LossColor, texts["loss"]);
            Picture.Line(canvas, Width - Right + 20, key - 5, Width - Right + 42, key - 5, Picture.Ink, 3);
            Picture.Text(canvas, texts["net"], Width - Right + 52, key, 15, Picture.Ink);
        });
    }

    private static SKColor GainColor => new(ChangeMaps.Colors[ChangeMaps.Opened]);

    private static SKColor LossColor => new(ChangeMaps.Colors[ChangeMaps.Abandoned]);

    /// <summary>From one period to the next where there are four or more, else from one year to the next.</summary>
    private static IEnumerable<Transition> Steps(IReadOnlyList<Transition> transitions)
    {
        Transition[] periods = [.. transitions.Where(row => row.From.First != row.From.Last)];
        bool enough = periods.SelectMany(row => new[] { row.From, row.To }).Distinct().Count() >= 4;
        Transition[] steps = enough ? periods : [.. transitions.Where(row => row.From.First == row.From.Last)];
        Period[] all = [.. steps.SelectMany(row => new[] { row.From, row.To }).Distinct().OrderBy(period => period.First)];
        return steps.Where(row => Array.IndexOf(all, row.To) == Array.IndexOf(all, row.From) + 1);
    }

    private static SKColor Color(int series) => Picture.Series[Math.Min(series, MostSeries - 1)];

    private static void Head(SKCanvas canvas, string heading, ChartOptions options)
    {
        Picture.Text(canvas, options.Heading ?? heading, 32, 46, 26, Picture.Ink, bold: true);
        Picture.Text(canvas, options.Title, 32, 72, 16, Picture.Soft);
        Picture.Text(canvas, options.Source, 32, Height - 13, 13, Picture.Soft);
    }

    private static void Axis(SKCanvas canvas, double bottom, double top, Texts texts)
    {
        double step = Picture.RoundDown((top - bottom) / 4);
        for (double value = Math.Ceiling(bottom / step) * step; value <= top * 1.0001; value += step)
        {
            float y = Y(value, bottom, top);
            bool zero = Math.Abs(value) < step / 2;
            Picture.Line(canvas, Left, y, Width - Right, y, zero ? Picture.Ink : Picture.Rule);
            Picture.Text(canvas, Picture.Number(Math.Abs(Math.Round(value, 9))), Left - 10, y + 5, 14, Picture.Soft, align: SKTextAlign.Right);
        }

        Picture.Text(canvas, texts["hectares"], Left - 10, Top - 18, 13, Picture.Soft, align: SKTextAlign.Right);
    }

    private static void Years(SKCanvas canvas, int[] years)
    {
        int every = Math.Max(1, (int)Math.Ceiling((years[^1] - years[0] + 1) / 14.0));
        for (int year = years[0]; year <= years[^1]; year += every)
        {
            Picture.Text(canvas, year.ToString(CultureInfo.InvariantCulture), X(year, years), Height - Bottom + 24, 14, Picture.Ink, align: SKTextAlign.Center);
        }
    }

    private static void Bar(SKCanvas canvas, float x, float wide, double from, double to, double bottom, double top, SKColor color, bool pale)
    {
        if (to <= from)
        {
            return;
        }

        using var fill = new SKPaint { Color = pale ? color.WithAlpha(110) : color, IsAntialias = true };
        float y = Y(to, bottom, top);
        canvas.DrawRect(x - wide / 2, y, wide, Y(from, bottom, top) - y, fill);
        // A thin white line between parts, so that they can be told apart in grey.
        Picture.Line(canvas, x - wide / 2, y, x + wide / 2, y, SKColors.White);
    }

    private static float Key(SKCanvas canvas, float y, SKColor color, string text)
    {
        using var fill = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawRect(Width - Right + 20, y - 13, 22, 16, fill);
        Picture.Text(canvas, text.Length <= 22 ? text : text[..21] + "…", Width - Right + 52, y, 15, Picture.Ink);
        return y + 28;
    }

    private static float Wide(int[] years) => Math.Clamp((Width - Left - Right - 40) / (years[^1] - years[0] + 1) * 0.72f, 2, 60);

    private static float X(int year, int[] years)
    {
        float pitch = (Width - Left - Right - 40) / (years[^1] - years[0] + 1);
        return Left + 20 + (year - years[0] + 0.5f) * pitch;
    }

    private static float Y(double value, double bottom, double top) => (float)(Height - Bottom - (value - bottom) / (top - bottom) * (Height - Top - Bottom));
}
