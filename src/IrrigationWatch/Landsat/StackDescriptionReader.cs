using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Landsat;

/// <summary>Reads descriptions of stacks: YAML files, and the ready-made ones of this library.</summary>
public static class StackDescriptionReader
{
    private const string Prefix = "Stacks/";

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
            ? Parse(nameOrFile, File.ReadAllText(nameOrFile))
            : throw new ConfigurationException(nameOrFile, $"is neither a file nor one of the ready-made descriptions of stacks: {string.Join(", ", ReadyMade)}");
    }

    /// <summary>The text of a ready-made description, to start one's own from.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The YAML.</returns>
    /// <exception cref="ConfigurationException">There is no such description.</exception>
    public static string ReadText(string name) => ReadyMade.Contains(name) ? Read(name).Text : throw new ConfigurationException(name, $"is none of the ready-made descriptions of stacks: {string.Join(", ", ReadyMade)}");

    internal static StackDescription Parse(string file, string text)
    {
        YamlSection root = YamlSection.Parse(file, text);
        YamlSection bands = root.Section("bands") ?? throw root.Wrong("bands", "is missing; write for example { red: 3, nir: 4 }");
        YamlSection? mask = root.Section("mask");
        var roles = new SortedDictionary<BandRole, StackBand>();
        foreach (BandRole role in Enum.GetValues<BandRole>().Where(role => role.IsReflective()))
        {
            if (bands.Text(role.Name()) is string place)
            {
                roles.Add(role, Band(bands, role.Name(), place));
            }
        }

        if (!roles.ContainsKey(BandRole.Red) || !roles.ContainsKey(BandRole.Nir))
        {
            throw root.Wrong("bands", "must name at least red and nir");
        }

        if (mask is not null)
        {
            roles.Add(BandRole.StackMask, Band(mask, "band", mask.Text("band") ?? throw mask.Wrong("band", "is missing; write the mask's band")));
        }

        double scale = root.Number("scale", 1e-9, 1e3) ?? throw root.Wrong("scale", "is missing; write the reflectance of one step, for example 0.0001");
        double offset = root.Number("offset", -1e3, 1e3) ?? 0;
        double[] valid = [.. (root.Words("valid") ?? [Number(Math.Round(-offset / scale)), Number(Math.Round((1 - offset) / scale))]).Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw root.Wrong("valid", "must be the smallest and the largest valid number"))];
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
                string other => throw root.Wrong("reflectance", $"is '{other}'; write surface or toa"),
            },
            Scale = scale,
            Offset = offset,
            NoData = root.Text("nodata") is string none && none.TrimStart('.').Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN : root.Number("nodata", double.MinValue, double.MaxValue) ?? throw root.Wrong("nodata", "is missing; write the number of pixels that were not imaged, or nan"),
            Valid = valid.Length == 2 && valid[0] < valid[1] ? (valid[0], valid[1]) : throw root.Wrong("valid", "must be the smallest and the largest valid number, for example [0, 10000]"),
            Harmonise = root.Flag("harmonise") ?? true,
            ClearValues = Integers(mask, "clear"),
            RejectedValues = Integers(mask, "reject"),
            RejectedBits = Integers(mask, "reject-bits").Aggregate(0, (bits, bit) => bit is >= 0 and <= 15 ? bits | 1 << bit : throw mask!.Wrong("reject-bits", "must hold numbers of bits from 0 to 15")),
        };
        if (mask is not null && description is { ClearValues.Count: 0, RejectedValues.Count: 0, RejectedBits: 0 })
        {
            throw root.Wrong("mask", "must say which values are clear ('clear'), or which values or bits are not ('reject', 'reject-bits')");
        }

        root.RejectUnknown();
        bands.RejectUnknown();
        mask?.RejectUnknown();
        return description;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static Regex Pattern(YamlSection root)
    {
        string text = root.Text("scene") ?? throw root.Wrong("scene", @"is missing; write a pattern with the group date, for example '(?<sensor>L[ET]\d)\d{6}(?<date>\d{7})'");
        try
        {
            var pattern = new Regex(text, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            return pattern.GetGroupNames().Contains("date") ? pattern : throw root.Wrong("scene", "must have a group (?<date>…)");
        }
        catch (ArgumentException e)
        {
            throw root.Wrong("scene", $"is no regular expression ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})");
        }
    }

    private static Dictionary<string, Sensor> Sensors(YamlSection root)
    {
        if (root.IsMapping("sensor") && root.Section("sensor") is YamlSection map)
        {
            return map.Keys.ToList().ToDictionary(key => key, key => Sensor(map, key, map.Text(key)!), StringComparer.OrdinalIgnoreCase);
        }

        return new Dictionary<string, Sensor>(StringComparer.OrdinalIgnoreCase) { [string.Empty] = Sensor(root, "sensor", root.Text("sensor") ?? throw root.Wrong("sensor", "is missing; write tm, etm+ or oli, or a mapping from the pattern's group sensor to these")) };
    }

    private static Sensor Sensor(YamlSection section, string key, string text) => text.ToLowerInvariant() switch
    {
        "tm" => Landsat.Sensor.Tm,
        "etm+" or "etm" => Landsat.Sensor.EtmPlus,
        "oli" => Landsat.Sensor.Oli,
        _ => throw section.Wrong(key, $"is '{text}'; write tm, etm+ or oli"),
    };

    /// <summary><c>4</c>, <c>B04</c> or <c>BOA:4</c>.</summary>
    private static StackBand Band(YamlSection section, string key, string text)
    {
        int colon = text.LastIndexOf(':');
        string ending = colon >= 0 ? text[..colon] : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? string.Empty : text;
        string number = colon >= 0 ? text[(colon + 1)..] : ending.Length == 0 ? text : "1";
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int band) && band > 0
            ? new StackBand(ending, band)
            : throw section.Wrong(key, $"is '{text}'; write a band's number, the end of its file's name, or both as END:NUMBER");
    }

    private static int[] Integers(YamlSection? section, string key) =>
        [.. (section?.Words(key) ?? []).Select(word => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value is >= short.MinValue and <= ushort.MaxValue ? value : throw section!.Wrong(key, $"holds '{word}', which is no whole number of 16 bits"))];
}
