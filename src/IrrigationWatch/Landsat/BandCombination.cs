namespace IrrigationWatch.Landsat;

/// <summary>Which bands are shown as red, green and blue.</summary>
public enum BandCombination
{
    /// <summary>Short-wave infrared 1, near infrared, red: crops bright green, bare soil pink to brown, water black; as USGS shows its scenes.</summary>
    False,

    /// <summary>Red, green, blue: as the eye sees.</summary>
    True,

    /// <summary>Near infrared, red, green: plants in red.</summary>
    Infrared,
}
