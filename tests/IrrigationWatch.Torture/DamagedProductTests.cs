using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Torture.Fuzzing;

namespace IrrigationWatch.Torture;

/// <summary>
/// Whole products, damaged somewhere: in the headers of tars, in those of TIFFs, in metadata, in packed blocks, or cut short. The command line catalogues
/// and verifies them a hundred at a time; it names those that it cannot use, and never crashes, hangs, takes much memory, or reads other pixels in silence.
/// </summary>
public class DamagedProductTests
{
    private const string Id = "LC09_L2SP_149030_20220714_20220801_02_T1";
    private const int Each = 100;

    /// <summary>Between the least and the greatest NDVI of the pixels.</summary>
    private const float MeanNdvi = 0.35f;

    private static readonly string[] Endings = [".tar", ".tar.gz", ".zip", ".tar.bz2", ".tar.zst", ".7z"];

    private static readonly string[] Kinds = ["cut short", "header of a tar", "directory of a TIFF", "metadata", "bits", "zeros"];

    [Fact]
    public void Damaged_products_are_named_and_never_read_as_something_else()
    {
        using var scratch = new ScratchFolder();
        byte[][] whole = [.. Endings.Select(ending => File.ReadAllBytes(WriteWhole(scratch.File("whole" + ending))))];
        string expected = Numbers(scratch.File("whole.tar"), scratch.File("s"));
        var random = new Random(Form.Seed);
        int batches = Form.Cases(2, 200);
        int refused = 0;
        int accepted = 0;
        var others = new List<string>();
        long peak = 0;
        double longest = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            string folder = scratch.File("scenes");
            Directory.CreateDirectory(folder);
            var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < Each; i++)
            {
                Damage(folder, i, whole, random, kinds);
            }

            string catalogue = scratch.File("c.db");
            MeasuredCommand added = MeasuredCommand.Run(10 * Each, "catalogue", "add", folder, "-c", catalogue);
            MeasuredCommand verified = MeasuredCommand.Run(10 * Each, "catalogue", "verify", "-c", catalogue, "--json");
            MeasuredCommand listed = MeasuredCommand.Run(10 * Each, "catalogue", "list", "--json", "-c", catalogue);
            foreach (MeasuredCommand answer in new[] { added, verified, listed })
            {
                answer.HasNoFault($"batch {batch} of seed {Form.Seed}");
                peak = Math.Max(peak, answer.Peak);
                longest = Math.Max(longest, answer.Seconds);
            }

            Assert.True(listed.Code == 0, $"batch {batch} of seed {Form.Seed}: {listed.Error}");
            HashSet<string> named = [.. ((JsonArray)JsonNode.Parse(verified.Output)!["damaged"]!).Select(damage => Path.GetFileName((string)damage!["path"]!)), .. Bad(listed.Output)];
            refused += named.Count;
            foreach ((string file, int kind) in kinds.Where(file => !named.Contains(file.Key)))
            {
                // Not named: then it is read as it was before it was damaged, as when the damage lies between files.
                accepted++;
                if (TryNumbers(Path.Combine(folder, file), scratch.File("s")) is string numbers && numbers != expected)
                {
                    others.Add($"batch {batch} of seed {Form.Seed}: {file} ({Kinds[kind]}): {Difference(expected, numbers)}");
                }
            }

