using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Cluster;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The main job: scenes → features → class maps → area table → publication, going on from where it stopped. The only
/// place that knows the order.
/// </summary>
public sealed class IrrigationRun : IDisposable
{
    /// <summary>Share of features outside of the range in training from which on a year is named.</summary>
    private const double MostNovelty = 0.1;

    private readonly RunConfiguration configuration;
    private readonly IProgress<RunProgress>? progress;
    private readonly CancellationToken cancel;
    private readonly RunFolder folder;
    private readonly Catalogue catalogue;
    private readonly StepLog log;
    private readonly ScratchSpace scratch;
    private readonly StepRunner steps;
    private readonly List<string> warnings = [];
    private readonly List<string> files = [];

    /// <summary>Years of which tiles are missing.</summary>
    private readonly HashSet<int> incomplete = [];

    private IrrigationRun(RunConfiguration configuration, IProgress<RunProgress>? progress, CancellationToken cancel)
    {
        this.configuration = configuration;
        this.progress = progress;
        this.cancel = cancel;
        folder = new RunFolder(configuration.Output);
        try
        {
            catalogue = new Catalogue(configuration.CatalogueFile ?? folder.CatalogueFile);
            log = new StepLog(folder.StepFile);
        }
        catch
        {
            catalogue?.Dispose();
            folder.Dispose();
            throw;
        }

        scratch = new ScratchSpace(configuration.ScratchFolder is string elsewhere ? Path.Combine(elsewhere, Digest.OfTexts(configuration.Output)[..16]) : folder.Scratch, configuration.ScratchLimit);
        steps = new StepRunner(log, configuration.Output, progress);
        warnings.AddRange(configuration.Warnings);
    }

    /// <summary>Runs a configuration.</summary>
    /// <param name="configuration">What to do.</param>
    /// <param name="progress">Told what is being done; may be called from several threads.</param>
    /// <param name="cancel">Stops the run; what was finished is kept.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">The run cannot go on; bad scenes alone never stop it.</exception>
    public static RunSummary Execute(RunConfiguration configuration, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var inputs = new RunInputs(configuration);
        using var run = new IrrigationRun(configuration, progress, cancel);
        (SceneSelection scenes, Grid grid, string reason) = run.FindScenes(inputs.Area);
        return run.Run(inputs, scenes, new FeatureStep(configuration, grid), reason, null);
    }

    /// <summary>Cuts a run into pieces that do not depend on each other: the features of a year in a block of tiles.</summary>
    /// <param name="configuration">What to do.</param>
    /// <param name="plan">The folder of the plan, on a disk that all machines share.</param>
    /// <param name="blockTiles">Tiles of 256 pixels of a side of a block.</param>
    /// <param name="costs">What a piece takes; null for what was measured.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancel">Stops; a plan that was there before stays.</param>
    /// <returns>The plan; tiles that hold already in the output folder are in none of its pieces.</returns>
    /// <exception cref="InputException">The run could not begin.</exception>
    public static JobPlan Plan(RunConfiguration configuration, string plan, int blockTiles = 8, CostModel? costs = null, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrEmpty(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockTiles, 1);
        var inputs = new RunInputs(configuration);
        using var run = new IrrigationRun(configuration, progress, cancel);
        (SceneSelection scenes, Grid grid, string reason) = run.FindScenes(inputs.Area);
        var planner = new JobPlanner(configuration, scenes, new FeatureStep(configuration, grid), reason, blockTiles, costs ?? CostModel.Default);
        JobPlan job = planner.Plan(run.Holding);
        var folder = new PlanFolder(plan);
        folder.ForgetRejected();
        folder.Write(job);
        return job;
    }

    /// <summary>Joins the pieces of a plan and does all that comes after them: what <see cref="Execute"/> would give, byte for byte.</summary>
    /// <param name="plan">The folder of the plan.</param>
    /// <param name="output">Folder of the results instead of the plan's; null for the plan's.</param>
    /// <param name="partial">Joins what is there: tiles that are missing count as not observed, and are named.</param>
    /// <param name="progress">Told what is being done; may be called from several threads.</param>
    /// <param name="cancel">Stops; what was finished is kept.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">Pieces are missing, or the run cannot go on.</exception>
    public static RunSummary Reduce(string plan, string? output = null, bool partial = false, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(plan);
        var folder = new PlanFolder(plan);
        IrrigationRun? opened = null;
        try
        {
            JobPieces pieces = JobPieces.Open(folder, output, configuration => (opened = new IrrigationRun(configuration, progress, cancel)).catalogue);
            IrrigationRun run = opened!;
            run.warnings.AddRange(pieces.Check(run.Holding, partial));
            RunSummary summary = run.Run(new RunInputs(pieces.Configuration), pieces.Scenes, pieces.Step, pieces.Plan.GridReason, pieces);
            folder.RemoveWork();
            return summary;
        }
        finally
        {
            opened?.Dispose();
        }
    }

