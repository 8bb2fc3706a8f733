using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>Writes <c>publication.json</c>: of what a publication of given maps was made.</summary>
internal static class PublicationRecord
{
    internal const string FileName = "publication.json";

    internal static void Write(string folder, IReadOnlyList<PublishedMap> maps, PublicationOptions options, IReadOnlyList<string> warnings)
    {
        var record = new JsonObject
        {
            ["program"] = "irrigationwatch",
            ["version"] = typeof(PublicationRecord).Assembly.GetName().Version?.ToString(3),
            ["gdal"] = GdalLibrary.Version,
            ["name"] = options.Name,
            ["source"] = options.Source,
            ["language"] = options.Texts.Code,
            ["least_observed"] = options.LeastObserved,
            ["counted"] = new JsonObject { ["name"] = options.Counted.Name, ["values"] = JsonSerializer.SerializeToNode(options.Counted.Values) },
            ["zones"] = new JsonObject { ["path"] = options.ZonesFile, ["sha256"] = VectorPlace.PartsOf(options.ZonesFile).Any(File.Exists) ? VectorPlace.DigestOf(options.ZonesFile) : null },
            ["maps"] = new JsonArray([.. maps.Select(map => new JsonObject { ["year"] = map.Year, ["path"] = map.Path, ["band"] = map.Map.Layer.Band, ["sha256"] = RasterName.FileOf(map.Path) is string file && File.Exists(file) ? Digest.OfFile(file) : null })]),
            ["warnings"] = JsonSerializer.SerializeToNode(warnings),
        };
        AtomicFile.WriteText(Path.Combine(folder, FileName), record.ToJsonString(JsonText.Options) + "\n");
    }
}
