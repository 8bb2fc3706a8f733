using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Publishing;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>change AREA.csv</c>: trend, gain and loss per zone. <c>change MAP MAP --zones ZONES</c>: from class to class between two years.</summary>
internal static class ChangeCommand
{
    internal static Command Create()
    {
        Argument<string[]> paths = CommonOptions.Paths("AREA.csv|MAP", "A table that 'area' or 'run' wrote, or class maps of two years or more; patterns with * are expanded.");
        Option<double> least = CommonOptions.LeastObserved("Years in which a smaller share of a zone was observed are left out of trends.");
        var zones = new ZoneOptions();
        Option<string[]> classes = CommonOptions.Classes("Names of pixel values, as NAME=VALUE[,VALUE…]; without it the classes that the maps name themselves.");
        var from = new Option<int?>("--from") { Description = "The earlier year, of maps (default: the first).", HelpName = "YEAR" };
        var to = new Option<int?>("--to") { Description = "The later year, of maps (default: the last).", HelpName = "YEAR" };
        Option<string?> output = new("--output", "-o") { Description = "The CSV to write; without it the table is printed.", HelpName = "OUT" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("change", "Trend per zone: Mann-Kendall, Sen's slope with its 95% interval, breaks, gain and loss. Of maps: from each class to each between two years, per zone.\nExample: irrigationwatch change out/area.csv -o change.csv\nExample: irrigationwatch change 'out/years/*/irrigated.tif' --zones zones.geojson --from 1990 --to 2020 -o matrix.csv") { paths, least, classes, from, to, output, json };
        var layers = new MapLayerOptions();
        zones.AddTo(command);
        layers.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string[] given = parsed.GetValue(paths)!;
            bool isTable = given.Length == 1 && Path.GetExtension(given[0]).Equals(".csv", StringComparison.OrdinalIgnoreCase);
            IReadOnlyList<MapSource> maps = isTable ? [] : layers.Read(parsed, given, terminal);
            ResultIntegrity.MustBeWhole([.. maps.Select(map => map.Path), .. isTable ? given : []]);
            (string text, string summary, ChangeAnswer answer) = isTable
                ? Trends(terminal, given[0], CommonOptions.ShareOf(parsed, least))
                : Matrix(maps, parsed.GetValue(from), parsed.GetValue(to), CommonOptions.ClassesOf(parsed, classes, maps[0]), zones.Read(parsed, terminal), present => CommonOptions.WarnOfAbsent(parsed, classes, present, terminal), cancel);
            if (parsed.GetValue(output) is string file)
            {
                Rasters.AtomicFile.WriteText(file, text);
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, answer with { File = parsed.GetValue(output) });
            }
            else if (parsed.GetValue(output) is string written)
            {
                terminal.Output.WriteLine($"{written}: {summary}");
            }
            else
            {
                terminal.Output.Write(text);
            }

            return ExitCode.Done;
        });
    }

    private static (string Text, string Summary, ChangeAnswer Answer) Trends(Terminal terminal, string table, double least)
    {
        IReadOnlyList<ZoneChange> changes = ZoneChange.Of(AreaCsv.Read(table), least);
        foreach (string warning in ZoneChange.Warnings(changes, least))
        {
            terminal.Error.WriteLine($"warning: {warning}");
        }

        return (ChangeCsv.ToText(changes), $"{changes.Count} zones", new ChangeAnswer(null, [.. changes.Select(Describe)], null));
    }

    private static TrendAnswer Describe(ZoneChange change) => new(
        change.Zone,
        change.Country,
        [.. change.Years],
        [.. change.LeftOut],
        Answer.Known(change.FirstHectares),
        Answer.Known(change.LastHectares),
        change.GainHectares,
        change.LossHectares,
        change.Trend.S,
        Answer.Known(change.Trend.Tau),
        Answer.Known(change.Trend.P),
        Answer.Known(change.Trend.Slope),
        Answer.Known(change.Trend.SlopeLow),
        Answer.Known(change.Trend.SlopeHigh),
        [.. change.Line?.Breaks ?? []],
        [.. change.Line?.Slopes ?? []]);

    private static (string Text, string Summary, ChangeAnswer Answer) Matrix(IReadOnlyList<MapSource> found, int? from, int? to, IReadOnlyList<ClassValues> classes, IReadOnlyList<Zone> zones, Action<IEnumerable<string>> tellPresent, CancellationToken cancel)
    {
        (int Year, MapSource Map)[] maps = [.. found.Select(map => (map.Year!.Value, map)).OrderBy(map => map.Value)];
        (int Year, MapSource Map) earlier = OfYear(from ?? maps[0].Year, "--from");
        (int Year, MapSource Map) later = OfYear(to ?? maps[^1].Year, "--to");
        if (earlier.Year >= later.Year)
        {
            throw new ConfigurationException("--from", string.Create(CultureInfo.InvariantCulture, $"is {earlier.Year}, which is not before {later.Year}; give maps of two years"));
        }

        IReadOnlyList<ClassTransition> cells = TransitionMatrix.Compute(earlier, later, classes, zones, cancel);
        tellPresent(cells.Where(cell => cell.Hectares > 0).SelectMany(cell => new[] { cell.FromClass, cell.ToClass }));
        return (TransitionMatrixCsv.ToText(cells), string.Create(CultureInfo.InvariantCulture, $"{earlier.Year} to {later.Year}, {classes.Count} classes, {cells.Select(cell => (cell.Zone, cell.Country)).Distinct().Count()} zones"),
            new ChangeAnswer(null, null, [.. cells.Select(cell => new TransitionAnswer(cell.From, cell.To, cell.Zone, cell.Country, cell.FromClass, cell.ToClass, cell.Hectares))]));

        (int Year, MapSource Map) OfYear(int year, string option)
        {
            (int Year, MapSource Map)[] of = [.. maps.Where(map => map.Year == year)];
            return of.Length switch
            {
                0 => throw new ConfigurationException(option, string.Create(CultureInfo.InvariantCulture, $"is {year}, of which no map was given; use one of {string.Join(", ", maps.Select(map => map.Year).Distinct())}")),
                1 => of[0],
                _ => throw new ConfigurationException("maps", string.Create(CultureInfo.InvariantCulture, $"two maps are of {year} ({of[0].Map} and {of[1].Map}); join them first, for example with gdalbuildvrt")),
            };
        }
    }
}