    /// <summary>Frees the output folder.</summary>
    public void Dispose()
    {
        scratch.Dispose();
        log.Dispose();
        catalogue.Dispose();
        folder.Dispose();
    }

    private static string StepOf(int year) => string.Create(CultureInfo.InvariantCulture, $"features {year}");

    private (SceneSelection Scenes, Grid Grid, string Reason) FindScenes(Geometry? area)
    {
        var scenes = new SceneSelection(configuration, catalogue, scratch, progress, cancel);
        if (!scenes.Used.Any() && scenes.Skipped.Count > 0)
        {
            throw new InputException(scenes.Skipped[0].Path, string.Create(CultureInfo.InvariantCulture, $"{scenes.Skipped[0].Cause}; none of the {scenes.Skipped.Count} scenes found can be used"));
        }

        (Grid grid, string reason) = GridPlanner.Plan(scenes.Grids(), area, configuration.Crs, configuration.Resolution, configuration.File);
        progress?.Report(new RunProgress("grid", 1, "grid " + reason));
        return (scenes, grid, reason);
    }

    private IReadOnlyList<PixelWindow> Holding(int year, TilePlan tiles) => steps.Holding(StepOf(year), tiles, [FeatureStep.Features(year), FeatureStep.Observations(year)]);

    private RunSummary Run(RunInputs inputs, SceneSelection scenes, FeatureStep step, string reason, JobPieces? pieces)
    {
        if (scenes.Used.Count(scene => !scene.HasQa) is int unmasked and > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{unmasked} scenes have no QA_PIXEL: clouds and shadows are not masked in them"));
        }

        var features = new SortedDictionary<int, TilePlan>();
        foreach (int year in configuration.Years)
        {
            if ((pieces is null ? BuildFeatures(year, scenes, step) : JoinFeatures(year, pieces)) is TilePlan tiles)
            {
                features.Add(year, tiles);
            }
        }

        IReadOnlyList<AreaRow> rows = [];
        if (configuration is { Labels: null, ModelFile: null, WeakLabels: false })
        {
            warnings.Add("the configuration names no model: features were made, but nothing was classified; add 'model: { labels: … }'");
        }
        else if (features.Count > 0)
        {
            (IrrigationModel model, string modelDigest) = GetModel(inputs.Labels, inputs.Zones, features);
            if (!model.Description.Classes.Any(c => c.IsIrrigated))
            {
                warnings.Add("no class of the model counts as irrigated: land cover is mapped, and irrigated_ha is 0 by definition");
            }

            if (model.Description.IsWeak)
            {
                warnings.Add("no labels were given: confident pixels labelled themselves; assess the maps with an independent sample before they are used");
            }

            Classify(features, model, modelDigest);
            var publication = new RunPublication(configuration, folder, steps, cancel);
            rows = publication.Write(features.Keys, model.Description, inputs);
            files.AddRange(publication.Files);
        }

        warnings.AddRange(steps.Warnings);
        if (configuration.Publish.Contains("geojson"))
        {
            SceneFootprints.Write(folder.File(SceneFootprints.FileName), scenes.Used);
            files.Add(SceneFootprints.FileName);
        }

        RunRecord.Write(folder, configuration, reason, scenes, steps.Steps, warnings);
        files.Add("run.json");
        if (rows.Count > 0 && configuration.Publish.Contains("report"))
        {
            steps.Run("report", ReportKey(scenes), [FolderReport.FileName], _ => FolderReport.Write(folder.Root));
            files.Add(FolderReport.FileName);
        }

        return new RunSummary(
            reason,
            scenes.CountByYear(),
            [.. configuration.Years.Except(features.Keys)],
            scenes.Skipped,
            scenes.Superseded,
            warnings,
            steps.Done,
            steps.Kept,
            steps.TilesComputed,
            steps.TilesKept,
            rows,
            files,
            configuration.Output);
    }

