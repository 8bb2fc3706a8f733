using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Areas;

/// <summary>What was read of a vector file.</summary>
/// <param name="Fields">Names of its fields.</param>
/// <param name="Features">Its features with their geometry in longitude and latitude.</param>
internal sealed record VectorContent(IReadOnlyList<string> Fields, IReadOnlyList<(VectorFeature Feature, Geometry Geometry)> Features);

/// <summary>Reads the features of vector files in any format of GDAL: zones, labels, reference points. What is left out is said.</summary>
internal static class VectorReader
{
    /// <summary>Sign for a letter that could not be read.</summary>
    private const char LostLetter = '\uFFFD';

    private const int MostNamed = 5;

    /// <summary>Reads the features of a file with their geometry in longitude and latitude.</summary>
    /// <param name="text">The file, or FILE:LAYER.</param>
    /// <param name="request">What is looked for.</param>
    /// <param name="options">How it is read; null for as it comes.</param>
    /// <exception cref="InputException">The file is missing or damaged, its layers or letters leave a doubt, or its places are not on Earth.</exception>
    internal static VectorContent Read(string text, VectorRequest request, VectorOptions? options = null)
    {
        VectorPlace place = VectorPlace.Parse(text);
        if (!place.Exists && !place.File.StartsWith("/vsi", StringComparison.Ordinal))
        {
            throw new InputException(text, "no such file; check the path");
        }

        if (place.Layer is not null && options?.Layer is string other && other != place.Layer)
        {
            throw new InputException(text, $"names the layer '{place.Layer}', and --layer '{other}'; keep one");
        }

        string path = place.File;
        void Warn(string warning) => options?.Warn?.Invoke($"{path}: {warning}");
        try
        {
            using VectorSource source = VectorSource.Open(path);
            if (LayerChoice.FoldersAreLayers.Contains(source.Format))
            {
                KmlLinks.MustBeNone(path);
            }

            var read = new Dictionary<VectorLayer, LayerContent>();
            LayerContent Content(VectorLayer layer) => read.TryGetValue(layer, out LayerContent? content) ? content : read[layer] = LayerContent.Read(layer, request, options?.Encoding, path, source.Format == "CSV");
            IReadOnlyList<VectorLayer> layers = LayerChoice.Choose(source, place.Layer ?? options?.Layer, request, layer => Content(layer).Holds(request.Kinds), Warn);
            LayerContent[] contents = [.. layers.Select(Content)];
            if (contents.FirstOrDefault(content => content.Problem is not null) is { } unusable)
            {
                throw new InputException(path, unusable.Problem!);
            }

            string[] remarks = [.. contents.SelectMany(content => content.Remarks).Distinct(StringComparer.Ordinal)];
            Array.ForEach(remarks, Warn);
            return Sift(path, contents, request, Warn);
        }
        catch (TextEncodingException e)
        {
            throw new InputException(path, e.Reason, e);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a vector file ({e.Reason}); give GeoJSON, GeoPackage, Shapefile or another format of GDAL", e);
        }
        catch (ParseException e)
        {
            throw new InputException(path, $"holds a geometry that cannot be read ({e.Message}); mend it, for example with ogr2ogr -nlt CONVERT_TO_LINEAR -makevalid", e);
        }
    }

