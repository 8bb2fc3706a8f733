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

    private static readonly uint[] Others = [0xFFD55E00, 0xFF56B4E9, 0xFFF0E442, 0xFF999999, 0xFF6A3D9A, 0xFFB15928];

    /// <summary>The colour of a class.</summary>
    /// <param name="name">The class's name.</param>
    /// <param name="value">Its pixel value.</param>
    /// <returns>0xAARRGGBB.</returns>
    public static uint ColorOf(string name, byte value) => Known.GetValueOrDefault(name, Others[value % Others.Length]);

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
        Colors = new SortedDictionary<ushort, uint>(model.Classes.ToDictionary(c => (ushort)c.Value, c => ColorOf(c.Name, c.Value))) { [MapClassifier.NotObserved] = 0x00000000 },
    };
}
