using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Maps as bits, against looking at every pixel.</summary>
public class ClassBitsTests
{
    [Theory]
    [InlineData(RasterType.Byte, 0.0)]
    [InlineData(RasterType.Byte, 255.0)]
    [InlineData(RasterType.Byte, null)]
    [InlineData(RasterType.Int16, -7.0)]
    [InlineData(RasterType.Float32, null)]
    [InlineData(RasterType.Float32, 3.0)]
    public void Bits_are_those_of_every_pixel(RasterType type, double? noData)
    {
        const int Rows = 3;
        using var scratch = new ScratchFolder();
        // The nodata value can be of no class.
        ClassValues[] classes = [.. new ClassValues[] { new("irrigated", [1, 255]), new("water", [0, 3, -7]), new("never there", [256, 9]) }.Select(one => one with { Values = [.. one.Values.Where(value => value != noData)] })];
        foreach (int width in new[] { 1, 63, 64, 65, 200 })
        {
            double[] values = [0, 1, 2, 3, type == RasterType.Byte ? 254 : -7, type == RasterType.Float32 ? double.NaN : 4, 255];
            var random = new Random(width);
            double[] pixels = [.. Enumerable.Range(0, width * 7).Select(_ => values[random.Next(values.Length)])];
            var grid = new Grid("EPSG:32644", 0, 5_000_000, 30, 30, width, 7);
            string path = scratch.File($"{width}.tif");
            using (Dataset made = Dataset.Create(path, "GTiff", width, 7, 1, type))
            {
                made.GeoTransform = grid.ToGeoTransform();
                using SpatialReference reference = grid.OpenSpatialReference();
                made.SetSpatialReference(reference);
                made.Band(1).NoData = noData;
                made.Band(1).Write<double>(new PixelWindow(0, 0, width, 7), pixels);
                made.Finish();
            }

            using OpenClassMap map = OpenClassMap.Open(path);
            using var reader = new ClassBitsReader(map, Rows, classes);
            ClassBits[] strips = [.. classes.Select(_ => new ClassBits(width, Rows))];
            for (int top = 0; top < 7; top += Rows)
            {
                reader.Read(top, strips);
                for (int i = 0; i < width * Math.Min(Rows, 7 - top); i++)
                {
                    (int x, int row) = (i % width, i / width);
                    double value = pixels[top * width + i];
                    bool seen = !double.IsNaN(value) && value != noData;
                    for (int c = 0; c < classes.Length; c++)
                    {
                        Assert.Equal(seen, IsSet(strips[c].Observed(row), x));
                        Assert.Equal(seen && classes[c].Values.Contains(value), IsSet(strips[c].Counted(row), x));
                    }
                }
            }
        }

        static bool IsSet(Span<ulong> bits, int x) => (bits[x / 64] >> (x % 64) & 1) != 0;
    }
}