    /// <summary>Keeps what is wanted, and says what is not.</summary>
    private static VectorContent Sift(string path, LayerContent[] contents, VectorRequest request, Action<string> warn)
    {
        var kept = new List<(VectorFeature, Geometry)>();
        var nowhere = new List<string>();
        var others = new List<string>();
        var parts = new List<string>();
        foreach (LayerContent content in contents)
        {
            foreach ((VectorFeature feature, Geometry? geometry) in content.Features)
            {
                string name = NameOf(feature, request);
                if (geometry is null || geometry.IsEmpty)
                {
                    nowhere.Add(content.Places is { } places ? $"{name} {places.Cells(feature)}" : name);
                    continue;
                }

                Geometry? part = PartOf(geometry, request.Kinds | request.Passed, out bool isWhole);
                if (part is null)
                {
                    others.Add($"{name} is a {geometry.GeometryType}");
                    continue;
                }

                if (!isWhole)
                {
                    parts.Add(name);
                }

                MustBeWellKnown(path, feature, request);
                kept.Add((feature, part));
            }
        }

        TablePlaces? table = contents.Select(content => content.Places).FirstOrDefault(places => places is not null);
        if (kept.Count == 0 && nowhere.Count > 0 && others.Count == 0)
        {
            throw new InputException(path, $"none of its {nowhere.Count} {(table is null ? "features has a geometry" : $"rows has a place in {table.Columns}: {string.Join(", ", nowhere.Take(MostNamed))}")}; give a file of {request.KindsInWords}");
        }

        Say(nowhere, table is null ? "feature has no geometry and is left out" : $"row has no place in {table.Columns} and is left out", table is null ? "features have no geometry and are left out" : $"rows have no place in {table.Columns} and are left out");
        if (kept.Count > 0)
        {
            Say(others, $"feature is left out, as {request.What} are {request.KindsInWords}", $"features are left out, as {request.What} are {request.KindsInWords}");
            Say(parts, $"feature has parts that are no {request.KindsInWords}, which are left out", $"features have parts that are no {request.KindsInWords}, which are left out");
        }

        string[] fields = [.. contents.SelectMany(content => content.Fields).Distinct(StringComparer.OrdinalIgnoreCase)];
        return kept.Count > 0 || others.Count == 0
            ? new VectorContent(fields, contents.Length == 1 ? kept : [.. kept.Select(pair => (WithAll(pair.Item1, fields), pair.Item2))])
            : throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"holds {others.Count} features ({string.Join(", ", contents.SelectMany(content => content.Features).Where(pair => pair.Geometry is { IsEmpty: false }).Select(pair => pair.Geometry!.GeometryType).Distinct())}) and no {Single(request.Kinds)} to use as {request.What}; give a file of {request.KindsInWords}"));

        void Say(List<string> names, string one, string more)
        {
            if (names.Count > 0)
            {
                warn(string.Create(CultureInfo.InvariantCulture, $"{names.Count} {(names.Count == 1 ? one : more)}: {string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? ", …" : string.Empty)}"));
            }
        }
    }

    /// <summary>A feature with the fields of other layers too, which it has no values in.</summary>
    private static VectorFeature WithAll(VectorFeature feature, string[] fields) =>
        feature with { Fields = fields.ToDictionary(field => field, field => feature.Fields.GetValueOrDefault(field), StringComparer.OrdinalIgnoreCase) };

    private static string Single(VectorKinds kinds) => VectorRequest.NameOf(kinds).Replace("s or ", " or ", StringComparison.Ordinal).TrimEnd('s');

    /// <summary>A feature for messages: its number, and its name where it has one.</summary>
    internal static string NameOf(VectorFeature feature, VectorRequest request)
    {
        string? name = request.Fields.Select(field => feature.Fields.GetValueOrDefault(field)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        return string.Create(CultureInfo.InvariantCulture, $"{feature.Id}{(name is null ? string.Empty : $" ({name})")}");
    }

    /// <summary>What of a geometry is of some kinds; null for nothing.</summary>
    private static Geometry? PartOf(Geometry geometry, VectorKinds kinds, out bool isWhole)
    {
        isWhole = true;
        if (geometry.OgcGeometryType != OgcGeometryType.GeometryCollection)
        {
            return (VectorRequest.KindOf(geometry) & kinds) != 0 ? geometry : null;
        }

        Geometry[] leaves = [.. Leaves(geometry)];
        Geometry[] wanted = [.. leaves.Where(leaf => (VectorRequest.KindOf(leaf) & kinds) != 0)];
        isWhole = wanted.Length == leaves.Length;
        return wanted.Length == 0 ? null : geometry.Factory.BuildGeometry(wanted);
    }

    private static IEnumerable<Geometry> Leaves(Geometry geometry) =>
        Enumerable.Range(0, geometry.NumGeometries).Select(geometry.GetGeometryN).SelectMany(part => part is GeometryCollection ? Leaves(part) : [part]).Where(part => !part.IsEmpty);

    /// <summary>Refuses names whose letters were lost before the file was written: nobody can tell any more which they were.</summary>
    private static void MustBeWellKnown(string path, VectorFeature feature, VectorRequest request)
    {
        foreach (string field in request.Fields.Concat(request.Optional))
        {
            if (feature.Fields.GetValueOrDefault(field)?.Contains(LostLetter, StringComparison.Ordinal) == true)
            {
                throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"feature {feature.Id} has letters in '{field}' that were lost when the file was written ({feature.Fields[field]!.Replace("\uFFFD", "?", StringComparison.Ordinal)}); write them anew, or give the file it was made from"));
            }
        }
    }
}
