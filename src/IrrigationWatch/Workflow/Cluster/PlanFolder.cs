using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>
/// A plan on a disk that all machines share: <c>plan.json</c>, <c>pieces.ndjson</c>, <c>scenes.ndjson</c>, and what workers add: results in
/// <c>pieces/</c>, named by what they are made from, and scenes that turned out to be damaged in <c>rejected/</c>.
/// Nothing is locked: every file appears under its name when it is whole.
/// </summary>
internal sealed class PlanFolder(string root)
{
    private const int Version = 1;

    internal string Root { get; } = Path.GetFullPath(root);

    internal string PlanFile => Path.Combine(Root, "plan.json");

    internal string LogFolder => Path.Combine(Root, "logs");

    private string PieceFile => Path.Combine(Root, "pieces.ndjson");

    private string SceneFile => Path.Combine(Root, "scenes.ndjson");

    private string RejectedFolder => Path.Combine(Root, "rejected");

    /// <summary>Where the result of a piece lies.</summary>
    internal PieceFiles FilesOf(string digest) => new(Path.Combine(Root, "pieces", digest[..2], digest[..32]));

    /// <summary>A folder of a worker's own.</summary>
    internal string NewWorkFolder() => Path.Combine(Root, "work", $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}");

    internal void Write(JobPlan plan)
    {
        AtomicFile.Write(SceneFile, stream => WriteLines(stream, plan.Scenes.Select(ToJson)));
        AtomicFile.Write(PieceFile, stream => WriteLines(stream, plan.Pieces.Select(ToJson)));
        foreach (string folder in new[] { "pieces", "rejected", "logs" })
        {
            Directory.CreateDirectory(Path.Combine(Root, folder));
        }

        // Last: a plan that is there is whole.
        AtomicFile.WriteText(PlanFile, new JsonObject
        {
            ["program"] = "irrigationwatch",
            ["format"] = Version,
            ["pipeline"] = plan.Pipeline,
            ["configuration"] = new JsonObject { ["file"] = plan.Configuration, ["sha256"] = plan.ConfigurationDigest },
            ["output"] = plan.Output,
            ["grid"] = JsonNode.Parse(GridText.Format(plan.Grid)),
            ["grid_reason"] = plan.GridReason,
            ["features"] = plan.Common,
            ["block_tiles"] = plan.BlockTiles,
            ["tiles_kept"] = plan.TilesKept,
            ["pieces"] = plan.Pieces.Count,
            ["core_seconds"] = Math.Round(plan.Seconds, 1),
            ["years"] = new JsonArray([.. plan.Pieces.GroupBy(piece => piece.Year).Select(year => new JsonObject
            {
                ["year"] = year.Key,
                ["first_piece"] = year.First().Number,
                ["pieces"] = year.Count(),
                ["core_seconds"] = Math.Round(year.Sum(piece => piece.Seconds), 1),
            })]),
            ["scenes"] = plan.Scenes.Count,
            ["files"] = new JsonObject { ["pieces.ndjson"] = Digest.OfFile(PieceFile), ["scenes.ndjson"] = Digest.OfFile(SceneFile) },
        }.ToJsonString(JsonText.Options) + "\n");
    }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    internal JobPlan Read()
    {
        if (!File.Exists(PlanFile))
        {
            throw new InputException(Root, "holds no plan.json; make a plan with 'irrigationwatch plan irrigation.yaml -o " + Root + "'");
        }

        string file = PlanFile;
        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllText(file))!;
            if ((int)json["format"]! != Version)
            {
                throw new InputException(file, $"is a plan of format {(int)json["format"]!}, and this program reads {Version}; make the plan again");
            }

            foreach ((string name, JsonNode? digest) in (JsonObject)json["files"]!)
            {
                file = Path.Combine(Root, name);
                if (Digest.OfFile(file) != (string)digest!)
                {
                    throw new InputException(file, "is not the one that plan.json was written with; make the plan again");
                }
            }

