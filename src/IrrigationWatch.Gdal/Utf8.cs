using System.Runtime.InteropServices;
using System.Text;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Strings between .NET and GDAL, which speaks zero-terminated UTF-8, but hands on what it finds in files. Bytes that are no UTF-8 are read in the encoding
/// they leave no doubt of, else shown as <c>\xE9</c>: nothing is lost, and nothing is taken for a letter that it is not.
/// </summary>
internal static unsafe class Utf8
{
    internal static string? Read(nint text) => text == 0 ? null : Read(BytesOf(text));

    /// <summary>A string as its bytes are.</summary>
    internal static byte[] BytesOf(nint text) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text).ToArray();

    /// <summary>Copies a list of strings that ends with null (GDAL's CSL), without freeing it.</summary>
    internal static string[] ReadList(byte** list)
    {
        if (list is null)
        {
            return [];
        }

        var items = new List<RawText>();
        for (byte** item = list; *item is not null; item++)
        {
            items.Add(new RawText(BytesOf((nint)(*item)), FillsField: false));
        }

        // Together they leave less doubt than one by one.
        TextEncoding encoding = TextEncodingFinder.Detect(items) ?? TextEncoding.Utf8;
        return [.. items.Select(item => encoding.TryRead(item, out string text, out _) ? text : Show(item.Bytes))];
    }

    private static string Read(byte[] bytes)
    {
        var raw = new RawText(bytes, FillsField: false);
        return TextEncoding.Utf8.TryRead(raw, out string text, out _) || (TextEncodingFinder.Detect([raw]) is { } encoding && encoding.TryRead(raw, out text, out _)) ? text : Show(bytes);
    }

    /// <summary>Bytes that are no text, with those that are no ASCII as numbers.</summary>
    internal static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            _ = b < 0x80 ? text.Append((char)b) : text.Append("\\x").Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}

/// <summary>A list of strings in native memory (GDAL's CSL) for the length of a call.</summary>
internal unsafe ref struct NativeStrings
{
    private byte** list;

    internal NativeStrings(IReadOnlyList<string>? items)
    {
        if (items is null || items.Count == 0)
        {
            return;
        }

        list = (byte**)NativeMemory.AllocZeroed((nuint)(items.Count + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < items.Count; i++)
        {
            int length = Encoding.UTF8.GetByteCount(items[i]);
            byte* text = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
            Encoding.UTF8.GetBytes(items[i], new Span<byte>(text, length));
            list[i] = text;
        }
    }

    internal readonly byte** Pointer => list;

    public void Dispose()
    {
        if (list is null)
        {
            return;
        }

        for (byte** item = list; *item is not null; item++)
        {
            NativeMemory.Free(*item);
        }

        NativeMemory.Free(list);
        list = null;
    }
}
