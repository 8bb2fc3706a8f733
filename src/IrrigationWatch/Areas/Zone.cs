using NetTopologySuite.Geometries;

namespace IrrigationWatch.Areas;

/// <summary>A polygon to which areas are added up: a country, a region, a district, an irrigation scheme.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Country">The country it belongs to; empty where the file names none.</param>
/// <param name="Geometry">A valid polygon or multipolygon in longitude and latitude on WGS 84.</param>
public sealed record Zone(string Name, string Country, Geometry Geometry);
