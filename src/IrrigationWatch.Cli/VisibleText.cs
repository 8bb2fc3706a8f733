using System.Globalization;
using System.Text;

namespace IrrigationWatch.Cli;

/// <summary>
/// A terminal to which names from archives, files and servers are written: characters that would steer it, or turn the
/// order of what is read, are shown as '?'.
/// </summary>
/// <param name="terminal">Where to.</param>
internal sealed class VisibleText(TextWriter terminal) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>What is written to the console goes through here from now on; output to a file or program stays as it is.</summary>
    internal static void Install()
    {
        Console.SetError(new VisibleText(new StandardText(Console.Error, name: null)));
        var output = new StandardText(Console.Out, "standard output");
        Console.SetOut(Console.IsOutputRedirected ? output : new VisibleText(output));
    }

    public override void Write(char value) => terminal.Write(Steers(value) ? '?' : value);

    public override void Write(string? value) => terminal.Write(Of(value));

    public override void WriteLine(string? value) => terminal.WriteLine(Of(value));

    public override void Flush() => terminal.Flush();

    /// <summary>A text as it is shown.</summary>
    internal static string? Of(string? text) => text is null || !text.Any(Steers) ? text : string.Create(text.Length, text, (shown, from) =>
    {
        for (int i = 0; i < shown.Length; i++)
        {
            shown[i] = Steers(from[i]) ? '?' : from[i];
        }
    });

    private static bool Steers(char c) => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