            Directory.Delete(folder, recursive: true);
            File.Delete(catalogue);
        }

        Assert.True(others.Count == 0, $"{others.Count} of {accepted} damaged products that were accepted have other numbers:\n{string.Join('\n', others.Take(30))}");
        Form.Report("whole products damaged (tar, tar.gz, zip; headers, metadata, blocks, cut short), through `catalogue add`, `verify`, `list`", string.Create(CultureInfo.InvariantCulture, $"{batches * Each} products, {refused} named as unusable, {accepted} accepted, of these {others.Count} with other numbers; {longest:0.0} s for {Each} at most, peak {peak / 1e6:0} MB"));
    }

    /// <summary>Found by the test above: one such product ended <c>catalogue list</c> for all.</summary>
    [Fact]
    public void A_product_that_lies_nowhere_on_Earth_is_named_and_the_others_are_listed()
    {
        using var scratch = new ScratchFolder();
        new TinyProduct(Id).WriteTar(scratch.File("scenes", "good.tar"));
        new TinyProduct(Id.Replace("0714", "0730", StringComparison.Ordinal)) { Left = 1e100 }.WriteTar(scratch.File("scenes", "nowhere.tar"));
        CommandResult added = CommandLine.Run("catalogue", "add", scratch.File("scenes"), "-c", scratch.File("c.db"));
        Assert.Contains("nowhere.tar: ", added.Error, StringComparison.Ordinal);
        Assert.Contains("beyond where its CRS is defined", added.Error, StringComparison.Ordinal);
        Assert.Equal(["nowhere.tar"], Bad(CommandLine.Run("catalogue", "list", "--json", "-c", scratch.File("c.db")).Succeeds().Output));
    }

    /// <summary>A product as USGS delivers it, its metadata as text and as JSON.</summary>
    private static string WriteWhole(string path)
    {
        using var scratch = new ScratchFolder();
        var product = new TinyProduct(Id) { Width = 40, Height = 32 };
        string folder = product.Write(scratch.File("product"));
        File.WriteAllText(Path.Combine(folder, Id + "_MTL.json"), product.MetadataJson(ProductId.Parse(Id, "test")));
        return TinyProduct.Pack(folder, path);
    }

    private static string Difference(string expected, string actual)
    {
        (string Was, string Is) first = expected.Split('\n').Zip(actual.Split('\n')).FirstOrDefault(lines => lines.First != lines.Second);
        return $"{first.Was} became {first.Is}";
    }

    private static IEnumerable<string> Bad(string list) =>
        ((JsonArray)JsonNode.Parse(list)!).Where(scene => scene!["error"] is not null).Select(scene => Path.GetFileName((string)scene!["path"]!));

    private static void Damage(string folder, int number, byte[][] whole, Random random, Dictionary<string, int> kinds)
    {
        // Half are plain tars, as USGS delivers them.
        int form = Math.Max(0, random.Next(-Endings.Length + 2, Endings.Length));
        byte[] bytes = [.. whole[form]];
        string name = string.Create(CultureInfo.InvariantCulture, $"{number:000}") + Endings[form];
        int kind = random.Next(Kinds.Length);
        kinds.Add(name, kind);
        switch (kind)
        {
            case 0:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 1 when form == 0:
                // Somewhere in the header of a member of the tar.
                bytes[512 * random.Next(bytes.Length / 512) + random.Next(512)] = (byte)random.Next(256);
                break;
            case 2 when form == 0:
                // In the directory of a TIFF: sizes, types, offsets.
                int tiff = bytes.AsSpan(random.Next(bytes.Length / 2)).IndexOf("II*\0"u8);
                if (tiff >= 0)
                {
                    bytes[Math.Min(bytes.Length - 1, tiff + random.Next(400))] = (byte)random.Next(256);
                }

                break;
            case 3 when form == 0:
                // In the metadata.
                int text = bytes.AsSpan().IndexOf("GROUP = "u8);
                byte[] changed = new Mutator(random).Mutate(bytes.AsSpan(text, 2000).ToArray(), bytes, 2000);
                changed.CopyTo(bytes, text);
                break;
            case 4:
                for (int i = 1 << random.Next(6); i > 0; i--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
            default:
                // A stretch of nothing, as disks leave it.
                int at = random.Next(bytes.Length);
                bytes.AsSpan(at, Math.Min(bytes.Length - at, 1 + random.Next(4096))).Clear();
                break;
        }

        File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    /// <summary>As <see cref="Numbers"/>; null for a product of which an error is said once it is computed with.</summary>
    private static string? TryNumbers(string path, string scratch)
    {
        try
        {
            return Numbers(path, scratch);
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>Everything that goes into a hectare: which product of which day, where its pixels lie, what they are, what is made of them; and the hectares themselves.</summary>
    private static string Numbers(string path, string scratch)
    {
        using var space = new ScratchSpace(scratch, null);
        using Scene scene = SceneReader.Open(path, space, null);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{scene.Id.Text} of {scene.Time:yyyy-MM-dd} at {scene.Grid} {scene.Grid.Left:R} {scene.Grid.Top:R} {scene.Grid.PixelWidth:R} {scene.Grid.PixelHeight:R}\n");
        using var pool = new RasterPool(0);
        foreach (BandRole role in scene.Bands.Keys.Order())
        {
            SceneBand band = scene.Bands[role];
            (int width, int height) = pool.SizeOf(band.Path);
            int[] pixels = new int[width * height];
            pool.Read<int>(band.Path, band.Number, new PixelWindow(0, 0, width, height), pixels);
            text.Append(CultureInfo.InvariantCulture, $"{role}: {band.FileName}, {band.Scaling}, {width} × {height}, {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(pixels)))}\n");
        }

        var window = new PixelWindow(0, 0, scene.Grid.Width, scene.Grid.Height);
        float[] ndvi = new float[window.PixelCount];
        new Observation(scene, scene.Grid, pool, new ObservationOptions()).ReadIndices(window, [SpectralIndex.Ndvi], ndvi);
        var areas = new PixelAreas(scene.Grid);
        double[] row = new double[scene.Grid.Width];
        double[] squareMetres = new double[2];
        for (int y = 0; y < scene.Grid.Height; y++)
        {
            areas.Row(y, 0, row);
            for (int x = 0; x < row.Length; x++)
            {
                float value = ndvi[y * row.Length + x];
                squareMetres[0] += float.IsNaN(value) ? 0 : row[x];
                squareMetres[1] += value > MeanNdvi ? row[x] : 0;
            }
        }

        text.Append(CultureInfo.InvariantCulture, $"{squareMetres[0] / 10_000:R} ha observed, {squareMetres[1] / 10_000:R} ha green");
        return text.ToString();
    }
}
