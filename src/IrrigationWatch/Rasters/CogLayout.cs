using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Where the parts of a Cloud Optimized GeoTIFF go: first all directories, from the raster down to its smallest overview,
/// then the tiles, from the smallest overview up to the raster (GDAL's description of the COG driver; OGC 21-026).
/// </summary>
internal static class CogLayout
{
    /// <summary>
    /// What a reader may rely on (GDAL's COG driver, "header ghost area"): tiles of all bands together in reading order, each
    /// behind its length and before its last four bytes once more. The last blank leaves room for YES.
    /// </summary>
    private const string StructuralMetadata =
        "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\nBLOCK_TRAILER=LAST_4_BYTES_REPEATED\nINTERLEAVE=TILE\nKNOWN_INCOMPATIBLE_EDITION=NO\n ";

    private const long LargestClassic = uint.MaxValue;
    private const ushort Deflate = 8;
    private const ushort PlanesApart = 2;
    private const ushort ReducedResolution = 1;

    /// <summary>Bytes before and bytes behind each tile.</summary>
    internal const int FrameLength = 4;

    /// <summary>Fields of the raster's description that its overviews share.</summary>
    private static readonly ushort[] Shared =
    [
        TiffDirectory.BitsPerSample, TiffDirectory.Photometric, TiffDirectory.SamplesPerPixel, TiffDirectory.ColorMap,
        TiffDirectory.ExtraSamples, TiffDirectory.SampleFormat, TiffDirectory.GdalNoData,
    ];

    /// <summary>Fields that say how GDAL stored the model raster and not what it is.</summary>
    private static readonly ushort[] Storage = [256, 257, 259, 273, 278, 279, 284, 317, 322, 323, 324, 325];

    /// <summary>CRS, place, type, nodata value, colours, names and metadata as GDAL itself writes them into a GeoTIFF.</summary>
    /// <param name="describe">Sets them on a dataset of the right type and number of bands.</param>
    /// <param name="type">Pixel type.</param>
    /// <param name="bandCount">Number of bands.</param>
    internal static SortedDictionary<ushort, TiffField> Describe(Action<Dataset> describe, RasterType type, int bandCount)
    {
        string path = $"/vsimem/irrigationwatch-{Guid.NewGuid():N}.tif";
        try
        {
            using (Dataset model = Dataset.Create(path, "GTiff", 16, 16, bandCount, type, "INTERLEAVE=BAND", "PROFILE=GDALGeoTIFF", "BIGTIFF=NO"))
            {
                describe(model);
                model.Finish();
            }

            byte[] bytes = VirtualFileSystem.ReadAllBytes(path);
            SortedDictionary<ushort, TiffField>? fields = TiffDirectory.Read((offset, buffer) =>
            {
                int count = (int)Math.Clamp(bytes.Length - offset, 0, buffer.Length);
                bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
                return count;
            });
            foreach (ushort tag in Storage)
            {
                fields?.Remove(tag);
            }

            return fields ?? throw new GdalException(path, "GDAL wrote a GeoTIFF of an unknown kind");
        }
        finally
        {
            VirtualFileSystem.Delete(path);
        }
    }

    /// <summary>The head of the file, and where each tile begins.</summary>
    /// <param name="description">Fields of <see cref="Describe"/>.</param>
    /// <param name="levels">The raster and its overviews.</param>
    /// <param name="bandCount">Number of bands.</param>
    /// <param name="predictor">The predictor of all tiles.</param>
    /// <param name="tileLengths">For each level the bytes of each tile, band by band.</param>
    /// <returns>The head, the offset of each tile likewise, and the length of the file.</returns>
    internal static (byte[] Head, long[][] Offsets, long Length) Arrange(SortedDictionary<ushort, TiffField> description, IReadOnlyList<Pyramid.Level> levels, int bandCount, int predictor, int[][] tileLengths)
    {
        long data = tileLengths.Sum(level => level.Sum(length => (long)length));
        long most = data + 4096 + levels.Count * description.Values.Sum(field => 32L + field.Data.Length) + tileLengths.Sum(level => (16L + 2 * FrameLength) * level.Length);
        bool big = most > LargestClassic;
        long[][] offsets = [.. tileLengths.Select(level => new long[level.Length])];
        // Twice: the length of the head does not depend on the offsets that stand in it.
        long start = Head(description, levels, predictor, offsets, tileLengths, big).Length;
        long end = start;
        for (int level = levels.Count - 1; level >= 0; level--)
        {
            if (!levels[level].IsWritten)
            {
                continue;
            }

            int tiles = levels[level].TilesAcross * levels[level].TilesDown;
            for (int tile = 0; tile < tiles; tile++)
            {
                for (int band = 0; band < bandCount; band++)
                {
                    offsets[level][band * tiles + tile] = end + FrameLength;
                    end += tileLengths[level][band * tiles + tile] + 2 * FrameLength;
                }
            }
        }

        return (Head(description, levels, predictor, offsets, tileLengths, big), offsets, end);
    }

