using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Which part of a grid a picture shows, how large, and where places lie in it.</summary>
public class MapFrameTests
{
    private static readonly Grid Degree = new("EPSG:4326", 80, 45, 0.01, 0.01, 100, 100);

    [Theory]
    [InlineData(60, 30, 900, 1000, 900, 450)]
    [InlineData(30, 60, 900, 1000, 500, 1000)]
    [InlineData(60, 60, 900, 1000, 900, 900)]
    [InlineData(600, 3, 900, 1000, 900, 60)]
    public void A_picture_keeps_the_shape_of_the_land_within_its_most(int columns, int rows, int mostWidth, int mostHeight, int width, int height)
    {
        var frame = new MapFrame(new Grid("EPSG:32644", 500_000, 4_900_000, 30, 30, columns, rows), [], mostWidth, mostHeight);
        Assert.Equal((width, height), (frame.Width, frame.Height));
        Assert.Equal((0, 0, columns, rows), (frame.Window.X, frame.Window.Y, frame.Window.Width, frame.Window.Height));
        // On the middle meridian of UTM lengths are drawn 0.9996 times as long as they are.
        Assert.Equal(columns * 30 / 0.9996 / width, frame.MetresPerPixel, columns * 30.0 / width * 1e-4);
    }

    [Fact]
    public void At_sixty_degrees_north_a_degree_is_half_as_wide_as_high()
    {
        var frame = new MapFrame(new Grid("EPSG:4326", 80, 60.5, 0.01, 0.01, 100, 100), [], 900, 600);
        Assert.Equal((600, 2.0), (frame.Height, Math.Round((double)frame.Height / frame.Width, 1)));
        // A degree of the 60th parallel is 55 800 m.
        Assert.Equal(55_800, frame.MetresPerPixel * frame.Width, 300.0);
    }

    [Fact]
    public void The_picture_is_cut_to_the_zones_with_three_percent_and_a_pixel_around()
    {
        var frame = new MapFrame(Degree, [new Zone("a", "", Shapes.Square(80.2, 44.3, 0.1)), new Zone("b", "", Shapes.Square(80.3, 44.4, 0.1))], 900, 1000);
        // Columns 20 to 40 and rows 50 to 70, 1.6 more on each side.
        Assert.Equal((18, 48, 24, 24), (frame.Window.X, frame.Window.Y, frame.Window.Width, frame.Window.Height));
        Assert.Equal((0, 0), frame.At(18, 48));
        Assert.Equal((frame.Width, (float)frame.Height), frame.At(42, 72));
        (double west, double south, double east, double north) = frame.Bounds();
        Assert.Equal([80.18, 44.28, 80.42, 44.52], [west, south, east, north], (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void At_the_border_of_the_map_the_cut_ends_there()
    {
        var frame = new MapFrame(Degree, [new Zone("a", "", Shapes.Square(79, 44.9, 1.5))], 900, 1000);
        Assert.Equal((0, 0, 53, 12), (frame.Window.X, frame.Window.Y, frame.Window.Width, frame.Window.Height));
    }

    [Theory]
    [InlineData(10, 10, 1)]
    [InlineData(80.501, 44.501, 0.002)]
    public void Zones_elsewhere_or_smaller_than_a_pixel_cut_nothing(double west, double south, double side)
    {
        var frame = new MapFrame(Degree, [new Zone("a", "", Shapes.Square(west, south, side))], 900, 1000);
        Assert.Equal((0, 0, 100, 100), (frame.Window.X, frame.Window.Y, frame.Window.Width, frame.Window.Height));
    }

    [Fact]
    public void The_pixels_of_the_picture_cover_the_part_that_is_shown()
    {
        var frame = new MapFrame(Degree, [new Zone("a", "", Shapes.Square(80.2, 44.3, 0.2))], 48, 500);
        Grid grid = frame.PictureGrid();
        Assert.Equal((48, frame.Height, "EPSG:4326"), (grid.Width, grid.Height, grid.Crs));
        Assert.Equal([80.18, 80.42, 44.28, 44.52], [grid.Left, grid.Right, grid.Bottom, grid.Top], (a, b) => Math.Abs(a - b) < 1e-9);
    }
}
