using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Benchmarks;

/// <summary>A made-up class map of the size of a scene, and six regions with jagged borders that divide it.</summary>
internal static class FullMap
{
    internal const string MapFile = "classes-2023.tif";
    internal const string ZonesFile = "regions.geojson";

    private const int Width = 7661;
    private const int Height = 7781;

    internal static void Make(string folder)
    {
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, Width, Height);
        using (var writer = new CogWriter(Path.Combine(folder, MapFile), grid, RasterType.Byte, 1, new CogOptions
        {
            NoData = 0,
            IsCategorical = true,
            Metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEAR"] = "2023" },
        }))
        {
            ParallelWork.Run(grid.Tiles(CogWriter.TileSize), tile =>
            {
                byte[] pixels = new byte[tile.PixelCount];
                for (int i = 0; i < pixels.Length; i++)
                {
                    pixels[i] = Class(tile.X + i % tile.Width, tile.Y + i / tile.Width);
                }

                writer.Write<byte>(1, tile, pixels);
            });
            writer.Commit();
        }

        File.WriteAllText(Path.Combine(folder, ZonesFile), Regions(grid));
    }

    /// <summary>Fields of a few hundred metres, gaps of clouds, and single pixels that differ.</summary>
    private static byte Class(int x, int y)
    {
        uint noise = FullScene.Hash(x, y, 1);
        return FullScene.Hash(x / 300, y / 300, 99) % 7 == 0 ? (byte)0
            : noise % 50 == 0 ? (byte)(1 + noise / 50 % 5)
            : (byte)(1 + FullScene.Hash(x / 25, y / 20, 7) % 5);
    }

    /// <summary>Two columns and three rows of regions whose common borders have a thousand points each.</summary>
    private static string Regions(Grid grid)
    {
        (double west, double south, double east, double north) = grid.GeographicBounds();
        (double Across, double Down)[] Border(int line, double at, bool down) =>
        [
            .. Enumerable.Range(0, 1001).Select(i =>
            {
                double jag = i is 0 or 1000 ? 0 : 0.01 * (FullScene.Hash(i, line, 5) % 1000 / 1000.0 - 0.5);
                return down ? (at + jag, i / 1000.0) : (i / 1000.0, at + jag);
            }),
        ];
        double[] columns = [0, 0.5, 1];
        double[] rows = [0, 1 / 3.0, 2 / 3.0, 1];
        var text = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[");
        for (int region = 0; region < 6; region++)
        {
            int c = region % 2;
            int r = region / 2;
            IEnumerable<(double Across, double Down)> top = Border(r, rows[r], down: false).Where(p => p.Across >= columns[c] && p.Across <= columns[c + 1]);
            IEnumerable<(double Across, double Down)> right = Border(10 + c + 1, columns[c + 1], down: true).Where(p => p.Down > rows[r] && p.Down < rows[r + 1]);
            IEnumerable<(double Across, double Down)> bottom = Border(r + 1, rows[r + 1], down: false).Where(p => p.Across >= columns[c] && p.Across <= columns[c + 1]).Reverse();
            IEnumerable<(double Across, double Down)> left = Border(10 + c, columns[c], down: true).Where(p => p.Down > rows[r] && p.Down < rows[r + 1]).Reverse();
            (double Across, double Down)[] ring = [.. top, .. right, .. bottom, .. left];
            text.Append(CultureInfo.InvariantCulture, $"{(region > 0 ? "," : string.Empty)}{{\"type\":\"Feature\",\"properties\":{{\"name\":\"region {region + 1}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[");
            text.AppendJoin(',', ring.Append(ring[0]).Select(p => string.Create(CultureInfo.InvariantCulture, $"[{west + p.Across * (east - west):R},{north - p.Down * (north - south):R}]")));
            text.Append("]]}}");
        }

        return text.Append("]}").ToString();
    }
}
