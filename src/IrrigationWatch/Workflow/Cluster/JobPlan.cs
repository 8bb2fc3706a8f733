using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>A job cut into pieces that do not depend on each other, as it lies in a folder that all machines see.</summary>
public sealed record JobPlan
{
    /// <summary>The configuration, as an absolute path.</summary>
    public required string Configuration { get; init; }

    /// <summary>Digest of the configuration when the plan was made.</summary>
    public required string ConfigurationDigest { get; init; }

    /// <summary>Version of the program and its pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string Output { get; init; }

    /// <summary>The analysis grid.</summary>
    public required Grid Grid { get; init; }

    /// <summary>Why this grid.</summary>
    public required string GridReason { get; init; }

    /// <summary>Digest of all that goes into every tile.</summary>
    public required string Common { get; init; }

    /// <summary>Tiles of a side of a block.</summary>
    public required int BlockTiles { get; init; }

    /// <summary>Tiles that hold already in the folder of the results.</summary>
    public required int TilesKept { get; init; }

    /// <summary>The pieces, by number.</summary>
    public required IReadOnlyList<PlannedPiece> Pieces { get; init; }

    /// <summary>All scenes that were found, used or not.</summary>
    public required IReadOnlyList<SceneRecord> Scenes { get; init; }

    /// <summary>Expected seconds of one core for all pieces.</summary>
    public double Seconds => Pieces.Sum(piece => piece.Seconds);

    /// <summary>Years that have scenes, with or without pieces.</summary>
    public required IReadOnlyList<int> Years { get; init; }

    /// <summary>True where years are classified, not features made alone.</summary>
    public required bool HasModel { get; init; }

    /// <summary>The plan as <c>plan.json</c> holds it.</summary>
    /// <returns>JSON.</returns>
    public string ToJson() => PlanFolder.Format(this);
}
