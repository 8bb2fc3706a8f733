using CsCheck;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow;

public class PieceTests
{
    [Fact]
    public void Numbers_of_pieces_are_written_and_read_again() =>
        Gen.Int[0, 300].List[0, 60].Sample(numbers =>
        {
            string text = PieceNumbers.Format(numbers);
            Assert.Equal(numbers.Distinct().Order(), text.Length == 0 ? [] : PieceNumbers.Parse(text));
        });

    [Theory]
    [InlineData("")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("5-4")]
    [InlineData("1,,2")]
    [InlineData("1 2")]
    [InlineData("0-99999999")]
    public void What_is_no_list_of_numbers_is_refused(string text) => Assert.Throws<FormatException>(() => PieceNumbers.Parse(text));

    [Fact]
    public void A_part_of_a_map_holds_the_pixels_of_the_whole_and_is_joined_to_its_bytes()
    {
        using var scratch = new ScratchFolder();
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 700, 600);
        var options = new CogOptions { NoData = double.NaN, FirstOverview = 2 };
        string whole = scratch.File("whole.tif");
        Write(whole, new PixelWindow(0, 0, 700, 600), null);
        var parts = new List<(string File, PixelWindow Part)>();
        foreach (PixelWindow part in grid.Tiles(512, rowsTogether: 1))
        {
            string file = scratch.File($"part-{part.X}-{part.Y}.tif");
            Write(file, part, part);
            parts.Add((file, part));
        }

        string joined = scratch.File("joined.tif");
        using (var writer = new CogWriter(joined, grid, RasterType.Float32, 2, options))
        {
            foreach ((string file, PixelWindow part) in parts.AsEnumerable().Reverse())
            {
                PixelWindow[] tiles = [.. grid.Tiles(CogWriter.TileSize).Where(tile => !tile.Intersect(part).IsEmpty)];
                using var kept = new KeptTiles(tiles, [file], part);
                Array.ForEach(tiles, tile => kept.Copy(0, tile, writer));
            }

            writer.Commit();
        }

        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(joined));
        Assert.Throws<ArgumentException>(() => new CogWriter(joined, grid, RasterType.Float32, 2, options, new PixelWindow(100, 0, 256, 256)));

        void Write(string file, PixelWindow covered, PixelWindow? part)
        {
            using var writer = new CogWriter(file, grid, RasterType.Float32, 2, options, part);
            foreach (PixelWindow tile in grid.Tiles(CogWriter.TileSize).Where(tile => !tile.Intersect(covered).IsEmpty))
            {
                for (int band = 1; band <= 2; band++)
                {
                    writer.Write<float>(band, tile, [.. Enumerable.Range(0, tile.PixelCount).Select(i => (tile.X + i % tile.Width) * 7919 % 251 / (float)(1 + band + (tile.Y + i / tile.Width) % 13))]);
                }
            }

            writer.Commit();
        }
    }

    [Fact]
    public void A_simulation_obeys_what_must_hold_of_every_schedule() =>
        Gen.Select(Gen.Int[1, 40], Gen.Long[1, 400_000_000].List[1, 60], Gen.Int[1, 4]).Sample((workers, scenePixels, cores) =>
        {
            var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, 256, 256);
            var tile = new PixelWindow(0, 0, 256, 256);
            var plan = new JobPlan
            {
                Configuration = "a.yaml",
                ConfigurationDigest = string.Empty,
                Pipeline = string.Empty,
                Output = "out",
                Grid = grid,
                GridReason = string.Empty,
                Common = string.Empty,
                BlockTiles = 1,
                TilesKept = 0,
                Years = [2000],
                HasModel = false,
                Scenes = [],
                Pieces = [.. scenePixels.Select((pixels, number) => new PlannedPiece(number, 2000, tile, [tile], 1, pixels, CostModel.Default.Seconds(pixels, tile.PixelCount)))],
            };
            var cluster = new SimulatedCluster { Cores = cores, StorageBytesPerSecond = 1e15, SecondsBetween = 0 };
            JobEstimate one = JobSimulation.Run(plan, CostModel.Default, 1, cluster);
            JobEstimate many = JobSimulation.Run(plan, CostModel.Default, workers, cluster);
            double longest = plan.Pieces.Max(piece => JobSimulation.Run(plan with { Pieces = [piece] }, CostModel.Default, 1, cluster).WorkSeconds);
            // Graham 1966: no list schedule is shorter than the mean or the longest piece, nor longer than both together.
            double least = Math.Max(one.WorkSeconds / workers, longest);
            Assert.InRange(many.WorkSeconds, least * 0.999999, one.WorkSeconds / workers + longest);
            Assert.InRange(many.Efficiency, 0, 1);
            Assert.Equal(1, one.Efficiency, 6);
            // A storage that gives half of what is needed doubles the time.
            double bytes = plan.Pieces.Sum(piece => piece.ScenePixels * 11.0 + tile.PixelCount * 38.0);
            JobEstimate slow = JobSimulation.Run(plan, CostModel.Default, workers, cluster with { StorageBytesPerSecond = bytes / (2 * many.WorkSeconds) });
            Assert.Equal(2 * many.WorkSeconds, slow.WorkSeconds, 1e-6 * many.WorkSeconds);
        });
}
