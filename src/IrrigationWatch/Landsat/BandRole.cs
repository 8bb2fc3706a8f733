namespace IrrigationWatch.Landsat;

/// <summary>What a band of a scene holds, by the name remote sensing has for it.</summary>
public enum BandRole
{
    /// <summary>Blue: TM and ETM+ 1, OLI 2.</summary>
    Blue,

    /// <summary>Green: TM and ETM+ 2, OLI 3.</summary>
    Green,

    /// <summary>Red: TM and ETM+ 3, OLI 4.</summary>
    Red,

    /// <summary>Near infrared: TM and ETM+ 4, OLI 5.</summary>
    Nir,

    /// <summary>Short-wave infrared at 1.6 µm: TM and ETM+ 5, OLI 6.</summary>
    Swir1,

    /// <summary>Short-wave infrared at 2.2 µm: TM, ETM+ and OLI 7.</summary>
    Swir2,

    /// <summary>Pixel quality bits.</summary>
    QaPixel,

    /// <summary>Radiometric saturation and terrain occlusion bits.</summary>
    QaRadsat,

    /// <summary>Cloud bits of the surface reflectance of TM and ETM+ (SR_CLOUD_QA).</summary>
    CloudQa,

    /// <summary>Aerosol bits of the surface reflectance of OLI (SR_QA_AEROSOL).</summary>
    AerosolQa,

    /// <summary>Solar zenith angle of each pixel in hundredths of a degree (Level 1).</summary>
    SolarZenith,

    /// <summary>The mask band of a stack that is no USGS product; its description says which values are clear.</summary>
    StackMask,
}
