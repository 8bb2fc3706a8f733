namespace IrrigationWatch.Landsat;

/// <summary>Bits of SR_CLOUD_QA, the cloud mask inside the surface reflectance of TM and ETM+ (USGS LSDS-1618).</summary>
[Flags]
public enum CloudQaBits : ushort
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>Bit 0: dark dense vegetation.</summary>
    DarkVegetation = 1 << 0,

    /// <summary>Bit 1: cloud.</summary>
    Cloud = 1 << 1,

    /// <summary>Bit 2: cloud shadow.</summary>
    CloudShadow = 1 << 2,

    /// <summary>Bit 3: adjacent to cloud.</summary>
    AdjacentToCloud = 1 << 3,

    /// <summary>Bit 4: snow.</summary>
    Snow = 1 << 4,

    /// <summary>Bit 5: water.</summary>
    Water = 1 << 5,
}
