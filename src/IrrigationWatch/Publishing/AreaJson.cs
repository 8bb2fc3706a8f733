using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Area tables as JSON, and as GeoJSON after RFC 7946 with one feature per zone and year.</summary>
public static class AreaJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a table as an array of objects with the columns of the CSV, in full precision.</summary>
    /// <param name="path">Where.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<AreaRow> rows) => AtomicFile.Write(path, stream => WriteRows(stream, rows));

    /// <summary>A table as JSON text.</summary>
    /// <param name="rows">The rows.</param>
    /// <returns>An array of objects.</returns>
    public static string ToText(IReadOnlyList<AreaRow> rows)
    {
        using var stream = new MemoryStream();
        WriteRows(stream, rows);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>
    /// Writes a table as GeoJSON: longitude and latitude with at most seven decimals, outer rings counter-clockwise, a stable
    /// <c>id</c> of country, zone and year.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="table">The table.</param>
    /// <param name="newlineDelimited">One feature a line and no collection around them (GeoJSON Lines), for tools that read as it comes.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void WriteGeoJson(string path, AreaTable table, bool newlineDelimited = false)
    {
        ArgumentNullException.ThrowIfNull(table);
        Dictionary<(string, string), byte[]> geometries = table.Zones.ToDictionary(zone => (zone.Country, zone.Name), zone => GeoJsonGeometry.ToText(zone.Geometry));
        AtomicFile.Write(path, stream =>
        {
            using var features = new FeatureWriter(stream, newlineDelimited);
            foreach (AreaRow row in table.Rows)
            {
                features.Add(IdOf(row), json => json.WriteRawValue(geometries[(row.Country, row.Zone)], skipInputValidation: true), json => WriteColumns(json, row));
            }

            features.Finish();
        });
    }

    /// <summary>The stable identifier of a row.</summary>
    /// <param name="row">The row.</param>
    /// <returns>Country, zone and year, for example <c>KZ/Almaty/2010</c>.</returns>
    public static string IdOf(AreaRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Create(CultureInfo.InvariantCulture, $"{(row.Country.Length > 0 ? row.Country + "/" : string.Empty)}{row.Zone}/{row.Year}");
    }

    private static void WriteRows(Stream stream, IReadOnlyList<AreaRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var json = new Utf8JsonWriter(stream, Options with { Indented = true, NewLine = "\n" });
        json.WriteStartArray();
        foreach (AreaRow row in rows)
        {
            json.WriteStartObject();
            WriteColumns(json, row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteColumns(Utf8JsonWriter json, AreaRow row)
    {
        json.WriteNumber("year", row.Year);
        json.WriteString("zone", row.Zone);
        json.WriteString("country", row.Country);
        json.WriteNumber("irrigated_ha", row.IrrigatedHectares);
        json.WriteNumber("observed_ha", row.ObservedHectares);
        json.WriteNumber("zone_ha", row.ZoneHectares);
        json.WriteNumber("observed_fraction", row.ObservedFraction);
        WriteOptional(json, "irrigated_low_ha", row.LowHectares);
        WriteOptional(json, "irrigated_high_ha", row.HighHectares);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
