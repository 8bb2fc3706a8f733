using System.Globalization;
using System.Text;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Simulator;

/// <summary>Makes a simulated corridor: products, labels, area of interest, zones and configuration; the truth apart from them.</summary>
internal static class Corridor
{
    internal static void Make(string folder, int firstYear, int lastYear, long seed, int width, int height, string countriesFile, Action<string> say, int? labelsPerClass = null)
    {
        var world = new World(width, height, seed, firstYear, lastYear, countriesFile);
        var renderer = new SceneRenderer(world, new Mixture(world), seed);
        var truth = new Truth(world, seed);
        string scenes = Path.Combine(folder, "scenes");
        var area = new StringBuilder("year,country,irrigated_ha,total_ha\n");
        for (int year = firstYear; year <= lastYear; year++)
        {
            int count = 0;
            foreach (ProductId id in Schedule.Year(year))
            {
                ProductWriter.Write(scenes, id, renderer.Render(id), world.Grid);
                count++;
            }

            (double Irrigated, double Total)[] hectares = truth.WriteYear(Path.Combine(folder, "truth"), year);
            for (int i = 0; i < hectares.Length; i++)
            {
                area.Append(CultureInfo.InvariantCulture, $"{year},{world.Countries[i].Country},{hectares[i].Irrigated:0.000},{hectares[i].Total:0.000}\n");
            }

            say(string.Create(CultureInfo.InvariantCulture, $"{year}: {count} products"));
        }

        AtomicFile.WriteText(Path.Combine(folder, "truth", "area.csv"), area.ToString());
        truth.WriteLabels(Path.Combine(folder, "labels.geojson"), labelsPerClass);
        AtomicFile.WriteText(Path.Combine(folder, "area.geojson"), Outline(world.Grid));
        File.Copy(countriesFile, Path.Combine(folder, "zones.geojson"), overwrite: true);
        AtomicFile.WriteText(Path.Combine(folder, "irrigation.yaml"), Configuration(firstYear, lastYear, seed));
    }

    private static string Outline(Grid grid)
    {
        (double[] lon, double[] lat) = grid.GeographicOutline();
        // Rings of GeoJSON run counter-clockwise.
        Array.Reverse(lon);
        Array.Reverse(lat);
        string points = string.Join(',', lon.Zip(lat, (a, b) => string.Create(CultureInfo.InvariantCulture, $"[{a:0.00000000},{b:0.00000000}]")));
        return $"{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"name\":\"simulated corridor near the Khorgos\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{points}]]}}}}]}}\n";
    }

    private static string Configuration(int firstYear, int lastYear, long seed) => string.Create(CultureInfo.InvariantCulture, $"""
        # A simulated piece of the Ili corridor near the Khorgos, seed {seed}. The truth lies in truth/ and is not read by 'run'.
        name: simulated-corridor
        scenes: [scenes/]
        area: area.geojson
        zones: zones.geojson
        years: {firstYear}-{lastYear}
        grid: {"{"} crs: auto, resolution: 30 {"}"}
        seasons: {"{"} spring: 03-01..04-30, early: 05-01..07-14, late: 07-15..09-30 {"}"}
        model: {"{"} labels: labels.geojson, trainer: lightgbm {"}"}
        publish: [csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, timelapse, report]
        output: out/

        """);
}
