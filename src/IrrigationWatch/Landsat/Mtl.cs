using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace IrrigationWatch.Landsat;

/// <summary>
/// The metadata file of a product: groups of keys and values, as Object Description Language (<c>*_MTL.txt</c>), JSON
/// (<c>*_MTL.json</c>) or XML (<c>*_MTL.xml</c>), which hold the same.
/// </summary>
public sealed class Mtl
{
    private const string CollectionTwo = "LANDSAT_METADATA_FILE";

    private readonly Dictionary<(string Group, string Key), string> values = [];
    private readonly string file;

    private Mtl(string file) => this.file = file;

    /// <summary>Name of the outermost group; <c>LANDSAT_METADATA_FILE</c> in Collection 2, <c>L1_METADATA_FILE</c> before.</summary>
    public string Root { get; private set; } = string.Empty;

    /// <summary>How it is written: <c>txt</c>, <c>json</c> or <c>xml</c>.</summary>
    public string Kind { get; private set; } = "txt";

    /// <summary>True for the metadata of Collection 2, whose groups are known here.</summary>
    public bool IsCollectionTwo => Root == CollectionTwo;

    /// <summary>The file it was read from, for errors.</summary>
    internal string File => file;

    /// <summary>Reads a file of any of the three kinds, told apart by its first character.</summary>
    /// <param name="bytes">The content, UTF-8 or ASCII, with any line ends; padding of NULs is left out.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="InputException">The content is no MTL, or breaks off before its end.</exception>
    public static Mtl Parse(ReadOnlySpan<byte> bytes, string file)
    {
        string text = Encoding.UTF8.GetString(bytes).Trim('\0', '\uFEFF', ' ', '\t', '\r', '\n');
        var mtl = new Mtl(file);
        switch (text.Length == 0 ? ' ' : text[0])
        {
            case '{':
                mtl.Kind = "json";
                mtl.ReadJson(text);
                break;
            case '<':
                mtl.Kind = "xml";
                mtl.ReadXml(text);
                break;
            default:
                mtl.ReadText(text);
                break;
        }

        return mtl;
    }

    /// <summary>A value, or null.</summary>
    /// <param name="group">The innermost group.</param>
    /// <param name="key">The key.</param>
    /// <returns>The value without quotes, or null where there is none.</returns>
    public string? Find(string group, string key) => values.GetValueOrDefault((group, key));

    /// <summary>A value that must be there.</summary>
    /// <param name="group">The innermost group.</param>
    /// <param name="key">The key.</param>
    /// <returns>The value without quotes.</returns>
    /// <exception cref="InputException">The key is missing.</exception>
    public string Get(string group, string key) =>
        Find(group, key) ?? throw new InputException(file, $"has no {key} in group {group}; the file is damaged or of another kind, download it again");

    /// <summary>A number that must be there.</summary>
    /// <param name="group">The innermost group.</param>
    /// <param name="key">The key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InputException">The key is missing or not a finite number.</exception>
    public double GetNumber(string group, string key)
    {
        string text = Get(group, key);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number
            : throw new InputException(file, $"has {key} = '{text}' in group {group}, which is not a number; download it again");
    }

    /// <summary>A number, or null where the key is missing or not a finite number.</summary>
    /// <param name="group">The innermost group.</param>
    /// <param name="key">The key.</param>
    /// <returns>The number, or null.</returns>
    public double? FindNumber(string group, string key) =>
        double.TryParse(Find(group, key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static string Place(string file, long line) => string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");

    /// <summary>What follows <c>END</c>, as padding does in older files, is left out.</summary>
    private void ReadText(string text)
    {
        var groups = new Stack<string>();
        int number = 0;
        bool closed = false;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim().Trim('\0');
            if (line.IsEmpty)
            {
                continue;
            }

            if (line is "END")
            {
                break;
            }

            int equals = line.IndexOf('=');
            if (equals < 1)
            {
                throw new InputException(Place(file, number), "is not 'KEY = VALUE'; the file is damaged or no MTL, download it again");
            }

            string key = line[..equals].Trim().ToString();
            string value = line[(equals + 1)..].Trim().Trim('"').ToString();
            if (key == "GROUP")
            {
                if (groups.Count == 0 && Root.Length == 0)
                {
                    Root = value;
                }

                groups.Push(value);
            }
            else if (key == "END_GROUP")
            {
                if (groups.Count == 0 || groups.Pop() != value)
                {
                    throw new InputException(Place(file, number), $"ends a group '{value}' that is not open; the file is damaged, download it again");
                }

                closed |= groups.Count == 0;
            }
            else if (groups.Count > 0)
            {
                values.TryAdd((groups.Peek(), key), value);
            }
        }

        if (Root.Length == 0)
        {
            throw new InputException(file, "holds no group; it is empty or no MTL, download it again");
        }

        // Some files lack the word END; what counts is that the outermost group was closed.
        if (!closed || groups.Count > 0)
        {
            throw new InputException(file, "breaks off before its end; download it again");
        }
    }

    private void ReadJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty root in document.RootElement.EnumerateObject())
            {
                Root = Root.Length == 0 ? root.Name : Root;
                ReadJson(root.Name, root.Value);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException(e is JsonException { LineNumber: long line } ? Place(file, line + 1) : file, "is no JSON of groups and values; the file is damaged, download it again", e);
        }

        if (Root.Length == 0)
        {
            throw new InputException(file, "holds no group; it is empty or no MTL, download it again");
        }
    }

    private void ReadJson(string group, JsonElement element)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                ReadJson(property.Name, property.Value);
            }
            else
            {
                values.TryAdd((group, property.Name), property.Value.ToString());
            }
        }
    }

    private void ReadXml(string text)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true });
            var groups = new Stack<string>();
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement)
                {
                    Root = Root.Length == 0 ? reader.LocalName : Root;
                    groups.Push(reader.LocalName);
                }
                else if (reader.NodeType == XmlNodeType.EndElement)
                {
                    groups.Pop();
                }
                else if (reader.NodeType == XmlNodeType.Text && groups.Count > 1)
                {
                    values.TryAdd((groups.ElementAt(1), groups.Peek()), reader.Value.Trim());
                }
            }
        }
        catch (XmlException e)
        {
            throw new InputException(Place(file, e.LineNumber), "is no well-formed XML; the file is damaged, download it again", e);
        }
    }
}
