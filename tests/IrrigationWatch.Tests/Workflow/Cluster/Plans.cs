using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>Plans that need no scenes, and one of tiny products on disk.</summary>
internal static class Plans
{
    private static readonly PixelWindow Tile = new(0, 0, 100, 100);

    /// <summary>A plan of pieces of one tile of 10 000 pixels each, of which so many pixels of scenes are read.</summary>
    internal static JobPlan Of(int[] years, bool hasModel, params long[] scenePixels) => new()
    {
        Configuration = "/project/irrigation.yaml",
        ConfigurationDigest = "digest of the configuration",
        Pipeline = "0.1 1",
        Output = "/project/out",
        Grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 1000, 500),
        GridReason = "reason",
        Common = "common",
        BlockTiles = 1,
        TilesKept = 0,
        Years = years,
        HasModel = hasModel,
        Scenes = [],
        Pieces = [.. scenePixels.Select((pixels, number) => new PlannedPiece(number, years.Length > 0 ? years[0] : 2000, Tile, [Tile], 1, pixels, pixels))],
    };

    internal static JobPlan OfPieces(int pieces, params int[] years) => Of(years, true, new long[pieces]);

    /// <summary>
    /// A project of three tiny products whose plan has three pieces: two blocks side by side of 2015, and one of 2016. Features alone are made.
    /// </summary>
    internal static JobPlan Make(ScratchFolder scratch, string more = "")
    {
        Product("LC08_L2SP_149030_20150714_20200908_02_T1", 300_000).WriteTar(scratch.File("scenes", "a.tar"));
        Product("LC08_L2SP_148030_20150723_20200908_02_T1", 307_680).WriteTar(scratch.File("scenes", "b.tar"));
        Product("LC08_L2SP_149030_20160716_20200908_02_T1", 300_000).WriteTar(scratch.File("scenes", "c.tar"));
        File.WriteAllText(scratch.File("irrigation.yaml"), "scenes: [scenes/]\nyears: 2015-2017\nindices: [ndvi]\nseasons: { late: 07-01..09-30 }\npublish: [csv]\n" + more);
        return IrrigationRun.Plan(ConfigurationReader.Read(scratch.File("irrigation.yaml")), scratch.File("plan"), blockTiles: 1);

        static TinyProduct Product(string id, double left) => new(id) { Left = left };
    }
}
