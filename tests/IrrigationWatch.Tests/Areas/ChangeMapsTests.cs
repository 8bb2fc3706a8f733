using System.Globalization;
using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Areas;

public sealed class ChangeMapsTests : IDisposable
{
    private const int Width = 150;
    private const int Height = 90;

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Years_are_split_into_periods_that_say_enough()
    {
        Assert.Equal(["1984-1988", "1989-1993", "1994-1998"], Period.Split([.. Enumerable.Range(1984, 15)], 5).Select(period => period.ToString()));
        // Two years left over join the last; three make one of their own.
        Assert.Equal(["2001-2005", "2006-2012"], Period.Split([.. Enumerable.Range(2001, 12)], 5).Select(period => period.ToString()));
        Assert.Equal(["2001-2005", "2006-2010", "2011-2013"], Period.Split([.. Enumerable.Range(2001, 13)], 5).Select(period => period.ToString()));
        Assert.Equal(["2001-2005"], Period.Split([2001, 2003, 2005, 2006, 2007, 2012], 5).Select(period => period.ToString()));
        Assert.Equal(["2001-2005", "2006-2011"], Period.Split([.. Enumerable.Range(2001, 11)], 5).Select(period => period.ToString()));
        Assert.Equal(["2001", "2002", "2003"], Period.Split([2001, 2002, 2003], 1).Select(period => period.ToString()));
        Assert.Equal(["2001-2002", "2003-2005"], Period.Split([.. Enumerable.Range(2001, 5)], 2).Select(period => period.ToString()));
        Assert.Empty(Period.Split([], 5));
    }

