using System.Globalization;
using CsCheck;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Areas;

public sealed class AssessmentTests
{
    private const double PixelArea = 900;

    private static readonly string[] PaperClasses = ["deforestation", "forest gain", "stable forest", "stable non-forest"];

    // Olofsson et al. 2014, Remote Sensing of Environment 148, 42-57: table 8, and the areas of the map in pixels of 30 m.
    private static readonly double[] PaperPixels = [200_000, 150_000, 3_200_000, 6_450_000];
    private static readonly int[][] PaperCounts = [[66, 0, 5, 4], [0, 55, 8, 12], [1, 0, 153, 11], [2, 1, 9, 313]];

    private static readonly double[][] Truth = [[0.93, 0.05, 0.02], [0.04, 0.94, 0.02], [0.005, 0.015, 0.98]];

    [Fact]
    public void The_worked_example_of_Olofsson_et_al_comes_out_as_printed()
    {
        Assessment assessment = Assess(PaperClasses, PaperPixels, PaperCounts);
        // Table 9.
        string[][] shares = [["0.0176", "0.0000", "0.0013", "0.0011"], ["0.0000", "0.0110", "0.0016", "0.0024"], ["0.0019", "0.0000", "0.2967", "0.0213"], ["0.0040", "0.0020", "0.0179", "0.6212"]];
        Assert.Equal(shares, assessment.Shares.Select(row => row.Select(share => Text(share, "0.0000")).ToArray()));
        // Text of section 5: accuracies with intervals, and areas in hectares.
        Assert.Equal(["0.88 ± 0.07", "0.73 ± 0.10", "0.93 ± 0.04", "0.96 ± 0.02"], assessment.PerClass.Select(c => Text(c.User)));
        Assert.Equal(["0.75", "0.85", "0.93", "0.96"], assessment.PerClass.Select(c => Text(c.Producer.Value, "0.00")));
        Assert.Equal("0.95 ± 0.02", Text(assessment.Overall));
        Assert.Equal(["21158 ± 6158", "11686 ± 3756", "285770 ± 15510", "581386 ± 16282"], assessment.PerClass.Select(c => $"{Text(c.Hectares.Value, "0")} ± {Text(c.Hectares.Margin, "0")}"));
        Assert.Equal(640, assessment.Points);
        for (int j = 0; j < 4; j++)
        {
            // Equation 7, written out.
            double total = Enumerable.Range(0, 4).Sum(i => PaperPixels[i] * PaperCounts[i][j] / PaperCounts[i].Sum());
            double user = PaperCounts[j][j] / (double)PaperCounts[j].Sum();
            double producer = PaperPixels[j] * user / total;
            double own = Math.Pow(PaperPixels[j] * (1 - producer), 2) * user * (1 - user) / (PaperCounts[j].Sum() - 1);
            double others = Enumerable.Range(0, 4).Where(i => i != j).Sum(i =>
            {
                double n = PaperCounts[i].Sum();
                double share = PaperCounts[i][j] / n;
                return PaperPixels[i] * PaperPixels[i] * share * (1 - share) / (n - 1);
            });
            Assert.Equal(Math.Sqrt(own + producer * producer * others) / total, assessment.PerClass[j].Producer.StandardError, 12);
        }

        Assert.Equal(18_000, assessment.PerClass[0].MappedHectares, 6);
    }

    [Fact]
    public void Intervals_cover_the_truth_as_often_as_they_say()
    {
        // A thousand assessments of one map, each of its own sample.
        double[] pixels = [60_000, 90_000, 250_000];
        int[] points = [300, 300, 400];
        string[] classes = ["a", "b", "c"];
        double[] truth = [.. Enumerable.Range(0, 3).Select(j => Enumerable.Range(0, 3).Sum(i => pixels[i] * Truth[i][j]) * PixelArea / 10_000)];
        var random = new Random(20);
        int[] covered = new int[3];
        const int Times = 1000;
        for (int time = 0; time < Times; time++)
        {
            int[][] counts = [.. points.Select((n, i) => Draw(random, n, Truth[i]))];
            Assessment assessment = Assess(classes, pixels, counts);
            for (int j = 0; j < 3; j++)
            {
                Estimate area = assessment.PerClass[j].Hectares;
                covered[j] += area.Low <= truth[j] && truth[j] <= area.High ? 1 : 0;
            }
        }

        Assert.All(covered, count => Assert.InRange(count / (double)Times, 0.93, 0.97));
    }

