namespace IrrigationWatch.Landsat;

/// <summary>How sure QA_PIXEL is of a class: the two-bit fields of Collection 2.</summary>
public enum QaConfidence
{
    /// <summary>No level was set.</summary>
    None = 0,

    /// <summary>Low.</summary>
    Low = 1,

    /// <summary>Medium; only clouds have it, for other classes the value is reserved.</summary>
    Medium = 2,

    /// <summary>High.</summary>
    High = 3,
}
