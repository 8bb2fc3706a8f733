using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Features;

/// <summary>The basin lies in UTM zones 43 to 45: scenes of all of them, and of neighbouring rows, join on one grid.</summary>
public class ZoneTests
{
    /// <summary>Ground whose NIR grows evenly with longitude and latitude, seen in two zones where they meet.</summary>
    [Theory]
    [InlineData(43, 78.0)]
    [InlineData(45, 84.0)]
    public void A_scene_of_the_neighbouring_zone_is_seen_where_it_lies(int zone, double meridian)
    {
        const double Latitude = 44.2;
        using var scratch = new ScratchFolder();
        Grid own = Around(44, meridian, Latitude, 120);
        Grid other = Around(zone, meridian, Latitude, 160);
        using Scene first = Write(scratch, "LC08_L2SP_149030_20220701_20220901_02_T1", 44, own, meridian, Latitude);
        using Scene second = Write(scratch, "LC08_L2SP_149030_20220717_20220901_02_T1", 44, own, meridian, Latitude);
        using Scene neighbour = Write(scratch, "LC09_L2SP_150030_20220709_20220901_02_T1", zone, other, meridian, Latitude);
        (Grid grid, string reason) = GridPlanner.Plan([first.Grid, second.Grid, neighbour.Grid], null, null, 30, "x");
        Assert.Equal("EPSG:32644", grid.Crs);
        Assert.Contains("the CRS of 2 of 3 scenes; aligned with the scenes' pixels, 2 of 3 scenes are read without resampling", reason, StringComparison.Ordinal);

        using var pool = new RasterPool();
        var window = new PixelWindow(0, 0, grid.Width, grid.Height);
        float[] ndvi = new float[window.PixelCount];
        new Observation(neighbour, grid, pool, new ObservationOptions()).ReadIndices(window, [SpectralIndex.Ndvi], ndvi);
        (double[] x, double[] y) = Centres(grid);
        int seen = 0;
        double worst = 0;
        double worstInside = 0;
        for (int i = 0; i < ndvi.Length; i++)
        {
            if (!float.IsNaN(ndvi[i]))
            {
                seen++;
                double error = Math.Abs(ndvi[i] - Ndvi(x[i] - meridian, y[i] - Latitude));
                worst = Math.Max(worst, error);
                worstInside = IsInside(i) ? Math.Max(worstInside, error) : worstInside;
            }
        }

        // Numbers are whole DN and bilinear between them, a tenth of a pixel's step of 0.00065. At the border, where there
        // is no neighbour to weigh with, less than one step.
        Assert.InRange(worstInside, 0, 1e-4);
        Assert.InRange(worst, 0, 6e-4);
        // Every pixel of the other scene but its border is seen once on the grid.
        Assert.InRange(seen, 158 * 158, 162 * 162);

        // In the features of the year the two zones are observations of one pixel.
        FeatureBuilder.Build([first, second, neighbour], grid, 2022, new FeatureOptions(), scratch.File("f.tif"), scratch.File("o.tif"));
        using Dataset counts = Dataset.Open(scratch.File("o.tif"));
        byte[] observed = new byte[window.PixelCount];
        counts.Band(1).Read<byte>(window, observed);
        Assert.Equal(120 * 120, observed.Count(count => count == 3));
        Assert.Equal(3, observed.Max());

        bool IsInside(int i) => new[] { -2, 2, -2 * grid.Width, 2 * grid.Width }.All(step => i + step >= 0 && i + step < ndvi.Length && !float.IsNaN(ndvi[i + step]));
    }

    [Fact]
    public void Neighbouring_rows_of_one_pass_are_one_observation_where_they_overlap()
    {
        using var scratch = new ScratchFolder();
        TinyProduct row = new("LC08_L2SP_149030_20220701_20220901_02_T1") { Width = 30, Height = 40 };
        TinyProduct next = row with { Id = "LC08_L2SP_149031_20220701_20220901_02_T1", Top = row.Top - 30 * 25 };
        TinyProduct later = row with { Id = "LC08_L2SP_149030_20220717_20220901_02_T1" };
        Scene[] scenes = [.. new[] { row, next, later }.Select(product => SceneReader.Open(product.Write(scratch.File(product.Id))))];
        (Grid grid, _) = GridPlanner.Plan([.. scenes.Select(scene => scene.Grid)], null, null, 30, "x");
        Assert.Equal((30, 65), (grid.Width, grid.Height));
        FeatureBuilder.Build(scenes, grid, 2022, new FeatureOptions(), scratch.File("f.tif"), scratch.File("o.tif"));
        using Dataset counts = Dataset.Open(scratch.File("o.tif"));
        byte[] observed = new byte[30 * 65];
        counts.Band(1).Read<byte>(new PixelWindow(0, 0, 30, 65), observed);
        for (int y = 0; y < 65; y++)
        {
            Assert.All(observed[(y * 30)..((y + 1) * 30)], count => Assert.Equal(y < 40 ? 2 : 1, count));
        }

        Array.ForEach(scenes, scene => scene.Dispose());
    }

    private static double Ndvi(double east, double north)
    {
        double nir = 0.35 + 2 * east + 1.5 * north;
        return (nir - 0.08) / (nir + 0.08);
    }

    private static Scene Write(ScratchFolder scratch, string id, int zone, Grid grid, double meridian, double latitude)
    {
        (double[] x, double[] y) = Centres(grid);
        var product = new TinyProduct(id)
        {
            Zone = zone,
            Left = grid.Left,
            Top = grid.Top,
            Width = grid.Width,
            Height = grid.Height,
            Pixel = (role, column, row) => role switch
            {
                BandRole.QaPixel => 21824,
                BandRole.QaRadsat => 0,
                BandRole.AerosolQa => 0x40,
                BandRole.Nir => Dn(0.35 + 2 * (x[row * grid.Width + column] - meridian) + 1.5 * (y[row * grid.Width + column] - latitude)),
                _ => Dn(0.08),
            },
        };
        return SceneReader.Open(product.Write(scratch.File(id)));

        static int Dn(double reflectance) => (int)Math.Round((reflectance + 0.2) / 0.0000275);
    }

    /// <summary>A grid of 30 m in a UTM zone around a place.</summary>
    private static Grid Around(int zone, double longitude, double latitude, int size)
    {
        string crs = FormattableString.Invariant($"EPSG:{32600 + zone}");
        double[] x = [longitude];
        double[] y = [latitude];
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using SpatialReference utm = SpatialReference.Parse(crs);
        using var transformation = new CoordinateTransformation(wgs84, utm);
        transformation.Transform(x, y);
        return new Grid(crs, Math.Round(x[0] / 30) * 30 - 15 * size, Math.Round(y[0] / 30) * 30 + 15 * size, 30, 30, size, size);
    }

    private static (double[] X, double[] Y) Centres(Grid grid)
    {
        double[] x = new double[grid.Width * grid.Height];
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = grid.Left + (i % grid.Width + 0.5) * 30;
            y[i] = grid.Top - (i / grid.Width + 0.5) * 30;
        }

        using SpatialReference from = grid.OpenSpatialReference();
        using SpatialReference to = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(from, to);
        transformation.Transform(x, y);
        return (x, y);
    }
}
