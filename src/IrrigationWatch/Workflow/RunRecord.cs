using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Workflow;

/// <summary>The text of <c>run.json</c>: versions, configuration, inputs with digests, results with digests, timings.</summary>
internal static class RunRecord
{
    internal const string FileName = "run.json";

    internal static string Format(RunConfiguration configuration, string grid, SceneSelection scenes, IReadOnlyList<StepRecord> steps, IReadOnlyList<string> warnings)
    {
        var record = new JsonObject
        {
            ["program"] = "irrigationwatch",
            ["version"] = typeof(RunRecord).Assembly.GetName().Version?.ToString(3),
            ["gdal"] = GdalLibrary.Version,
            ["name"] = configuration.Name,
            ["source"] = configuration.Source,
            ["language"] = configuration.Texts.Code,
            ["least_observed"] = configuration.LeastObserved,
            ["simd_bits"] = (int)Simd.Widest,
            ["configuration"] = new JsonObject { ["file"] = Path.GetFullPath(configuration.File), ["sha256"] = Digest.OfFile(configuration.File), ["text"] = File.ReadAllText(configuration.File) },
            ["grid"] = grid,
            ["harmonisation"] = configuration.Features.Observation.Harmonise ? "TM and ETM+ to OLI, Roy et al. 2016" : "none",
            ["mask"] = configuration.Features.Observation.Mask.Describe(),
            ["level1_sun_angle"] = configuration.Features.Observation.SunAngle.ToString().ToLowerInvariant(),
            ["scenes"] = new JsonArray([.. scenes.Used.Select(scene => new JsonObject { ["product"] = scene.Id!.Text, ["path"] = scene.Path, ["fingerprint"] = scene.Fingerprint })]),
            ["skipped"] = new JsonArray([.. scenes.Skipped.Select(scene => new JsonObject { ["path"] = scene.Path, ["cause"] = scene.Cause })]),
            ["superseded"] = new JsonArray([.. scenes.Superseded.Select(scene => new JsonObject { ["path"] = scene.Path, ["cause"] = scene.Cause })]),
            ["scenes_by_year"] = JsonSerializer.SerializeToNode(scenes.CountByYear()),
            ["years_without_scenes"] = JsonSerializer.SerializeToNode(configuration.Years.Except(scenes.CountByYear().Keys)),
            ["warnings"] = JsonSerializer.SerializeToNode(warnings),
            ["steps"] = new JsonArray([.. steps.Select(step => new JsonObject
            {
                ["name"] = step.Name,
                ["seconds"] = Math.Round(step.Seconds, 3),
                ["tiles"] = step.TilesComputed is null ? null : new JsonObject { ["computed"] = step.TilesComputed, ["kept"] = step.TilesKept },
                ["files"] = new JsonObject(step.Outputs.Select(output => KeyValuePair.Create(output.Key, (JsonNode?)output.Value.Digest))),
            })]),
        };
        if (configuration.Features.Calendar is { IsDefault: false } calendar)
        {
            record["year_starts"] = calendar.StartText;
            record["year_named_by"] = calendar.IsNamedByStart ? "start" : "end";
            record["year_spans"] = new JsonObject(configuration.Years.Select(year => KeyValuePair.Create(year.ToString(CultureInfo.InvariantCulture), (JsonNode?)new JsonArray(YearCalendar.Text(calendar.First(year)), YearCalendar.Text(calendar.Last(year))))));
        }

        return record.ToJsonString(JsonText.Options) + "\n";
    }
}
