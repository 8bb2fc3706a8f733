using System.Globalization;
using System.Text;

namespace IrrigationWatch.Cli;

/// <summary>
/// A terminal or log to which names from archives, files and servers are written: characters that would steer it, or turn the
/// order of what is read, are shown as '?'.
/// </summary>
/// <param name="terminal">Where to.</param>
/// <param name="isLines">True where each line that is written is one: a name with a line break in it makes no second, which could be taken for an error that nobody had.</param>
internal sealed class VisibleText(TextWriter terminal, bool isLines = true) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>What is written to the console goes through here from now on; output to a file or program stays as it is.</summary>
    internal static void Install()
    {
        Console.SetError(new VisibleText(new StandardText(Console.Error, name: null)));
        var output = new StandardText(Console.Out, "standard output");
        Console.SetOut(Console.IsOutputRedirected ? output : new VisibleText(output, isLines: false));
    }

    public override void Write(char value) => terminal.Write(OneLine.Steers(value) ? '?' : value);

    public override void Write(string? value) => terminal.Write(OneLine.Lines(value ?? string.Empty));

    public override void WriteLine(string? value) => terminal.WriteLine(isLines ? OneLine.Of(value ?? string.Empty) : OneLine.Lines(value ?? string.Empty));

    public override void Flush() => terminal.Flush();
}
