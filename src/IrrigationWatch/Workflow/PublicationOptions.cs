using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>How maps are published.</summary>
public sealed record PublicationOptions
{
    /// <summary>What the maps are of.</summary>
    public required string Name { get; init; }

    /// <summary>The zones, cut to the area of interest.</summary>
    public required IReadOnlyList<Zone> Zones { get; init; }

    /// <summary>The zones' file, for errors.</summary>
    public required string ZonesFile { get; init; }

    /// <summary>The pixel values that count as irrigated.</summary>
    public required ClassValues Counted { get; init; }

    /// <summary>Whether an area of interest was given: what maps do not reach of a zone is part of it, unobserved.</summary>
    public bool CountsOutside { get; init; }

    /// <summary>What is written: some of <see cref="Publication.Formats"/>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = Publication.DefaultFormats;

    /// <summary>A line about the source of the data; empty for none.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>Names of pixel values; null to take the maps' own metadata.</summary>
    public IReadOnlyDictionary<double, string>? Names { get; init; }

    /// <summary>File of lakes and rivers; null for none.</summary>
    public string? Waters { get; init; }

    /// <summary>Encoding of the letters of that file where it does not say it; null to find it.</summary>
    public string? Encoding { get; init; }

    /// <summary>The pixel values that are open water; null where the maps have no such class.</summary>
    public ClassValues? WaterValues { get; init; }

    /// <summary>An elevation model for the background of maps; null for none.</summary>
    public RasterLayer? Elevation { get; init; }

    /// <summary>Observed share of a zone below which a year is flagged and left out of trends.</summary>
    public double LeastObserved { get; init; } = ZoneChange.DefaultLeastObserved;

    /// <summary>Most units of the maps' CRS by which outlines of polygons may be moved; 0 to follow the pixels.</summary>
    public double Simplify { get; init; }

    /// <summary>Points of known class, from which intervals are estimated; null for none.</summary>
    public ReferenceSample? Reference { get; init; }

    /// <summary>The language.</summary>
    public Texts Texts { get; init; } = Texts.English;
}
