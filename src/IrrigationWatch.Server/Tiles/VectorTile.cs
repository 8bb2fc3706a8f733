using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using IrrigationWatch.Server.Collections;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Tiles;

/// <summary>
/// Writes features as a Mapbox Vector Tile (specification 2.1). Polygons smaller than a pixel of the tile are not dropped: their
/// area is added up, and a pixel is drawn for each pixel's worth of it, so that many small fields keep their weight from afar.
/// </summary>
internal static class VectorTile
{
    /// <summary>Units of a tile's side.</summary>
    internal const int Extent = 4096;

    /// <summary>Share of the tile that is drawn around it, so that outlines do not end at its edges.</summary>
    internal const double Buffer = 64.0 / Extent;

    /// <summary>A pixel of a tile of 256.</summary>
    private const int Pixel = Extent / 256;

    private const int MoveTo = 1;
    private const int LineTo = 2;
    private const int ClosePath = 7;
    private const int PolygonType = 3;

    /// <summary>Makes a tile with one layer.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="features">The features.</param>
    /// <param name="tile">Which tile.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The tile; empty where no feature reaches it.</returns>
    internal static byte[] Make(string name, FeatureFile features, TileAddress tile, CancellationToken cancel)
    {
        var layer = new Layer(name, features);
        FeatureColumn? hectares = features.Column("area_ha");
        double small = 0;
        foreach (int row in features.Rows(tile.ToBox(Buffer)))
        {
            cancel.ThrowIfCancellationRequested();
            double area = AreaOf(features.BoxOf(row), tile);
            if (area < Pixel * Pixel)
            {
                // The area that was published; of features without one, that of the box.
                double known = hectares?.Number(row) ?? double.NaN;
                small += double.IsNaN(known) ? area : known * UnitsPerHectare(features.BoxOf(row), tile);
                if (small >= Pixel * Pixel)
                {
                    small -= Pixel * Pixel;
                    layer.AddPixel(row, tile);
                }

                continue;
            }

            if (features.GeometryOf(row) is { } geometry)
            {
                layer.Add(row, geometry, tile);
            }
        }

        return layer.ToArray();
    }

    /// <summary>Square units of the tile of a hectare on the ground: Web Mercator stretches by the secant of the latitude.</summary>
    private static double UnitsPerHectare(Box box, TileAddress tile)
    {
        double[] degrees = box.ToDegrees();
        double stretch = 1 / Math.Cos(double.DegreesToRadians((degrees[1] + degrees[3]) / 2));
        double unit = tile.Size / Extent;
        return 10_000 * stretch * stretch / (unit * unit);
    }

    private static double AreaOf(Box box, TileAddress tile)
    {
        double[] degrees = box.ToDegrees();
        (double x0, double y1) = Place(degrees[0], degrees[1], tile);
        (double x1, double y0) = Place(degrees[2], degrees[3], tile);
        return (x1 - x0) * (y1 - y0);
    }

    private static (double X, double Y) Place(double longitude, double latitude, TileAddress tile)
    {
        (double x, double y) = TileAddress.ToWorld(longitude, latitude);
        double world = 1L << tile.Zoom;
        return ((x * world - tile.Column) * Extent, (y * world - tile.Row) * Extent);
    }

    /// <summary>A layer that is being written.</summary>
    private sealed class Layer(string name, FeatureFile features)
    {
        private readonly Message body = new();
        private readonly List<FeatureColumn> columns = [.. features.Columns];
        private readonly Dictionary<(bool IsText, string Text, double Number), uint> values = [];
        private readonly List<(bool IsText, string Text, double Number)> ordered = [];
        private int count;

