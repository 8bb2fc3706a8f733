using System.Globalization;
using System.Text;

namespace IrrigationWatch.Cli;

/// <summary>
/// Standard output or error. An answer that cannot be written, as on a full disk, is an error that names it. Progress and warnings are
/// not worth the work they speak of: where they cannot be written they are lost. Who reads no further (<c>| head</c>) is no error: .NET is silent then.
/// </summary>
/// <param name="console">Where to.</param>
/// <param name="name">What it is called in an error; null for what may be lost.</param>
internal sealed class StandardText(TextWriter console, string? name) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => console.Encoding;

    public override void Write(char value)
    {
        try
        {
            console.Write(value);
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        try
        {
            console.Write(buffer);
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    public override void Write(string? value) => Write(value.AsSpan());

    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    public override void Flush()
    {
        try
        {
            console.Flush();
        }
        catch (IOException e)
        {
            Fail(e);
        }
    }

    private void Fail(IOException e)
    {
        if (name is not null)
        {
            throw new InputException(name, $"cannot be written ({e.Message.TrimEnd('.')}); check where it leads to and the free space", e);
        }
    }
}
