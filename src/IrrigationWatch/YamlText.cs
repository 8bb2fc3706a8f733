using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace IrrigationWatch;

/// <summary>Texts of YAML whose root is a mapping, read within bounds.</summary>
internal static class YamlText
{
    private const long MostBytes = 4 << 20;
    private const int MostNodes = 100_000;
    private const int MostDepth = 32;

    /// <summary>The text of a configuration.</summary>
    internal static string ReadFile(string file)
    {
        if (!File.Exists(file))
        {
            throw new ConfigurationException(file, "no such file; write one with 'irrigationwatch init'");
        }

        if (new FileInfo(file).Length is > MostBytes and long length)
        {
            throw new ConfigurationException(file, string.Create(CultureInfo.InvariantCulture, $"is {length / 1e6:0} MB long, which no configuration is; give the right file"));
        }

        return TextFile.ReadConfiguration(file);
    }

    /// <summary>The root of a text; the file is named in errors.</summary>
    /// <param name="file">The file.</param>
    /// <param name="text">The text.</param>
    /// <param name="twice">Told the line and the name of a key that its mapping has already, and the line of the first: that is the one that is read.</param>
    internal static YamlMappingNode Parse(string file, string text, Action<long, string, long> twice)
    {
        try
        {
            MustBeBounded(file, text);
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(new SingleKeys(new Parser(reader), twice));
            return stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root
                ? root
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

    internal static string Place(string file, long line) => string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");

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

    /// <summary>The events of a text without the keys that a mapping has already: these are told of, and do not hide what else is wrong.</summary>
    private sealed class SingleKeys(IParser parser, Action<long, string, long> twice) : IParser
    {
        /// <summary>Of each mapping that is open its keys and their lines, null for a list; and whether a key comes next.</summary>
        private readonly Stack<(Dictionary<string, long>? Keys, bool IsKey)> open = new();

        public ParsingEvent? Current => parser.Current;

        public bool MoveNext()
        {
            while (parser.MoveNext())
            {
                if (parser.Current is MappingEnd or SequenceEnd)
                {
                    open.Pop();
                    return true;
                }

                if (parser.Current is not NodeEvent and not AnchorAlias)
                {
                    return true;
                }

                if (open.TryPop(out (Dictionary<string, long>? Keys, bool IsKey) mapping))
                {
                    open.Push((mapping.Keys, !mapping.IsKey));
                }

                if (mapping is { Keys: not null, IsKey: true } && parser.Current is Scalar key && !mapping.Keys.TryAdd(key.Value, key.Start.Line))
                {
                    twice(key.Start.Line, key.Value, mapping.Keys[key.Value]);
                    SkipValue();
                    open.Pop();
                    open.Push(mapping);
                    continue;
                }

                if (parser.Current is MappingStart)
                {
                    open.Push((new Dictionary<string, long>(StringComparer.Ordinal), true));
                }
                else if (parser.Current is SequenceStart)
                {
                    open.Push((null, false));
                }

                return true;
            }

            return false;
        }

        private void SkipValue()
        {
            int depth = 0;
            do
            {
                parser.MoveNext();
                depth += parser.Current is MappingStart or SequenceStart ? 1 : parser.Current is MappingEnd or SequenceEnd ? -1 : 0;
            }
            while (depth > 0);
        }
    }
}
