using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>
/// A made-up place for <see cref="TinyProduct"/>: green in the west half, bare in the east half, with labels, a zone and a
/// configuration, so that an archive of tiny products runs through the whole job in seconds.
/// </summary>
internal sealed class TinyArea
{
    /// <summary>A model of such places, trained once: what most tests are about is not training.</summary>
    private static readonly Lazy<byte[]> Trained = new(Train);

    private readonly TinyProduct model;

    internal TinyArea(string folder, int width, int height, string years, string further = "", string labelled = "2022", bool trains = false)
    {
        Folder = folder;
        model = new TinyProduct("LC09_L2SP_149030_20220714_20220801_02_T1") { Width = width, Height = height };
        Directory.CreateDirectory(Path.Combine(folder, "scenes"));
        var grid = new Grid("EPSG:32644", model.Left, model.Top, 30, 30, width, height);
        var labels = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            // Strips of either half, away from its edges.
            int top = 1 + i * (height - 2) / 4;
            int bottom = 1 + (i + 1) * (height - 2) / 4;
            labels.Add(Feature($$"""{"class":"irrigated","year":"{{labelled}}"}""", Ring(grid, 1, top, width / 2 - 2, bottom)));
            labels.Add(Feature($$"""{"class":"uncultivated","year":"{{labelled}}"}""", Ring(grid, width / 2 + 2, top, width - 1, bottom)));
        }

        File.WriteAllText(Path.Combine(folder, "labels.geojson"), Collection(labels));
        File.WriteAllText(Path.Combine(folder, "zones.geojson"), Collection([Feature("""{"name":"tiny","country":"KZ"}""", Ring(grid, -5, -5, width + 5, height + 5))]));
        File.WriteAllText(Configuration, $"""
            name: tiny
            scenes: [scenes/]
            zones: zones.geojson
            years: {years}
            model: {"{"} {(trains ? "labels: labels.geojson, trees: 20" : "file: model.zip")} {"}"}
            publish: [csv, geojson, cog]
            output: out/
            {further}
            """);
        if (!trains)
        {
            File.WriteAllBytes(Path.Combine(folder, "model.zip"), Trained.Value);
        }
    }

    internal string Folder { get; }

    internal string Configuration => Path.Combine(Folder, "irrigation.yaml");

    internal string Scenes => Path.Combine(Folder, "scenes");

    internal string Output => Path.Combine(Folder, "out");

    /// <summary>A product that sees the whole place; noise differs from product to product.</summary>
    internal TinyProduct Product(string id)
    {
        int noise = id.Aggregate(0, (hash, c) => (hash * 31 + c) % 500);
        return model with
        {
            Id = id,
            Pixel = (role, x, y) => role switch
            {
                BandRole.QaPixel => id.StartsWith("LC", StringComparison.Ordinal) || id.StartsWith("LO", StringComparison.Ordinal) ? 21824 : 5440,
                BandRole.QaRadsat or BandRole.CloudQa => 0,
                BandRole.AerosolQa => 0x40,
                BandRole.SolarZenith => 3000,
                BandRole.Nir => (x < model.Width / 2 ? 22_000 : 11_500) + noise + (x * 31 + y * 17) % 97,
                _ => 10_000 + 150 * (int)role + noise + (x * 13 + y * 29) % 53,
            },
        };
    }

    private static byte[] Train()
    {
        using var scratch = new ScratchFolder();
        var area = new TinyArea(scratch.Path, 40, 32, "2022", trains: true);
        foreach (string id in new[] { "LC08_L2SP_149030_20220722_20220801_02_T1", "LC09_L2SP_149030_20220714_20220801_02_T1", "LC09_L2SP_149030_20220812_20221001_02_T1" })
        {
            area.Product(id).WriteTar(Path.Combine(area.Scenes, id + ".tar"));
        }

        CommandLine.Run("run", area.Configuration).Succeeds();
        return File.ReadAllBytes(Path.Combine(area.Output, "model.zip"));
    }

    private static string Ring(Grid grid, double left, double top, double right, double bottom)
    {
        double[] x = [left, left, right, right, left];
        double[] y = [top, bottom, bottom, top, top];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = grid.Left + x[i] * grid.PixelWidth;
            y[i] = grid.Top - y[i] * grid.PixelHeight;
        }

        using SpatialReference from = grid.OpenSpatialReference();
        using SpatialReference to = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(from, to);
        transformation.Transform(x, y);
        return "[" + string.Join(',', x.Zip(y, (lon, lat) => string.Create(CultureInfo.InvariantCulture, $"[{lon:0.0000000},{lat:0.0000000}]"))) + "]";
    }

    private static string Feature(string properties, string ring) => $$$"""{"type":"Feature","properties":{{{properties}}},"geometry":{"type":"Polygon","coordinates":[{{{ring}}}]}}""";

    private static string Collection(IEnumerable<string> features) => $$"""{"type":"FeatureCollection","features":[{{string.Join(",\n", features)}}]}""";
}
