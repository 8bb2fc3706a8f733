using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>scene info PATH…</c>: what a product is.</summary>
internal static class SceneCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
        var all = new List<Dictionary<string, object?>>();
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

        if (asJson)
        {
            terminal.Output.WriteLine(JsonSerializer.Serialize(all, JsonOptions));
        }

        return code;
    }

    private static Dictionary<string, object?> Describe(string path, ProductMetadata scene, Grid? grid, IReadOnlyList<BandRole> bands, IReadOnlyList<BandRole> missing) => new()
    {
        ["path"] = path,
        ["product_id"] = scene.Id.Text,
        ["kind"] = scene.Id.Kind switch { ProductKind.Scene => "scene", ProductKind.ArdTile => "ard-tile", _ => "stack" },
        ["platform"] = scene.Id.Platform(),
        ["sensor"] = scene.Id.Instrument,
        ["level"] = scene.Id.Level,
        ["tier"] = scene.Id.Tier.Length == 0 ? null : scene.Id.Tier,
        ["acquired"] = scene.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["processed"] = scene.Id.Processed?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["wrs_path"] = scene.Id.Path,
        ["wrs_row"] = scene.Id.Row,
        ["tile"] = scene.Id.Tile.Length == 0 ? null : scene.Id.Tile,
        ["metadata"] = scene.Source,
        ["crs"] = grid?.Crs,
        ["width"] = grid?.Width,
        ["height"] = grid?.Height,
        ["pixel_size"] = grid is null ? null : new[] { grid.PixelWidth, grid.PixelHeight },
        ["upper_left"] = grid is null ? null : new[] { grid.Left, grid.Top },
        ["cloud_cover"] = scene.CloudCover,
        ["sun_elevation"] = scene.SunElevation,
        ["sun_azimuth"] = scene.SunAzimuth,
        ["slc_off"] = scene.IsSlcOff,
        ["bands"] = bands.Select(role => role.Name()).ToArray(),
        ["missing"] = missing.Select(role => role.Name()).ToArray(),
    };

    private static void Print(Terminal terminal, Dictionary<string, object?> values)
    {
        foreach ((string key, object? value) in values)
        {
            string text = value switch
            {
                null => "unknown",
                string[] { Length: 0 } => "none",
                string[] list => string.Join(' ', list),
                double[] pair => string.Join(key == "pixel_size" ? " × " : ", ", pair.Select(number => number.ToString("0.######", CultureInfo.InvariantCulture))),
                bool flag => flag ? "yes" : "no",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
            terminal.Output.WriteLine($"{key,-14} {text}");
        }

        terminal.Output.WriteLine();
    }
}
