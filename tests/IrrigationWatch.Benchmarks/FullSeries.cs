using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Benchmarks;

/// <summary>Class maps of forty years and a thousand zones: what is published of a whole series.</summary>
internal static class FullSeries
{
    private const int FirstYear = 1984;
    private const int Years = 40;
    private const int Size = 2900;
    private const int Columns = 40;
    private const int Rows = 25;

    internal static string Make(string folder)
    {
        string series = Path.Combine(folder, "series");
        Directory.CreateDirectory(series);
        var grid = new Grid("EPSG:32644", 300_000, 4_900_000, 30, 30, Size, Size);
        ParallelWork.Run(Enumerable.Range(FirstYear, Years), year =>
        {
            byte[] pixels = new byte[Size * Size];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = Class(i % Size, i / Size, year);
            }

            using var writer = new CogWriter(Path.Combine(series, string.Create(CultureInfo.InvariantCulture, $"classes-{year}.tif")), grid, RasterType.Byte, 1, new CogOptions { NoData = 0, IsCategorical = true });
            writer.Write<byte>(1, new PixelWindow(0, 0, Size, Size), pixels);
            writer.Commit();
        });
        File.WriteAllText(Path.Combine(series, "zones.geojson"), Zones(grid));
        return series;
    }

    /// <summary>Fields of a few hundred metres that are irrigated for some years and then not, and clouds.</summary>
    private static byte Class(int x, int y, int year)
    {
        if (FullScene.Hash(x / 150, y / 150, year) % 20 == 0)
        {
            return 0;
        }

        uint field = FullScene.Hash(x / 25, y / 20, 7);
        bool irrigated = (year - FirstYear + field % 97) % 23 < 7 && field % 3 == 0;
        return irrigated ? (byte)1 : (byte)(2 + field % 4);
    }

    /// <summary>Rows and columns of zones, whose common borders have some twenty points each.</summary>
    private static string Zones(Grid grid)
    {
        const int Points = 20;
        (double west, double south, double east, double north) = grid.GeographicBounds();
        double wide = (east - west) / Columns;
        double high = (north - south) / Rows;
        var text = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[");
        for (int zone = 0; zone < Columns * Rows; zone++)
        {
            int column = zone % Columns;
            int row = zone / Columns;
            (double X, double Y)[] ring =
            [
                .. Enumerable.Range(0, Points).Select(i => At(column + (double)i / Points, row, 1)),
                .. Enumerable.Range(0, Points).Select(i => At(column + 1, row + (double)i / Points, 2)),
                .. Enumerable.Range(0, Points).Select(i => At(column + 1 - (double)i / Points, row + 1, 1)),
                .. Enumerable.Range(0, Points).Select(i => At(column, row + 1 - (double)i / Points, 2)),
            ];
            text.Append(CultureInfo.InvariantCulture, $"{(zone > 0 ? "," : string.Empty)}{{\"type\":\"Feature\",\"properties\":{{\"name\":\"zone {zone + 1}\",\"country\":\"{(column < Columns / 2 ? "KZ" : "CN")}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[");
            text.AppendJoin(',', ring.Append(ring[0]).Select(p => string.Create(CultureInfo.InvariantCulture, $"[{p.X:R},{p.Y:R}]"))).Append("]]}}");
        }

        return text.Append("]}").ToString();

        (double X, double Y) At(double column, double row, int line)
        {
            // Corners stay where they are; between them a border swings by a twentieth of a zone.
            bool corner = Math.Abs(column - Math.Round(column)) < 1e-9 && Math.Abs(row - Math.Round(row)) < 1e-9;
            double jag = corner ? 0 : 0.1 * (FullScene.Hash((int)Math.Round(column * Points), (int)Math.Round(row * Points), line) % 1000 / 1000.0 - 0.5);
            return (west + (column + (line == 2 ? jag : 0)) * wide, north - (row + (line == 1 ? jag : 0)) * high);
        }
    }
}
