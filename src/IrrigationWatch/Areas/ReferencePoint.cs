namespace IrrigationWatch.Areas;

/// <summary>A place whose true class somebody found out, drawn at random so that it stands for others.</summary>
/// <param name="Longitude">Degrees.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Class">The true class.</param>
/// <param name="FromYear">First year it is true for; null for any.</param>
/// <param name="ToYear">Last year it is true for.</param>
/// <param name="Stratum">Stratum of the sample's design; null where the strata are the classes of the map.</param>
/// <param name="StratumHectares">Area of that stratum.</param>
/// <param name="InclusionProbability">Probability with which the pixel was drawn, or a number in proportion to it; null where all of a stratum are alike.</param>
public sealed record ReferencePoint(
    double Longitude,
    double Latitude,
    string Class,
    int? FromYear = null,
    int? ToYear = null,
    string? Stratum = null,
    double? StratumHectares = null,
    double? InclusionProbability = null)
{
    /// <summary>Whether the point is for a map of a year.</summary>
    /// <param name="year">The map's year; null where it has none.</param>
    /// <returns>True for all points without a year.</returns>
    public bool IsOf(int? year) => year is null || FromYear is null || (FromYear <= year && year <= ToYear);
}
