using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Landsat;

/// <summary>Reads descriptions of stacks: YAML files, and the ready-made ones of this library.</summary>
public static class StackDescriptionReader
{
    private const string Prefix = "Stacks/";

    /// <summary>Keys that say which pixels are clear, or are not.</summary>
    private static readonly string[] MaskKeys = ["clear", "reject", "reject-bits"];

    /// <summary>Names of the ready-made descriptions.</summary>
    public static IReadOnlyList<string> ReadyMade { get; } =
        [.. typeof(StackDescriptionReader).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name[Prefix.Length..])).Order(StringComparer.Ordinal)];

    /// <summary>Reads a description.</summary>
    /// <param name="nameOrFile">The name of a ready-made description, or a YAML file.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ConfigurationException">There is no such description, or something in it is wrong.</exception>
    public static StackDescription Read(string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFile);
        using Stream? known = typeof(StackDescriptionReader).Assembly.GetManifestResourceStream($"{Prefix}{nameOrFile}.yaml");
        if (known is not null)
        {
            using var reader = new StreamReader(known);
            return Parse(nameOrFile, reader.ReadToEnd());
        }

        return File.Exists(nameOrFile)
            ? Parse(nameOrFile, TextFile.ReadConfiguration(nameOrFile))
            : throw new ConfigurationException(nameOrFile, $"is neither a file nor one of the ready-made descriptions of stacks: {string.Join(", ", ReadyMade)}");
    }

    /// <summary>The text of a ready-made description, to start one's own from.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The YAML.</returns>
    /// <exception cref="ConfigurationException">There is no such description.</exception>
    public static string ReadText(string name) => ReadyMade.Contains(name) ? Read(name).Text : throw new ConfigurationException(name, $"is none of the ready-made descriptions of stacks: {string.Join(", ", ReadyMade)}");

    internal static StackDescription Parse(string file, string text) => YamlSection.Read(file, text, root => Describe(root, file, text));

    private static StackDescription Describe(YamlSection root, string file, string text)
    {
        YamlSection? bands = root.Section("bands") ?? root.Missing<YamlSection?>("bands", "write for example { red: 3, nir: 4 }", null);
        YamlSection? mask = root.Section("mask");
        var roles = new SortedDictionary<BandRole, StackBand>();
        foreach (BandRole role in Enum.GetValues<BandRole>().Where(role => role.IsReflective()))
        {
            if (bands?.Text(role.Name()) is string place)
            {
                roles.Add(role, Band(bands, role.Name(), place));
            }
        }

        if (bands is not null && !(bands.Has(BandRole.Red.Name()) && bands.Has(BandRole.Nir.Name())))
        {
            root.Wrong("bands", "must name at least red and nir");
        }

        if (mask is not null)
        {
            roles.Add(BandRole.StackMask, mask.Text("band") is string band ? Band(mask, "band", band) : mask.Missing("band", "write the mask's band", new StackBand(string.Empty, 1)));
        }

        double scale = root.Number("scale", 1e-9, 1e3) ?? root.Missing("scale", "write the reflectance of one step, for example 0.0001", 1.0);
        double offset = root.Number("offset", -1e3, 1e3) ?? 0;
        (double Minimum, double Maximum) valid = root.Words("valid") is IReadOnlyList<string> words ? Valid(root, words) : (Whole(-offset / scale), Whole((1 - offset) / scale));

        // Of small steps whole numbers, as pixels of integers have them.
        double Whole(double number) => scale < 0.01 ? Math.Round(number) : number;

        var description = new StackDescription
        {
            Name = root.Text("name") ?? Path.GetFileNameWithoutExtension(file),
            Text = text,
            Scene = Pattern(root),
            DateFormat = root.Text("date") ?? "yyyyMMdd",
            Sensors = Sensors(root),
            Bands = roles,
            IsSurfaceReflectance = (root.Text("reflectance") ?? "surface") switch
            {
                "surface" => true,
                "toa" => false,
                string other => root.Wrong("reflectance", $"is '{other}'; write surface or toa", true),
            },
            Scale = scale,
            Offset = offset,
            NoData = root.Text("nodata") is string none && none.TrimStart('.').Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN : root.Number("nodata", double.MinValue, double.MaxValue) ?? root.Missing("nodata", "write the number of pixels that were not imaged, or nan", 0.0),
            Valid = valid,
            Harmonise = root.Flag("harmonise") ?? true,
            ClearValues = Integers(mask, "clear"),
            RejectedValues = Integers(mask, "reject"),
            RejectedBits = Integers(mask, "reject-bits").Aggregate(0, (bits, bit) => bit is >= 0 and <= 15 ? bits | 1 << bit : mask!.Wrong("reject-bits", "must hold numbers of bits from 0 to 15", bits)),
        };
        if (mask is not null && MaskKeys.All(key => !mask.Has(key) || mask.Words(key) is { Count: 0 }))
        {
            root.Wrong("mask", "must say which values are clear ('clear'), or which values or bits are not ('reject', 'reject-bits')");
        }

        return description;
    }

    private static (double Minimum, double Maximum) Valid(YamlSection root, IReadOnlyList<string> words)
    {
        double[] valid = [.. words.Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        return valid.Length == 2 && valid[0] < valid[1] ? (valid[0], valid[1]) : root.Wrong("valid", "must be the smallest and the largest valid number, for example [0, 10000]", (0.0, 1.0));
    }

    private static Regex Pattern(YamlSection root)
    {
        if (root.Text("scene") is not string text)
        {
            return root.Missing("scene", @"write a pattern with the group date, for example '(?<sensor>L[ET]\d)\d{6}(?<date>\d{7})'", NoPattern());
        }

        try
        {
            var pattern = new Regex(text, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            return pattern.GetGroupNames().Contains("date") ? pattern : root.Wrong("scene", "must have a group (?<date>…)", pattern);
        }
        catch (ArgumentException e)
        {
            return root.Wrong("scene", $"is no regular expression ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})", NoPattern());
        }
    }

    private static Dictionary<string, Sensor> Sensors(YamlSection root)
    {
        if (root.IsMapping("sensor") && root.Section("sensor") is YamlSection map)
        {
            return map.Keys.ToList().DistinctBy(key => key, StringComparer.OrdinalIgnoreCase).ToDictionary(key => key, key => Sensor(map, key, map.Text(key)), StringComparer.OrdinalIgnoreCase);
        }

        return new Dictionary<string, Sensor>(StringComparer.OrdinalIgnoreCase) { [string.Empty] = Sensor(root, "sensor", root.Text("sensor") ?? root.Missing<string?>("sensor", "write tm, etm+ or oli, or a mapping from the pattern's group sensor to these", null)) };
    }

    private static Sensor Sensor(YamlSection section, string key, string? text) => text?.ToLowerInvariant() switch
    {
        null or "tm" => Landsat.Sensor.Tm,
        "etm+" or "etm" => Landsat.Sensor.EtmPlus,
        "oli" => Landsat.Sensor.Oli,
        _ => section.Wrong(key, $"is '{text}'; write tm, etm+ or oli", Landsat.Sensor.Tm),
    };

    /// <summary>What to go on with where there is no pattern that can be used.</summary>
    private static Regex NoPattern() => new("(?<date>.)", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary><c>4</c>, <c>B04</c> or <c>BOA:4</c>.</summary>
    private static StackBand Band(YamlSection section, string key, string text)
    {
        int colon = text.LastIndexOf(':');
        string ending = colon >= 0 ? text[..colon] : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? string.Empty : text;
        string number = colon >= 0 ? text[(colon + 1)..] : ending.Length == 0 ? text : "1";
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int band) && band > 0
            ? new StackBand(ending, band)
            : section.Wrong(key, $"is '{text}'; write a band's number, the end of its file's name, or both as END:NUMBER", new StackBand(string.Empty, 1));
    }

    private static int[] Integers(YamlSection? section, string key) =>
        [.. (section?.Words(key) ?? []).Select(word => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value is >= short.MinValue and <= ushort.MaxValue ? value : section!.Wrong(key, $"holds '{word}', which is no whole number of 16 bits", 0))];
}
