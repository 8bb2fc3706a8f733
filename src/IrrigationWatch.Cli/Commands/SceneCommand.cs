using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>scene info PATH…</c>: what a product is.</summary>
internal static class SceneCommand
{
    internal static Command Create()
    {
        Argument<string[]> paths = CommonOptions.Paths("PATH", "Products: folders, .tar, .zip, .tar.gz, MTL files, STAC items, addresses; patterns with * are expanded.");
        Option<bool> json = CommonOptions.Json();
        Option<string?> stack = CommonOptions.Stack();
        Command info = new Command("info", "Product id, platform, sensor, level, time, place, bands.\nExample: irrigationwatch scene info scenes/*.tar") { paths, json, stack }
            .WithAction((parsed, terminal, _) => Info(terminal, PathPatterns.Expand(parsed.GetValue(paths)!), parsed.GetValue(json), CommonOptions.ReadStack(parsed, stack)));
        return new Command("scene", "Looks at Landsat products.") { info };
    }

    private static int Info(Terminal terminal, IReadOnlyList<string> paths, bool asJson, StackDescription? stack)
    {
        var all = new List<SceneAnswer>();
        int code = ExitCode.Done;
        foreach (string path in paths)
        {
            try
            {
                using Scene scene = SceneReader.Open(path, null, stack);
                all.Add(Describe(scene.Container, scene.Metadata, scene.Grid, [.. scene.Bands.Keys], scene.Missing));
                if (!asJson)
                {
                    Print(terminal, all[^1]);
                }
            }
            catch (BandsMissingException e) when (e.Metadata.Source != "file names")
            {
                all.Add(Describe(path, e.Metadata, e.Metadata.Grid, e.Found, e.Missing));
                terminal.Error.WriteLine($"warning: {e.File}: {(e.InnerException is null ? "none of its reflective bands is there" : e.Problem)}; this is what its metadata ({e.Metadata.Source}) say, and nothing can be computed of it before its bands are there");
                if (!asJson)
                {
                    Print(terminal, all[^1]);
                }
            }
            catch (InputException e)
            {
                terminal.Error.WriteLine($"error: {e.Message}");
                code = ExitCode.Failed;
            }
        }

        if (asJson && (all.Count > 0 || code == ExitCode.Done))
        {
            Answer.Print(terminal, all.ToArray());
        }

        return code;
    }

    private static SceneAnswer Describe(string path, ProductMetadata scene, Grid? grid, IReadOnlyList<BandRole> bands, IReadOnlyList<BandRole> missing) => new(
        path,
        scene.Id.Text,
        scene.Id.Kind switch { ProductKind.Scene => "scene", ProductKind.ArdTile => "ard-tile", _ => "stack" },
        scene.Id.Platform(),
        scene.Id.Instrument,
        scene.Id.Level,
        scene.Id.Tier.Length == 0 ? null : scene.Id.Tier,
        scene.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        scene.Id.Processed?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        scene.Id.Path,
        scene.Id.Row,
        scene.Id.Tile.Length == 0 ? null : scene.Id.Tile,
        scene.Source,
        grid?.Crs,
        grid?.Width,
        grid?.Height,
        grid is null ? null : [grid.PixelWidth, grid.PixelHeight],
        grid is null ? null : [grid.Left, grid.Top],
        scene.CloudCover,
        scene.SunElevation,
        scene.SunAzimuth,
        scene.IsSlcOff,
        [.. bands.Select(role => role.Name())],
        [.. missing.Select(role => role.Name())]);

    private static void Print(Terminal terminal, SceneAnswer scene)
    {
        foreach ((string key, JsonNode? value) in JsonSerializer.SerializeToNode(scene, Answer.Options)!.AsObject())
        {
            string text = value switch
            {
                null => "unknown",
                JsonArray { Count: 0 } => "none",
                JsonArray list when list[0]!.GetValueKind() == JsonValueKind.Number => string.Join(key == "pixel_size" ? " × " : ", ", list.Select(number => ((double)number!).ToString("0.######", CultureInfo.InvariantCulture))),
                JsonArray list => string.Join(' ', list.Select(word => (string)word!)),
                _ when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => (bool)value ? "yes" : "no",
                _ => value.ToString(),
            };
            terminal.Output.WriteLine($"{key,-14} {text}");
        }

        terminal.Output.WriteLine();
    }
}
