namespace IrrigationWatch.Areas;

/// <summary>Accuracy of a class, and its area corrected for the errors of the map.</summary>
/// <param name="Name">The class.</param>
/// <param name="MappedHectares">Area mapped as it.</param>
/// <param name="User">User's accuracy: of what is mapped as the class, the share that is.</param>
/// <param name="Producer">Producer's accuracy: of what is the class, the share that is mapped as it.</param>
/// <param name="Hectares">Its estimated true area; NaN where no point is of it.</param>
public sealed record ClassAssessment(string Name, double MappedHectares, Estimate User, Estimate Producer, Estimate Hectares);

/// <summary>Areas of the classes in one zone.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Country">Its country; may be empty.</param>
/// <param name="Points">Sample points in the observed part of it.</param>
/// <param name="ObservedHectares">Observed area.</param>
/// <param name="Hectares">Estimated true area of each class; null where there are too few points.</param>
/// <param name="Reason">Why there is no estimate; null where there is.</param>
public sealed record ZoneAssessment(string Zone, string Country, int Points, double ObservedHectares, IReadOnlyList<Estimate>? Hectares, string? Reason);

/// <summary>How a class map compares with a random sample of places of known class.</summary>
/// <param name="Year">The map's year; null where it has none.</param>
/// <param name="Classes">Names of the classes; the last is <c>other</c> where some values or true classes were not named.</param>
/// <param name="Counts">Points: rows are mapped, columns true classes.</param>
/// <param name="Shares">Estimated shares of the observed area, likewise.</param>
/// <param name="ObservedHectares">Area with a valid class.</param>
/// <param name="Overall">Overall accuracy.</param>
/// <param name="PerClass">One a class.</param>
/// <param name="Zones">One a zone; empty where none were given.</param>
/// <param name="Strata">What the strata were: the values of the map, or those of the sample's own design.</param>
/// <param name="Remarks">What was left out of the sample and why, each one line.</param>
public sealed record Assessment(
    int? Year,
    IReadOnlyList<string> Classes,
    IReadOnlyList<IReadOnlyList<int>> Counts,
    IReadOnlyList<IReadOnlyList<double>> Shares,
    double ObservedHectares,
    Estimate Overall,
    IReadOnlyList<ClassAssessment> PerClass,
    IReadOnlyList<ZoneAssessment> Zones,
    string Strata,
    IReadOnlyList<string> Remarks)
{
    /// <summary>Those of <see cref="Remarks"/> that a user must not miss: points that were left out, names that match nothing, classes without a point.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Points that were used.</summary>
    public int Points => Counts.Sum(row => row.Sum());
}
