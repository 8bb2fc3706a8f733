using System.CommandLine;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Features;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>train</c> and <c>classify</c>: from features and labels to a model, from features and a model to maps.</summary>
internal static class ModelCommands
{
    internal static Command CreateTrain()
    {
        var features = new Option<string[]>("--features") { Description = "Feature stacks, one or more.", Required = true, AllowMultipleArgumentsPerToken = true };
        var labels = new Option<string?>("--labels") { Description = "Labelled points or polygons with the fields class and year. Without it confident pixels of an arid basin label themselves." };
        var trainer = new Option<string>("--trainer") { Description = "lightgbm or fastforest.", DefaultValueFactory = _ => "lightgbm" };
        var irrigated = new Option<string[]>("--irrigated") { Description = "Classes that count as irrigated.", DefaultValueFactory = _ => ["irrigated"], AllowMultipleArgumentsPerToken = true };
        var use = new Option<string[]>("--use") { Description = "Features to use, by name; * for any letters. Without it all but counts.", AllowMultipleArgumentsPerToken = true };
        var previous = new Option<int>("--previous-years") { Description = "Years before whose features join, 0 to 2; taken from the stacks given." };
        var balanced = new Option<bool>("--balanced") { Description = "Give all classes the same weight together." };
        TrainerOptions defaults = new();
        var trees = new Option<int>("--trees") { Description = "Trees a class.", DefaultValueFactory = _ => defaults.Trees };
        var leaves = new Option<int>("--leaves") { Description = "Most leaves of a tree.", DefaultValueFactory = _ => defaults.Leaves };
        var rate = new Option<double>("--learning-rate") { Description = "How much each tree of LightGBM corrects.", DefaultValueFactory = _ => defaults.LearningRate };
        var least = new Option<int>("--least-per-leaf") { Description = "Fewest samples of a leaf.", DefaultValueFactory = _ => defaults.LeastPerLeaf };
        var seed = new Option<int>("--seed") { Description = "Seed of all that is random.", DefaultValueFactory = _ => defaults.Seed };
        var search = new Option<bool>("--search") { Description = "Search leaves, learning rate and number of trees inside spatial folds." };
        var block = new Option<double>("--block") { Description = "Kilometres of the blocks of cross-validation.", DefaultValueFactory = _ => 10 };
        var zones = new Option<string?>("--zones") { Description = "Zones that say of which country a label is, for the card." };
        var samples = new Option<string?>("--samples") { Description = "Also write the samples with their features and folds as CSV, for other tools." };
        Option<string> output = CommonOptions.Output("The model to write; its card is written beside it.");
        Option<bool> json = CommonOptions.Json();
        var vectors = new VectorInput("labels");
        var command = new Command("train", "Fits a model to labels.\nExample: irrigationwatch train --features features-*.tif --labels labels.geojson -o model.zip")
        {
            features, labels, trainer, irrigated, use, previous, balanced, trees, leaves, rate, least, seed, search, block, zones, samples, output, json,
        };
        vectors.AddTo(command);
        return command.WithAction((parsed, terminal, cancel) =>
        {
            string kind = parsed.GetValue(trainer)!;
            if (EnumName.Find<TrainerKind>(kind) is not TrainerKind method)
            {
                throw new ConfigurationException("--trainer", $"'{kind}' is no trainer; use lightgbm or fastforest");
            }

            var options = new TrainerOptions
            {
                Kind = method,
                IrrigatedClasses = parsed.GetValue(irrigated)!,
                Features = parsed.GetValue(use) ?? [],
                PreviousYears = parsed.GetValue(previous) is int years and >= 0 and <= 2 ? years : throw new ConfigurationException("--previous-years", $"is {parsed.GetValue(previous)}; use 0, 1 or 2"),
                Trees = CommonOptions.AtLeast(parsed, trees, 1),
                Leaves = CommonOptions.AtLeast(parsed, leaves, 2),
                LearningRate = parsed.GetValue(rate) is double step and > 0 and <= 1 ? step : throw new ConfigurationException("--learning-rate", "must be above 0 and at most 1"),
                LeastPerLeaf = CommonOptions.AtLeast(parsed, least, 1),
                Seed = CommonOptions.AtLeast(parsed, seed, 0),
                BalancesClasses = parsed.GetValue(balanced),
                Search = parsed.GetValue(search),
                BlockMetres = parsed.GetValue(block) is double kilometres and > 0 ? 1000 * kilometres : throw new ConfigurationException("--block", "must be above 0"),
            };
            string? labelsFile = parsed.GetValue(labels);
            IReadOnlyList<Label> labelled = labelsFile is null ? [] : LabelReader.Read(labelsFile, vectors.Of(parsed, terminal));
            IReadOnlyList<Zone> within = parsed.GetValue(zones) is string zonesFile ? ZoneReader.Read(zonesFile, options: vectors.OfOthers(parsed, terminal)) : [];
            using var pool = new RasterPool();
            IReadOnlyList<string> paths = PathPatterns.Expand(parsed.GetValue(features)!);
            ResultIntegrity.MustBeWhole(paths);
            FeatureStack[] stacks = [.. paths.Select(path => FeatureStack.Open(path, pool))];
            string file = parsed.GetValue(output)!;
            ModelTraining trained;
            using (var progress = new ConsoleProgress(terminal, "train"))
            {
                trained = ModelMaker.Make([.. stacks.Select(stack => WithPrevious(stack, stacks, options.PreviousYears))], labelled, labelsFile, options, within, file, null, progress, cancel);
            }

            if (parsed.GetValue(samples) is string table)
            {
                SampleTable.Write(table, trained);
            }

            foreach (string remark in trained.Set.Labels.Remarks)
            {
                terminal.Error.WriteLine($"warning: {labelsFile}: {remark}");
            }

            if (trained.Set.IsWeak)
            {
                terminal.Error.WriteLine("warning: no labels were given: confident pixels labelled themselves; assess the map with an independent sample before it is used");
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new TrainAnswer(
                    file,
                    method.ToString().ToLowerInvariant(),
                    trained.Set.Samples.Count,
                    trained.Set.CountByClass().ToDictionary(StringComparer.Ordinal),
                    trained.Set.IsWeak,
                    Share(trained.ByBlocks),
                    Share(trained.AtRandom),
                    Share(trained.ByYears),
                    [.. trained.Set.Labels.Remarks]));
                return ExitCode.Done;
            }

            string counts = string.Join(", ", trained.Set.CountByClass().Select(pair => $"{pair.Key} {pair.Value}"));
            terminal.Output.WriteLine($"{file}: {method} on {trained.Set.Samples.Count} pixels ({counts})");
            terminal.Output.WriteLine($"accuracy by spatial blocks {Accuracy(trained.ByBlocks, "one block")}, by a random split {Accuracy(trained.AtRandom, "too few")}, by whole years {Accuracy(trained.ByYears, "one year")}");
            return ExitCode.Done;
        });
    }

    private static double? Share(CrossValidated? validation) => validation is null ? null : Answer.Known(validation.Overall.OverallAccuracy);

    private static string Accuracy(CrossValidated? validation, string reason) =>
        validation is null ? $"unknown ({reason})" : validation.Overall.OverallAccuracy.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>The stack with those of the years before that were given too.</summary>
    private static FeatureStack WithPrevious(FeatureStack stack, IReadOnlyList<FeatureStack> all, int years) =>
        stack.WithPrevious([.. Enumerable.Range(1, years).Select(back => all.FirstOrDefault(other => other.Year == stack.Year - back))]);

    internal static Command CreateClassify()
    {
        var features = new Option<string>("--features") { Description = "The feature stack.", Required = true };
        var model = new Option<string>("--model") { Description = "The model.", Required = true };
        var previous = new Option<string[]>("--previous") { Description = "Feature stacks of the year before, and of the one before that, for a model that wants them.", AllowMultipleArgumentsPerToken = true };
        Option<string> output = CommonOptions.Output("The class map to write; MAP.probability.tif and MAP.novelty.tif (per tile the share of features outside of the range in training) are written beside it.");
        Option<bool> json = CommonOptions.Json();
        return new Command("classify", "Class and probability of irrigation of every pixel.\nExample: irrigationwatch classify --features features-2010.tif --model model.zip -o irrigated-2010.tif")
        {
            features, model, previous, output, json,
        }.WithAction((parsed, terminal, cancel) =>
        {
            string file = parsed.GetValue(output)!;
            ResultIntegrity.MustBeWhole([parsed.GetValue(model)!, parsed.GetValue(features)!, .. parsed.GetValue(previous) ?? []]);
            IrrigationModel loaded = IrrigationModel.Load(parsed.GetValue(model)!);
            if (loaded.CompilationProblem is string problem)
            {
                terminal.Error.WriteLine($"warning: {parsed.GetValue(model)}: it is scored by ML.NET itself, some fifty times slower, as it cannot be compiled: {problem}");
            }

            using var pool = new RasterPool();
            FeatureStack stack = FeatureStack.Open(parsed.GetValue(features)!, pool);
            stack = WithPrevious(stack, [.. (parsed.GetValue(previous) ?? []).Select(path => FeatureStack.Open(path, pool))], loaded.Description.PreviousYears);
            string probability = Path.ChangeExtension(file, ".probability.tif");
            string novelty = Path.ChangeExtension(file, ".novelty.tif");
            using (var progress = new ConsoleProgress(terminal, "classify"))
            {
                MapClassifier.Classify(stack, loaded, file, probability, novelty, null, progress, cancel);
            }

            if (parsed.GetValue(json))
            {
                Answer.Print(terminal, new ClassifyAnswer(file, probability, novelty, [.. loaded.Description.Classes.OrderBy(c => c.Value).Select(c => new ClassAnswer(c.Value, c.Name, c.IsIrrigated))], MapClassifier.NotObserved));
                return ExitCode.Done;
            }

            string classes = string.Join(", ", loaded.Description.Classes.OrderBy(c => c.Value).Select(c => $"{c.Value} {c.Name}"));
            terminal.Output.WriteLine($"{file}: {classes}, {MapClassifier.NotObserved} not observed; {probability}; {novelty}");
            return ExitCode.Done;
        });
    }
}
