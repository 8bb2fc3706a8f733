using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Areas;

/// <summary>
/// Reads reference points from any vector format that GDAL reads: the field <c>class</c>, and where they are known <c>year</c>,
/// <c>stratum</c> with <c>stratum_ha</c>, and <c>inclusion_probability</c>.
/// </summary>
public static class ReferenceReader
{
    private static readonly VectorRequest Request = new("reference points", VectorKinds.Points, "class") { Optional = ["year", ReferenceSample.StratumField, ReferenceSample.StratumAreaField, ReferenceSample.InclusionField], Passed = VectorKinds.Any };

    /// <summary>Reads a sample.</summary>
    /// <param name="path">The vector file, points only.</param>
    /// <param name="options">How the file is read; null for as it comes.</param>
    /// <returns>The points that have a class.</returns>
    /// <exception cref="InputException">The file is missing or damaged, holds other geometries or no class, or its fields contradict each other.</exception>
    public static ReferenceSample Read(string path, VectorOptions? options = null)
    {
        (IReadOnlyList<string> fields, IReadOnlyList<(VectorFeature Feature, Geometry Geometry)> features) = VectorReader.Read(path, Request, options);
        if (!fields.Contains("class", StringComparer.OrdinalIgnoreCase))
        {
            throw new InputException(path, $"has no field 'class' (fields: {string.Join(", ", fields)}); write the true class of every point into one");
        }

        var points = new List<ReferencePoint>();
        var strataWithout = new HashSet<string>(StringComparer.Ordinal);
        int unlabelled = 0;
        foreach ((VectorFeature feature, Geometry geometry) in features)
        {
            if ((geometry is MultiPoint { NumGeometries: 1 } one ? one.GetGeometryN(0) : geometry) is not Point point)
            {
                throw new InputException(path, $"feature {feature.Id} is a {geometry.GeometryType}; a sample is of points, each for one pixel");
            }

            if (string.IsNullOrWhiteSpace(feature.Fields["class"]))
            {
                unlabelled++;
                strataWithout.Add(Field(feature, ReferenceSample.StratumField) ?? string.Empty);
                continue;
            }

            (int From, int To)? years = YearSpan.Of(path, feature);
            string? stratum = Field(feature, ReferenceSample.StratumField);
            points.Add(new ReferencePoint(
                point.X,
                point.Y,
                feature.Fields["class"]!.Trim(),
                years?.From,
                years?.To,
                stratum,
                stratum is null ? null : Number(path, feature, ReferenceSample.StratumAreaField),
                Number(path, feature, ReferenceSample.InclusionField)));
        }

        if (points.Count == 0)
        {
            throw new InputException(path, unlabelled > 0 ? $"none of its {unlabelled} points has a class; look at each place and write its class into the field 'class'" : "holds no point");
        }

        CheckStrata(path, points);
        strataWithout.ExceptWith(points.Select(point => point.Stratum ?? string.Empty));
        if (points[0].Stratum is not null && strataWithout.Count > 0)
        {
            throw new InputException(path, $"no point of stratum '{strataWithout.Order(StringComparer.Ordinal).First()}' has a class, so that nothing is known of its land; look at some of them");
        }

        return new ReferenceSample(path, points, unlabelled);
    }

    private static void CheckStrata(string path, List<ReferencePoint> points)
    {
        int withStratum = points.Count(point => point.Stratum is not null && point.StratumHectares is not null);
        if (withStratum > 0 && withStratum < points.Count)
        {
            throw new InputException(path, $"{withStratum} of {points.Count} points have '{ReferenceSample.StratumField}' and '{ReferenceSample.StratumAreaField}'; give them to all or to none");
        }

        int withInclusion = points.Count(point => point.InclusionProbability is not null);
        if (withInclusion > 0 && withInclusion < points.Count)
        {
            throw new InputException(path, $"{withInclusion} of {points.Count} points have '{ReferenceSample.InclusionField}'; give it to all or to none");
        }

        // The same stratum may have another area in another year: its maps differ.
        IGrouping<(string?, int?), ReferencePoint>? torn = points.GroupBy(point => (point.Stratum, point.FromYear)).FirstOrDefault(stratum => stratum.Select(point => point.StratumHectares).Distinct().Count() > 1);
        if (torn is not null)
        {
            throw new InputException(path, $"stratum '{torn.Key.Item1}' has several areas in '{ReferenceSample.StratumAreaField}'; write the one it has");
        }
    }

    private static string? Field(VectorFeature feature, string name) =>
        feature.Fields.TryGetValue(name, out string? text) && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static double? Number(string path, VectorFeature feature, string name)
    {
        if (Field(feature, name) is not string text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number > 0 && double.IsFinite(number)
            ? number
            : throw new InputException(path, $"feature {feature.Id} has '{text}' as '{name}'; write a number above 0");
    }
}
