using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>The part of a map where zones are, brought to the size of a picture.</summary>
internal sealed class MapImage : MapFrame
{
    private MapImage(Dataset map, IReadOnlyList<Zone> zones, int mostWidth, int mostHeight)
        : base(Grid.Of(map), zones, mostWidth, mostHeight)
    {
        Pixels = new ushort[Width * Height];
        Band band = map.Band(1);
        band.ReadResized<ushort>(Window, Width, Height, Pixels);
        IsYears = band.Type == RasterType.UInt16;
        IsLastYears = band.Description.StartsWith("last", StringComparison.Ordinal);
        NoData = band.NoData is double value and >= 0 and <= ushort.MaxValue ? (ushort)value : null;
        Year = MapYear.Find(map);
        Names = ClassValues.NamesOf(map);
        Years = YearsOf(map.GetMetadata("YEARS") ?? string.Empty);
        Colors = map.GetMetadata("FROM") is null ? new SortedDictionary<ushort, uint>() : ChangeMaps.Colors;
    }

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
            return new MapImage(map, zones, mostWidth, mostHeight);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a map ({e.Reason}); give a GeoTIFF or another raster of GDAL", e);
        }
    }

    /// <summary>The years of an item as our maps of change have it; none where other makers say something else by that name.</summary>
    private static int[] YearsOf(string item)
    {
        const int None = -1;
        int[] years = [.. item.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => ushort.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out ushort year) ? year : None)];
        return years.Contains(None) ? [] : years;
    }
}
