using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>
/// A picture of a map of classes, years or counts: colours, borders, lakes and rivers, graticule, legend, scale bar and north arrow.
/// </summary>
public static class MapPicture
{
    private const int MapWidth = 900;
    private const int MaxMapHeight = 1000;
    private const int LeastHeight = 340;
    private const int Margin = 30;
    private const int Head = 92;
    private const int Foot = 56;
    private const int LegendWidth = 280;
    private const int LegendPitch = 28;
    private const int ScaleHeight = 100;

    /// <summary>Colour of what a scene does not hold.</summary>
    private const uint NoImage = 0xFFDCDEDF;

    /// <summary>Draws a map as PNG, or as SVG where the ending says so.</summary>
    /// <param name="path">Where.</param>
    /// <param name="map">The map: bytes of classes or counts, or years in 16 bits as <see cref="ChangeMaps"/> writes them.</param>
    /// <param name="options">What is shown besides it.</param>
    /// <exception cref="InputException">The map cannot be read or the place not written.</exception>
    public static void Write(string path, MapSource map, MapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        MapImage image = MapImage.Read(map, options.Zones, MapWidth, MaxMapHeight);
        string heading = options.Heading ?? (image.Year is int year ? year.ToString(CultureInfo.InvariantCulture) : string.Empty);
        IReadOnlyList<LegendEntry> legend = LegendOf(image, options);
        Compose(path, image, heading, legend, options, canvas => Draw(canvas, image, legend, options));
    }

