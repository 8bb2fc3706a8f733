namespace IrrigationWatch.Workflow.Cluster;

/// <summary>What a worker did.</summary>
/// <param name="Piece">The piece.</param>
/// <param name="WasThere">True where it was done already.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Rejected">Scenes that turned out to be damaged, and are left out by all workers from now on.</param>
public sealed record PieceSummary(PlannedPiece Piece, bool WasThere, double Seconds, IReadOnlyList<SkippedScene> Rejected);
