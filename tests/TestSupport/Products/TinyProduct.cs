using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.TestSupport;

/// <summary>A small made-up product with USGS's names, metadata and number formats, whose pixels a test chooses.</summary>
internal sealed record TinyProduct(string Id)
{
    private static readonly (BandRole Role, string Key)[] QualityFiles =
    [
        (BandRole.QaPixel, "FILE_NAME_QUALITY_L1_PIXEL"), (BandRole.QaRadsat, "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION"), (BandRole.AerosolQa, "FILE_NAME_QUALITY_L2_AEROSOL"),
        (BandRole.CloudQa, "FILE_NAME_QUALITY_L2_SURFACE_REFLECTANCE_CLOUD"), (BandRole.SolarZenith, "FILE_NAME_ANGLE_SOLAR_ZENITH_BAND_4"),
    ];

    internal int Width { get; init; } = 20;

    internal int Height { get; init; } = 18;

    internal int Zone { get; init; } = 44;

    internal double Left { get; init; } = 300_000;

    internal double Top { get; init; } = 4_900_000;

    internal double CloudCover { get; init; } = 12.5;

    internal string Time { get; init; } = "05:12:34.5670000Z";

    /// <summary>DN of a band at a column and row.</summary>
    internal Func<BandRole, int, int, int> Pixel { get; init; } = (role, x, y) => role switch
    {
        BandRole.QaPixel => 21824,
        BandRole.QaRadsat => 0,
        BandRole.AerosolQa => 0x40,
        BandRole.CloudQa => 0,
        BandRole.SolarZenith => 3000 + 10 * x + y,
        BandRole.Nir => 20_000 + 37 * x + 11 * y,
        _ => 10_000 + 100 * (int)role + 13 * x + 29 * y,
    };

    /// <summary>Writes the product's files into a folder of their own and returns it.</summary>
    internal string Write(string folder, params BandRole[] without)
    {
        Directory.CreateDirectory(folder);
        ProductId id = ProductId.Parse(Id, "test");
        foreach (BandRole role in BandRoles.Of(id).Except(without))
        {
            WriteBand(Path.Combine(folder, ProductMetadata.FileNameOf(id, role)), role);
        }

        if (id.Kind == ProductKind.Scene)
        {
            File.WriteAllText(Path.Combine(folder, $"{Id}_MTL.txt"), Metadata(id));
        }

        foreach (string file in Directory.GetFiles(folder))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        return folder;
    }

    /// <summary>Writes the product as one tar, compressed where the name says so, its members in a folder where one is named.</summary>
    internal string WriteTar(string path, string inside = "")
    {
        using var scratch = new ScratchFolder();
        return Pack(Write(scratch.File("product")), path, inside);
    }

    /// <summary>Packs a folder's files into a .tar, plain or compressed with gzip, bzip2 or Zstandard, a .zip or a .7z.</summary>
    internal static string Pack(string folder, string path, string inside = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string[] files = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        using FileStream file = File.Create(path);
        if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (string member in files)
            {
                zip.CreateEntryFromFile(member, inside + Path.GetFileName(member));
            }

            return path;
        }

        if (path.EndsWith(".7z", StringComparison.OrdinalIgnoreCase))
        {
            using var packed = new SharpCompress.Writers.SevenZip.SevenZipWriter(file, new SharpCompress.Writers.SevenZip.SevenZipWriterOptions());
            foreach (string member in files)
            {
                using FileStream source = File.OpenRead(member);
                packed.Write(inside + Path.GetFileName(member), source, File.GetLastWriteTimeUtc(member));
            }

            return path;
        }

