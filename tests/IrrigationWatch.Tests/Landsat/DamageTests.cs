using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Whatever is damaged in whatever way gives a scene or an error that names the file, and nothing else.</summary>
public class DamageTests
{
    private static readonly string[] Junk = ["null", "-1", "0", "1e300", "\"\"", "\"x\"", "\"NaN\"", "[]", "{}", "[null]", "[\"a\", 1]", "true", "\"9999-99-99\"", "99999999999999999999"];

    public static TheoryData<string> Documents() =>
    [
        "scenes/LC08_L2SP_017036_20130419_20200913_02_T2/LC08_L2SP_017036_20130419_20200913_02_T2_SR_stac.json", "planetary computer", "earth search",
        "metadata/LT05_L2SP_090084_19980308_20200909_02_T1_MTL.json", "metadata/LE07_L1TP_107068_20220310_20220405_02_T1_MTL.json",
    ];

    /// <summary>Every value of real documents, one by one, is replaced by every kind of junk, and taken away.</summary>
    [Theory]
    [MemberData(nameof(Documents))]
    public void Junk_in_any_place_of_JSON_metadata(string sample)
    {
        const string Real = "LE07_L2SP_090084_20210331_20210426_02_T1_MTL.txt";
        string file = Repository.Sample(sample.Contains('/', StringComparison.Ordinal) ? sample.Split('/') : ["metadata", Real]);
        string text = sample switch
        {
            "planetary computer" => StacForms.PlanetaryComputer(ReadReal(file)).ToJsonString(),
            "earth search" => StacForms.EarthSearch(ReadReal(file)).ToJsonString(),
            _ => File.ReadAllText(file),
        };
        List<string> places = [];
        Collect(JsonNode.Parse(text)!, "$", places);
        // Assets and bands repeat; the first of each kind stands for all.
        foreach (string place in places.Where(place => !place.Contains("ST_", StringComparison.Ordinal)).Distinct())
        {
            foreach (string junk in Junk.Append("(nothing)"))
            {
                JsonNode root = JsonNode.Parse(text)!;
                Replace(root, place, junk);
                Harmless(() => Read(root.ToJsonString(), file), file);
            }
        }
    }

