using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Benchmarks;

/// <summary>A plan of 40 years × 256 pieces of a tile, all done: what 'reduce' takes; and the plan of the whole basin, for its estimate.</summary>
internal static class FullPieces
{
    private const int FirstYear = 1984;
    private const int Years = 40;
    private const int Side = 16 * FeatureBuilder.TileSize;

    /// <summary>Makes the plan and its pieces, and returns its folder.</summary>
    internal static string Make(string folder)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, "pieces.yaml");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"name: pieces\nscenes: [scenes/]\nyears: {FirstYear}-{FirstYear + Years - 1}\nindices: [ndvi]\nseasons: {{ summer: 07-01..09-30 }}\noutput: pieces-out/\n"));
        RunConfiguration configuration = ConfigurationReader.Read(file);
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, Side, Side);
        SceneRecord[] scenes = [.. Enumerable.Range(FirstYear, Years).Select(year => SceneOf(grid, year, 149, 30, 1))];
        var step = new FeatureStep(configuration, grid);
        var selection = new SceneSelection(configuration, scenes, null);
        JobPlan plan = new JobPlanner(configuration, selection, step, "for measuring", 1, CostModel.Default).Plan((_, _) => []);
        string path = Path.Combine(folder, "pieces-plan");
        var job = new PlanFolder(path);
        job.Write(plan);
        float[] values = new float[FeatureBuilder.TileSize * FeatureBuilder.TileSize];
        byte[] counts = new byte[values.Length];
        Array.Fill(counts, (byte)3);
        var set = new FeatureSet(configuration.Features.Seasons, configuration.Features.Indices, []);
        ParallelWork.Run(plan.Pieces, piece =>
        {
            float[] own = [.. values];
            for (int i = 0; i < own.Length; i++)
            {
                own[i] = FullScene.Hash((piece.Block.X + i % FeatureBuilder.TileSize) / 12, (piece.Block.Y + i / FeatureBuilder.TileSize) / 9, piece.Year) % 1000 / 1000f;
            }

            PieceFiles files = job.FilesOf(piece.DigestOf(step.Plan(selection.OfYear(piece.Year), piece.Tiles)));
            string work = Path.Combine(folder, "work", piece.Number.ToString(CultureInfo.InvariantCulture));
            string features = Path.Combine(work, "features.tif");
            string observations = Path.Combine(work, "observations.tif");
            Write(features, grid, piece, RasterType.Float32, set.Names.Count, own);
            Write(observations, grid, piece, RasterType.Byte, 1 + set.Seasons.Count, counts);
            files.Publish(features, observations, piece, 1);
            Directory.Delete(work, recursive: true);
        });
        return path;
    }

    /// <summary>Prints what the whole Ili–Balkhash basin takes: 25 scenes side by side, 20 of each a year, 40 years.</summary>
    internal static void Estimate(int[] workers)
    {
        const int Across = 5;
        const int Scene = 7700;
        // Neighbours overlap by a tenth.
        const int Apart = Scene * 9 / 10;
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $"name: basin\nscenes: [scenes/]\nyears: {FirstYear}-{FirstYear + Years - 1}\noutput: out/\n"));
            RunConfiguration configuration = ConfigurationReader.Read(file);
            var grid = new Grid("EPSG:32644", 300_000, 5_500_000, 30, 30, Apart * (Across - 1) + Scene, Apart * (Across - 1) + Scene);
            SceneRecord[] scenes =
            [
                .. from year in Enumerable.Range(FirstYear, Years)
                   from place in Enumerable.Range(0, Across * Across)
                   from day in Enumerable.Range(0, 20)
                   select SceneOf(grid.Cut(new PixelWindow(place % Across * Apart, place / Across * Apart, Scene, Scene)), year, 140 + place % Across, 25 + place / Across, 60 + 10 * day),
            ];
            JobPlan plan = new JobPlanner(configuration, new SceneSelection(configuration, scenes, null), new FeatureStep(configuration, grid), "for estimating", 8, CostModel.Default).Plan((_, _) => []) with { HasModel = true };
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenes.Length} scenes, {plan.Pieces.Count} pieces, {grid.Width} × {grid.Height} pixels; {plan.Seconds / 3600:0} hours of one core"));
            foreach (int gigabytes in new[] { 1, 10 })
            {
                Console.WriteLine($"\n| storage of {gigabytes} GB/s, workers of 2 cores | pieces | years | reduce | in all | core hours | efficiency | limit |");
                Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
                foreach (int count in workers)
                {
                    JobEstimate estimate = JobSimulation.Run(plan, CostModel.Default, count, new SimulatedCluster { Cores = 2, StorageBytesPerSecond = gigabytes * 1e9 });
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count} | {estimate.WorkSeconds / 3600:0.0} h | {estimate.YearSeconds / 3600:0.0} h | {estimate.ReduceSeconds / 3600:0.0} h | {estimate.Seconds / 3600:0.0} h | {estimate.CoreHours:0} | {estimate.Efficiency:0%} | {estimate.Limit} |"));
                }
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static SceneRecord SceneOf(Grid grid, int year, int path, int row, int day)
    {
        DateOnly acquired = new DateOnly(year, 1, 1).AddDays(day);
        ProductId id = ProductId.Parse(string.Create(CultureInfo.InvariantCulture, $"LC08_L2SP_{path:000}{row:000}_{acquired:yyyyMMdd}_20240101_02_T1"), "made up");
        return new SceneRecord { Path = id.Text, Stamp = "made up", Fingerprint = id.Text, Id = id, HasQa = true, Grid = grid };
    }

    private static void Write<T>(string file, Grid grid, PlannedPiece piece, RasterType type, int bands, T[] pixels)
        where T : unmanaged
    {
        using var writer = new CogWriter(file, grid, type, bands, new CogOptions { FirstOverview = type == RasterType.Float32 ? 2 : 1, NoData = type == RasterType.Float32 ? double.NaN : null }, piece.Block);
        for (int band = 1; band <= bands; band++)
        {
            writer.Write<T>(band, piece.Block, pixels);
        }

        writer.Commit();
    }
}
