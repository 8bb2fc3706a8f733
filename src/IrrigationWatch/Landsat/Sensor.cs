namespace IrrigationWatch.Landsat;

/// <summary>The instruments of Landsat 4 to 9 whose scenes are read.</summary>
public enum Sensor
{
    /// <summary>Thematic Mapper, Landsat 4 and 5.</summary>
    Tm,

    /// <summary>Enhanced Thematic Mapper Plus, Landsat 7.</summary>
    EtmPlus,

    /// <summary>Operational Land Imager, with or without the thermal sensor, Landsat 8 and 9.</summary>
    Oli,
}
