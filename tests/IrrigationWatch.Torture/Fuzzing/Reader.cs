using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Landsat;
using IrrigationWatch.Server.Cql2;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Torture.Fuzzing;

/// <summary>A reader of ours, with inputs that it reads well.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Corpus">Inputs from real files.</param>
/// <param name="Read">Reads an input, given a folder of its own.</param>
internal sealed record Reader(string Name, IReadOnlyList<byte[]> Corpus, Action<byte[], string> Read)
{
    private const string Id = "LC09_L2SP_149030_20220714_20220801_02_T1";

    /// <summary>All readers.</summary>
    internal static IReadOnlyList<Reader> All { get; } =
    [
        new("MTL", Files("metadata", "*_MTL.*"), (bytes, _) => Mtl.Parse(bytes, "fuzzed_MTL.txt")),
        new("product ids", Texts(Id, "LE07_L1TP_107068_20220310_20220405_02_T1", "LC08_CU_004008_20200101_20210501_02_SR", "LM50490251987214PAC00", "HLS.L30.T43TFN.2022195T052351.v2.0"), (bytes, _) => ProductId.Parse(Encoding.UTF8.GetString(bytes), "fuzzed")),
        new("STAC", Files(Path.Combine("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "*_stac.json"), (bytes, folder) => StacDocument.Item(Write(folder, "item.json", bytes))),
        new("irrigation.yaml", [.. Files("p035r032", "*.yaml"), .. Files("brumadinho", "*.yaml"), .. Files("qa-product", "*.yaml")], (bytes, folder) =>
        {
            foreach (string name in new[] { "labels.geojson", "zones.geojson" })
            {
                string file = Path.Combine(folder, name);
                if (!File.Exists(file))
                {
                    File.Copy(Repository.Sample("p035r032", name), file);
                }
            }

            ConfigurationReader.Read(Write(folder, "irrigation.yaml", bytes));
        }),
        new("labels", [.. Files("p035r032", "labels.geojson"), .. Files("brumadinho", "labels.geojson")], (bytes, folder) => LabelReader.Read(Write(folder, "labels.geojson", bytes))),
        new("zones", [.. Files("p035r032", "zones.geojson"), .. Files("zones", "corridor.geojson")], (bytes, folder) => ZoneReader.Read(Write(folder, "zones.geojson", bytes), "name", null, null)),
        new("descriptions of stacks", [.. StackDescriptionReader.ReadyMade.Select(name => Encoding.UTF8.GetBytes(StackDescriptionReader.ReadText(name)))], (bytes, _) => StackDescriptionReader.Parse("fuzzed.yaml", Encoding.UTF8.GetString(bytes))),
        new("plans", Texts(PlanText()), ReadPlan),
        new("records of steps", Texts("""{"Name":"features 2001","Key":"ab","Outputs":{"years/2001/features.tif":{"Length":1,"Version":"2","Digest":"3"}},"Seconds":1.5,"TileKeys":"AAAA","TilesComputed":1,"TilesKept":0,"Cores":2,"Warnings":["a"]}"""), (bytes, folder) =>
        {
            Directory.CreateDirectory(Path.Combine(folder, ".work", "steps"));
            Write(folder, Path.Combine(".work", "steps", "features-2001.json"), bytes);
            if (new StepLog(new DiskStore(folder)).Find("features 2001") is StepRecord step)
            {
                _ = step.Outputs.Values.Select(output => output.Digest.Length + output.Version.Length).Sum() + step.Key.Length + step.TileKeys.Length + step.Warnings.Count;
            }
        }),
        new("CQL2", Texts(
            "irrigated_ha > 10 AND country = 'KZ'",
            "name LIKE 'Al%' OR NOT (year BETWEEN 1990 AND 2000)",
            "S_INTERSECTS(geometry, POLYGON((75 43, 76 43, 76 44, 75 44, 75 43)))",
            "T_AFTER(datetime, TIMESTAMP('2001-01-01T00:00:00Z')) AND class IN ('irrigated', 'water')",
            "CASEI(name) = CASEI('ili') AND a.b IS NOT NULL"), (bytes, _) => Cql2Parser.Parse(Encoding.UTF8.GetString(bytes))),
    ];

    /// <summary>Names of all readers.</summary>
    public static TheoryData<string> Names => [.. All.Select(reader => reader.Name)];

    /// <summary>A reader by its name.</summary>
    internal static Reader Of(string name) => All.Single(reader => reader.Name == name);

    /// <summary>True for an error that says what is wrong with the input, as users shall read it.</summary>
    internal static bool IsAnswer(Exception e) => e is InputException or Cql2Exception;

    public override string ToString() => Name;

    private static IReadOnlyList<byte[]> Files(string folder, string pattern) => [.. Directory.GetFiles(Repository.Sample(folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static IReadOnlyList<byte[]> Texts(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static string Write(string folder, string name, byte[] bytes)
    {
        string file = Path.Combine(folder, name);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>A plan with one piece and one scene, its three files after each other.</summary>
    private static string PlanText() => """
        {"program":"irrigationwatch","format":2,"pipeline":"x","configuration":{"file":"/a/irrigation.yaml","sha256":"0"},"output":"/a/out","grid":["EPSG:32644",300000,4900000,30,30,256,256],"grid_reason":"x","features":"y","block_tiles":8,"tiles_kept":0,"pieces":1,"core_seconds":1.5,"model":true,"years":[{"year":2001,"first_piece":0,"pieces":1,"core_seconds":1.5}],"scenes":1,"files":{"pieces.ndjson":"@pieces","scenes.ndjson":"@scenes"}}
        ~
        {"piece":0,"year":2001,"block":[0,0,256,256],"tiles":[[0,0,256,256]],"scenes":1,"scene_pixels":65536,"core_seconds":1.5}
        ~
        {"path":"/a/LC09.tar","stamp":"s","fingerprint":"f","product":["LC09_L2SP_149030_20220714_20220801_02_T1",0,3,9,"L2SP","149030","2022-07-14","2022-08-01","T1"],"time":"2022-07-14T05:23:51.0000000+00:00","cloud_cover":1.5,"has_qa":true,"grid":null,"stack":null,"error":null}
        """;

    /// <summary>Digests are put right, so that it is the reading that is tried and not they.</summary>
    private static void ReadPlan(byte[] bytes, string folder)
    {
        string[] parts = Encoding.UTF8.GetString(bytes).Split("\n~\n");
        string pieces = parts.Length > 1 ? parts[1] : string.Empty;
        string scenes = parts.Length > 2 ? parts[2] : string.Empty;
        File.WriteAllText(Path.Combine(folder, "pieces.ndjson"), pieces);
        File.WriteAllText(Path.Combine(folder, "scenes.ndjson"), scenes);
        File.WriteAllText(Path.Combine(folder, "plan.json"), parts[0]
            .Replace("@pieces", Digest.OfFile(Path.Combine(folder, "pieces.ndjson")), StringComparison.Ordinal)
            .Replace("@scenes", Digest.OfFile(Path.Combine(folder, "scenes.ndjson")), StringComparison.Ordinal));
        new PlanFolder(folder).Read();
    }
}
