using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Workflow;

/// <summary>What a run does: the content of <c>irrigation.yaml</c>, its paths made absolute.</summary>
public sealed record RunConfiguration
{
    /// <summary>The configuration's file.</summary>
    public required string File { get; init; }

    /// <summary>Name of the run, shown on charts and maps.</summary>
    public required string Name { get; init; }

    /// <summary>Folders, archives, patterns, addresses and STAC documents of scenes; empty to take what the catalogue holds, or stacks alone.</summary>
    public required IReadOnlyList<string> Scenes { get; init; }

    /// <summary>Stacks that are no products of USGS.</summary>
    public IReadOnlyList<StackConfiguration> Stacks { get; init; } = [];

    /// <summary>A catalogue shared with other runs; null for one of the output folder's own.</summary>
    public string? CatalogueFile { get; init; }

    /// <summary>Takes Level 1 together with Level 2.</summary>
    public bool AllowMixedLevels { get; init; }

    /// <summary>Folder into which compressed archives are unpacked; null for one in the output folder.</summary>
    public string? ScratchFolder { get; init; }

    /// <summary>Most bytes that unpacked archives may take; null for what is free on the disk, less 1 GB.</summary>
    public long? ScratchLimit { get; init; }

    /// <summary>Area of interest; null for where the scenes are.</summary>
    public string? Area { get; init; }

    /// <summary>The zones; needed as soon as there is a model.</summary>
    public string? Zones { get; init; }

    /// <summary>Field of the zones' names.</summary>
    public string ZoneName { get; init; } = "name";

    /// <summary>Field of the zones' countries; null for <c>country</c>, else <c>iso</c>.</summary>
    public string? CountryField { get; init; }

    /// <summary>The years, sorted.</summary>
    public required IReadOnlyList<int> Years { get; init; }

    /// <summary>CRS of the analysis grid; null to take that of most scenes.</summary>
    public string? Crs { get; init; }

    /// <summary>Pixel size of the analysis grid in units of its CRS.</summary>
    public double Resolution { get; init; } = 30;

    /// <summary>How features are computed.</summary>
    public FeatureOptions Features { get; init; } = new();

    /// <summary>Labels to train on; null where a model is given or none is wanted.</summary>
    public string? Labels { get; init; }

    /// <summary>A trained model; null where it is trained from labels or none is wanted.</summary>
    public string? ModelFile { get; init; }

    /// <summary>Where there are no labels, confident pixels label themselves.</summary>
    public bool WeakLabels { get; init; }

    /// <summary>True where maps are to be made, not features alone.</summary>
    internal bool HasModel => Labels is not null || ModelFile is not null || WeakLabels;

    /// <summary>How the model is trained.</summary>
    public TrainerOptions Trainer { get; init; } = new();

    /// <summary>Points of known class from which intervals are estimated; null for none.</summary>
    public string? Assessment { get; init; }

    /// <summary>Majority over three years.</summary>
    public bool TemporalSmoothing { get; init; }

    /// <summary>Patches with fewer pixels are merged into their surroundings; 0 or 1 for none.</summary>
    public int MinimumPatch { get; init; }

    /// <summary>What is published: some of <see cref="Publication.Formats"/>.</summary>
    public IReadOnlyList<string> Publish { get; init; } = Publication.DefaultFormats;

    /// <summary>A line about the source of the data, written below charts and maps; may be empty.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>The language of charts, maps and the report.</summary>
    public Texts Texts { get; init; } = Texts.English;

    /// <summary>Observed share of a zone below which a year is flagged and left out of trends.</summary>
    public double LeastObserved { get; init; } = ZoneChange.DefaultLeastObserved;

    /// <summary>Most units of the CRS by which outlines of polygons may be moved to make them simpler; 0 to follow the pixels.</summary>
    public double Simplify { get; init; }

    /// <summary>Lakes and rivers that are drawn; of lakes the open water is added up where a class is named water. Null for none.</summary>
    public string? Waters { get; init; }

    /// <summary>Encoding of the letters of vector files that do not say it; null to find it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Remarks on the configuration that a user should read.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The output folder.</summary>
    public required string Output { get; init; }
}
