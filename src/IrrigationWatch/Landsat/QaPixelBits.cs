namespace IrrigationWatch.Landsat;

/// <summary>
/// Bits of a QA_PIXEL word of Collection 2 (USGS LSDS-1618 and LSDS-1619, data format control books of Landsat 4–7 and
/// 8–9 Level 2).
/// </summary>
[Flags]
public enum QaPixelBits : ushort
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>Bit 0: fill.</summary>
    Fill = 1 << 0,

    /// <summary>Bit 1: dilated cloud.</summary>
    DilatedCloud = 1 << 1,

    /// <summary>Bit 2: cirrus with high confidence (OLI; never set for TM and ETM+).</summary>
    Cirrus = 1 << 2,

    /// <summary>Bit 3: cloud with high confidence.</summary>
    Cloud = 1 << 3,

    /// <summary>Bit 4: cloud shadow with high confidence.</summary>
    CloudShadow = 1 << 4,

    /// <summary>Bit 5: snow with high confidence.</summary>
    Snow = 1 << 5,

    /// <summary>Bit 6: neither cloud nor dilated cloud.</summary>
    Clear = 1 << 6,

    /// <summary>Bit 7: water.</summary>
    Water = 1 << 7,

    /// <summary>What hides the ground: fill, cloud, dilated cloud, cirrus and shadow. Water and snow are classes, not gaps.</summary>
    Obstructed = Fill | DilatedCloud | Cirrus | Cloud | CloudShadow,
}
