using System.Text;
using System.Text.Json;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Collections;

/// <summary>Reads one feature of GeoJSON: its box and properties into an index, or its identifier or geometry.</summary>
internal ref struct FeatureParser(Dictionary<string, FeatureColumn> columns, int row)
{
    /// <summary>The box of the geometry.</summary>
    internal Box Box { get; private set; } = Box.Empty;

    /// <summary>Hash of the identifier.</summary>
    internal int IdHash { get; private set; }

    /// <summary>Reads a feature into the columns.</summary>
    internal void Read(ReadOnlySpan<byte> feature)
    {
        var json = new Utf8JsonReader(feature);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                IdHash = json.HasValueSequence ? 0 : json.ValueIsEscaped ? Hash(Encoding.UTF8.GetBytes(json.GetString()!)) : Hash(json.ValueSpan);
            }
            else if (json.ValueTextEquals("geometry"u8))
            {
                json.Read();
                ReadBox(ref json);
            }
            else if (json.ValueTextEquals("properties"u8))
            {
                json.Read();
                ReadProperties(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    /// <summary>The identifier of a feature; empty where it has none.</summary>
    internal static string IdOf(ReadOnlySpan<byte> feature)
    {
        var json = new Utf8JsonReader(feature);
        if (!Seek(ref json, "id"u8))
        {
            return string.Empty;
        }

        return json.TokenType == JsonTokenType.String ? json.GetString()! : Encoding.UTF8.GetString(json.ValueSpan);
    }

    /// <summary>The geometry of a feature; null where it has none.</summary>
    internal static Geometry? GeometryOf(ReadOnlySpan<byte> feature)
    {
        var json = new Utf8JsonReader(feature);
        return Seek(ref json, "geometry"u8) && json.TokenType == JsonTokenType.StartObject ? GeoJsonReader.Read(ref json) : null;
    }

    /// <summary>A hash of text in UTF-8, the same on every machine (FNV-1a).</summary>
    internal static int Hash(ReadOnlySpan<byte> text)
    {
        uint hash = 2166136261;
        foreach (byte value in text)
        {
            hash = (hash ^ value) * 16777619;
        }

        return (int)hash;
    }

    /// <summary>Goes to the value of a member of the outermost object.</summary>
    internal static bool Seek(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = json.ValueTextEquals(name);
            json.Read();
            if (found)
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }

    private void ReadBox(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        int depth = json.CurrentDepth;
        int place = 0;
        long west = long.MaxValue;
        long south = long.MaxValue;
        long east = long.MinValue;
        long north = long.MinValue;
        while (json.Read() && json.CurrentDepth > depth)
        {
            switch (json.TokenType)
            {
                case JsonTokenType.StartArray:
                    place = 0;
                    break;
                case JsonTokenType.Number when place++ < 2:
                    (long low, long high) = Units(ref json);
                    if (place == 1)
                    {
                        west = Math.Min(west, low);
                        east = Math.Max(east, high);
                    }
                    else
                    {
                        south = Math.Min(south, low);
                        north = Math.Max(north, high);
                    }

                    break;
                default:
                    break;
            }
        }

        Box = west > east || south > north ? Box.Empty : new Box(Clamp(west), Clamp(south), Clamp(east), Clamp(north));

        static int Clamp(long value) => (int)Math.Clamp(value, int.MinValue, int.MaxValue);
    }

    /// <summary>A coordinate in units of 10⁻⁷ degrees, rounded down and up; exact with seven decimals.</summary>
    private static (long Low, long High) Units(ref Utf8JsonReader json)
    {
        ReadOnlySpan<byte> text = json.ValueSpan;
        bool negative = text[0] == '-';
        long value = 0;
        int decimals = -1;
        for (int i = negative ? 1 : 0; i < text.Length; i++)
        {
            int digit = text[i] - '0';
            if (text[i] == '.')
            {
                decimals = 0;
            }
            else if ((uint)digit > 9 || i > 16 || decimals == 7)
            {
                double degrees = json.GetDouble() / FeatureFile.Unit;
                return ((long)Math.Floor(degrees), (long)Math.Ceiling(degrees));
            }
            else
            {
                value = value * 10 + digit;
                decimals += decimals >= 0 ? 1 : 0;
            }
        }

        for (int i = Math.Max(decimals, 0); i < 7; i++)
        {
            value *= 10;
        }

        value = negative ? -value : value;
        return (value, value);
    }

    private readonly void ReadProperties(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            if (!columns.TryGetValue(name, out FeatureColumn? column))
            {
                column = new FeatureColumn(name);
                columns.Add(name, column);
            }

            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.Number:
                    column.Add(row, json.GetDouble());
                    break;
                case JsonTokenType.String:
                    column.Add(row, json.GetString()!);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    column.Add(row, json.GetBoolean());
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }
}
