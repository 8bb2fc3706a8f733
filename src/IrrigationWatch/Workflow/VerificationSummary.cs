using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>What verifying products found.</summary>
/// <param name="Whole">How many are whole.</param>
/// <param name="Damages">The damaged files, by product.</param>
public sealed record VerificationSummary(int Whole, IReadOnlyList<(SceneRecord Scene, FileDamage Damage)> Damages);
