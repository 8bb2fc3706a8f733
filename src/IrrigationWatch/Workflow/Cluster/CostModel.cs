using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What a piece takes: so much for each pixel of each scene, for each pixel that is written, and to begin.</summary>
/// <param name="SecondsPerScenePixel">Seconds of one core for a pixel of a scene: decoding its files, masks, indices, statistics.</param>
/// <param name="SecondsPerPixel">Seconds of one core for a pixel of the block: packing and writing its features.</param>
/// <param name="SecondsToBegin">Seconds to begin: the program, the plan, opening the scenes.</param>
public sealed record CostModel(double SecondsPerScenePixel, double SecondsPerPixel, double SecondsToBegin)
{
    /// <summary>Packed bytes that are read for a pixel of a scene: six or eight bands of real products, about 0.7 GB for 60 million pixels.</summary>
    internal const double BytesPerScenePixel = 11;

    /// <summary>Packed bytes of the features of a pixel: 26 bands, 2.3 GB for 60 million pixels.</summary>
    internal const double BytesPerPixel = 38;

    /// <summary>Seconds of one core to join the features of a pixel of a year.</summary>
    public double SecondsToJoinPixel { get; init; } = 4.4e-7;

    /// <summary>Seconds of one core to classify a pixel of a year.</summary>
    public double SecondsToClassifyPixel { get; init; } = 3.1e-7;

    /// <summary>Seconds of one core to smooth, count and publish a pixel of a year.</summary>
    public double SecondsToPublishPixel { get; init; } = 1.5e-7;

    /// <summary>Seconds of one core to train the model, whatever the size.</summary>
    public double SecondsToTrain { get; init; } = 30;

    /// <summary>As measured for 26 features of years of 4 and of 20 scenes (docs/performance.md).</summary>
    public static CostModel Default { get; } = new(4.5e-8, 6e-7, 0.5);

    /// <summary>Expected seconds of one core.</summary>
    /// <param name="scenePixels">Pixels of all scenes that are read.</param>
    /// <param name="pixels">Pixels that are written.</param>
    /// <returns>Seconds.</returns>
    public double Seconds(long scenePixels, long pixels) => SecondsToBegin + scenePixels * SecondsPerScenePixel + pixels * SecondsPerPixel;

    /// <summary>
    /// The model that fits the pieces that a plan has done, by least squares over pixels of scenes and pixels written, which are never
    /// worth less than nothing; where too few are done, or all are alike, the default is stretched to their time.
    /// </summary>
    /// <param name="plan">The folder of a plan whose pieces were made on machines like those to come.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">There is no plan, or none of its pieces is done.</exception>
    public static CostModel Fit(string plan)
    {
        var folder = new PlanFolder(plan);
        using JobPieces pieces = JobPieces.Open(folder);
        (double Scene, double Pixels, double Seconds)[] done = [.. pieces.Costs(pieces.Done()).Select(cost => ((double)cost.ScenePixels, (double)cost.Pixels, cost.CoreSeconds))];
        if (done.Length == 0)
        {
            throw new InputException(folder.Root, "has no piece that is done, from which costs could be learned; run 'irrigationwatch work' for some");
        }

        double aa = done.Sum(piece => piece.Scene * piece.Scene);
        double ab = done.Sum(piece => piece.Scene * piece.Pixels);
        double bb = done.Sum(piece => piece.Pixels * piece.Pixels);
        double ac = done.Sum(piece => piece.Scene * piece.Seconds);
        double bc = done.Sum(piece => piece.Pixels * piece.Seconds);
        double determinant = aa * bb - ab * ab;
        if (determinant > 1e-3 * aa * bb)
        {
            double perScenePixel = (ac * bb - bc * ab) / determinant;
            double perPixel = (bc * aa - ac * ab) / determinant;
            if (perScenePixel >= 0 && perPixel >= 0)
            {
                return (Default with { SecondsPerScenePixel = perScenePixel, SecondsPerPixel = perPixel }).WithSteps(pieces);
            }
        }

        double expected = done.Sum(piece => piece.Scene * Default.SecondsPerScenePixel + piece.Pixels * Default.SecondsPerPixel);
        double stretch = done.Sum(piece => piece.Seconds) / expected;
        return (Default with { SecondsPerScenePixel = Default.SecondsPerScenePixel * stretch, SecondsPerPixel = Default.SecondsPerPixel * stretch }).WithSteps(pieces);
    }

    /// <summary>Expected seconds of one core for a stage of a year, or for the model.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stage">The stage.</param>
    /// <returns>Seconds.</returns>
    internal double StageSeconds(JobPlan plan, ReduceStage stage) => stage switch
    {
        ReduceStage.Model => SecondsToBegin + SecondsToTrain,
        _ => SecondsToBegin + Pixels(plan) * (stage == ReduceStage.Join ? SecondsToJoinPixel : SecondsToClassifyPixel),
    };

    /// <summary>Expected seconds of one core for what follows the years: smoothing, counting, publishing.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Seconds.</returns>
    internal double PublishSeconds(JobPlan plan) => SecondsToBegin + Pixels(plan) * SecondsToPublishPixel * plan.Years.Count;

    private static double Pixels(JobPlan plan) => (double)plan.Grid.Width * plan.Grid.Height;

    /// <summary>Takes over what the steps after the pieces took, as far as they are done and were made from pieces.</summary>
    private CostModel WithSteps(JobPieces pieces)
    {
        JobPlan plan = pieces.Plan;
        var log = new StepLog(FileStore.Of(pieces.Configuration.Output));
        int[] years = [.. plan.Pieces.Select(piece => piece.Year).Distinct()];
        IReadOnlyList<StepRecord> all = log.All();
        StepRecord? model = all.FirstOrDefault(step => step.Name == "model");
        string[] others = [.. plan.Years.SelectMany(year => new[] { RunSteps.FeaturesOf(year), RunSteps.ClassesOf(year) }), "model"];
        double publishing = all.Where(step => !others.Contains(step.Name)).Sum(Seconds);
        double Seconds(StepRecord step) => step.Seconds * JobTasks.Use(step.Cores);
        double? Mean(Func<int, string> name)
        {
            string[] names = [.. years.Select(name)];
            StepRecord[] steps = [.. all.Where(step => names.Contains(step.Name) && step.TilesComputed > 0)];
            double pixels = steps.Sum(step => Pixels(plan) * step.TilesComputed!.Value / (step.TilesComputed!.Value + (step.TilesKept ?? 0)));
            return pixels > 0 ? steps.Sum(Seconds) / pixels : null;
        }

        return this with
        {
            SecondsToJoinPixel = Mean(RunSteps.FeaturesOf) ?? SecondsToJoinPixel,
            SecondsToClassifyPixel = Mean(RunSteps.ClassesOf) ?? SecondsToClassifyPixel,
            SecondsToTrain = model is not null ? Seconds(model) : SecondsToTrain,
            SecondsToPublishPixel = publishing > 0 ? publishing / (Pixels(plan) * plan.Years.Count) : SecondsToPublishPixel,
        };
    }
}
