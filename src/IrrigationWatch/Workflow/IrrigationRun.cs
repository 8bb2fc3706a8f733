using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Landsat;
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
    private const string ReportStep = "report";

    /// <summary>Scenes that a warning names.</summary>
    private const int MostNamed = 20;

    private readonly RunConfiguration configuration;
    private readonly IProgress<RunProgress>? progress;
    private readonly CancellationToken cancel;
    private readonly RunFolder folder;
    private readonly Catalogue catalogue;
    private readonly ScratchSpace scratch;
    private readonly RunSteps steps;
    private readonly List<string> warnings = [];
    private readonly List<string> files = [];

    private IrrigationRun(RunConfiguration configuration, IProgress<RunProgress>? progress, CancellationToken cancel, string? own = null)
    {
        this.configuration = configuration;
        this.progress = progress;
        this.cancel = cancel;
        folder = new RunFolder(configuration.Output, scratch: own ?? configuration.ScratchFolder);
        try
        {
            catalogue = new Catalogue(configuration.CatalogueFile ?? folder.Local(RunFolder.CatalogueFile));
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        scratch = new ScratchSpace(configuration.ScratchFolder is string elsewhere ? Path.Combine(elsewhere, Digest.OfTexts(configuration.Output)[..16]) : folder.Scratch, configuration.ScratchLimit);
        steps = new RunSteps(configuration, folder, progress, cancel);
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
        JobPlan job = planner.Plan(run.steps.Holding);
        var folder = new PlanFolder(plan);
        folder.ForgetRejected();
        if (!folder.Store.IsDisk)
        {
            PlanInputs.Write(configuration, folder.Store);
        }

        folder.Write(job);
        return job;
    }

    /// <summary>Joins the pieces of a plan and does all that comes after them: what <see cref="Execute"/> would give, byte for byte.</summary>
    /// <param name="plan">The folder of the plan.</param>
    /// <param name="output">Folder of the results instead of the plan's; null for the plan's.</param>
    /// <param name="partial">Joins what is there: tiles that are missing count as not observed, and are named.</param>
    /// <param name="scratch">A folder of this machine for files on their way from and to object storage; null for that of the system.</param>
    /// <param name="progress">Told what is being done; may be called from several threads.</param>
    /// <param name="cancel">Stops; what was finished is kept.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">Pieces are missing, or the run cannot go on.</exception>
    public static RunSummary Reduce(string plan, string? output = null, bool partial = false, string? scratch = null, IProgress<RunProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(plan);
        var folder = new PlanFolder(plan);
        IrrigationRun? opened = null;
        JobPieces? pieces = null;
        try
        {
            pieces = JobPieces.Open(folder, output, scratch, configuration => (opened = new IrrigationRun(configuration, progress, cancel, scratch)).catalogue);
            IrrigationRun run = opened!;
            run.warnings.AddRange(pieces.Check(pieces.Configuration.Years, run.steps.Holding, partial));
            RunSummary summary = run.Run(new RunInputs(pieces.Configuration), pieces.Scenes, pieces.Step, pieces.Plan.GridReason, pieces);
            folder.RemoveWork();
            return summary;
        }
        finally
        {
            opened?.Dispose();
            pieces?.Dispose();
        }
    }

    /// <summary>Frees the output folder.</summary>
    public void Dispose()
    {
        scratch.Dispose();
        catalogue.Dispose();
        folder.Keep(RunFolder.CatalogueFile);
        folder.Dispose();
    }

    private (SceneSelection Scenes, Grid Grid, string Reason) FindScenes(Geometry? area)
    {
        var scenes = new SceneSelection(configuration, catalogue, scratch, progress, cancel);
        if (!scenes.Used.Any() && scenes.FoundYears() is { Count: > 0 } found && !found.Intersect(configuration.Years).Any())
        {
            throw new ConfigurationException(configuration.File, $"no scene of the years asked for was found ({YearList.Format(configuration.Years)}); the scenes are of {YearList.Format(found)}: set 'years' to these, or add scenes{Named(found[0])}");
        }

        if (!scenes.Used.Any() && scenes.Skipped.Count > 0)
        {
            throw new InputException(scenes.Skipped[0].Path, string.Create(CultureInfo.InvariantCulture, $"{scenes.Skipped[0].Cause}; none of the {scenes.Skipped.Count} scenes found can be used"));
        }

        (Grid grid, string reason) = GridPlanner.Plan(scenes.Grids(), area, configuration.Crs, configuration.Resolution, configuration.File);
        progress?.Report(new RunProgress("grid", 1, "grid " + reason));
        return (scenes, grid, reason);
    }

    /// <summary>What years are, where they are no calendar years.</summary>
    private string Named(int example) => configuration.Features.Calendar.IsDefault ? string.Empty : $" ({configuration.Features.Calendar.Describe(example)})";

    private RunSummary Run(RunInputs inputs, SceneSelection scenes, FeatureStep step, string reason, JobPieces? pieces)
    {
        warnings.AddRange(inputs.Warnings);
        if (scenes.Used.Where(scene => !scene.HasQa).Select(scene => scene.Id!.Text).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } unmasked)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{unmasked.Length} scenes have no QA_PIXEL: clouds and shadows are not masked in them ({string.Join(", ", unmasked.Take(MostNamed))}{(unmasked.Length > MostNamed ? ", …" : string.Empty)}); download them again, or leave them out"));
        }

        foreach (int year in configuration.Years)
        {
            if (pieces is null)
            {
                steps.BuildFeatures(year, scenes, step, scratch);
            }
            else
            {
                steps.JoinFeatures(year, pieces);
            }
        }

        if (configuration.Years.Except(steps.Years).ToArray() is { Length: > 0 } without)
        {
            warnings.Add($"no scene of {YearList.Format(without)} can be used: nothing is said of {(without.Length == 1 ? "this year" : "these years")}; the scenes are of {YearList.Format(scenes.FoundYears())}{Named(without[0])}");
        }

        IReadOnlyList<AreaRow> rows = [];
        if (!configuration.HasModel)
        {
            warnings.Add("the configuration names no model: features were made, but nothing was classified; add 'model: { labels: … }'");
        }
        else if (steps.Years.Count > 0)
        {
            TrainedModel model = steps.GetModel(inputs);
            ModelDescription description = model.Model.Description;
            if (!description.Classes.Any(c => c.IsIrrigated))
            {
                warnings.Add("no class of the model counts as irrigated: land cover is mapped, and irrigated_ha is 0 by definition");
            }

            if (description.IsWeak)
            {
                warnings.Add("no labels were given: confident pixels labelled themselves; assess the maps with an independent sample before they are used");
            }

            foreach (int year in steps.Years)
            {
                steps.Classify(year, model);
            }

            steps.Finish(model);
            var publication = new RunPublication(configuration, folder, steps.Runner, cancel);
            rows = publication.Write(steps.Years, description, inputs);
            files.AddRange(publication.Files);
        }

        files.InsertRange(0, steps.Files);
        warnings.AddRange(steps.Warnings);
        warnings.AddRange(steps.Runner.Warnings);
        if (configuration.Publish.Contains("geojson"))
        {
            string footprints = SceneFootprints.Format(scenes.Used, configuration.Features.Calendar);
            steps.Runner.Run("scenes", Digest.OfTexts(FeatureStep.PipelineVersion, "scenes", footprints), [SceneFootprints.FileName], _ => AtomicFile.WriteText(folder.Target(SceneFootprints.FileName), footprints));
            files.Add(SceneFootprints.FileName);
        }

        folder.WriteText(RunRecord.FileName, RunRecord.Format(configuration, reason, scenes, steps.Runner.Steps, warnings));
        files.Add(RunRecord.FileName);
        bool reports = rows.Count > 0 && configuration.Publish.Contains("report");
        // Only now: a run that is broken off leaves what was there before. The report comes after it, as it tells of all that lies in the folder. A year whose scenes are gone, perhaps with a disk that is not
        // mounted, keeps its features, which took hours.
        HashSet<string> kept = [.. configuration.Years.Except(steps.Years).Select(RunSteps.FeaturesOf), .. reports ? [ReportStep] : Array.Empty<string>()];
        (IReadOnlyList<string> removed, IReadOnlyList<string> left) = steps.Runner.RemoveStale(kept.Contains);
        if (reports)
        {
            steps.Runner.Run(ReportStep, ReportKey(scenes), [FolderReport.FileName], _ =>
            {
                FetchPublished();
                FolderReport.Write(folder.Root);
            });
            files.Add(FolderReport.FileName);
        }

        return new RunSummary(
            reason,
            scenes.CountByYear(),
            [.. configuration.Years.Except(steps.Years)],
            scenes.Skipped,
            scenes.Superseded,
            [.. warnings, .. steps.Runner.DamageWarnings, .. left.Select(file => $"{file} is of an earlier configuration, and was changed since it was written: it is left; remove it if you do not want it")],
            steps.Runner.Done,
            steps.Runner.Kept,
            steps.Runner.TilesComputed,
            steps.Runner.TilesKept,
            rows,
            files,
            removed,
            configuration.Output,
            configuration.Features.Calendar);
    }

    /// <summary>A report is made of files beside each other; those that were kept in object storage come here first.</summary>
    private void FetchPublished()
    {
        foreach (string file in steps.Runner.Steps.SelectMany(step => step.Outputs.Keys).Where(file => !file.EndsWith(".tif", StringComparison.Ordinal)))
        {
            _ = folder.Local(file);
        }
    }

    /// <summary>Everything a report is made of; what the record says besides, as times, does not make it again.</summary>
    private string ReportKey(SceneSelection scenes) => Digest.OfTexts(
    [
        FeatureStep.PipelineVersion, "report", Digest.OfFile(configuration.File),
        .. steps.Runner.Steps.SelectMany(step => step.Outputs.Values).Select(output => output.Digest),
        .. scenes.CountByYear().Select(year => string.Create(CultureInfo.InvariantCulture, $"{year.Key} {year.Value}")),
        .. scenes.Skipped.Select(scene => $"{scene.Path} {scene.Cause}"),
        .. warnings,
    ]);
}
