namespace IrrigationWatch.Rasters;

/// <summary>How a Cloud Optimized GeoTIFF is written.</summary>
public sealed record CogOptions
{
    /// <summary>The value that marks missing pixels; null for none.</summary>
    public double? NoData { get; init; }

    /// <summary>Factor from stored to physical values.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Names of the bands, by which readers find features; empty for none.</summary>
    public IReadOnlyList<string> BandNames { get; init; } = [];

    /// <summary>Metadata items of the file, for example <c>YEAR</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Colours of the values of a band of bytes or of 16 bits without sign as 0xAARRGGBB; empty for none.</summary>
    public IReadOnlyDictionary<ushort, uint> Colors { get; init; } = new SortedDictionary<ushort, uint>();

    /// <summary>True for classes, whose overviews must take a pixel's value and never mix.</summary>
    public bool IsCategorical { get; init; }

    /// <summary>
    /// How many times the first overview is halved, 1 or more. With 2 a file of many bands is a fifth smaller, and
    /// a view from afar still reads little.
    /// </summary>
    public int FirstOverview { get; init; } = 1;
}
