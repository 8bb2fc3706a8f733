using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>change AREA.csv</c>: trend, gain and loss per zone.</summary>
internal static class ChangeCommand
{
    internal static Command Create()
    {
        var table = new Argument<string>("AREA.csv") { Description = "A table that 'area' or 'run' wrote." };
        Option<double> least = CommonOptions.LeastObserved("Years in which a smaller share of a zone was observed are left out.");
        Option<string?> output = new("--output", "-o") { Description = "The CSV to write; without it the table is printed.", HelpName = "OUT" };
        return new Command("change", "Trend per zone: Mann-Kendall, Sen's slope with its 95% interval, breaks, gain and loss.\nExample: irrigationwatch change out/area.csv -o change.csv") { table, least, output }
            .WithAction((parsed, _) =>
            {
                double share = CommonOptions.ShareOf(parsed, least);
                IReadOnlyList<ZoneChange> changes = ZoneChange.Of(AreaCsv.Read(parsed.GetValue(table)!), share);
                foreach (ZoneChange change in changes.Where(change => change.LeftOut.Count > 0))
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: {change.Zone}: less than {share:0%} was observed in {string.Join(", ", change.LeftOut)}, left out"));
                }

                if (parsed.GetValue(output) is string file)
                {
                    ChangeCsv.Write(file, changes);
                    Console.WriteLine($"{file}: {changes.Count} zones");
                }
                else
                {
                    Console.Write(ChangeCsv.ToText(changes));
                }

                return ExitCode.Done;
            });
    }
}
