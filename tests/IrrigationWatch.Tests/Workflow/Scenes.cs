using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>Records of scenes that need no files, and a configuration that asks for some years of them.</summary>
internal static class Scenes
{
    internal static readonly Grid Grid = new("EPSG:32644", 300_000, 4_900_000, 30, 30, 600, 300);

    /// <summary>A good scene by its product id, at a path named after it.</summary>
    internal static SceneRecord Of(string id, string? path = null, Grid? grid = null)
    {
        ProductId product = ProductId.Parse(id, "test");
        return new SceneRecord
        {
            Path = path ?? $"/archive/{id}.tar",
            Stamp = "stamp of " + id,
            Fingerprint = "fingerprint of " + id,
            Id = product,
            Time = new DateTimeOffset(product.Acquired, new TimeOnly(5, 12), TimeSpan.Zero),
            CloudCover = 10,
            HasQa = true,
            Grid = grid ?? Grid,
        };
    }

    internal static RunConfiguration Wanted(params int[] years) => new()
    {
        File = "/project/irrigation.yaml",
        Name = "test",
        Scenes = ["/archive"],
        Years = years,
        Output = "/project/out",
    };
}
