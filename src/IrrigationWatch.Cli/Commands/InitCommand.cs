using System.CommandLine;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>init [DIR]</c>: a folder to start from.</summary>
internal static class InitCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder.", DefaultValueFactory = _ => "." };
        return new Command("init", "Writes a commented irrigation.yaml, the zones of the Ili corridor, and a README.\nExample: irrigationwatch init my-basin") { folder }
            .WithAction((parsed, terminal, _) =>
            {
                foreach (string file in ProjectTemplate.Write(parsed.GetValue(folder)!))
                {
                    terminal.Output.WriteLine(file);
                }

                return ExitCode.Done;
            });
    }
}
