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
            foreach (VectorFeature feature in source.ReadFeatures())
            {
                if (feature.Wkb is not null)
                {
                    Geometry geometry = reader.Read(feature.Wkb);
                    if (transformation is not null)
                    {
                        geometry.Apply(new TransformFilter(transformation));
                    }

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
