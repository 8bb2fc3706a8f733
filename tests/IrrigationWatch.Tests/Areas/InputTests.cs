using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Areas;

/// <summary>What files of maps, zones, waters and points may be, and what is said of those that may not.</summary>
public sealed class InputTests : IDisposable
{
    private static readonly Grid Place = new("EPSG:32644", 300_000, 4_900_000, 30, 30, 50, 40);
    private static readonly ClassValues Irrigated = new("irrigated", [1]);

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_map_that_is_none_is_refused_by_every_reader()
    {
        string missing = scratch.File("missing-2010.tif");
        string text = Text("text-2010.tif", "no raster");
        Func<string, object?>[] readers =
        [
            path => MapYear.Of(path),
            path => MapYear.Find(path),
            path => ClassValues.AllOf(path),
            path => AreaCalculation.Compute([path], [World()], Irrigated, "zones"),
            path => StratifiedSampling.Draw(path, new SampleOptions { Points = 10 }),
        ];
        Assert.All(readers, read =>
        {
            Assert.Contains(missing + ": no such file", Assert.Throws<InputException>(() => read(missing)).Message, StringComparison.Ordinal);
            Assert.Contains(text + ": cannot be read as a map", Assert.Throws<InputException>(() => read(text)).Message, StringComparison.Ordinal);
        });
        Assert.StartsWith("maps: ", Assert.Throws<ConfigurationException>(() => AreaCalculation.Compute([], [World()], Irrigated, "zones")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("map-2010.tif", null, 2010)]
    [InlineData("tile-2010-9999.tif", null, 2010)]
    [InlineData("map-2010.tif", "2004", 2004)]
    [InlineData("map-2010.tif", "1971", 2010)]
    [InlineData("map-1972.tif", "soon", 1972)]
    [InlineData("map-2100.tif", null, 2100)]
    [InlineData("map-2101.tif", null, null)]
    [InlineData("map-20100.tif", null, null)]
    [InlineData("map-٢٠١٠.tif", null, null)]
    public void The_year_of_a_map_is_that_of_its_metadata_or_of_its_name(string name, string? item, int? year)
    {
        string path = scratch.File(name);
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (item is not null)
        {
            metadata.Add("YEAR", item);
        }

        using (var writer = new CogWriter(path, Place, RasterType.Byte, 1, new CogOptions { NoData = 0, Metadata = metadata }))
        {
            writer.Write<byte>(1, new PixelWindow(0, 0, 50, 40), new byte[2000]);
            writer.Commit();
        }

        Assert.Equal(year, MapYear.Find(path));
        if (year is int known)
        {
            Assert.Equal(known, MapYear.Of(path));
        }
        else
        {
            Assert.Contains("says no year", Assert.Throws<InputException>(() => MapYear.Of(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Classes_are_named_by_the_map_or_by_the_user()
    {
        string path = scratch.File("named-2010.tif");
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { [ClassValues.MetadataItem] = "3=Irrigated;1=dry;2=irrigated;x=no;=4;7" };
        using (var writer = new CogWriter(path, Place, RasterType.Byte, 1, new CogOptions { NoData = 0, Metadata = metadata }))
        {
            writer.Write<byte>(1, new PixelWindow(0, 0, 50, 40), new byte[2000]);
            writer.Commit();
        }

        Assert.Equal(["dry: 1", "irrigated: 2 3"], ClassValues.AllOf(path).Select(one => $"{one.Name}: {string.Join(' ', one.Values)}"));
        ClassValues parsed = ClassValues.Parse(" high = 2,3.5 ") with { OtherNames = ["dense"] };
        Assert.Equal("high", parsed.Name);
        Assert.Equal([2, 3.5], parsed.Values);
        Assert.Equal([true, true, false], new[] { "HIGH", "Dense", "low" }.Select(parsed.IsNamed));
        Assert.Equal([true, true, false], new[] { 2, 3.5, 3 }.Select(parsed.Contains));
        Assert.All(new[] { "irrigated", "irrigated=", "=1", "irrigated=one", "irrigated=1,,2" }, text => Assert.Contains($"'{text}' is not NAME=VALUE", Assert.Throws<ConfigurationException>(() => ClassValues.Parse(text)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Maps_that_overlap_in_part_are_counted_each_in_itself_and_it_is_said()
    {
        Grid other = new("EPSG:32644", 300_600, 4_900_000, 30, 30, 50, 40);
        ClassMap.Write(scratch.File("a-2010.tif"), Place, (_, _) => 1);
        ClassMap.Write(scratch.File("b-2011.tif"), other, (_, _) => 1);
        AreaTable table = AreaCalculation.Compute([scratch.File("b-2011.tif"), scratch.File("a-2010.tif")], [World()], Irrigated, "zones");
        Assert.Equal([2010, 2011], table.Rows.Select(row => row.Year));
        Assert.All(table.Rows, row => Assert.Equal(row.ZoneHectares, row.ObservedHectares, 6));
        Assert.Contains("cover different, overlapping places", Assert.Single(table.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Change_needs_two_years_of_one_map_each()
    {
        ClassMap.Write(scratch.File("a-2010.tif"), Place, (x, _) => (byte)(1 + x % 2));
        ClassMap.Write(scratch.File("b-2010.tif"), Place, (x, _) => (byte)(1 + x % 2));
        Assert.Contains("2 to 250 years, 1 were given", Refused((2010, "a-2010.tif")), StringComparison.Ordinal);
        Assert.Contains("2 to 250 years, 251 were given", Refused([.. Enumerable.Range(0, 251).Select(i => (1900 + i, "a-2010.tif"))]), StringComparison.Ordinal);
        Assert.Contains("two maps are of one year", Refused((2010, "a-2010.tif"), (2010, "b-2010.tif")), StringComparison.Ordinal);
        // Any of the maps may be asked for alone, and none at all.
        ChangeMapFiles[] files = [new(), new() { FirstYear = scratch.File("first.tif") }, new() { ObservedYears = scratch.File("seen.tif") }, new() { IrrigatedYears = scratch.File("count.tif") }, new() { Change = scratch.File("change.tif") }];
        Assert.All(files, one =>
        {
            IReadOnlyList<Transition> found = ChangeMaps.Compute([(2010, scratch.File("a-2010.tif")), (2011, scratch.File("b-2010.tif"))], Irrigated, [World()], one, "source of it");
            Assert.Equal(0, found[0].GainHectares);
        });
        Assert.All(new[] { "first", "seen", "count", "change" }, name =>
        {
            using Dataset map = Dataset.Open(scratch.File(name + ".tif"));
            Assert.Equal(("2010,2011", "source of it"), (map.GetMetadata("YEARS"), map.GetMetadata("SOURCE")));
        });

        string Refused(params (int Year, string File)[] maps) => Assert.Throws<ConfigurationException>(() => ChangeMaps.Compute([.. maps.Select(map => (map.Year, scratch.File(map.File)))], Irrigated, [], new ChangeMapFiles())).Message;
    }

    [Fact]
    public void A_probability_on_another_grid_is_refused_where_polygons_are_traced()
    {
        ClassMap.Write(scratch.File("a-2010.tif"), Place, (_, _) => 1);
        ClassMap.Write(scratch.File("p-2010.tif"), Place.Cut(new PixelWindow(0, 0, 50, 39)), (_, _) => 1);
        InputException e = Assert.Throws<InputException>(() => LandPolygons.Trace(scratch.File("a-2010.tif"), [Irrigated], [], scratch.File("p-2010.tif"), 0, _ => { }));
        Assert.Contains("lies on another grid", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vector_files_in_any_CRS_become_longitude_and_latitude()
    {
        (double west, double south, double east, double north) = Place.GeographicBounds();
        string file = Text("utm.geojson", """{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32644"}},"features":[{"type":"Feature","properties":{"name":"map","iso":"KZ"},"geometry":{"type":"Polygon","coordinates":[[[300000,4900000],[300000,4898800],[301500,4898800],[301500,4900000],[300000,4900000]]]}}]}""");
        Zone zone = Assert.Single(ZoneReader.Read(file));
        Assert.Equal(("map", "KZ"), (zone.Name, zone.Country));
        Envelope box = zone.Geometry.EnvelopeInternal;
        Assert.All(new[] { (west, box.MinX), (south, box.MinY), (east, box.MaxX), (north, box.MaxY) }, pair => Assert.Equal(pair.Item1, pair.Item2, 6));
        ClassMap.Write(scratch.File("a-2010.tif"), Place, (_, _) => 1);
        AreaRow row = Assert.Single(AreaCalculation.Compute([scratch.File("a-2010.tif")], [zone], Irrigated, file).Rows);
        Assert.Equal(row.ZoneHectares, row.IrrigatedHectares, 6);
        Assert.InRange(row.ZoneHectares, 179, 181);
        Assert.Same(zone, Assert.Single(AreaCalculation.Touching([scratch.File("a-2010.tif")], [zone, new Zone("far", "", GeometryFactory.Default.ToGeometry(new Envelope(0, 1, 0, 1)))])));
    }

    [Fact]
    public void What_is_wrong_with_a_vector_file_is_said()
    {
        Assert.Contains("no such file", Refused(scratch.File("none.geojson")), StringComparison.Ordinal);
        Assert.Contains("cannot be read as a vector file", Refused(Text("text.geojson", "no JSON")), StringComparison.Ordinal);
        string square = Text("square.geojson", Square(0, 0, "name", "a"));
        Assert.Contains("has no field 'title' for the zones' countries", Assert.Throws<InputException>(() => ZoneReader.Read(square, "name", "title")).Message, StringComparison.Ordinal);
        Assert.Contains("has two zones named 'a'", Refused(Text("twice.geojson", Collection(Feature(0, 0, "name", "a"), Feature(2, 2, "name", "a")))), StringComparison.Ordinal);
        Assert.Contains("has no 'name'; give every zone a name", Refused(Text("unnamed.geojson", Collection(Feature(0, 0, "name", "a"), Feature(2, 2, "other", "b")))), StringComparison.Ordinal);
        string far = Text("far.geojson", Square(50, 50, "name", "far"));
        Assert.Contains($"no zone of {square} lies inside", Assert.Throws<InputException>(() => ZoneReader.Read(square, "name", null, far)).Message, StringComparison.Ordinal);
        // Cut to an area of interest, a zone keeps what lies in it.
        string near = Text("near.geojson", Collection(Feature(0.5, 0.5, "name", "near"), Feature(50, 50, "name", "far")));
        Assert.Equal(0.25, Assert.Single(ZoneReader.Read(square, "name", null, near)).Geometry.Area, 9);
        Assert.Equal(1, Assert.Single(ZoneReader.Read(square, "name", null, null)).Geometry.Area, 9);

        static string Refused(string path) => Assert.Throws<InputException>(() => ZoneReader.Read(path)).Message;
    }

    [Fact]
    public void Lakes_and_rivers_are_read_and_points_are_no_water()
    {
        const string River = """{"type":"Feature","properties":{"name":"Ili"},"geometry":{"type":"LineString","coordinates":[[80,44],[79,44]]}}""";
        const string Spring = """{"type":"Feature","properties":{"name":"spring"},"geometry":{"type":"Point","coordinates":[80,44]}}""";
        IReadOnlyList<Water> waters = Water.Read(Text("waters.geojson", Collection(Feature(0, 0, "name", "Balkhash"), River, Spring, Feature(2, 2, "other", "x"))));
        Assert.Equal([("Balkhash", true), ("Ili", false), ("", true)], waters.Select(water => (water.Name, water.IsLake)));
        Assert.Contains("no polygon or line to use as waters", Assert.Throws<InputException>(() => Water.Read(Text("springs.geojson", Collection(Spring)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_must_fit_the_map()
    {
        string map = scratch.File("a-2010.tif");
        ClassMap.Write(map, Place, (x, y) => y == 0 ? (byte)0 : (byte)(1 + x % 2));
        Assert.Contains("1951 are more than the 1950 observed pixels", Assert.Throws<ConfigurationException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 1951, Minimum = 1 })).Message, StringComparison.Ordinal);
        Assert.Equal(1950, StratifiedSampling.Draw(map, new SampleOptions { Points = 1950, Minimum = 1 }).Places.Count);
        ClassMap.Write(scratch.File("empty-2010.tif"), Place, (_, _) => 0);
        Assert.Contains("has no observed pixel", Assert.Throws<InputException>(() => StratifiedSampling.Draw(scratch.File("empty-2010.tif"), new SampleOptions { Points = 10 })).Message, StringComparison.Ordinal);
        Assert.Contains("has no observed pixel in the zones", Assert.Throws<InputException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 10, Zones = [new Zone("far", "", GeometryFactory.Default.ToGeometry(new Envelope(0, 1, 0, 1)))] })).Message, StringComparison.Ordinal);
        Grid many = new("EPSG:32644", 300_000, 4_900_000, 30, 30, 60, 60);
        using (var writer = new CogWriter(scratch.File("many-2010.tif"), many, RasterType.Int16, 1, new CogOptions()))
        {
            writer.Write<short>(1, new PixelWindow(0, 0, 60, 60), [.. Enumerable.Range(0, 3600).Select(i => (short)i)]);
            writer.Commit();
        }

        Assert.Contains("different values", Assert.Throws<InputException>(() => StratifiedSampling.Draw(scratch.File("many-2010.tif"), new SampleOptions { Points = 10 })).Message, StringComparison.Ordinal);
        Assert.Contains("a sample is of points", Assert.Throws<InputException>(() => ReferenceReader.Read(Text("square.geojson", Square(0, 0, "class", "a")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_that_says_nothing_of_a_map_is_refused()
    {
        string map = scratch.File("a-2010.tif");
        ClassMap.Write(map, Place, (x, _) => x < 25 ? (byte)1 : (byte)2);
        (double west, double south, double east, double north) = Place.GeographicBounds();
        var centre = new ReferencePoint((west + east) / 2, (south + north) / 2, "irrigated");
        InputException none = Assert.Throws<InputException>(() => AccuracyAssessment.Compute([map], 2010, new ReferenceSample("points", [centre with { Latitude = north + 1 }], 0), [Irrigated], []));
        Assert.Contains("has no point on observed pixels", none.Message, StringComparison.Ordinal);
        Assert.Contains("1 points lie outside the map", none.Message, StringComparison.Ordinal);
        InputException lone = Assert.Throws<InputException>(() => AccuracyAssessment.Compute([map], 2010, new ReferenceSample("points", [centre with { Stratum = "a", StratumHectares = 12 }], 0), [Irrigated], []));
        Assert.Contains("stratum 'a' (12 ha) has one point", lone.Message, StringComparison.Ordinal);
        InputException twice = Assert.Throws<InputException>(() => AccuracyAssessment.Compute([map], 2010, new ReferenceSample("points", [centre, centre with { Class = "dry" }], 0), [Irrigated], []));
        Assert.Contains("two points of one pixel", twice.Message, StringComparison.Ordinal);
        // A class of which nothing was mapped has no user's accuracy.
        ReferencePoint[] points = [.. Enumerable.Range(0, 20).Select(i => centre with { Longitude = west + (east - west) * (i + 0.5) / 20, Class = i % 2 == 0 ? "irrigated" : "dry" })];
        Assessment assessment = AccuracyAssessment.Compute([map], 2010, new ReferenceSample("points", points, 0), [Irrigated, new ClassValues("water", [7])], []);
        Assert.Equal((double.NaN, 0), (assessment.PerClass[1].User.Value, assessment.PerClass[1].MappedHectares));
        // A zone without enough points gets no interval, and it is said.
        AreaTable table = AreaCalculation.Compute([map], [World(), new Zone("corner", "", GeometryFactory.Default.ToGeometry(new Envelope(west, west + 0.001, south, south + 0.001)))], Irrigated, "zones");
        (AreaTable filled, IReadOnlyList<Assessment> assessments) = AreaIntervals.Add(table, [map], Irrigated, new ReferenceSample("points", points, 0));
        Assert.Single(assessments);
        Assert.Equal([true, false], filled.Rows.Select(row => row.LowHectares is not null));
        Assert.Equal("no interval for corner in 2010: 0 points lie in it, 10 are needed", filled.Warnings[^1]);
        (AreaTable unfilled, _) = AreaIntervals.Add(table, [map], Irrigated, new ReferenceSample("points", [centre with { Latitude = north + 1 }], 0));
        Assert.Contains("no intervals for 2010: points: has no point on observed pixels", unfilled.Warnings[^1], StringComparison.Ordinal);
        Assert.All(unfilled.Rows, row => Assert.Null(row.LowHectares));
    }

    private static Zone World() => new("world", "", GeometryFactory.Default.ToGeometry(new Envelope(60, 100, 30, 60)));

    private static string Square(double x, double y, string field, string value) => Collection(Feature(x, y, field, value));

    private static string Collection(params string[] features) => $"{{\"type\":\"FeatureCollection\",\"features\":[{string.Join(',', features)}]}}";

    /// <summary>A square of a degree.</summary>
    private static string Feature(double x, double y, string field, string value) =>
        FormattableString.Invariant($"{{\"type\":\"Feature\",\"properties\":{{\"{field}\":\"{value}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{x},{y}],[{x + 1},{y}],[{x + 1},{y + 1}],[{x},{y + 1}],[{x},{y}]]]}}}}");

    private string Text(string name, string content)
    {
        string path = scratch.File(name);
        File.WriteAllText(path, content);
        return path;
    }
}
