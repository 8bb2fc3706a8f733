using System.Text.Json;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Collections;

/// <summary>Reads geometries of GeoJSON (RFC 7946) in longitude and latitude.</summary>
internal static class GeoJsonReader
{
    /// <summary>Reads the geometry whose opening brace was read last.</summary>
    /// <exception cref="FormatException">It is no geometry.</exception>
    internal static Geometry Read(ref Utf8JsonReader json)
    {
        string type = string.Empty;
        Node? coordinates = null;
        List<Geometry>? parts = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = json.ValueTextEquals("type"u8);
            bool isCoordinates = json.ValueTextEquals("coordinates"u8);
            bool isParts = json.ValueTextEquals("geometries"u8);
            json.Read();
            if (isType)
            {
                type = json.GetString() ?? string.Empty;
            }
            else if (isCoordinates && json.TokenType == JsonTokenType.StartArray)
            {
                coordinates = ReadNode(ref json);
            }
            else if (isParts && json.TokenType == JsonTokenType.StartArray)
            {
                parts = [];
                while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                {
                    parts.Add(Read(ref json));
                }
            }
            else
            {
                json.Skip();
            }
        }

        try
        {
            return Make(type, coordinates, parts);
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"a geometry is no {type}: {e.Message}", e);
        }
    }

    private static Geometry Make(string type, Node? node, List<Geometry>? parts)
    {
        GeometryFactory factory = GeometryFactory.Default;
        return (type, node) switch
        {
            ("Point", { Point: { } point }) => factory.CreatePoint(point),
            ("MultiPoint", { Children: { } points }) => factory.CreateMultiPointFromCoords(Points(points)),
            ("LineString", { Children: { } points }) => factory.CreateLineString(Points(points)),
            ("MultiLineString", { Children: { } lines }) => factory.CreateMultiLineString([.. lines.Select(line => factory.CreateLineString(Points(line.Children)))]),
            ("Polygon", { Children: { } rings }) => PolygonOf(rings),
            ("MultiPolygon", { Children: { } polygons }) => factory.CreateMultiPolygon([.. polygons.Select(polygon => PolygonOf(polygon.Children ?? []))]),
            ("GeometryCollection", _) when parts is not null => factory.CreateGeometryCollection([.. parts]),
            _ => throw new FormatException(type.Length == 0 ? "a geometry has no type" : $"a geometry of type {type} has no coordinates that fit it"),
        };

        Polygon PolygonOf(List<Node> rings) => rings.Count == 0
            ? factory.CreatePolygon()
            : factory.CreatePolygon(factory.CreateLinearRing(Points(rings[0].Children)), [.. rings.Skip(1).Select(ring => factory.CreateLinearRing(Points(ring.Children)))]);

        static Coordinate[] Points(List<Node>? nodes) => [.. (nodes ?? []).Select(node => node.Point ?? throw new FormatException("coordinates are not nested as they should be"))];
    }

    private static Node ReadNode(ref Utf8JsonReader json)
    {
        double x = double.NaN;
        double y = double.NaN;
        int numbers = 0;
        List<Node>? children = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartArray)
            {
                (children ??= []).Add(ReadNode(ref json));
            }
            else
            {
                double number = json.GetDouble();
                (x, y) = numbers switch { 0 => (number, y), 1 => (x, number), _ => (x, y) };
                numbers++;
            }
        }

        return numbers switch
        {
            0 => new Node(null, children ?? []),
            1 => throw new FormatException("a position has one number; longitude and latitude are needed"),
            _ => new Node(new Coordinate(x, y), null),
        };
    }

    /// <summary>A position, or an array of others.</summary>
    private sealed record Node(Coordinate? Point, List<Node>? Children);
}