    [Fact]
    public void Pairs_are_years_in_a_row_the_ends_and_periods()
    {
        Assert.Equal(["2001>2002", "2002>2003", "2001>2003"], ChangeMaps.Pairs([2001, 2002, 2003]).Select(pair => $"{pair.From}>{pair.To}"));
        Assert.Equal(["2001>2002"], ChangeMaps.Pairs([2001, 2002]).Select(pair => $"{pair.From}>{pair.To}"));
        IReadOnlyList<(Period From, Period To)> pairs = ChangeMaps.Pairs([.. Enumerable.Range(2001, 15)]);
        Assert.Equal(14 + 1 + 2 + 1, pairs.Count);
        Assert.Equal("2001-2005>2011-2015", $"{pairs[^1].From}>{pairs[^1].To}");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void Everything_is_as_in_the_plain_reference(int yearCount)
    {
        var random = new Random(yearCount);
        int[] years = [.. Enumerable.Range(2001, yearCount)];
        var grid = new Grid("EPSG:4326", 79, 44, 0.01, 0.01, Width, Height);
        byte[][] maps = [.. years.Select(_ => Enumerable.Range(0, Width * Height).Select(i => (byte)(i % 31 == 0 ? 0 : random.Next(5) == 0 ? 0 : 1 + random.Next(2))).ToArray())];
        (int Year, string Path)[] paths = [.. years.Select((year, i) => (year, Save(grid, year, maps[i])))];
        Zone[] zones = [Rectangle("west", 79, 43.1, 79.755, 44), Rectangle("east", 79.755, 43.1, 80.5, 44)];
        var files = new ChangeMapFiles { FirstYear = scratch.File("first.tif"), LastYear = scratch.File("last.tif"), IrrigatedYears = scratch.File("years.tif"), ObservedYears = scratch.File("seen.tif"), Change = scratch.File("change.tif") };
        IReadOnlyList<Transition> transitions = ChangeMaps.Compute([.. paths], new ClassValues("irrigated", [1]), zones, files);
        ushort[] first = Read<ushort>(files.FirstYear!);
        ushort[] last = Read<ushort>(files.LastYear!);
        byte[] irrigated = Read<byte>(files.IrrigatedYears!);
        byte[] seen = Read<byte>(files.ObservedYears!);
        byte[] change = Read<byte>(files.Change!);
        (Period from, Period to) = ChangeMaps.Ends(years);
        for (int i = 0; i < first.Length; i++)
        {
            int[] was = [.. years.Where((_, y) => maps[y][i] == 1)];
            int observed = maps.Count(map => map[i] != 0);
            Assert.Equal(observed == 0 ? ChangeMaps.YearNotObserved : was.Length == 0 ? 0 : was[0], first[i]);
            Assert.Equal(observed == 0 ? ChangeMaps.YearNotObserved : was.Length == 0 ? 0 : was[^1], last[i]);
            Assert.Equal(observed == 0 ? 255 : was.Length, irrigated[i]);
            Assert.Equal(observed == 0 ? 255 : observed, seen[i]);
            Assert.Equal((State(from, i), State(to, i)) switch { (null, _) or (_, null) => 255, (true, true) => 1, (false, true) => 2, (true, false) => 3, _ => 0 }, change[i]);
        }

        Assert.Equal(ChangeMaps.Pairs(years).Count * 2, transitions.Count);
        var areas = new PixelAreas(grid);
        foreach (Transition transition in transitions)
        {
            double[] sums = new double[5];
            for (int i = 0; i < first.Length; i++)
            {
                // The border lies in the middle of column 75.
                double share = i % Width == 75 ? 0.5 : (i % Width < 75) == (transition.Zone == "west") ? 1 : 0;
                int part = (State(transition.From, i), State(transition.To, i)) switch { (null, _) or (_, null) => 4, (true, true) => 0, (false, true) => 1, (true, false) => 2, _ => 3 };
                sums[part] += share * areas.At(i % Width, i / Width) / 10_000;
            }

            double[] actual = [transition.KeptHectares, transition.GainHectares, transition.LossHectares, transition.NeverHectares, transition.UnobservedHectares];
            Assert.All(sums.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * transition.ZoneHectares));
        }

        // Transitions agree with the areas of the years they compare.
        AreaTable table = AreaCalculation.Compute([.. paths.Select(path => path.Path)], zones, new ClassValues("irrigated", [1]), "zones");
        Assert.All(transitions, transition => Assert.Equal(table.Rows[0].Zone == transition.Zone ? table.Rows[0].ZoneHectares : table.Rows[1].ZoneHectares, transition.ZoneHectares, 1e-6 * transition.ZoneHectares));

        bool? State(Period period, int i)
        {
            byte[] values = [.. years.Select((year, y) => (year, maps[y][i])).Where(pair => period.Contains(pair.year)).Select(pair => pair.Item2)];
            return values.All(value => value == 0) ? null : 2 * values.Count(value => value == 1) > values.Count(value => value != 0);
        }
    }

    [Fact]
    public void A_transition_matrix_is_that_of_every_pixel_and_its_cells_add_up()
    {
        var grid = new Grid("EPSG:4326", 79, 44, 0.01, 0.01, Width, Height);
        Zone[] zones = [Rectangle("west", 79, 43.1, 79.755, 44), Rectangle("all", 79, 43.1, 80.5, 44), Rectangle("elsewhere", 10, 10, 11, 11)];
        ClassValues[] classes = [new("irrigated", [1]), new("rainfed", [2, 4]), new("never there", [9])];
        var areas = new PixelAreas(grid);
        Gen.Int[0, 1000].Sample(seed =>
        {
            var random = new Random(seed);
            // 0 was not observed, 3 has no name.
            byte[][] maps = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, Width * Height).Select(_ => (byte)random.Next(5)).ToArray())];
            (int, string)[] paths = [(2001, Save(grid, 2001, maps[0])), (2005, Save(grid, 2005, maps[1]))];
            IReadOnlyList<ClassTransition> cells = TransitionMatrix.Compute(paths[0], paths[1], classes, zones);
            Assert.DoesNotContain(cells, cell => cell.Zone == "elsewhere");
            Assert.Equal(2 * (9 + 2 * 2 + 2 * 2 + 4), cells.Count);
            foreach (ClassTransition cell in cells)
            {
                double sum = 0;
                for (int i = 0; i < Width * Height; i++)
                {
                    double share = cell.Zone == "all" ? 1 : i % Width == 75 ? 0.5 : i % Width < 75 ? 1 : 0;
                    sum += Name(maps[0][i]) == cell.FromClass && Name(maps[1][i]) == cell.ToClass ? share * areas.At(i % Width, i / Width) / 10_000 : 0;
                }

                Assert.Equal(sum, cell.Hectares, 1e-9 * Math.Max(1, sum));
            }

