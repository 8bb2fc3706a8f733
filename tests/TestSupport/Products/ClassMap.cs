using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.TestSupport;

/// <summary>Class maps made for a test; 0 is not observed.</summary>
internal static class ClassMap
{
    internal static void Write(string path, Grid grid, Func<int, int, byte> value) =>
        Write(path, grid, [.. Enumerable.Range(0, grid.Width * grid.Height).Select(i => value(i % grid.Width, i / grid.Width))]);

    internal static void Write(string path, Grid grid, byte[] pixels)
    {
        using var writer = new CogWriter(path, grid, RasterType.Byte, 1, new CogOptions { NoData = 0, IsCategorical = true });
        writer.Write<byte>(1, new PixelWindow(0, 0, grid.Width, grid.Height), pixels);
        writer.Commit();
    }
}
