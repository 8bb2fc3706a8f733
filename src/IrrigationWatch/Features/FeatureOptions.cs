using IrrigationWatch.Landsat;

namespace IrrigationWatch.Features;

/// <summary>How features are computed.</summary>
public sealed record FeatureOptions
{
    /// <summary>The seasons.</summary>
    public IReadOnlyList<Season> Seasons { get; init; } = Season.Default;

    /// <summary>How pixels become observations: masks, harmonisation, resampling.</summary>
    public ObservationOptions Observation { get; init; } = new();

    /// <summary>Further rasters whose values join as features: name and path, in the order of their bands.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Ancillary { get; init; } = [];
}
