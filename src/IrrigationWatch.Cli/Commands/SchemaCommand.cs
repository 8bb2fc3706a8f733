using System.CommandLine;
using IrrigationWatch.Cli.Answers;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>schema [COMMAND…]</c>: the JSON Schema of what a command answers with <c>--json</c>.</summary>
internal static class SchemaCommand
{
    internal static Command Create()
    {
        var words = new Argument<string[]>("COMMAND") { Description = "The command, as scene info; without it all that answer are listed.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = CommonOptions.Json();
        return new Command("schema", "The JSON Schema of what a command answers with --json.\nExample: irrigationwatch schema scene info > scene-info.schema.json") { words, json }
            .WithAction((parsed, terminal, _) =>
            {
                if (parsed.GetValue(words) is { Length: > 0 } given)
                {
                    string command = string.Join(' ', given);
                    terminal.Output.Write(AnswerSchema.Forms.ContainsKey(command) ? AnswerSchema.Of(command) : throw Unknown(command));
                    return ExitCode.Done;
                }

                if (parsed.GetValue(json))
                {
                    Answer.Print(terminal, AnswerSchema.Forms.Keys.ToArray());
                    return ExitCode.Done;
                }

                foreach (string command in AnswerSchema.Forms.Keys)
                {
                    terminal.Output.WriteLine(command);
                }

                return ExitCode.Done;
            });
    }

    private static ConfigurationException Unknown(string command) => new("schema", NearestWord.Find(command, AnswerSchema.Forms.Keys) is string nearest
        ? $"there is no command '{command}'; did you mean '{nearest}'?"
        : $"there is no command '{command}' that answers; use {string.Join(", ", AnswerSchema.Forms.Keys)}");
}
