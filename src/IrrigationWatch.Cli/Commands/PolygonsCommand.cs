using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>polygons MAP --class irrigated=1 -o OUT</c>: the land of some classes as polygons.</summary>
internal static class PolygonsCommand
{
    internal static Command Create()
    {
        Argument<string[]> maps = CommonOptions.Paths("MAP", "Class maps of one year or more; patterns with * are expanded.");
        Option<string[]> classes = CommonOptions.Classes("The classes that are traced, as NAME=VALUE[,VALUE…]; each is a kind of polygon.", required: true);
        var zones = new ZoneOptions();
        var probability = new Option<string?>("--probability") { Description = "A map of probability on the same grid, of which polygons get the mean; for one map." };
        var simplify = new Option<double>("--simplify") { Description = "Most units of the maps' CRS by which outlines may be moved; areas stay those of the pixels.", DefaultValueFactory = _ => 0 };
        Option<string> output = CommonOptions.Output($"The file to write; the ending picks the format ({string.Join(' ', LandPolygonFile.Endings)}).");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("polygons", "Land of some classes as polygons, cut at the borders of zones, with true hectares counted from pixels.\nExample: irrigationwatch polygons out/years/2010/irrigated.tif --class irrigated=1 --zones zones.geojson -o irrigated-2010.geojson") { maps, classes, probability, simplify, output, json };
        var layers = new MapLayerOptions();
        zones.AddTo(command);
        layers.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string file = parsed.GetValue(output)!;
            LandPolygonFile.CheckEnding(file);
            double most = CommonOptions.NotNegative(parsed, simplify);
            IReadOnlyList<MapSource> found = layers.Read(parsed, parsed.GetValue(maps)!, terminal);
            ResultIntegrity.MustBeWhole([.. found.Select(map => map.Path)]);
            string? chances = parsed.GetValue(probability);
            if (chances is not null && found.Count > 1)
            {
                throw new ConfigurationException("--probability", "belongs to one map; give one map at a time with it");
            }

            IReadOnlyList<Zone> all = zones.ReadIfGiven(parsed, terminal);
            var polygons = new List<LandPolygon>();
            foreach (MapSource map in found.OrderBy(map => map.Year))
            {
                LandPolygons.Trace(map, CommonOptions.ClassesOf(parsed, classes), all, chances is null ? null : new RasterLayer(chances), most, polygons.Add, cancel);
            }

            CommonOptions.WarnOfAbsent(parsed, classes, polygons.Select(polygon => polygon.Kind), terminal);
            LandPolygonFile.Write(file, polygons);
            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new PolygonsAnswer(file, polygons.Count, polygons.Sum(polygon => polygon.Hectares)));
                return ExitCode.Done;
            }

            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {polygons.Count} polygons, {polygons.Sum(polygon => polygon.Hectares):0.000} ha"));
            return ExitCode.Done;
        });
    }
}
