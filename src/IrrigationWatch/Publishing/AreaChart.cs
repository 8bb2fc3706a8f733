using System.Globalization;
using IrrigationWatch.Areas;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>
/// A chart of area per year and zone. Years of which little was observed are drawn hollow; years of which nothing was
/// observed are no points, for a zero would read as a decline.
/// </summary>
public static class AreaChart
{
    private const int MostSeries = 8;
    private const int Width = 1200;
    private const int Height = 680;
    private const float Left = 96;
    private const float Top = 124;
    private const float Right = 236;
    private const float Bottom = 124;

    /// <summary>Draws a chart as PNG, or as SVG where the ending says so.</summary>
    /// <param name="path">Where.</param>
    /// <param name="rows">The area table; of more than eight zones the eight with the largest areas are drawn.</param>
    /// <param name="options">What is shown around it.</param>
    /// <exception cref="InputException">The place cannot be written, or there is nothing to draw.</exception>
    public static void Write(string path, IReadOnlyList<AreaRow> rows, ChartOptions options)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        Texts texts = options.Texts;
        if (rows.Count == 0)
        {
            throw new InputException(path, "there is no row to draw; make an area table first");
        }

        IGrouping<(string Country, string Zone), AreaRow>[] series =
            [.. rows.GroupBy(row => (row.Country, row.Zone)).OrderByDescending(group => group.Max(row => row.IrrigatedHectares)).Take(MostSeries)];
        int firstYear = rows.Min(row => row.Year);
        int lastYear = rows.Max(row => row.Year);
        double highest = series.Max(group => group.Max(row => row.HighHectares ?? row.IrrigatedHectares));
        (double step, double top) = Picture.Axis(highest);
        bool hollow = series.Any(group => group.Any(options.IsDoubtful));
        bool bands = series.Any(group => group.Any(row => row.LowHectares is not null));
        bool crosses = series.Any(group => !group.All(ChartOptions.IsSeen));
        Picture.Write(path, Width, Height, canvas =>
        {
            Picture.Text(canvas, options.Heading ?? texts["heading"], 32, 46, 26, Picture.Ink, bold: true);
            Picture.Text(canvas, options.Title, 32, 72, 16, Picture.Soft);
            Frame(canvas, firstYear, lastYear, step, top, texts);
            Observed(canvas, [.. series.SelectMany(group => group)], firstYear, lastYear, texts);
            var labels = new List<(float Y, string Text, string Value, SKColor Color)>();
            for (int i = 0; i < series.Length; i++)
            {
                AreaRow[] line = [.. series[i].Where(ChartOptions.IsSeen).OrderBy(row => row.Year)];
                SKColor color = Picture.Series[i];
                Draw(canvas, line, firstYear, lastYear, top, color, options);
                Crosses(canvas, series[i].Where(row => !ChartOptions.IsSeen(row)), firstYear, lastYear, color);
                labels.Add(line.Length == 0
                    ? (Y(0, top), Name(series[i].Key), texts["never observed"], color)
                    : (Y(line[^1].IrrigatedHectares, top), Name(series[i].Key), $"{Picture.Hectares(line[^1].IrrigatedHectares)} {texts["ha"]}{(line[^1].Year == lastYear ? string.Empty : string.Create(CultureInfo.InvariantCulture, $" ({line[^1].Year})"))}", color));
            }

            Labels(canvas, labels);
            string[] notes =
            [
                .. bands ? [texts["band"]] : Array.Empty<string>(),
                .. hollow ? [options.HollowNote] : Array.Empty<string>(),
                .. crosses ? [texts["cross"]] : Array.Empty<string>(),
            ];
            Picture.Text(canvas, string.Join(' ', notes), 32, Height - 32, 13, Picture.Soft);
            Picture.Text(canvas, options.Source, 32, Height - 13, 13, Picture.Soft);
        });
    }

    private static void Frame(SKCanvas canvas, int firstYear, int lastYear, double step, double top, Texts texts)
    {
        for (double value = 0; value <= top * 1.0001; value += step)
        {
            float y = Y(value, top);
            Picture.Line(canvas, Left, y, Width - Right, y, value == 0 ? Picture.Ink : Picture.Rule);
            Picture.Text(canvas, Picture.Number(value), Left - 10, y + 5, 14, Picture.Soft, align: SKTextAlign.Right);
        }

        Picture.Text(canvas, texts["hectares"], Left - 10, Top - 18, 13, Picture.Soft, align: SKTextAlign.Right);
        int every = Math.Max(1, (int)Math.Ceiling((lastYear - firstYear + 1) / 14.0));
        for (int year = firstYear; year <= lastYear; year += every)
        {
            Picture.Text(canvas, year.ToString(CultureInfo.InvariantCulture), X(year, firstYear, lastYear), Height - Bottom + 24, 14, Picture.Ink, align: SKTextAlign.Center);
        }
    }

    /// <summary>How much was seen, a bar a year below the axis.</summary>
    private static void Observed(SKCanvas canvas, AreaRow[] rows, int firstYear, int lastYear, Texts texts)
    {
        const float High = 22;
        float bottom = Height - Bottom + 62;
        float wide = Math.Clamp((Width - Left - Right - 60) / Math.Max(1, lastYear - firstYear + 1) * 0.7f, 2, 30);
        using var empty = new SKPaint { Color = Picture.Rule };
        using var full = new SKPaint { Color = Picture.Soft };
        const float Size = 11;
        // Some languages need more room than there is left of the axis.
        float size = Math.Min(Size, Size * (Left - 18) / Picture.Measure(texts["observed"], Size));
        Picture.Text(canvas, texts["observed"], Left - 10, bottom - 7, size, Picture.Soft, align: SKTextAlign.Right);
        foreach (IGrouping<int, AreaRow> year in rows.GroupBy(row => row.Year))
        {
            double zone = year.Sum(row => row.ZoneHectares);
            float seen = zone > 0 ? (float)Math.Clamp(year.Sum(row => row.ObservedHectares) / zone, 0, 1) : 0;
            float x = X(year.Key, firstYear, lastYear) - wide / 2;
            canvas.DrawRect(x, bottom - High, wide, High, empty);
            canvas.DrawRect(x, bottom - High * seen, wide, High * seen, full);
        }
    }

    private static void Draw(SKCanvas canvas, AreaRow[] line, int firstYear, int lastYear, double top, SKColor color, ChartOptions options)
    {
        using var stroke = new SKPaint { Color = color, StrokeWidth = 3, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeJoin = SKStrokeJoin.Round };
        using var fill = new SKPaint { Color = color, IsAntialias = true };
        using var white = new SKPaint { Color = SKColors.White, IsAntialias = true };
        using var band = new SKPaint { Color = color.WithAlpha(40), IsAntialias = true };
        for (int i = 1; i < line.Length; i++)
        {
            // A year that is missing or was not observed is a gap in line and band, never a value.
            if (line[i].Year != line[i - 1].Year + 1)
            {
                continue;
            }

            float x0 = X(line[i - 1].Year, firstYear, lastYear);
            float x1 = X(line[i].Year, firstYear, lastYear);
            if (line[i - 1] is { LowHectares: double low0, HighHectares: double high0 } && line[i] is { LowHectares: double low1, HighHectares: double high1 })
            {
                using var path = new SKPath();
                path.AddPoly([new SKPoint(x0, Y(low0, top)), new SKPoint(x0, Y(high0, top)), new SKPoint(x1, Y(high1, top)), new SKPoint(x1, Y(low1, top))]);
                canvas.DrawPath(path, band);
            }

            canvas.DrawLine(x0, Y(line[i - 1].IrrigatedHectares, top), x1, Y(line[i].IrrigatedHectares, top), stroke);
        }

        foreach (AreaRow row in line)
        {
            float x = X(row.Year, firstYear, lastYear);
            float y = Y(row.IrrigatedHectares, top);
            if (row is { LowHectares: double low, HighHectares: double high })
            {
                Picture.Line(canvas, x, Y(low, top), x, Y(high, top), color.WithAlpha(150), 2);
            }

            canvas.DrawCircle(x, y, 6, fill);
            if (options.IsDoubtful(row))
            {
                canvas.DrawCircle(x, y, 3.5f, white);
            }
        }
    }

    /// <summary>Marks years on the axis of which nothing was observed.</summary>
    private static void Crosses(SKCanvas canvas, IEnumerable<AreaRow> unseen, int firstYear, int lastYear, SKColor color)
    {
        const float Arm = 5;
        using var stroke = new SKPaint { Color = color, StrokeWidth = 2, IsAntialias = true, Style = SKPaintStyle.Stroke };
        foreach (AreaRow row in unseen)
        {
            float x = X(row.Year, firstYear, lastYear);
            float y = Y(0, 1);
            canvas.DrawLine(x - Arm, y - Arm, x + Arm, y + Arm, stroke);
            canvas.DrawLine(x - Arm, y + Arm, x + Arm, y - Arm, stroke);
        }
    }

    /// <summary>Names at the ends of the lines, moved apart where they would touch.</summary>
    private static void Labels(SKCanvas canvas, List<(float Y, string Text, string Value, SKColor Color)> labels)
    {
        const float Pitch = 40;
        labels.Sort((a, b) => a.Y.CompareTo(b.Y));
        float[] y = [.. labels.Select(label => label.Y)];
        for (int i = 1; i < y.Length; i++)
        {
            y[i] = Math.Max(y[i], y[i - 1] + Pitch);
        }

        float limit = Height - Bottom + 6;
        for (int i = y.Length - 1; i >= 0; i--)
        {
            y[i] = Math.Min(y[i], limit);
            limit = y[i] - Pitch;
        }

        for (int i = 0; i < y.Length; i++)
        {
            Picture.Line(canvas, Width - Right + 4, labels[i].Y, Width - Right + 18, y[i], Picture.Rule);
            Picture.Text(canvas, labels[i].Text, Width - Right + 24, y[i] + 2, 16, labels[i].Color, bold: true);
            Picture.Text(canvas, labels[i].Value, Width - Right + 24, y[i] + 19, 13, Picture.Soft);
        }
    }

    private static string Name((string Country, string Zone) key)
    {
        string text = Picture.PlaceName(key.Zone, key.Country);
        return text.Length <= 24 ? text : text[..23] + "…";
    }

    private static float X(int year, int first, int last) =>
        Left + 30 + (first == last ? 0.5f : (float)(year - first) / (last - first)) * (Width - Left - Right - 60);

    private static float Y(double hectares, double top) => (float)(Height - Bottom - hectares / top * (Height - Top - Bottom));
}