        internal void AddPixel(int row, TileAddress tile)
        {
            double[] box = features.BoxOf(row).ToDegrees();
            (double x, double y) = Place((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, tile);
            int left = (int)Math.Round(x) - Pixel / 2;
            int top = (int)Math.Round(y) - Pixel / 2;
            Write(row, [[(left, top), (left + Pixel, top), (left + Pixel, top + Pixel), (left, top + Pixel)]]);
        }

        internal void Add(int row, Geometry geometry, TileAddress tile)
        {
            var rings = new List<List<(int X, int Y)>>();
            for (int i = 0; i < geometry.NumGeometries; i++)
            {
                if (geometry.GetGeometryN(i) is not Polygon polygon || Ring(polygon.Shell, tile, outer: true) is not { } shell)
                {
                    continue;
                }

                rings.Add(shell);
                rings.AddRange(polygon.Holes.Select(hole => Ring(hole, tile, outer: false)).OfType<List<(int, int)>>());
            }

            if (rings.Count > 0)
            {
                Write(row, rings);
            }
        }

        internal byte[] ToArray()
        {
            if (count == 0)
            {
                return [];
            }

            var layer = new Message();
            layer.Varint(15, 2);
            layer.Text(1, name);
            layer.Append(body);
            layer.Text(3, "id");
            foreach (FeatureColumn column in columns)
            {
                layer.Text(3, column.Name);
            }

            foreach ((bool isText, string text, double number) in ordered)
            {
                var value = new Message();
                if (isText)
                {
                    value.Text(1, text);
                }
                else if (number == Math.Floor(number) && Math.Abs(number) < 1L << 50)
                {
                    value.Varint(6, ZigZag((long)number));
                }
                else
                {
                    value.Double(3, number);
                }

                layer.Nested(4, value);
            }

            layer.Varint(5, Extent);
            var tile = new Message();
            tile.Nested(3, layer);
            return tile.ToArray();
        }

        private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

        /// <summary>A ring in units of the tile, cut to it, turned as the format wants; null where nothing is left.</summary>
        private static List<(int X, int Y)>? Ring(LineString ring, TileAddress tile, bool outer)
        {
            CoordinateSequence points = ring.CoordinateSequence;
            var place = new List<(double X, double Y)>(points.Count);
            for (int i = 0; i < points.Count - 1; i++)
            {
                place.Add(Place(points.GetX(i), points.GetY(i), tile));
            }

            const double Low = -Buffer * Extent;
            const double High = Extent + Buffer * Extent;
            place = Clip(place, p => p.X - Low);
            place = Clip(place, p => High - p.X);
            place = Clip(place, p => p.Y - Low);
            place = Clip(place, p => High - p.Y);
            var result = new List<(int X, int Y)>(place.Count);
            foreach ((double x, double y) in place)
            {
                (int X, int Y) point = ((int)Math.Round(x), (int)Math.Round(y));
                while (result.Count > 1 && IsStraight(result[^2], result[^1], point))
                {
                    result.RemoveAt(result.Count - 1);
                }

                if (result.Count == 0 || result[^1] != point)
                {
                    result.Add(point);
                }
            }

            long area = 0;
            for (int i = 0; i < result.Count; i++)
            {
                (int X, int Y) a = result[i];
                (int X, int Y) b = result[(i + 1) % result.Count];
                area += (long)a.X * b.Y - (long)b.X * a.Y;
            }

            if (result.Count < 3 || area == 0)
            {
                return null;
            }

            if (area > 0 != outer)
            {
                result.Reverse();
            }

            return result;
        }

        private static bool IsStraight((int X, int Y) a, (int X, int Y) b, (int X, int Y) c) =>
            (long)(b.X - a.X) * (c.Y - b.Y) == (long)(b.Y - a.Y) * (c.X - b.X) && (long)(b.X - a.X) * (c.X - b.X) + (long)(b.Y - a.Y) * (c.Y - b.Y) >= 0;

        /// <summary>Cuts a ring at a line (Sutherland and Hodgman 1974, Communications of the ACM 17, 32–42).</summary>
        private static List<(double X, double Y)> Clip(List<(double X, double Y)> ring, Func<(double X, double Y), double> inside)
        {
            if (ring.TrueForAll(point => inside(point) >= 0))
            {
                return ring;
            }

            var result = new List<(double X, double Y)>(ring.Count);
            for (int i = 0; i < ring.Count; i++)
            {
                (double X, double Y) a = ring[i];
                (double X, double Y) b = ring[(i + 1) % ring.Count];
                double da = inside(a);
                double db = inside(b);
                if (da >= 0)
                {
                    result.Add(a);
                }

                if (da >= 0 != db >= 0)
                {
                    double t = da / (da - db);
                    result.Add((a.X + t * (b.X - a.X), a.Y + t * (b.Y - a.Y)));
                }
            }

            return result;
        }

        private void Write(int row, List<List<(int X, int Y)>> rings)
        {
            var tags = new Message();
            Tag(tags, 0, (true, features.IdOf(row), 0));
            for (int i = 0; i < columns.Count; i++)
            {
                double number = columns[i].Number(row);
                if (!double.IsNaN(number))
                {
                    Tag(tags, (uint)i + 1, (false, string.Empty, number));
                }
                else if (columns[i].Text(row) is string text)
                {
                    Tag(tags, (uint)i + 1, (true, text, 0));
                }
            }

            var commands = new Message();
            (int X, int Y) pen = (0, 0);
            foreach (List<(int X, int Y)> ring in rings)
            {
                commands.Raw((1 << 3) | MoveTo);
                Go(ring[0]);
                commands.Raw(((uint)(ring.Count - 1) << 3) | LineTo);
                foreach ((int X, int Y) point in ring.Skip(1))
                {
                    Go(point);
                }

                commands.Raw((1 << 3) | ClosePath);
            }

            var feature = new Message();
            feature.Varint(1, (ulong)row + 1);
            feature.Nested(2, tags);
            feature.Varint(3, PolygonType);
            feature.Nested(4, commands);
            body.Nested(2, feature);
            count++;

            void Go((int X, int Y) point)
            {
                commands.Raw(ZigZag(point.X - pen.X));
                commands.Raw(ZigZag(point.Y - pen.Y));
                pen = point;
            }
        }

        private void Tag(Message tags, uint key, (bool, string, double) value)
        {
            if (!values.TryGetValue(value, out uint index))
            {
                index = (uint)values.Count;
                values.Add(value, index);
                ordered.Add(value);
            }

            tags.Raw(key);
            tags.Raw(index);
        }
    }

