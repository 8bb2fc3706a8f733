using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using SkiaSharp;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Pictures of maps: what the legend calls the values, in which colours pixels are drawn, and what is drawn over them.</summary>
public class MapPictureTests
{
    /// <summary>The map of a picture begins here.</summary>
    private const double Left = 30;
    private const double Top = 92;

    /// <summary>Four degrees by half a degree: a low picture, which is quickly drawn.</summary>
    private static readonly Grid Strip = new("EPSG:4326", 80, 45, 0.1, 0.1, 40, 5);

    private static readonly Zone[] Halves = [new("west", "", Shapes.Square(78, 43, 4)), new("east", "", Shapes.Square(82, 43, 4))];

    [Fact]
    public void The_legend_names_the_classes_that_are_there_and_at_last_what_was_not_observed()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m-2010.tif"), TinyMap.Degree, (x, _) => (byte)(x % 4), 0, ("CLASSES", "1=irrigated;2=Rice & <b>;7=water"));
        Assert.Equal(
            [("irrigated", 0xFF009E73u), ("Rice & <b>", 0xFFF0E442u), ("3", 0xFFF1ECE2u), ("not observed", 0xFFFFFFFFu)],
            Legend(map, new MapOptions()).Select(entry => (entry.Label, entry.Color)));
        Assert.Equal(["орошаемые", "Rice & <b>", "3", "не наблюдалось"], Legend(map, new MapOptions { Texts = Texts.Of(Language.Russian) }).Select(entry => entry.Label));
        Assert.Equal(["none", "2", "high", "not observed"], Legend(map, new MapOptions { Names = new Dictionary<double, string> { [1] = "none", [3] = "high" } }).Select(entry => entry.Label));
    }

    [Fact]
    public void Codes_of_any_size_have_their_names_and_each_class_a_colour_of_its_own()
    {
        using var scratch = new ScratchFolder();
        double[] codes = [-32000, -1, 0.5, 211, 217, 223, 70_000];
        string map = scratch.File("codes.tif");
        using (var writer = new CogWriter(map, TinyMap.Degree, RasterType.Float32, 1, new CogOptions { NoData = -3.4e38, IsCategorical = true }))
        {
            writer.Write<float>(1, new PixelWindow(0, 0, 10, 10), [.. Enumerable.Range(0, 100).Select(i => i < 7 ? (float)codes[i] : i == 7 ? -3.4e38f : i == 8 ? 512 : -1)]);
            writer.Commit();
        }

        IReadOnlyList<LegendEntry> legend = Legend(map, new MapOptions { Names = codes.ToDictionary(code => code, code => FormattableString.Invariant($"class {code}")) });
        Assert.Equal(["class -32000", "class -1", "class 0.5", "class 211", "class 217", "class 223", "512", "class 70000", "not observed"], legend.Select(entry => entry.Label));
        Assert.Equal(9, legend.Select(entry => entry.Color).Distinct().Count());
    }

    [Fact]
    public void First_years_are_steps_and_the_first_of_them_is_open_to_before()
    {
        using var scratch = new ScratchFolder();
        ushort[] values = [0, 1990, 1991, 1992, 65535];
        string first = TinyMap.WriteYears(scratch.File("first.tif"), TinyMap.Degree, (x, _) => values[x % 5], "first irrigated year", ("YEARS", "1990,1991,1992"));
        string last = TinyMap.WriteYears(scratch.File("last.tif"), TinyMap.Degree, (x, _) => values[x % 5], "last irrigated year", ("YEARS", "1990,1991,1992"));
        Assert.Equal(
            [("never irrigated", 0xFFEFEBE2u, false), ("≤ 1990", 0xFF440154u, true), ("1991", 0xFF21918Cu, true), ("1992", 0xFFFDE725u, true), ("not observed", 0xFFFFFFFFu, false)],
            Legend(first, new MapOptions()).Select(entry => (entry.Label, entry.Color, entry.IsStep)));
        Assert.Equal(["never irrigated", "1990", "1991", "≥ 1992", "not observed"], Legend(last, new MapOptions()).Select(entry => entry.Label));
    }

    [Fact]
    public void Counts_are_steps()
    {
        using var scratch = new ScratchFolder();
        byte[] values = [0, 1, 2, 255];
        string map = TinyMap.WriteBytes(scratch.File("count.tif"), TinyMap.Degree, (x, _) => values[x % 4], 255, ("YEARS", "1990,1991"));
        Assert.Equal(
            [("0", 0xFFEFEBE2u, true), ("1", 0xFF21918Cu, true), ("2", 0xFF440154u, true), ("not observed", 0xFFFFFFFFu, false)],
            Legend(map, new MapOptions()).Select(entry => (entry.Label, entry.Color, entry.IsStep)));
    }

    [Fact]
    public void Maps_of_change_have_the_colours_of_change()
    {
        using var scratch = new ScratchFolder();
        byte[] values = [0, 1, 2, 3, 255];
        string map = TinyMap.WriteBytes(scratch.File("change.tif"), TinyMap.Degree, (x, _) => values[x % 5], 255, ("YEARS", "1990,1991"), ("FROM", "1990"), ("CLASSES", "0=not irrigated;1=irrigated in both;2=opened;3=abandoned"));
        Assert.Equal(
            [("not irrigated", 0xFFEFEBE2u), ("irrigated in both", 0xFF009E73u), ("opened", 0xFF0072B2u), ("abandoned", 0xFFD55E00u), ("not observed", 0xFFFFFFFFu)],
            Legend(map, new MapOptions()).Select(entry => (entry.Label, entry.Color)));
    }

    [Theory]
    [InlineData("2001-2010")]
    [InlineData("1990,many")]
    [InlineData("-1990")]
    public void An_item_YEARS_of_other_makers_is_left_alone(string years)
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), TinyMap.Degree, (_, _) => 1, 0, ("YEARS", years));
        LegendEntry entry = Assert.Single(Legend(map, new MapOptions()));
        // A value without a name, in a colour of its own, and no count of years.
        Assert.Equal(("1", 0xFF56B4E9u, false), (entry.Label, entry.Color, entry.IsStep));
    }

    [Fact]
    public void Each_pixel_has_the_colour_that_the_legend_says()
    {
        using var scratch = new ScratchFolder();
        // Four quarters: not observed, irrigated, water, no name.
        byte[] values = [0, 1, 2, 9];
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), TinyMap.Degree, (x, y) => values[x / 5 + 2 * (y / 5)], 0, ("CLASSES", "1=irrigated;2=water"));
        using SKBitmap drawn = Draw(map, new MapOptions(), out MapImage image);
        Assert.Equal([SKColors.White, new SKColor(0xFF009E73), new SKColor(0xFF0072B2), new SKColor(0xFFF1ECE2)], [At(0.3, 0.3), At(0.7, 0.3), At(0.3, 0.7), At(0.7, 0.7)]);

        SKColor At(double x, double y) => drawn.GetPixel((int)(x * image.Width), (int)(y * image.Height));
    }

    [Fact]
    public void A_relief_darkens_what_lies_in_its_shadow()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), TinyMap.Degree, (_, _) => 1, 0, ("CLASSES", "1=irrigated"));
        // Rises to the middle and falls to the east, half a metre a metre.
        string model = TinyMap.WriteYears(scratch.File("dem.tif"), TinyMap.Degree, (x, _) => (ushort)(20_000 - 4000 * Math.Abs(x - 4.5)), "height");
        using SKBitmap drawn = Draw(map, new MapOptions { Elevation = model }, out MapImage image);
        Assert.Equal(new SKColor(0xFF009E73), drawn.GetPixel((int)(0.3 * image.Width), (int)(0.5 * image.Height)));
        SKColor dark = drawn.GetPixel((int)(0.7 * image.Width), (int)(0.5 * image.Height));
        Assert.InRange(dark.Green, 0x9E * 0.72, 0x9E * 0.9);
        Assert.Equal(0, dark.Red);
        Assert.Equal((double)dark.Green / 0x9E, (double)dark.Blue / 0x73, 0.02);
    }

    [Fact]
    public void A_legend_stands_beside_the_map_with_a_box_of_each_colour()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m-2010.tif"), Strip, (x, _) => (byte)(1 + x % 2), 0, ("CLASSES", "1=irrigated;2=water"));
        SvgDrawing picture = Write(map, new MapOptions { Title = "The \"Ile\" <valley>", Source = "GIM v3b" });
        Assert.Equal([("irrigated", "#009E73"), ("water", "#0072B2")], Boxes(picture));
        // The year of the map stands in the corner, its CRS below the title.
        Assert.Equal((30, 58, 44), (picture.TextOf("2010").X, picture.TextOf("2010").Y, picture.TextOf("2010").Size));
        Assert.Equal(picture.TextOf("The \"Ile\" <valley>").X, picture.TextOf("EPSG:4326").X);
        picture.TextOf("GIM v3b");
        picture.TextOf("N");
        Write(map, new MapOptions { Heading = "Own" }).TextOf("Own");
    }

    [Fact]
    public void Many_steps_are_one_bar_of_which_some_are_named()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteYears(scratch.File("first.tif"), Strip, (x, _) => (ushort)(1980 + x), "first", ("YEARS", string.Join(',', Enumerable.Range(1980, 40))));
        SvgDrawing picture = Write(map, new MapOptions());
        // Forty steps on 300 pixels, one in three is named: the last too, as it is the third behind the last but one.
        SvgDrawing.Bar[] steps = [.. picture.Bars.Where(bar => bar.Width == 26 && bar.Height < 18)];
        Assert.Equal(40, steps.Length);
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.Equal(7.5, pair.Second.Y - pair.First.Y, 2));
        // The sign is of another font than the year behind it.
        Assert.Equal(["≤", .. Enumerable.Range(1, 13).Select(i => $"{1980 + 3 * i}")], picture.Texts.Where(text => Math.Abs(text.X - steps[0].X - 36) < 0.01 && text.Size == 14).Select(text => text.Words));
    }

    [Fact]
    public void Lines_of_longitude_and_latitude_stand_where_they_belong()
    {
        using var scratch = new ScratchFolder();
        SvgDrawing picture = Write(TinyMap.WriteBytes(scratch.File("m.tif"), new Grid("EPSG:4326", 80.1, 44.9, 0.1, 0.1, 18, 6), (_, _) => 1, 0), new MapOptions());
        (double width, double height) = SizeOf(picture);
        // Steps of half a degree: the largest of 1, 2 and 5 that is not above a third of 1.8°.
        Assert.Equal(["80.5°E", "81.0°E", "81.5°E"], picture.Words.Where(words => words.EndsWith("°E", StringComparison.Ordinal)));
        Assert.Equal("44.5°N", Assert.Single(picture.Words, words => words.EndsWith("°N", StringComparison.Ordinal)));
        Assert.Equal(Left + 0.4 / 1.8 * width, picture.TextOf("80.5°E").X + Picture.Measure("80.5°E", 11) / 2, 1);
        Assert.Equal(Top + 0.4 / 0.6 * height + 4, picture.TextOf("44.5°N").Y, 1);
        Assert.Equal(Left + 5, picture.TextOf("44.5°N").X, 1);
    }

    [Fact]
    public void South_and_west_have_their_letters()
    {
        using var scratch = new ScratchFolder();
        SvgDrawing picture = Write(TinyMap.WriteBytes(scratch.File("m.tif"), new Grid("EPSG:4326", -10, 3, 1, 1, 20, 6), (_, _) => 1, 0), new MapOptions());
        Assert.Equal(["5°W", "0°E", "5°E", "0°N"], picture.Words.Where(words => words.Contains('°', StringComparison.Ordinal)));
        SvgDrawing south = Write(TinyMap.WriteBytes(scratch.File("s.tif"), new Grid("EPSG:4326", -10, -1, 1, 1, 20, 6), (_, _) => 1, 0), new MapOptions());
        Assert.Contains("5°S", south.Words);
    }

    [Theory]
    [InlineData(30, 60, "200 m", 200)]
    [InlineData(3000, 60, "20 km", 20_000)]
    public void The_bar_of_the_scale_is_as_long_as_it_says(double pixel, int columns, string label, double metres)
    {
        using var scratch = new ScratchFolder();
        SvgDrawing picture = Write(TinyMap.WriteBytes(scratch.File("m.tif"), new Grid("EPSG:32644", 500_000 - pixel * columns / 2, 4_900_000, pixel, pixel, columns, columns / 10), (_, _) => 1, 0), new MapOptions());
        double metresPerPixel = pixel * columns / 0.9996 / 900;
        SvgDrawing.Line bar = Assert.Single(picture.Lines, line => line.Width == 3);
        Assert.Equal(metres, (bar.X1 - bar.X0) * metresPerPixel, metres * 0.002);
        Assert.Equal(bar.Y0 - 10, picture.TextOf(label).Y, 2);
    }

    [Fact]
    public void Borders_and_names_of_zones_are_drawn_over_the_map()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), Strip, (_, _) => 1, 0);
        SvgDrawing two = Write(map, new MapOptions { Zones = Halves });
        Assert.Equal(["west", "east"], two.Words.Where(words => words is "west" or "east"));
        Assert.True(two.TextOf("west").X < two.TextOf("east").X);
        Assert.Contains("border", two.Words);
        // Each border is a white halo and an ink line; between the halves it stands in the middle of the map.
        double middle = Left + SizeOf(two).Width / 2;
        SvgDrawing.Area[] borders = [.. two.Curves.Where(curve => curve.Points.Any(point => Math.Abs(point.X - middle) < 0.5) && curve.Points.Count == 5)];
        Assert.Equal(["white", "#222B33", "white", "#222B33"], borders.Select(border => border.Color));
        Assert.DoesNotContain("border", Write(map, new MapOptions()).Words);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    public void Two_to_twelve_zones_are_named(int count, bool named)
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), Strip, (_, _) => 1, 0);
        SvgDrawing picture = Write(map, new MapOptions { Zones = [.. Enumerable.Range(0, count).Select(i => new Zone($"z{i}", "", Shapes.Square(80 + 0.3 * i, 44.6, 0.25)))] });
        Assert.Equal(named ? Enumerable.Range(0, count).Select(i => $"z{i}") : [], picture.Words.Where(words => words.StartsWith('z')));
    }

    [Fact]
    public void Lakes_are_areas_and_rivers_lines_and_the_legend_has_both()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), Strip, (_, _) => 1, 0);
        Water lake = new("lake", Shapes.Square(81, 44.6, 0.25));
        Water river = new("river", new LineString([new(80, 44.5), new(82, 44.75), new(84, 44.5)]));
        SvgDrawing both = Write(map, new MapOptions { Waters = [lake, river], Texts = Texts.Of(Language.Russian) });
        Assert.Equal(["река", "озеро"], both.Words.Where(words => words is "река" or "озеро"));
        (double width, double height) = SizeOf(both);
        SvgDrawing.Area shape = Assert.Single(both.Areas, area => area.Color == "#2B6CB0");
        Assert.Equal([Left + 0.25 * width, Left + 0.3125 * width], [shape.Points.Min(point => point.X), shape.Points.Max(point => point.X)], (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Equal([Top + 0.3 * height, Top + 0.8 * height], [shape.Points.Min(point => point.Y), shape.Points.Max(point => point.Y)], (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Contains(both.Curves, curve => curve.Color == "#2B6CB0" && curve.Points.Count == 3 && Math.Abs(curve.Points[1].X - (Left + width / 2)) < 0.1 && Math.Abs(curve.Points[1].Y - (Top + height / 2)) < 0.1);
        Assert.Equal(["lake"], Write(map, new MapOptions { Waters = [lake] }).Words.Where(words => words is "lake" or "river"));
        Assert.Equal(["river"], Write(map, new MapOptions { Waters = [river] }).Words.Where(words => words is "lake" or "river"));
    }

    [Fact]
    public void An_image_in_colours_is_grey_where_the_scene_holds_nothing()
    {
        using var scratch = new ScratchFolder();
        MapPicture.WriteColors(
            scratch.File("c.png"),
            Strip,
            (window, columns, rows) => [.. Enumerable.Range(0, columns * rows).Select(i => i % columns < columns / 2 ? 0u : 0xFF123456)],
            [(0xFF123456, "land")],
            new MapOptions());
        using SKBitmap bitmap = SKBitmap.Decode(scratch.File("c.png"));
        int width = bitmap.Width - 3 * 30 - 280;
        Assert.Equal((new SKColor(0xFFDCDEDF), new SKColor(0xFF123456)), (bitmap.GetPixel(30 + width / 3, 92 + 30), bitmap.GetPixel(30 + width * 2 / 3, 92 + 30)));
        // The box of the legend.
        Assert.Equal(new SKColor(0xFF123456), bitmap.GetPixel(60 + width + 13, 92 + 9));
    }

    [Fact]
    public void A_file_that_is_no_map_is_named()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("m.tif"), "no raster");
        Assert.StartsWith(scratch.File("m.tif") + ": ", Assert.Throws<InputException>(() => MapPicture.Write(scratch.File("c.png"), scratch.File("m.tif"), new MapOptions())).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.File("c.png")));
    }

    [Fact]
    public void A_map_whose_pixels_are_damaged_is_named_with_what_to_give()
    {
        using var scratch = new ScratchFolder();
        string map = TinyMap.WriteBytes(scratch.File("m.tif"), TinyMap.Degree, (x, y) => (byte)(1 + 7 * x * y % 200), 0);
        using (FileStream file = File.OpenWrite(map))
        {
            file.SetLength(file.Length - 60);
        }

        string message = Assert.Throws<InputException>(() => Legend(map, new MapOptions())).Message;
        Assert.StartsWith(map + ": cannot be read (", message, StringComparison.Ordinal);
        Assert.EndsWith("); make or download it again", message, StringComparison.Ordinal);
        string model = Assert.Throws<InputException>(() => Hillshade.Of(map, new MapFrame(TinyMap.Degree, [], 60, 60))).Message;
        Assert.StartsWith(map + ": cannot be read as an elevation model (", model, StringComparison.Ordinal);
        Assert.EndsWith("); give a raster of heights in metres", model, StringComparison.Ordinal);
    }

    private static IReadOnlyList<LegendEntry> Legend(string map, MapOptions options) => MapPicture.LegendOf(MapImage.Read(map, [], 60, 100), options);

    private static SKBitmap Draw(string map, MapOptions options, out MapImage image)
    {
        MapImage read = image = MapImage.Read(map, options.Zones, 200, 300);
        return SKBitmap.Decode(Picture.Draw(image.Width, image.Height, canvas => MapPicture.Draw(canvas, read, MapPicture.LegendOf(read, options), options), SKEncodedImageFormat.Png));
    }

    private static SvgDrawing Write(string map, MapOptions options)
    {
        using var scratch = new ScratchFolder();
        MapPicture.Write(scratch.File("c.svg"), map, options);
        return SvgDrawing.Read(scratch.File("c.svg"));
    }

    /// <summary>Columns and rows of the map itself, whose frame is drawn in grey without a fill.</summary>
    private static (double Width, double Height) SizeOf(SvgDrawing picture)
    {
        SvgDrawing.Bar map = Assert.Single(picture.Frames, frame => (frame.X, frame.Y) == (Left, Top));
        return (map.Width, map.Height);
    }

    /// <summary>Words of the legend with the colour of the box before them.</summary>
    private static IEnumerable<(string Words, string Fill)> Boxes(SvgDrawing picture) =>
        picture.Bars.Where(bar => (bar.Width, bar.Height) == (26, 18)).Select(bar => (picture.Texts.Single(text => Math.Abs(text.X - bar.X - 36) < 0.01 && Math.Abs(text.Y - 14 - bar.Y) < 0.01).Words, bar.Fill));
}
