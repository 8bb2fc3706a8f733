using System.Globalization;
using System.Text;
using System.Text.Json;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Simulator;

/// <summary>Puts docs/accuracy.md together from the results that tools/accuracy gathered.</summary>
internal static class AccuracyReport
{
    private static readonly int[] SampleSizes = [500, 1000, 2000];
    private static readonly string[] Trainers = ["fastforest", "lightgbm", "lightgbm-searched"];
    private static readonly string[] FoldSeeds = ["1984", "1", "2", "3", "4"];

    internal static void Write(string folder, string output)
    {
        var text = new StringBuilder("""
            # Accuracy

            Made by `./tools/accuracy`, which also says what is simulated and what is real. Simulated land is kinder than real land (docs/simulator.md): these
            figures show that the program does what it says, and are upper bounds of what it will do in the field.


            """);
        text.Append("## Simulated corridors\n\nSeeds that were not used in development, three years each, 300 labels of each of five classes. \"Weak\" is the run without any label.\n\n");
        text.Append("| seed | years | overall accuracy | F1 of irrigated | reeds taken for irrigated | weak: irrigated or not | weak: F1 of irrigated | spatial folds | whole years left out | sensors left out |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        string[] seeds = [.. Directory.GetFiles(folder, "evaluation-*.json").Select(file => Path.GetFileNameWithoutExtension(file)["evaluation-".Length..]).Order(StringComparer.Ordinal)];
        foreach (string seed in seeds)
        {
            JsonElement run = Read(folder, $"evaluation-{seed}.json");
            JsonElement weak = Read(folder, $"weak-{seed}.json");
            JsonElement card = Read(folder, $"card-{seed}.json");
            int[] years = [.. run.GetProperty("Areas").EnumerateArray().Select(area => area.GetProperty("Year").GetInt32())];
            text.Append(CultureInfo.InvariantCulture, $"| {seed} | {years.Min()}–{years.Max()} | {Number(run, "Accuracy", 3)} | {Number(run, "IrrigatedF1", 3)} | {100 * run.GetProperty("ReedsTakenForIrrigated").GetDouble():0.0}% | {Number(weak, "BinaryAccuracy", 3)} | {Number(weak, "IrrigatedF1", 3)} | {Fold(card, "blocks")} | {Fold(card, "by_years")} | {Fold(card, "by_sensors")} |\n");
        }

        text.Append("\n### Areas and their intervals\n\nOne year of each corridor, assessed 1000 times by other random points (strata the classes of the map, at least 50 points a class, a tenth of the points where these are few). Truth is the irrigated area of the observed land at 10 m. Where a zone has so few wrong points that a sample holds about three of them or less, no rule can hold in just 95 of 100: leaving out the samples without one is too few, keeping them too many.\n\n");
        text.Append("| seed | points | place | true ha | mapped | mean of the adjusted areas | half width of the 95% interval | intervals that hold the truth | ± 1.96 standard errors alone |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach ((string seed, int points) in seeds.SelectMany(seed => SampleSizes.Select(points => (seed, points))))
        {
            JsonElement coverage = Read(folder, $"coverage-{seed}-{points.ToString(CultureInfo.InvariantCulture)}.json");
            for (int i = 0; i < coverage.GetProperty("Places").GetArrayLength(); i++)
            {
                double truth = At("True", i);
                text.Append(CultureInfo.InvariantCulture, $"| {seed} | {points} | {coverage.GetProperty("Places")[i].GetString()} | {truth:0} | {Percent(At("Mapped", i) / truth - 1)} | {Percent(At("Mean", i) / truth - 1)} | {At("Margin", i):0.0%} | {At("Held", i):0.0%} | {At("Symmetric", i):0.0%} |\n");
            }

            double At(string name, int i) => coverage.GetProperty(name)[i].GetDouble();
        }

        text.Append("\n### Beside scikit-learn\n\nThe same samples, features and spatial folds (`tests/peers/folds.py`): F1 of irrigated; on the labelled scene the mean of five ways to share polygons out to folds.\n\n| samples | this | random forest, 500 trees | histogram gradient boosting |\n| --- | --- | --- | --- |\n");
        foreach (string seed in seeds)
        {
            Peers("corridor " + seed, [$"peers-corridor {seed}.json"]);
        }

        foreach (string trainer in Trainers)
        {
            Peers("labelled scene (cleared), " + trainer, [.. FoldSeeds.Select(seed => $"peers-labelled scene (cleared), {trainer}-{seed}.json")]);
        }

        if (File.Exists(Path.Combine(folder, $"labelled-{Trainers[0]}-{FoldSeeds[0]}.json")))
        {
            text.Append("\n## A real scene with real labels\n\nLandsat 5 of 1988-08-14 with 36 digitised polygons of four classes (RStoolbox; see the shared data's PROVENANCE.md), given as a stack of bytes; at most 40 pixels of a polygon, whole polygons left out. Features: medians of five indices and of six bands. The mean of five ways to share polygons out to folds, and the least and the most of them.\n\n| trainer | overall accuracy | of the five | random split |\n| --- | --- | --- | --- |\n");
            foreach (string trainer in Trainers)
            {
                JsonElement[] cards = [.. FoldSeeds.Select(seed => Read(folder, $"labelled-{trainer}-{seed}.json"))];
                double[] blocks = [.. cards.Select(card => card.GetProperty("cross_validation_by_blocks").GetProperty("overall_accuracy").GetDouble())];
                text.Append(CultureInfo.InvariantCulture, $"| {trainer} | {blocks.Average():0.000} | {blocks.Min():0.000} to {blocks.Max():0.000} | {cards.Average(card => card.GetProperty("cross_validation_at_random").GetProperty("overall_accuracy").GetDouble()):0.000} |\n");
            }
        }

        text.Append("\n## A real record\n\n`tools/demo` runs the 447 scenes of p035r032 (1984–2013), a forest in Colorado of which a part was cleared in 1999, to a yearly series.\n\n![Cleared forest by year](gallery/real-record.png)\n");
        AtomicFile.WriteText(output, text.ToString());

        void Peers(string name, string[] files)
        {
            JsonElement[] found = [.. files.Where(file => File.Exists(Path.Combine(folder, file))).Select(file => Read(folder, file))];
            if (found.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {found.Average(one => one.GetProperty("ours").GetDouble()):0.000} | {found.Average(one => one.GetProperty("forest").GetDouble()):0.000} | {found.Average(one => one.GetProperty("boosting").GetDouble()):0.000} |\n");
            }
        }
    }

    private static JsonElement Read(string folder, string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name)));
        return document.RootElement.Clone();
    }

    private static string Number(JsonElement element, string name, int digits) =>
        element.GetProperty(name).GetDouble().ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Percent(double share) => Math.Abs(share) < 0.0005 ? "0.0%" : share.ToString("+0.0%;-0.0%", CultureInfo.InvariantCulture);

    private static string Fold(JsonElement card, string name) =>
        card.TryGetProperty(name == "blocks" ? "cross_validation_by_blocks" : "cross_validation_" + name, out JsonElement validation) && validation.ValueKind == JsonValueKind.Object ? Number(validation, "overall_accuracy", 3) : "–";
}
