using System.Text.Json;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Server.Collections;

/// <summary>Makes the collection of zones: each once, with its size, its latest area and its trend.</summary>
internal static class ZoneDocument
{
    /// <summary>Makes the document.</summary>
    /// <param name="areas">The published table, of which geometries are taken as they are.</param>
    /// <param name="changes">Trends.</param>
    /// <param name="rows">The table's rows.</param>
    /// <returns>GeoJSON.</returns>
    internal static byte[] Make(FeatureFile areas, IReadOnlyList<ZoneChange> changes, IReadOnlyList<AreaRow> rows)
    {
        Dictionary<(string, string), ZoneChange> trends = changes.ToDictionary(change => (change.Zone, change.Country));
        ILookup<(string, string), AreaRow> byZone = rows.ToLookup(row => (row.Zone, row.Country));
        FeatureColumn? zone = areas.Column("zone");
        FeatureColumn? country = areas.Column("country");
        var seen = new HashSet<(string, string)>();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            for (int row = 0; row < areas.Count; row++)
            {
                (string Zone, string Country) key = (zone?.Text(row) ?? string.Empty, country?.Text(row) ?? string.Empty);
                if (seen.Add(key))
                {
                    Write(json, areas.BytesOf(row), key, trends.GetValueOrDefault(key), [.. byZone[key].OrderBy(one => one.Year)]);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, byte[] feature, (string Zone, string Country) key, ZoneChange? change, AreaRow[] rows)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", key.Country.Length > 0 ? $"{key.Country}/{key.Zone}" : key.Zone);
        json.WritePropertyName("geometry");
        var reader = new Utf8JsonReader(feature);
        if (FeatureParser.Seek(ref reader, "geometry"u8))
        {
            long start = reader.TokenStartIndex;
            reader.Skip();
            json.WriteRawValue(feature.AsSpan((int)start, (int)(reader.BytesConsumed - start)), skipInputValidation: true);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartObject("properties");
        json.WriteString("zone", key.Zone);
        json.WriteString("country", key.Country);
        if (rows.Length > 0)
        {
            json.WriteNumber("zone_ha", rows[^1].ZoneHectares);
            json.WriteNumber("first_year", rows[0].Year);
            json.WriteNumber("last_year", rows[^1].Year);
            json.WriteNumber("irrigated_ha", rows[^1].IrrigatedHectares);
            json.WriteNumber("observed_fraction", rows[^1].ObservedFraction);
        }

        if (change is not null)
        {
            Optional("slope_ha_per_year", change.Trend.Slope);
            Optional("slope_low", change.Trend.SlopeLow);
            Optional("slope_high", change.Trend.SlopeHigh);
            Optional("p_value", change.Trend.P);
        }

        json.WriteEndObject();
        json.WriteEndObject();

        void Optional(string name, double value)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumber(name, value);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
