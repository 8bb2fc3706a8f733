namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What a piece takes: so much for each pixel of each scene, for each pixel that is written, and to begin.</summary>
/// <param name="SecondsPerScenePixel">Seconds of one core for a pixel of a scene: decoding its files, masks, indices, statistics.</param>
/// <param name="SecondsPerPixel">Seconds of one core for a pixel of the block: packing and writing its features.</param>
/// <param name="SecondsToBegin">Seconds to begin: the program, the plan, opening the scenes.</param>
public sealed record CostModel(double SecondsPerScenePixel, double SecondsPerPixel, double SecondsToBegin)
{
    /// <summary>As measured for 26 features of years of 20 scenes (docs/performance.md): 66 s of one core for 60 million pixels of each.</summary>
    public static CostModel Default { get; } = new(4.5e-8, 2e-7, 1);

    /// <summary>Expected seconds of one core.</summary>
    /// <param name="scenePixels">Pixels of all scenes that are read.</param>
    /// <param name="pixels">Pixels that are written.</param>
    /// <returns>Seconds.</returns>
    public double Seconds(long scenePixels, long pixels) => SecondsToBegin + scenePixels * SecondsPerScenePixel + pixels * SecondsPerPixel;

    /// <summary>Expected seconds of the job that joins: so much for each pixel of each year, and to train and publish.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Seconds.</returns>
    internal static double ReduceSeconds(JobPlan plan) => 300 + 5e-7 * plan.Grid.Width * plan.Grid.Height * plan.Pieces.Select(piece => piece.Year).Distinct().Count();
}
