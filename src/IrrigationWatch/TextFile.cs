using System.Globalization;
using System.Text;

namespace IrrigationWatch;

/// <summary>Text files that users give: UTF-8, or what their first bytes say (UTF-16). No letter of another encoding becomes a sign for a lost one.</summary>
internal static class TextFile
{
    /// <summary>Sign for a letter that could not be read.</summary>
    private const char LostLetter = '\uFFFD';

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <exception cref="InputException">It is of another encoding, or letters of it were lost before.</exception>
    internal static string Read(string path) => Read(path, static (place, problem) => new InputException(place, problem));

    /// <summary>Reads a configuration whole.</summary>
    /// <param name="path">The file; it exists.</param>
    /// <exception cref="ConfigurationException">It is of another encoding, or letters of it were lost before.</exception>
    internal static string ReadConfiguration(string path) => Read(path, static (place, problem) => new ConfigurationException(place, problem));

    private static string Read(string path, Func<string, string, InputException> fault)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            using var wide = new StreamReader(new MemoryStream(bytes), detectEncodingFromByteOrderMarks: true);
            return wide.ReadToEnd();
        }

        ReadOnlySpan<byte> text = bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes;
        int line = 1;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] < 0x80)
            {
                line += text[i] == '\n' ? 1 : 0;
                i++;
                continue;
            }

            if (Rune.DecodeFromUtf8(text[i..], out Rune letter, out int length) != System.Buffers.OperationStatus.Done)
            {
                string name = Path.GetFileName(path);
                throw fault(Place(), string.Create(CultureInfo.InvariantCulture, $"holds a byte that is no letter of UTF-8 ({text[i]:X2}); write the file in UTF-8, for example with iconv -f CP1251 -t UTF-8 '{name}' > 'utf8-{name}' (CP1251 for Russian, KZ-1048 for Kazakh, CP936 for Chinese)"));
            }

            if (letter.Value == LostLetter)
            {
                throw fault(Place(), "has a letter that was lost when the file was written; write it anew, or give the file it was made from");
            }

            i += length;
        }

        return Encoding.UTF8.GetString(text);

        string Place() => string.Create(CultureInfo.InvariantCulture, $"{path}:{line}");
    }
}
