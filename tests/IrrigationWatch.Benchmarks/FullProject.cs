using System.Formats.Tar;
using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Benchmarks;

/// <summary>Years of full-size scenes in tars, with labels, regions and a configuration: what a user gives to <c>run</c>.</summary>
internal static class FullProject
{
    internal static string Make(string folder, int scenes, int years = 1)
    {
        string project = Path.Combine(folder, "project");
        string archives = Path.Combine(project, "scenes");
        Directory.CreateDirectory(archives);
        foreach (string scene in Enumerable.Range(2024 - years, years).SelectMany(year => FullScene.Year(folder, scenes, year)))
        {
            string tar = Path.Combine(archives, Path.GetFileName(scene) + ".tar");
            if (File.Exists(tar))
            {
                continue;
            }

            using (var writer = new TarWriter(File.Create(tar + ".part"), TarEntryFormat.Ustar))
            {
                foreach (string file in Directory.GetFiles(scene).Order(StringComparer.Ordinal))
                {
                    using FileStream content = File.OpenRead(file);
                    writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Path.GetFileName(file)) { DataStream = content });
                }
            }

            File.Move(tar + ".part", tar);
        }

        FullMap.Make(folder);
        File.Copy(Path.Combine(folder, FullMap.ZonesFile), Path.Combine(project, "zones.geojson"), overwrite: true);
        File.WriteAllText(Path.Combine(project, "labels.geojson"), Labels());
        // The first run trains the model; a later year finds it there, as all years but one do.
        Configure("train.yaml", "{ labels: labels.geojson, trainer: lightgbm }", "trained/");
        Configure("irrigation.yaml", "{ file: trained/model.zip }", "out/");
        return project;

        void Configure(string name, string model, string output) => File.WriteAllText(
            Path.Combine(project, name),
            $"name: full year\nscenes: [scenes/]\nzones: zones.geojson\nyears: {2024 - years}-2023\nmodel: {model}\nsmoothing: {{ temporal: true, minimum-patch: 6 }}\npublish: [csv, geojson, cog]\noutput: {output}\n");
    }

    /// <summary>Polygons within single fields, by what these are.</summary>
    private static string Labels()
    {
        using SpatialReference utm = SpatialReference.Parse("EPSG:32644");
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(utm, wgs84);
        var text = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[");
        for (int i = 0; i < 400; i++)
        {
            int column = 80 + i % 20 * 8;
            int row = 80 + i / 20 * 12;
            double[] x = [.. new[] { 5, 20, 20, 5, 5 }.Select(pixel => 300_000 + 30.0 * (column * 25 + pixel))];
            double[] y = [.. new[] { 4, 4, 16, 16, 4 }.Select(pixel => 4_900_000 - 30.0 * (row * 20 + pixel))];
            transformation.Transform(x, y);
            string kind = FullScene.Hash(column, row, 7) % 3 == 0 ? "irrigated" : "uncultivated";
            text.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : string.Empty)}{{\"type\":\"Feature\",\"properties\":{{\"class\":\"{kind}\",\"year\":2023}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[");
            text.AppendJoin(',', x.Zip(y, (longitude, latitude) => string.Create(CultureInfo.InvariantCulture, $"[{longitude:R},{latitude:R}]")));
            text.Append("]]}}");
        }

        return text.Append("]}").ToString();
    }
}
