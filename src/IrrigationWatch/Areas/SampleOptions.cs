using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>How points are shared out among the strata of a sample.</summary>
public enum Allocation
{
    /// <summary>In proportion to the area of each stratum.</summary>
    Proportional,

    /// <summary>The same number in each.</summary>
    Equal,

    /// <summary>Neyman's rule: in proportion to area times the expected standard deviation of being right, √(p (1 − p)).</summary>
    Neyman,
}

/// <summary>How a sample is drawn.</summary>
public sealed record SampleOptions
{
    /// <summary>Points in all.</summary>
    public required int Points { get; init; }

    /// <summary>Classes that make strata, by their values in the map; what is left over is one more. Empty to take each value of the map.</summary>
    public IReadOnlyList<ClassValues> Classes { get; init; } = [];

    /// <summary>A raster of probabilities on the map's grid; null for none.</summary>
    public RasterLayer? Probability { get; init; }

    /// <summary>Bounds between bands of probability that make strata, rising, between 0 and 1; empty for no such strata.</summary>
    public IReadOnlyList<double> Bands { get; init; } = [];

    /// <summary>Zones of which each makes its own strata; pixels outside of all are not drawn. Empty for none.</summary>
    public IReadOnlyList<Zone> Zones { get; init; } = [];

    /// <summary>How points are shared out.</summary>
    public Allocation Allocation { get; init; } = Allocation.Proportional;

    /// <summary>Expected user's accuracy by class name, for <see cref="Allocation.Neyman"/>; where a class is missing it is taken from the probabilities.</summary>
    public IReadOnlyDictionary<string, double> Expected { get; init; } = new Dictionary<string, double>();

    /// <summary>Fewest points of a stratum; all its pixels where it has fewer.</summary>
    public int Minimum { get; init; } = 30;

    /// <summary>Seed of the draw.</summary>
    public int Seed { get; init; } = 1984;
}
