using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Reads what is masked from words, as configurations and commands give it.</summary>
public static class MaskReader
{
    private static readonly Dictionary<string, QaPixelBits> Classes = new(StringComparer.Ordinal)
    {
        ["fill"] = QaPixelBits.Fill,
        ["dilated-cloud"] = QaPixelBits.DilatedCloud,
        ["cirrus"] = QaPixelBits.Cirrus,
        ["cloud"] = QaPixelBits.Cloud,
        ["cloud-shadow"] = QaPixelBits.CloudShadow,
        ["snow"] = QaPixelBits.Snow,
        ["water"] = QaPixelBits.Water,
    };

    private static readonly Dictionary<string, CloudQaBits> CloudQa = new(StringComparer.Ordinal)
    {
        ["dark-vegetation"] = CloudQaBits.DarkVegetation,
        ["cloud"] = CloudQaBits.Cloud,
        ["cloud-shadow"] = CloudQaBits.CloudShadow,
        ["adjacent"] = CloudQaBits.AdjacentToCloud,
        ["snow"] = CloudQaBits.Snow,
        ["water"] = CloudQaBits.Water,
    };

    /// <summary>Names of the classes of QA_PIXEL.</summary>
    public static IReadOnlyCollection<string> ClassNames => Classes.Keys;

    /// <summary>The bits of classes; fill is always among them.</summary>
    /// <param name="names">Names of classes.</param>
    /// <param name="unknown">Makes the error for a name that is none.</param>
    /// <returns>The bits.</returns>
    public static QaPixelBits ClassBits(IEnumerable<string> names, Func<string, Exception> unknown)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(unknown);
        return names.Aggregate(QaPixelBits.Fill, (bits, name) => bits | (Classes.TryGetValue(name, out QaPixelBits bit) ? bit : throw unknown(name)));
    }

    /// <summary>Reads the section <c>mask</c> of a configuration.</summary>
    internal static MaskOptions Read(YamlSection? section)
    {
        if (section is null)
        {
            return MaskOptions.Default;
        }

        YamlSection? confidence = section.Section("confidence");
        return new MaskOptions
        {
            RejectedQaPixel = section.Words("classes") is IReadOnlyList<string> classes
                ? ClassBits(Known(section, "classes", classes.Where(name => name != "none"), Classes.Keys, ", or none"), name => new InvalidOperationException(name))
                : QaPixelBits.Obstructed,
            CloudConfidence = Confidence(confidence, "cloud"),
            ShadowConfidence = Confidence(confidence, "cloud-shadow"),
            SnowConfidence = Confidence(confidence, "snow"),
            CirrusConfidence = Confidence(confidence, "cirrus"),
            Dilation = section.Whole("dilation", 0, 1000) ?? 0,
            RejectsSaturated = section.Flag("saturation") ?? true,
            RejectsTerrainOcclusion = section.Flag("terrain-occlusion") ?? true,
            RejectedCloudQa = Known(section, "cloud-qa", section.Words("cloud-qa") ?? [], CloudQa.Keys).Aggregate(CloudQaBits.None, (bits, name) => bits | CloudQa[name]),
            RejectedAerosol = Aerosol(section.Text("aerosol")) is (true, var level) ? level : section.Wrong<AerosolLevel?>("aerosol", $"is '{section.Text("aerosol")}'; use low, medium, high or none", null),
            UsesStackMask = section.Flag("stack") ?? true,
        };
    }

    /// <summary>The aerosol level from which pixels are masked, by its name.</summary>
    /// <param name="text">low, medium, high, none or null.</param>
    /// <returns>Whether the name is known, and the level; null for none.</returns>
    public static (bool Known, AerosolLevel? Level) Aerosol(string? text) => text switch
    {
        null or "none" => (true, null),
        "low" => (true, AerosolLevel.Low),
        "medium" => (true, AerosolLevel.Medium),
        "high" => (true, AerosolLevel.High),
        _ => (false, null),
    };

    private static QaConfidence Confidence(YamlSection? section, string key) => section?.Text(key) switch
    {
        null or "none" => QaConfidence.None,
        "low" => QaConfidence.Low,
        "medium" => QaConfidence.Medium,
        "high" => QaConfidence.High,
        string text => section.Wrong(key, $"is '{text}'; use low, medium, high or none", QaConfidence.None),
    };

    /// <summary>The words of a list that are known; the others are faults.</summary>
    private static IEnumerable<string> Known(YamlSection section, string key, IEnumerable<string> words, IReadOnlyCollection<string> known, string ending = "")
    {
        string[] all = [.. words];
        foreach (string word in all.Where(word => !known.Contains(word)))
        {
            section.Wrong(key, $"holds '{word}'; use {string.Join(", ", known)}{ending}");
        }

        return all.Where(known.Contains);
    }
}
