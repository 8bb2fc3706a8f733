namespace IrrigationWatch.Areas;

/// <summary>
/// What became of the land of a zone from one year or period to another, in true hectares. The five parts make up the zone inside
/// the maps.
/// </summary>
/// <param name="From">The earlier.</param>
/// <param name="To">The later.</param>
/// <param name="Zone">The zone's name.</param>
/// <param name="Country">Its country; may be empty.</param>
/// <param name="KeptHectares">Irrigated in both.</param>
/// <param name="GainHectares">Irrigated in the later only.</param>
/// <param name="LossHectares">Irrigated in the earlier only.</param>
/// <param name="NeverHectares">Irrigated in neither.</param>
/// <param name="UnobservedHectares">Not observed in one of them or in both: nothing is said of it.</param>
public sealed record Transition(
    Period From,
    Period To,
    string Zone,
    string Country,
    double KeptHectares,
    double GainHectares,
    double LossHectares,
    double NeverHectares,
    double UnobservedHectares)
{
    /// <summary>All parts together.</summary>
    public double ZoneHectares => KeptHectares + GainHectares + LossHectares + NeverHectares + UnobservedHectares;
}
