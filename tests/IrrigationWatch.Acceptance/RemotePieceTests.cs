using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Scenes that stay where they are: a piece reads the blocks that it needs from a server, and little else.</summary>
public class RemotePieceTests
{
    private const int Size = 1000;
    private static readonly string[] Ids = ["LC09_L2SP_149030_20220714_20220801_02_T1", "LC08_L2SP_149030_20220722_20220801_02_T1"];

    [Fact]
    public void A_piece_reads_the_blocks_that_it_needs()
    {
        using var scratch = new ScratchFolder();
        string bucket = scratch.File("bucket");
        for (int i = 0; i < Ids.Length; i++)
        {
            // Tiles of the second do not lie on those of the grid, as those of neighbouring rows and paths do not.
            var product = new TinyProduct(Ids[i]) { Width = Size, Height = Size, Left = 300_000 + i * 30 * 100, Top = 4_900_000 - i * 30 * 70, Pixel = Noise };
            string folder = Path.Combine(bucket, Ids[i]);
            product.Write(folder);
            ProductId id = ProductId.Parse(Ids[i], "test");
            foreach (BandRole role in BandRoles.Of(id))
            {
                product.WriteBand(Path.Combine(folder, ProductMetadata.FileNameOf(id, role)), role, "COMPRESS=DEFLATE", "PREDICTOR=2", "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256");
            }
        }

        using var server = new FileServer(bucket);
        string configuration = scratch.File("irrigation.yaml");
        File.WriteAllText(configuration, $"name: far\nscenes: [{string.Join(", ", Ids.Select(id => $"{server.Address}/{id}"))}]\nyears: 2022\noutput: out/\n");
        string plan = scratch.File("plan");
        CommandLine.Run("plan", configuration, "-o", plan, "--block", "2").Succeeds();
        long needed = 0;
        long blocks = 0;
        long sent = 0;
        int requests = server.Requests;
        int pieces = 0;
        foreach (JsonNode piece in File.ReadLines(Path.Combine(plan, "pieces.ndjson")).Select(line => JsonNode.Parse(line)!))
        {
            JsonNode block = piece["block"]!;
            long before = Interlocked.Read(ref server.Sent);
            // As a process of its own: a cache of what was read before would serve the next piece.
            CommandLine.RunAsProcess("work", plan, "--piece", $"{(int)piece["piece"]!}").Succeeds();
            sent += Interlocked.Read(ref server.Sent) - before;
            (long bytes, long count) = Needed(bucket, (int)block[0]!, (int)block[1]!, (int)block[2]!, (int)block[3]!);
            needed += bytes;
            blocks += count;
            pieces++;
        }

        Assert.Equal(9, pieces);
        Assert.InRange((double)sent / needed, 0.9, 1.3);
        // A request a block, and for each piece the heads of the files.
        int files = Directory.GetFiles(bucket, "*", SearchOption.AllDirectories).Length;
        Assert.InRange(server.Requests - requests, blocks, blocks + 3 * files * pieces);
        CommandLine.Run("reduce", plan).Succeeds();
        CommandLine.Run("run", configuration, "-o", scratch.File("once")).Succeeds();
        SimulatedCorridor.AssertSame(scratch.File("once"), scratch.File("out"));
    }

    /// <summary>Hard to pack, as real pixels are.</summary>
    private static int Noise(BandRole role, int x, int y) => role switch
    {
        BandRole.QaPixel => 21824,
        BandRole.QaRadsat or BandRole.CloudQa => 0,
        _ => 8_000 + (int)(((uint)x * 2_654_435_761 ^ (uint)y * 40_503 * (uint)((int)role + 1)) >> 7) % 12_000,
    };

    /// <summary>Packed bytes of all blocks of green, red, infrared and the quality bands (those of the indices that are computed where none are named) that a window of the grid meets; the grid begins at the first scene's corner.</summary>
    private static (long Bytes, long Blocks) Needed(string bucket, int x, int y, int width, int height)
    {
        (int code, string said) = Repository.RunPeer(
            "-c",
            """
            import sys, glob
            from osgeo import gdal
            x, y, w, h = map(int, sys.argv[2:6])
            total = blocks = 0
            for file in glob.glob(sys.argv[1] + '/*/*.TIF'):
                if not any(name in file for name in ('_SR_B3', '_SR_B4', '_SR_B5', '_SR_B6', '_QA_PIXEL', '_QA_RADSAT')): continue
                d = gdal.Open(file); b = d.GetRasterBand(1); g = d.GetGeoTransform()
                left, top = x - round((g[0] - 300000) / 30), y - round((4900000 - g[3]) / 30)
                for j in range((d.RasterYSize + 255) // 256):
                    for i in range((d.RasterXSize + 255) // 256):
                        if i * 256 < left + w and (i + 1) * 256 > left and j * 256 < top + h and (j + 1) * 256 > top:
                            total += int(b.GetMetadataItem('BLOCK_SIZE_%d_%d' % (i, j), 'TIFF') or 0)
                            blocks += 1
            print(total, blocks)
            """,
            bucket,
            $"{x}",
            $"{y}",
            $"{width}",
            $"{height}");
        Assert.True(code == 0, said);
        long[] numbers = [.. said.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }
}
