using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>A scene as the catalogue knows it.</summary>
public sealed record SceneRecord
{
    /// <summary>Where it lies.</summary>
    public required string Path { get; init; }

    /// <summary>What changed when its files changed last.</summary>
    public required string Stamp { get; init; }

    /// <summary>Fingerprint of its files; empty where it could not be read.</summary>
    public string Fingerprint { get; init; } = string.Empty;

    /// <summary>Who it is; null where it could not be read.</summary>
    public ProductId? Id { get; init; }

    /// <summary>Time of its centre, UTC.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Cloud cover in percent, or null.</summary>
    public double? CloudCover { get; init; }

    /// <summary>True when it has a quality band, so that clouds can be masked.</summary>
    public bool HasQa { get; init; }

    /// <summary>Where it is on the ground; null where it could not be read.</summary>
    public Grid? Grid { get; init; }

    /// <summary>The description it is read by; null for products of USGS.</summary>
    public StackDescription? Stack { get; init; }

    /// <summary>Why it is not used; null for a good scene.</summary>
    public string? Error { get; init; }

    /// <summary>When every block of it was read without damage, UTC; null where that was not done since it changed.</summary>
    public DateTimeOffset? Verified { get; init; }
}
