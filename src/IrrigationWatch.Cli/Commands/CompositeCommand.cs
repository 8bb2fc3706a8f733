using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Features;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>composite --scenes PATH… --year Y -o FEATURES.tif</c>: the seasonal features of a year.</summary>
internal static class CompositeCommand
{
    internal static Command Create()
    {
        var scenes = new Option<string[]>("--scenes") { Description = "Folders, archives, patterns, addresses and STAC documents of products.", Required = true, AllowMultipleArgumentsPerToken = true };
        var year = new Option<int>("--year") { Description = "The year.", Required = true };
        var area = new Option<string?>("--area") { Description = "Area of interest." };
        var resolution = new Option<double>("--resolution") { Description = "Pixel size in units of the CRS.", DefaultValueFactory = _ => 30 };
        var crs = new Option<string?>("--crs") { Description = "CRS of the result (default: that of most scenes)." };
        var noHarmonise = new Option<bool>("--no-harmonise") { Description = "Leave TM and ETM+ reflectance as it is." };
        var indices = new Option<string[]>("--indices") { Description = $"Indices of which seasonal medians are taken, NDVI always among them (default: {string.Join(' ', FeatureSet.DefaultIndices)}).".ToLowerInvariant(), AllowMultipleArgumentsPerToken = true };
        var seasons = new Option<string[]>("--season") { Description = $"The seasons (default: {string.Join(' ', Season.Default.Select(season => season.ToString().Replace(": ", "=", StringComparison.Ordinal)))}).", HelpName = "NAME=MM-DD..MM-DD", AllowMultipleArgumentsPerToken = true };
        var starts = new Option<string?>("--year-starts") { Description = "The day on which years begin (default: 01-01), for seasons over the turn of the year.", HelpName = "MM-DD" };
        var namedBy = new Option<string?>("--year-named-by") { Description = "A year is that in which it ends or that in which it begins: end or start (default: end).", HelpName = "end|start" };
        Option<string?> stack = CommonOptions.Stack();
        Option<string> output = CommonOptions.Output("The feature stack to write.");
        Option<bool> json = CommonOptions.Json();
        var vectors = new VectorInput("area");
        var command = new Command("composite", "Seasonal features of one year on the analysis grid.\nExample: irrigationwatch composite --scenes scenes/ --year 2010 -o features-2010.tif")
        {
            scenes, year, area, resolution, crs, noHarmonise, indices, seasons, starts, namedBy, stack, output, json,
        };
        vectors.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            SpectralIndex[] wantedIndices = [.. (parsed.GetValue(indices) ?? []).Select(IndexCommand.Parse)];
            YearCalendar calendar = SeasonReader.ParseCalendar(parsed.GetValue(starts), parsed.GetValue(namedBy));
            FeatureOptions options = new() { Seasons = SeasonReader.ParseSeasons(parsed.GetValue(seasons) ?? [], calendar), Calendar = calendar, Observation = new ObservationOptions { Harmonise = !parsed.GetValue(noHarmonise) } };
            options = wantedIndices.Length == 0 ? options : options with { Indices = wantedIndices };
            var opened = new List<Scene>();
            var skipped = new List<SkippedAnswer>();
            using var scratch = new ScratchSpace();
            StackDescription? description = CommonOptions.ReadStack(parsed, stack);
            string[] paths = parsed.GetValue(scenes)!;
            int code = ExitCode.Done;
            try
            {
                foreach (SceneSource source in description is null ? SceneDiscovery.Find(paths) : SceneDiscovery.Find(paths, description, scratch))
                {
                    try
                    {
                        opened.Add(SceneReader.Open(source.Path, scratch, description));
                    }
                    catch (InputException e)
                    {
                        terminal.Error.WriteLine($"skipped: {e.Message}");
                        skipped.Add(new SkippedAnswer(source.Path, e.Problem));
                        code = ExitCode.Failed;
                    }
                }

                int wanted = parsed.GetValue(year);
                Scene[] used = [.. opened.Where(scene => calendar.YearOf(scene.Id.Acquired) == wanted)];
                if (used.Length == 0 && opened.Count > 0)
                {
                    throw new ConfigurationException(year.Name, $"is {wanted}, but the scenes are of {string.Join(", ", opened.Select(scene => calendar.YearOf(scene.Id.Acquired)).Distinct().Order())}; ask for one of these, or give other --scenes");
                }

                (Grid grid, string reason) = GridPlanner.Plan(
                    [.. used.Select(scene => scene.Grid)],
                    parsed.GetValue(area) is string aoi ? Areas.ZoneReader.ReadAreaOfInterest(aoi, vectors.Of(parsed, terminal)) : null,
                    parsed.GetValue(crs),
                    parsed.GetValue(resolution),
                    "--scenes");
                terminal.Error.WriteLine("grid " + reason);
                string file = parsed.GetValue(output)!;
                using (var progress = new ConsoleProgress(terminal, "features"))
                {
                    FeatureBuilder.Build(used, grid, wanted, options, file, null, null, progress, cancel);
                }

                if (parsed.GetValue(json))
                {
                    string[] span = [calendar.First(wanted).ToString("O", CultureInfo.InvariantCulture), calendar.Last(wanted).ToString("O", CultureInfo.InvariantCulture)];
                    Answer.Print(terminal, new CompositeAnswer(file, wanted, span, [.. used.Select(scene => scene.Id.Text)], [.. new FeatureSet(options.Seasons, options.Indices).Names], reason, [.. skipped]));
                    return code;
                }

                terminal.Output.WriteLine($"{file}: {new FeatureSet(options.Seasons, options.Indices).Names.Count} features of {used.Length} scenes of {wanted}");
                if (!calendar.IsDefault)
                {
                    terminal.Output.WriteLine(calendar.Describe(wanted));
                }

                return code;
            }
            finally
            {
                opened.ForEach(scene => scene.Dispose());
            }
        });
    }
}
