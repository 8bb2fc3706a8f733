using System.Globalization;
using IrrigationWatch.Areas;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>What is drawn over a map: borders with names, lakes and rivers, the lines of longitude and latitude.</summary>
internal static class MapOverlay
{
    internal static readonly SKColor WaterColor = new(0x2B, 0x6C, 0xB0);

    private const int MostNames = 12;

    /// <summary>Borders of zones, and their names where these are few.</summary>
    internal static void Borders(SKCanvas canvas, MapFrame frame, IReadOnlyList<Zone> zones)
    {
        using var projector = new ZoneProjector(frame.Grid);
        using var halo = new SKPaint { Color = SKColors.White.WithAlpha(190), Style = SKPaintStyle.Stroke, StrokeWidth = 4, IsAntialias = true };
        using var line = new SKPaint { Color = Picture.Ink, Style = SKPaintStyle.Stroke, StrokeWidth = 1.4f, IsAntialias = true };
        foreach (Zone zone in zones)
        {
            using SKPath path = Outline(frame, projector, zone.Geometry);
            canvas.DrawPath(path, halo);
            canvas.DrawPath(path, line);
        }

        if (zones.Count is < 2 or > MostNames)
        {
            return;
        }

        foreach (Zone zone in ZoneReader.Within(zones, ZoneProjector.Footprint(frame.Grid)))
        {
            Point inside = zone.Geometry.InteriorPoint;
            (double x, double y) = projector.ToPixel(inside.X, inside.Y);
            (float px, float py) = frame.At(x, y);
            float half = Picture.Measure(zone.Name, 17, bold: true) / 2;
            Picture.Text(canvas, zone.Name, Math.Clamp(px, half + 6, Math.Max(half + 6, frame.Width - half - 6)), Math.Clamp(py, 24, frame.Height - 24), 17, Picture.Ink, bold: true, align: SKTextAlign.Center, halo: true);
        }
    }

    /// <summary>Lakes as clear blue, rivers as blue lines.</summary>
    internal static void Waters(SKCanvas canvas, MapFrame frame, IReadOnlyList<Water> waters)
    {
        using var projector = new ZoneProjector(frame.Grid);
        using var lake = new SKPaint { Color = WaterColor.WithAlpha(70), IsAntialias = true };
        using var shore = new SKPaint { Color = WaterColor, Style = SKPaintStyle.Stroke, StrokeWidth = 1.2f, IsAntialias = true };
        using var river = new SKPaint { Color = WaterColor, Style = SKPaintStyle.Stroke, StrokeWidth = 2, IsAntialias = true, StrokeJoin = SKStrokeJoin.Round };
        foreach (Water water in waters)
        {
            if (water.IsLake)
            {
                using SKPath path = Outline(frame, projector, water.Geometry);
                canvas.DrawPath(path, lake);
                canvas.DrawPath(path, shore);
                continue;
            }

            foreach (LineString line in LinearComponentExtracter.GetLines(water.Geometry).Cast<LineString>())
            {
                Lines(canvas, frame, projector, line.Coordinates.Select(point => (point.X, point.Y)), river);
            }
        }
    }

    /// <summary>Lines of longitude and latitude in even steps, with their degrees at the edges.</summary>
    internal static void Graticule(SKCanvas canvas, MapFrame frame)
    {
        const int Parts = 64;
        using var projector = new ZoneProjector(frame.Grid);
        using var paint = new SKPaint { Color = Picture.Ink.WithAlpha(60), Style = SKPaintStyle.Stroke, StrokeWidth = 0.8f, IsAntialias = true };
        (double west, double south, double east, double north) = frame.Bounds();
        double step = Picture.RoundDown(Math.Max(east - west, north - south) / 3);
        for (double longitude = Math.Ceiling(west / step) * step; longitude < east; longitude += step)
        {
            (float X, float Y)[] points = Lines(canvas, frame, projector, Enumerable.Range(0, Parts + 1).Select(i => (longitude, south + (north - south) * i / Parts)), paint);
            Mark(points.Where(point => point.X > 24 && point.X < frame.Width - 24).OrderBy(point => Math.Abs(point.Y - frame.Height)), point => (point.X, frame.Height - 6), Degrees(longitude, step, "E", "W"), SKTextAlign.Center);
        }

        for (double latitude = Math.Ceiling(south / step) * step; latitude < north; latitude += step)
        {
            (float X, float Y)[] points = Lines(canvas, frame, projector, Enumerable.Range(0, Parts + 1).Select(i => (west + (east - west) * i / Parts, latitude)), paint);
            Mark(points.Where(point => point.Y > 14 && point.Y < frame.Height - 26).OrderBy(point => Math.Abs(point.X)), point => (5, point.Y + 4), Degrees(latitude, step, "N", "S"), SKTextAlign.Left);
        }

        void Mark(IEnumerable<(float X, float Y)> candidates, Func<(float X, float Y), (float X, float Y)> place, string text, SKTextAlign align)
        {
            foreach ((float X, float Y) point in candidates.Take(1))
            {
                (float x, float y) = place(point);
                Picture.Text(canvas, text, x, y, 11, Picture.Ink, align: align, halo: true);
            }
        }
    }

    private static string Degrees(double value, double step, string positive, string negative)
    {
        int decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        return Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + "°" + (value < 0 ? negative : positive);
    }

    private static (float X, float Y)[] Lines(SKCanvas canvas, MapFrame frame, ZoneProjector projector, IEnumerable<(double Longitude, double Latitude)> places, SKPaint paint)
    {
        using var path = new SKPath();
        var points = new List<(float X, float Y)>();
        bool drawing = false;
        foreach ((double longitude, double latitude) in places)
        {
            // What lies far from the map has no place on it.
            if (projector.TryToPixel(longitude, latitude) is not (double x, double y))
            {
                drawing = false;
                continue;
            }

            (float X, float Y) point = frame.At(x, y);
            points.Add(point);
            if (drawing)
            {
                path.LineTo(point.X, point.Y);
            }
            else
            {
                path.MoveTo(point.X, point.Y);
            }

            drawing = true;
        }

        canvas.DrawPath(path, paint);
        return [.. points];
    }

    private static SKPath Outline(MapFrame frame, ZoneProjector projector, Geometry geometry)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        foreach ((double X, double Y)[] ring in projector.Rings(geometry))
        {
            path.AddPoly([.. ring.Select(point => frame.At(point.X, point.Y)).Select(point => new SKPoint(point.X, point.Y))]);
        }

        return path;
    }
}
