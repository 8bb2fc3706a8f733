using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>A picture of a class map: colours, borders of zones, legend, scale bar and north arrow.</summary>
public static class MapPicture
{
    private const int MapWidth = 900;
    private const int MaxMapHeight = 1000;
    private const int Margin = 28;
    private const int Head = 92;
    private const int Foot = 40;
    private const int LegendWidth = 250;

    /// <summary>Draws a map as PNG.</summary>
    /// <param name="path">Where.</param>
    /// <param name="map">The class map.</param>
    /// <param name="zones">Zones whose outlines are drawn; may be empty.</param>
    /// <param name="title">What the map is of.</param>
    /// <param name="names">Names of the pixel values; null to take the map's own metadata, else the values themselves.</param>
    /// <param name="source">A line below the map, for example its source; empty for none.</param>
    /// <exception cref="InputException">The map cannot be read or the place not written.</exception>
    public static void Write(string path, string map, IReadOnlyList<Zone> zones, string title, IReadOnlyDictionary<byte, string>? names = null, string source = "")
    {
        ArgumentNullException.ThrowIfNull(zones);
        try
        {
            using Dataset dataset = Dataset.Open(map);
            Grid grid = Grid.Of(dataset);
            names ??= ClassMapStyle.Parse(dataset.GetMetadata(ClassMapStyle.ClassesItem) ?? string.Empty);
            int year = MapYear.Of(dataset);
            (double metresX, double metresY) = PixelMetres(grid);
            double aspect = grid.Height * metresY / (grid.Width * metresX);
            int width = aspect * MapWidth <= MaxMapHeight ? MapWidth : (int)(MaxMapHeight / aspect);
            int height = Math.Max(60, (int)(width * aspect));
            byte[] pixels = ReadReduced(dataset, width, height);
            SortedDictionary<byte, uint> colors = ColorsOf(dataset, pixels, names);
            Picture.Write(path, width + 3 * Margin + LegendWidth, Math.Max(height, 340) + Head + Foot, canvas =>
            {
                Picture.Text(canvas, year.ToString(CultureInfo.InvariantCulture), Margin, 58, 44, Picture.Ink, bold: true);
                Picture.Text(canvas, title, Margin + 126, 40, 20, Picture.Ink, bold: true);
                Picture.Text(canvas, grid.Crs.Length < 20 ? grid.Crs : "custom CRS", Margin + 126, 62, 14, Picture.Soft);
                Draw(canvas, pixels, width, height, colors);
                Outlines(canvas, grid, zones, width, height);
                Legend(canvas, Margin * 2 + width, names, colors, pixels);
                Scale(canvas, Margin * 2 + width, Head + Math.Max(height, 340) - 40, grid.Width * metresX / width);
                Picture.Text(canvas, source, Margin, Math.Max(height, 340) + Head + Foot - 12, 12, Picture.Soft);
            });
        }
        catch (GdalException e)
        {
            throw new InputException(map, $"cannot be read as a map ({e.Reason}); give a GeoTIFF or another raster of GDAL", e);
        }
    }

    private static byte[] ReadReduced(Dataset dataset, int width, int height)
    {
        byte[] pixels = new byte[width * height];
        dataset.Band(1).ReadResized<byte>(new PixelWindow(0, 0, dataset.Width, dataset.Height), width, height, pixels);
        return pixels;
    }

    /// <summary>Values without a name are drawn pale; the nodata value is left white.</summary>
    private static SortedDictionary<byte, uint> ColorsOf(Dataset dataset, byte[] pixels, IReadOnlyDictionary<byte, string> names)
    {
        var colors = new SortedDictionary<byte, uint>();
        double? noData = dataset.Band(1).NoData;
        foreach (byte value in pixels.Distinct())
        {
            colors[value] = value == noData ? 0xFFFFFFFF
                : names.TryGetValue(value, out string? name) ? ClassMapStyle.ColorOf(name, value)
                : 0xFFF1ECE2;
        }

        return colors;
    }

