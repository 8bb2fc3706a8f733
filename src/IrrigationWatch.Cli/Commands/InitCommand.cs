using System.CommandLine;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>init [DIR]</c>: a folder to start from.</summary>
internal static class InitCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder.", DefaultValueFactory = _ => "." };
        Option<bool> json = CommonOptions.Json();
        return new Command("init", "Writes a commented irrigation.yaml, the zones of the Ili corridor, and a README.\nExample: irrigationwatch init my-basin") { folder, json }
            .WithAction((parsed, terminal, _) =>
            {
                IReadOnlyList<string> files = ProjectTemplate.Write(parsed.GetValue(folder)!);
                if (parsed.GetValue(json))
                {
                    Answer.Print(terminal, new InitAnswer(parsed.GetValue(folder)!, [.. files]));
                    return ExitCode.Done;
                }

                foreach (string file in files)
                {
                    terminal.Output.WriteLine(file);
                }

                return ExitCode.Done;
            });
    }
}
