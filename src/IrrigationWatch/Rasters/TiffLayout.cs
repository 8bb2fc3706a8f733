using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>What the directory of a TIFF says, where it is the plain case that <see cref="TiffTiles"/> reads.</summary>
internal sealed record TiffLayout(int Width, int Height, int Bands, RasterType Type, int TileWidth, int TileHeight, bool IsCompressed, int Predictor, long[] Offsets, long[] ByteCounts)
{
    private const int LargestSide = 4096;

    /// <summary>
    /// Fields that are understood, and those that say nothing of how pixels are stored: names and dates (269 to 272, 285, 305, 306, 315, 316, 33432), resolution in print (282, 283, 296), ranges (280, 281, 340, 341),
    /// XMP (700), GeoTIFF (33550, 33922, 34264, 34735 to 34737), what GDAL adds (42112, 42113), RPC (50844).
    /// </summary>
    private static readonly HashSet<ushort> Known =
    [
        TiffDirectory.NewSubfileType, TiffDirectory.ImageWidth, TiffDirectory.ImageLength, TiffDirectory.BitsPerSample, TiffDirectory.Compression, TiffDirectory.Photometric, TiffDirectory.FillOrder,
        TiffDirectory.Orientation, TiffDirectory.SamplesPerPixel, TiffDirectory.PlanarConfiguration, TiffDirectory.PredictorTag, TiffDirectory.ColorMap, TiffDirectory.TileWidth, TiffDirectory.TileLength,
        TiffDirectory.TileOffsets, TiffDirectory.TileByteCounts, TiffDirectory.ExtraSamples, TiffDirectory.SampleFormat, TiffDirectory.GdalNoData,
        269, 270, 271, 272, 280, 281, 282, 283, 285, 296, 305, 306, 315, 316, 340, 341, 700, 33432, 33550, 33922, 34264, 34735, 34736, 34737, 42112, 50844,
    ];

    /// <summary>Reads a directory; null where it is not the plain case.</summary>
    /// <param name="fields">The directory, by tag.</param>
    internal static TiffLayout? Of(SortedDictionary<ushort, TiffField>? fields)
    {
        if (fields is null || !fields.Keys.All(Known.Contains))
        {
            return null;
        }

        long One(ushort tag, long fallback) => fields.TryGetValue(tag, out TiffField? field) ? (field.Count == 1 ? field.Value() : null) ?? -1 : fallback;
        long width = One(TiffDirectory.ImageWidth, -1);
        long height = One(TiffDirectory.ImageLength, -1);
        long tileWidth = One(TiffDirectory.TileWidth, -1);
        long tileHeight = One(TiffDirectory.TileLength, -1);
        long bands = One(TiffDirectory.SamplesPerPixel, 1);
        long compression = One(TiffDirectory.Compression, 1);
        long predictor = One(TiffDirectory.PredictorTag, 1);
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue || !IsSide(tileWidth) || !IsSide(tileHeight)
            || bands is < 1 or > 4096 || !IsPlanar(bands, One(TiffDirectory.PlanarConfiguration, 1))
            || compression is not (1 or 8 or 32946) || One(TiffDirectory.FillOrder, 1) != 1 || One(TiffDirectory.Orientation, 1) != 1 || One(TiffDirectory.NewSubfileType, 0) != 0
            || One(TiffDirectory.Photometric, -1) is not (1 or 2 or 3) || !HasKnownExtraSamples(fields)
            || TypeOf(fields, (int)bands) is not RasterType type || !Fits(type, predictor) || (compression == 1 && predictor != 1))
        {
            return null;
        }

        long tiles = (width + tileWidth - 1) / tileWidth * ((height + tileHeight - 1) / tileHeight) * bands;
        long[]? offsets = All(fields, TiffDirectory.TileOffsets, tiles);
        long[]? byteCounts = All(fields, TiffDirectory.TileByteCounts, tiles);
        return offsets is null || byteCounts is null
            ? null
            : new TiffLayout((int)width, (int)height, (int)bands, type, (int)tileWidth, (int)tileHeight, compression != 1, (int)predictor, offsets, byteCounts);
    }

    /// <summary>Whether GDAL sees the same form in the file, so that two readers must have misread the same byte in the same way for pixels to be wrong.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GdalException">GDAL cannot open it, or its blocks cannot lie where they are said to.</exception>
    internal bool IsThatOfGdal(string path)
    {
        using Dataset dataset = Dataset.Open(path);
        dataset.CheckPlaces();
        if (dataset.IsSouthUp || dataset.Width != Width || dataset.Height != Height || dataset.BandCount != Bands
            || dataset.GetMetadata("COMPRESSION", "IMAGE_STRUCTURE") != (IsCompressed ? "DEFLATE" : null)
            || (dataset.GetMetadata("PREDICTOR", "IMAGE_STRUCTURE") is string predictor && predictor != Predictor.ToString(System.Globalization.CultureInfo.InvariantCulture))
            || (dataset.GetMetadata("INTERLEAVE", "IMAGE_STRUCTURE") == "PIXEL" && Bands > 1))
        {
            return false;
        }

        for (int number = 1; number <= Bands; number++)
        {
            Band band = dataset.Band(number);
            if (band.Type != Type || band.BlockWidth != TileWidth || band.BlockHeight != TileHeight)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSide(long side) => side is >= 16 and <= LargestSide && side % 16 == 0;

    private static bool IsPlanar(long bands, long planar) => planar == 2 || (planar == 1 && bands == 1);

    private static bool HasKnownExtraSamples(SortedDictionary<ushort, TiffField> fields) =>
        !fields.TryGetValue(TiffDirectory.ExtraSamples, out TiffField? field) || Enumerable.Range(0, field.Count).All(sample => field.Value(sample) is >= 0 and <= 2);

    private static bool Fits(RasterType type, long predictor) => predictor switch
    {
        1 => true,
        2 => type is RasterType.Byte or RasterType.Int16 or RasterType.UInt16 or RasterType.Int32 or RasterType.UInt32,
        3 => type == RasterType.Float32,
        _ => false,
    };

    private static RasterType? TypeOf(SortedDictionary<ushort, TiffField> fields, int bands)
    {
        long? bits = Same(fields, TiffDirectory.BitsPerSample, bands, 1);
        long? format = Same(fields, TiffDirectory.SampleFormat, bands, 1);
        return (bits, format) switch
        {
            (8, 1) => RasterType.Byte,
            (16, 1) => RasterType.UInt16,
            (16, 2) => RasterType.Int16,
            (32, 1) => RasterType.UInt32,
            (32, 2) => RasterType.Int32,
            (32, 3) => RasterType.Float32,
            (64, 3) => RasterType.Float64,
            _ => null,
        };
    }

    /// <summary>The value that all bands share; null where they differ, or where not each has one.</summary>
    private static long? Same(SortedDictionary<ushort, TiffField> fields, ushort tag, int bands, long fallback)
    {
        if (!fields.TryGetValue(tag, out TiffField? field))
        {
            return fallback;
        }

        return field.Count == bands && Enumerable.Range(1, bands - 1).All(band => field.Value(band) == field.Value()) ? field.Value() : null;
    }

    private static long[]? All(SortedDictionary<ushort, TiffField> fields, ushort tag, long count)
    {
        if (!fields.TryGetValue(tag, out TiffField? field) || field.Count != count)
        {
            return null;
        }

        long[] values = new long[count];
        for (int i = 0; i < values.Length; i++)
        {
            if (field.Value(i) is not long value)
            {
                return null;
            }

            values[i] = value;
        }

        return values;
    }
}
