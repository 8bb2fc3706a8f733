using System.CommandLine;
using IrrigationWatch.Cli.Commands;

namespace IrrigationWatch.Cli;

/// <summary>The entry point: parses, calls the library, and turns failures into one line and an exit code.</summary>
internal static class Program
{
    internal static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Irrigated area per year, country and region from Landsat scenes.")
        {
            SceneCommand.Create(),
            IndexCommand.Create(),
            IndexCommand.CreateNdvi(),
            CompositeCommand.Create(),
            ModelCommands.CreateTrain(),
            ModelCommands.CreateClassify(),
            AreaCommand.Create(),
            PictureCommands.CreateChart(),
            PictureCommands.CreateMap(),
            RunCommand.Create(),
            InitCommand.Create(),
            DoctorCommand.Create(),
        };
        root.Options.Add(CommonOptions.Verbose);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message.ReplaceLineEndings(" ")}; see 'irrigationwatch {parsed.CommandResult.Command.Name} --help'");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }
}
