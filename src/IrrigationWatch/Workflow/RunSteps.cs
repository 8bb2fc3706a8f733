using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The steps of a run from scenes to maps: features of a year, the model, classes of a year, irrigated land of a year. Each is done by whoever
/// comes to it first, one run or one of many machines, and is the same.
/// </summary>
/// <param name="configuration">What to do.</param>
/// <param name="folder">Where results lie.</param>
/// <param name="progress">Told what is being done.</param>
/// <param name="cancel">Stops; what was finished is kept.</param>
internal sealed class RunSteps(RunConfiguration configuration, RunFolder folder, IProgress<RunProgress>? progress, CancellationToken cancel)
{
    private const string ModelFile = "model.zip";

    /// <summary>Share of features outside of the range in training from which on a year is named.</summary>
    private const double MostNovelty = 0.1;

    private readonly List<string> files = [];
    private readonly List<string> warnings = [];

    /// <summary>Years of which tiles are missing.</summary>
    private readonly HashSet<int> incomplete = [];

    /// <summary>The years with their features, as far as these were made or joined.</summary>
    private readonly SortedDictionary<int, TilePlan> features = [];

    /// <summary>How the features of a year are made, should they turn out to be damaged when they are read.</summary>
    private readonly Dictionary<int, Action> makers = [];

    /// <summary>Runs each step once.</summary>
    internal StepRunner Runner { get; } = new(folder, progress);

    /// <summary>Years that have features.</summary>
    internal IReadOnlyCollection<int> Years => [.. features.Keys];

    /// <summary>Files that were made, relative to the results.</summary>
    internal IReadOnlyList<string> Files => files;

    /// <summary>What a user should know of the maps, besides what the steps themselves say.</summary>
    internal IReadOnlyList<string> Warnings => warnings;

    private static IReadOnlyList<string> ModelFiles { get; } = [ModelFile, .. ModelCard.Endings.Select(ending => "model" + ending)];

    /// <summary>Tiles of a year whose features hold.</summary>
    internal IReadOnlyList<PixelWindow> Holding(int year, TilePlan tiles) => Runner.Holding(FeaturesOf(year), tiles, [FeatureStep.Features(year), FeatureStep.Observations(year)]);

    /// <summary>True where the features of a year are there, made from what the plan says.</summary>
    internal bool HasFeatures(int year, TilePlan tiles) => Runner.Find(FeaturesOf(year), tiles.Digest, [FeatureStep.Features(year), FeatureStep.Observations(year)]) is not null;

    /// <summary>Says what the features of a year are made from, without making them.</summary>
    internal void Expect(int year, TilePlan tiles) => features[year] = tiles;

    /// <summary>Makes the features of a year; a scene that cannot be read is left out and the year made again without it. Nothing is made of a year without scenes.</summary>
    /// <param name="year">The year.</param>
    /// <param name="scenes">The scenes.</param>
    /// <param name="step">What features are made from.</param>
    /// <param name="scratch">Room for what archives hold.</param>
    internal void BuildFeatures(int year, SceneSelection scenes, FeatureStep step, ScratchSpace scratch)
    {
        makers[year] = () => BuildFeatures(year, scenes, step, scratch);
        while (scenes.OfYear(year) is { Count: > 0 } used)
        {
            try
            {
                MakeFeatures(year, step.Plan(used), (made, observations, kept, report) =>
                {
                    using OpenScenes opened = FeatureStep.Open(used, scratch, cancel);
                    FeatureBuilder.Build(opened, step.Grid, year, configuration.Features, made, observations, kept, report, cancel);
                });
                return;
            }
            catch (SceneFailedException e)
            {
                foreach ((string path, InputException cause) in e.Failures)
                {
                    scenes.Reject(path, cause);
                }
            }
        }
    }

    /// <summary>Joins the features of a year from pieces; tiles that are missing count as not observed.</summary>
    /// <param name="year">The year.</param>
    /// <param name="pieces">The pieces.</param>
    internal void JoinFeatures(int year, JobPieces pieces)
    {
        IReadOnlyList<SceneRecord> used = pieces.Scenes.OfYear(year);
        if (used.Count == 0)
        {
            return;
        }

        makers[year] = () =>
        {
            pieces.ForgetParts(year);
            JoinFeatures(year, pieces);
        };
        TilePlan plan = pieces.TilesOf(year);
        YearParts parts = pieces.PartsOf(year, Holding);
        if (parts.Missing.Count > 0)
        {
            incomplete.Add(year);
            plan = plan.Without(parts.Missing);
        }

        MakeFeatures(year, plan, (made, observations, kept, report) =>
            FeatureBuilder.Join(used.Select(scene => scene.Id!.Sensor), pieces.Step.Grid, year, configuration.Features, made, observations, kept, parts.Parts, report, cancel));
    }

