using System.CommandLine;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Cli;

/// <summary>All that is wrong with the words of a command, and what was probably meant by those that nobody knows.</summary>
internal static partial class ParseFaults
{
    /// <summary>Lists the faults of a command's words.</summary>
    /// <param name="parsed">What the words were taken for.</param>
    /// <returns>A line each, what is wrong and what to do; none where the command was understood.</returns>
    internal static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"see '{string.Join(' ', ["irrigationwatch", .. Parents(command), "--help"])}'";
        string[] options = [.. command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive)).Where(option => !option.Hidden).Select(option => option.Name)];
        string[] commands = [.. command.Subcommands.Where(inner => !inner.Hidden).Select(inner => inner.Name)];
        var faults = new List<(string Text, string Way)>();
        var meant = new List<string>();
        string? last = null;
        foreach (string text in Taken(parsed).Concat(parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" ").TrimEnd('.'))))
        {
            if (UnknownWord().Match(text) is not { Success: true } match)
            {
                faults.Add((text, help));
                continue;
            }

            string word = match.Groups[1].Value;
            bool isOption = word.StartsWith('-');
            if (!isOption && commands.Length > 0)
            {
                // The words after a command that is not known are those of that command.
                return [Line(text, NearestWord.Find(word, commands) is string name ? $"did you mean '{name}'? {help}" : $"use {string.Join(", ", commands)}; {help}")];
            }

            if (!isOption && Follows(parsed, last, word))
            {
                // The value of an option that is not known.
                continue;
            }

            string? nearest = isOption ? NearestWord.Find(word.Split('=', ':')[0], options) : null;
            faults.Add((text, nearest is null ? help : $"did you mean '{nearest}'? {help}"));
            if (nearest is not null)
            {
                meant.Add(nearest);
            }

            last = isOption ? word : null;
        }

        // Nobody wants to hear besides that the option is missing of which the name is misspelt.
        return [.. faults.Where(fault => !meant.Exists(name => fault.Text == $"Option '{name}' is required")).Distinct().Select(fault => Line(fault.Text, fault.Way))];
    }

    /// <summary>Options that nobody knows and that an option of several values took for values.</summary>
    private static IEnumerable<string> Taken(ParseResult parsed) => parsed.CommandResult.Command.Options.Where(option => option.AllowMultipleArgumentsPerToken)
        .SelectMany(option => parsed.GetResult(option)?.Tokens ?? []).Select(token => token.Value).Where(value => value.StartsWith("--", StringComparison.Ordinal)).Select(value => $"Unknown option '{value}'");

    private static string Line(string text, string way) => $"{text}; {way}";

    private static IEnumerable<string> Parents(Command command) =>
        command is RootCommand ? [] : [.. command.Parents.OfType<Command>().Where(parent => parent is not RootCommand).Select(parent => parent.Name), command.Name];

    private static bool Follows(ParseResult parsed, string? option, string word) =>
        option is not null && parsed.Tokens.Zip(parsed.Tokens.Skip(1)).Any(pair => pair.First.Value == option && pair.Second.Value == word);

    [GeneratedRegex("^(?:Unrecognized command or argument|Unknown option) '(.+)'$", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex UnknownWord();
}
