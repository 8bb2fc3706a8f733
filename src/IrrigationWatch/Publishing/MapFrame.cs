using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Publishing;

/// <summary>The part of a grid that a picture shows, and where its places lie in the picture.</summary>
internal class MapFrame
{
    private const double Border = 0.03;

    /// <summary>Frames the part of a grid where zones are; all of it where there are none.</summary>
    internal MapFrame(Grid grid, IReadOnlyList<Zone> zones, int mostWidth, int mostHeight)
    {
        Grid = grid;
        Window = WindowOf(grid, zones);
        (double metresX, double metresY) = PixelMetres(grid, Window);
        double aspect = Window.Height * metresY / (Window.Width * metresX);
        Width = aspect * mostWidth <= mostHeight ? mostWidth : Math.Max(60, (int)(mostHeight / aspect));
        Height = Math.Clamp((int)Math.Round(Width * aspect), 60, mostHeight);
        MetresPerPixel = Window.Width * metresX / Width;
    }

    /// <summary>The whole grid.</summary>
    internal Grid Grid { get; }

    /// <summary>The part that is shown.</summary>
    internal PixelWindow Window { get; }

    /// <summary>Columns of the picture.</summary>
    internal int Width { get; }

    /// <summary>Rows of the picture.</summary>
    internal int Height { get; }

    /// <summary>Size of the picture's pixels on the ground.</summary>
    internal double MetresPerPixel { get; }

    /// <summary>The grid of the picture's own pixels.</summary>
    internal Grid PictureGrid()
    {
        Grid part = Grid.Cut(Window);
        return new Grid(part.Crs, part.Left, part.Top, part.PixelWidth * part.Width / Width, part.PixelHeight * part.Height / Height, Width, Height);
    }

    /// <summary>Where a place of the map's pixels lies in the picture.</summary>
    internal (float X, float Y) At(double column, double row) => ((float)((column - Window.X) / Window.Width * Width), (float)((row - Window.Y) / Window.Height * Height));

    /// <summary>The bounds of the part in longitude and latitude.</summary>
    internal (double West, double South, double East, double North) Bounds() => Grid.Cut(Window).GeographicBounds();

    /// <summary>The zones with some pixels around; all of the map where there are none.</summary>
    private static PixelWindow WindowOf(Grid grid, IReadOnlyList<Zone> zones)
    {
        using var projector = new ZoneProjector(grid);
        var box = new Envelope();
        foreach ((double X, double Y) in zones.SelectMany(zone => projector.Rings(zone.Geometry)).SelectMany(ring => ring))
        {
            box.ExpandToInclude(X, Y);
        }

        Envelope part = box.IsNull ? new Envelope() : box.Intersection(new Envelope(0, grid.Width, 0, grid.Height));
        if (part.IsNull || part.Width < 1 || part.Height < 1)
        {
            return new PixelWindow(0, 0, grid.Width, grid.Height);
        }

        part.ExpandBy(Border * part.Width + 1, Border * part.Height + 1);
        int left = Math.Max(0, (int)Math.Floor(part.MinX));
        int top = Math.Max(0, (int)Math.Floor(part.MinY));
        return new PixelWindow(left, top, Math.Min(grid.Width, (int)Math.Ceiling(part.MaxX)) - left, Math.Min(grid.Height, (int)Math.Ceiling(part.MaxY)) - top);
    }

    /// <summary>Size of a pixel on the ground in the middle of the part.</summary>
    private static (double X, double Y) PixelMetres(Grid grid, PixelWindow window)
    {
        double area = new PixelAreas(grid.Cut(new PixelWindow(window.X + window.Width / 2, window.Y + window.Height / 2, 1, 1))).At(0, 0);
        using SpatialReference reference = grid.OpenSpatialReference();
        double latitude = reference.IsGeographic ? grid.Top - (window.Y + window.Height / 2.0) * grid.PixelHeight : 0;
        double stretch = grid.PixelHeight / (grid.PixelWidth * Math.Cos(latitude * Math.PI / 180));
        double x = Math.Sqrt(area / stretch);
        return (x, x * stretch);
    }
}
