namespace IrrigationWatch.Areas;

/// <summary>Land of one kind that hangs together, inside one zone.</summary>
/// <param name="Id">Stable as long as the grid is: year, kind where there are several, and row and column of its first pixel.</param>
/// <param name="Kind">What it is, for example <c>irrigated</c>, <c>opened</c> or <c>abandoned</c>.</param>
/// <param name="Year">Year of the map.</param>
/// <param name="Zone">The smallest zone that holds its pixels' centres.</param>
/// <param name="Country">The zone's country; may be empty.</param>
/// <param name="Hectares">True area of its pixels.</param>
/// <param name="Probability">Mean probability of irrigation, 0–1; null where the map has none.</param>
/// <param name="Rings">
/// Closed rings of longitude and latitude in turn, first the outer one, counter-clockwise, then the holes, clockwise.
/// </param>
public sealed record LandPolygon(string Id, string Kind, int Year, string Zone, string Country, double Hectares, double? Probability, IReadOnlyList<double[]> Rings);
