using System.Text.Json;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Publishing;

/// <summary>Geometries as RFC 7946 wants them: longitude and latitude with at most seven decimals, outer rings counter-clockwise.</summary>
internal static class GeoJsonGeometry
{
    private const int Decimals = 7;

    /// <summary>A polygon or multipolygon as JSON text.</summary>
    internal static byte[] ToText(Geometry geometry)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json, geometry);
        }

        return stream.ToArray();
    }

    /// <summary>Writes rings that are turned as they should, longitude and latitude in turn.</summary>
    internal static void Write(Utf8JsonWriter json, IReadOnlyList<double[]> rings)
    {
        json.WriteStartObject();
        json.WriteString("type", "Polygon");
        json.WriteStartArray("coordinates");
        foreach (double[] ring in rings)
        {
            json.WriteStartArray();
            for (int i = 0; i < ring.Length; i += 2)
            {
                WritePoint(json, ring[i], ring[i + 1]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Geometry geometry)
    {
        json.WriteStartObject();
        bool single = geometry is Polygon;
        json.WriteString("type", single ? "Polygon" : "MultiPolygon");
        json.WritePropertyName("coordinates");
        if (single)
        {
            WritePolygon(json, (Polygon)geometry);
        }
        else
        {
            json.WriteStartArray();
            for (int i = 0; i < geometry.NumGeometries; i++)
            {
                WritePolygon(json, (Polygon)geometry.GetGeometryN(i));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePolygon(Utf8JsonWriter json, Polygon polygon)
    {
        json.WriteStartArray();
        WriteRing(json, polygon.Shell, counterClockwise: true);
        foreach (LinearRing hole in polygon.Holes)
        {
            WriteRing(json, hole, counterClockwise: false);
        }

        json.WriteEndArray();
    }

    private static void WriteRing(Utf8JsonWriter json, LinearRing ring, bool counterClockwise)
    {
        // The ring's own points: they are shared with whoever else holds the geometry, and are not to be turned in their place.
        ReadOnlySpan<Coordinate> points = ring.Coordinates;
        bool forward = ring.IsCCW == counterClockwise;
        json.WriteStartArray();
        for (int i = 0; i < points.Length; i++)
        {
            Coordinate point = points[forward ? i : points.Length - 1 - i];
            WritePoint(json, point.X, point.Y);
        }

        json.WriteEndArray();
    }

    private static void WritePoint(Utf8JsonWriter json, double longitude, double latitude)
    {
        json.WriteStartArray();
        json.WriteNumberValue(Math.Round(longitude, Decimals));
        json.WriteNumberValue(Math.Round(latitude, Decimals));
        json.WriteEndArray();
    }
}
