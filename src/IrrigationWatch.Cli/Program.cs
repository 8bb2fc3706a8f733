using System.CommandLine;
using System.Runtime.CompilerServices;
using IrrigationWatch.Cli.Commands;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Cli;

/// <summary>The entry point: parses, calls the library, and turns failures into one line and an exit code.</summary>
internal static class Program
{
    /// <summary>How long a server may answer what was asked before it was told to end.</summary>
    private static readonly TimeSpan AnswersEnd = TimeSpan.FromSeconds(30);

    /// <summary>How long work may take to come to an end by itself, and clear up behind it.</summary>
    private static readonly TimeSpan WorkEnds = TimeSpan.FromSeconds(1.2);

    /// <summary>
    /// First of all what needs nothing: that standard output is no file of data, and that the limits of the machine let anything be done. With
    /// too few open files the runtime cannot load what the rest is made of, and would end in a stack trace.
    /// </summary>
    internal static int Main(string[] args)
    {
        StandardStreams.Ensure();
        if (MachineLimits.TooLow(isServer: Array.IndexOf(args, "serve") == 0) is string limit)
        {
            StandardStreams.Say("error: " + limit);
            return ExitCode.Failed;
        }

        MachineLimits.KeepSpare();
        try
        {
            return StartAsync(args).GetAwaiter().GetResult();
        }
        catch (Exception e) when (MachineLimits.Behind("irrigationwatch", e) is { } reached)
        {
            // Where not even the command could be begun.
            StandardStreams.Say("error: " + reached.Message);
            return ExitCode.Failed;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> StartAsync(string[] args)
    {
        VisibleText.Install();
        var terminal = new Terminal(Console.Out, Console.Error, !Console.IsErrorRedirected);
        ParseResult parsed = Root().Parse(args);
        using Termination termination = parsed.CommandResult.Command.Name == ServeCommand.Name ? new Termination(AnswersEnd, () => ExitCode.Interrupted) : new Termination(WorkEnds, terminal.Stopped);
        return await InvokeAsync(parsed, terminal, termination.Token);
    }

    /// <summary>Runs a command inside of this process, from its words to its exit code.</summary>
    /// <param name="args">Its words.</param>
    /// <param name="terminal">Where it writes.</param>
    /// <param name="cancel">Tells it to end.</param>
    /// <returns>The exit code.</returns>
    internal static Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancel) => InvokeAsync(Root().Parse(args), terminal, cancel);

    private static async Task<int> InvokeAsync(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        IReadOnlyList<string> faults = ParseFaults.Of(parsed);
        if (faults.Count > 0)
        {
            foreach (string fault in faults)
            {
                await terminal.Error.WriteLineAsync("error: " + fault);
            }

            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(terminal, cancel);
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root()
    {
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
            SchemaCommand.Create(),
        };
        root.Options.Add(CommonOptions.Verbose);
        return root;
    }
}
