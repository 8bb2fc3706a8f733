using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>How features are computed.</summary>
public sealed record FeatureOptions
{
    /// <summary>The seasons.</summary>
    public IReadOnlyList<Season> Seasons { get; init; } = Season.Default;

    /// <summary>On which day years begin and by what they are named; each season lies within one.</summary>
    public YearCalendar Calendar { get; init; } = YearCalendar.Default;

    /// <summary>The indices of which medians are taken, NDVI always among them.</summary>
    public IReadOnlyList<SpectralIndex> Indices { get; init; } = FeatureSet.DefaultIndices;

    /// <summary>How pixels become observations: masks, harmonisation, resampling.</summary>
    public ObservationOptions Observation { get; init; } = new();

    /// <summary>Further rasters whose values join as features: name and path, in the order of their bands.</summary>
    public IReadOnlyList<KeyValuePair<string, RasterLayer>> Ancillary { get; init; } = [];

    /// <summary>
    /// Bytes that observations in work and parts of scenes read ahead may take, 110 MB unless said otherwise. A scene takes 0.66 MB
    /// in a tile; where not all scenes of one have room, it is computed in up to 16 strips, which takes longer as each reads the
    /// scenes again. Results do not depend on it.
    /// </summary>
    public long MemoryLimit { get; init; } = 110_000_000;
}