    /// <summary>
    /// The model given, or one trained on the labels. Once trained it is kept until labels, options or the set of labelled
    /// years change: a new scene must not move the areas of all years.
    /// </summary>
    /// <param name="inputs">The labels.</param>
    internal TrainedModel GetModel(RunInputs inputs)
    {
        if (configuration.ModelFile is not null)
        {
            return FindModel(inputs)!;
        }

        TrainerOptions options = configuration.Trainer;
        int[] labelled = Labelled(inputs.Labels);
        if (Runner.Find("model", ModelKey(labelled), ModelFiles) is null)
        {
            MustBeWhole(labelled, options.PreviousYears);
        }

        StepRecord step = Runner.Run("model", ModelKey(labelled), ModelFiles, report =>
        {
            using var pool = new RasterPool();
            FeatureStack[] stacks = [.. labelled.Select(year => OpenFeatures(year, options.PreviousYears, pool))];
            ModelTraining training = ModelMaker.Make(stacks, inputs.Labels, configuration.Labels, options, inputs.Zones, folder.Target(ModelFile), [.. labelled.Select(year => DigestOf(FeatureStep.Features(year)))], report, cancel);
            foreach (string remark in training.Set.Labels.Remarks)
            {
                Runner.Warn($"{Path.GetFileName(configuration.Labels)}: {remark}");
            }
        });
        Add(ModelFiles);
        return Load(step);
    }

    /// <summary>The model given, or the one that was trained, as long as it holds; null where it is to be trained.</summary>
    /// <param name="inputs">The labels.</param>
    internal TrainedModel? FindModel(RunInputs inputs)
    {
        if (configuration.ModelFile is string given)
        {
            return new TrainedModel(IrrigationModel.Load(given), Digest.OfFile(given));
        }

        return Runner.Find("model", ModelKey(Labelled(inputs.Labels)), ModelFiles) is StepRecord step ? Load(step) : null;
    }

    /// <summary>Years whose features a model is trained on, with the years before that it sees of them.</summary>
    /// <param name="inputs">The labels.</param>
    internal IReadOnlyList<int> YearsOfModel(RunInputs inputs) => configuration.ModelFile is not null
        ? []
        : [.. Labelled(inputs.Labels).SelectMany(year => Enumerable.Range(year - configuration.Trainer.PreviousYears, configuration.Trainer.PreviousYears + 1)).Where(features.ContainsKey).Distinct().Order()];

