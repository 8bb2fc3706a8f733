using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Benchmarks;

/// <summary>A folder of results of forty years with about a hundred thousand polygons each: what a server of the whole basin is asked for.</summary>
internal static class FullServed
{
    internal const int FirstYear = 1984;
    internal const int Years = 40;
    private const int Size = 2900;
    private const int Wide = 6;
    private const int High = 5;
    private const int ZoneColumns = 6;
    private const int ZoneRows = 5;

    internal static Grid Grid { get; } = new("EPSG:32644", 300_000, 4_900_000, 30, 30, Size, Size);

    internal static string Make(string folder)
    {
        string served = Path.Combine(folder, "served");
        ParallelWork.Run(Enumerable.Range(FirstYear, Years), year =>
        {
            string at = Path.Combine(served, "years", year.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(at);
            byte[] classes = new byte[Size * Size];
            short[] probability = new short[Size * Size];
            for (int i = 0; i < classes.Length; i++)
            {
                classes[i] = Class(i % Size, i / Size, year);
                probability[i] = classes[i] switch { 0 => -9999, 1 => 9000, _ => (short)(500 * classes[i]) };
            }

            var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEAR"] = year.ToString(CultureInfo.InvariantCulture), ["CLASSES"] = "1=irrigated;2=rainfed;3=grass;4=bare" };
            Write(Path.Combine(at, "irrigated.tif"), RasterType.Byte, classes, new CogOptions { NoData = 0, IsCategorical = true, Metadata = metadata });
            Write(Path.Combine(at, "probability.tif"), RasterType.Int16, probability, new CogOptions { NoData = -9999, Scale = 0.0001, Metadata = metadata });
            Features(Path.Combine(at, "features.tif"), classes, metadata);
        });
        Publication.Write(
            served,
            [.. Enumerable.Range(FirstYear, Years).Select(year => Path.Combine(served, "years", year.ToString(CultureInfo.InvariantCulture))).Select((at, i) => new PublishedMap(FirstYear + i, Path.Combine(at, "irrigated.tif"), Path.Combine(at, "probability.tif"), []))],
            new PublicationOptions { Name = "Made-up basin", Source = "Made for measurements", Zones = Zones(), ZonesFile = "zones.geojson", Counted = new ClassValues("irrigated", [1]), Formats = ["csv", "geojson", "cog"] });
        return served;
    }

    /// <summary>Fields of 5 × 4 pixels between ways, so that none touches another, and clouds.</summary>
    private static byte Class(int x, int y, int year)
    {
        if (FullScene.Hash(x / 150, y / 150, year) % 20 == 0)
        {
            return 0;
        }

        if (x % Wide == 0 || y % High == 0)
        {
            return 3;
        }

        uint field = FullScene.Hash(x / Wide, y / High, 7);
        return (year - FirstYear + field % 97) % 23 < 9 ? (byte)1 : (byte)(2 + field % 3);
    }

    private static void Features(string path, byte[] classes, SortedDictionary<string, string> metadata)
    {
        string[] bands = ["spring_ndvi_median", "early_ndvi_median", "late_ndvi_median", "year_ndvi_p90"];
        using var writer = new CogWriter(path, Grid, RasterType.Float32, bands.Length, new CogOptions { NoData = double.NaN, BandNames = bands, Metadata = metadata });
        float[] values = new float[classes.Length];
        for (int band = 1; band <= bands.Length; band++)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = classes[i] == 0 ? float.NaN : 0.1f * classes[i] + 0.05f * band;
            }

            writer.Write<float>(band, new PixelWindow(0, 0, Size, Size), values);
        }

        writer.Commit();
    }

    private static void Write<T>(string path, RasterType type, T[] pixels, CogOptions options)
        where T : unmanaged
    {
        using var writer = new CogWriter(path, Grid, type, 1, options);
        writer.Write<T>(1, new PixelWindow(0, 0, Size, Size), pixels);
        writer.Commit();
    }

    private static List<Zone> Zones()
    {
        (double west, double south, double east, double north) = Grid.GeographicBounds();
        double wide = (east - west) / ZoneColumns;
        double high = (north - south) / ZoneRows;
        return [.. Enumerable.Range(0, ZoneColumns * ZoneRows).Select(zone =>
        {
            double left = west + zone % ZoneColumns * wide;
            double bottom = south + zone / ZoneColumns * high;
            return new Zone($"zone {zone + 1}", zone % ZoneColumns < ZoneColumns / 2 ? "KZ" : "CN", GeometryFactory.Default.ToGeometry(new Envelope(left, left + wide, bottom, bottom + high)));
        })];
    }
}
