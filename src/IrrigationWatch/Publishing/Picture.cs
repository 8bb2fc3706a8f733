using IrrigationWatch.Rasters;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>Drawing that charts and maps share.</summary>
internal static class Picture
{
    internal static readonly SKColor Ink = new(0x22, 0x2B, 0x33);
    internal static readonly SKColor Soft = new(0x6B, 0x76, 0x80);
    internal static readonly SKColor Rule = new(0xD9, 0xDE, 0xE3);

    /// <summary>Colours told apart by colour-blind readers and in grey: after Okabe and Ito 2008, Color Universal Design.</summary>
    internal static readonly SKColor[] Series =
    [
        new(0x00, 0x72, 0xB2), new(0xD5, 0x5E, 0x00), new(0x00, 0x9E, 0x73), new(0xCC, 0x79, 0xA7),
        new(0xE6, 0x9F, 0x00), new(0x56, 0xB4, 0xE9), new(0x22, 0x2B, 0x33), new(0x99, 0x99, 0x99),
    ];

    /// <summary>Draws a picture and writes it as PNG, or as SVG where the ending says so; the file appears only when whole.</summary>
    internal static void Write(string path, int width, int height, Action<SKCanvas> draw)
    {
        if (Path.GetExtension(path).Equals(".svg", StringComparison.OrdinalIgnoreCase))
        {
            AtomicFile.Write(path, stream =>
            {
                using SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream);
                canvas.Clear(SKColors.White);
                draw(canvas);
            });
            return;
        }

        byte[] png = Draw(width, height, draw, SKEncodedImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Draws a picture into memory.</summary>
    internal static byte[] Draw(int width, int height, Action<SKCanvas> draw, SKEncodedImageFormat format)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(format, 100);
        return data.ToArray();
    }

    internal static void Text(SKCanvas canvas, string text, float x, float y, float size, SKColor color, bool bold = false, SKTextAlign align = SKTextAlign.Left, bool halo = false)
    {
        IReadOnlyList<(string Text, SKTypeface Typeface)> parts = Fonts.Parts(text, bold);
        float left = align switch { SKTextAlign.Left => x, SKTextAlign.Center => x - Measure(text, size, bold) / 2, _ => x - Measure(text, size, bold) };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        using var around = new SKPaint { Color = SKColors.White.WithAlpha(220), Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        foreach ((string part, SKTypeface typeface) in parts)
        {
            using var font = new SKFont(typeface, size) { Subpixel = true, Embolden = bold && typeface != Fonts.Bold };
            if (halo)
            {
                canvas.DrawText(part, left, y, SKTextAlign.Left, font, around);
            }

            canvas.DrawText(part, left, y, SKTextAlign.Left, font, paint);
            left += font.MeasureText(part);
        }
    }

    internal static float Measure(string text, float size, bool bold = false)
    {
        float width = 0;
        foreach ((string part, SKTypeface typeface) in Fonts.Parts(text, bold))
        {
            using var font = new SKFont(typeface, size);
            width += font.MeasureText(part);
        }

        return width;
    }

    internal static void Line(SKCanvas canvas, float x0, float y0, float x1, float y1, SKColor color, float width = 1)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = width, IsAntialias = true, Style = SKPaintStyle.Stroke };
        canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    /// <summary>What a zone is called: with its country where this says more.</summary>
    internal static string PlaceName(string zone, string country) => country.Length > 0 && country != zone ? $"{zone} ({country})" : zone;

    /// <summary>The step between the lines of an axis, and its end, which is above a value; up to 1 where there is nothing to show.</summary>
    internal static (double Step, double End) Axis(double highest)
    {
        highest = highest > 0 ? highest : 1;
        double step = RoundDown(highest / 4);
        return (step, Math.Ceiling(highest * 1.02 / step) * step);
    }

    /// <summary>A number with blanks between thousands.</summary>
    internal static string Number(double value) => value.ToString("#,0.###", System.Globalization.CultureInfo.InvariantCulture).Replace(',', ' ');

    /// <summary>Hectares as they are read: whole, or with two decimals where they are few.</summary>
    internal static string Hectares(double value) => Number(Math.Round(value, Math.Abs(value) < 10 ? 2 : 0) + 0.0);

    /// <summary>The largest of 1, 2 and 5 times a power of ten that is not above a number.</summary>
    internal static double RoundDown(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double digits = value / power;
        return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
    }
}
