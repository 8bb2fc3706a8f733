using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>run IRRIGATION.yaml</c>: the main job.</summary>
internal static class RunCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("IRRIGATION.yaml") { Description = "The configuration; 'irrigationwatch init' writes one." };
        var output = new Option<string?>("--output", "-o") { Description = "Output folder instead of the file's." };
        var allowSkipped = new Option<bool>("--allow-skipped") { Description = "Exit with 0 even when scenes had to be left out." };
        Option<bool> json = CommonOptions.Json();
        return new Command("run", "From scenes to areas, maps and tables, going on from where it stopped.\nExample: irrigationwatch run irrigation.yaml")
        {
            file, output, allowSkipped, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            RunConfiguration configuration = ConfigurationReader.Read(parsed.GetValue(file)!, parsed.GetValue(output), needsScenes: true);
            RunSummary summary;
            using (var progress = new ConsoleProgress(terminal))
            {
                summary = IrrigationRun.Execute(configuration, progress, cancel);
            }

            return Report(terminal, summary, summary.Output, parsed.GetValue(json), parsed.GetValue(allowSkipped));
        });
    }

    /// <summary>Prints what a run did, and gives the exit code.</summary>
    internal static int Report(Terminal terminal, RunSummary summary, string output, bool asJson, bool allowSkipped)
    {
        foreach (string warning in summary.Warnings)
        {
            terminal.Error.WriteLine($"warning: {warning}");
        }

        foreach (SkippedScene scene in summary.Skipped)
        {
            terminal.Error.WriteLine($"skipped: {scene.Path}: {scene.Cause}");
        }

        foreach (SkippedScene scene in summary.Superseded)
        {
            terminal.Error.WriteLine($"superseded: {scene.Path}: {scene.Cause}");
        }

        if (asJson)
        {
            Answer.Print(terminal, Describe(summary));
        }
        else
        {
            Print(terminal, summary, output);
        }

        return summary.Skipped.Count > 0 && !allowSkipped ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Print(Terminal terminal, RunSummary summary, string output)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        if (summary.Rows.Count > 0)
        {
            terminal.Output.WriteLine("year  zone                 country  irrigated ha   observed  scenes");
            foreach (AreaRow row in summary.Rows)
            {
                terminal.Output.WriteLine(string.Create(invariant, $"{row.Year}  {row.Zone,-20} {row.Country,-7} {row.IrrigatedHectares,13:#,0.0} {row.ObservedFraction,10:0.0%} {summary.ScenesByYear.GetValueOrDefault(row.Year),7}"));
            }

            terminal.Output.WriteLine();
        }

        string years = string.Join(", ", summary.ScenesByYear.Select(pair => string.Create(invariant, $"{pair.Key} ({pair.Value})")));
        terminal.Output.WriteLine($"scenes by year: {years}");
        if (!summary.Calendar.IsDefault)
        {
            terminal.Output.WriteLine(summary.Calendar.Describe(summary.ScenesByYear.Keys.Concat(summary.YearsWithoutScenes).First()));
        }

        if (summary.YearsWithoutScenes.Count > 0)
        {
            terminal.Output.WriteLine($"years without scenes: {string.Join(", ", summary.YearsWithoutScenes)}");
        }

        if (summary.Skipped.Count > 0)
        {
            terminal.Output.WriteLine(string.Create(invariant, $"scenes left out: {summary.Skipped.Count}, named above and in run.json"));
        }

        if (summary.Superseded.Count > 0)
        {
            terminal.Output.WriteLine(string.Create(invariant, $"copies and earlier processings not used: {summary.Superseded.Count}"));
        }

        string tiles = summary.TilesKept > 0 ? string.Create(invariant, $"; of their tiles {summary.TilesComputed} computed, {summary.TilesKept} taken over") : string.Empty;
        terminal.Output.WriteLine(string.Create(invariant, $"{summary.StepsDone.Count} steps done, {summary.StepsKept} were up to date{tiles}"));
        if (summary.Removed.Count > 0)
        {
            terminal.Output.WriteLine(string.Create(invariant, $"removed: {summary.Removed.Count} files of an earlier configuration ({string.Join(", ", summary.Removed.Take(3))}{(summary.Removed.Count > 3 ? "…" : string.Empty)})"));
        }

        terminal.Output.WriteLine($"{output}: {string.Join(", ", summary.Files.Where(name => !name.Contains('/', StringComparison.Ordinal)))}{(summary.Files.Any(name => name.StartsWith("charts/", StringComparison.Ordinal)) ? ", charts/*.png" : string.Empty)}, years/*/*.tif");
    }

    private static RunAnswer Describe(RunSummary summary) => new(
        summary.Grid,
        summary.ScenesByYear.ToDictionary(year => year.Key.ToString(CultureInfo.InvariantCulture), year => year.Value),
        [.. summary.YearsWithoutScenes],
        SkippedAnswer.Of(summary.Skipped),
        SkippedAnswer.Of(summary.Superseded),
        summary.TilesComputed,
        summary.TilesKept,
        [.. summary.Warnings],
        [.. summary.StepsDone],
        summary.StepsKept,
        AreaAnswer.Of(summary.Rows),
        summary.Calendar.StartText,
        summary.Calendar.IsNamedByStart ? "start" : "end",
        [.. summary.Files],
        [.. summary.Removed]);
}
