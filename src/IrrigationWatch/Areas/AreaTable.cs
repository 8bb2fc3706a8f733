namespace IrrigationWatch.Areas;

/// <summary>Irrigated and observed area per year and zone.</summary>
/// <param name="Rows">Sorted by year, then in the order of the zones.</param>
/// <param name="Zones">The zones, cut to the area of interest.</param>
/// <param name="Warnings">What a reader of the table should know, each one line.</param>
public sealed record AreaTable(IReadOnlyList<AreaRow> Rows, IReadOnlyList<Zone> Zones, IReadOnlyList<string> Warnings);
