using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Union;

namespace IrrigationWatch.Areas;

/// <summary>Reads zones and areas of interest from any vector format that GDAL reads.</summary>
public static class ZoneReader
{
    private const int MostNamed = 5;

    private static readonly string[] CountryFields = ["country", "iso"];

    /// <summary>Reads zones.</summary>
    /// <param name="path">The vector file.</param>
    /// <param name="nameField">The field that holds a zone's name.</param>
    /// <param name="countryField">The field that holds its country; null to take <c>country</c>, else <c>iso</c>, else none.</param>
    /// <param name="within">File of an area of interest to which they are cut; null for none.</param>
    /// <param name="options">How the file is read; its layer is that of the zones. Null for as it comes.</param>
    /// <returns>The zones in the file's order, in longitude and latitude.</returns>
    /// <exception cref="InputException">The file is missing or damaged, has no polygon, lacks the fields, or no zone lies in the area.</exception>
    public static IReadOnlyList<Zone> Read(string path, string nameField, string? countryField, string? within, VectorOptions? options = null)
    {
        IReadOnlyList<Zone> zones = Read(path, nameField, countryField, options);
        if (within is null)
        {
            return zones;
        }

        zones = Within(zones, ReadAreaOfInterest(within, options is null ? null : options with { Layer = null }));
        return zones.Count > 0 ? zones : throw new InputException(within, $"no zone of {path} lies inside this area of interest; check that both are of the same place");
    }

    /// <summary>Reads zones.</summary>
    /// <param name="path">The vector file.</param>
    /// <param name="nameField">The field that holds a zone's name.</param>
    /// <param name="countryField">The field that holds its country; null to take <c>country</c>, else <c>iso</c>, else none.</param>
    /// <param name="options">How the file is read; null for as it comes.</param>
    /// <returns>The zones in the file's order, in longitude and latitude.</returns>
    /// <exception cref="InputException">The file is missing or damaged, has no polygon, lacks the fields, or its layers or letters leave a doubt.</exception>
    public static IReadOnlyList<Zone> Read(string path, string nameField = "name", string? countryField = null, VectorOptions? options = null)
    {
        (IReadOnlyList<string> fields, IReadOnlyList<(VectorFeature Feature, Geometry Geometry)> features) = ReadPolygons(path, new VectorRequest("zones", VectorKinds.Polygons, nameField) { Optional = countryField is null ? CountryFields : [countryField], Options = OptionsOf(nameField, countryField) }, options);
        bool hasCountry = countryField is null || fields.Contains(countryField, StringComparer.OrdinalIgnoreCase);
        if (!fields.Contains(nameField, StringComparer.OrdinalIgnoreCase))
        {
            throw new InputException(path, !hasCountry ? $"has no field '{nameField}' for the zones' names and no '{countryField}' for their countries (fields: {string.Join(", ", fields)}); name the fields with --zone-name and --country (zone-name: and country:)" : $"has no field '{nameField}' for the zones' names (fields: {string.Join(", ", fields)}); name the field with --zone-name");
        }

        if (!hasCountry)
        {
            throw new InputException(path, $"has no field '{countryField}' for the zones' countries (fields: {string.Join(", ", fields)}); name the field with --country");
        }

        countryField ??= CountryFields.FirstOrDefault(field => fields.Contains(field, StringComparer.OrdinalIgnoreCase));
        var zones = new List<Zone>();
        foreach ((VectorFeature feature, Geometry geometry) in features)
        {
            string name = feature.Fields[nameField] is string text && !string.IsNullOrWhiteSpace(text) ? text : throw new InputException(path, $"feature {feature.Id} has no '{nameField}'; give every zone a name");
            zones.Add(new Zone(name, countryField is null ? string.Empty : feature.Fields[countryField] ?? string.Empty, geometry));
        }

        string? twice = zones.GroupBy(zone => (zone.Country, zone.Name)).FirstOrDefault(group => group.Count() > 1)?.Key.Name;
        return twice is null ? zones : throw new InputException(path, $"has two zones named '{twice}'; give each a name of its own, or join them");
    }

    private static Dictionary<string, string> OptionsOf(string nameField, string? countryField)
    {
        Dictionary<string, string> options = (countryField is null ? CountryFields : [countryField]).ToDictionary(field => field, _ => "--country (country:)", StringComparer.Ordinal);
        options[nameField] = "--zone-name (zone-name:)";
        return options;
    }

    /// <summary>Reads an area of interest: the union of all polygons of a file.</summary>
    /// <param name="path">The vector file.</param>
    /// <param name="options">How the file is read; null for as it comes.</param>
    /// <returns>A polygon or multipolygon in longitude and latitude.</returns>
    /// <exception cref="InputException">The file is missing or damaged, has no polygon, or several layers of them.</exception>
    public static Geometry ReadAreaOfInterest(string path, VectorOptions? options = null) =>
        UnaryUnionOp.Union([.. ReadPolygons(path, new VectorRequest("areas", VectorKinds.Polygons), options).Features.Select(feature => feature.Geometry)]);

    /// <summary>Cuts zones to an area of interest; zones that lie outside it are left out.</summary>
    /// <param name="zones">The zones.</param>
    /// <param name="area">A polygon or multipolygon in longitude and latitude.</param>
    /// <returns>The parts of the zones inside the area.</returns>
    public static IReadOnlyList<Zone> Within(IReadOnlyList<Zone> zones, Geometry area)
    {
        ArgumentNullException.ThrowIfNull(zones);
        var inside = new List<Zone>();
        foreach (Zone zone in zones)
        {
            Geometry part = PolygonsOf(OverlayNGRobust.Overlay(zone.Geometry, area, SpatialFunction.Intersection));
            if (!part.IsEmpty)
            {
                inside.Add(zone with { Geometry = part });
            }
        }

        return inside;
    }

    /// <summary>The polygons of any geometry; points and lines are left out.</summary>
    internal static Geometry PolygonsOf(Geometry geometry)
    {
        if (geometry is Polygon or MultiPolygon)
        {
            return geometry;
        }

        Polygon[] polygons = [.. PolygonExtracter.GetPolygons(geometry).Cast<Polygon>()];
        return polygons.Length == 1 ? polygons[0] : geometry.Factory.CreateMultiPolygon(polygons);
    }

    private static VectorContent ReadPolygons(string path, VectorRequest request, VectorOptions? options)
    {
        (IReadOnlyList<string> fields, IReadOnlyList<(VectorFeature Feature, Geometry Geometry)> features) = VectorReader.Read(path, request, options);
        var polygons = new List<(VectorFeature, Geometry)>();
        var empty = new List<string>();
        foreach ((VectorFeature feature, Geometry geometry) in features)
        {
            Geometry area = PolygonsOf(geometry);
            if (!area.IsEmpty && !area.IsValid)
            {
                area = PolygonsOf(GeometryFixer.Fix(area));
            }

            if (area.IsEmpty || area.Area <= 0)
            {
                empty.Add(VectorReader.NameOf(feature, request));
                continue;
            }

            polygons.Add((feature, area));
        }

        if (polygons.Count > 0 && empty.Count > 0)
        {
            options?.Warn?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{path}: {empty.Count} {(empty.Count == 1 ? "polygon has no area and is left out" : "polygons have no area and are left out")}: {string.Join(", ", empty.Take(MostNamed))}{(empty.Count > MostNamed ? ", …" : string.Empty)}"));
        }

        return polygons.Count > 0
            ? new VectorContent(fields, polygons)
            : throw new InputException(path, $"holds {(features.Count == 0 ? "no feature" : "polygons without an area")} and no polygon to use as {request.What}; give a file of polygons");
    }
}
