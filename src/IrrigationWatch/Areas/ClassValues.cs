using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>The pixel values of a class map that count as one class, as in <c>irrigated=1</c> or <c>high=2,3</c>.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Values">The pixel values, at least one.</param>
public sealed record ClassValues(string Name, IReadOnlyList<double> Values)
{
    /// <summary>Metadata item of a map that names its classes, as <c>1=irrigated;2=rainfed</c>.</summary>
    public const string MetadataItem = "CLASSES";

    /// <summary>From here on double precision leaves out whole numbers.</summary>
    private const double LargestCode = 1L << 53;

    /// <summary>Reads <c>NAME=VALUE[,VALUE…]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The class.</returns>
    /// <exception cref="ConfigurationException">The text is not of this form.</exception>
    public static ClassValues Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        var values = new List<double>();
        foreach (string part in equals > 0 ? text[(equals + 1)..].Split(',') : [])
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                throw Wrong(text);
            }

            if (Math.Abs(value) >= LargestCode)
            {
                throw new ConfigurationException("--class", $"'{text}' has a value so large that it cannot be told from its neighbours; write the map anew with smaller codes, for example with gdal_calc.py");
            }

            values.Add(value);
        }

        return values.Count > 0 ? new ClassValues(text[..equals].Trim(), values) : throw Wrong(text);
    }

    /// <summary>The classes that a map names itself.</summary>
    /// <param name="map">The map's file.</param>
    /// <returns>The classes by their first value; empty where the map names none.</returns>
    /// <exception cref="InputException">The map cannot be opened.</exception>
    public static IReadOnlyList<ClassValues> AllOf(string map)
    {
        using Dataset dataset = AreaCalculation.OpenMap(map);
        return ByName(NamesOf(dataset));
    }

    /// <summary>Classes from the names of pixel values; values of one name are one class.</summary>
    /// <param name="names">Names by pixel value.</param>
    /// <returns>The classes by their first value.</returns>
    public static IReadOnlyList<ClassValues> ByName(IReadOnlyDictionary<double, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return [.. names.OrderBy(pair => pair.Key).GroupBy(pair => pair.Value, StringComparer.OrdinalIgnoreCase).Select(one => new ClassValues(one.Key, [.. one.Select(pair => pair.Key)]))];
    }

    /// <summary>Names of pixel values from classes; a value of two classes has the name of the later.</summary>
    /// <param name="classes">The classes.</param>
    /// <returns>Names by pixel value.</returns>
    public static IReadOnlyDictionary<double, string> NamesOf(IReadOnlyList<ClassValues> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var names = new SortedDictionary<double, string>();
        foreach (ClassValues one in classes)
        {
            foreach (double value in one.Values)
            {
                names[value] = one.Name;
            }
        }

        return names;
    }

    /// <summary>The classes that a map names itself.</summary>
    /// <param name="map">The map.</param>
    /// <returns>Names by pixel value; empty where the map names none.</returns>
    public static IReadOnlyDictionary<double, string> NamesOf(Dataset map)
    {
        ArgumentNullException.ThrowIfNull(map);
        SortedDictionary<double, string> own = ParseNames(map.GetMetadata(MetadataItem) ?? string.Empty);
        // Else the names of categories that the format itself has, as those of ENVI and Erdas Imagine.
        return own.Count > 0 || map.BandCount == 0 ? own : new SortedDictionary<double, string>(
            map.Band(1).CategoryNames.Select((name, value) => (Name: name, Value: (double)value)).Where(one => one.Name.Length > 0).ToDictionary(one => one.Value, one => one.Name));
    }

    /// <summary>Names by value, as <see cref="MetadataItem"/> holds them.</summary>
    internal static SortedDictionary<double, string> ParseNames(string item)
    {
        var names = new SortedDictionary<double, string>();
        foreach (string part in item.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && double.TryParse(part.AsSpan(0, equals), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                names[value] = part[(equals + 1)..];
            }
        }

        return names;
    }

    /// <summary>Further names under which labels and reference points know the class; may be empty.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Whether a name is that of the class, upper and lower case alike.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True for <see cref="Name"/> and <see cref="OtherNames"/>.</returns>
    public bool IsNamed(string name) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) || OtherNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a pixel value counts.</summary>
    /// <param name="value">The pixel's value.</param>
    /// <returns>True when it is one of <see cref="Values"/>.</returns>
    public bool Contains(double value)
    {
        for (int i = 0; i < Values.Count; i++)
        {
            if (Values[i] == value)
            {
                return true;
            }
        }

        return false;
    }

    private static ConfigurationException Wrong(string text) =>
        new("--class", $"'{text}' is not NAME=VALUE[,VALUE…]; write for example irrigated=1");
}
