using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Areas;

/// <summary>Reads the features of vector files in any format of GDAL: zones, labels, reference points.</summary>
internal static class VectorReader
{
    /// <summary>Where a table without geometries (CSV) has its points.</summary>
    private static readonly string[] Columns = ["X_POSSIBLE_NAMES=lon,longitude,long,x", "Y_POSSIBLE_NAMES=lat,latitude,y", "GEOM_POSSIBLE_NAMES=wkt,geometry,geom"];

    /// <summary>Reads the features of a file with their geometry in longitude and latitude.</summary>
    internal static (IReadOnlyList<string> Fields, List<(VectorFeature Feature, Geometry Geometry)> Features) Read(string path)
    {
        if (!path.StartsWith("/vsi", StringComparison.Ordinal) && !File.Exists(path) && !Directory.Exists(path))
        {
            throw new InputException(path, "no such file; check the path");
        }

        try
        {
            using VectorSource source = VectorSource.Open(path, Columns);
            using SpatialReference? reference = source.GetSpatialReference();
            using SpatialReference wgs84 = SpatialReference.Wgs84();
            using CoordinateTransformation? transformation = reference is null || reference.IsSame(wgs84) ? null : new CoordinateTransformation(reference, wgs84);
            var reader = new WKBReader();
            var result = new List<(VectorFeature, Geometry)>();
            bool isTable = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
            foreach (VectorFeature read in source.ReadFeatures())
            {
                VectorFeature feature = isTable ? read with { Fields = read.Fields.ToDictionary(field => field.Key, field => field.Value is null ? null : SpreadsheetText.Original(field.Value), StringComparer.OrdinalIgnoreCase) } : read;
                if (feature.Wkb is not null)
                {
                    Geometry geometry = reader.Read(feature.Wkb);
                    if (transformation is not null)
                    {
                        geometry.Apply(new TransformFilter(transformation));
                    }

                    MustBeOnEarth(path, feature, geometry);
                    result.Add((feature, geometry));
                }
            }

            return (source.FieldNames, result);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a vector file ({e.Reason}); give GeoJSON, GeoPackage, Shapefile or another format of GDAL", e);
        }
        catch (ParseException e)
        {
            throw new InputException(path, $"holds a geometry that cannot be read ({e.Message}); mend it, for example with ogr2ogr -makevalid", e);
        }
    }

    /// <summary>Refuses coordinates that are no longitude and latitude, and edges that lead the long way round the Earth where the short way over the antimeridian is meant.</summary>
    private static void MustBeOnEarth(string path, VectorFeature feature, Geometry geometry)
    {
        string? cause = null;
        geometry.Apply(new Edges((x0, x1, y) =>
        {
            cause ??= !(Math.Abs(x1) <= 360 && Math.Abs(y) <= 90) ? string.Create(CultureInfo.InvariantCulture, $"has a point at {x1:0.###}, {y:0.###}, which is no longitude and latitude; say the file's CRS, or mend the point")
                : Math.Abs(x1 - x0) > 180 && Math.Abs(Math.Abs(x1 - x0) - 360) > 1e-9 ? string.Create(CultureInfo.InvariantCulture, $"has an edge from longitude {x0:0.###} to {x1:0.###}, the long way round the Earth; cut it at the antimeridian (RFC 7946, 3.1.9), for example with ogr2ogr -wrapdateline")
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

    private sealed class TransformFilter(CoordinateTransformation transformation) : IEntireCoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence)
        {
            double[] x = new double[sequence.Count];
            double[] y = new double[sequence.Count];
            for (int i = 0; i < sequence.Count; i++)
            {
                (x[i], y[i]) = (sequence.GetX(i), sequence.GetY(i));
            }

            transformation.Transform(x, y);
            for (int i = 0; i < sequence.Count; i++)
            {
                sequence.SetX(i, x[i]);
                sequence.SetY(i, y[i]);
            }
        }
    }
}