            AreaTable table = AreaCalculation.Compute([paths[0].Item2], zones, classes[0], "zones");
            foreach (AreaRow row in table.Rows)
            {
                Assert.Equal(row.ZoneHectares, cells.Where(cell => cell.Zone == row.Zone).Sum(cell => cell.Hectares), 1e-9 * row.ZoneHectares);
                Assert.Equal(row.IrrigatedHectares, cells.Where(cell => cell.Zone == row.Zone && cell.FromClass == "irrigated").Sum(cell => cell.Hectares), 1e-9 * row.ZoneHectares);
            }
        }, iter: 5, threads: 1);

        static string Name(byte value) => value switch { 0 => TransitionMatrix.NotObserved, 1 => "irrigated", 2 or 4 => "rainfed", _ => TransitionMatrix.Unnamed };
    }

    [Fact]
    public void Classes_that_share_a_name_or_a_value_are_refused()
    {
        (int, string) map = (2001, Save(new Grid("EPSG:4326", 79, 44, 0.01, 0.01, Width, Height), 2001, new byte[Width * Height]));
        Assert.Contains("twice", Assert.Throws<ConfigurationException>(() => TransitionMatrix.Compute(map, map, [new("a", [1]), new("A", [2])], [])).Message, StringComparison.Ordinal);
        Assert.Contains("two classes", Assert.Throws<ConfigurationException>(() => TransitionMatrix.Compute(map, map, [new("a", [1]), new("b", [1, 2])], [])).Message, StringComparison.Ordinal);
        Assert.Contains("missing", Assert.Throws<ConfigurationException>(() => TransitionMatrix.Compute(map, map, [], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Polygons_add_up_to_the_mapped_area_and_name_the_smallest_zone()
    {
        var random = new Random(3);
        var grid = new Grid("EPSG:32644", 300_000, 4_850_000, 30, 30, Width, Height);
        byte[] map = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(random.Next(10) == 0 ? 0 : 1 + (i % Width / 20 + i / Width / 15) % 2))];
        string path = Save(grid, 2011, map);
        string chances = scratch.File("p.tif");
        using (var writer = new CogWriter(chances, grid, RasterType.Int16, 1, new CogOptions { Scale = 0.0001, NoData = -32768 }))
        {
            writer.Write<short>(1, new PixelWindow(0, 0, Width, Height), [.. map.Select(value => value == 0 ? (short)-32768 : (short)8000)]);
            writer.Commit();
        }

        (double west, double south, double east, double north) = grid.GeographicBounds();
        double middle = (west + east) / 2;
        Zone all = Rectangle("all", west - 1, south - 1, east + 1, north + 1);
        Zone half = Rectangle("half", west - 1, south - 1, middle, north + 1);
        var polygons = new List<LandPolygon>();
        LandPolygons.Trace(path, [new ClassValues("irrigated", [1])], [half, all], chances, 0, polygons.Add);
        AreaTable table = AreaCalculation.Compute([path], [all, half], ClassValues.Parse("irrigated=1"), "zones");
        Assert.Equal(table.Rows[0].IrrigatedHectares, polygons.Sum(polygon => polygon.Hectares), 1e-6);
        Assert.InRange(polygons.Where(polygon => polygon.Zone == "half").Sum(polygon => polygon.Hectares), 0.98 * table.Rows[1].IrrigatedHectares, 1.02 * table.Rows[1].IrrigatedHectares);
        Assert.Equal(polygons.Count, polygons.Select(polygon => polygon.Id).Distinct().Count());
        Assert.All(polygons, polygon => Assert.Equal(0.8, polygon.Probability!.Value, 4));
        Assert.All(polygons, polygon => Assert.Equal(2011, polygon.Year));
        // Simpler outlines leave areas and numbers as they are.
        var simple = new List<LandPolygon>();
        LandPolygons.Trace(path, [new ClassValues("irrigated", [1])], [half, all], null, 90, simple.Add);
        Assert.Equal(polygons.Select(polygon => (polygon.Id, polygon.Hectares)), simple.Select(polygon => (polygon.Id, polygon.Hectares)));
        Assert.True(simple.Sum(polygon => polygon.Rings.Sum(ring => ring.Length)) < 0.7 * polygons.Sum(polygon => polygon.Rings.Sum(ring => ring.Length)));
    }

    [Fact]
    public void Polygons_are_those_on_record()
    {
        var random = new Random(5);
        var grid = new Grid("EPSG:32644", 300_000, 4_850_000, 30, 30, Width, Height);
        byte[] map = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width >= 70 || i / Width >= 40 ? 0 : random.Next(40) == 0 ? 2 : 1 + (i % Width / 11 + i / Width / 9) % 3))];
        string path = Save(grid, 2011, map);
        string chances = scratch.File("p.tif");
        using (var writer = new CogWriter(chances, grid, RasterType.Int16, 1, new CogOptions { Scale = 0.0001, NoData = -32768 }))
        {
            writer.Write<short>(1, new PixelWindow(0, 0, Width, Height), [.. map.Select((value, i) => value == 0 || i % 7 == 0 ? (short)-32768 : (short)(5000 + i % 4000))]);
            writer.Commit();
        }

        (double west, double south, double east, double north) = grid.GeographicBounds();
        double middle = west + 0.2 * (east - west);
        Zone[] zones = [Rectangle("half", west - 1, south - 1, middle, north + 1), Rectangle("all", west - 1, south - 1, east + 1, north + 1)];
        var polygons = new List<LandPolygon>();
        LandPolygons.Trace(path, [new ClassValues("irrigated", [1]), new ClassValues("rainfed", [3])], zones, chances, 0, polygons.Add);
        LandPolygons.Trace(path, [new ClassValues("irrigated", [1])], [], null, 60, polygon => polygons.Add(polygon with { Id = "simple " + polygon.Id }));
        GoldenFile.AssertSame("polygons.json", polygons, 1e-9);
    }

    [Fact]
    public void Maps_on_two_grids_are_refused_by_name()
    {
        string a = Save(new Grid("EPSG:32644", 300_000, 4_850_000, 30, 30, Width, Height), 2001, new byte[Width * Height]);
        string b = Save(new Grid("EPSG:32644", 300_030, 4_850_000, 30, 30, Width, Height), 2002, new byte[Width * Height]);
        InputException e = Assert.Throws<InputException>(() => ChangeMaps.Compute([(2001, a), (2002, b)], ClassValues.Parse("irrigated=1"), [], new ChangeMapFiles()));
        Assert.Contains(b, e.Message, StringComparison.Ordinal);
        Assert.Contains("another grid", e.Message, StringComparison.Ordinal);
    }

    private static Zone Rectangle(string name, double west, double south, double east, double north) =>
        new(name, "XX", GeometryFactory.Default.ToGeometry(new Envelope(west, east, south, north)));

    private static T[] Read<T>(string path)
        where T : unmanaged
    {
        using Dataset dataset = Dataset.Open(path);
        var pixels = new T[Width * Height];
        dataset.Band(1).Read(new PixelWindow(0, 0, Width, Height), pixels.AsSpan());
        return pixels;
    }

    private string Save(Grid grid, int year, byte[] map)
    {
        string path = scratch.File(year.ToString(CultureInfo.InvariantCulture) + ".tif");
        ClassMap.Write(path, grid, map);
        return path;
    }
}
