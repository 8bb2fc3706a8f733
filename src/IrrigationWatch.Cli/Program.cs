using System.CommandLine;
using IrrigationWatch.Cli.Commands;

namespace IrrigationWatch.Cli;

/// <summary>The entry point: parses, calls the library, and turns failures into one line and an exit code.</summary>
internal static class Program
{
    /// <summary>How long a server may answer what was asked before it was told to end.</summary>
    private static readonly TimeSpan AnswersEnd = TimeSpan.FromSeconds(30);

    /// <summary>How long work may take to come to an end by itself, and clear up behind it.</summary>
    private static readonly TimeSpan WorkEnds = TimeSpan.FromSeconds(1.2);

    internal static async Task<int> Main(string[] args)
    {
        VisibleText.Install();
        var root = new RootCommand("Irrigated area per year, country and region from Landsat scenes.")
        {
            SceneCommand.Create(),
            IndexCommand.Create(),
            IndexCommand.CreateNdvi(),
            CatalogueCommand.Create(),
            StackCommand.Create(),
            CompositeCommand.Create(),
            ModelCommands.CreateTrain(),
            ModelCommands.CreateClassify(),
            AreaCommand.Create(),
            ChangeCommand.Create(),
            PolygonsCommand.Create(),
            ReportCommand.Create(),
            AssessmentCommands.CreateSample(),
            AssessmentCommands.CreateAssess(),
            PictureCommands.CreateChart(),
            PictureCommands.CreateMap(),
            PictureCommands.CreateQuickLook(),
            RunCommand.Create(),
            ClusterCommands.CreatePlan(),
            ClusterCommands.CreateWork(),
            ClusterCommands.CreateReduce(),
            ClusterCommands.CreateStatus(),
            ServeCommand.Create(),
            InitCommand.Create(),
            DoctorCommand.Create(),
        };
        root.Options.Add(CommonOptions.Verbose);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Command command = parsed.CommandResult.Command;
            string help = command == root ? "irrigationwatch --help" : $"irrigationwatch {string.Join(' ', command.Parents.OfType<Command>().Where(parent => parent != root).Select(parent => parent.Name).Append(command.Name))} --help";
            await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.')}; see '{help}'");
            return ExitCode.Usage;
        }

        bool serves = parsed.CommandResult.Command.Name == ServeCommand.Name;
        using Termination termination = serves ? new Termination(AnswersEnd, () => ExitCode.Interrupted) : new Termination(WorkEnds, ExitCode.Stopped);
        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, termination.Token);
    }
}
