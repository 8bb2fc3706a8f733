using System.CommandLine;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Publishing;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>area MAP… --zones ZONES --class NAME=VALUE -o OUT</c>: area per map and zone.</summary>
internal static class AreaCommand
{
    internal static Command Create()
    {
        Argument<string[]> maps = CommonOptions.Paths("MAP", "Class maps, one or more a year; patterns with * are expanded.");
        var zones = new ZoneOptions();
        Option<string[]> counted = CommonOptions.Classes("The pixel values that count, as NAME=VALUE[,VALUE…].", required: true);
        var assessment = new Option<string?>("--assessment") { Description = "Points of known class, drawn at random, from which the 95% intervals are estimated; the field class holds a NAME." };
        Option<string?> output = new("--output", "-o") { Description = $"The table to write; the ending picks the format ({string.Join(' ', AreaTableWriter.Endings)}). Without it the table is printed.", HelpName = "OUT" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("area", "Area per map (year) and zone: true hectares, border pixels by exact share.\nExample: irrigationwatch area 'maps/*.tif' --zones countries.geojson --class irrigated=1 -o area.csv")
        {
            maps, counted, assessment, output, json,
        };
        var layers = new MapLayerOptions();
        zones.AddTo(command);
        layers.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string? file = parsed.GetValue(output);
            if (file is not null)
            {
                AreaTableWriter.CheckEnding(file);
            }

            ClassValues[] classes = [.. parsed.GetValue(counted)!.Select(ClassValues.Parse)];
            var values = new ClassValues(classes[0].Name, [.. classes.SelectMany(c => c.Values)]) { OtherNames = [.. classes.Skip(1).Select(c => c.Name)] };
            if (classes.Length > 1)
            {
                terminal.Error.WriteLine($"note: irrigated_ha is the sum of {string.Join(", ", classes.Select(one => one.Name))}");
            }

            ReferenceSample? sample = parsed.GetValue(assessment) is string reference ? ReferenceReader.Read(reference, zones.OfOthers(parsed, terminal)) : null;
            IReadOnlyList<MapSource> found = layers.Read(parsed, parsed.GetValue(maps)!, terminal);
            ResultIntegrity.MustBeWhole([.. found.Select(map => map.Path)]);
            AreaTable table = AreaCalculation.Compute(found, zones.Read(parsed, terminal), values, zones.File(parsed), zones.HasArea(parsed), cancel);
            table = sample is null ? table : AreaIntervals.Add(table, found, values, sample, cancel).Table;
            foreach (string warning in table.Warnings)
            {
                terminal.Error.WriteLine($"warning: {warning}");
            }

            if (file is not null)
            {
                AreaTableWriter.Write(file, table);
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, AreaAnswer.Of(table.Rows));
            }
            else if (file is null)
            {
                terminal.Output.Write(AreaCsv.ToText(table.Rows));
            }
            else
            {
                terminal.Output.WriteLine($"{file}: {table.Rows.Count} rows, {table.Zones.Count} zones, {table.Rows.Select(row => row.Year).Distinct().Count()} years");
            }

            return ExitCode.Done;
        });
    }
}
