using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>sample</c> and <c>assess</c>: where to look, and how good a map is.</summary>
internal static class AssessmentCommands
{
    internal static Command CreateSample()
    {
        var map = new Option<string>("--map") { Description = "The class map.", Required = true };
        var points = new Option<int>("--points") { Description = "Points in all.", Required = true };
        Option<string[]> classes = CommonOptions.Classes("The classes that make strata, as NAME=VALUE[,VALUE…]; what is left over is one more. Without it each class of the map is a stratum.");
        var probability = new Option<string?>("--probability") { Description = "The probability raster that was written with the map." };
        var bands = new Option<string?>("--bands") { Description = "Bounds between bands of probability that make strata, as 0.1,0.5,0.9." };
        var zones = new Option<string?>("--zones") { Description = "Zones of which each makes its own strata." };
        var zoneName = new Option<string>("--zone-name") { Description = "Field of the zones' names.", DefaultValueFactory = _ => "name" };
        var allocation = new Option<string>("--allocation") { Description = "proportional to area, equal, or neyman.", DefaultValueFactory = _ => "proportional" };
        var expect = new Option<string[]>("--expect") { Description = "Expected user's accuracy of a class for neyman, as NAME=0.9; taken from --probability where it is not given.", HelpName = "NAME=SHARE" };
        var minimum = new Option<int>("--minimum") { Description = "Fewest points of a stratum.", DefaultValueFactory = _ => 30 };
        var seed = new Option<int>("--seed") { Description = "Seed of the draw.", DefaultValueFactory = _ => 1984 };
        Option<bool> json = CommonOptions.Json();
        Option<string> output = CommonOptions.Output($"The points to write ({string.Join(' ', PointSampleWriter.Endings)}).");
        var layers = new MapLayerOptions();
        var vectors = new VectorInput("zones");
        var command = new Command("sample", "Draws a stratified random sample of a class map, to be labelled and given to 'assess'.\nExample: irrigationwatch sample --map out/years/2010/irrigated.tif --points 500 --minimum 50 -o points-2010.geojson")
        {
            map, points, classes, probability, bands, zones, zoneName, allocation, expect, minimum, seed, output, json,
        };
        layers.AddTo(command, takesSeveral: false);
        vectors.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string file = parsed.GetValue(output)!;
            PointSampleWriter.CheckEnding(file);
            string rule = parsed.GetValue(allocation)!;
            if (EnumName.Find<Allocation>(rule) is not Allocation shared)
            {
                throw new ConfigurationException("--allocation", $"'{rule}' is no rule; use proportional, equal or neyman");
            }

            if (parsed.GetValue(bands) is not null && parsed.GetValue(probability) is null)
            {
                throw new ConfigurationException("--bands", "needs the raster of probabilities; give --probability");
            }

            MapSource source = layers.ReadOne(parsed, parsed.GetValue(map)!, terminal);
            ResultIntegrity.MustBeWhole(source.Path);
            PointSample sample = StratifiedSampling.Draw(
                source,
                new SampleOptions
                {
                    Points = CommonOptions.AtLeast(parsed, points, 1),
                    Classes = CommonOptions.ClassesOf(parsed, classes, source),
                    Probability = parsed.GetValue(probability) is string chances ? new RasterLayer(chances) : null,
                    Bands = parsed.GetValue(bands) is string text ? Bounds(text) : [],
                    Zones = parsed.GetValue(zones) is string zonesFile ? ZoneReader.Read(zonesFile, parsed.GetValue(zoneName)!, options: vectors.Of(parsed, terminal)) : [],
                    Allocation = shared,
                    Expected = (parsed.GetValue(expect) ?? []).Select(Expected).ToDictionary(StringComparer.Ordinal),
                    Minimum = CommonOptions.AtLeast(parsed, minimum, 2),
                    Seed = CommonOptions.AtLeast(parsed, seed, 0),
                },
                cancel);
            PointSampleWriter.Write(file, sample);
            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new SampleAnswer(file, sample.Year, sample.Places.Count, [.. sample.Strata.Select(stratum => new StratumAnswer(stratum.Name, stratum.Pixels, stratum.Hectares, stratum.Points, Answer.Known(stratum.InclusionProbability)))]));
                return ExitCode.Done;
            }

            terminal.Output.WriteLine($"{file}: {sample.Places.Count} points of {sample.Strata.Count} strata; write the true class of each into 'class', then run 'irrigationwatch assess'");
            foreach (SampleStratum stratum in sample.Strata)
            {
                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stratum.Points,7} points of {stratum.Hectares,12:0.0} ha  {stratum.Name}"));
            }

            return ExitCode.Done;
        });
    }

    internal static Command CreateAssess()
    {
        var map = new Option<string>("--map") { Description = "The class map.", Required = true };
        var reference = new Option<string>("--reference") { Description = "Points of known class, drawn at random; the field class holds a NAME.", Required = true };
        Option<string[]> classes = CommonOptions.Classes("The classes, as NAME=VALUE[,VALUE…]; all else is 'other'. Without it the classes that the map itself names.");
        var zones = new Option<string?>("--zones") { Description = "Zones whose areas are estimated too." };
        var zoneName = new Option<string>("--zone-name") { Description = "Field of the zones' names.", DefaultValueFactory = _ => "name" };
        Option<string?> output = new("--output", "-o") { Description = $"The assessment to write ({string.Join(' ', AssessmentWriter.Endings)}).", HelpName = "OUT" };
        Option<bool> json = CommonOptions.Json();
        var layers = new MapLayerOptions();
        var vectors = new VectorInput("points");
        var command = new Command("assess", "Confusion matrix, user's, producer's and overall accuracy, and unbiased areas with their 95% intervals (Olofsson et al. 2014).\nExample: irrigationwatch assess --map irrigated-2010.tif --reference points-2010.geojson --class irrigated=1 --class other=2,3,4,5")
        {
            map, reference, classes, zones, zoneName, output, json,
        };
        layers.AddTo(command, takesSeveral: false);
        vectors.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string? file = parsed.GetValue(output);
            if (file is not null)
            {
                AssessmentWriter.CheckEnding(file);
            }

            MapSource source = layers.ReadOne(parsed, parsed.GetValue(map)!, terminal);
            ResultIntegrity.MustBeWhole(source.Path);
            IReadOnlyList<ClassValues> named = CommonOptions.ClassesOf(parsed, classes, source);
            if (named.Count == 0)
            {
                throw new ConfigurationException("--class", $"is missing, and {source.Path} names no classes itself; write for example --class irrigated=1");
            }

            ReferenceSample sample = ReferenceReader.Read(parsed.GetValue(reference)!, vectors.Of(parsed, terminal));
            IReadOnlyList<Zone> within = parsed.GetValue(zones) is string zonesFile ? ZoneReader.Read(zonesFile, parsed.GetValue(zoneName)!, options: vectors.OfOthers(parsed, terminal)) : [];
            Assessment assessment = AccuracyAssessment.Compute([source], source.Year, sample, named, within, cancel);
            foreach (string warning in assessment.Warnings)
            {
                terminal.Error.WriteLine($"warning: {warning}");
            }

            if (file is not null)
            {
                AssessmentWriter.Write(file, assessment);
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, Answer.Read<AssessAnswer>(AssessmentWriter.ToJson(assessment)));
                return ExitCode.Done;
            }

            terminal.Output.Write(AssessmentWriter.ToText(assessment));
            return ExitCode.Done;
        });
    }

    private static double[] Bounds(string text)
    {
        var bounds = new List<double>();
        foreach (string part in text.Split(','))
        {
            bounds.Add(double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double bound) && bound > (bounds.Count == 0 ? 0 : bounds[^1]) && bound < 1
                ? bound
                : throw new ConfigurationException("--bands", $"'{text}' are no rising bounds between 0 and 1; write for example 0.1,0.5,0.9"));
        }

        return [.. bounds];
    }

    private static KeyValuePair<string, double> Expected(string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0 && double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1
            ? KeyValuePair.Create(text[..equals].Trim(), share)
            : throw new ConfigurationException("--expect", $"'{text}' is not NAME=SHARE with a share between 0 and 1; write for example irrigated=0.9");
    }
}
