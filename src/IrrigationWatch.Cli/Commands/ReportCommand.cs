using System.CommandLine;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>report DIR</c> and <c>report MAP… --zones ZONES -o DIR</c>: the report, and all else that is handed on.</summary>
internal static class ReportCommand
{
    internal static Command Create()
    {
        Argument<string[]> paths = CommonOptions.Paths("DIR|MAP", "The output folder of 'run', or class maps of several years; patterns with * are expanded.");
        var zones = new ZoneOptions();
        Option<string[]> counted = CommonOptions.Classes("Names of pixel values, as NAME=VALUE[,VALUE…].");
        var irrigated = new Option<string[]>("--irrigated") { Description = "Names of the classes that count as irrigated (default: the only one, or the one named irrigated).", HelpName = "NAME", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var waters = new Option<string?>("--waters") { Description = "Lakes and rivers that are drawn; of lakes the open water is added up where a class is named water." };
        var elevation = new Option<string?>("--elevation") { Description = "An elevation model whose relief lies under the maps." };
        var title = new Option<string>("--title") { Description = "What the maps are of.", DefaultValueFactory = _ => "Irrigated land" };
        var source = new Option<string>("--source") { Description = "A line about the source of the maps.", DefaultValueFactory = _ => string.Empty };
        var publish = new Option<string[]>("--publish") { Description = $"What is written: {string.Join(' ', Publication.Formats)}.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [.. Publication.Formats] };
        var simplify = new Option<double>("--simplify") { Description = "Most units of the maps' CRS by which outlines of polygons may be moved.", DefaultValueFactory = _ => 0 };
        Option<double> least = CommonOptions.LeastObserved("Years in which a smaller share of a zone was observed are flagged and left out of trends.");
        var language = new Option<string?>("--language") { Description = $"Language of charts, maps and report: {string.Join(", ", Texts.Codes)}." };
        Option<string?> output = new("--output", "-o") { Description = "The folder to write, for maps.", HelpName = "OUT" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("report", "The report with charts, maps and time-lapse, of a run or of maps made elsewhere.\nExample: irrigationwatch report out/\nExample: irrigationwatch report 'maps/*.tif' --zones countries.geojson --class irrigated=1 -o out/")
        {
            paths, counted, irrigated, waters, elevation, title, source, publish, simplify, least, language, output, json,
        };
        var layers = new MapLayerOptions();
        zones.AddTo(command);
        layers.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string[] given = parsed.GetValue(paths)!;
            Texts? texts = parsed.GetValue(language) is string code ? CommonOptions.TextsOf(code) : null;
            if (given.Length == 1 && Directory.Exists(given[0]))
            {
                ResultIntegrity.FolderMustBeWhole(given[0]);
                FolderReport.Write(given[0], texts);
                string report = Path.Combine(given[0], FolderReport.FileName);
                if (parsed.GetValue(json))
                {
                    Answer.Print(terminal, new ReportAnswer(given[0], report, [FolderReport.FileName]));
                }
                else
                {
                    terminal.Output.WriteLine(report);
                }

                return ExitCode.Done;
            }

            string zonesFile = zones.File(parsed);
            string folder = parsed.GetValue(output) ?? throw new ConfigurationException("--output", "is missing; name the folder to write");
            foreach (string word in parsed.GetValue(publish)!.Where(word => !Publication.Formats.Contains(word)))
            {
                throw new ConfigurationException("--publish", $"holds '{word}'; use {string.Join(", ", Publication.Formats)}");
            }

            IReadOnlyList<ClassValues> classes = CommonOptions.ClassesOf(parsed, counted);
            VectorOptions vectors = zones.OfOthers(parsed, terminal);
            _ = parsed.GetValue(waters) is string lakes ? Water.Read(lakes, options: vectors) : [];
            var options = new PublicationOptions
            {
                Name = parsed.GetValue(title)!,
                Zones = zones.Read(parsed, terminal),
                ZonesFile = zonesFile,
                Counted = Counted(classes, parsed.GetValue(irrigated)!),
                CountsOutside = zones.HasArea(parsed),
                Formats = parsed.GetValue(publish)!,
                Source = parsed.GetValue(source)!,
                Names = classes.Count > 1 ? ClassValues.NamesOf(classes) : null,
                Waters = parsed.GetValue(waters),
                Encoding = vectors.Encoding,
                WaterValues = classes.FirstOrDefault(c => c.IsNamed("water")),
                Elevation = parsed.GetValue(elevation) is string model ? new RasterLayer(model) : null,
                LeastObserved = CommonOptions.ShareOf(parsed, least),
                Simplify = CommonOptions.NotNegative(parsed, simplify),
                Texts = texts ?? Texts.English,
            };
            PublishedMap[] maps = [.. layers.Read(parsed, given, terminal).Select(map => new PublishedMap(map.Year!.Value, map, null, []))];
            (IReadOnlyList<string> files, IReadOnlyList<string> warnings) = Publication.Write(folder, maps, options, cancel);
            foreach (string warning in warnings)
            {
                terminal.Error.WriteLine($"warning: {warning}");
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new ReportAnswer(folder, files.Contains(FolderReport.FileName) ? Path.Combine(folder, FolderReport.FileName) : null, [.. files]));
                return ExitCode.Done;
            }

            terminal.Output.WriteLine($"{folder}: {string.Join(", ", files.Where(file => !file.Contains('/', StringComparison.Ordinal)))}");
            if (files.Contains(FolderReport.FileName))
            {
                terminal.Output.WriteLine(Path.Combine(folder, FolderReport.FileName));
            }

            return ExitCode.Done;
        });
    }

    private static ClassValues Counted(IReadOnlyList<ClassValues> classes, string[] irrigated)
    {
        if (classes.Count == 0)
        {
            throw new ConfigurationException("--class", "is missing; name the pixel values that count, for example --class irrigated=1");
        }

        if (irrigated.Length == 0)
        {
            return classes.Count == 1 ? classes[0] : classes.FirstOrDefault(c => c.IsNamed("irrigated")) ?? throw new ConfigurationException("--irrigated", $"is missing; say which of {string.Join(", ", classes.Select(c => c.Name))} count as irrigated");
        }

        ClassValues[] chosen = [.. irrigated.Select(name => classes.FirstOrDefault(c => c.IsNamed(name)) ?? throw new ConfigurationException("--irrigated", $"names '{name}', which no --class does; use {string.Join(", ", classes.Select(c => c.Name))}"))];
        return new ClassValues(chosen[0].Name, [.. chosen.SelectMany(c => c.Values)]);
    }
}
