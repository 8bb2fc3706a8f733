using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Landsat;
using IrrigationWatch.Workflow;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>catalogue add</c>, <c>list</c> and <c>verify</c>: an index of the scenes of an archive.</summary>
internal static class CatalogueCommand
{
    internal static Command Create() => new("catalogue", "An index of the scenes of an archive: what is there, from when, from where, and whether it is whole.")
    {
        CreateAdd(), CreateList(), CreateVerify(),
    };

    private static Option<string> File() => new("--catalogue", "-c") { Description = "The catalogue.", DefaultValueFactory = _ => Catalogue.DefaultFile, HelpName = "FILE" };

    private static Command CreateAdd()
    {
        Argument<string[]> paths = CommonOptions.Paths("PATH", "Folders, archives, patterns, addresses and STAC documents.");
        Option<string> file = File();
        Option<string?> stack = CommonOptions.Stack();
        Option<bool> json = CommonOptions.Json();
        var allowSkipped = new Option<bool>("--allow-skipped") { Description = "Exit with 0 even when products cannot be used." };
        return new Command("add", "Adds products; those that are known and have not changed are not opened again. No pixels are read.\nExample: irrigationwatch catalogue add archive/ --catalogue ili.db")
        {
            paths, file, stack, json, allowSkipped,
        }.WithAction((parsed, terminal, cancel) =>
        {
            StackDescription? description = CommonOptions.ReadStack(parsed, stack);
            using var scratch = new ScratchSpace();
            using Catalogue catalogue = Open(parsed.GetValue(file)!, create: true);
            string[] roots = parsed.GetValue(paths)!;
            IReadOnlyList<SceneSource> sources = description is null ? SceneDiscovery.Find(roots) : SceneDiscovery.Find(roots, description, scratch);
            IntakeSummary summary;
            using (var progress = new ConsoleProgress(terminal, "catalogue"))
            {
                summary = SceneIntake.Take(sources, catalogue, scratch, progress, cancel);
            }

            foreach (SkippedScene damaged in summary.Damaged)
            {
                terminal.Error.WriteLine($"skipped: {damaged.Path}: {damaged.Cause}");
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new CatalogueAddAnswer(Path.GetFullPath(parsed.GetValue(file)!), sources.Count, summary.Added, summary.Changed, summary.Unchanged, SkippedAnswer.Of(summary.Damaged)));
            }
            else
            {
                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(file)}: {summary.Added} added, {summary.Changed} changed, {summary.Unchanged} as they were; {summary.Damaged.Count} of {sources.Count} cannot be used"));
            }

            return summary.Damaged.Count > 0 && !parsed.GetValue(allowSkipped) ? ExitCode.Failed : ExitCode.Done;
        });
    }

    private static Command CreateList()
    {
        Option<string> file = File();
        Option<bool> json = CommonOptions.Json();
        Filters filters = new();
        var command = new Command("list", "Lists products, with filters.\nExample: irrigationwatch catalogue list --from 2010-05-01 --to 2010-09-30 --path 149 --max-cloud 30 --area corridor.geojson") { file, json };
        filters.AddTo(command);
        return command.WithAction((parsed, terminal, _) =>
        {
            using Catalogue catalogue = Open(parsed.GetValue(file)!, create: false);
            IReadOnlyList<SceneRecord> records = filters.Read(parsed, terminal).Select(catalogue.All());
            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, records.Select(Describe).ToArray());
            }
            else
            {
                Print(terminal, records);
            }

            return ExitCode.Done;
        });
    }

    private static Command CreateVerify()
    {
        Option<string> file = File();
        Option<bool> json = CommonOptions.Json();
        Filters filters = new();
        var fresh = new Option<bool>("--unverified") { Description = "Only products that were not verified since they changed." };
        var command = new Command("verify", "Reads every block of every raster and names the damaged files; products with a damaged band are left out of later runs until they change.\nExample: irrigationwatch catalogue verify --unverified") { file, json, fresh };
        filters.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            using Catalogue catalogue = Open(parsed.GetValue(file)!, create: false);
            IReadOnlyList<SceneRecord> records = [.. filters.Read(parsed, terminal).Select(catalogue.All()).Where(record => !parsed.GetValue(fresh) || record.Verified is null)];
            VerificationSummary summary;
            using (var progress = new ConsoleProgress(terminal, "verify"))
            using (var scratch = new ScratchSpace())
            {
                summary = CatalogueVerification.Run(records, catalogue, scratch, TimeProvider.System, progress, cancel);
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new VerifyAnswer(summary.Whole, [.. summary.Damages.Select(damage => new DamageAnswer(damage.Scene.Path, damage.Damage.File, damage.Damage.Cause, damage.Damage.IsUsed))]));
            }
            else
            {
                foreach ((SceneRecord scene, FileDamage damage) in summary.Damages)
                {
                    terminal.Output.WriteLine($"damaged: {scene.Path}: {damage.File}: {damage.Cause}{(damage.IsUsed ? string.Empty : " (not used here)")}");
                }

                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Whole} of {records.Count} products are whole, {summary.Damages.Select(damage => damage.Scene.Path).Distinct().Count()} are damaged"));
            }

            return summary.Damages.Count > 0 ? ExitCode.Failed : ExitCode.Done;
        });
    }

    private static Catalogue Open(string file, bool create) =>
        create || System.IO.File.Exists(file)
            ? Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))) ? new Catalogue(file) : throw new InputException(file, "lies in a folder that does not exist; make it first")
            : throw new InputException(file, "there is no such catalogue; make one with 'irrigationwatch catalogue add', or name it with --catalogue");

    private static CataloguedAnswer Describe(SceneRecord record)
    {
        (double West, double South, double East, double North)? bounds = record.Grid?.GeographicBounds();
        return new CataloguedAnswer(
            record.Path,
            record.Id?.Text,
            record.Id?.Platform(),
            record.Id?.Instrument,
            record.Id?.Level,
            record.Id is { Tier.Length: > 0 } ? record.Id.Tier : null,
            record.Id is null ? null : record.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            record.Id?.Path,
            record.Id?.Row,
            record.Id is { Tile.Length: > 0 } ? record.Id.Tile : null,
            record.CloudCover,
            record.Id is null ? null : record.HasQa,
            record.Grid?.Crs,
            bounds is var (west, south, east, north) ? [west, south, east, north] : null,
            record.Stack?.Name,
            record.Fingerprint.Length == 0 ? null : record.Fingerprint,
            record.Verified?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            record.Error);
    }

    private static void Print(Terminal terminal, IReadOnlyList<SceneRecord> records)
    {
        terminal.Output.WriteLine("acquired    platform   sensor    level tier  tile      cloud  qa   product or file");
        foreach (SceneRecord record in records)
        {
            string name = record.Id?.Text ?? record.Path;
            terminal.Output.WriteLine(record.Id is ProductId id
                ? string.Create(CultureInfo.InvariantCulture, $"{id.Acquired:yyyy-MM-dd}  {id.Platform(),-9}  {id.Instrument,-8}  {id.Level,-5} {id.Tier,-4}  {id.Tile,-8} {(record.CloudCover is double cloud ? cloud.ToString("0.0", CultureInfo.InvariantCulture) : "?"),6}  {(record.HasQa ? "yes" : "no"),-3}  {name}{(record.Error is null ? string.Empty : $"  DAMAGED: {record.Error}")}")
                : $"DAMAGED     {name}: {record.Error}");
        }

        terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records.Count} products"));
    }

    /// <summary>The options by which products are chosen.</summary>
    private sealed class Filters
    {
        private readonly Option<string?> from = new("--from") { Description = "First day, YYYY-MM-DD.", HelpName = "DAY" };
        private readonly Option<string?> to = new("--to") { Description = "Last day, YYYY-MM-DD.", HelpName = "DAY" };
        private readonly Option<int?> path = new("--path") { Description = "WRS-2 path." };
        private readonly Option<int?> row = new("--row") { Description = "WRS-2 row." };
        private readonly Option<string?> sensor = new("--sensor") { Description = "tm, etm+ or oli; or a platform such as landsat-7.", HelpName = "NAME" };
        private readonly Option<int?> level = new("--level") { Description = "1 or 2." };
        private readonly Option<double?> cloud = new("--max-cloud") { Description = "Most cloud cover in percent.", HelpName = "PERCENT" };
        private readonly Option<string?> area = new("--area") { Description = "A vector file, or WEST,SOUTH,EAST,NORTH in degrees, that the product touches.", HelpName = "AREA" };
        private readonly Option<bool> damaged = new("--damaged") { Description = "Only products that cannot be used." };

        private readonly VectorInput vectors = new("area");

        internal void AddTo(Command command)
        {
            foreach (Option option in new Option[] { from, to, path, row, sensor, level, cloud, area, damaged })
            {
                command.Options.Add(option);
            }

            vectors.AddTo(command);
        }

        internal CatalogueQuery Read(ParseResult parsed, Terminal terminal)
        {
            string? name = parsed.GetValue(sensor)?.ToLowerInvariant();
            Sensor? instrument = name switch { "tm" => Sensor.Tm, "etm+" or "etm" => Sensor.EtmPlus, "oli" => Sensor.Oli, _ => null };
            int? satellite = name is not null && name.StartsWith("landsat", StringComparison.Ordinal) && name[^1] is >= '4' and <= '9' ? name[^1] - '0' : null;
            if (name is not null && instrument is null && satellite is null)
            {
                throw new ConfigurationException("--sensor", $"'{name}' is no sensor; use tm, etm+, oli, or a platform such as landsat-7");
            }

            return new CatalogueQuery
            {
                From = Day(parsed, from),
                To = Day(parsed, to),
                Path = parsed.GetValue(path),
                Row = parsed.GetValue(row),
                Sensor = instrument,
                Satellite = satellite,
                Level = parsed.GetValue(level) is null or 1 or 2 ? parsed.GetValue(level) : throw new ConfigurationException("--level", "must be 1 or 2"),
                MaximumCloud = parsed.GetValue(cloud),
                Area = parsed.GetValue(area) is string place ? Place(place, vectors.Of(parsed, terminal)) : null,
                Damaged = parsed.GetValue(damaged) ? true : null,
            };
        }

        private static DateOnly? Day(ParseResult parsed, Option<string?> option) =>
            parsed.GetValue(option) is not string text ? null
            : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day
            : throw new ConfigurationException(option.Name, $"'{text}' is no day; write YYYY-MM-DD");

        private static Geometry Place(string text, VectorOptions options)
        {
            string[] parts = text.Split(',');
            double[] edges = new double[4];
            for (int i = 0; i < 4; i++)
            {
                if (parts.Length != 4 || !double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out edges[i]))
                {
                    return ZoneReader.ReadAreaOfInterest(text, options);
                }
            }

            return edges[0] < edges[2] && edges[1] < edges[3]
                ? new GeometryFactory().ToGeometry(new Envelope(edges[0], edges[2], edges[1], edges[3]))
                : throw new ConfigurationException("--area", $"'{text}' is empty; write WEST,SOUTH,EAST,NORTH in degrees");
        }
    }
}
