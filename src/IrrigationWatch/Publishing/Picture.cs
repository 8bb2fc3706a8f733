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

    /// <summary>Draws a picture and writes it as PNG; the file appears only when whole.</summary>
    internal static void Write(string path, int width, int height, Action<SKCanvas> draw)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        draw(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, stream => png.SaveTo(stream));
    }

    internal static void Text(SKCanvas canvas, string text, float x, float y, float size, SKColor color, bool bold = false, SKTextAlign align = SKTextAlign.Left)
    {
        using var font = new SKFont(bold ? Fonts.Bold : Fonts.Regular, size) { Subpixel = true };
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawText(text, x, y, align, font, paint);
    }

    internal static float Measure(string text, float size, bool bold = false)
    {
        using var font = new SKFont(bold ? Fonts.Bold : Fonts.Regular, size);
        return font.MeasureText(text);
    }

    internal static void Line(SKCanvas canvas, float x0, float y0, float x1, float y1, SKColor color, float width = 1)
    {
        using var paint = new SKPaint { Color = color, StrokeWidth = width, IsAntialias = true, Style = SKPaintStyle.Stroke };
        canvas.DrawLine(x0, y0, x1, y1, paint);
    }

    /// <summary>The largest of 1, 2 and 5 times a power of ten that is not above a number.</summary>
    internal static double RoundDown(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        double digits = value / power;
        return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
    }
}
