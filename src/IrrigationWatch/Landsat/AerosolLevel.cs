namespace IrrigationWatch.Landsat;

/// <summary>Aerosol of SR_QA_AEROSOL, bits 6 and 7 (USGS LSDS-1619).</summary>
public enum AerosolLevel
{
    /// <summary>Climatology was used.</summary>
    Climatology = 0,

    /// <summary>Low.</summary>
    Low = 1,

    /// <summary>Medium.</summary>
    Medium = 2,

    /// <summary>High.</summary>
    High = 3,
}