    private static byte[] Head(SortedDictionary<ushort, TiffField> description, IReadOnlyList<Pyramid.Level> levels, int predictor, long[][] offsets, int[][] tileLengths, bool big)
    {
        var head = new MemoryStream();
        Span<byte> eight = stackalloc byte[8];
        head.Write("II"u8);
        Number(head, big ? 43 : 42, 2, eight);
        if (big)
        {
            Number(head, 8, 2, eight);
            Number(head, 0, 2, eight);
        }

        long firstLink = head.Position;
        Number(head, 0, big ? 8 : 4, eight);
        head.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GDAL_STRUCTURAL_METADATA_SIZE={StructuralMetadata.Length:000000} bytes\n{StructuralMetadata}")));
        long link = firstLink;
        for (int level = 0; level < levels.Count; level++)
        {
            if (!levels[level].IsWritten)
            {
                continue;
            }

            Even(head);
            long directory = head.Position;
            head.Position = link;
            Number(head, directory, big ? 8 : 4, eight);
            head.Position = directory;
            link = Directory(head, Fields(description, levels[level], level > 0, predictor, offsets[level], tileLengths[level], big), big);
        }

        Even(head);
        return head.ToArray();
    }

    private static SortedDictionary<ushort, TiffField> Fields(SortedDictionary<ushort, TiffField> description, Pyramid.Level level, bool isOverview, int predictor, long[] offsets, int[] lengths, bool big)
    {
        var fields = new SortedDictionary<ushort, TiffField>();
        foreach ((ushort tag, TiffField field) in description)
        {
            if (!isOverview || Shared.Contains(tag))
            {
                fields[tag] = field;
            }
        }

        byte[] places = new byte[offsets.Length * (big ? 8 : 4)];
        byte[] counts = new byte[lengths.Length * 4];
        for (int i = 0; i < offsets.Length; i++)
        {
            if (big)
            {
                BinaryPrimitives.WriteInt64LittleEndian(places.AsSpan(8 * i), offsets[i]);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(places.AsSpan(4 * i), (uint)offsets[i]);
            }

            BinaryPrimitives.WriteInt32LittleEndian(counts.AsSpan(4 * i), lengths[i]);
        }

        TiffField[] storage =
        [
            TiffField.Long(TiffDirectory.ImageWidth, (uint)level.Width),
            TiffField.Long(TiffDirectory.ImageLength, (uint)level.Height),
            TiffField.Shorts(TiffDirectory.Compression, Deflate),
            TiffField.Shorts(TiffDirectory.PlanarConfiguration, PlanesApart),
            TiffField.Shorts(TiffDirectory.PredictorTag, (ushort)predictor),
            TiffField.Shorts(TiffDirectory.TileWidth, (ushort)Pyramid.TileSize),
            TiffField.Shorts(TiffDirectory.TileLength, (ushort)Pyramid.TileSize),
            new TiffField(TiffDirectory.TileOffsets, big ? TiffType.Long8 : TiffType.Long, places),
            new TiffField(TiffDirectory.TileByteCounts, TiffType.Long, counts),
        ];
        foreach (TiffField field in storage)
        {
            fields[field.Tag] = field;
        }

        if (isOverview)
        {
            fields[TiffDirectory.NewSubfileType] = TiffField.Long(TiffDirectory.NewSubfileType, ReducedResolution);
        }

        return fields;
    }

    /// <summary>Writes a directory and behind it the values that have no room in it; returns where its link to the next stands.</summary>
    private static long Directory(MemoryStream head, SortedDictionary<ushort, TiffField> fields, bool big)
    {
        Span<byte> eight = stackalloc byte[8];
        int room = big ? 8 : 4;
        Number(head, fields.Count, big ? 8 : 2, eight);
        long link = head.Position + fields.Count * (big ? 20L : 12L);
        long next = link + room;
        var outside = new List<byte[]>();
        foreach (TiffField field in fields.Values)
        {
            Number(head, field.Tag, 2, eight);
            Number(head, (ushort)field.Type, 2, eight);
            Number(head, field.Count, room, eight);
            if (field.Data.Length <= room)
            {
                eight.Clear();
                field.Data.CopyTo(eight);
                head.Write(eight[..room]);
                continue;
            }

            Number(head, next, room, eight);
            outside.Add(field.Data);
            next += field.Data.Length + (field.Data.Length & 1);
        }

        Number(head, 0, room, eight);
        foreach (byte[] data in outside)
        {
            head.Write(data);
            Even(head);
        }

        return link;
    }

    private static void Even(MemoryStream head)
    {
        if ((head.Position & 1) != 0)
        {
            head.WriteByte(0);
        }
    }

    private static void Number(MemoryStream head, long value, int length, Span<byte> eight)
    {
        BinaryPrimitives.WriteInt64LittleEndian(eight, value);
        head.Write(eight[..length]);
    }
}
