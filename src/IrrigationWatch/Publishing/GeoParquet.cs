using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Parquet;
using Parquet.Schema;

namespace IrrigationWatch.Publishing;

/// <summary>Tables with geometry as GeoParquet 1.1: well-known binary in longitude and latitude, and the box of each geometry.</summary>
public static class GeoParquet
{
    private const string GeometryColumn = "geometry";
    private const string BoxColumn = "bbox";

    /// <summary>Writes an area table, one row a zone and year, with the zone's geometry.</summary>
    /// <param name="path">Where.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, AreaTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        DataField[] columns =
        [
            new DataField<string>("id", nullable: false), new DataField<int>("year"), new DataField<string>("zone", nullable: false), new DataField<string>("country", nullable: false),
            new DataField<double>("irrigated_ha"), new DataField<double>("observed_ha"), new DataField<double>("zone_ha"), new DataField<double>("observed_fraction"),
            new DataField<double?>("irrigated_low_ha"), new DataField<double?>("irrigated_high_ha"),
        ];
        var wkb = new WKBWriter(ByteOrder.LittleEndian);
        Dictionary<(string, string), (byte[] Wkb, Envelope Box)> geometries = table.Zones.ToDictionary(zone => (zone.Country, zone.Name), zone => (wkb.Write(zone.Geometry), zone.Geometry.EnvelopeInternal));
        using var file = new ParquetFile(path, columns, [.. table.Zones.Select(zone => zone.Geometry.GeometryType).Distinct()]);
        AreaRow[] rows = [.. table.Rows];
        (byte[] Wkb, Envelope Box)[] shapes = [.. rows.Select(row => geometries[(row.Country, row.Zone)])];
        file.Add(
            [.. shapes.Select(shape => shape.Wkb)],
            [.. shapes.Select(shape => shape.Box)],
            [
                rows.Select(AreaJson.IdOf).ToArray(), rows.Select(row => row.Year).ToArray(), rows.Select(row => row.Zone).ToArray(), rows.Select(row => row.Country).ToArray(),
                rows.Select(row => row.IrrigatedHectares).ToArray(), rows.Select(row => row.ObservedHectares).ToArray(), rows.Select(row => row.ZoneHectares).ToArray(), rows.Select(row => row.ObservedFraction).ToArray(),
                rows.Select(row => row.LowHectares).ToArray(), rows.Select(row => row.HighHectares).ToArray(),
            ]);
        file.Commit();
    }

    /// <summary>Writes polygons of several years into one file, one group of rows a call.</summary>
    internal sealed class LandPolygonWriter : IDisposable
    {
        private readonly ParquetFile file;

        internal LandPolygonWriter(string path) => file = new ParquetFile(
            path,
            [
                new DataField<string>("id", nullable: false), new DataField<string>("kind", nullable: false), new DataField<int>("year"), new DataField<string>("zone", nullable: false), new DataField<string>("country", nullable: false),
                new DataField<double>("area_ha"), new DataField<double?>("probability"),
            ],
            ["Polygon"]);

        internal void Add(IReadOnlyList<LandPolygon> polygons) => file.Add(
            [.. polygons.Select(polygon => LandPolygonFile.ToWkb(polygon.Rings))],
            [.. polygons.Select(polygon => BoxOf(polygon.Rings[0]))],
            [
                polygons.Select(polygon => polygon.Id).ToArray(), polygons.Select(polygon => polygon.Kind).ToArray(), polygons.Select(polygon => polygon.Year).ToArray(), polygons.Select(polygon => polygon.Zone).ToArray(), polygons.Select(polygon => polygon.Country).ToArray(),
                polygons.Select(polygon => polygon.Hectares).ToArray(), polygons.Select(polygon => polygon.Probability).ToArray(),
            ]);

        internal void Commit() => file.Commit();

        public void Dispose() => file.Dispose();

        private static Envelope BoxOf(double[] ring)
        {
            var box = new Envelope();
            for (int i = 0; i < ring.Length; i += 2)
            {
                box.ExpandToInclude(ring[i], ring[i + 1]);
            }

            return box;
        }
    }

    /// <summary>A file that appears under its name when it is whole.</summary>
    private sealed class ParquetFile : IDisposable
    {
        private readonly string path;
        private readonly string partial;
        private readonly string[] geometryTypes;
        private readonly ParquetSchema schema;
        private readonly FileStream stream;
        private readonly ParquetWriter writer;
        private readonly Envelope everything = new();

        internal ParquetFile(string path, DataField[] columns, string[] geometryTypes)
        {
            this.path = path;
            this.geometryTypes = geometryTypes;
            schema = new ParquetSchema([.. columns, new DataField<byte[]>(GeometryColumn, nullable: false), new StructField(BoxColumn, new DataField<double>("xmin"), new DataField<double>("ymin"), new DataField<double>("xmax"), new DataField<double>("ymax"))]);
            partial = AtomicFile.Prepare(path);
            stream = new FileStream(partial, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            writer = Wait(ParquetWriter.CreateAsync(schema, stream, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = System.IO.Compression.CompressionLevel.Fastest }));
        }

        internal void Add(byte[][] wkb, Envelope[] boxes, Array[] columns)
        {
            if (wkb.Length == 0)
            {
                return;
            }

            try
            {
                DataField[] fields = schema.GetDataFields();
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                for (int i = 0; i < columns.Length; i++)
                {
                    Wait(columns[i] switch
                    {
                        string[] texts => group.WriteAsync(fields[i], texts),
                        int[] numbers => group.WriteAsync<int>(fields[i], numbers),
                        double[] numbers => group.WriteAsync<double>(fields[i], numbers),
                        double?[] numbers => group.WriteAsync<double>(fields[i], new ReadOnlyMemory<double?>(numbers)),
                        _ => throw new ArgumentException("a column of this type is not written", nameof(columns)),
                    });
                }

                Wait(group.WriteAsync(fields[columns.Length], wkb));
                Func<Envelope, double>[] sides = [box => box.MinX, box => box.MinY, box => box.MaxX, box => box.MaxY];
                for (int side = 0; side < sides.Length; side++)
                {
                    DataField field = fields[columns.Length + 1 + side];
                    Wait(group.WriteAllPartsAsync<double>(field, boxes.Select(sides[side]).ToArray(), Enumerable.Repeat(field.MaxDefinitionLevel, boxes.Length).ToArray(), null, CancellationToken.None));
                }

                foreach (Envelope box in boxes)
                {
                    everything.ExpandToInclude(box);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.CannotWrite(path, e);
            }
        }

        internal void Commit()
        {
            try
            {
                writer.CustomMetadata = new Dictionary<string, string> { ["geo"] = Metadata() };
                Wait(writer.DisposeAsync().AsTask());
                stream.Flush(flushToDisk: true);
                stream.Dispose();
                File.Move(partial, path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.CannotWrite(path, e);
            }
        }

        public void Dispose()
        {
            stream.Dispose();
            AtomicFile.TryDelete(partial);
        }

        /// <summary>The file's own description (GeoParquet 1.1.0). Without a CRS geometries are in OGC:CRS84.</summary>
        private string Metadata()
        {
            var column = new JsonObject { ["encoding"] = "WKB", ["geometry_types"] = new JsonArray([.. geometryTypes.Select(type => (JsonNode)type)]) };
            if (!everything.IsNull)
            {
                column["bbox"] = new JsonArray(everything.MinX, everything.MinY, everything.MaxX, everything.MaxY);
            }

            var box = new JsonObject();
            foreach (string side in new[] { "xmin", "ymin", "xmax", "ymax" })
            {
                box[side] = new JsonArray(BoxColumn, side);
            }

            column["covering"] = new JsonObject { [BoxColumn] = box };
            return new JsonObject { ["version"] = "1.1.0", ["primary_column"] = GeometryColumn, ["columns"] = new JsonObject { [GeometryColumn] = column } }
                .ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }

        private static void Wait(Task task) => task.GetAwaiter().GetResult();

        private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
    }
}
