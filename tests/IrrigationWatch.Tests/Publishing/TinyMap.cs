using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Maps of a few pixels with the metadata that a test chooses.</summary>
internal static class TinyMap
{
    /// <summary>A degree by a degree from 80° E, 45° N, in pixels of a tenth.</summary>
    internal static Grid Degree { get; } = new("EPSG:4326", 80, 45, 0.1, 0.1, 10, 10);

    internal static string WriteBytes(string path, Grid place, Func<int, int, byte> value, double? noData, params (string Key, string Value)[] metadata)
    {
        using var writer = new CogWriter(path, place, RasterType.Byte, 1, new CogOptions { NoData = noData, IsCategorical = true, Metadata = Items(metadata) });
        writer.Write<byte>(1, new PixelWindow(0, 0, place.Width, place.Height), [.. Enumerable.Range(0, place.Width * place.Height).Select(i => value(i % place.Width, i / place.Width))]);
        writer.Commit();
        return path;
    }

    internal static string WriteYears(string path, Grid place, Func<int, int, ushort> value, string band, params (string Key, string Value)[] metadata)
    {
        using var writer = new CogWriter(path, place, RasterType.UInt16, 1, new CogOptions { NoData = ushort.MaxValue, IsCategorical = true, BandNames = [band], Metadata = Items(metadata) });
        writer.Write<ushort>(1, new PixelWindow(0, 0, place.Width, place.Height), [.. Enumerable.Range(0, place.Width * place.Height).Select(i => value(i % place.Width, i / place.Width))]);
        writer.Commit();
        return path;
    }

    private static SortedDictionary<string, string> Items((string Key, string Value)[] metadata) =>
        new(metadata.ToDictionary(item => item.Key, item => item.Value), StringComparer.Ordinal);
}
