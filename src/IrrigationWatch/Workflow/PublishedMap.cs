using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Workflow;

/// <summary>The class map of a year that is published.</summary>
/// <param name="Year">The year.</param>
/// <param name="Map">The map.</param>
/// <param name="Probability">The probability of irrigation on the same grid; null for none.</param>
/// <param name="Assets">Further files of the year that a catalogue names.</param>
public sealed record PublishedMap(int Year, MapSource Map, string? Probability, IReadOnlyList<StacAsset> Assets)
{
    /// <summary>The map's file.</summary>
    public string Path => Map.Path;
}
