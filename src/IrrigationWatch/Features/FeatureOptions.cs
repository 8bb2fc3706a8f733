using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Features;

/// <summary>How features are computed.</summary>
public sealed record FeatureOptions
{
    /// <summary>The seasons.</summary>
    public IReadOnlyList<Season> Seasons { get; init; } = Season.Default;

    /// <summary>What counts as not observed.</summary>
    public MaskOptions Mask { get; init; } = MaskOptions.Default;

    /// <summary>Brings TM and ETM+ surface reflectance to OLI's (see <see cref="Harmonisation"/>).</summary>
    public bool Harmonise { get; init; } = true;

    /// <summary>Further rasters whose values join as features: name and path, in the order of their bands.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Ancillary { get; init; } = [];

    /// <summary>How reflectance is resampled where a scene is not aligned with the grid.</summary>
    public Resampling Resampling { get; init; } = Resampling.Bilinear;
}