    /// <summary>Draws an image in colours, as that of a scene, as PNG, or as SVG where the ending says so.</summary>
    /// <param name="path">Where.</param>
    /// <param name="grid">Where the image lies.</param>
    /// <param name="read">Gives a part of the grid in some number of columns and rows, row by row as 0xAARRGGBB.</param>
    /// <param name="legend">What colours are called, as 0xAARRGGBB.</param>
    /// <param name="options">What is shown besides it.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void WriteColors(string path, Grid grid, Func<PixelWindow, int, int, uint[]> read, IReadOnlyList<(uint Color, string Label)> legend, MapOptions options)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(options);
        var frame = new MapFrame(grid, options.Zones, MapWidth, MaxMapHeight);
        uint[] colors = read(frame.Window, frame.Width, frame.Height);
        Compose(path, frame, options.Heading ?? string.Empty, [.. legend.Select(entry => new LegendEntry([], entry.Label, entry.Color))], options, canvas =>
            Draw(canvas, frame, [.. colors.Select(color => new SKColor(color >> 24 == 0 ? NoImage : color))], options));
    }

    private static void Compose(string path, MapFrame frame, string heading, IReadOnlyList<LegendEntry> legend, MapOptions options, Action<SKCanvas> draw)
    {
        int height = Math.Max(frame.Height, Math.Max(LeastHeight, LegendHeight(legend, options) + ScaleHeight));
        Picture.Write(path, frame.Width + 3 * Margin + LegendWidth, height + Head + Foot, canvas =>
        {
            Picture.Text(canvas, heading, Margin, 58, 44, Picture.Ink, bold: true);
            float left = Margin + (heading.Length > 0 ? Picture.Measure(heading, 44, bold: true) + 20 : 0);
            Picture.Text(canvas, options.Title, left, 40, 20, Picture.Ink, bold: true);
            Picture.Text(canvas, frame.Grid.Crs.Length < 20 ? frame.Grid.Crs : "custom CRS", left, 62, 14, Picture.Soft);
            canvas.Save();
            canvas.Translate(Margin, Head);
            draw(canvas);
            canvas.Restore();
            Legend(canvas, Margin * 2 + frame.Width, legend, options);
            Scale(canvas, Margin * 2 + frame.Width, Head + height - 20, frame.MetresPerPixel);
            Picture.Text(canvas, options.Source, Margin, height + Head + Foot - 14, 12, Picture.Soft);
        });
    }

    /// <summary>Draws the map itself at 0, 0: colours, waters, borders, graticule and frame.</summary>
    internal static void Draw(SKCanvas canvas, MapImage image, IReadOnlyList<LegendEntry> legend, MapOptions options)
    {
        Dictionary<double, uint> colors = legend.SelectMany(entry => entry.Values.Select(value => (value, entry.Color))).ToDictionary(pair => pair.value, pair => pair.Color);
        float[]? relief = options.Elevation is null ? null : Hillshade.Of(options.Elevation, image);
        Draw(canvas, image, [.. image.Pixels.Select((value, i) => Shaded(new SKColor(colors[value]), relief?[i] ?? 1))], options);
    }

    private static void Draw(SKCanvas canvas, MapFrame image, SKColor[] colors, MapOptions options)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        bitmap.Pixels = colors;
        using SKImage drawn = SKImage.FromBitmap(bitmap);
        canvas.Save();
        canvas.ClipRect(new SKRect(0, 0, image.Width, image.Height));
        canvas.DrawImage(drawn, 0, 0);
        MapOverlay.Waters(canvas, image, options.Waters);
        MapOverlay.Graticule(canvas, image);
        MapOverlay.Borders(canvas, image, options.Zones);
        canvas.Restore();
        using var edge = new SKPaint { Color = Picture.Soft, Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        canvas.DrawRect(0, 0, image.Width, image.Height, edge);
    }

    private static SKColor Shaded(SKColor color, float factor) =>
        factor == 1 ? color : new SKColor((byte)(color.Red * factor), (byte)(color.Green * factor), (byte)(color.Blue * factor));

    /// <summary>What each value is called and drawn as; what was not observed is left white.</summary>
    internal static IReadOnlyList<LegendEntry> LegendOf(MapImage image, MapOptions options)
    {
        double[] present = [.. image.Pixels.Distinct().Where(value => !double.IsNaN(value)).Order()];
        bool hasUnseen = Array.Exists(image.Pixels, double.IsNaN);
        Texts texts = options.Texts;
        var entries = new List<LegendEntry>();
        if (image.Years.Count > 0 && image.IsYears)
        {
            SortedDictionary<ushort, uint> colors = ChangeColors.Years(image.Years[0], image.Years[^1]);
            Add(present.Where(value => value == ChangeMaps.Never), texts["never irrigated"], colors[ChangeMaps.Never]);
            foreach (double year in present.Where(value => value != ChangeMaps.Never))
            {
                // What was before the first map, and what comes after the last, is not known.
                string open = year == image.Years[0] && !image.IsLastYears ? "≤ " : year == image.Years[^1] && image.IsLastYears ? "≥ " : string.Empty;
                entries.Add(new LegendEntry([year], open + year.ToString(CultureInfo.InvariantCulture), colors.GetValueOrDefault((ushort)year, 0xFF999999)) { IsStep = true });
            }

            AddUnseen();
            return entries;
        }

        IReadOnlyDictionary<double, string> names = options.Names ?? image.Names;
        if (names.Count == 0 && image.Years.Count == 0)
        {
            // Nobody names them: by their numbers, each in a colour of its own.
            names = present.ToDictionary(value => value, value => value.ToString(CultureInfo.InvariantCulture));
        }

        if (names.Count == 0 && image.Years.Count > 0)
        {
            SortedDictionary<ushort, uint> colors = ChangeColors.Counts(image.Years.Count);
            foreach (double count in present)
            {
                entries.Add(new LegendEntry([count], count.ToString(CultureInfo.InvariantCulture), colors.GetValueOrDefault((ushort)count, 0xFF999999)) { IsStep = true });
            }

            AddUnseen();
            return entries;
        }

        IReadOnlyDictionary<double, uint> colorOf = ClassMapStyle.ColorsOf(names);
        foreach (double value in present)
        {
            bool known = names.TryGetValue(value, out string? name);
            uint color = value is >= 0 and <= ushort.MaxValue && image.Colors.TryGetValue((ushort)value, out uint given) ? given : known ? colorOf[value] : 0xFFF1ECE2;
            entries.Add(new LegendEntry([value], known ? texts[name!] : string.Create(CultureInfo.InvariantCulture, $"{value}"), color));
        }

        AddUnseen();
        return entries;

        void AddUnseen() => Add(hasUnseen ? [double.NaN] : [], texts["not observed"], 0xFFFFFFFF);

        void Add(IEnumerable<double> values, string label, uint color)
        {
            double[] all = [.. values];
            if (all.Length > 0)
            {
                entries.Add(new LegendEntry(all, label, color));
            }
        }
    }

    private static float StepHeight(int steps) => steps == 0 ? 0 : Math.Min(22, 300f / steps);

    private static int LegendHeight(IReadOnlyList<LegendEntry> legend, MapOptions options)
    {
        int steps = legend.Count(entry => entry.IsStep);
        int lines = legend.Count - steps + (options.Zones.Count > 0 ? 1 : 0) + (options.Waters.Any(water => !water.IsLake) ? 1 : 0) + (options.Waters.Any(water => water.IsLake) ? 1 : 0);
        return (int)(lines * LegendPitch + steps * StepHeight(steps)) + 20;
    }

    private static void Legend(SKCanvas canvas, float x, IReadOnlyList<LegendEntry> legend, MapOptions options)
    {
        float y = Head + 14;
        using var frame = new SKPaint { Color = Picture.Soft, Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
        LegendEntry[] steps = [.. legend.Where(entry => entry.IsStep)];
        foreach (LegendEntry entry in legend.Where(entry => !entry.IsStep))
        {
            using var fill = new SKPaint { Color = new SKColor(entry.Color), IsAntialias = true };
            canvas.DrawRect(x, y - 14, 26, 18, fill);
            canvas.DrawRect(x, y - 14, 26, 18, frame);
            Picture.Text(canvas, entry.Label, x + 36, y, 16, Picture.Ink);
            y += LegendPitch;
        }

        // Years and counts are one bar of many steps, of which some are named.
        float step = StepHeight(steps.Length);
        int every = steps.Length == 0 ? 1 : (int)Math.Ceiling(18 / step);
        for (int i = 0; i < steps.Length; i++)
        {
            using var fill = new SKPaint { Color = new SKColor(steps[i].Color) };
            canvas.DrawRect(x, y - 14 + i * step, 26, step + 0.5f, fill);
            if (i % every == 0 || (i == steps.Length - 1 && i % every > every / 2))
            {
                Picture.Text(canvas, steps[i].Label, x + 36, y - 14 + (i + 0.5f) * step + 5, 14, Picture.Ink);
            }
        }

        y += steps.Length * step + (steps.Length > 0 ? 14 : 0);
        if (options.Zones.Count > 0)
        {
            Picture.Line(canvas, x, y - 5, x + 26, y - 5, Picture.Ink, 1.6f);
            Picture.Text(canvas, options.Texts["border"], x + 36, y, 16, Picture.Ink);
            y += LegendPitch;
        }

        if (options.Waters.Any(water => !water.IsLake))
        {
            Picture.Line(canvas, x, y - 5, x + 26, y - 5, MapOverlay.WaterColor, 2.2f);
            Picture.Text(canvas, options.Texts["river"], x + 36, y, 16, Picture.Ink);
            y += LegendPitch;
        }

        if (options.Waters.Any(water => water.IsLake))
        {
            using var lake = new SKPaint { Color = MapOverlay.WaterColor.WithAlpha(70) };
            using var shore = new SKPaint { Color = MapOverlay.WaterColor, Style = SKPaintStyle.Stroke, StrokeWidth = 1.4f, IsAntialias = true };
            canvas.DrawRect(x, y - 14, 26, 18, lake);
            canvas.DrawRect(x, y - 14, 26, 18, shore);
            Picture.Text(canvas, options.Texts["lake"], x + 36, y, 16, Picture.Ink);
        }
    }

    private static void Scale(SKCanvas canvas, float x, float y, double metresPerPixel)
    {
        double metres = Picture.RoundDown(150 * metresPerPixel);
        float length = (float)(metres / metresPerPixel);
        Picture.Line(canvas, x, y, x + length, y, Picture.Ink, 3);
        Picture.Line(canvas, x, y - 6, x, y + 6, Picture.Ink, 2);
        Picture.Line(canvas, x + length, y - 6, x + length, y + 6, Picture.Ink, 2);
        string text = metres >= 1000 ? string.Create(CultureInfo.InvariantCulture, $"{metres / 1000:0} km") : string.Create(CultureInfo.InvariantCulture, $"{metres:0} m");
        Picture.Text(canvas, text, x + length / 2, y - 10, 14, Picture.Ink, align: SKTextAlign.Center);
        using var arrow = new SKPath();
        arrow.AddPoly([new SKPoint(x + 205, y - 34), new SKPoint(x + 214, y + 2), new SKPoint(x + 205, y - 6), new SKPoint(x + 196, y + 2)]);
        using var fill = new SKPaint { Color = Picture.Ink, IsAntialias = true };
        canvas.DrawPath(arrow, fill);
        Picture.Text(canvas, "N", x + 205, y - 38, 15, Picture.Ink, bold: true, align: SKTextAlign.Center);
    }
}

/// <summary>A line of a legend.</summary>
/// <param name="Values">Pixel values that it stands for, NaN for what was not observed.</param>
/// <param name="Label">What it is called.</param>
/// <param name="Color">0xAARRGGBB.</param>
internal sealed record LegendEntry(IReadOnlyList<double> Values, string Label, uint Color)
{
    /// <summary>Whether it is a step of a scale.</summary>
    internal bool IsStep { get; init; }
}