        using Stream stream = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".tar" => file,
            ".bz2" => SharpCompress.Compressors.BZip2.BZip2Stream.Create(file, SharpCompress.Compressors.CompressionMode.Compress, decompressConcatenated: false),
            ".zst" => new SharpCompress.Compressors.ZStandard.CompressionStream(file),
            _ => new GZipStream(file, CompressionLevel.Fastest),
        };
        using var tar = new TarWriter(stream);
        foreach (string member in files)
        {
            tar.WriteEntry(member, inside + Path.GetFileName(member));
        }

        return path;
    }

    /// <summary>Turns the compressed pixels of a band into junk and leaves its header whole, so that the damage shows only when pixels are decoded.</summary>
    internal static string SpoilPixels(string tiff)
    {
        byte[] bytes = File.ReadAllBytes(tiff);
        // The two bytes that a deflated block begins with.
        int at = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x78, 0x9C]);
        bytes.AsSpan(at, Math.Min(64, bytes.Length - at)).Fill(0x55);
        File.WriteAllBytes(tiff, bytes);
        return tiff;
    }

    /// <summary>The MTL as text.</summary>
    internal string Metadata(ProductId id)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        int[] bands = [.. BandRoles.Of(id).Where(role => role.IsReflective()).Select(id.BandNumber)];
        var text = new StringBuilder();
        text.Append("GROUP = LANDSAT_METADATA_FILE\n  GROUP = PRODUCT_CONTENTS\n");
        text.Append(invariant, $"    LANDSAT_PRODUCT_ID = \"{Id}\"\n    PROCESSING_LEVEL = \"{id.Level}\"\n");
        foreach (int band in bands)
        {
            text.Append(invariant, $"    FILE_NAME_BAND_{band} = \"{Id}_{(id.IsLevel2 ? "SR_" : string.Empty)}B{band}.TIF\"\n");
        }

        foreach ((BandRole role, string key) in QualityFiles.Where(file => BandRoles.Of(id).Contains(file.Role)))
        {
            text.Append(invariant, $"    {key} = \"{ProductMetadata.FileNameOf(id, role)}\"\n");
        }

        text.Append("  END_GROUP = PRODUCT_CONTENTS\n  GROUP = IMAGE_ATTRIBUTES\n");
        text.Append(invariant, $"    SENSOR_ID = \"{id.Instrument}\"\n    DATE_ACQUIRED = {id.Acquired:yyyy-MM-dd}\n    SCENE_CENTER_TIME = \"{Time}\"\n    CLOUD_COVER = {CloudCover}\n    SUN_AZIMUTH = 140.5\n    SUN_ELEVATION = 58.25\n");
        text.Append("  END_GROUP = IMAGE_ATTRIBUTES\n  GROUP = PROJECTION_ATTRIBUTES\n");
        text.Append(invariant, $"    MAP_PROJECTION = \"UTM\"\n    UTM_ZONE = {Zone}\n    GRID_CELL_SIZE_REFLECTIVE = 30.00\n    REFLECTIVE_LINES = {Height}\n    REFLECTIVE_SAMPLES = {Width}\n");
        text.Append(invariant, $"    CORNER_UL_PROJECTION_X_PRODUCT = {Left + 15}\n    CORNER_UL_PROJECTION_Y_PRODUCT = {Top - 15}\n  END_GROUP = PROJECTION_ATTRIBUTES\n");
        string group = id.IsLevel2 ? "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" : "LEVEL1_RADIOMETRIC_RESCALING";
        text.Append(invariant, $"  GROUP = {group}\n");
        foreach (int band in bands)
        {
            text.Append(invariant, $"    REFLECTANCE_MULT_BAND_{band} = {(id.IsLevel2 ? "2.75e-05" : "2.0000E-05")}\n    REFLECTANCE_ADD_BAND_{band} = {(id.IsLevel2 ? "-0.2" : "-0.100000")}\n");
        }

        if (id.IsLevel2)
        {
            foreach (int band in bands)
            {
                text.Append(invariant, $"    REFLECTANCE_MAXIMUM_BAND_{band} = 1.602213\n    REFLECTANCE_MINIMUM_BAND_{band} = -0.199972\n    QUANTIZE_CAL_MAX_BAND_{band} = 65535\n    QUANTIZE_CAL_MIN_BAND_{band} = 1\n");
            }
        }

        return text.Append(invariant, $"  END_GROUP = {group}\nEND_GROUP = LANDSAT_METADATA_FILE\nEND\n").ToString();
    }

    /// <summary>The MTL as JSON: the same groups and values.</summary>
    internal string MetadataJson(ProductId id)
    {
        var open = new Stack<JsonObject>([new JsonObject()]);
        foreach (string line in Metadata(id).Split('\n', StringSplitOptions.TrimEntries).TakeWhile(line => line != "END"))
        {
            string[] parts = line.Split(" = ");
            switch (parts[0])
            {
                case "GROUP":
                    var group = new JsonObject();
                    open.Peek()[parts[1]] = group;
                    open.Push(group);
                    break;
                case "END_GROUP":
                    open.Pop();
                    break;
                default:
                    open.Peek()[parts[0]] = parts[1].Trim('"');
                    break;
            }
        }

        return open.Peek().ToJsonString();
    }

    internal void WriteBand(string path, BandRole role) => WriteBand(path, role, "COMPRESS=DEFLATE", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64");

    /// <summary>Writes a band with creation options of GDAL's GeoTIFF driver.</summary>
    internal void WriteBand(string path, BandRole role, params string[] options)
    {
        bool small = role is BandRole.AerosolQa or BandRole.CloudQa;
        using Dataset dataset = Dataset.Create(path, "GTiff", Width, Height, 1, small ? RasterType.Byte : role == BandRole.SolarZenith ? RasterType.Int16 : RasterType.UInt16, options);
        dataset.GeoTransform = [Left, 30, 0, Top, 0, -30];
        using (SpatialReference reference = SpatialReference.Parse(string.Create(CultureInfo.InvariantCulture, $"EPSG:{32600 + Zone}")))
        {
            dataset.SetSpatialReference(reference);
        }

        ushort[] pixels = new ushort[Width * Height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (ushort)Pixel(role, i % Width, i / Width);
        }

        dataset.Band(1).Write<ushort>(new PixelWindow(0, 0, Width, Height), pixels);
        dataset.Finish();
    }
}
