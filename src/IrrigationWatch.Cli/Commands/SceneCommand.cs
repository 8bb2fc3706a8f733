using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>scene info PATH…</c>: what a product is.</summary>
internal static class SceneCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static Command Create()
    {
        Argument<string[]> paths = CommonOptions.Paths("PATH", "Products: folders, .tar, .tar.gz, MTL.txt; patterns with * are expanded.");
        Option<bool> json = CommonOptions.Json();
        Command info = new Command("info", "Product id, platform, sensor, level, time, place, bands.\nExample: irrigationwatch scene info scenes/*.tar") { paths, json }
            .WithAction((parsed, _) => Info(PathPatterns.Expand(parsed.GetValue(paths)!), parsed.GetValue(json)));
        return new Command("scene", "Looks at Landsat products.") { info };
    }

    private static int Info(IReadOnlyList<string> paths, bool asJson)
    {
        var all = new List<Dictionary<string, object?>>();
        int code = ExitCode.Done;
        foreach (string path in paths)
        {
            try
            {
                using Scene scene = SceneReader.Open(path);
                all.Add(Describe(scene));
                if (!asJson)
                {
                    Print(all[^1]);
                }
            }
            catch (InputException e)
            {
                Console.Error.WriteLine($"error: {e.Message}");
                code = ExitCode.Failed;
            }
        }

        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(all, JsonOptions));
        }

        return code;
    }

    private static Dictionary<string, object?> Describe(Scene scene) => new()
    {
        ["path"] = scene.Container,
        ["product_id"] = scene.Id.Text,
        ["platform"] = scene.Id.Platform(),
        ["sensor"] = scene.SensorName,
        ["level"] = scene.Id.Level,
        ["tier"] = scene.Id.Tier,
        ["acquired"] = scene.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["wrs_path"] = scene.Id.Path,
        ["wrs_row"] = scene.Id.Row,
        ["crs"] = scene.Grid.Crs,
        ["width"] = scene.Grid.Width,
        ["height"] = scene.Grid.Height,
        ["pixel_size"] = new[] { scene.Grid.PixelWidth, scene.Grid.PixelHeight },
        ["upper_left"] = new[] { scene.Grid.Left, scene.Grid.Top },
        ["cloud_cover"] = scene.CloudCover,
        ["sun_elevation"] = scene.SunElevation,
        ["sun_azimuth"] = scene.SunAzimuth,
        ["slc_off"] = scene.IsSlcOff,
        ["bands"] = scene.Bands.Keys.Select(Name).ToArray(),
        ["missing"] = scene.Missing.Select(Name).ToArray(),
    };

    private static void Print(Dictionary<string, object?> values)
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
            Console.WriteLine($"{key,-14} {text}");
        }

        Console.WriteLine();
    }

    private static string Name(BandRole role) => role switch
    {
        BandRole.QaPixel => "qa_pixel",
        BandRole.QaRadsat => "qa_radsat",
        _ => role.ToString().ToLowerInvariant(),
    };
}
