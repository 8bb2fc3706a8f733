using CsCheck;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Light and shadow of a relief, against the cosine between the surface's normal and the light, with Horn's slopes.</summary>
public class HillshadeTests
{
    [Fact]
    public void Shade_is_the_cosine_between_the_surface_and_the_light_from_the_northwest() =>
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7], Gen.Double[5, 200], Gen.Double[-400, 400].Array[49], Gen.Int[0, 48]).Sample((width, height, metres, all, hole) =>
        {
            float[] heights = [.. all[..(width * height)].Select(height => (float)height)];
            heights[hole % heights.Length] = float.NaN;
            float[] shade = Hillshade.Shade(heights, width, height, metres);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    Assert.Equal(Reference(heights, width, height, x, y, metres), shade[y * width + x], 1e-5);
                }
            }
        }, iter: 200, threads: 1);

    [Theory]
    [InlineData(0, 0, 1)]
    // Light comes from the north-west: slopes that face it are not darkened, those that face away are.
    [InlineData(-1, 0, 0.777990)]
    [InlineData(1, 0, 1)]
    [InlineData(0, -1, 0.777990)]
    [InlineData(0, 1, 1)]
    [InlineData(-1, -1, 0.72)]
    [InlineData(1, 1, 1)]
    [InlineData(-1, 1, 0.881658)]
    [InlineData(-0.1, 0, 0.978908)]
    public void A_plane_is_lit_as_its_slope_says(double riseToEast, double riseToSouth, double expected)
    {
        float[] heights = [.. Enumerable.Range(0, 25).Select(i => (float)(500 + 30 * (riseToEast * (i % 5) + riseToSouth * (i / 5))))];
        Assert.Equal(expected, Hillshade.Shade(heights, 5, 5, 30)[12], 1e-5);
    }

    [Fact]
    public void The_darkest_is_72_percent_and_unknown_heights_are_not_shaded()
    {
        float[] cliff = [.. Enumerable.Range(0, 9).Select(i => -10_000f * (i % 3 + i / 3))];
        float[] shade = Hillshade.Shade(cliff, 3, 3, 1);
        Assert.Equal(0.72f, shade[4]);
        cliff[4] = float.NaN;
        Assert.Equal(1, Hillshade.Shade(cliff, 3, 3, 1)[4]);
        Assert.All(Hillshade.Shade([float.NaN, float.NaN], 2, 1, 1), factor => Assert.Equal(1, factor));
    }

    [Fact]
    public void An_elevation_model_is_brought_to_the_pixels_of_the_picture()
    {
        using var scratch = new ScratchFolder();
        // A ridge from north to south through the middle: the west is lit, the east dark. The model has pixels three times as large.
        var place = new Grid("EPSG:32644", 500_000, 4_900_000, 90, 90, 20, 20);
        using (Dataset model = Dataset.Create(scratch.File("dem.tif"), "GTiff", 20, 20, 1, RasterType.Float32))
        {
            model.GeoTransform = place.ToGeoTransform();
            using SpatialReference reference = place.OpenSpatialReference();
            model.SetSpatialReference(reference);
            float[] heights = [.. Enumerable.Range(0, 400).Select(i => 2000f - 60 * Math.Abs(i % 20 - 9.5f))];
            model.Band(1).Write<float>(new PixelWindow(0, 0, 20, 20), heights);
            model.Finish();
        }

        var frame = new MapFrame(new Grid("EPSG:32644", 500_000, 4_900_000, 30, 30, 60, 60), [], 60, 60);
        float[] shade = Hillshade.Of(scratch.File("dem.tif"), frame);
        Assert.Equal(frame.Width * frame.Height, shade.Length);
        Assert.Equal(1, shade[30 * 60 + 12], 1e-3);
        Assert.Equal(Plane(-60 / 90.0, 0), shade[30 * 60 + 48], 1e-3);
    }

    [Fact]
    public void A_file_that_is_no_elevation_model_is_named()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("dem.tif"), "no raster");
        var frame = new MapFrame(new Grid("EPSG:32644", 500_000, 4_900_000, 30, 30, 60, 60), [], 60, 60);
        Assert.StartsWith(scratch.File("dem.tif") + ": ", Assert.Throws<InputException>(() => Hillshade.Of(scratch.File("dem.tif"), frame)).Message, StringComparison.Ordinal);
    }

    /// <summary>Slopes of Horn 1981 from the eight pixels around, missing ones as the pixel itself; then the shading of <see cref="Plane"/>.</summary>
    private static double Reference(float[] heights, int width, int height, int x, int y, double metres)
    {
        double own = heights[y * width + x];
        if (double.IsNaN(own))
        {
            return 1;
        }

        int[] weights = [1, 2, 1];
        double east = 0;
        double south = 0;
        for (int i = -1; i <= 1; i++)
        {
            east += weights[i + 1] * (Height(x + 1, y + i) - Height(x - 1, y + i));
            south += weights[i + 1] * (Height(x + i, y + 1) - Height(x + i, y - 1));
        }

        return Plane(east / 8 / metres, south / 8 / metres);

        double Height(int column, int row)
        {
            double value = heights[Math.Max(0, Math.Min(row, height - 1)) * width + Math.Max(0, Math.Min(column, width - 1))];
            return double.IsNaN(value) ? own : value;
        }
    }

    /// <summary>The factor of a plane that rises by so many metres a metre: its normal times the direction to the light, 45° above the north-west.</summary>
    private static double Plane(double riseToEast, double riseToSouth)
    {
        double[] normal = [-riseToEast, riseToSouth, 1];
        double[] light = [-0.5, 0.5, Math.Sqrt(0.5)];
        double cosine = normal.Zip(light, (a, b) => a * b).Sum() / Math.Sqrt(normal.Sum(part => part * part));
        double flat = Math.Sqrt(0.5);
        return cosine >= flat ? 1 : 0.72 + 0.28 * Math.Max(0, cosine) / flat;
    }
}
