using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Benchmarks;

/// <summary>A made-up scene of the size of a real one, in the format of USGS: fields, noise, clouds and fill in the corners.</summary>
internal static class FullScene
{
    internal const string Id = "LC09_L2SP_149030_20230714_20230801_02_T1";

    private const int Width = 7661;
    private const int Height = 7781;

    /// <summary>Writes the scene's folder unless it is there.</summary>
    internal static string Make(string folder)
    {
        string scene = Path.Combine(folder, Id);
        string metadata = Path.Combine(scene, Id + "_MTL.txt");
        if (File.Exists(metadata))
        {
            return scene;
        }

        Directory.CreateDirectory(scene);
        ProductId id = ProductId.Parse(Id, folder);
        ParallelWork.Run(BandRoles.Of(id), role => WriteBand(Path.Combine(scene, ProductMetadata.FileNameOf(id, role)), role));
        File.WriteAllText(metadata, Metadata(id));
        return scene;
    }

    /// <summary>Scenes of a summer of a year with the pixels of the one, which is of 2023, by links: each is read and unpacked for itself.</summary>
    internal static string[] Year(string folder, int count, int year = 2023)
    {
        string first = Make(folder);
        var scenes = new List<string>();
        if (year == 2023)
        {
            scenes.Add(first);
        }

        for (int i = scenes.Count; i < count; i++)
        {
            string date = new DateOnly(year, 4, 1).AddDays(i * 180 / count).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
            string name = Id.Replace("20230714", date, StringComparison.Ordinal);
            string scene = Path.Combine(folder, name);
            scenes.Add(scene);
            if (Directory.Exists(scene))
            {
                continue;
            }

            Directory.CreateDirectory(scene);
            foreach (string file in Directory.GetFiles(first))
            {
                string other = Path.Combine(scene, Path.GetFileName(file).Replace(Id, name, StringComparison.Ordinal));
                if (file.EndsWith(".txt", StringComparison.Ordinal))
                {
                    File.WriteAllText(other, File.ReadAllText(file).Replace(Id, name, StringComparison.Ordinal).Replace("2023-07-14", $"{date[..4]}-{date[4..6]}-{date[6..]}", StringComparison.Ordinal));
                }
                else
                {
                    File.CreateSymbolicLink(other, file);
                }
            }
        }

        return [.. scenes];
    }

    private static void WriteBand(string path, BandRole role)
    {
        bool small = role == BandRole.AerosolQa;
        using Dataset dataset = Dataset.Create(path, "GTiff", Width, Height, 1, small ? RasterType.Byte : RasterType.UInt16, "COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256");
        dataset.GeoTransform = [300_000, 30, 0, 4_900_000, 0, -30];
        using SpatialReference reference = SpatialReference.Parse("EPSG:32644");
        dataset.SetSpatialReference(reference);
        ushort[] rows = new ushort[Width * 256];
        for (int top = 0; top < Height; top += 256)
        {
            int height = Math.Min(256, Height - top);
            for (int i = 0; i < Width * height; i++)
            {
                rows[i] = Pixel(role, i % Width, top + i / Width);
            }

            dataset.Band(1).Write<ushort>(new PixelWindow(0, top, Width, height), rows.AsSpan(0, Width * height));
        }

        dataset.Finish();
    }

    private static ushort Pixel(BandRole role, int x, int y)
    {
        // The image is tilted within its rectangle.
        bool fill = x < (Height - y) / 5 || x > Width - y / 5 || y < x / 5 || y > Height - (Width - x) / 5;
        uint noise = Hash(x, y, (int)role);
        bool cloud = Hash(x / 300, y / 300, 99) % 7 == 0;
        bool green = Hash(x / 25, y / 20, 7) % 3 == 0;
        return role switch
        {
            BandRole.QaPixel => (ushort)(fill ? 1 : cloud ? 22280 : 21824),
            BandRole.QaRadsat => 0,
            BandRole.AerosolQa => (ushort)(fill ? 1 : 0x40),
            _ when fill => 0,
            BandRole.Nir => (ushort)((cloud ? 28_000 : green ? 21_000 : 14_000) + noise % 400),
            _ => (ushort)((cloud ? 27_000 : green ? 9_000 : 12_000) + 200 * (int)role + noise % 300),
        };
    }

    internal static uint Hash(int x, int y, int z)
    {
        uint h = (uint)(x * 374761393 + y * 668265263 + z * 1274126177);
        h = (h ^ (h >> 13)) * 1274126177;
        return h ^ (h >> 16);
    }

    private static string Metadata(ProductId id)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        var text = new StringBuilder("GROUP = LANDSAT_METADATA_FILE\n  GROUP = PRODUCT_CONTENTS\n");
        text.Append(invariant, $"    LANDSAT_PRODUCT_ID = \"{Id}\"\n  END_GROUP = PRODUCT_CONTENTS\n  GROUP = IMAGE_ATTRIBUTES\n    DATE_ACQUIRED = 2023-07-14\n    SCENE_CENTER_TIME = \"05:12:34Z\"\n    CLOUD_COVER = 14.0\n    SUN_ELEVATION = 62.0\n  END_GROUP = IMAGE_ATTRIBUTES\n  GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS\n");
        foreach (BandRole role in BandRoles.Of(id).Where(role => role.IsReflective()))
        {
            text.Append(invariant, $"    REFLECTANCE_MULT_BAND_{id.BandNumber(role)} = 2.75e-05\n    REFLECTANCE_ADD_BAND_{id.BandNumber(role)} = -0.2\n");
        }

        return text.Append("  END_GROUP = LEVEL2_SURFACE_REFLECTANCE_PARAMETERS\nEND_GROUP = LANDSAT_METADATA_FILE\nEND\n").ToString();
    }
}