    /// <summary>A message of Protocol Buffers that is being written.</summary>
    private sealed class Message
    {
        private byte[] bytes = new byte[64];
        private int length;

        internal byte[] ToArray() => bytes[..length];

        internal void Varint(int field, ulong value)
        {
            Raw((ulong)field << 3);
            Raw(value);
        }

        internal void Double(int field, double value)
        {
            Raw(((ulong)field << 3) | 1);
            BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        }

        internal void Text(int field, string value)
        {
            Raw(((ulong)field << 3) | 2);
            int size = Encoding.UTF8.GetByteCount(value);
            Raw((ulong)size);
            Encoding.UTF8.GetBytes(value, Room(size));
        }

        internal void Nested(int field, Message message)
        {
            Raw(((ulong)field << 3) | 2);
            Raw((ulong)message.length);
            Append(message);
        }

        internal void Append(Message message) => message.bytes.AsSpan(0, message.length).CopyTo(Room(message.length));

        internal void Raw(ulong value)
        {
            while (value >= 0x80)
            {
                Room(1)[0] = (byte)(value | 0x80);
                value >>= 7;
            }

            Room(1)[0] = (byte)value;
        }

        private Span<byte> Room(int count)
        {
            if (length + count > bytes.Length)
            {
                Array.Resize(ref bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(length + count)));
            }

            length += count;
            return bytes.AsSpan(length - count, count);
        }
    }
}
