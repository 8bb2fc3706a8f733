namespace IrrigationWatch;

/// <summary>
/// Texts of which a line is made for somebody to read: names from archives, files and servers may hold line breaks, which would make a line of their
/// own that nobody wrote, and characters that steer a terminal or turn the order of what is read.
/// </summary>
internal static class OneLine
{
    /// <summary>The text as one line: a space for each line break, '?' for what steers.</summary>
    internal static string Of(string text) => Replace(text, c => Breaks(c) ? ' ' : Steers(c) ? '?' : c);

    /// <summary>The text in its lines: '?' for what steers.</summary>
    internal static string Lines(string text) => Replace(text, c => Steers(c) ? '?' : c);

    /// <summary>True for what moves the cursor or changes how a terminal shows what follows.</summary>
    internal static bool Steers(char c) => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool Breaks(char c) => c is '\n' or '\r' or '\v' or '\f' or '\u0085' or '\u2028' or '\u2029';

    private static string Replace(string text, Func<char, char> shown) => text.All(c => shown(c) == c) ? text : string.Create(text.Length, (text, shown), static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from.shown(from.text[i]);
        }
    });
}
