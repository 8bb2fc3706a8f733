using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Classification;

/// <summary>Reads labels from any vector format that GDAL reads: points or polygons with the fields <c>class</c> and <c>year</c>.</summary>
public static class LabelReader
{
    /// <summary>Reads labels.</summary>
    /// <param name="path">The vector file. <c>year</c> is a year or a range such as <c>2008-2012</c>.</param>
    /// <param name="options">How the file is read; null for as it comes.</param>
    /// <returns>The labels in the file's order; features whose class is null or blank are left out. Names of classes that differ in capitals and blanks alone are one, in the commonest spelling.</returns>
    /// <exception cref="InputException">The file is missing or damaged, lacks a field, or holds less than two classes.</exception>
    public static IReadOnlyList<Label> Read(string path, VectorOptions? options = null)
    {
        (IReadOnlyList<string> fields, IReadOnlyList<(VectorFeature Feature, Geometry Geometry)> features) = VectorReader.Read(path, new VectorRequest("labels", VectorKinds.Points | VectorKinds.Polygons, "class", "year"), options);
        foreach (string needed in new[] { "class", "year" })
        {
            if (!fields.Contains(needed, StringComparer.OrdinalIgnoreCase))
            {
                throw new InputException(path, $"has no field '{needed}' (fields: {string.Join(", ", fields)}); labels need 'class' and 'year'");
            }
        }

        var labels = new List<Label>();
        int blank = 0;
        foreach ((VectorFeature feature, Geometry geometry) in features)
        {
            // What nobody has labelled yet, or labellers did not agree on, is no label.
            if (feature.Fields["class"] is not { } name || string.IsNullOrWhiteSpace(name))
            {
                blank++;
                continue;
            }

            (int from, int to) = YearSpan.Of(path, feature) ?? throw new InputException(path, $"feature {feature.Id} has no year; write a year (2010) or a range (2008-2012)");
            labels.Add(new Label(geometry, name, from, to));
        }

        if (blank > 0)
        {
            options?.Warn?.Invoke($"{path}: {blank} features have no class and are left out: nobody has labelled them yet");
        }

        IReadOnlyList<Label> united = LabelNames.Unite(labels);
        string[] classes = [.. united.Select(label => label.Class).Distinct(StringComparer.Ordinal)];
        return classes.Length >= 2
            ? united
            : throw new InputException(path, labels.Count == 0
                ? "holds no label with a class; digitise some points or polygons first"
                : $"holds labels of one class only ('{classes[0]}'); add labels of what it is to be told from");
    }
}
