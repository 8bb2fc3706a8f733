using System.Globalization;
using System.Text;

namespace IrrigationWatch.Landsat;

/// <summary>The metadata file of a product (<c>*_MTL.txt</c>, Object Description Language): groups of keys and values.</summary>
public sealed class Mtl
{
    private readonly Dictionary<(string Group, string Key), string> values = [];
    private readonly string file;

    private Mtl(string file) => this.file = file;

    /// <summary>Name of the outermost group; <c>LANDSAT_METADATA_FILE</c> in Collection 2, <c>L1_METADATA_FILE</c> before.</summary>
    public string Root { get; private set; } = string.Empty;

    /// <summary>Reads the text of a file. What follows <c>END</c>, as padding does in older files, is left out.</summary>
    /// <param name="bytes">The content, UTF-8 or ASCII, with any line ends.</param>
    /// <param name="file">The file's name, for errors.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="InputException">The text is no MTL, or breaks off before its end.</exception>
    public static Mtl Parse(ReadOnlySpan<byte> bytes, string file)
    {
        var mtl = new Mtl(file);
        var groups = new Stack<string>();
        int number = 0;
        bool ended = false;
        foreach (ReadOnlySpan<char> raw in Encoding.UTF8.GetString(bytes).AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim().Trim('\0');
            if (line.IsEmpty)
            {
                continue;
            }

            if (line is "END")
            {
                ended = true;
                break;
            }

            int equals = line.IndexOf('=');
            if (equals < 1)
            {
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{file}:{number}"), "is not 'KEY = VALUE'; the file is damaged or no MTL, download it again");
            }

            string key = line[..equals].Trim().ToString();
            string value = line[(equals + 1)..].Trim().Trim('"').ToString();
            if (key == "GROUP")
            {
                if (groups.Count == 0 && mtl.Root.Length == 0)
                {
                    mtl.Root = value;
                }

                groups.Push(value);
            }
            else if (key == "END_GROUP")
            {
                if (groups.Count == 0 || groups.Pop() != value)
                {
                    throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{file}:{number}"), $"ends a group '{value}' that is not open; the file is damaged, download it again");
                }
            }
            else if (groups.Count > 0)
            {
                mtl.values.TryAdd((groups.Peek(), key), value);
            }
        }

        if (mtl.Root.Length == 0)
        {
            throw new InputException(file, "holds no group; it is empty or no MTL, download it again");
        }

        return ended && groups.Count == 0 ? mtl : throw new InputException(file, "breaks off before its end; download it again");
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
}
