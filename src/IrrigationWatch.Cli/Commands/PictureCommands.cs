using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>chart AREA.csv</c>, <c>map MAP.tif</c> and <c>quicklook SCENE</c>: pictures of tables, maps and scenes.</summary>
internal static class PictureCommands
{
    internal static Command CreateChart()
    {
        var table = new Argument<string>("AREA.csv") { Description = "An area table." };
        var title = new Option<string>("--title") { Description = "What the chart is of.", DefaultValueFactory = _ => string.Empty };
        var source = new Option<string>("--source") { Description = "A line below the chart.", DefaultValueFactory = _ => string.Empty };
        var heading = new Option<string?>("--heading") { Description = "What is written above the chart." };
        Option<double> least = CommonOptions.LeastObserved("Years in which a smaller share of a zone was observed are drawn hollow.");
        Option<string> language = CommonOptions.Language();
        Option<bool> json = CommonOptions.Json();
        Option<string> output = CommonOptions.Output("The PNG or SVG to write.");
        return new Command("chart", "A chart of area per year and zone.\nExample: irrigationwatch chart area.csv --title 'Ili corridor' -o area.png") { table, title, source, heading, least, language, output, json }
            .WithAction((parsed, terminal, _) =>
            {
                ResultIntegrity.MustBeWhole(parsed.GetValue(table)!);
                AreaChart.Write(parsed.GetValue(output)!, AreaCsv.Read(parsed.GetValue(table)!), new ChartOptions
                {
                    Title = parsed.GetValue(title)!,
                    Source = parsed.GetValue(source)!,
                    Heading = parsed.GetValue(heading),
                    LeastObserved = CommonOptions.ShareOf(parsed, least),
                    Texts = CommonOptions.TextsOf(parsed.GetValue(language)!),
                });
                return Say(terminal, parsed.GetValue(output)!, parsed.GetValue(json));
            });
    }

    internal static Command CreateMap()
    {
        var map = new Argument<string>("MAP.tif") { Description = "A class map." };
        var zones = new ZoneOptions("Polygons whose outlines are drawn; the picture is cut to where they are, in any vector format of GDAL.");
        Option<string[]> classes = CommonOptions.Classes("Names of pixel values, as NAME=VALUE[,VALUE…].");
        var waters = new Option<string?>("--waters") { Description = "Lakes and rivers that are drawn." };
        Option<string> language = CommonOptions.Language();
        var title = new Option<string>("--title") { Description = "What the map is of.", DefaultValueFactory = _ => string.Empty };
        var source = new Option<string>("--source") { Description = "A line below the map.", DefaultValueFactory = _ => string.Empty };
        Option<bool> json = CommonOptions.Json();
        Option<string> output = CommonOptions.Output("The PNG or SVG to write.");
        var command = new Command("map", "A picture of a class map with legend, scale and borders.\nExample: irrigationwatch map irrigated-2010.tif --zones countries.geojson -o irrigated-2010.png") { map, classes, waters, title, source, language, output, json };
        var layers = new MapLayerOptions();
        zones.AddTo(command);
        layers.AddTo(command, takesSeveral: false);
        return command.WithAction((parsed, terminal, _) =>
            {
                IReadOnlyList<ClassValues> named = CommonOptions.ClassesOf(parsed, classes);
                MapSource shown = layers.ReadOne(parsed, parsed.GetValue(map)!, terminal);
                ResultIntegrity.MustBeWhole(shown.Path);
                using (OpenClassMap open = OpenClassMap.Open(shown))
                {
                    open.MustHold(named);
                }

                MapPicture.Write(parsed.GetValue(output)!, shown, new MapOptions
                {
                    Title = parsed.GetValue(title)!,
                    Source = parsed.GetValue(source)!,
                    Names = named.Count == 0 ? null : ClassValues.NamesOf(named),
                    Zones = zones.ReadIfGiven(parsed, terminal),
                    Waters = parsed.GetValue(waters) is string lakes ? Water.Read(lakes, options: zones.OfOthers(parsed, terminal)) : [],
                    Texts = CommonOptions.TextsOf(parsed.GetValue(language)!),
                });
                return Say(terminal, parsed.GetValue(output)!, parsed.GetValue(json));
            });
    }

    internal static Command CreateQuickLook()
    {
        var scene = new Argument<string>("SCENE") { Description = "A product: folder, .tar, .zip, .tar.gz, MTL file, STAC item or an address." };
        var colors = new Option<string>("--colors") { Description = "false (short-wave infrared, near infrared, red: crops in green), true (as the eye sees) or infrared (plants in red).", DefaultValueFactory = _ => "false" };
        var zones = new ZoneOptions("Polygons whose outlines are drawn; the picture is cut to where they are, in any vector format of GDAL.");
        var waters = new Option<string?>("--waters") { Description = "Lakes and rivers that are drawn." };
        Option<string?> stack = CommonOptions.Stack();
        Option<string> language = CommonOptions.Language();
        Option<bool> json = CommonOptions.Json();
        Option<string> output = CommonOptions.Output("The PNG or SVG to write.");
        var command = new Command("quicklook", "A picture of a scene in true or false colours, with scale and graticule; equal colours are equal reflectance in all scenes.\nExample: irrigationwatch quicklook scene.tar --colors false -o scene.png") { scene, colors, waters, stack, language, output, json };
        zones.AddTo(command);
        return command.WithAction((parsed, terminal, _) =>
            {
                BandCombination combination = EnumName.Find<BandCombination>(parsed.GetValue(colors))
                    ?? throw new ConfigurationException("--colors", $"'{parsed.GetValue(colors)}' is no combination of bands; use {string.Join(", ", Enum.GetNames<BandCombination>()).ToLowerInvariant()}");
                Texts texts = CommonOptions.TextsOf(parsed.GetValue(language)!);
                using Scene opened = SceneReader.Open(parsed.GetValue(scene)!, null, CommonOptions.ReadStack(parsed, stack));
                uint[] chips = [0xFFD62728, 0xFF2CA02C, 0xFF1F5FD0];
                string cover = opened.CloudCover is double percent ? string.Create(CultureInfo.InvariantCulture, $" · {texts["cloud cover"]} {percent:0.#}%") : string.Empty;
                MapPicture.WriteColors(
                    parsed.GetValue(output)!,
                    opened.Grid,
                    (window, width, height) => QuickLook.Read(opened, combination, window, width, height),
                    [.. QuickLook.BandsOf(combination).Select((band, i) => (chips[i], string.Create(CultureInfo.InvariantCulture, $"{texts[$"band {band.Role.Name()}"]}, 0–{band.Brightest:0.##}")))],
                    new MapOptions
                    {
                        Heading = opened.Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        Title = opened.Id.Text,
                        Source = $"{texts[opened.Id.IsLevel2 ? "surface reflectance" : "top reflectance"]}{cover}",
                        Zones = zones.ReadIfGiven(parsed, terminal),
                        Waters = parsed.GetValue(waters) is string lakes ? Water.Read(lakes, options: zones.OfOthers(parsed, terminal)) : [],
                        Texts = texts,
                    });
                return Say(terminal, parsed.GetValue(output)!, parsed.GetValue(json));
            });
    }

    private static int Say(Terminal terminal, string file, bool asJson)
    {
        if (asJson)
        {
            Answer.Print(terminal, new PictureAnswer(file));
        }
        else
        {
            terminal.Output.WriteLine(file);
        }

        return ExitCode.Done;
    }
}
