using NetTopologySuite.Geometries;

namespace IrrigationWatch.Classification;

/// <summary>Land of which somebody knows the class in a year or a range of years.</summary>
/// <param name="Geometry">A point, a polygon, or several, in longitude and latitude.</param>
/// <param name="Class">The class's name, for example <c>irrigated</c>.</param>
/// <param name="FromYear">First year it is true for.</param>
/// <param name="ToYear">Last year it is true for.</param>
public sealed record Label(Geometry Geometry, string Class, int FromYear, int ToYear);
