using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>
/// TIFFs of all types, codecs, predictors, sizes of blocks, byte orders and planar forms, damaged in their directory, their tables or their pixels, are read here and by GDAL's own Python binding. What is
/// read here is what GDAL reads; what GDAL refuses is never given; and where a codec has a checksum, no pixel is another than was written unless the directory itself was damaged.
/// </summary>
public class SecondReaderTests
{
    private const int Width = 70;
    private const int Height = 45;
    private const int BatchLength = 500;

    private const string Peer = """
        import hashlib, json, sys
        from osgeo import gdal
        gdal.UseExceptions()
        answer = {}
        for path in open(sys.argv[1]).read().split('\n'):
            try:
                ds = gdal.Open(path)
                if ds.RasterXSize * ds.RasterYSize * ds.RasterCount > 10_000_000:
                    answer[path] = 'large'
                    continue
                h = hashlib.md5()
                for n in range(1, ds.RasterCount + 1):
                    h.update(ds.GetRasterBand(n).ReadRaster())
                answer[path] = h.hexdigest().upper()
            except Exception as e:
                answer[path] = 'refused'
            ds = None
        json.dump(answer, open(sys.argv[2], 'w'))
        """;

    [Fact]
    public void What_is_read_here_is_what_GDAL_reads_and_nothing_that_it_refuses()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("peer.py"), Peer);
        Original[] originals = [.. Forms().Select((form, i) => Write(scratch.File(string.Create(CultureInfo.InvariantCulture, $"o{i}.tif")), form))];
        var random = new Random(Form.Seed);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var wrongs = new List<string>();
        int cases = Form.Cases(BatchLength, 40 * BatchLength);
        for (int batch = 0; batch < cases / BatchLength; batch++)
        {
            string folder = scratch.File("mutants");
            Directory.CreateDirectory(folder);
            var mutants = new List<(string Path, Original Of, bool IsOfPixels)>();
            for (int i = 0; i < BatchLength; i++)
            {
                Original original = originals[(batch * BatchLength + i) % originals.Length];
                string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i}.tif"));
                (byte[] bytes, bool isOfPixels) = Mutate(original, random);
                File.WriteAllBytes(path, bytes);
                mutants.Add((path, original, isOfPixels));
            }

            File.WriteAllText(scratch.File("list"), string.Join('\n', mutants.Select(mutant => mutant.Path)));
            (int code, string output) = Repository.RunPeer(scratch.File("peer.py"), scratch.File("list"), scratch.File("answer"));
            Assert.True(code == 0, output);
            Dictionary<string, string> byGdal = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(scratch.File("answer")))!;
            foreach ((string path, Original of, bool isOfPixels) in mutants)
            {
                (string read, bool isDirect) = Read(path);
                string what = $"{of.Form}, batch {batch}, {Path.GetFileName(path)} of seed {Form.Seed}";
                if (read != "refused" && read != "large")
                {
                    string? wrong = read != byGdal[path] ? $"read here {(isDirect ? "directly " : string.Empty)}as {read}, by GDAL {byGdal[path]}, written {of.Pixels}"
                        : isOfPixels && of.HasChecksum && read != of.Pixels ? "damaged pixels are read as numbers" : null;
                    if (wrong is not null)
                    {
                        if (Environment.GetEnvironmentVariable("IRRIGATIONWATCH_FINDINGS") is string findings)
                        {
                            Directory.CreateDirectory(findings);
                            File.Copy(path, Path.Combine(findings, $"{batch}-{Path.GetFileName(path)}"), overwrite: true);
                        }

                        wrongs.Add($"{what}: {wrong}");
                    }
                }

                string outcome = read is "refused" or "large" ? read : (isDirect ? "read directly" : "read by GDAL") + (read == of.Pixels ? ", as written" : isOfPixels ? ", other pixels, no checksum" : ", another directory");
                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            }

            Directory.Delete(folder, recursive: true);
        }

        Assert.True(wrongs.Count == 0, string.Join('\n', wrongs.Take(20)));
        Assert.True(counts["refused"] > cases / 10 && counts["read directly, as written"] > cases / 100, string.Join("; ", counts));
        Form.Report("TIFFs of all types, codecs and forms, damaged in directory, tables or pixels, read here and by GDAL's own binding", $"{cases} files: {string.Join("; ", counts.Select(count => $"{count.Value} {count.Key}"))}; none read as something else than by GDAL");
    }

    private static IEnumerable<string> Forms()
    {
        string[] codecs = ["", "COMPRESS=DEFLATE", "COMPRESS=DEFLATE PREDICTOR=2", "COMPRESS=DEFLATE PREDICTOR=3", "COMPRESS=LZW", "COMPRESS=LZW PREDICTOR=2", "COMPRESS=ZSTD", "COMPRESS=PACKBITS", "COMPRESS=LZMA"];
        string[] blocks = ["TILED=YES BLOCKXSIZE=16 BLOCKYSIZE=32", "TILED=YES BLOCKXSIZE=64 BLOCKYSIZE=64", "BLOCKYSIZE=1", "BLOCKYSIZE=16", "BLOCKYSIZE=45"];
        string[] orders = ["", "ENDIANNESS=BIG", "BIGTIFF=YES"];
        string[] planes = ["bands=1", "bands=3 INTERLEAVE=PIXEL", "bands=3 INTERLEAVE=BAND"];
        string[] types = ["Byte", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64"];
        // Pairs of all with all would be thousands; each run goes through the product by a step that meets every pair.
        int n = 0;
        foreach (string codec in codecs)
        {
            foreach (string block in blocks)
            {
                foreach (string plane in planes)
                {
                    string type = codec.Contains("PREDICTOR=3", StringComparison.Ordinal) ? "Float32" : codec.Contains("PREDICTOR=2", StringComparison.Ordinal) ? types[n % 5] : types[n % 7];
                    yield return $"type={type} {plane} {block} {codec} {orders[n % 3]}";
                    n++;
                }
            }
        }
    }

    private static Original Write(string path, string form)
    {
        string[] words = form.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        RasterType type = Enum.Parse<RasterType>(words.First(word => word.StartsWith("type=", StringComparison.Ordinal))[5..]);
        int bands = words.Contains("bands=3") ? 3 : 1;
        var random = new Random(3);
        using (Dataset dataset = Dataset.Create(path, "GTiff", Width, Height, bands, type, [.. words.Where(word => !word.StartsWith("type=", StringComparison.Ordinal) && !word.StartsWith("bands=", StringComparison.Ordinal))]))
        {
            for (int number = 1; number <= bands; number++)
            {
                double[] pixels = [.. Enumerable.Range(0, Width * Height).Select(i => (double)(i / Width * 3 + random.Next(20)))];
                dataset.Band(number).Write<double>(new PixelWindow(0, 0, Width, Height), pixels);
            }

            dataset.Finish();
        }

        (int from, int to) = TiffBytes.OfBlocks(path);
        (string read, _) = Read(path);
        Assert.True(read.Length == 32, $"{form} is not read undamaged: {read}");
        return new Original(form, File.ReadAllBytes(path), read, from, to, words.Contains("COMPRESS=DEFLATE"));
    }

    /// <summary>A file with a byte or more of damage, and whether only bytes of blocks were damaged.</summary>
    private static (byte[] Bytes, bool IsOfPixels) Mutate(Original original, Random random)
    {
        byte[] bytes = [.. original.Bytes];
        // Directories and tables stand before the blocks, behind them, or both.
        int outside = random.Next(original.From + bytes.Length - original.To);
        int place = outside < original.From ? outside : outside - original.From + original.To;
        switch (random.Next(6))
        {
            case 0:
                return (bytes[..random.Next(bytes.Length)], false);
            case 1 or 2:
                bytes[random.Next(original.From, original.To)] ^= (byte)(1 << random.Next(8));
                return (bytes, true);
            case 3:
                bytes[place] ^= (byte)(1 << random.Next(8));
                return (bytes, false);
            case 4:
                bytes[place] = (byte)random.Next(256);
                return (bytes, false);
            default:
                // A field of the directory: its tag, its type, its count or its value is that of another.
                int start = BitConverter.ToUInt16(bytes, 2) == 42 && bytes[0] == 'I' ? BitConverter.ToInt32(bytes, 4) : 8;
                place = start + 2 + 12 * random.Next(14) + 2 * random.Next(6);
                if (place + 2 <= bytes.Length)
                {
                    int other = start + 2 + 12 * random.Next(14) + (place - start - 2) % 12;
                    ushort value = random.Next(2) == 0 && other + 2 <= bytes.Length ? BitConverter.ToUInt16(bytes, other) : (ushort)random.Next(20);
                    BitConverter.TryWriteBytes(bytes.AsSpan(place), value);
                }

                return (bytes, false);
        }
    }

    /// <summary>All pixels of all bands, as a digest; and whether they were read without GDAL.</summary>
    private static (string Pixels, bool IsDirect) Read(string path)
    {
        try
        {
            using var pool = new RasterPool(0);
            (int width, int height) = pool.SizeOf(path);
            using DatasetPool.Lease lease = pool.Rent(path);
            int bands = lease.Dataset.BandCount;
            if ((long)width * height * bands > 10_000_000)
            {
                return ("large", false);
            }

            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            for (int number = 1; number <= bands; number++)
            {
                RasterType type = lease.Dataset.Band(number).Type;
                digest.AppendData(type switch
                {
                    RasterType.Byte => Pixels<byte>(),
                    RasterType.UInt16 => Pixels<ushort>(),
                    RasterType.Int16 => Pixels<short>(),
                    RasterType.UInt32 => Pixels<uint>(),
                    RasterType.Int32 => Pixels<int>(),
                    RasterType.Float32 => Pixels<float>(),
                    RasterType.Float64 => Pixels<double>(),
                    _ => throw new GdalException(path, "holds pixels that are not read"),
                });

                byte[] Pixels<T>()
                    where T : unmanaged
                {
                    T[] pixels = new T[width * height];
                    pool.Read<T>(path, number, new PixelWindow(0, 0, width, height), pixels);
                    return MemoryMarshal.AsBytes<T>(pixels).ToArray();
                }
            }

            return (Convert.ToHexString(digest.GetHashAndReset()), pool.ReadsTiles(path));
        }
        catch (GdalException)
        {
            return ("refused", false);
        }
    }

    private sealed record Original(string Form, byte[] Bytes, string Pixels, int From, int To, bool HasChecksum);
}
