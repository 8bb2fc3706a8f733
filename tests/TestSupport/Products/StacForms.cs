using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.TestSupport;

/// <summary>
/// A product's metadata as a STAC item in the form of a catalogue: ids, names of assets and properties are those that the
/// Planetary Computer (collection landsat-c2-l2, STAC 1.0.0) and Earth Search (v1) publish.
/// </summary>
internal static class StacForms
{
    internal const string PlanetaryComputerRoot = "https://landsateuwest.blob.core.windows.net/landsat-c2/level-2/standard/";
    internal const string UsgsRoot = "https://landsatlook.usgs.gov/data/collection02/level-2/standard/";
    internal const string UsgsBucket = "s3://usgs-landsat/collection02/level-2/standard/";

    private static readonly Dictionary<BandRole, string> Assets = new()
    {
        [BandRole.Blue] = "blue",
        [BandRole.Green] = "green",
        [BandRole.Red] = "red",
        [BandRole.Nir] = "nir08",
        [BandRole.Swir1] = "swir16",
        [BandRole.Swir2] = "swir22",
        [BandRole.QaPixel] = "qa_pixel",
        [BandRole.QaRadsat] = "qa_radsat",
        [BandRole.CloudQa] = "cloud_qa",
        [BandRole.AerosolQa] = "qa_aerosol",
    };

    internal static JsonObject PlanetaryComputer(ProductMetadata metadata)
    {
        JsonObject item = Item(metadata, PlanetaryComputerRoot, withBucket: false);
        item["properties"]!["proj:epsg"] = int.Parse(metadata.Grid!.Crs.AsSpan(5), CultureInfo.InvariantCulture);
        return item;
    }

    internal static JsonObject EarthSearch(ProductMetadata metadata)
    {
        JsonObject item = Item(metadata, UsgsRoot, withBucket: true);
        item["properties"]!["proj:code"] = metadata.Grid!.Crs;
        return item;
    }

    private static JsonObject Item(ProductMetadata metadata, string root, bool withBucket)
    {
        ProductId id = metadata.Id;
        IrrigationWatch.Rasters.Grid grid = metadata.Grid!;
        string[] parts = id.Text.Split('_');
        string folder = string.Create(CultureInfo.InvariantCulture, $"{(id.Sensor == Sensor.Oli ? "oli-tirs" : id.Sensor == Sensor.Tm ? "tm" : "etm")}/{id.Acquired.Year}/{parts[2][..3]}/{parts[2][3..]}/{id.Text}/");
        var assets = new JsonObject
        {
            ["thumbnail"] = Asset(id.Text + "_thumb_small.jpeg"),
            ["mtl.txt"] = Asset(id.Text + "_MTL.txt"),
            ["ang"] = Asset(id.Text + "_ANG.txt"),
            ["coastal"] = id.Sensor == Sensor.Oli ? Asset(id.Text + "_SR_B1.TIF") : null,
            ["qa"] = Asset(id.Text + "_ST_QA.TIF"),
        };
        foreach ((BandRole role, string file) in metadata.Files)
        {
            assets[Assets[role]] = Asset(file);
        }

        return new JsonObject
        {
            ["type"] = "Feature",
            ["stac_version"] = "1.0.0",
            // Neither writes the day of processing into its ids.
            ["id"] = string.Join('_', [.. parts[..4], .. parts[5..]]),
            ["collection"] = "landsat-c2-l2",
            ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(0.0, 0.0) },
            ["properties"] = new JsonObject
            {
                ["platform"] = string.Create(CultureInfo.InvariantCulture, $"landsat-{id.Satellite}"),
                ["datetime"] = metadata.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
                ["eo:cloud_cover"] = metadata.CloudCover,
                ["view:off_nadir"] = 0,
                ["view:sun_elevation"] = metadata.SunElevation,
                ["view:sun_azimuth"] = metadata.SunAzimuth,
                ["proj:shape"] = new JsonArray(grid.Height, grid.Width),
                ["proj:transform"] = new JsonArray(grid.PixelWidth, 0.0, grid.Left, 0.0, -grid.PixelHeight, grid.Top),
                ["landsat:correction"] = id.Level,
            },
            ["links"] = new JsonArray(),
            ["assets"] = assets,
        };

        JsonObject Asset(string file)
        {
            var asset = new JsonObject { ["href"] = root + folder + file };
            if (withBucket)
            {
                asset["alternate"] = new JsonObject { ["s3"] = new JsonObject { ["href"] = UsgsBucket + folder + file, ["storage:requester_pays"] = true } };
            }

            return asset;
        }
    }
}
