using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace IrrigationWatch;

/// <summary>
/// A mapping of a YAML file whose keys are taken one by one; what nobody took is an error with its line. A value that cannot be used
/// is one too, and counts as not there: reading goes on, so that all that is wrong is told at once.
/// </summary>
internal sealed class YamlSection
{
    private readonly YamlFaults faults;
    private readonly string name;
    private readonly YamlMappingNode node;
    private readonly Dictionary<string, (YamlScalarNode Key, YamlNode Value)> entries = new(StringComparer.Ordinal);
    private readonly List<string> known = [];

    /// <summary>Made by <see cref="YamlFaults"/>.</summary>
    /// <param name="faults">Where faults are kept.</param>
    /// <param name="name">Its name, of all keys that lead to it.</param>
    /// <param name="node">The mapping.</param>
    /// <param name="meant">Keys that are asked for, and what is written instead.</param>
    internal YamlSection(YamlFaults faults, string name, YamlMappingNode node, IReadOnlyDictionary<string, string>? meant)
    {
        this.faults = faults;
        this.name = name;
        this.node = node;
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            if (key is YamlScalarNode { Value: string text } scalar)
            {
                entries.Add(text, (scalar, value));
            }
            else
            {
                faults.Add(key.Start.Line, "a key must be a word");
            }
        }

        foreach ((string right, string written) in meant ?? new Dictionary<string, string>())
        {
            if (entries.Remove(written, out (YamlScalarNode Key, YamlNode Value) entry))
            {
                entries.Add(right, entry);
            }
        }
    }

    internal IEnumerable<string> Keys => entries.Keys;

    /// <summary>Reads a file whose root is a mapping.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">Makes something of it; called again where keys turn out to mean others.</param>
    /// <exception cref="ConfigurationException">Something in it is wrong: all that is.</exception>
    internal static T ReadFile<T>(string file, Func<YamlSection, T> read) => Read(file, YamlText.ReadFile(file), read);

    /// <summary>Reads a text whose root is a mapping; the file is named in errors.</summary>
    internal static T Read<T>(string file, string text, Func<YamlSection, T> read) => new YamlFaults(file).Read(text, read);

    internal bool Is(string name, YamlMappingNode node) => this.name == name && ReferenceEquals(this.node, node);

    internal bool Has(string key) => Find(key) is not null;

    /// <summary>True where the value is a mapping.</summary>
    internal bool IsMapping(string key) => Find(key) is YamlMappingNode;

    internal string? Text(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => null,
            YamlScalarNode { Value: string text } when text.Length > 0 => text,
            _ => Wrong<string?>(key, "must be one value", null),
        };
    }

    internal double? Number(string key, double minimum, double maximum)
    {
        string? text = Text(key);
        if (text is null)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= minimum && number <= maximum
            ? number
            : Wrong<double?>(key, string.Create(CultureInfo.InvariantCulture, $"is '{text}', but must be a number from {minimum} to {maximum}"), null);
    }

    internal int? Whole(string key, int minimum, int maximum)
    {
        double? number = Number(key, minimum, maximum);
        return number is null || number == Math.Floor(number.Value) ? (int?)number : Wrong<int?>(key, "must be a whole number", null);
    }

    internal bool? Flag(string key)
    {
        string? text = Text(key);
        return text switch
        {
            null => null,
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => Wrong<bool?>(key, $"is '{text}', but must be true or false", null),
        };
    }

    /// <summary>A list of words; one word alone counts as a list of one.</summary>
    internal IReadOnlyList<string>? Words(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => null,
            YamlScalarNode { Value: string text } when text.Length > 0 => [text],
            YamlSequenceNode list when list.Children.All(child => child is YamlScalarNode { Value.Length: > 0 }) => [.. list.Children.Select(child => ((YamlScalarNode)child).Value!)],
            _ => Wrong<IReadOnlyList<string>?>(key, "must be a list of values", null),
        };
    }

    internal YamlSection? Section(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => null,
            YamlMappingNode mapping => faults.Section(Full(key), mapping),
            _ => Wrong<YamlSection?>(key, "must be a mapping of keys to values", null),
        };
    }

    /// <summary>A list of mappings; one alone counts as a list of one.</summary>
    internal IReadOnlyList<YamlSection> Sections(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => [],
            YamlMappingNode mapping => [faults.Section(Full(key), mapping)],
            YamlSequenceNode list when list.Children.All(child => child is YamlMappingNode) => [.. list.Children.Select(child => faults.Section(Full(key), (YamlMappingNode)child))],
            _ => Wrong<IReadOnlyList<YamlSection>>(key, "must be a list of mappings of keys to values", []),
        };
    }

    /// <summary>Finds keys that nobody asked for, and where one is nearly what was asked for, that it means that.</summary>
    /// <param name="unknown">Where they are kept, by the node of the key.</param>
    /// <param name="meant">By mapping what is written for a key that is asked for.</param>
    /// <returns>True where a key turned out to mean another, so that all is to be read again.</returns>
    internal bool FindUnknown(Dictionary<YamlNode, (long Line, ConfigurationException Fault)> unknown, Dictionary<YamlNode, Dictionary<string, string>> meant)
    {
        bool found = false;
        foreach ((string key, (YamlScalarNode keyNode, _)) in entries.Where(entry => !known.Contains(entry.Key)))
        {
            string? nearest = NearestWord.Find(key, known);
            string way = nearest is null ? $"known here: {string.Join(", ", known)}" : $"did you mean '{nearest}'?";
            unknown.TryAdd(keyNode, (keyNode.Start.Line, new ConfigurationException(YamlText.Place(faults.File, keyNode.Start.Line), $"unknown key '{Full(key)}'; {way}")));
            if (nearest is not null && !entries.ContainsKey(nearest))
            {
                if (!meant.TryGetValue(node, out Dictionary<string, string>? words))
                {
                    meant.Add(node, words = new Dictionary<string, string>(StringComparer.Ordinal));
                }

                found |= words.TryAdd(nearest, key);
            }
        }

        return found;
    }

    /// <summary>Keeps a fault of a key whose value cannot be used.</summary>
    internal void Wrong(string key, string problem) => faults.Add(Find(key)?.Start.Line, $"'{Full(key)}' {problem}");

    /// <summary>Keeps a fault of a key whose value cannot be used.</summary>
    /// <returns>What to go on with.</returns>
    internal T Wrong<T>(string key, string problem, T instead)
    {
        Wrong(key, problem);
        return instead;
    }

    /// <summary>Keeps the fault that a key is missing, unless it is there and wrong.</summary>
    /// <returns>What to go on with.</returns>
    internal T Missing<T>(string key, string problem, T instead) => Has(key) ? instead : Wrong(key, $"is missing; {problem}", instead);

    /// <summary>Keeps the faults of another file that is named in a key.</summary>
    internal void Wrong(string key, ConfigurationException other) => faults.Add(Find(key)?.Start.Line ?? long.MaxValue, other);

    private YamlNode? Find(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return entries.TryGetValue(key, out (YamlScalarNode Key, YamlNode Value) entry) ? entry.Value : null;
    }

    /// <summary>The key as it is written, with all that lead to it.</summary>
    private string Full(string key)
    {
        string written = entries.TryGetValue(key, out (YamlScalarNode Key, YamlNode Value) entry) ? entry.Key.Value! : key;
        return name.Length == 0 ? written : $"{name}.{written}";
    }
}
