using IrrigationWatch.Gdal;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>A piece of a plan: the features of a year in a block of tiles.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Year">The year.</param>
/// <param name="Block">The block, in pixels of the analysis grid.</param>
/// <param name="Tiles">The tiles of it that are to be computed.</param>
/// <param name="Scenes">Scenes that reach them.</param>
/// <param name="ScenePixels">Pixels of all scenes that are read.</param>
/// <param name="Seconds">Expected seconds of one core.</param>
public sealed record PlannedPiece(int Number, int Year, PixelWindow Block, IReadOnlyList<PixelWindow> Tiles, int Scenes, long ScenePixels, double Seconds)
{
    /// <summary>A digest of what the piece is made from: that of its tiles.</summary>
    /// <param name="plan">What the tiles of the year are made from.</param>
    internal string DigestOf(TilePlan plan) => Digest.OfTexts([$"{Year} {Block}", .. Tiles.Select(tile => $"{tile} {plan.KeyOf(tile)}")]);
}
