using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>An archive of 200 products of all sensors in all containers, of which 20 are damaged in 20 different ways.</summary>
internal sealed class MixedArchive
{
    internal const int Products = 200;

    private static readonly string[] Prefixes = ["LT05", "LE07", "LC08", "LC09"];

    private readonly TinyArea area;
    private readonly SortedDictionary<string, string> damaged = new(StringComparer.Ordinal);
    private int made;

    internal MixedArchive(TinyArea area)
    {
        this.area = area;
        (string Cause, Func<string> Make)[] ways =
        [
            ("the archive is cut short", () => Changed(Tar(), bytes => bytes[..(bytes.Length / 2)])),
            ("is empty (0 bytes)", () => Changed(Tar(), _ => [])),
            ("is no archive but an answer of a server", () => Changed(Tar(), _ => [.. "<!DOCTYPE html><title>Sign in</title>"u8])),
            ("the archive is cut short or damaged", () => Changed(Pack(".tar.gz"), bytes => bytes[..(bytes.Length * 2 / 3)])),
            ("the archive is cut short or damaged", () => Changed(Pack(".zip"), bytes => bytes[..^100])),
            ("the archive is cut short or damaged", () => Changed(Pack(".7z"), bytes => bytes[..(bytes.Length / 2)])),
            ("is a download that was not finished", () => Renamed(Tar(), ".tar.part")),
            ("points outside of it", Traversing),
            ("breaks off before its end", () => InFolder("_MTL.txt", bytes => bytes[..(bytes.Length / 2)])),
            ("has no REFLECTANCE_MULT_BAND_4", () => InFolder("_MTL.txt", bytes => [.. System.Text.Encoding.ASCII.GetBytes(System.Text.Encoding.ASCII.GetString(bytes).Replace("REFLECTANCE_MULT_BAND_4 =", "REFLECTANCE_OLD_BAND_4 =", StringComparison.Ordinal))])),
            ("SR_B5.TIF cannot be read", () => InFolder("_SR_B5.TIF", bytes => bytes[..100])),
            ("SR_B4.TIF cannot be read", Spoilt),
            ("has no band nir", () => WithoutBands(BandRole.Nir)),
            ("holds none of the reflective bands", () => WithoutBands(BandRole.Blue, BandRole.Green, BandRole.Red, BandRole.Nir, BandRole.Swir1, BandRole.Swir2)),
            ("has 7 × 9 pixels but", OfAnotherSize),
            ("holds pixels of type Float32", AsFloat),
            ("is a Landsat 1–5 MSS product", () => OfAnotherKind("LM05_L1TP_149030_19920714_20200801_02_T2")),
            ("is a Collection 1 product", () => OfAnotherKind("LC08_L1TP_149030_20140714_20170801_01_T1")),
            ("holds the thermal sensor only", () => OfAnotherKind("LT08_L1GT_149030_20140714_20200801_02_T2")),
            ("has no metadata (*_MTL.txt, .json or .xml), without which the numbers of Level 1", Level1WithoutMetadata),
        ];
        foreach ((string cause, Func<string> make) in ways)
        {
            damaged.Add(make(), cause);
        }

        while (made < Products)
        {
            Good(made % 10);
        }
    }

    /// <summary>Paths of the damaged products, each with words of its cause.</summary>
    internal IReadOnlyDictionary<string, string> Damaged => damaged;

    /// <summary>A product of its own sensor, year, path and day.</summary>
    private TinyProduct Next()
    {
        int number = made++;
        string prefix = Prefixes[number % 4];
        int year = prefix switch { "LT05" => 2004, "LE07" => 2004 + 10 * (number / 4 % 2), "LC08" => 2014 + 8 * (number / 4 % 2), _ => 2022 };
        return area.Product(string.Create(CultureInfo.InvariantCulture, $"{prefix}_L2SP_{140 + number / 36:000}030_{year}{4 + number % 6:00}{1 + number % 28:00}_20230801_02_T1"));
    }

    private string Place(TinyProduct product, string ending = "") => Path.Combine(area.Scenes, product.Id[..4], product.Id + ending);