    private static void Draw(SKCanvas canvas, byte[] pixels, int width, int height, SortedDictionary<byte, uint> colors)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        bitmap.Pixels = [.. pixels.Select(value => new SKColor(colors[value]))];
        using SKImage image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, Margin, Head);
        using var frame = new SKPaint { Color = Picture.Soft, Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        canvas.DrawRect(Margin, Head, width, height, frame);
    }

    private static void Outlines(SKCanvas canvas, Grid grid, IReadOnlyList<Zone> zones, int width, int height)
    {
        using var projector = new ZoneProjector(grid);
        using var halo = new SKPaint { Color = SKColors.White.WithAlpha(190), Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true };
        using var line = new SKPaint { Color = Picture.Ink, Style = SKPaintStyle.Stroke, StrokeWidth = 1.4f, IsAntialias = true };
        canvas.Save();
        canvas.ClipRect(new SKRect(Margin, Head, Margin + width, Head + height));
        foreach (Zone zone in zones)
        {
            using var path = new SKPath();
            foreach ((double X, double Y)[] ring in projector.Rings(zone.Geometry))
            {
                path.AddPoly([.. ring.Select(point => new SKPoint((float)(Margin + point.X / grid.Width * width), (float)(Head + point.Y / grid.Height * height)))]);
            }

            canvas.DrawPath(path, halo);
            canvas.DrawPath(path, line);
        }

        canvas.Restore();
        if (zones.Count is > 1 and <= 12)
        {
            Names(canvas, zones, projector, grid, width, height);
        }
    }

    private static void Names(SKCanvas canvas, IReadOnlyList<Zone> zones, ZoneProjector projector, Grid grid, int width, int height)
    {
        foreach (Zone zone in ZoneReader.Within(zones, ZoneProjector.Footprint(grid)))
        {
            NetTopologySuite.Geometries.Point inside = zone.Geometry.InteriorPoint;
            (double x, double y) = projector.ToPixel(inside.X, inside.Y);
            float half = Picture.Measure(zone.Name, 17, bold: true) / 2;
            float px = Math.Clamp((float)(Margin + x / grid.Width * width), Margin + half + 6, Margin + width - half - 6);
            float py = Math.Clamp((float)(Head + y / grid.Height * height), Head + 24, Head + height - 12);
            using var font = new SKFont(Fonts.Bold, 17);
            using var halo = new SKPaint { Color = SKColors.White.WithAlpha(220), Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true };
            canvas.DrawText(zone.Name, px, py, SKTextAlign.Center, font, halo);
            Picture.Text(canvas, zone.Name, px, py, 17, Picture.Ink, bold: true, align: SKTextAlign.Center);
        }
    }

    private static void Legend(SKCanvas canvas, float x, IReadOnlyDictionary<byte, string> names, SortedDictionary<byte, uint> colors, byte[] pixels)
    {
        float y = Head + 14;
        int shown = pixels.Length;
        foreach ((byte value, uint color) in colors)
        {
            string label = color == 0xFFFFFFFF ? "not observed" : names.TryGetValue(value, out string? name) ? name : $"other (value {value})";
            using var fill = new SKPaint { Color = new SKColor(color), IsAntialias = true };
            using var frame = new SKPaint { Color = Picture.Soft, Style = SKPaintStyle.Stroke, StrokeWidth = 1, IsAntialias = true };
            canvas.DrawRect(x, y - 14, 26, 18, fill);
            canvas.DrawRect(x, y - 14, 26, 18, frame);
            Picture.Text(canvas, label, x + 36, y, 16, Picture.Ink);
            double share = (double)pixels.Count(pixel => pixel == value) / shown;
            Picture.Text(canvas, string.Create(CultureInfo.InvariantCulture, $"{share:0.0%}"), x + LegendWidth - 10, y, 14, Picture.Soft, align: SKTextAlign.Right);
            y += 28;
        }

        Picture.Text(canvas, "share of the map shown", x + LegendWidth - 10, y - 6, 11, Picture.Soft, align: SKTextAlign.Right);
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

    /// <summary>Size of a pixel on the ground in the middle of the map.</summary>
    private static (double X, double Y) PixelMetres(Grid grid)
    {
        double area = new PixelAreas(grid.Cut(new PixelWindow(grid.Width / 2, grid.Height / 2, 1, 1))).At(0, 0);
        using SpatialReference reference = grid.OpenSpatialReference();
        double latitude = reference.IsGeographic ? (grid.Top + grid.Bottom) / 2 : 0;
        double stretch = grid.PixelHeight / (grid.PixelWidth * Math.Cos(latitude * Math.PI / 180));
        double x = Math.Sqrt(area / stretch);
        return (x, x * stretch);
    }
}
