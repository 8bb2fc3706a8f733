using System.CommandLine;
using System.Globalization;

namespace IrrigationWatch.Simulator;

/// <summary>Makes simulated corridors and compares runs with their truth.</summary>
internal static class Program
{
    internal static int Main(string[] args)
    {
        var folder = new Option<string>("--output", "-o") { Description = "Folder to write.", Required = true };
        var years = new Option<string>("--years") { Description = "Years, as 2009-2014.", DefaultValueFactory = _ => "2009-2014" };
        var seed = new Option<long>("--seed") { Description = "Seed of land, weather and noise.", DefaultValueFactory = _ => 1 };
        var size = new Option<string>("--size") { Description = "Pixels, as 480x400.", DefaultValueFactory = _ => "480x400" };
        var countries = new Option<string>("--countries") { Description = "Polygons of Kazakhstan and China with the field iso.", DefaultValueFactory = _ => Path.Combine("data-samples", "zones", "countries.geojson") };
        var perClass = new Option<int?>("--labels-per-class") { Description = "Labels of each class; without it as many as its share of the land." };
        var make = new Command("make", "Writes products, labels, zones, configuration and truth.") { folder, years, seed, size, countries, perClass };
        make.SetAction(parsed => Guard(() =>
        {
            int[] span = Numbers(parsed.GetValue(years)!, '-', "--years");
            int[] pixels = Numbers(parsed.GetValue(size)!, 'x', "--size");
            Corridor.Make(parsed.GetValue(folder)!, span[0], span[1], parsed.GetValue(seed), pixels[0], pixels[1], parsed.GetValue(countries)!, Console.Error.WriteLine, parsed.GetValue(perClass));
        }));
        var corridor = new Argument<string>("CORRIDOR") { Description = "Folder written by make." };
        var output = new Argument<string>("OUT") { Description = "Output folder of a run." };
        var json = new Option<string?>("--json") { Description = "Also write the comparison as JSON to this file." };
        var evaluate = new Command("evaluate", "Compares a run with the truth.") { corridor, output, json };
        evaluate.SetAction(parsed => Guard(() =>
        {
            Evaluation evaluation = Evaluation.Of(parsed.GetValue(corridor)!, parsed.GetValue(output)!);
            evaluation.Print(Console.Out);
            if (parsed.GetValue(json) is string file)
            {
                File.WriteAllText(file, evaluation.ToJson());
            }
        }));
        var points = new Argument<string>("POINTS") { Description = "GeoJSON that 'irrigationwatch sample' wrote." };
        var answer = new Command("answer", "Writes the true classes into a sample.") { corridor, points };
        answer.SetAction(parsed => Guard(() => Console.WriteLine($"{Surveyor.Answer(parsed.GetValue(corridor)!, parsed.GetValue(points)!)} points answered")));
        var year = new Option<int>("--year") { Description = "Year of the map.", Required = true };
        var times = new Option<int>("--times") { Description = "How many assessments.", DefaultValueFactory = _ => 1000 };
        var size2 = new Option<int>("--points") { Description = "Points of each.", DefaultValueFactory = _ => 500 };
        var bands = new Option<double[]>("--bands") { Description = "Bounds between bands of probability that are the strata; without them the classes are.", AllowMultipleArgumentsPerToken = true };
        var resample = new Command("resample", "Assesses the map of a year many times by samples of their own, and counts how often the intervals hold the truth.") { corridor, output, year, times, size2, bands, json };
        resample.SetAction(parsed => Guard(() =>
        {
            Coverage coverage = Surveyor.Resample(parsed.GetValue(corridor)!, parsed.GetValue(output)!, parsed.GetValue(year), parsed.GetValue(size2), parsed.GetValue(times), parsed.GetValue(bands) ?? []);
            coverage.Print(Console.Out);
            if (parsed.GetValue(json) is string file)
            {
                File.WriteAllText(file, System.Text.Json.JsonSerializer.Serialize(coverage));
            }
        }));
        var results = new Argument<string>("FOLDER") { Description = "Folder of results that tools/accuracy gathered." };
        var report = new Command("report", "Writes the accuracy report from gathered results.") { results, folder };
        report.SetAction(parsed => Guard(() => AccuracyReport.Write(parsed.GetValue(results)!, parsed.GetValue(folder)!)));
        return new RootCommand("Simulated Landsat products of the Ili corridor with known truth.") { make, evaluate, answer, resample, report }.Parse(args).Invoke();
    }

    private static int[] Numbers(string text, char separator, string option)
    {
        string[] parts = text.Split(separator);
        return parts.Length == 2 && parts.All(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? [.. parts.Select(part => int.Parse(part, CultureInfo.InvariantCulture))]
            : throw new ConfigurationException(option, $"'{text}' is not two numbers with '{separator}' between them");
    }

    private static int Guard(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception e) when (e is InputException or Gdal.GdalException or IOException)
        {
            Console.Error.WriteLine("error: " + e.Message);
            return e is ConfigurationException ? 2 : 1;
        }
    }
}
