namespace IrrigationWatch.Areas;

/// <summary>Which maps of change are written, and where; null for none.</summary>
public sealed record ChangeMapFiles
{
    /// <summary>First year in which a pixel was irrigated: 16 bits, 0 for never, 65535 where it was never observed.</summary>
    public string? FirstYear { get; init; }

    /// <summary>Last year in which it was, likewise.</summary>
    public string? LastYear { get; init; }

    /// <summary>Number of years in which it was: bytes, 255 where it was never observed.</summary>
    public string? IrrigatedYears { get; init; }

    /// <summary>Number of years in which it was observed, likewise.</summary>
    public string? ObservedYears { get; init; }

    /// <summary>Change between the first and the last five years: bytes, the classes of <see cref="ChangeMaps.Classes"/>, 255 where one was not observed.</summary>
    public string? Change { get; init; }
}
