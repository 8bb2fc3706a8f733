using System.CommandLine;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Cli;

/// <summary>Options of the commands that read vector files, and where is said what a user should know of these.</summary>
/// <param name="what">The file whose layer is picked, in words: <c>zones</c>.</param>
internal sealed class VectorInput(string what)
{
    private readonly Option<string?> layer = new("--layer") { Description = $"Layer of the {what} that is read, of a file of several; also written as FILE:LAYER, here and for every other vector file.", HelpName = "NAME" };
    private readonly Option<string?> encoding = new("--encoding") { Description = "Encoding of the letters of vector files that do not say it, for example UTF-8, CP936, CP1251 (default: found where the bytes leave no doubt).", HelpName = "NAME" };
    private readonly HashSet<string> said = new(StringComparer.Ordinal);

    internal void AddTo(Command command)
    {
        command.Options.Add(layer);
        command.Options.Add(encoding);
    }

    /// <summary>How the file is read whose layer is picked.</summary>
    internal VectorOptions Of(ParseResult parsed, Terminal terminal) => OfOthers(parsed, terminal) with { Layer = parsed.GetValue(layer) };

    /// <summary>How other vector files of the command are read.</summary>
    internal VectorOptions OfOthers(ParseResult parsed, Terminal terminal) => new()
    {
        Encoding = parsed.GetValue(encoding),
        Warn = warning =>
        {
            if (said.Add(warning))
            {
                terminal.Error.WriteLine($"warning: {warning}");
            }
        },
    };
}
