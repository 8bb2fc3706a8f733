using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.Server.Collections;

namespace IrrigationWatch.Server.Tiles;

/// <summary>What a layer shows.</summary>
internal enum LayerKind
{
    /// <summary>Classes of a year.</summary>
    Class,

    /// <summary>Probability of irrigation in a year.</summary>
    Probability,

    /// <summary>Greenness of three seasons as red, green and blue.</summary>
    Season,

    /// <summary>Number of clear observations in a year.</summary>
    Observations,

    /// <summary>The first or the last irrigated year.</summary>
    Years,

    /// <summary>How many years.</summary>
    Counts,

    /// <summary>Land opened and abandoned.</summary>
    Change,
}

/// <summary>A colour of a legend and what it means: a key of the texts, or a number or name as it is.</summary>
/// <param name="Color">0xAARRGGBB.</param>
/// <param name="Label">Its meaning.</param>
internal readonly record struct LegendColor(uint Color, string Label);

/// <summary>A published map as it is drawn in tiles.</summary>
internal sealed class MapLayer
{
    /// <summary>NDVI that is drawn full; less than 0 is dark.</summary>
    private const double FullGreenness = 0.9;

    /// <summary>Name of the band that holds the high NDVI of a year.</summary>
    internal const string High = "year_ndvi_p90";

    private const string MedianEnding = "_ndvi_median";

    private readonly Dictionary<float, uint> colors;

    private MapLayer(string id, LayerKind kind, int? year, PublishedFile file, Dataset map)
    {
        Id = id;
        Kind = kind;
        Year = year;
        File = file;
        Grid = Grid.Of(map);
        Bands = [.. (kind == LayerKind.Season ? SeasonBands(map) : [1]).Select(Reader)];
        Series = [.. (kind == LayerKind.Season ? SeriesBands(map) : [(1, string.Empty)]).Select(series => (Reader(series.Item1), series.Item2))];
        ClassNames = kind == LayerKind.Class ? ClassValues.NamesOf(map) : new SortedDictionary<double, string>();
        Counted = kind == LayerKind.Class ? CountedOf(map, ClassNames) : null;
        int[] years = [.. (map.GetMetadata("YEARS") ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        (IReadOnlyDictionary<double, uint> table, IReadOnlyList<LegendColor> legend) = StyleOf(kind, ClassNames, years);
        // What was not seen is left clear, and said: it must not read as land without irrigation.
        Legend = [.. legend, new LegendColor(0, "not observed")];
        colors = table.ToDictionary(pair => (float)pair.Key, pair => pair.Value);

        LayerReader Reader(int number) => LayerReader.Of(map, new RasterLayer(file.Path) { Band = number });
    }

    /// <summary>Its name in addresses.</summary>
    internal string Id { get; }

    /// <summary>What it shows.</summary>
    internal LayerKind Kind { get; }

    /// <summary>Its year; null for maps of all years.</summary>
    internal int? Year { get; }

    /// <summary>Its file.</summary>
    internal PublishedFile File { get; }

    /// <summary>Where it lies.</summary>
    internal Grid Grid { get; }

    /// <summary>Bands that are read: one, or those of red, green and blue.</summary>
    internal IReadOnlyList<LayerReader> Bands { get; }

    /// <summary>Bands of which a place's history is made, and what they are called there: of seasons, <c>spring</c> for <c>spring_ndvi_median</c>, and <see cref="High"/>.</summary>
    internal IReadOnlyList<(LayerReader Band, string Name)> Series { get; }

    /// <summary>Names of the classes.</summary>
    internal IReadOnlyDictionary<double, string> ClassNames { get; }

    /// <summary>Values that count as irrigated; null where the map does not say.</summary>
    internal ClassValues? Counted { get; }

    /// <summary>Its colours and what they mean.</summary>
    internal IReadOnlyList<LegendColor> Legend { get; }

    /// <summary>Finds the layers of a folder.</summary>
    internal static IReadOnlyList<MapLayer> Find(IReadOnlyDictionary<string, PublishedFile> files, IReadOnlyList<int> years)
    {
        var layers = new List<MapLayer>();
        foreach (int year in years)
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"years/{year}/");
            Add("class", LayerKind.Class, year, folder + "irrigated.tif");
            Add("probability", LayerKind.Probability, year, folder + "probability.tif");
            Add("season", LayerKind.Season, year, folder + "features.tif");
            Add("observations", LayerKind.Observations, year, folder + "observations.tif");
        }

        Add("change", LayerKind.Change, null, "change.tif");
        Add("first-irrigated-year", LayerKind.Years, null, "first-irrigated-year.tif");
        Add("last-irrigated-year", LayerKind.Years, null, "last-irrigated-year.tif");
        Add("irrigated-years", LayerKind.Counts, null, "irrigated-years.tif");
        Add("observed-years", LayerKind.Counts, null, "observed-years.tif");
        return layers;

        void Add(string name, LayerKind kind, int? year, string path)
        {
            if (files.TryGetValue(path, out PublishedFile? file))
            {
                using Dataset map = AreaCalculation.OpenMap(file.Path);
                if (kind != LayerKind.Season || SeasonBands(map).Length == 3)
                {
                    layers.Add(new MapLayer(year is int number ? string.Create(CultureInfo.InvariantCulture, $"{name}-{number}") : name, kind, year, file, map));
                }
            }
        }
    }

