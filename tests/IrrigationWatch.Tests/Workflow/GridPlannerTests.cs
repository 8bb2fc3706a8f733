using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Workflow;

public class GridPlannerTests
{
    private static readonly Grid Scene = new("EPSG:32644", 400_005, 4_900_005, 30, 30, 1000, 800);

    [Fact]
    public void Without_an_area_the_grid_is_the_scenes_and_aligned_with_them()
    {
        (Grid grid, string reason) = GridPlanner.Plan([Scene, Scene], null, null, 30, "x");
        Assert.Equal(Scene, grid);
        Assert.Contains("2 of 2 scenes are read without resampling", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_area_cuts_the_grid_which_stays_aligned()
    {
        (Grid grid, _) = GridPlanner.Plan([Scene], GeometryFactory.Default.ToGeometry(new Envelope(79.9, 80.0, 44.1, 44.2)), null, 30, "x");
        Assert.True(grid.IsAlignedWith(Scene));
        Assert.True(grid.Left >= Scene.Left && grid.Right <= Scene.Right && grid.Width < 400);
    }

    [Fact]
    public void Most_scenes_decide_the_zone_and_others_are_reached_too()
    {
        var other = new Grid("EPSG:32643", 880_005, 4_900_005, 30, 30, 1000, 800);
        (Grid grid, _) = GridPlanner.Plan([Scene, Scene, other], null, null, 30, "x");
        Assert.Equal("EPSG:32644", grid.Crs);
        Assert.True(grid.Left < Scene.Left);
    }

    [Fact]
    public void Impossible_grids_are_refused()
    {
        Assert.Contains("no scene touches", Assert.Throws<ConfigurationException>(() => GridPlanner.Plan([Scene], GeometryFactory.Default.ToGeometry(new Envelope(76, 77, 44, 45)), null, 30, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("pixels", Assert.Throws<ConfigurationException>(() => GridPlanner.Plan([Scene], null, null, 0.1, "x")).Message, StringComparison.Ordinal);
        Assert.Contains("no scene", Assert.Throws<ConfigurationException>(() => GridPlanner.Plan([], null, null, 30, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_map_reaches_of_an_area_of_interest_counts_as_unobserved()
    {
        using var scratch = new ScratchFolder();
        string map = scratch.File("map-2010.tif");
        using (var writer = new CogWriter(map, Scene, RasterType.Byte, 1, new CogOptions { IsCategorical = true }))
        {
            writer.Write<byte>(1, new PixelWindow(0, 0, 1000, 800), new byte[800_000]);
            writer.Commit();
        }

        // A box of half a degree around a scene of 30 × 24 km.
        var box = new Zone("box", "", GeometryFactory.Default.ToGeometry(new Envelope(79.5, 80.5, 43.8, 44.5)));
        AreaRow cut = AreaCalculation.Compute([map], [box], ClassValues.Parse("a=1"), "z").Rows[0];
        AreaRow whole = AreaCalculation.Compute([map], [box], ClassValues.Parse("a=1"), "z", countsOutside: true).Rows[0];
        Assert.Equal(cut.ObservedHectares, whole.ObservedHectares);
        Assert.Equal(1, cut.ObservedFraction, 9);
        // Area of the box on the ellipsoid: EllipsoidalArea.Cell, tested against GeographicLib elsewhere.
        Assert.InRange(whole.ZoneHectares / (EllipsoidalArea.Cell(79.5, 43.8, 80.5, 44.5) / 1e4), 1 - 1e-6, 1 + 1e-6);
    }
}