            string pieces = file = PieceFile;
            PlannedPiece[] planned = [.. File.ReadLines(pieces).Select((line, number) => PieceOf(number, JsonNode.Parse(line)!))];
            string scenes = file = SceneFile;
            var stacks = new Dictionary<string, StackDescription>(StringComparer.Ordinal);
            SceneRecord[] records = [.. File.ReadLines(scenes).Select(line => SceneOf(JsonNode.Parse(line)!, stacks))];
            file = PlanFile;
            return new JobPlan
            {
                Configuration = (string)json["configuration"]!["file"]!,
                ConfigurationDigest = (string)json["configuration"]!["sha256"]!,
                Pipeline = (string)json["pipeline"]!,
                Output = (string)json["output"]!,
                Grid = GridText.Parse(json["grid"]!.ToJsonString()),
                GridReason = (string)json["grid_reason"]!,
                Common = (string)json["features"]!,
                BlockTiles = (int)json["block_tiles"]!,
                TilesKept = (int)json["tiles_kept"]!,
                Pieces = planned,
                Scenes = records,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); make the plan again", e);
        }
    }

    /// <summary>Says for all workers that a scene is damaged.</summary>
    internal void Reject(string path, InputException cause)
    {
        // Under a name of this worker's own first: another may say the same at this moment.
        string own = Path.Combine(RejectedFolder, $"{Digest.OfTexts(path)[..32]}.{Environment.MachineName}-{Environment.ProcessId}");
        AtomicFile.WriteText(own, new JsonObject { ["path"] = path, ["file"] = cause.File, ["cause"] = cause.Problem }.ToJsonString(JsonText.Options) + "\n");
        File.Move(own, Path.Combine(RejectedFolder, Digest.OfTexts(path)[..32] + ".json"), overwrite: true);
    }

    /// <summary>What workers found damaged, by path.</summary>
    internal IReadOnlyList<KeyValuePair<string, InputException>> Rejected()
    {
        if (!Directory.Exists(RejectedFolder))
        {
            return [];
        }

        var rejected = new List<KeyValuePair<string, InputException>>();
        foreach (string file in Directory.EnumerateFiles(RejectedFolder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                JsonNode json = JsonNode.Parse(File.ReadAllText(file))!;
                rejected.Add(KeyValuePair.Create((string)json["path"]!, new InputException((string)json["file"]!, (string)json["cause"]!)));
            }
            catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
            {
                throw new InputException(file, "is no record of a damaged scene; remove it", e);
            }
        }

        return rejected;
    }

    /// <summary>Forgets what was rejected: a new plan looks at all scenes again.</summary>
    internal void ForgetRejected()
    {
        if (Directory.Exists(RejectedFolder))
        {
            Directory.Delete(RejectedFolder, recursive: true);
        }
    }

    /// <summary>Removes what workers left that were killed; to be called when none is at work.</summary>
    internal void RemoveWork()
    {
        string work = Path.Combine(Root, "work");
        try
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            System.Diagnostics.Debug.WriteLine(e.Message);
        }
    }

    private static void WriteLines(Stream stream, IEnumerable<JsonNode> lines)
    {
        foreach (JsonNode line in lines)
        {
            stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        }
    }

    private static JsonObject ToJson(PlannedPiece piece) => new()
    {
        ["piece"] = piece.Number,
        ["year"] = piece.Year,
        ["block"] = ToJson(piece.Block),
        ["tiles"] = new JsonArray([.. piece.Tiles.Select(ToJson)]),
        ["scenes"] = piece.Scenes,
        ["scene_pixels"] = piece.ScenePixels,
        ["core_seconds"] = Math.Round(piece.Seconds, 2),
    };

    private static PlannedPiece PieceOf(int number, JsonNode json) => (int)json["piece"]! == number
        ? new PlannedPiece(number, (int)json["year"]!, WindowOf(json["block"]!), [.. ((JsonArray)json["tiles"]!).Select(tile => WindowOf(tile!))], (int)json["scenes"]!, (long)json["scene_pixels"]!, (double)json["core_seconds"]!)
        : throw new FormatException($"line {number + 1} is of another piece");

    private static JsonArray ToJson(PixelWindow window) => [window.X, window.Y, window.Width, window.Height];

    private static PixelWindow WindowOf(JsonNode json) => new((int)json[0]!, (int)json[1]!, (int)json[2]!, (int)json[3]!);

    private static JsonObject ToJson(SceneRecord scene)
    {
        ProductId? id = scene.Id;
        return new JsonObject
        {
            ["path"] = scene.Path,
            ["stamp"] = scene.Stamp,
            ["fingerprint"] = scene.Fingerprint,
            ["product"] = id is null ? null : new JsonArray(id.Text, (int)id.Kind, (int)id.Sensor, id.Satellite, id.Level, id.Tile, Day(id.Acquired), id.Processed is DateOnly day ? Day(day) : null, id.Tier),
            ["time"] = scene.Time.ToString("O", CultureInfo.InvariantCulture),
            ["cloud_cover"] = scene.CloudCover,
            ["has_qa"] = scene.HasQa,
            ["grid"] = scene.Grid is null ? null : JsonNode.Parse(GridText.Format(scene.Grid)),
            ["stack"] = scene.Stack is null ? null : new JsonArray(scene.Stack.Name, scene.Stack.Text),
            ["error"] = scene.Error,
        };

        static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static SceneRecord SceneOf(JsonNode json, Dictionary<string, StackDescription> stacks)
    {
        return new SceneRecord
        {
            Path = (string)json["path"]!,
            Stamp = (string)json["stamp"]!,
            Fingerprint = (string)json["fingerprint"]!,
            Id = json["product"] is JsonArray id
                ? new ProductId((string)id[0]!, (ProductKind)(int)id[1]!, (Sensor)(int)id[2]!, (int)id[3]!, (string)id[4]!, (string)id[5]!, Day((string)id[6]!), id[7] is null ? null : Day((string)id[7]!), (string)id[8]!)
                : null,
            Time = DateTimeOffset.Parse((string)json["time"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            CloudCover = (double?)json["cloud_cover"],
            HasQa = (bool)json["has_qa"]!,
            Grid = json["grid"] is JsonNode grid ? GridText.Parse(grid.ToJsonString()) : null,
            Stack = json["stack"] is JsonArray stack ? StackOf((string)stack[0]!, (string)stack[1]!) : null,
            Error = (string?)json["error"],
        };

        static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

        StackDescription StackOf(string name, string text)
        {
            string key = name + "\n" + text;
            if (!stacks.TryGetValue(key, out StackDescription? description))
            {
                stacks.Add(key, description = StackDescriptionReader.Parse(name, text));
            }

            return description;
        }
    }
}