    private void Good(int container)
    {
        TinyProduct product = Next();
        switch (container)
        {
            case 0 or 1:
                product.WriteTar(Place(product, ".tar"));
                break;
            case 2:
                product.WriteTar(Place(product, ".tar"), product.Id + "/");
                break;
            case 3:
                product.WriteTar(Place(product, ".tar.gz"));
                break;
            case 4:
                product.WriteTar(Place(product, ".TGZ"));
                break;
            case 5:
                product.WriteTar(Place(product, ".zip"));
                break;
            case 6:
                product.Write(Place(product));
                break;
            case 7:
                product.Write(Path.Combine(area.Scenes, "renamed by hand", product.Id[..4] + " " + made));
                break;
            case 8:
                // Several products unpacked into one folder.
                product.Write(Path.Combine(area.Scenes, "together"));
                break;
            default:
                string folder = product.Write(Place(product));
                string metadata = Path.Combine(folder, product.Id + "_MTL.txt");
                File.WriteAllText(metadata, File.ReadAllText(metadata).ReplaceLineEndings("\r\n") + "\0");
                break;
        }
    }

    private string Tar() => Pack(".tar");

    private string Pack(string ending)
    {
        TinyProduct product = Next();
        return product.WriteTar(Place(product, ending));
    }

    private static string Changed(string file, Func<byte[], byte[]> change)
    {
        File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
        return file;
    }

    private static string Renamed(string file, string ending)
    {
        string renamed = Path.ChangeExtension(file, null) + ending;
        File.Move(file, renamed);
        return renamed;
    }

    private string InFolder(string ending, Func<byte[], byte[]> change)
    {
        TinyProduct product = Next();
        string folder = product.Write(Place(product));
        Changed(Path.Combine(folder, product.Id + ending), change);
        return folder;
    }

    private string Spoilt()
    {
        TinyProduct product = Next();
        string folder = product.Write(Place(product));
        TinyProduct.SpoilPixels(Path.Combine(folder, product.Id + "_SR_B4.TIF"));
        return folder;
    }

    private string WithoutBands(params BandRole[] bands)
    {
        TinyProduct product = Next();
        return product.Write(Place(product), bands);
    }

    private string OfAnotherSize()
    {
        TinyProduct product = Next();
        string folder = product.Write(Place(product));
        (product with { Width = 7, Height = 9 }).WriteBand(Path.Combine(folder, ProductMetadata.FileNameOf(ProductId.Parse(product.Id, "x"), BandRole.Swir2)), BandRole.Swir2);
        return folder;
    }

    private string AsFloat()
    {
        TinyProduct product = Next();
        string folder = product.Write(Place(product));
        string band = Path.Combine(folder, ProductMetadata.FileNameOf(ProductId.Parse(product.Id, "x"), BandRole.Red));
        using Dataset dataset = Dataset.Create(band, "GTiff", product.Width, product.Height, 1, RasterType.Float32);
        dataset.Finish();
        return folder;
    }

    private string OfAnotherKind(string id)
    {
        TinyProduct product = Next();
        string folder = product.Write(Place(product));
        string other = Path.Combine(area.Scenes, "other", id);
        Directory.CreateDirectory(other);
        foreach (string file in Directory.GetFiles(folder))
        {
            string text = Path.GetFileName(file).Replace(product.Id, id, StringComparison.Ordinal).Replace("_SR_B", "_B", StringComparison.Ordinal);
            File.Move(file, Path.Combine(other, text));
        }

        Directory.Delete(folder, recursive: true);
        string metadata = Path.Combine(other, id + "_MTL.txt");
        File.WriteAllText(metadata, File.ReadAllText(metadata).Replace(product.Id, id, StringComparison.Ordinal));
        return other;
    }

    private string Level1WithoutMetadata()
    {
        TinyProduct product = area.Product(Next().Id.Replace("L2SP", "L1TP", StringComparison.Ordinal));
        string folder = product.Write(Place(product));
        File.Delete(Path.Combine(folder, product.Id + "_MTL.txt"));
        return folder;
    }

    private string Traversing()
    {
        TinyProduct product = Next();
        string path = Place(product, ".tar.gz");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = File.Create(path);
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "../../../" + product.Id + "_MTL.txt") { DataStream = new MemoryStream("GROUP = A\n"u8.ToArray()) });
        return path;
    }
}