    /// <summary>Joins the features of a year from pieces.</summary>
    private TilePlan? JoinFeatures(int year, JobPieces pieces)
    {
        IReadOnlyList<SceneRecord> used = pieces.Scenes.OfYear(year);
        if (used.Count == 0)
        {
            return null;
        }

        string features = FeatureStep.Features(year);
        string observations = FeatureStep.Observations(year);
        TilePlan plan = pieces.TilesOf(year);
        YearParts parts = pieces.PartsOf(year, Holding);
        if (parts.Missing.Count > 0)
        {
            incomplete.Add(year);
            plan = plan.Without(parts.Missing);
        }

        steps.Run(StepOf(year), plan, [features, observations], (report, kept) =>
            FeatureBuilder.Join(used.Select(scene => scene.Id!.Sensor), pieces.Step.Grid, year, configuration.Features, folder.File(features), folder.File(observations), kept, parts.Parts, report, cancel));
        files.AddRange([features, observations]);
        return plan;
    }

    /// <summary>Makes the features of a year; a scene that cannot be read is left out and the year made again without it.</summary>
    private TilePlan? BuildFeatures(int year, SceneSelection scenes, FeatureStep step)
    {
        string features = FeatureStep.Features(year);
        string observations = FeatureStep.Observations(year);
        while (true)
        {
            IReadOnlyList<SceneRecord> used = scenes.OfYear(year);
            if (used.Count == 0)
            {
                return null;
            }

            TilePlan plan = step.Plan(used);
            try
            {
                steps.Run(StepOf(year), plan, [features, observations], (report, kept) => Build(year, used, step.Grid, features, observations, kept, report));
                files.AddRange([features, observations]);
                return plan;
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

    private void Build(int year, IReadOnlyList<SceneRecord> used, Grid grid, string features, string observations, KeptTiles? kept, IProgress<double> report)
    {
        using OpenScenes scenes = FeatureStep.Open(used, scratch, cancel);
        FeatureBuilder.Build(scenes, grid, year, configuration.Features, folder.File(features), folder.File(observations), kept, report, cancel);
    }

    /// <summary>
    /// The model given, or one trained on the labels. Once trained it is kept until labels, options or the set of labelled
    /// years change: a new scene must not move the areas of all years.
    /// </summary>
    private (IrrigationModel Model, string Digest) GetModel(IReadOnlyList<Label> labels, IReadOnlyList<Zone> zones, SortedDictionary<int, TilePlan> features)
    {
        if (configuration.ModelFile is string given)
        {
            return (IrrigationModel.Load(given), Digest.OfFile(given));
        }

        int[] labelled = [.. features.Keys.Where(year => configuration.WeakLabels || labels.Any(label => label.FromYear <= year && year <= label.ToYear))];
        if (labelled.Length == 0)
        {
            throw new InputException(configuration.Labels!, $"has no label of a year with scenes ({string.Join(", ", features.Keys)}); add labels of these years");
        }

        TrainerOptions options = configuration.Trainer;
        string key = Digest.OfTexts(
        [
            FeatureStep.PipelineVersion, "model", configuration.Labels is null ? "weak" : Digest.OfFile(configuration.Labels), configuration.Zones is null ? string.Empty : Digest.OfFile(configuration.Zones),
            string.Create(CultureInfo.InvariantCulture, $"{options.Kind} {options.Trees} {options.Leaves} {options.LearningRate} {options.LeastPerLeaf} {options.Seed} {options.Search} {options.PreviousYears} {options.BalancesClasses} {options.MostPixelsOfPolygon} {options.BlockMetres}"),
            .. options.IrrigatedClasses, "features", .. options.Features, "weights", .. options.ClassWeights.Select(weight => $"{weight.Key} {Number(weight.Value)}"), .. configuration.Features.Seasons.Select(season => season.ToString()), .. configuration.Features.Indices.Select(index => index.ToString()), .. configuration.Features.Ancillary.Select(raster => raster.Key),
            .. labelled.Select(year => year.ToString(CultureInfo.InvariantCulture)),
            // A model of a part must not outlive it.
            .. labelled.Where(incomplete.Contains).Select(year => features[year].Digest),
        ]);
        string[] outputs = ["model.zip", .. ModelCard.Endings.Select(ending => "model" + ending)];
        StepRecord step = steps.Run("model", key, outputs, report =>
        {
            using var pool = new RasterPool();
            FeatureStack[] stacks = [.. labelled.Select(year => OpenFeatures(year, features, options.PreviousYears, pool))];
            ModelTraining training = ModelMaker.Make(stacks, labels, configuration.Labels, options, zones, folder.File("model.zip"), report, cancel);
            foreach (string remark in training.Set.Labels.Remarks)
            {
                steps.Warn($"{configuration.Labels}: {remark}");
            }
        });
        files.AddRange(outputs);
        return (IrrigationModel.Load(folder.File("model.zip")), step.Outputs["model.zip"].Digest);
    }

    /// <summary>The features of a year, with those of years before where a model wants them.</summary>
    private FeatureStack OpenFeatures(int year, SortedDictionary<int, TilePlan> years, int previous, RasterPool pool)
    {
        FeatureStack Open(int of) => FeatureStack.Open(folder.File(RunFolder.YearFile(of, "features.tif")), pool);
        return Open(year).WithPrevious([.. Enumerable.Range(1, previous).Select(back => years.ContainsKey(year - back) ? Open(year - back) : null)]);
    }

    private void Classify(SortedDictionary<int, TilePlan> features, IrrigationModel model, string modelDigest)
    {
        var classDigests = new SortedDictionary<int, string>();
        foreach ((int year, TilePlan tiles) in features)
        {
            string classes = RunFolder.ClassFile(year);
            string probability = RunFolder.YearFile(year, "probability.tif");
            int previous = model.Description.PreviousYears;
            TilePlan plan = tiles.Then(Digest.OfTexts(FeatureStep.PipelineVersion, "classes", modelDigest), [.. Enumerable.Range(1, previous).Select(back => features.GetValueOrDefault(year - back))]);
            string novelty = RunFolder.YearFile(year, "novelty.tif");
            StepRecord step = steps.Run($"classes {year}", plan, [classes, probability, novelty], (report, kept) =>
            {
                using var pool = new RasterPool();
                FeatureStack stack = OpenFeatures(year, features, previous, pool);
                if (model.CompilationProblem is string problem)
                {
                    steps.Warn($"the model was scored by ML.NET itself, some fifty times slower, as it cannot be compiled: {problem}");
                }

                MapClassifier.Classify(stack, model, folder.File(classes), folder.File(probability), folder.File(novelty), kept, report, cancel);
            });
            files.AddRange([probability, novelty]);
            if (NoveltyMap.MeanOf(folder.File(novelty)) is double strange and > MostNovelty)
            {
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{strange:0%} of the features of {year} lie outside of the range that the model was trained on (2% are usual): add labels of this year, or of years like it"));
            }

            classDigests.Add(year, step.Outputs[classes].Digest);
        }

        foreach (int year in features.Keys)
        {
            bool smooth = configuration.TemporalSmoothing && classDigests.ContainsKey(year - 1) && classDigests.ContainsKey(year + 1);
            string key = Digest.OfTexts(FeatureStep.PipelineVersion, "irrigated", classDigests[year], smooth ? classDigests[year - 1] + classDigests[year + 1] : string.Empty, Number(configuration.MinimumPatch));
            string irrigated = RunFolder.YearFile(year, "irrigated.tif");
            steps.Run($"irrigated {year}", key, [irrigated], _ => ClassMapFinisher.Finish(
                smooth ? folder.File(RunFolder.ClassFile(year - 1)) : null,
                folder.File(RunFolder.ClassFile(year)),
                smooth ? folder.File(RunFolder.ClassFile(year + 1)) : null,
                folder.File(irrigated),
                model.Description,
                year,
                configuration.MinimumPatch));
            files.Add(irrigated);
        }
    }

    /// <summary>Everything a report is made of; what the record says besides, as times, does not make it again.</summary>
    private string ReportKey(SceneSelection scenes) => Digest.OfTexts(
    [
        FeatureStep.PipelineVersion, "report", Digest.OfFile(configuration.File),
        .. steps.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        .. scenes.CountByYear().Select(year => string.Create(CultureInfo.InvariantCulture, $"{year.Key} {year.Value}")),
        .. scenes.Skipped.Select(scene => $"{scene.Path} {scene.Cause}"),
        .. warnings,
    ]);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
