using System.Buffers.Binary;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Writes polygons of land in the format that the file's ending names.</summary>
public static class LandPolygonFile
{
    /// <summary>Endings that are written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".geojson", ".ndjson", ".parquet", ".gpkg"];

    /// <summary>Says before any work whether an ending is known.</summary>
    /// <param name="path">The output.</param>
    /// <exception cref="ConfigurationException">The ending names no format that is written.</exception>
    public static void CheckEnding(string path)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (!Endings.Contains(ending))
        {
            throw new ConfigurationException(path, $"the ending '{ending}' names no format of polygons that this version writes; use {string.Join(", ", Endings)}");
        }
    }

    /// <summary>Writes polygons.</summary>
    /// <param name="path">Where; the ending is one of <see cref="Endings"/>.</param>
    /// <param name="polygons">The polygons.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<LandPolygon> polygons)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        CheckEnding(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".parquet":
                using (var parquet = new GeoParquet.LandPolygonWriter(path))
                {
                    parquet.Add(polygons);
                    parquet.Commit();
                }

                break;
            case ".gpkg":
                using (var package = new GeoPackage(path))
                {
                    package.BeginPolygons("land");
                    package.Add(polygons);
                    package.Commit();
                }

                break;
            case ".ndjson":
                WriteGeoJson(path, polygons, newlineDelimited: true);
                break;
            default:
                WriteGeoJson(path, polygons, newlineDelimited: false);
                break;
        }
    }

    /// <summary>A polygon as ISO well-known binary, little-endian.</summary>
    internal static byte[] ToWkb(IReadOnlyList<double[]> rings)
    {
        byte[] wkb = new byte[1 + 4 + 4 + rings.Sum(ring => 4 + 8 * ring.Length)];
        wkb[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(1), 3);
        BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(5), rings.Count);
        int at = 9;
        foreach (double[] ring in rings)
        {
            BinaryPrimitives.WriteInt32LittleEndian(wkb.AsSpan(at), ring.Length / 2);
            at += 4;
            foreach (double value in ring)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(wkb.AsSpan(at), value);
                at += 8;
            }
        }

        return wkb;
    }

    private static void WriteGeoJson(string path, IReadOnlyList<LandPolygon> polygons, bool newlineDelimited) => AtomicFile.Write(path, stream =>
    {
        using var features = new FeatureWriter(stream, newlineDelimited);
        foreach (LandPolygon polygon in polygons)
        {
            features.Add(polygon.Id, json => GeoJsonGeometry.Write(json, polygon.Rings), json => WriteProperties(json, polygon));
        }

        features.Finish();
    });

    private static void WriteProperties(Utf8JsonWriter json, LandPolygon polygon)
    {
        json.WriteString("kind", polygon.Kind);
        json.WriteNumber("year", polygon.Year);
        json.WriteString("zone", polygon.Zone);
        json.WriteString("country", polygon.Country);
        json.WriteNumber("area_ha", Math.Round(polygon.Hectares, 6));
        if (polygon.Probability is double probability)
        {
            json.WriteNumber("probability", Math.Round(probability, 4));
        }
        else
        {
            json.WriteNull("probability");
        }
    }
}
