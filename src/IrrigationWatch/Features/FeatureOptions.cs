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
    /// Bytes that the observations in work may take, 200 MB unless said otherwise. One tile is worked on however little it is:
    /// 1.3 MB a scene.
    /// </summary>
    public long MemoryLimit { get; init; } = 200_000_000;
}
