using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>train</c> and <c>classify</c>: from features and labels to a model, from features and a model to maps.</summary>
internal static class ModelCommands
{
    internal static Command CreateTrain()
    {
        var features = new Option<string[]>("--features") { Description = "Feature stacks, one or more.", Required = true, AllowMultipleArgumentsPerToken = true };
        var labels = new Option<string>("--labels") { Description = "Labelled points or polygons with the fields class and year.", Required = true };
        var trainer = new Option<string>("--trainer") { Description = "lightgbm or fastforest.", DefaultValueFactory = _ => "lightgbm" };
        var irrigated = new Option<string[]>("--irrigated") { Description = "Classes that count as irrigated.", DefaultValueFactory = _ => ["irrigated"], AllowMultipleArgumentsPerToken = true };
        Option<string> output = CommonOptions.Output("The model to write; its card is written beside it.");
        return new Command("train", "Fits a model to labels.\nExample: irrigationwatch train --features features-*.tif --labels labels.geojson -o model.zip")
        {
            features, labels, trainer, irrigated, output,
        }.WithAction((parsed, cancel) =>
        {
            string kind = parsed.GetValue(trainer)!;
            if (!Enum.TryParse(kind, ignoreCase: true, out TrainerKind method) || !Enum.IsDefined(method))
            {
                throw new ConfigurationException("--trainer", $"'{kind}' is no trainer; use lightgbm or fastforest");
            }

            string labelsFile = parsed.GetValue(labels)!;
            IReadOnlyList<Label> labelled = LabelReader.Read(labelsFile);
            using var pool = new RasterPool();
            FeatureStack[] stacks = [.. PathPatterns.Expand(parsed.GetValue(features)!).Select(path => FeatureStack.Open(path, pool))];
            var options = new TrainerOptions { Kind = method, IrrigatedClasses = parsed.GetValue(irrigated)! };
            TrainingSet set = TrainingSetBuilder.Build(stacks, labelled, labelsFile, cancel);
            string file = parsed.GetValue(output)!;
            ModelTraining trained = ModelTraining.Run(set, options, labelsFile, file, null, cancel);
            string counts = string.Join(", ", set.CountByClass().Select(pair => $"{pair.Key} {pair.Value}"));
            Console.WriteLine($"{file}: {method} on {set.Samples.Count} pixels ({counts})");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy by spatial blocks {trained.ByBlocks?.OverallAccuracy.ToString("0.000", CultureInfo.InvariantCulture) ?? "unknown (one block)"}, by a random split {trained.AtRandom?.OverallAccuracy ?? double.NaN:0.000}"));
            return ExitCode.Done;
        });
    }

    internal static Command CreateClassify()
    {
        var features = new Option<string>("--features") { Description = "The feature stack.", Required = true };
        var model = new Option<string>("--model") { Description = "The model.", Required = true };
        Option<string> output = CommonOptions.Output("The class map to write; MAP.probability.tif is written beside it.");
        return new Command("classify", "Class and probability of irrigation of every pixel.\nExample: irrigationwatch classify --features features-2010.tif --model model.zip -o irrigated-2010.tif")
        {
            features, model, output,
        }.WithAction((parsed, cancel) =>
        {
            string file = parsed.GetValue(output)!;
            IrrigationModel loaded = IrrigationModel.Load(parsed.GetValue(model)!);
            if (loaded.CompilationProblem is string problem)
            {
                Console.Error.WriteLine($"warning: {parsed.GetValue(model)}: it is scored by ML.NET itself, some fifty times slower, as it cannot be compiled: {problem}");
            }

            using var pool = new RasterPool();
            FeatureStack stack = FeatureStack.Open(parsed.GetValue(features)!, pool);
            string probability = Path.ChangeExtension(file, ".probability.tif");
            using (var progress = new ConsoleProgress("classify"))
            {
                MapClassifier.Classify(stack, loaded, file, probability, null, progress, cancel);
            }

            string classes = string.Join(", ", loaded.Description.Classes.OrderBy(c => c.Value).Select(c => $"{c.Value} {c.Name}"));
            Console.WriteLine($"{file}: {classes}, {MapClassifier.NotObserved} not observed; {probability}");
            return ExitCode.Done;
        });
    }
}
