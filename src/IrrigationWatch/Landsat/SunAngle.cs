namespace IrrigationWatch.Landsat;

/// <summary>Which angle of the sun turns Level 1 into top-of-atmosphere reflectance.</summary>
public enum SunAngle
{
    /// <summary>That of the scene's centre, from the metadata.</summary>
    Scene,

    /// <summary>That of each pixel, from the product's solar zenith band.</summary>
    Pixel,
}
