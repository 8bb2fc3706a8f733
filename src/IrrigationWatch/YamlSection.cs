using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace IrrigationWatch;

/// <summary>A mapping of a YAML file whose keys are taken one by one; what nobody took is an error with its line.</summary>
internal sealed class YamlSection
{
    private const long MostBytes = 4 << 20;
    private const int MostNodes = 100_000;
    private const int MostDepth = 32;

    private readonly string file;
    private readonly string name;
    private readonly Dictionary<string, (YamlScalarNode Key, YamlNode Value)> entries = new(StringComparer.Ordinal);
    private readonly List<string> known = [];

    private YamlSection(string file, string name, YamlMappingNode node)
    {
        this.file = file;
        this.name = name;
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: string text } scalar)
            {
                throw Error(key, "a key must be a word");
            }

            entries.Add(text, (scalar, value));
        }
    }

    internal IEnumerable<string> Keys => entries.Keys;

    /// <summary>Reads a file whose root is a mapping.</summary>
    internal static YamlSection ReadFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new ConfigurationException(file, "no such file; write one with 'irrigationwatch init'");
        }

        if (new FileInfo(file).Length is > MostBytes and long length)
        {
            throw new ConfigurationException(file, string.Create(CultureInfo.InvariantCulture, $"is {length / 1e6:0} MB long, which no configuration is; give the right file"));
        }

        return Parse(file, File.ReadAllText(file));
    }

    /// <summary>Reads a text whose root is a mapping; the file is named in errors.</summary>
    internal static YamlSection Parse(string file, string text)
    {
        try
        {
            MustBeBounded(file, text);
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            return stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root
                ? new YamlSection(file, string.Empty, root)
                : throw new ConfigurationException(file, "must hold one mapping of keys to values; see 'irrigationwatch init'");
        }
        catch (YamlException e)
        {
            throw new ConfigurationException(Place(file, e.Start.Line), $"is not valid YAML ({e.Message.ReplaceLineEndings(" ")}); mend it");
        }
        catch (InvalidOperationException e)
        {
            // The library's scanner, at some unfinished texts.
            throw new ConfigurationException(file, $"is not valid YAML ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); mend it");
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException(file, $"has a key twice ({e.Message.ReplaceLineEndings(" ")}); remove one");
        }
    }

    /// <summary>
    /// Refuses a text that a few lines of aliases make endless, or that is nested deeper than a stack: the library builds
    /// trees by recursion, and compares keys by all that they hold.
    /// </summary>
    private static void MustBeBounded(string file, string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        var open = new Stack<(AnchorName Anchor, int Before)>();
        var sizes = new Dictionary<AnchorName, int>();
        int nodes = 0;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case AnchorAlias alias:
                    nodes += sizes.TryGetValue(alias.Value, out int size) ? size : throw new ConfigurationException(Place(file, alias.Start.Line), $"'*{alias.Value}' stands within what it means, or before it; mend it");
                    break;
                case NodeEvent node:
                    nodes++;
                    if (node is Scalar)
                    {
                        Name(node.Anchor, 1);
                        break;
                    }

                    open.Push((node.Anchor, nodes - 1));
                    sizes.Remove(node.Anchor);
                    break;
                case SequenceEnd or MappingEnd:
                    (AnchorName anchor, int before) = open.Pop();
                    Name(anchor, nodes - before);
                    break;
            }

            if (nodes > MostNodes || open.Count > MostDepth)
            {
                throw new ConfigurationException(Place(file, parser.Current!.Start.Line), "is larger or deeper than any configuration, by itself or by what it repeats; mend it");
            }
        }

        void Name(AnchorName anchor, int size)
        {
            if (!anchor.IsEmpty)
            {
                sizes[anchor] = size;
            }
        }
    }

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
            _ => throw Error(node, $"'{Full(key)}' must be one value"),
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
            : throw Error(Find(key)!, string.Create(CultureInfo.InvariantCulture, $"'{Full(key)}' is '{text}', but must be a number from {minimum} to {maximum}"));
    }

    internal int? Whole(string key, int minimum, int maximum)
    {
        double? number = Number(key, minimum, maximum);
        return number is null || number == Math.Floor(number.Value) ? (int?)number : throw Error(Find(key)!, $"'{Full(key)}' must be a whole number");
    }

    internal bool? Flag(string key)
    {
        string? text = Text(key);
        return text switch
        {
            null => null,
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => throw Error(Find(key)!, $"'{Full(key)}' is '{text}', but must be true or false"),
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
            _ => throw Error(node, $"'{Full(key)}' must be a list of values"),
        };
    }

    internal YamlSection? Section(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => null,
            YamlMappingNode mapping => new YamlSection(file, Full(key), mapping),
            _ => throw Error(node, $"'{Full(key)}' must be a mapping of keys to values"),
        };
    }

    /// <summary>A list of mappings; one alone counts as a list of one.</summary>
    internal IReadOnlyList<YamlSection> Sections(string key)
    {
        YamlNode? node = Find(key);
        return node switch
        {
            null => [],
            YamlMappingNode mapping => [new YamlSection(file, Full(key), mapping)],
            YamlSequenceNode list when list.Children.All(child => child is YamlMappingNode) => [.. list.Children.Select(child => new YamlSection(file, Full(key), (YamlMappingNode)child))],
            _ => throw Error(node, $"'{Full(key)}' must be a list of mappings of keys to values"),
        };
    }

    /// <summary>Refuses keys that nobody asked for.</summary>
    internal void RejectUnknown()
    {
        foreach ((string key, (YamlScalarNode node, _)) in entries)
        {
            if (!known.Contains(key))
            {
                throw Error(node, $"unknown key '{Full(key)}'; known here: {string.Join(", ", known)}");
            }
        }
    }

    /// <summary>The error for a key whose value cannot be used.</summary>
    internal ConfigurationException Wrong(string key, string problem) =>
        Find(key) is YamlNode node ? Error(node, $"'{Full(key)}' {problem}") : new ConfigurationException(file, $"'{Full(key)}' {problem}");

    /// <summary>File and line of a key's value, for errors of those who read it.</summary>
    internal string PlaceOf(string key) => Find(key) is YamlNode node ? $"{Place(file, node.Start.Line)}: '{Full(key)}'" : file;

    private static string Place(string file, long line) => string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");

    private YamlNode? Find(string key)
    {
        if (!known.Contains(key))
        {
            known.Add(key);
        }

        return entries.TryGetValue(key, out (YamlScalarNode Key, YamlNode Value) entry) ? entry.Value : null;
    }

    private string Full(string key) => name.Length == 0 ? key : $"{name}.{key}";

    private ConfigurationException Error(YamlNode node, string problem) => new(Place(file, node.Start.Line), problem);
}
