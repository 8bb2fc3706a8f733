namespace IrrigationWatch.Areas;

/// <summary>One line of an area table: a zone in a year.</summary>
/// <param name="Year">The year of the map.</param>
/// <param name="Zone">The zone's name.</param>
/// <param name="Country">The zone's country; may be empty.</param>
/// <param name="IrrigatedHectares">Mapped area of the counted classes, true hectares on the ellipsoid.</param>
/// <param name="ObservedHectares">Area with a valid class.</param>
/// <param name="ZoneHectares">Area of the zone inside the area of interest and the maps.</param>
/// <param name="LowHectares">Lower end of the 95% interval where an assessment was given, else null.</param>
/// <param name="HighHectares">Upper end of it.</param>
public sealed record AreaRow(
    int Year,
    string Zone,
    string Country,
    double IrrigatedHectares,
    double ObservedHectares,
    double ZoneHectares,
    double? LowHectares = null,
    double? HighHectares = null)
{
    /// <summary>Share of the zone that was observed, 0 to 1.</summary>
    public double ObservedFraction => ZoneHectares > 0 ? ObservedHectares / ZoneHectares : 0;
}
