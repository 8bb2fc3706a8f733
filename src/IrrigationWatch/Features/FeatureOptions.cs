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

    /// <summary>
    /// Bytes that observations in work and parts of scenes read ahead may take, 150 MB unless said otherwise. One tile is worked
    /// on however little that is: 1.3 MB a scene. Results do not depend on it.
    /// </summary>
    public long MemoryLimit { get; init; } = 150_000_000;
}
