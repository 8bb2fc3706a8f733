using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>How the pixels of a scene become observations.</summary>
public sealed record ObservationOptions
{
    /// <summary>What counts as not observed.</summary>
    public MaskOptions Mask { get; init; } = MaskOptions.Default;

    /// <summary>Brings TM and ETM+ surface reflectance to OLI's (see <see cref="Harmonisation"/>).</summary>
    public bool Harmonise { get; init; } = true;

    /// <summary>The sun's angle by which Level 1 becomes top-of-atmosphere reflectance.</summary>
    public SunAngle SunAngle { get; init; }

    /// <summary>How reflectance is resampled where the scene is not aligned with the grid; QA takes the nearest pixel.</summary>
    public Resampling Resampling { get; init; } = Resampling.Bilinear;
}
