using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>What a picture of a map shows besides the map.</summary>
public sealed record MapOptions
{
    /// <summary>Written large in the corner; null for the map's year.</summary>
    public string? Heading { get; init; }

    /// <summary>What the map is of.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>A line below the map, for example its source; empty for none.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>Names of the pixel values; null to take the map's own metadata, else the values themselves.</summary>
    public IReadOnlyDictionary<double, string>? Names { get; init; }

    /// <summary>Zones whose borders are drawn; the picture is cut to where they are.</summary>
    public IReadOnlyList<Zone> Zones { get; init; } = [];

    /// <summary>Lakes and rivers that are drawn.</summary>
    public IReadOnlyList<Water> Waters { get; init; } = [];

    /// <summary>An elevation model in metres whose relief is shown beneath; null for none.</summary>
    public RasterLayer? Elevation { get; init; }

    /// <summary>The language.</summary>
    public Texts Texts { get; init; } = Texts.English;
}
