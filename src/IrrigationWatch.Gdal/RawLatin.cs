namespace IrrigationWatch.Gdal;

/// <summary>
/// Texts that GDAL took for Latin ones because their file says so, or nothing: the bytes are had back, so that it can be seen whether they are.
/// </summary>
internal static class RawLatin
{
    /// <summary>Whether all texts may have been read from Latin bytes, and some of them hold more than ASCII.</summary>
    internal static bool Of(IEnumerable<object?> values)
    {
        RawText[] texts = [.. values.OfType<RawText>()];
        return texts.Length > 0 && texts.All(raw => BytesOf(raw) is not null);
    }

    /// <summary>The values with the bytes that texts were read from.</summary>
    internal static object?[] BytesOf(object?[] values) => [.. values.Select(value => value is RawText raw ? BytesOf(raw)! : value)];

    private static RawText? BytesOf(RawText raw)
    {
        if (!TextEncoding.Utf8.TryRead(raw with { FillsField = false }, out string text, out _))
        {
            return null;
        }

        var bytes = new List<byte>(text.Length);
        foreach (char letter in text)
        {
            if (letter is >= '\u0080' and <= '\u009F')
            {
                bytes.Add((byte)letter);
            }
            else if (TextEncoding.Western.TryWrite(letter.ToString()) is [byte one])
            {
                bytes.Add(one);
            }
            else
            {
                return null;
            }
        }

        return new RawText([.. bytes], raw.FillsField);
    }
}
