namespace IrrigationWatch.Landsat;

/// <summary>By which rules a scene is named, cut and scaled.</summary>
public enum ProductKind
{
    /// <summary>A Collection 2 scene of the Worldwide Reference System (WRS-2).</summary>
    Scene,

    /// <summary>A tile of U.S. Landsat Analysis Ready Data (ARD), Collection 2.</summary>
    ArdTile,

    /// <summary>A stack of another maker, described in YAML.</summary>
    Stack,
}
