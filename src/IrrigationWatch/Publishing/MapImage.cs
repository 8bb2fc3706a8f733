using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Publishing;

/// <summary>The part of a map where zones are, brought to the size of a picture.</summary>
internal sealed class MapImage : MapFrame
{
    private MapImage(OpenClassMap map, IReadOnlyList<Zone> zones, int mostWidth, int mostHeight)
        : base(map.Grid, zones, mostWidth, mostHeight)
    {
        Pixels = new double[Width * Height];
        map.Reader.ReadResized<double>(map.Dataset, Window, Width, Height, Pixels);
        if (Pixels.Distinct().Take(ClassAreas.MostValues + 2).Count() > ClassAreas.MostValues + 1)
        {
            throw new InputException(map.Map.Path, $"has more than {ClassAreas.MostValues} different values; give a map of classes");
        }

        Band band = map.Dataset.Band(map.Reader.Number);
        IsYears = band.Type == RasterType.UInt16;
        IsLastYears = band.Description.StartsWith("last", StringComparison.Ordinal);
        Year = MapYear.Find(map);
        Names = ClassValues.NamesOf(map.Dataset);
        Years = YearsOf(map.Dataset.GetMetadata("YEARS") ?? string.Empty);
        Colors = map.Dataset.GetMetadata("FROM") is null ? new SortedDictionary<ushort, uint>() : ChangeMaps.Colors;
    }

    /// <summary>Values, NaN where nothing was observed.</summary>
    internal double[] Pixels { get; }

    /// <summary>Whether pixels are years.</summary>
    internal bool IsYears { get; }

    /// <summary>Whether they are the last years of something, and not the first.</summary>
    internal bool IsLastYears { get; }

    internal int? Year { get; }

    internal IReadOnlyDictionary<double, string> Names { get; }

    /// <summary>Years that a map of change was made of; empty for other maps.</summary>
    internal IReadOnlyList<int> Years { get; }

    /// <summary>Colours that the map's kind has of its own.</summary>
    internal IReadOnlyDictionary<ushort, uint> Colors { get; }

    /// <summary>Reads a map.</summary>
    internal static MapImage Read(MapSource source, IReadOnlyList<Zone> zones, int mostWidth, int mostHeight)
    {
        try
        {
            using OpenClassMap map = OpenClassMap.Open(source);
            return new MapImage(map, zones, mostWidth, mostHeight);
        }
        catch (GdalException e)
        {
            throw new InputException(source.Path, $"cannot be read as a map ({e.Reason}); give a GeoTIFF or another raster of GDAL", e);
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