    [Fact]
    public void Junk_in_any_line_of_a_text_MTL()
    {
        string file = Repository.Sample("metadata", "LC08_L2SP_098084_20210503_20210508_02_T1_MTL.txt");
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            foreach (string junk in new[] { "\"\"", "-1", "1e300", "\"NaN\"", "x", "999", string.Empty })
            {
                string[] changed = [.. lines];
                int equals = changed[i].IndexOf('=', StringComparison.Ordinal);
                changed[i] = equals < 0 ? junk : changed[i][..(equals + 2)] + junk;
                Harmless(() => ProductMetadata.FromMtl(Mtl.Parse(Encoding.UTF8.GetBytes(string.Join('\n', changed)), file), "MTL.txt"), file);
            }
        }
    }

    public static TheoryData<string> Containers() => ["p.tar", "p.zip", "p.tar.gz", "p.tar.bz2", "p.tar.zst", "p.7z"];

    /// <summary>Bytes of an archive are changed, left out or cut off anywhere.</summary>
    [Theory]
    [MemberData(nameof(Containers))]
    public void Spoilt_bytes_anywhere_in_an_archive(string name)
    {
        using var scratch = new ScratchFolder();
        string whole = new TinyProduct("LC09_L2SP_149030_20230714_20230801_02_T1").WriteTar(scratch.File(name));
        byte[] bytes = File.ReadAllBytes(whole);
        string spoilt = scratch.File("spoilt-" + name);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[1, 2000], Gen.Byte, Gen.Int[0, 2]).Sample(
            damage =>
            {
                (int at, int length, byte value, int kind) = damage;
                byte[] changed = kind switch
                {
                    0 => bytes[..at],
                    1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + length)..]],
                    _ => [.. bytes],
                };
                if (kind == 2)
                {
                    changed.AsSpan(at, Math.Min(length, bytes.Length - at)).Fill(value);
                }

                File.WriteAllBytes(spoilt, changed);
                Harmless(() => SceneReader.Open(spoilt).Dispose(), spoilt);
            },
            iter: 150,
            threads: 1);
        Assert.Equal([spoilt, whole], Directory.GetFileSystemEntries(scratch.Path).OrderDescending(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gz", "tar")]
    [InlineData("gz", "zip")]
    [InlineData("bz2", "tar")]
    [InlineData("zst", "tar.gz")]
    [InlineData("7z", "zip")]
    [InlineData("tar", "tar.gz")]
    [InlineData("tar", "tgz")]
    [InlineData("zip", "tar")]
    public void An_archive_is_known_by_its_bytes_and_not_by_its_name(string kind, string ending)
    {
        using var scratch = new ScratchFolder();
        string right = new TinyProduct("LC09_L2SP_149030_20230714_20230801_02_T1").WriteTar(scratch.File("p." + (kind is "gz" or "bz2" or "zst" ? "tar." + kind : kind)));
        string wrong = scratch.File("wrong." + ending);
        File.Move(right, wrong);
        using Scene scene = SceneReader.Open(wrong);
        Assert.Empty(scene.Missing);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><head><title>Login</title>", "saved in its place (it begins '<!DOCTYPE html>")]
    [InlineData("{\"errorCode\": \"AUTH_INVALID\", \"errorMessage\": \"…\"}", "saved in its place (it begins '{\"errorCode\"")]
    [InlineData("BZh91AY&SY", "cut short or damaged")]
    [InlineData("7z\u00bc\u00af\u0027\u001c", "cut short or damaged")]
    [InlineData("\u00fd7zXZ", "cut short or damaged")]
    [InlineData("(\u00b5/\u00fd", "cut short or damaged")]
    [InlineData("\u001f\u009d\u0090", "is packed with compress")]
    [InlineData("Rar!\u001a", "is packed with RAR")]
    [InlineData("", "is empty (0 bytes)")]
    [InlineData("anything else", "cut short or damaged")]
    public void What_is_no_archive_is_named_for_what_it_is(string content, string problem)
    {
        using var scratch = new ScratchFolder();
        foreach (string ending in new[] { "tar", "tar.gz", "zip" })
        {
            string file = scratch.File("LC09_L2SP_149030_20230714_20230801_02_T1." + ending);
            File.WriteAllBytes(file, Encoding.Latin1.GetBytes(content));
            InputException e = Assert.Throws<InputException>(() => SceneReader.Open(file));
            Assert.StartsWith(file + ": ", e.Message, StringComparison.Ordinal);
            Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("LC09_L2SP_149030_20230714_20230801_02_T1.tar.part", "not finished")]
    [InlineData("LC09_L2SP_149030_20230714_20230801_02_T1.tar.crdownload", "not finished")]
    [InlineData("LC09_L2SP_149030_20230714_20230801_02_T1.tar.aria2", "not finished")]
    [InlineData("LC09_L2SP_149030_20230714_20230801_02_T1.tar.Z", "of a kind that is not read")]
    [InlineData("LC09_L2SP_149030_20230714_20230801_02_T1.rar", "of a kind that is not read")]
    public void Downloads_that_broke_off_and_foreign_archives_are_named(string name, string problem)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File(name), "x");
        Assert.Contains(problem, Assert.Throws<InputException>(() => SceneReader.Open(scratch.File(name))).Message, StringComparison.Ordinal);
    }

    private static ProductMetadata ReadReal(string file) => ProductMetadata.FromMtl(Mtl.Parse(File.ReadAllBytes(file), file), "MTL.txt");

    private static void Harmless(Action action, string file)
    {
        try
        {
            action();
        }
        catch (InputException e)
        {
            Assert.StartsWith(file, e.File, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private static void Read(string json, string file)
    {
        if (file.EndsWith("_MTL.json", StringComparison.Ordinal))
        {
            ProductMetadata.FromMtl(Mtl.Parse(Encoding.UTF8.GetBytes(json), file), "MTL.json");
            return;
        }

        using JsonDocument document = JsonDocument.Parse(json);
        // A grid that is believed without opening a file must be one.
        StacItem.TryRead(document.RootElement, file)?.ReadMetadata().Grid?.OpenSpatialReference().Dispose();
    }

    private static void Collect(JsonNode node, string path, List<string> places)
    {
        IEnumerable<(string Key, JsonNode? Value)> children = node switch
        {
            JsonObject map => map.Select(pair => (pair.Key, pair.Value)),
            JsonArray list => list.Take(3).Select((value, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        foreach ((string key, JsonNode? value) in children)
        {
            places.Add(path + "\t" + key);
            if (value is JsonObject or JsonArray)
            {
                Collect(value, path + "\t" + key, places);
            }
        }
    }

    private static void Replace(JsonNode root, string place, string junk)
    {
        string[] steps = place.Split('\t')[1..];
        JsonNode? node = root;
        foreach (string step in steps[..^1])
        {
            node = node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node![step];
        }

        JsonNode? value = junk == "(nothing)" ? null : JsonNode.Parse(junk);
        if (node is JsonArray array)
        {
            array[int.Parse(steps[^1], System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else if (junk == "(nothing)")
        {
            ((JsonObject)node!).Remove(steps[^1]);
        }
        else
        {
            node![steps[^1]] = value;
        }
    }
}