    [Fact]
    public void A_sample_without_an_error_is_not_sure()
    {
        Assessment small = Assess(["a", "b"], [1000, 3000], [[50, 0], [0, 50]]);
        Assessment large = Assess(["a", "b"], [1000, 3000], [[500, 0], [0, 500]]);
        Assert.Equal(0, small.PerClass[0].Hectares.StandardError);
        Assert.InRange(small.PerClass[0].Hectares.High, 90 + 5, 90 + 20);
        Assert.InRange(large.PerClass[0].Hectares.High, 90 + 0.5, 90 + 2);
        Assert.InRange(small.PerClass[0].User.Low, 0.9, 0.95);
        Assert.Equal(1, small.PerClass[0].User.High);
        // With many errors the interval is that of the standard error.
        Estimate many = Assess(["a", "b"], [1000, 3000], [[600, 400], [300, 700]]).PerClass[0].Hectares;
        Assert.InRange(many.Low - (many.Value - many.Margin), -0.01 * many.Margin, 0);
    }

    [Fact]
    public void Strata_of_the_sample_and_unequal_probabilities_are_weighted()
    {
        // Stehman 2014: strata that are not the classes. Two strata of 100 and 300 ha; unit weights within a stratum.
        var areas = new Dictionary<double, double> { [1] = 1_500_000, [2] = 2_500_000 };
        AssessedPoint[] points =
        [
            Point(1, "a", "first", 100, 0.1), Point(1, "a", "first", 100, 0.1), Point(2, "b", "first", 100, 0.1), Point(1, "b", "first", 100, 0.1),
            Point(2, "b", "second", 300, 0.2), Point(2, "b", "second", 300, 0.1), Point(1, "a", "second", 300, 0.1),
        ];
        Assessment assessment = AccuracyAssessment.Of(new AssessedMap(2010, areas, points), new ReferenceSample("points", [.. points.Select(p => p.Point)], 0), [new ClassValues("a", [1]), new ClassValues("b", [2])], []);
        // By hand: first stratum half is a; second has weights 5, 10, 10, of which 10 are a.
        const double Expected = 100 * 0.5 + 300 * 10 / 25.0;
        Assert.Equal(Expected, assessment.PerClass[0].Hectares.Value, 9);
        double first = 100.0 * 100 / 16 * (4 * 0.25) * 4 / 3;
        double second = 300.0 * 300 * (Math.Pow(5 / 25.0 * 0.4, 2) + Math.Pow(10 / 25.0 * 0.4, 2) + Math.Pow(10 / 25.0 * 0.6, 2)) * 3 / 2;
        Assert.Equal(Math.Sqrt(first + second), assessment.PerClass[0].Hectares.StandardError, 9);
        Assert.Equal(400, assessment.ObservedHectares, 9);
        Assert.Empty(assessment.Remarks);
        areas[2] = 2_600_000;
        Assessment other = AccuracyAssessment.Of(new AssessedMap(2010, areas, points), new ReferenceSample("points", [.. points.Select(p => p.Point)], 0), [new ClassValues("a", [1])], []);
        Assert.Contains("400 ha and the observed pixels of the map 410 ha", Assert.Single(other.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stratum_with_no_or_one_point_is_refused_with_its_area()
    {
        InputException none = Assert.Throws<InputException>(() => Assess(["a", "b"], [100, 200], [[5, 0], [0, 0]]));
        Assert.Contains("18 ha mapped as 2 have no point", none.Message, StringComparison.Ordinal);
        InputException one = Assert.Throws<InputException>(() => Assess(["a", "b"], [100, 200], [[5, 0], [0, 1]]));
        Assert.Contains("one point", one.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_of_known_probabilities_joins_what_has_too_few_points()
    {
        var areas = new Dictionary<double, double> { [1] = 400_000, [2] = 590_000, [3] = 10_000 };
        AssessedPoint[] points = [.. Enumerable.Range(0, 40).Select(i => Point(i % 2 + 1, i % 2 == 0 ? "a" : "b", null, null, 1)), Point(3, "b", null, null, 1)];
        Assessment assessment = AccuracyAssessment.Of(new AssessedMap(2010, areas, points), new ReferenceSample("points", [.. points.Select(p => p.Point)], 0), [new ClassValues("a", [1])], []);
        Assert.Equal(100, assessment.ObservedHectares, 9);
        Assert.Equal([AccuracyAssessment.Other], assessment.Classes.Skip(1));
        // Value 3 is joined with value 1, the smaller of the others: 41 ha, of which 20 of 21 points are a.
        Assert.Equal(41 * 20 / 21.0, assessment.PerClass[0].Hectares.Value, 9);
    }

    [Fact]
    public void Shares_of_points_add_up_and_keep_their_bounds() =>
        Gen.Select(Gen.Double[0, 100].Array[1, 12], Gen.Long[1, 5000].Array[12], Gen.Int[0, 60], Gen.Int[0, 1000]).Sample((measures, all, minimum, extra) =>
        {
            long[] pixels = all[..measures.Length];
            long least = pixels.Sum(count => Math.Min(count, minimum));
            int points = (int)Math.Min(least + extra, pixels.Sum());
            if (points == 0)
            {
                return;
            }

            int[] shares = SampleAllocation.Share(points, measures, pixels, minimum);
            Assert.Equal(points, shares.Sum());
            for (int h = 0; h < shares.Length; h++)
            {
                Assert.InRange(shares[h], Math.Min(minimum, pixels[h]), pixels[h]);
            }
        });

    [Fact]
    public void Neyman_gives_most_to_what_is_large_and_unsure()
    {
        using var scratch = new ScratchFolder();
        string map = WriteMap(scratch, "map-2010.tif", 200, 100, (x, _) => x < 100 ? (byte)1 : (byte)2);
        PointSample proportional = StratifiedSampling.Draw(map, new SampleOptions { Points = 200, Minimum = 10 });
        Assert.Equal([100, 100], proportional.Strata.Select(stratum => stratum.Points));
        PointSample neyman = StratifiedSampling.Draw(map, new SampleOptions { Points = 200, Minimum = 10, Allocation = Allocation.Neyman, Expected = new Dictionary<string, double> { ["1"] = 0.5, ["2"] = 0.9 } });
        // √(0.5 · 0.5) to √(0.9 · 0.1) is 5 to 3.
        Assert.Equal([125, 75], neyman.Strata.Select(stratum => stratum.Points));
        Assert.Equal(2010, neyman.Year);
        Assert.Throws<ConfigurationException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 200, Allocation = Allocation.Neyman }));
        Assert.Throws<ConfigurationException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 20, Minimum = 30 }));
    }

    [Fact]
    public void Every_pixel_is_drawn_as_often_as_its_probability_says_and_none_twice()
    {
        using var scratch = new ScratchFolder();
        // Value 0 is nodata: it must never be drawn.
        string map = WriteMap(scratch, "map-2010.tif", 20, 10, (x, y) => y == 0 ? (byte)0 : x < 5 ? (byte)1 : (byte)2);
        var counts = new Dictionary<(int, int), int>();
        var across = new List<double>();
        const int Times = 400;
        using Dataset raster = Dataset.Open(map);
        var grid = Grid.Of(raster);
        using SpatialReference utm = grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var toGrid = new CoordinateTransformation(wgs84, utm);
        for (int seed = 0; seed < Times; seed++)
        {
            PointSample sample = StratifiedSampling.Draw(map, new SampleOptions { Points = 40, Allocation = Allocation.Equal, Minimum = 2, Seed = seed });
            Assert.Equal([45, 135], sample.Strata.Select(stratum => stratum.Pixels));
            double[] x = [.. sample.Places.Select(place => place.Longitude)];
            double[] y = [.. sample.Places.Select(place => place.Latitude)];
            toGrid.Transform(x, y);
            var pixels = new HashSet<(int, int)>();
            for (int i = 0; i < x.Length; i++)
            {
                double column = (x[i] - grid.Left) / 30;
                across.Add(column - Math.Floor(column));
                Assert.True(pixels.Add(((int)column, (int)((grid.Top - y[i]) / 30))));
            }

            foreach ((int, int) pixel in pixels)
            {
                counts[pixel] = counts.GetValueOrDefault(pixel) + 1;
            }
        }

        // Anywhere in a pixel: a third of the places in each third of it.
        Assert.All(Enumerable.Range(0, 3), third => Assert.InRange(across.Count(part => (int)(part * 3) == third) / (double)across.Count, 0.32, 0.347));
        Assert.Equal(180, counts.Count);
        // 20 of 45 pixels, and 20 of 135: a pixel is drawn about 178 and 59 times of 400, ± 5 standard deviations.
        Assert.Equal(45, counts.Values.Count(count => count > 120));
        Assert.All(counts.Values.Where(count => count > 120), count => Assert.InRange(count, 178 - 50, 178 + 50));
        Assert.All(counts.Values.Where(count => count <= 120), count => Assert.InRange(count, 59 - 36, 59 + 36));
        Assert.Equal(
            StratifiedSampling.Draw(map, new SampleOptions { Points = 40, Minimum = 2, Seed = 3 }).Places,
            StratifiedSampling.Draw(map, new SampleOptions { Points = 40, Minimum = 2, Seed = 3 }).Places);
    }

    [Fact]
    public void Zones_and_bands_of_probability_make_strata()
    {
        using var scratch = new ScratchFolder();
        string map = WriteMap(scratch, "map-2010.tif", 120, 100, (x, y) => y < 10 ? (byte)0 : x < 40 ? (byte)1 : (byte)2);
        string probability = scratch.File("probability.tif");
        using (var writer = new CogWriter(probability, new Grid("EPSG:32644", 448_425, 4_890_015, 30, 30, 120, 100), RasterType.Int16, 1, new CogOptions { NoData = -9999, Scale = 0.0001 }))
        {
            short[] chances = [.. Enumerable.Range(0, 12_000).Select(i => (short)(i % 120 < 20 ? 9500 : i % 120 < 60 ? 5000 : 300))];
            writer.Write<short>(1, new PixelWindow(0, 0, 120, 100), chances);
            writer.Commit();
        }

        string zones = scratch.File("zones.geojson");
        File.WriteAllText(zones, Zones(map));
        PointSample sample = StratifiedSampling.Draw(map, new SampleOptions
        {
            Points = 300,
            Minimum = 5,
            Classes = [new ClassValues("irrigated", [1])],
            Probability = probability,
            Bands = [0.1, 0.9],
            Zones = ZoneReader.Read(zones),
            Allocation = Allocation.Neyman,
        });
        Assert.Equal(
            ["irrigated, probability 0.1-0.9, north", "irrigated, probability 0.1-0.9, south", "irrigated, probability 0.9-1, north", "irrigated, probability 0.9-1, south", "other, probability 0-0.1, north", "other, probability 0-0.1, south", "other, probability 0.1-0.9, north", "other, probability 0.1-0.9, south"],
            sample.Strata.Select(stratum => stratum.Name));
        Assert.Equal(10_800, sample.Strata.Sum(stratum => stratum.Pixels));
        Assert.InRange(sample.Strata.Sum(stratum => stratum.Hectares), 10_800 * 0.09 * 0.999, 10_800 * 0.09 * 1.002);
        Assert.Equal(300, sample.Places.Count);
        // Where the map is unsure, three times as many points a hectare.
        Assert.InRange(sample.Strata[1].InclusionProbability / sample.Strata[5].InclusionProbability, 2.7, 3.2);
        using Dataset raster = Dataset.Open(map);
        double middle = Grid.Of(raster).GeographicBounds() is var (_, south, _, north) ? (south + north) / 2 : 0;
        // A pixel on the border is of the zone that has most of it, wherever in it the place lies.
        Assert.All(sample.Places.Where(place => Math.Abs(place.Latitude - middle) > 0.0005), place => Assert.Equal(place.Latitude > middle, sample.Strata[place.Stratum].Name.EndsWith("north", StringComparison.Ordinal)));
        // Zones of one name are told apart by their countries, others need none.
        Zone[] named = [.. ZoneReader.Read(zones)];
        Zone[] alike = [new("both", "KZ", named[0].Geometry), new("both", "CN", named[1].Geometry)];
        Assert.Equal(["1, both (KZ)", "1, both (CN)", "2, both (KZ)", "2, both (CN)"], Names(alike));
        Assert.Equal(["1, north", "1, south", "2, north", "2, south"], Names([new("north", "KZ", named[0].Geometry), new("south", "CN", named[1].Geometry)]));
        Assert.Contains("does not lie on the grid", Assert.Throws<InputException>(() => StratifiedSampling.Draw(WriteMap(scratch, "small-2010.tif", 60, 60, (_, _) => 1), new SampleOptions { Points = 50, Probability = probability })).Message, StringComparison.Ordinal);

        IEnumerable<string> Names(Zone[] of) => StratifiedSampling.Draw(map, new SampleOptions { Points = 40, Minimum = 5, Zones = of }).Strata.Select(stratum => stratum.Name);
    }

    /// <summary>Figures over which countries argue do not change unnoticed: three designs, with zones, all numbers of each.</summary>
    [Theory]
    [InlineData("map")]
    [InlineData("design")]
    [InlineData("known")]
    public void Assessments_are_those_on_record(string design)
    {
        using var scratch = new ScratchFolder();
        var random = new Random(9);
        // Values 1 to 4; the last is rare, and the first row was not observed.
        string map = WriteMap(scratch, "map-2010.tif", 120, 100, (x, y) => y == 0 ? (byte)0 : x > 117 && y > 97 ? (byte)4 : (byte)(1 + x / 30 % 3));
        string zones = scratch.File("zones.geojson");
        File.WriteAllText(zones, Zones(map));
        using Dataset raster = Dataset.Open(map);
        var grid = Grid.Of(raster);
        (double west, double south, double east, double north) = grid.GeographicBounds();
        var points = new List<ReferencePoint>();
        foreach (int i in Enumerable.Range(0, 260).Where(i => i * 41 % 120 < 116 || i * 29 % 100 > 4))
        {
            // No two in one pixel, and none where the rare value is.
            (double lon, double lat) = (west + (east - west) * (i * 41 % 120 + 0.5) / 120, south + (north - south) * (i * 29 % 100 + 0.5) / 100);
            string name = random.Next(5) == 0 ? "rice" : (lon - west) / (east - west) < 0.3 ? "irrigated" : random.Next(3) == 0 ? "rainfed" : "bare";
            bool inFirst = random.Next(3) == 0;
            points.Add(new ReferencePoint(lon, lat, name, 2010, 2010, design == "design" ? (inFirst ? "first" : "second") : null, design == "design" ? (inFirst ? 250 : 810) : null, design == "map" ? null : inFirst ? 0.02 : 0.05));
        }

        points.Add(new ReferencePoint(west, north + 1, "rice", 2010, 2010, points[0].Stratum, points[0].StratumHectares, points[0].InclusionProbability));
        points.Add(points[0] with { FromYear = 2011, ToYear = 2012 });
        points.Add(points[1]);
        if (design == "map")
        {
            foreach ((int column, string name) in new[] { (118, "bare"), (119, "rice") })
            {
                (double[] x, double[] y) = ([grid.Left + 30 * (column + 0.5)], [grid.Top - 30 * 98.5]);
                using SpatialReference utm = grid.OpenSpatialReference();
                using SpatialReference wgs84 = SpatialReference.Wgs84();
                using var transformation = new CoordinateTransformation(utm, wgs84);
                transformation.Transform(x, y);
                points.Add(new ReferencePoint(x[0], y[0], name, 2010, 2010));
            }
        }

        Zone[] of = [.. ZoneReader.Read(zones), new Zone("small", "KZ", GeometryFactory.Default.ToGeometry(new Envelope(west, west + 0.003, south, south + 0.003))), new Zone("elsewhere", "CN", GeometryFactory.Default.ToGeometry(new Envelope(west - 2, west - 1, south, north)))];
        Assessment assessment = AccuracyAssessment.Compute([map], 2010, new ReferenceSample("points.geojson", points, 3), [new ClassValues("irrigated", [1]) { OtherNames = ["rice"] }, new ClassValues("rainfed", [2, 4])], of);
        GoldenFile.AssertSame($"assessment-{design}.json", assessment, 1e-9);
    }

    [Fact]
    public void Places_of_a_sample_are_those_on_record()
    {
        using var scratch = new ScratchFolder();
        string map = WriteMap(scratch, "map-2010.tif", 70, 40, (x, y) => (x + y) % 11 == 0 ? (byte)0 : (byte)(1 + (x / 9 + y / 7) % 3));
        PointSample[] samples = [.. new[] { Allocation.Proportional, Allocation.Equal, Allocation.Neyman }.Select(allocation => StratifiedSampling.Draw(map, new SampleOptions
        {
            Points = 24,
            Minimum = 3,
            Seed = 5,
            Allocation = allocation,
            Expected = allocation == Allocation.Neyman ? new Dictionary<string, double> { ["1"] = 0.9, ["2"] = 0.6, ["3"] = 0.75 } : new Dictionary<string, double>(),
        }))];
        GoldenFile.AssertSame("sample-places.json", samples, 1e-9);
    }

    [Theory]
    [InlineData(".geojson")]
    [InlineData(".csv")]
    public void A_sample_that_is_written_and_labelled_assesses_its_map(string ending)
    {
        using var scratch = new ScratchFolder();
        string map = WriteMap(scratch, "map-2010.tif", 120, 100, (x, _) => x < 40 ? (byte)1 : (byte)2);
        string zones = scratch.File("zones.geojson");
        File.WriteAllText(zones, Zones(map));
        string file = scratch.File("points" + ending);
        PointSampleWriter.Write(file, StratifiedSampling.Draw(map, new SampleOptions { Points = 300, Minimum = 100 }));
        Assert.Contains("none of its 300 points has a class", Assert.Throws<InputException>(() => ReferenceReader.Read(file)).Message, StringComparison.Ordinal);
        // In truth the first class reaches five columns further.
        using Dataset raster = Dataset.Open(map);
        var grid = Grid.Of(raster);
        using SpatialReference utm = grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var toGrid = new CoordinateTransformation(wgs84, utm);
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            double[]? place = Place(lines[i], ending);
            if (place is null)
            {
                continue;
            }

            (double[] x, double[] y) = ([place[0]], [place[1]]);
            toGrid.Transform(x, y);
            string name = (x[0] - grid.Left) / 30 < 45 ? "irrigated" : "rainfed";
            lines[i] = ending == ".csv" ? lines[i].Replace(",,2010,", $",{name},2010,", StringComparison.Ordinal) : lines[i].Replace("\"class\":null", $"\"class\":\"{name}\"", StringComparison.Ordinal);
        }

        File.WriteAllLines(file, lines);
        ReferenceSample sample = ReferenceReader.Read(file);
        Assert.Equal((300, 0), (sample.Points.Count, sample.Unlabelled));
        Assessment assessment = AccuracyAssessment.Compute([map], 2010, sample, [new ClassValues("irrigated", [1]), new ClassValues("rainfed", [2])], ZoneReader.Read(zones));
        double truth = assessment.ObservedHectares * 45 / 120;
        Estimate area = assessment.PerClass[0].Hectares;
        Assert.InRange(truth, area.Low, area.High);
        Assert.True(assessment.PerClass[0].MappedHectares < area.Low, "the map is biased, and the interval must say so");
        Assert.Equal(1, assessment.PerClass[0].User.Value, 12);
        // The zones tile the map: their estimates add up to about the whole, and each is in its interval.
        Assert.Equal(2, assessment.Zones.Count);
        Assert.All(assessment.Zones, zone => Assert.InRange(zone.ObservedHectares * 45 / 120, zone.Hectares![0].Low, zone.Hectares[0].High));
        // And the same fills the intervals of an area table.
        AreaTable table = AreaCalculation.Compute([map], ZoneReader.Read(zones), new ClassValues("irrigated", [1]), zones);
        (AreaTable filled, _) = AreaIntervals.Add(table, [map], new ClassValues("irrigated", [1]), sample);
        Assert.Equal([.. table.Warnings, $"points of {file} are {NameMatch.Counted(sample.Points.Select(point => point.Class).Where(name => name == "rainfed"))}, which no class is named: they count as other"], filled.Warnings);
        Assert.All(filled.Rows, row => Assert.True(row.LowHectares < row.HighHectares));
        Assert.Equal(AreaCsv.ToText(filled.Rows).Split('\n')[1].Split(',')[7], Text(filled.Rows[0].LowHectares!.Value, "0.000"));
        (AreaTable other, _) = AreaIntervals.Add(table with { Rows = [.. table.Rows.Select(row => row with { Year = 2011 })] }, [map], new ClassValues("irrigated", [1]), sample);
        Assert.All(other.Rows, row => Assert.Null(row.LowHectares));
        Assert.Contains(other.Warnings, warning => warning.Contains("no point of these years", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[{\"class\":\"a\",\"year\":2010},{\"class\":null,\"year\":2010}]", null)]
    // A field of blanks, as tables leave it, says nothing.
    [InlineData("[{\"class\":\"a\",\"stratum\":\" \",\"stratum_ha\":\" \",\"inclusion_probability\":\" \"},{\"class\":\" \"}]", null)]
    [InlineData("[{\"name\":\"a\"}]", "has no field 'class'")]
    [InlineData("[{\"class\":null}]", "none of its 1 points has a class")]
    [InlineData("[{\"class\":\"a\",\"year\":\"soon\"}]", "has the year 'soon'")]
    [InlineData("[{\"class\":\"a\",\"inclusion_probability\":0}]", "write a number above 0")]
    [InlineData("[{\"class\":\"a\",\"inclusion_probability\":0.5},{\"class\":\"a\"}]", "give it to all or to none")]
    [InlineData("[{\"class\":\"a\",\"stratum\":\"x\",\"stratum_ha\":5},{\"class\":\"a\"}]", "give them to all or to none")]
    [InlineData("[{\"class\":\"a\",\"stratum\":\"x\",\"stratum_ha\":5},{\"class\":\"a\",\"stratum\":\"x\"}]", "1 of 2 points have 'stratum' and 'stratum_ha'; give them to all or to none")]
    [InlineData("[{\"class\":\"a\",\"stratum\":\"x\",\"stratum_ha\":5},{\"class\":\"a\",\"stratum\":\"x\",\"stratum_ha\":6}]", "has several areas")]
    [InlineData("[{\"class\":\"a\",\"stratum\":\"x\",\"stratum_ha\":5},{\"class\":null,\"stratum\":\"y\",\"stratum_ha\":6}]", "no point of stratum 'y' has a class")]
    public void What_is_wrong_with_a_sample_is_said(string properties, string? problem)
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("points.geojson");
        IEnumerable<string> features = System.Text.Json.Nodes.JsonNode.Parse(properties)!.AsArray().Select((node, i) => $"{{\"type\":\"Feature\",\"properties\":{node!.ToJsonString()},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[80,{40 + i}]}}}}");
        File.WriteAllText(file, $"{{\"type\":\"FeatureCollection\",\"features\":[{string.Join(',', features)}]}}");
        if (problem is null)
        {
            Assert.Equal(1, ReferenceReader.Read(file).Unlabelled);
            return;
        }

        InputException error = Assert.Throws<InputException>(() => ReferenceReader.Read(file));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static double[]? Place(string line, string ending)
    {
        if (ending == ".csv")
        {
            string[] fields = line.Split(',');
            return double.TryParse(fields[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double lon) ? [lon, double.Parse(fields[2], CultureInfo.InvariantCulture)] : null;
        }

        int at = line.IndexOf("\"coordinates\":[", StringComparison.Ordinal);
        return at < 0 ? null : [.. line[(at + 15)..line.IndexOf(']', at)].Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
    }

    /// <summary>The northern and the southern half of a map.</summary>
    private static string Zones(string map)
    {
        using Dataset raster = Dataset.Open(map);
        (double west, double south, double east, double north) = Grid.Of(raster).GeographicBounds();
        double middle = (south + north) / 2;
        string Ring(double low, double high) => string.Create(CultureInfo.InvariantCulture, $"[[[{west - 1},{low}],[{east + 1},{low}],[{east + 1},{high}],[{west - 1},{high}],[{west - 1},{low}]]]");
        return $"{{\"type\":\"FeatureCollection\",\"features\":[{{\"type\":\"Feature\",\"properties\":{{\"name\":\"north\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{Ring(middle, north + 1)}}}}},{{\"type\":\"Feature\",\"properties\":{{\"name\":\"south\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":{Ring(south - 1, middle)}}}}}]}}";
    }

    private static string WriteMap(ScratchFolder scratch, string name, int width, int height, Func<int, int, byte> value)
    {
        string path = scratch.File(name);
        ClassMap.Write(path, new Grid("EPSG:32644", 448_425, 4_890_015, 30, 30, width, height), value);
        return path;
    }

    private static int[] Draw(Random random, int count, double[] shares)
    {
        int[] counts = new int[shares.Length];
        for (int i = 0; i < count; i++)
        {
            double u = random.NextDouble();
            int c = 0;
            while (c < shares.Length - 1 && u >= shares[c])
            {
                u -= shares[c++];
            }

            counts[c]++;
        }

        return counts;
    }

    private static Assessment Assess(string[] classes, double[] pixels, int[][] counts)
    {
        var points = new List<AssessedPoint>();
        for (int i = 0; i < counts.Length; i++)
        {
            for (int j = 0; j < counts[i].Length; j++)
            {
                points.AddRange(Enumerable.Range(0, counts[i][j]).Select(_ => Point(i + 1, classes[j], null, null, null)));
            }
        }

        Dictionary<double, double> areas = pixels.Select((count, i) => (count, i)).ToDictionary(item => item.i + 1.0, item => item.count * PixelArea);
        return AccuracyAssessment.Of(new AssessedMap(null, areas, points), new ReferenceSample("points.geojson", [.. points.Select(point => point.Point)], 0), [.. classes.Select((name, i) => new ClassValues(name, [i + 1]))], []);
    }

    private static AssessedPoint Point(double value, string name, string? stratum, double? hectares, double? inclusion) =>
        new(new ReferencePoint(80, 44, name, null, null, stratum, hectares, inclusion), value);

    private static string Text(Estimate estimate) => $"{Text(estimate.Value, "0.00")} ± {Text(estimate.Margin, "0.00")}";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
