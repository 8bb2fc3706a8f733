using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>
/// A plan on a disk that all machines share, or in object storage: <c>plan.json</c>, <c>pieces.ndjson</c>, <c>scenes.ndjson</c>, and what workers add: results in
/// <c>pieces/</c>, named by what they are made from, and scenes that turned out to be damaged in <c>rejected/</c>.
/// In object storage <c>inputs/</c> holds the configuration and the files it names, as there is no path that all machines share.
/// Nothing is locked: every file appears under its name when it is whole.
/// </summary>
internal sealed class PlanFolder(string place)
{
    internal const string InputFolder = "inputs";

    private const int Version = 2;
    private const string PlanName = "plan.json";
    private const string DigestName = "sha256";
    private const string PieceName = "pieces.ndjson";
    private const string SceneName = "scenes.ndjson";
    private const string RejectedFolder = "rejected";
    private const string ResultFolder = "pieces";
    private const string WorkFolder = "work";

    internal FileStore Store { get; } = FileStore.Of(place);

    /// <summary>The plan as a user names it.</summary>
    internal string Root => Store.Place;

    internal string PlanFile => Store.NameOf(PlanName);

    /// <summary>Where the result of a piece lies.</summary>
    internal PieceFiles FilesOf(string digest) => new(Store, $"{ResultFolder}/{digest[..2]}/{digest[..32]}");

    /// <summary>Results as they are now, to look many up.</summary>
    internal Func<string, FileState?> Results() => Store.Snapshot(ResultFolder);

    /// <summary>A folder of a worker's own, on a disk.</summary>
    /// <param name="scratch">On a disk of this machine; null for beside the plan, or that of the system.</param>
    internal string NewWorkFolder(string? scratch) => Path.Combine(scratch is not null ? Path.GetFullPath(scratch) : Store.IsDisk ? Store.PathOf(WorkFolder) : Path.GetTempPath(), WorkerFolder.NewName());

    internal void Write(JobPlan plan)
    {
        string pieces = PieceLines(plan);
        string scenes = SceneLines(plan);
        Store.WriteText(SceneName, scenes);
        Store.WriteText(PieceName, pieces);
        if (Store.IsDisk)
        {
            // Schedulers begin no job whose log has no folder.
            Directory.CreateDirectory(Store.PathOf("logs"));
        }

        // Last: a plan that is there is whole.
        Store.WriteText(PlanName, Format(plan, pieces, scenes));
    }

    /// <summary>The text of <c>plan.json</c>.</summary>
    internal static string Format(JobPlan plan) => Format(plan, PieceLines(plan), SceneLines(plan));

    private static string Format(JobPlan plan, string pieces, string scenes)
    {
        JsonObject json = Describe(plan, pieces, scenes);
        json[DigestName] = DigestOf(json);
        return json.ToJsonString(JsonText.Options) + "\n";
    }

    /// <summary>Digest of all that a plan says: a digit of its grid that was damaged would move every hectare.</summary>
    private static string DigestOf(JsonObject plan)
    {
        var rest = (JsonObject)plan.DeepClone();
        rest.Remove(DigestName);
        return Digest.OfText(rest.ToJsonString());
    }

