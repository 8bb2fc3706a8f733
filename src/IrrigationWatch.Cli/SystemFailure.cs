using System.Text.RegularExpressions;

namespace IrrigationWatch.Cli;

/// <summary>What the system refused somewhere inside of a library, which says what and where in one text, and never what to do.</summary>
internal static partial class SystemFailure
{
    /// <summary>The failure as a line of the usual form: the file, what is wrong, what to do.</summary>
    /// <param name="command">Stands for the file where none is named.</param>
    /// <param name="e">What the system said.</param>
    internal static InputException Of(string command, Exception e)
    {
        string text = OneLine.Of(e.Message).TrimEnd('.');
        // .NET quotes the file, at the end or within.
        Match quoted = Quoted().Match(text);
        string file = quoted.Success ? quoted.Groups[1].Value : command;
        bool isTemporary = file.StartsWith(Path.GetTempPath(), StringComparison.Ordinal);
        string remedy = isTemporary
            ? "check the free space for temporary files, or name another folder for them with TMPDIR"
            : "check the path, its permissions and the free space";
        return new InputException(file, $"{(quoted.Success && quoted.Index + quoted.Length == text.Length ? text[..quoted.Index].TrimEnd(' ', ':') : text)}; {remedy}", e);
    }

    [GeneratedRegex("'(/[^']+|[A-Za-z]:[^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
