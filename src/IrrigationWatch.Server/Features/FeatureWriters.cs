using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Server.Collections;
using Microsoft.AspNetCore.Http;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Server.Features;

/// <summary>Writes features as GeoJSON: as they were published, or in another CRS.</summary>
internal static class GeoJsonItems
{
    private const int FlushBytes = 1 << 16;
    private const int GeographicDecimals = 9;
    private const int ProjectedDecimals = 3;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a page of features.</summary>
    internal static async Task WriteAsync(HttpResponse response, FeatureFile features, int matched, int[] rows, IReadOnlyList<Link> links, Crs crs, TimeProvider clock, CancellationToken cancel)
    {
        using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteString("timeStamp", clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("numberMatched", matched);
        json.WriteNumber("numberReturned", rows.Length);
        json.WriteStartArray("links");
        foreach (Link link in links)
        {
            link.Write(json);
        }

        json.WriteEndArray();
        json.WriteStartArray("features");
        foreach (int row in rows)
        {
            WriteFeature(json, features, row, crs, []);
            if (json.BytesPending > FlushBytes)
            {
                await json.FlushAsync(cancel).ConfigureAwait(false);
                await response.BodyWriter.FlushAsync(cancel).ConfigureAwait(false);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Writes one feature with links.</summary>
    internal static async Task WriteAsync(HttpResponse response, FeatureFile features, int row, IReadOnlyList<Link> links, Crs crs, CancellationToken cancel)
    {
        using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        WriteFeature(json, features, row, crs, links);
        await json.FlushAsync(cancel).ConfigureAwait(false);
    }

    private static void WriteFeature(Utf8JsonWriter json, FeatureFile features, int row, Crs crs, IReadOnlyList<Link> links)
    {
        int length = features.LengthOf(row);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            features.CopyTo(row, bytes);
            ReadOnlySpan<byte> feature = bytes.AsSpan(0, length);
            if (crs == Crs.Longitudes && links.Count == 0)
            {
                json.WriteRawValue(feature, skipInputValidation: true);
                return;
            }

            WriteChanged(json, feature, crs, links);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static void WriteChanged(Utf8JsonWriter json, ReadOnlySpan<byte> feature, Crs crs, IReadOnlyList<Link> links)
    {
        var reader = new Utf8JsonReader(feature);
        reader.Read();
        json.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isGeometry = reader.ValueTextEquals("geometry"u8);
            json.WritePropertyName(reader.GetString()!);
            reader.Read();
            if (isGeometry && crs != Crs.Longitudes && reader.TokenType == JsonTokenType.StartObject)
            {
                WriteCoordinates(json, ref reader, crs);
                continue;
            }

            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            json.WriteRawValue(feature[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }

        if (links.Count > 0)
        {
            json.WriteStartArray("links");
            foreach (Link link in links)
            {
                link.Write(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Copies a geometry token by token, positions in another CRS: all are transformed at once, then written in their places.</summary>
    private static void WriteCoordinates(Utf8JsonWriter json, ref Utf8JsonReader reader, Crs crs)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        Utf8JsonReader ahead = reader;
        int depth = ahead.CurrentDepth;
        int place = 0;
        while (ahead.Read() && ahead.CurrentDepth > depth)
        {
            place = ahead.TokenType == JsonTokenType.StartArray ? 0 : place;
            if (ahead.TokenType == JsonTokenType.Number && place++ < 2)
            {
                (place == 1 ? xs : ys).Add(ahead.GetDouble());
            }
        }

        double[] x = [.. xs];
        double[] y = [.. ys];
        crs.FromLongitudes(x, y);
        int decimals = crs.Uri.EndsWith("/4326", StringComparison.Ordinal) ? GeographicDecimals : ProjectedDecimals;
        json.WriteStartObject();
        int number = -1;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    json.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.String:
                    json.WriteStringValue(reader.GetString());
                    break;
                case JsonTokenType.StartArray:
                    place = 0;
                    json.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    json.WriteEndArray();
                    break;
                case JsonTokenType.Number when place++ < 2:
                    number += place == 1 ? 1 : 0;
                    json.WriteNumberValue(Math.Round(place == 1 ? x[number] : y[number], decimals));
                    break;
                default:
                    break;
            }
        }

        json.WriteEndObject();
    }
}

/// <summary>Writes features as CSV (RFC 4180): identifier and properties; the geometry is in the other formats.</summary>
internal static class CsvItems
{
    internal static async Task WriteAsync(HttpResponse response, FeatureFile features, int[] rows, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(false), 1 << 14, leaveOpen: true);
        await writer.WriteAsync("id").ConfigureAwait(false);
        foreach (FeatureColumn column in features.Columns)
        {
            await writer.WriteAsync("," + CsvTable.Text(column.Name)).ConfigureAwait(false);
        }

        await writer.WriteAsync("\r\n").ConfigureAwait(false);
        foreach (int row in rows)
        {
            await writer.WriteAsync(CsvTable.Text(features.IdOf(row))).ConfigureAwait(false);
            foreach (FeatureColumn column in features.Columns)
            {
                await writer.WriteAsync("," + CsvTable.Text(PropertyText.Of(column, row))).ConfigureAwait(false);
            }

            await writer.WriteAsync("\r\n".AsMemory(), cancel).ConfigureAwait(false);
        }
    }
}

/// <summary>A property as text.</summary>
internal static class PropertyText
{
    /// <summary>The value of a row; empty where there is none.</summary>
    internal static string Of(FeatureColumn column, int row)
    {
        double number = column.Number(row);
        return double.IsNaN(number) ? column.Text(row) ?? string.Empty : column.Type == ColumnType.Flag ? (number == 1 ? "true" : "false") : number.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Writes features as FlatGeobuf, by GDAL, with a spatial index.</summary>
internal static class FlatGeobufItems
{
    internal static byte[] Make(FeatureFile features, string name, int[] rows, CancellationToken cancel)
    {
        string path = $"/vsimem/{Guid.NewGuid():N}.fgb";
        FeatureColumn[] columns = [.. features.Columns];
        try
        {
            using (VectorTarget target = VectorTarget.Create(path, "FlatGeobuf"))
            using (SpatialReference wgs84 = SpatialReference.Wgs84())
            {
                target.BeginLayer(name, wgs84, VectorGeometry.MultiPolygon, [new VectorField("id", VectorFieldType.Text), .. columns.Select(column => new VectorField(column.Name, column.Type switch { ColumnType.Integer => VectorFieldType.Integer, ColumnType.Number => VectorFieldType.Real, _ => VectorFieldType.Text }))]);
                var writer = new WKBWriter();
                object?[] values = new object?[columns.Length + 1];
                foreach (int row in rows)
                {
                    cancel.ThrowIfCancellationRequested();
                    values[0] = features.IdOf(row);
                    for (int i = 0; i < columns.Length; i++)
                    {
                        double number = columns[i].Number(row);
                        values[i + 1] = columns[i].Type switch
                        {
                            ColumnType.Integer => double.IsNaN(number) ? null : (object)(long)number,
                            ColumnType.Number => double.IsNaN(number) ? null : number,
                            _ => PropertyText.Of(columns[i], row) is { Length: > 0 } text ? text : null,
                        };
                    }

                    Geometry? geometry = features.GeometryOf(row);
                    target.Add(values, geometry is null ? [] : writer.Write(geometry is Polygon polygon ? polygon.Factory.CreateMultiPolygon([polygon]) : geometry));
                }

                target.Finish();
            }

            return VirtualFileSystem.ReadAllBytes(path, 1L << 30);
        }
        finally
        {
            VirtualFileSystem.Delete(path);
        }
    }
}
