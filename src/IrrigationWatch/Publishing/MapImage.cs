using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Publishing;

/// <summary>The part of a map where zones are, brought to the size of a picture.</summary>
internal sealed class MapImage
{
    private const double Border = 0.03;

    private readonly PixelWindow window;

    private MapImage(Dataset map, Grid grid, PixelWindow window, int width, int height, double metresPerPixel)
    {
        this.window = window;
        Grid = grid;
        Width = width;
        Height = height;
        MetresPerPixel = metresPerPixel;
        Pixels = new ushort[width * height];
        Band band = map.Band(1);
        band.ReadResized<ushort>(window, width, height, Pixels);
        IsYears = band.Type == RasterType.UInt16;
        IsLastYears = band.Description.StartsWith("last", StringComparison.Ordinal);
        NoData = band.NoData is double value and >= 0 and <= ushort.MaxValue ? (ushort)value : null;
        Year = MapYear.Find(map);
        Names = ClassValues.NamesOf(map);
        Years = [.. (map.GetMetadata("YEARS") ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(year => int.Parse(year, CultureInfo.InvariantCulture))];
        Colors = map.GetMetadata("FROM") is null ? new SortedDictionary<ushort, uint>() : ChangeMaps.Colors;
    }

    /// <summary>The map's grid.</summary>
    internal Grid Grid { get; }

    internal int Width { get; }

    internal int Height { get; }

    internal double MetresPerPixel { get; }

    internal ushort[] Pixels { get; }

    /// <summary>Whether pixels are years.</summary>
    internal bool IsYears { get; }

    /// <summary>Whether they are the last years of something, and not the first.</summary>
    internal bool IsLastYears { get; }

    internal ushort? NoData { get; }

    internal int? Year { get; }

    internal IReadOnlyDictionary<byte, string> Names { get; }

    /// <summary>Years that a map of change was made of; empty for other maps.</summary>
    internal IReadOnlyList<int> Years { get; }

    /// <summary>Colours that the map's kind has of its own.</summary>
    internal IReadOnlyDictionary<ushort, uint> Colors { get; }

    /// <summary>Reads a map.</summary>
    internal static MapImage Read(string path, IReadOnlyList<Zone> zones, int mostWidth, int mostHeight)
    {
        try
        {
            using Dataset map = AreaCalculation.OpenMap(path);
            var grid = Grid.Of(map);
            PixelWindow window = WindowOf(grid, zones);
            (double metresX, double metresY) = PixelMetres(grid, window);
            double aspect = window.Height * metresY / (window.Width * metresX);
            int width = aspect * mostWidth <= mostHeight ? mostWidth : Math.Max(60, (int)(mostHeight / aspect));
            int height = Math.Clamp((int)Math.Round(width * aspect), 60, mostHeight);
            return new MapImage(map, grid, window, width, height, window.Width * metresX / width);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a map ({e.Reason}); give a GeoTIFF or another raster of GDAL", e);
        }
    }

    /// <summary>The grid of the picture's own pixels.</summary>
    internal Grid PictureGrid()
    {
        Grid part = Grid.Cut(window);
        return new Grid(part.Crs, part.Left, part.Top, part.PixelWidth * part.Width / Width, part.PixelHeight * part.Height / Height, Width, Height);
    }

    /// <summary>Where a place of the map's pixels lies in the picture.</summary>
    internal (float X, float Y) At(double column, double row) => ((float)((column - window.X) / window.Width * Width), (float)((row - window.Y) / window.Height * Height));

    /// <summary>The bounds of the part in longitude and latitude.</summary>
    internal (double West, double South, double East, double North) Bounds() => Grid.Cut(window).GeographicBounds();

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
