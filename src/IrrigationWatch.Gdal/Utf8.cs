using System.Runtime.InteropServices;
using System.Text;

namespace IrrigationWatch.Gdal;

/// <summary>Strings between .NET and GDAL, which speaks zero-terminated UTF-8.</summary>
internal static unsafe class Utf8
{
    internal static string? Read(nint text) => text == 0 ? null : Marshal.PtrToStringUTF8(text);

    /// <summary>Copies a list of strings that ends with null (GDAL's CSL), without freeing it.</summary>
    internal static string[] ReadList(byte** list)
    {
        if (list is null)
        {
            return [];
        }

        var items = new List<string>();
        for (byte** item = list; *item is not null; item++)
        {
            items.Add(Marshal.PtrToStringUTF8((nint)(*item))!);
        }

        return [.. items];
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
