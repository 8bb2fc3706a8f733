using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow.Cluster;

/// <summary>The result of a piece: two rasters of its block, and a record that appears last, when all is whole.</summary>
/// <param name="store">Where it lies.</param>
/// <param name="stem">Its name there, without an ending.</param>
internal sealed class PieceFiles(FileStore store, string stem)
{
    private static readonly ConcurrentDictionary<string, string> Whole = new(StringComparer.Ordinal);

    /// <summary>The features, as GDAL reads them.</summary>
    internal string Features => store.PathOf(FeatureFile);

    /// <summary>The counts of observations, as GDAL reads them.</summary>
    internal string Observations => store.PathOf(ObservationFile);

    /// <summary>True where the result is there, as long as it was written, with the digests that tell whether it is whole.</summary>
    internal bool IsThere => Read() is JsonNode json && json["features_sha256"] is not null && json["observations_sha256"] is not null && store.Find(FeatureFile)?.Length == (long?)json["features_bytes"] && store.Find(ObservationFile)?.Length == (long?)json["observations_bytes"];

    /// <summary>The files whose bytes are not those that were written; empty in object storage, which keeps checksums of its own and would have to send all of them.</summary>
    /// <exception cref="InputException">One cannot be read.</exception>
    internal IReadOnlyList<string> Damaged()
    {
        if (!store.IsDisk || Read() is not JsonNode json)
        {
            return [];
        }

        return [.. new[] { (File: FeatureFile, Digest: (string?)json["features_sha256"]), (File: ObservationFile, Digest: (string?)json["observations_sha256"]) }.Where(file => !IsWhole(file.File, file.Digest)).Select(file => store.NameOf(file.File))];
    }

    /// <summary>What it took; null where it is not there, or does not say so.</summary>
    internal PieceCost? Cost => Read() is JsonNode json && json["pixels"] is JsonNode pixels && json["scene_pixels"] is JsonNode scenePixels
        ? new PieceCost((long)scenePixels, (long)pixels, ((double?)json["seconds"] ?? 0) * ((int?)json["cores"] ?? 1))
        : null;

    private string FeatureFile => stem + ".features.tif";

    private string ObservationFile => stem + ".observations.tif";

    private string RecordFile => stem + ".json";

    /// <summary>True where the result is among the files of a listing: in object storage a file that has a name is whole.</summary>
    internal bool IsIn(Func<string, FileState?> listing) => store.IsDisk ? IsThere : listing(RecordFile) is not null && listing(FeatureFile) is not null && listing(ObservationFile) is not null;

    /// <summary>Gives what was made elsewhere its place.</summary>
    /// <param name="features">The features.</param>
    /// <param name="observations">The counts of observations.</param>
    /// <param name="piece">What it is.</param>
    /// <param name="seconds">How long it took.</param>
    internal void Publish(string features, string observations, PlannedPiece piece, double seconds)
    {
        var record = new JsonObject
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
            ["features_bytes"] = new FileInfo(features).Length,
            ["observations_bytes"] = new FileInfo(observations).Length,
            ["features_sha256"] = Digest.OfFile(features),
            ["observations_sha256"] = Digest.OfFile(observations),
        };
        store.Put(features, FeatureFile);
        store.Put(observations, ObservationFile);
        store.WriteText(RecordFile, record.ToJsonString(JsonText.Options) + "\n");
    }

    /// <summary>Compares a file with its digest, once in a process: who waits for pieces asks again and again.</summary>
    private bool IsWhole(string file, string? digest)
    {
        string path = store.PathOf(file);
        string state = $"{digest} {store.Find(file)?.Version}";
        if (Whole.TryGetValue(path, out string? known) && known == state)
        {
            return true;
        }

        try
        {
            if (Digest.OfContent(path) != digest)
            {
                return false;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(store.NameOf(file), $"cannot be read ({e.Message.TrimEnd('.')}); check the disk and the permissions", e);
        }

        Whole[path] = state;
        return true;
    }

    private JsonNode? Read()
    {
        try
        {
            return store.ReadText(RecordFile) is string text ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a piece took.</summary>
/// <param name="ScenePixels">Pixels of all scenes that were read.</param>
/// <param name="Pixels">Pixels that were written.</param>
/// <param name="CoreSeconds">Seconds of one core.</param>
internal sealed record PieceCost(long ScenePixels, long Pixels, double CoreSeconds);
