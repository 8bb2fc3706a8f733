using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Areas;

/// <summary>The features of a layer with their geometry in longitude and latitude.</summary>
/// <param name="Fields">Names of its fields.</param>
/// <param name="Features">The features; without a geometry where they have none.</param>
/// <param name="Places">Where the layer is a table, its columns of places.</param>
/// <param name="Remarks">What a user should know of how they were read.</param>
/// <param name="Problem">Why it cannot be used, and what to do; null where it can.</param>
internal sealed record LayerContent(IReadOnlyList<string> Fields, IReadOnlyList<(VectorFeature Feature, Geometry? Geometry)> Features, TablePlaces? Places, IReadOnlyList<string> Remarks, string? Problem = null)
{
    /// <summary>Whether any geometry is of some kinds.</summary>
    internal bool Holds(VectorKinds kinds) => Features.Any(pair => pair.Geometry is { IsEmpty: false } geometry && (geometry is GeometryCollection collection
        ? collection.Geometries.Any(part => (VectorRequest.KindOf(part) & kinds) != 0)
        : (VectorRequest.KindOf(geometry) & kinds) != 0));

    /// <summary>Reads a layer.</summary>
    /// <exception cref="InputException">Its places are not on Earth.</exception>
    internal static LayerContent Read(VectorLayer layer, VectorRequest request, string? encoding, string path, bool isSpreadsheet)
    {
        VectorTable table = layer.Read(encoding, [.. request.Fields, .. request.Optional]);
        IReadOnlyList<VectorFeature> features = isSpreadsheet ? [.. table.Features.Select(WithOriginals)] : table.Features;
        TablePlaces? places = layer.Kinds == VectorKinds.None ? TablePlaces.Find(table.FieldNames) : null;
        MustBeClear(path, table.FieldNames, request, places);
        if (layer.Kinds == VectorKinds.None && places is null && features.All(feature => feature.Wkb is null))
        {
            return new LayerContent(table.FieldNames, [], null, table.Remarks, features.Count == 0 ? null : $"is a table without places (columns: {string.Join(", ", table.FieldNames)}); name columns {TablePlaces.Known}");
        }

        using SpatialReference? reference = layer.GetSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using CoordinateTransformation? transformation = reference is null || reference.IsSame(wgs84) ? null : new CoordinateTransformation(reference, wgs84);
        EdgeFollower? follower = transformation is null ? null : new EdgeFollower(transformation);
        var reader = new WKBReader();
        var result = new List<(VectorFeature, Geometry?)>(features.Count);
        foreach (VectorFeature feature in features)
        {
            Geometry? geometry = (places is null ? feature.Wkb : places.Of(feature)) is byte[] wkb ? reader.Read(wkb) : null;
            if (geometry is { IsEmpty: false })
            {
                geometry = follower?.Transform(geometry) ?? geometry;
                MustBeOnEarth(path, feature, geometry, transformation is null ? "cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -wrapdateline -datelineoffset 90"
                    : IsPolar(reference!) ? "cut it along longitude 180, up to the pole if it holds it, in the CRS of its file, a metre to each side"
                    : "cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -segmentize 100 -t_srs EPSG:4326 -wrapdateline");
            }

            result.Add((feature, geometry));
        }

        return new LayerContent(table.FieldNames, result, places, table.Remarks);
    }

    /// <summary>Refuses fields that are asked for where several have the name, or only others that differ from it in capitals.</summary>
    private static void MustBeClear(string path, IReadOnlyList<string> fields, VectorRequest request, TablePlaces? places)
    {
        foreach (string name in request.Fields.Concat(request.Optional))
        {
            string[] same = [.. fields.Where(field => field.Equals(name, StringComparison.OrdinalIgnoreCase))];
            int exact = same.Count(field => field == name);
            if (same.Length > 1 && exact != 1)
            {
                throw new InputException(path, $"has the fields {Listed(same)}, and nothing says which of them is '{name}'; {(exact == 0 && request.Options.TryGetValue(name, out string? option) && same.Distinct().Count() == same.Length ? $"name one as it is written with {option}, or rename or remove the others" : "rename or remove the others")}");
            }
        }

        foreach (string column in places?.Names ?? [])
        {
            string[] same = [.. fields.Where(field => field.Trim().Equals(column.Trim(), StringComparison.OrdinalIgnoreCase))];
            if (same.Length > 1)
            {
                throw new InputException(path, $"has the columns {Listed(same)}, and nothing says which of them holds the places; rename or remove the others");
            }
        }

        static string Listed(string[] names) => $"'{string.Join("', '", names[..^1])}' and '{names[^1]}'";
    }

    private static VectorFeature WithOriginals(VectorFeature read) =>
        read with { Fields = read.Fields.ToDictionary(field => field.Key, field => field.Value is null ? null : SpreadsheetText.Original(field.Value), StringComparer.OrdinalIgnoreCase) };

    /// <summary>Whether a projection has a pole inside, where programs do not cut at the antimeridian.</summary>
    private static bool IsPolar(SpatialReference reference) => reference.ToWkt() is string wkt && (wkt.Contains("Stereographic", StringComparison.OrdinalIgnoreCase) || wkt.Contains("Azimuthal", StringComparison.OrdinalIgnoreCase) || wkt.Contains("Gnomonic", StringComparison.OrdinalIgnoreCase) || wkt.Contains("Orthographic", StringComparison.OrdinalIgnoreCase));

    /// <summary>Refuses coordinates that are no longitude and latitude, and edges that lead the long way round the Earth where the short way over the antimeridian is meant.</summary>
    private static void MustBeOnEarth(string path, VectorFeature feature, Geometry geometry, string cut)
    {
        string? cause = null;
        geometry.Apply(new Edges((x0, x1, y) =>
        {
            cause ??= !(Math.Abs(x1) <= 360 && Math.Abs(y) <= 90) ? string.Create(CultureInfo.InvariantCulture, $"has a point at {x1:0.###}, {y:0.###}, which is no longitude and latitude; say the file's CRS, or mend the point")
                : Math.Abs(x1 - x0) > 180 && Math.Abs(Math.Abs(x1 - x0) - 360) > 1e-9 ? string.Create(CultureInfo.InvariantCulture, $"has an edge from longitude {x0:0.###} to {x1:0.###}, the long way round the Earth; {cut}")
                : null;
        }));
        if (cause is not null)
        {
            throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"feature {feature.Id} {cause}"));
        }
    }

    /// <summary>Goes along a geometry: longitudes of a point and the one before it in the same line, and its latitude.</summary>
    private sealed class Edges(Action<double, double, double> visit) : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => false;

        public void Filter(CoordinateSequence sequence, int i) => visit(sequence.GetX(Math.Max(0, i - 1)), sequence.GetX(i), sequence.GetY(i));
    }
}
