using System.Buffers.Binary;
using System.Text;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.TestSupport;

/// <summary>Shapefiles whose names are bytes of any encoding, as programs that do not care write them.</summary>
internal static class Shapefile
{
    /// <summary>Writes zones side by side, each 0.01 degrees wide.</summary>
    /// <param name="path">The .shp.</param>
    /// <param name="names">Bytes of the zones' names.</param>
    /// <param name="languageId">The byte of the .dbf that says the encoding.</param>
    /// <param name="page">Content of the .cpg; null for none.</param>
    /// <param name="width">Bytes of the field.</param>
    /// <param name="field">Bytes of the field's name; null for <c>name</c>.</param>
    internal static void Write(string path, byte[][] names, byte languageId = 0, string? page = null, int width = 40, byte[]? field = null)
    {
        using (VectorTarget target = VectorTarget.Create(path, "ESRI Shapefile"))
        using (SpatialReference wgs84 = SpatialReference.Wgs84())
        {
            target.BeginLayer(Path.GetFileNameWithoutExtension(path), wgs84, VectorGeometry.Polygon, [new VectorField("name", VectorFieldType.Text)]);
            for (int i = 0; i < names.Length; i++)
            {
                target.Add(["x"], new WKBWriter().Write(GeometryFactory.Default.ToGeometry(new Envelope(80 + 0.01 * i, 80.01 + 0.01 * i, 44, 44.01))));
            }

            target.Finish();
        }

        File.Delete(Path.ChangeExtension(path, ".cpg"));
        using (FileStream table = File.Create(Path.ChangeExtension(path, ".dbf")))
        {
            byte[] head = new byte[65];
            (head[0], head[1], head[2], head[3], head[29], head[64]) = (3, 124, 1, 1, languageId, (byte)'\r');
            BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), names.Length);
            BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(8), 65);
            BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(10), (short)(width + 1));
            (field ?? "name"u8.ToArray()).CopyTo(head, 32);
            (head[43], head[48]) = ((byte)'C', (byte)width);
            table.Write(head);
            foreach (byte[] name in names)
            {
                byte[] row = [.. Enumerable.Repeat((byte)' ', width + 1)];
                name.AsSpan(0, Math.Min(width, name.Length)).CopyTo(row.AsSpan(1));
                table.Write(row);
            }

            table.WriteByte(0x1A);
        }

        if (page is not null)
        {
            File.WriteAllText(Path.ChangeExtension(path, ".cpg"), page);
        }
    }

    /// <summary>Bytes of texts in an encoding.</summary>
    internal static byte[][] Bytes(string encoding, params string[] texts)
    {
        if (encoding == "KZ-1048")
        {
            // STRK1048-2002: windows-1251 with other letters at these bytes.
            Dictionary<char, byte> others = new() { ['Қ'] = 0x8D, ['Һ'] = 0x8E, ['қ'] = 0x9D, ['һ'] = 0x9E, ['Ұ'] = 0xA1, ['ұ'] = 0xA2, ['Ә'] = 0xA3, ['Ө'] = 0xA5, ['Ғ'] = 0xAA, ['Ү'] = 0xAF, ['ө'] = 0xB4, ['ғ'] = 0xBA, ['ә'] = 0xBC, ['Ң'] = 0xBD, ['ң'] = 0xBE, ['ү'] = 0xBF };
            return [.. texts.Select(text => text.SelectMany(letter => others.TryGetValue(letter, out byte code) ? [code] : Bytes("windows-1251", letter.ToString())[0]).ToArray())];
        }

        Encoding codePage = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
        return [.. texts.Select(codePage.GetBytes)];
    }
}
