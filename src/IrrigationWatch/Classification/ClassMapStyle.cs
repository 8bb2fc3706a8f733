using System.Globalization;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Classification;

/// <summary>How class maps look and describe themselves: colours that colour-blind readers can tell apart, names in the metadata.</summary>
public static class ClassMapStyle
{
    /// <summary>Metadata item that names the classes, as <c>1=irrigated;2=rainfed</c>.</summary>
    public const string ClassesItem = Areas.ClassValues.MetadataItem;

    /// <summary>Metadata item that lists the values that count as irrigated, as <c>1</c> or <c>1,2</c>.</summary>
    public const string IrrigatedItem = "IRRIGATED_VALUES";

    // After Okabe and Ito (2008), Color Universal Design.
    private static readonly Dictionary<string, uint> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["irrigated"] = 0xFF009E73,
        ["rainfed"] = 0xFFE69F00,
        ["uncultivated"] = 0xFFEDE6D6,
        ["wetland"] = 0xFFCC79A7,
        ["water"] = 0xFF0072B2,
        ["snow"] = 0xFFDDE7F0,
        ["forest"] = 0xFF1B5E3A,
        ["grassland"] = 0xFFB5D6A0,
        ["bare"] = 0xFFC9A66B,
        ["none"] = 0xFFF1ECE2,
        ["low to medium"] = 0xFF8CC9A5,
        ["high"] = 0xFF00693E,
    };

    /// <summary>For names that are not known, by their value.</summary>
    private static readonly uint[] Others = [0xFFD55E00, 0xFF56B4E9, 0xFFF0E442, 0xFF999999, 0xFF6A3D9A, 0xFFB15928];

    /// <summary>Where that one is taken: of maps of many classes, whose codes are seldom in step.</summary>
    private static readonly uint[] Further = [0xFFFB9A99, 0xFF33A02C, 0xFFFDBF6F, 0xFFCAB2D6, 0xFF1F78B4, 0xFF8DD3C7, 0xFFBC80BD, 0xFF666633, 0xFFE31A1C, 0xFF00CED1, 0xFFA6761D, 0xFF7FC97F];

    /// <summary>The colours of the classes of a map: each name has its own as far as there are colours.</summary>
    /// <param name="names">Names by pixel value.</param>
    /// <returns>0xAARRGGBB by pixel value.</returns>
    public static IReadOnlyDictionary<double, uint> ColorsOf(IReadOnlyDictionary<double, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var ofNames = new Dictionary<string, uint>(StringComparer.OrdinalIgnoreCase);
        var colors = new SortedDictionary<double, uint>();
        foreach ((double value, string name) in names.OrderBy(pair => pair.Key))
        {
            if (!ofNames.TryGetValue(name, out uint color))
            {
                uint own = Known.GetValueOrDefault(name, Others[(int)(Math.Abs(Math.Floor(value)) % Others.Length)]);
                color = Known.ContainsKey(name) || !ofNames.ContainsValue(own) ? own : Others.Concat(Further).FirstOrDefault(free => !ofNames.ContainsValue(free), own);
                ofNames.Add(name, color);
            }

            colors.Add(value, color);
        }

        return colors;
    }

    internal static SortedDictionary<string, string> Metadata(ModelDescription model, int? year, IEnumerable<KeyValuePair<string, string>> span)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [ClassesItem] = string.Join(';', model.Classes.OrderBy(c => c.Value).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Value}={c.Name}"))),
            [IrrigatedItem] = string.Join(',', model.Classes.Where(c => c.IsIrrigated).Select(c => c.Value).Order()),
        };
        if (year is int number)
        {
            metadata["YEAR"] = number.ToString(CultureInfo.InvariantCulture);
        }

        foreach ((string item, string value) in span)
        {
            metadata[item] = value;
        }

        return metadata;
    }

    internal static CogOptions Options(ModelDescription model, IReadOnlyDictionary<string, string> metadata) => new()
    {
        NoData = MapClassifier.NotObserved,
        BandNames = ["class"],
        Metadata = metadata,
        IsCategorical = true,
        Colors = new SortedDictionary<ushort, uint>(ColorsOf(model.Classes.ToDictionary(c => (double)c.Value, c => c.Name)).ToDictionary(pair => (ushort)pair.Key, pair => pair.Value)) { [MapClassifier.NotObserved] = 0x00000000 },
    };
}