    /// <summary>Classifies a year.</summary>
    /// <param name="year">The year.</param>
    /// <param name="model">The model.</param>
    internal void Classify(int year, TrainedModel model)
    {
        (TilePlan plan, string[] outputs) = PlanClasses(year, model);
        if (Runner.Find(ClassesOf(year), plan.Digest, outputs) is null)
        {
            MustBeWhole([year], model.Model.Description.PreviousYears);
        }

        Runner.Run(ClassesOf(year), plan, outputs, (report, kept) =>
        {
            using var pool = new RasterPool();
            FeatureStack stack = OpenFeatures(year, model.Model.Description.PreviousYears, pool);
            if (model.Model.CompilationProblem is string problem)
            {
                Runner.Warn($"the model was scored by ML.NET itself, some fifty times slower, as it cannot be compiled: {problem}");
            }

            MapClassifier.Classify(stack, model.Model, folder.Target(outputs[0]), folder.Target(outputs[1]), folder.Target(outputs[2]), kept, report, cancel);
        });
        Add(outputs[1..]);
        if (NoveltyMap.MeanOf(folder.Raster(outputs[2])) is double strange and > MostNovelty)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{strange:0%} of the features of {year} lie outside of the range that the model was trained on (2% are usual): add labels of this year, or of years like it"));
        }
    }

    /// <summary>True where a year is classified by this model.</summary>
    /// <param name="year">The year.</param>
    /// <param name="model">The model.</param>
    internal bool HasClasses(int year, TrainedModel model)
    {
        (TilePlan plan, string[] outputs) = PlanClasses(year, model);
        return Runner.Find(ClassesOf(year), plan.Digest, outputs) is not null;
    }

    /// <summary>Makes maps of irrigated land from the classes of a year and, where smoothed, of its neighbours; all years are classified before.</summary>
    /// <param name="model">The model.</param>
    internal void Finish(TrainedModel model)
    {
        Dictionary<int, string> digests = features.Keys.ToDictionary(year => year, year => DigestOf(RunFolder.ClassFile(year)));
        foreach (int year in features.Keys)
        {
            bool smooth = configuration.TemporalSmoothing && digests.ContainsKey(year - 1) && digests.ContainsKey(year + 1);
            string key = Digest.OfTexts(FeatureStep.PipelineVersion, "irrigated", digests[year], smooth ? digests[year - 1] + digests[year + 1] : string.Empty, Number(configuration.MinimumPatch));
            string irrigated = RunFolder.YearFile(year, "irrigated.tif");
            Runner.Run(string.Create(CultureInfo.InvariantCulture, $"irrigated {year}"), key, [irrigated], _ => ClassMapFinisher.Finish(
                smooth ? folder.Raster(RunFolder.ClassFile(year - 1)) : null,
                folder.Raster(RunFolder.ClassFile(year)),
                smooth ? folder.Raster(RunFolder.ClassFile(year + 1)) : null,
                folder.Target(irrigated),
                model.Model.Description,
                year,
                configuration.MinimumPatch));
            Add([irrigated]);
        }
    }

    /// <summary>The step of the features of a year.</summary>
    internal static string FeaturesOf(int year) => string.Create(CultureInfo.InvariantCulture, $"features {year}");

    /// <summary>The step of the classes of a year.</summary>
    internal static string ClassesOf(int year) => string.Create(CultureInfo.InvariantCulture, $"classes {year}");

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private string DigestOf(string file) => Runner.Made(file)!.Digest;

    private TrainedModel Load(StepRecord step) => new(IrrigationModel.Load(folder.Local(ModelFile)), step.Outputs[ModelFile].Digest);

    /// <summary>Features that are about to be read have the bytes that were written, or are made again.</summary>
    private void MustBeWhole(IReadOnlyCollection<int> years, int previous)
    {
        foreach (int year in years.SelectMany(year => Enumerable.Range(year - previous, previous + 1)).Distinct().Order())
        {
            if (features.ContainsKey(year) && Runner.Made(FeatureStep.Features(year)) is not null && !Runner.IsWhole(FeatureStep.Features(year)))
            {
                Runner.Forget(FeaturesOf(year));
                makers[year]();
            }
        }
    }

    private void Add(IEnumerable<string> made) => files.AddRange(made.Except(files).ToList());

    private void MakeFeatures(int year, TilePlan plan, Action<string, string, KeptTiles?, IProgress<double>> make)
    {
        string made = FeatureStep.Features(year);
        string observations = FeatureStep.Observations(year);
        Runner.Run(FeaturesOf(year), plan, [made, observations], (report, kept) => make(folder.Target(made), folder.Target(observations), kept, report));
        Add([made, observations]);
        features[year] = plan;
    }

    private (TilePlan Plan, string[] Outputs) PlanClasses(int year, TrainedModel model)
    {
        int previous = model.Model.Description.PreviousYears;
        return (
            features[year].Then(Digest.OfTexts(FeatureStep.PipelineVersion, "classes", model.Digest), [.. Enumerable.Range(1, previous).Select(back => features.GetValueOrDefault(year - back))]),
            [RunFolder.ClassFile(year), RunFolder.YearFile(year, "probability.tif"), RunFolder.YearFile(year, "novelty.tif")]);
    }

    private int[] Labelled(IReadOnlyList<Label> labels)
    {
        int[] labelled = [.. features.Keys.Where(year => configuration.WeakLabels || labels.Any(label => label.FromYear <= year && year <= label.ToYear))];
        return labelled.Length > 0 ? labelled : throw new InputException(configuration.Labels!, $"has no label of a year with scenes ({string.Join(", ", features.Keys)}); add labels of these years");
    }

    private string ModelKey(int[] labelled)
    {
        TrainerOptions options = configuration.Trainer;
        return Digest.OfTexts(
        [
            FeatureStep.PipelineVersion, "model", configuration.Labels is null ? "weak" : VectorPlace.DigestOf(configuration.Labels), configuration.Zones is null ? string.Empty : VectorPlace.DigestOf(configuration.Zones), .. configuration.Encoding is null ? Array.Empty<string>() : ["encoding", configuration.Encoding],
            string.Create(CultureInfo.InvariantCulture, $"{options.Kind} {options.Trees} {options.Leaves} {options.LearningRate} {options.LeastPerLeaf} {options.Seed} {options.Search} {options.PreviousYears} {options.BalancesClasses} {options.MostPixelsOfPolygon} {options.BlockMetres}"),
            .. options.IrrigatedClasses, "features", .. options.Features, "weights", .. options.ClassWeights.Select(weight => $"{weight.Key} {Number(weight.Value)}"), .. configuration.Features.Seasons.Select(season => season.ToString()), .. configuration.Features.Indices.Select(index => index.ToString()), .. configuration.Features.Ancillary.Select(raster => raster.Key),
            .. configuration.Features.Calendar.IsDefault ? Array.Empty<string>() : ["years", configuration.Features.Calendar.ToString()],
            .. labelled.Select(year => year.ToString(CultureInfo.InvariantCulture)),
            // A model of a part must not outlive it.
            .. labelled.Where(incomplete.Contains).Select(year => features[year].Digest),
        ]);
    }

    /// <summary>The features of a year, with those of years before where a model wants them.</summary>
    private FeatureStack OpenFeatures(int year, int previous, RasterPool pool)
    {
        FeatureStack Open(int of) => FeatureStack.Open(folder.Raster(FeatureStep.Features(of)), pool);
        return Open(year).WithPrevious([.. Enumerable.Range(1, previous).Select(back => features.ContainsKey(year - back) ? Open(year - back) : null)]);
    }
}

/// <summary>A model, and the digest of its file.</summary>
internal sealed record TrainedModel(IrrigationModel Model, string Digest);