    private static JsonObject Describe(JobPlan plan, string pieces, string scenes) => new()
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
        ["model"] = plan.HasModel,
        ["years"] = new JsonArray([.. plan.Years.GroupJoin(plan.Pieces, year => year, piece => piece.Year, (year, pieces) => (Year: year, Pieces: pieces.ToArray())).Select(year => new JsonObject
        {
            ["year"] = year.Year,
            ["first_piece"] = year.Pieces.FirstOrDefault()?.Number,
            ["pieces"] = year.Pieces.Length,
            ["core_seconds"] = Math.Round(year.Pieces.Sum(piece => piece.Seconds), 1),
        })]),
        ["scenes"] = plan.Scenes.Count,
        ["files"] = new JsonObject { [PieceName] = Digest.OfText(pieces), [SceneName] = Digest.OfText(scenes) },
    };

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InputException">There is none, or it is damaged.</exception>
    internal JobPlan Read()
    {
        if (Store.ReadText(PlanName) is not string plan)
        {
            throw new InputException(Root, $"holds no plan.json{(Store.IsDisk ? string.Empty : " that these keys may read")}; make a plan with 'irrigationwatch plan irrigation.yaml -o {Root}'");
        }

        string file = PlanFile;
        try
        {
            JsonNode json = JsonNode.Parse(plan)!;
            if ((int)json["format"]! != Version)
            {
                throw new InputException(file, $"is a plan of format {(int)json["format"]!}, and this program reads {Version}; make the plan again");
            }

            string[] pieces = Lines(PieceName, json);
            string[] scenes = Lines(SceneName, json);
            file = Store.NameOf(PieceName);
            PlannedPiece[] planned = [.. pieces.Select((line, number) => PieceOf(number, JsonNode.Parse(line)!))];
            file = Store.NameOf(SceneName);
            var stacks = new Dictionary<string, StackDescription>(StringComparer.Ordinal);
            SceneRecord[] records = [.. scenes.Select(line => SceneOf(JsonNode.Parse(line)!, stacks))];
            file = PlanFile;
            var read = new JobPlan
            {
                Configuration = Text(json["configuration"]!["file"]),
                ConfigurationDigest = Text(json["configuration"]!["sha256"]),
                Pipeline = Text(json["pipeline"]),
                Output = Text(json["output"]),
                Grid = GridText.Parse(json["grid"]!.ToJsonString()),
                GridReason = Text(json["grid_reason"]),
                Common = Text(json["features"]),
                BlockTiles = (int)json["block_tiles"]!,
                TilesKept = (int)json["tiles_kept"]!,
                Years = [.. ((JsonArray)json["years"]!).Select(year => (int)year!["year"]!)],
                HasModel = (bool)json["model"]!,
                Pieces = planned,
                Scenes = records,
            };
            // Last, so that a plan that lacks something is told what; one of another version is refused as that.
            return (string?)json[DigestName] == DigestOf((JsonObject)json) || read.Pipeline != FeatureStep.PipelineVersion ? read : throw new FormatException("it is not as it was written");
        }
        catch (Exception e) when (IsDamaged(e))
        {
            throw new InputException(file, $"cannot be read ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); make the plan again", e);
        }
    }

    /// <summary>Says for all workers that a scene is damaged.</summary>
    internal void Reject(string path, InputException cause)
    {
        Store.WriteText($"{RejectedFolder}/{Digest.OfTexts(path)[..32]}.json", new JsonObject { ["path"] = path, ["file"] = cause.File, ["cause"] = cause.Problem }.ToJsonString(JsonText.Options) + "\n");
    }

    /// <summary>What workers found damaged, by path.</summary>
    internal IReadOnlyList<KeyValuePair<string, InputException>> Rejected()
    {
        var rejected = new List<KeyValuePair<string, InputException>>();
        foreach (string name in Store.List(RejectedFolder).Where(name => name.EndsWith(".json", StringComparison.Ordinal)))
        {
            string file = $"{RejectedFolder}/{name}";
            try
            {
                if (Store.ReadText(file) is string text)
                {
                    JsonNode json = JsonNode.Parse(text)!;
                    rejected.Add(KeyValuePair.Create((string)json["path"]!, new InputException((string)json["file"]!, (string)json["cause"]!)));
                }
            }
            catch (Exception e) when (IsDamaged(e))
            {
                throw new InputException(Store.NameOf(file), "is no record of a damaged scene; remove it", e);
            }
        }

        return rejected;
    }

    /// <summary>Forgets what was rejected: a new plan looks at all scenes again.</summary>
    internal void ForgetRejected() => Store.Remove(RejectedFolder);

    /// <summary>Removes what workers left that were killed; to be called when none is at work.</summary>
    internal void RemoveWork()
    {
        if (Store.IsDisk)
        {
            Store.Remove(WorkFolder);
        }
    }

    /// <summary>What reading values of JSON throws that are not there, or of another kind.</summary>
    private static bool IsDamaged(Exception e) =>
        e is JsonException or InvalidOperationException or NullReferenceException or FormatException or IOException or ArgumentException or IndexOutOfRangeException or OverflowException or KeyNotFoundException or InvalidCastException;

    private static string PieceLines(JobPlan plan) => Lines(plan.Pieces.Select(ToJson));

    private static string SceneLines(JobPlan plan) => Lines(plan.Scenes.Select(ToJson));

    private static string Lines(IEnumerable<JsonNode> lines) => string.Concat(lines.Select(line => line.ToJsonString() + "\n"));

    /// <summary>Lines of a file that the plan names with its digest.</summary>
    private string[] Lines(string name, JsonNode plan)
    {
        string? text = Store.ReadText(name);
        return text is not null && Digest.OfText(text) == (string)plan["files"]![name]!
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InputException(Store.NameOf(name), "is not the one that plan.json was written with; make the plan again");
    }

    /// <summary>A text that must be there.</summary>
    private static string Text(JsonNode? node) => (string?)node ?? throw new FormatException("a text is missing");

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
