using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>The result of a piece: two rasters of its block, and a record that appears last, when all is whole.</summary>
internal sealed class PieceFiles(string stem)
{
    internal string Features => stem + ".features.tif";

    internal string Observations => stem + ".observations.tif";

    internal string Record => stem + ".json";

    /// <summary>True where the result is there, as long as it was written.</summary>
    internal bool IsThere => Read() is JsonNode json && LengthOf(Features) == (long?)json["features_bytes"] && LengthOf(Observations) == (long?)json["observations_bytes"];

    /// <summary>Seconds of one core that it took; 0 where it is not there.</summary>
    internal double CoreSeconds => Read() is JsonNode json ? ((double?)json["seconds"] ?? 0) * ((int?)json["cores"] ?? 1) : 0;

    /// <summary>What it took, for a model of cost; null where it is not there.</summary>
    internal (long ScenePixels, long Pixels, double CoreSeconds)? Cost => Read() is JsonNode json && json["pixels"] is JsonNode pixels && json["scene_pixels"] is JsonNode scenePixels
        ? ((long)scenePixels, (long)pixels, CoreSeconds)
        : null;

    /// <summary>Gives what was made elsewhere its place.</summary>
    /// <param name="features">The features.</param>
    /// <param name="observations">The counts of observations.</param>
    /// <param name="work">A folder of this worker alone.</param>
    /// <param name="piece">What it is.</param>
    /// <param name="seconds">How long it took.</param>
    internal void Publish(string features, string observations, string work, PlannedPiece piece, double seconds)
    {
        Move(features, Features);
        Move(observations, Observations);
        string record = Path.Combine(work, "piece.json");
        AtomicFile.WriteText(record, new JsonObject
        {
            ["year"] = piece.Year,
            ["block"] = new JsonArray(piece.Block.X, piece.Block.Y, piece.Block.Width, piece.Block.Height),
            ["pixels"] = piece.Tiles.Sum(tile => (long)tile.PixelCount),
            ["tiles"] = piece.Tiles.Count,
            ["scenes"] = piece.Scenes,
            ["scene_pixels"] = piece.ScenePixels,
            ["seconds"] = Math.Round(seconds, 3),
            ["cores"] = Environment.ProcessorCount,
            ["machine"] = Environment.MachineName,
            ["features_bytes"] = LengthOf(Features),
            ["observations_bytes"] = LengthOf(Observations),
        }.ToJsonString(JsonText.Options) + "\n");
        Move(record, Record);
    }

    private JsonNode? Read()
    {
        try
        {
            return File.Exists(Record) ? JsonNode.Parse(File.ReadAllText(Record)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long LengthOf(string file) => File.Exists(file) ? new FileInfo(file).Length : -1;

    /// <summary>Renames, or copies first to the same disk where the file was made on another.</summary>
    private static void Move(string from, string to)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            string beside = $"{to}.{Environment.MachineName}-{Environment.ProcessId}{AtomicFile.PartialEnding}";
            File.Move(from, beside, overwrite: true);
            File.Move(beside, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(to, e);
        }
    }
}
