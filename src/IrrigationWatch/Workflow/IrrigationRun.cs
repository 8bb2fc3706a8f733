using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The main job: scenes → features → class maps → area table → publication, going on from where it stopped. The only
/// place that knows the order.
/// </summary>
public sealed class IrrigationRun : IDisposable
{
    /// <summary>The program's version, and a number that is raised when a step would give other results from the same input.</summary>
    private static readonly string PipelineVersion = $"{typeof(IrrigationRun).Assembly.GetName().Version} 7";

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
        // What can be wrong is found before hours of work, not after.
        IReadOnlyList<Label> labels = configuration.Labels is null ? [] : LabelReader.Read(configuration.Labels);
        (IReadOnlyList<Zone> zones, Geometry? area) = ReadZones(configuration);
        ReferenceSample? reference = configuration.Assessment is null ? null : ReferenceReader.Read(configuration.Assessment);
        using var run = new IrrigationRun(configuration, progress, cancel);
        return run.Run(labels, zones, area, reference);
    }

    /// <summary>Frees the output folder.</summary>
    public void Dispose()
    {
        scratch.Dispose();
        log.Dispose();
        catalogue.Dispose();
        folder.Dispose();
    }

    private static (IReadOnlyList<Zone> Zones, Geometry? Area) ReadZones(RunConfiguration configuration)
    {
        Geometry? area = configuration.Area is null ? null : ZoneReader.ReadAreaOfInterest(configuration.Area);
        if (configuration.Zones is null)
        {
            return ([], area);
        }

        return (ZoneReader.Read(configuration.Zones, configuration.ZoneName, configuration.CountryField, configuration.Area), area);
    }

    private RunSummary Run(IReadOnlyList<Label> labels, IReadOnlyList<Zone> zones, Geometry? area, ReferenceSample? reference)
    {
        var scenes = new SceneSelection(configuration, catalogue, scratch, progress, cancel);
        if (!scenes.Used.Any() && scenes.Skipped.Count > 0)
        {
            throw new InputException(scenes.Skipped[0].Path, string.Create(CultureInfo.InvariantCulture, $"{scenes.Skipped[0].Cause}; none of the {scenes.Skipped.Count} scenes found can be used"));
        }

        (Grid grid, string reason) = GridPlanner.Plan(scenes.Grids(), area, configuration.Crs, configuration.Resolution, configuration.File);
        progress?.Report(new RunProgress("grid", 1, "grid " + reason));
        if (scenes.Used.Count(scene => !scene.HasQa) is int unmasked and > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{unmasked} scenes have no QA_PIXEL: clouds and shadows are not masked in them"));
        }

        var features = new SortedDictionary<int, TilePlan>();
        foreach (int year in configuration.Years)
        {
            if (BuildFeatures(year, scenes, grid) is TilePlan tiles)
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
            (IrrigationModel model, string modelDigest) = GetModel(labels, zones, features);
            if (!model.Description.Classes.Any(c => c.IsIrrigated))
            {
                warnings.Add("no class of the model counts as irrigated: land cover is mapped, and irrigated_ha is 0 by definition");
            }

            if (model.Description.IsWeak)
            {
                warnings.Add("no labels were given: confident pixels labelled themselves; assess the maps with an independent sample before they are used");
            }

            Classify(features, model, modelDigest);
            rows = Publish(features, model.Description, zones, area is not null, reference);
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
            files);
    }

    /// <summary>Makes the features of a year; a scene that cannot be read is left out and the year made again without it.</summary>
    private TilePlan? BuildFeatures(int year, SceneSelection scenes, Grid grid)
    {
        FeatureOptions options = configuration.Features;
        string common = Digest.OfTexts(
        [
            PipelineVersion, "features", grid.Crs, Number(grid.Left), Number(grid.Top), Number(grid.PixelWidth), $"{grid.Width}x{grid.Height}",
            .. options.Seasons.Select(season => season.ToString()), .. options.Indices.Select(index => index.ToString()), options.Observation.ToString(),
            .. options.Ancillary.SelectMany(raster => new[] { raster.Key, Digest.OfFile(raster.Value) }),
        ]);
        string features = RunFolder.YearFile(year, "features.tif");
        string observations = RunFolder.YearFile(year, "observations.tif");
        while (true)
        {
            IReadOnlyList<SceneRecord> used = scenes.OfYear(year);
            if (used.Count == 0)
            {
                return null;
            }

            TilePlan plan = TilePlan.OfScenes(grid, FeatureBuilder.TileSize, common,
                [.. used.OrderBy(scene => scene.Fingerprint, StringComparer.Ordinal).Select(scene => (scene.Fingerprint, grid.Reach(scene.Grid!, options.Observation.Mask.Dilation)))]);
            try
            {
                steps.Run($"features {year}", plan, [features, observations], (report, kept) => Build(year, used, grid, features, observations, kept, report));
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
        var opened = new List<Scene>();
        try
        {
            foreach (SceneRecord record in used)
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    opened.Add(SceneReader.Open(record.Path, scratch, record.Stack));
                }
                catch (InputException e) when (e is not ScratchSpaceException)
                {
                    // It was whole when it was catalogued, and was moved or changed since.
                    throw new SceneFailedException([KeyValuePair.Create(record.Path, e)]);
                }
            }

            FeatureBuilder.Build(opened, grid, year, configuration.Features, folder.File(features), folder.File(observations), kept, report, cancel);
        }
        finally
        {
            opened.ForEach(scene => scene.Dispose());
        }
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
            PipelineVersion, "model", configuration.Labels is null ? "weak" : Digest.OfFile(configuration.Labels), configuration.Zones is null ? string.Empty : Digest.OfFile(configuration.Zones),
            string.Create(CultureInfo.InvariantCulture, $"{options.Kind} {options.Trees} {options.Leaves} {options.LearningRate} {options.LeastPerLeaf} {options.Seed} {options.Search} {options.PreviousYears} {options.BalancesClasses} {options.MostPixelsOfPolygon} {options.BlockMetres}"),
            .. options.IrrigatedClasses, "features", .. options.Features, "weights", .. options.ClassWeights.Select(weight => $"{weight.Key} {Number(weight.Value)}"), .. configuration.Features.Seasons.Select(season => season.ToString()), .. configuration.Features.Indices.Select(index => index.ToString()), .. configuration.Features.Ancillary.Select(raster => raster.Key),
            .. labelled.Select(year => year.ToString(CultureInfo.InvariantCulture)),
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
            TilePlan plan = tiles.Then(Digest.OfTexts(PipelineVersion, "classes", modelDigest), [.. Enumerable.Range(1, previous).Select(back => features.GetValueOrDefault(year - back))]);
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
            string key = Digest.OfTexts(PipelineVersion, "irrigated", classDigests[year], smooth ? classDigests[year - 1] + classDigests[year + 1] : string.Empty, Number(configuration.MinimumPatch));
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

    private IReadOnlyList<AreaRow> Publish(SortedDictionary<int, TilePlan> features, ModelDescription model, IReadOnlyList<Zone> zones, bool hasArea, ReferenceSample? reference)
    {
        ModelClass[] irrigated = [.. model.Classes.Where(c => c.IsIrrigated)];
        var options = new PublicationOptions
        {
            Name = configuration.Name,
            Zones = zones,
            ZonesFile = configuration.Zones!,
            Counted = new ClassValues("irrigated", [.. irrigated.Select(c => (double)c.Value)]) { OtherNames = [.. irrigated.Select(c => c.Name)] },
            CountsOutside = hasArea,
            Formats = configuration.Publish,
            Source = configuration.Source,
            Waters = configuration.Waters,
            WaterValues = model.Classes.FirstOrDefault(c => c.Name.Equals("water", StringComparison.OrdinalIgnoreCase)) is ModelClass water ? new ClassValues(water.Name, [water.Value]) : null,
            Elevation = configuration.Features.Ancillary.Where(raster => raster.Key == "elevation").Select(raster => raster.Value).FirstOrDefault(),
            LeastObserved = configuration.LeastObserved,
            Simplify = configuration.Simplify,
            Reference = reference,
            Texts = configuration.Texts,
        };
        PublishedMap[] maps = [.. features.Keys.Select(year => new PublishedMap(year, folder.File(RunFolder.YearFile(year, "irrigated.tif")), folder.File(RunFolder.YearFile(year, "probability.tif")),
        [
            new StacAsset("probability", folder.File(RunFolder.YearFile(year, "probability.tif")), "probability of irrigation, scaled by 10 000", StacAsset.Cog),
            new StacAsset("observations", folder.File(RunFolder.YearFile(year, "observations.tif")), "number of clear observations by season", StacAsset.Cog),
            new StacAsset("features", folder.File(RunFolder.YearFile(year, "features.tif")), "features of the year", StacAsset.Cog),
            new StacAsset("novelty", folder.File(RunFolder.YearFile(year, "novelty.tif")), "share of features outside of the range in training", StacAsset.Cog),
        ]))];
        string common = Digest.OfTexts(
        [
            PipelineVersion, "publication", configuration.Name, configuration.Source, configuration.Texts.Code, Number(configuration.LeastObserved), Number(configuration.Simplify), hasArea.ToString(),
            Digest.OfFile(configuration.Zones!), configuration.ZoneName, configuration.CountryField ?? string.Empty,
            .. new[] { configuration.Area, configuration.Assessment, configuration.Waters, options.Elevation }.Select(file => file is null ? string.Empty : Digest.OfFile(file)),
            .. steps.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        ]);
        foreach (PublicationPart part in Publication.Parts(folder.Root, maps, options, steps.Warn, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            steps.Run(part.Name, Digest.OfTexts([common, part.Name, .. part.Files]), part.Files, _ => part.Write());
            files.AddRange(part.Files);
        }

        return AreaCsv.Read(folder.File("area.csv"));
    }

    /// <summary>Everything a report is made of; what the record says besides, as times, does not make it again.</summary>
    private string ReportKey(SceneSelection scenes) => Digest.OfTexts(
    [
        PipelineVersion, "report", Digest.OfFile(configuration.File),
        .. steps.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        .. scenes.CountByYear().Select(year => string.Create(CultureInfo.InvariantCulture, $"{year.Key} {year.Value}")),
        .. scenes.Skipped.Select(scene => $"{scene.Path} {scene.Cause}"),
        .. warnings,
    ]);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