    /// <summary>The colour of a pixel's values.</summary>
    /// <param name="values">A value a band, NaN where nothing was observed.</param>
    /// <returns>0xAARRGGBB; clear where the pixel has no value.</returns>
    internal uint ColorOf(ReadOnlySpan<float> values)
    {
        if (Kind == LayerKind.Season)
        {
            return float.IsNaN(values[0]) && float.IsNaN(values[1]) && float.IsNaN(values[2])
                ? 0
                : 0xFF000000 | ((uint)Shade(values[0]) << 16) | ((uint)Shade(values[1]) << 8) | (uint)Shade(values[2]);
        }

        float value = values[0];
        if (float.IsNaN(value))
        {
            return 0;
        }

        return Kind switch
        {
            LayerKind.Probability => ChangeColors.Between(ChangeColors.Probability, value),
            LayerKind.Observations => ChangeColors.Between(ChangeColors.Observations, value),
            _ => colors.GetValueOrDefault(value),
        };

        static int Shade(float ndvi) => float.IsNaN(ndvi) ? 0 : (int)Math.Clamp(ndvi / FullGreenness * 255, 0, 255);
    }

    private static (IReadOnlyDictionary<double, uint> Colors, IReadOnlyList<LegendColor> Legend) StyleOf(LayerKind kind, IReadOnlyDictionary<double, string> names, int[] years)
    {
        switch (kind)
        {
            case LayerKind.Class:
                IReadOnlyDictionary<double, uint> ofClasses = ClassMapStyle.ColorsOf(names);
                return (ofClasses, [.. names.Select(name => new LegendColor(ofClasses[name.Key], name.Value))]);
            case LayerKind.Change:
                return (ByValue(ChangeMaps.Colors), [.. ChangeMaps.Classes.Select(name => new LegendColor(ChangeMaps.Colors[(ushort)name.Key], name.Value))]);
            case LayerKind.Years when years.Length > 0:
                SortedDictionary<ushort, uint> ofYears = ChangeColors.Years(years[0], years[^1]);
                return (ByValue(ofYears), [new LegendColor(ofYears[ChangeMaps.Never], "never irrigated"), .. Some(years).Select(year => new LegendColor(ofYears[(ushort)year], year.ToString(CultureInfo.InvariantCulture)))]);
            case LayerKind.Counts when years.Length > 0:
                SortedDictionary<ushort, uint> counts = ChangeColors.Counts(years.Length);
                return (ByValue(counts), [.. Some([.. Enumerable.Range(0, years.Length + 1)]).Select(count => new LegendColor(counts[(ushort)count], count.ToString(CultureInfo.InvariantCulture)))]);
            case LayerKind.Probability:
                return (new SortedDictionary<double, uint>(), [.. Enumerable.Range(0, 5).Select(step => step / 4.0).Select(share => new LegendColor(ChangeColors.Between(ChangeColors.Probability, share), share.ToString("0%", CultureInfo.InvariantCulture)))]);
            case LayerKind.Observations:
                return (new SortedDictionary<double, uint>(), [.. ChangeColors.Observations.Select(stop => new LegendColor(stop.Color, stop.Value.ToString(CultureInfo.InvariantCulture)))]);
            case LayerKind.Season:
                return (new SortedDictionary<double, uint>(), [new LegendColor(0xFFE03030, "greenest late"), new LegendColor(0xFF30C030, "greenest early"), new LegendColor(0xFF3050E0, "greenest in spring"), new LegendColor(0xFFFFFFFF, "green all seasons"), new LegendColor(0xFF000000, "never green")]);
            default:
                return (new SortedDictionary<double, uint>(), []);
        }

        static Dictionary<double, uint> ByValue(IReadOnlyDictionary<ushort, uint> colors) => colors.ToDictionary(pair => (double)pair.Key, pair => pair.Value);

        static int[] Some(int[] all) => all.Length <= 8 ? all : [.. Enumerable.Range(0, 8).Select(i => all[(int)Math.Round(i * (all.Length - 1) / 7.0)]).Distinct()];
    }

    /// <summary>The bands of NDVI of the last, the middle and the first season: red, green and blue.</summary>
    private static int[] SeasonBands(Dataset map)
    {
        int[] bands = [.. Enumerable.Range(1, map.BandCount).Where(number => map.Band(number).Description.EndsWith(MedianEnding, StringComparison.Ordinal))];
        return bands.Length < 3 ? [] : [bands[^1], bands[bands.Length / 2], bands[0]];
    }

    private static (int Band, string Name)[] SeriesBands(Dataset map) =>
        [.. Enumerable.Range(1, map.BandCount).Select(number => (number, map.Band(number).Description))
            .Where(band => band.Description == High || band.Description.EndsWith(MedianEnding, StringComparison.Ordinal))
            .Select(band => (band.number, band.Description == High ? High : band.Description[..^MedianEnding.Length]))];

    private static ClassValues? CountedOf(Dataset map, IReadOnlyDictionary<double, string> names)
    {
        string? item = map.GetMetadata(ClassMapStyle.IrrigatedItem);
        if (item is { Length: > 0 })
        {
            return new ClassValues("irrigated", [.. item.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture))]);
        }

        return names.Where(name => name.Value == "irrigated").Select(name => new ClassValues("irrigated", [name.Key])).FirstOrDefault();
    }
}
