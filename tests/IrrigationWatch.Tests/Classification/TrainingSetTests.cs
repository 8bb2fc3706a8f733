using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Classification;

public class TrainingSetTests
{
    private const int Width = 90;
    private const int Height = 60;

    private static readonly Grid Place = SmallStack.Place(Width, Height);

    [Fact]
    public void What_becomes_of_labels_is_reported()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        // The left third was never observed.
        FeatureStack stack = Stack(scratch, pool, 2010, (x, _, feature) => x < 30 ? float.NaN : feature + x / 100f);
        Label[] labels =
        [
            Point(40.5, 10.5, "irrigated", 2010), Point(40.6, 10.4, "irrigated", 2010), // The same pixel twice.
            Point(50.5, 10.5, "irrigated", 2010), Point(50.5, 10.5, "dry", 2010), // Two classes of one pixel.
            Point(5.5, 5.5, "dry", 2010), // Not observed.
            Point(60.5, 30.5, "dry", 2009), // Of a year without scenes.
            Point(500, 5, "dry", 2010), // Outside.
            Square(60, 20, 20, "dry", 2008, 2012), // 19 × 19 whole pixels or 20 × 20, more than the cap.
            Square(35, 40, 7, "dry", 2010, 2010), // 5 × 5 whole pixels, just the cap.
        ];
        TrainingSet set = TrainingSetBuilder.Build([stack], labels, "labels.geojson", new TrainerOptions { MostPixelsOfPolygon = 25 }, []);
        LabelReport report = set.Labels;
        Assert.Equal((9, 4, 1, 1, 1, 1, 1, 1), (report.Labels, report.Used, report.OtherYears, report.Outside, report.Unobserved, report.DuplicatePixels, report.Conflicts.Count, report.CappedPolygons));
        Assert.Equal(1, set.CountByClass()["irrigated"]);
        Assert.Equal(50, set.CountByClass()["dry"]);
        Assert.Equal(["irrigated", "dry"], report.Conflicts[0].Classes);
        Assert.Equal((448_425 + 30 * 50.5, 4_890_015 - 30 * 10.5), (report.Conflicts[0].X, report.Conflicts[0].Y));
        Assert.Contains(report.Remarks, remark => remark.Contains("1 of 9 labels are of years without scenes", StringComparison.Ordinal));
        Assert.Contains(report.Remarks, remark => remark.Contains("different classes", StringComparison.Ordinal) && remark.Contains("irrigated and dry", StringComparison.Ordinal));
        Assert.Equal(4, report.Remarks.Count - 1);
        Assert.Equal("TM", set.Samples[0].Sensors);
        Assert.Equal(["late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "year_ndvi_p50"], set.FeatureNames);
    }

    [Fact]
    public void Samples_know_their_country()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        FeatureStack stack = Stack(scratch, pool, 2010, (x, _, _) => x);
        Label[] labels = [Point(10.5, 10.5, "a", 2010), Point(80.5, 10.5, "b", 2010), Point(45.5, 50.5, "b", 2010)];
        Zone[] zones = [new("west", "KZ", Square(0, 0, 40, "", 0, 0).Geometry), new("east", "CN", Square(60, 0, 30, "", 0, 0).Geometry)];
        Assert.Equal(["KZ", "CN", ""], TrainingSetBuilder.Build([stack], labels, "labels.geojson", new TrainerOptions(), zones).Samples.Select(sample => sample.Country));
    }

    [Fact]
    public void Features_are_chosen_by_name_and_those_of_years_before_join()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        FeatureStack before = Stack(scratch, pool, 2009, (x, y, feature) => 1000 * feature + x + y);
        FeatureStack stack = Stack(scratch, pool, 2010, (x, y, feature) => -(1000 * feature + x + y)).WithPrevious(before, null);
        Assert.Equal(["previous_late_ndvi_median", "previous_late_ndvi_max", "previous_late_mndwi_median", "previous_year_ndvi_p50"], stack.Names.Skip(5).Take(4));
        Assert.Equal("previous2_year_ndvi_p50", stack.Names[^1]);
        Label[] labels = [Point(10.5, 20.5, "a", 2010), Point(80.5, 10.5, "b", 2010)];
        TrainingSet set = TrainingSetBuilder.Build([stack], labels, "labels.geojson", new TrainerOptions { Features = ["late_ndvi_m*", "previous*_p50"] }, []);
        Assert.Equal(["late_ndvi_median", "late_ndvi_max", "previous_year_ndvi_p50", "previous2_year_ndvi_p50"], set.FeatureNames);
        Assert.Equal([-30, -1030, 4030, float.NaN], set.Samples[0].Features);
        InputException unknown = Assert.Throws<InputException>(() => TrainingSetBuilder.Build([stack], labels, "labels.geojson", new TrainerOptions { Features = ["summer_*"] }, []));
        Assert.Contains("has no feature 'summer_*'", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_come_from_tables_of_longitude_and_latitude_too()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("labels.csv");
        File.WriteAllText(path, "lon,lat,class,year\n80.25,44.125,irrigated,2010\n80.5,44.25,\"dry, bare\",2008-2012\n");
        IReadOnlyList<Label> labels = LabelReader.Read(path);
        Assert.Equal([(80.25, 44.125), (80.5, 44.25)], labels.Select(label => (label.Geometry.Centroid.X, label.Geometry.Centroid.Y)));
        Assert.Equal(("dry, bare", 2008, 2012), (labels[1].Class, labels[1].FromYear, labels[1].ToYear));
    }

    [Fact]
    public void Without_labels_confident_pixels_label_themselves_and_reeds_are_kept_apart()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        var random = new Random(1);
        // Water to the left, reeds beside it, then desert, then fields; all with some noise.
        FeatureStack stack = Stack(scratch, pool, 2010, (x, _, feature) =>
        {
            float noise = 0.03f * (float)random.NextDouble();
            bool water = x < 8;
            bool green = x is >= 8 and < 12 or >= 50;
            return feature switch
            {
                0 => noise + (water ? -0.2f : green ? 0.75f : 0.12f),
                1 => noise + (water ? -0.1f : green ? 0.85f : 0.2f),
                2 => noise + (water ? 0.5f : green ? -0.3f : -0.4f),
                3 => 5,
                _ => x is >= 8 and < 12 ? 0.5f + noise : noise,
            };
        });
        TrainingSet set = WeakLabels.Find([stack], new TrainerOptions());
        Assert.True(set.IsWeak);
        Assert.Equal(WeakLabels.Classes.Order(StringComparer.Ordinal), set.CountByClass().Keys);
        Assert.All(set.Samples, sample =>
        {
            int x = (int)((sample.X - Place.Left) / 30);
            Assert.Equal(x < 8 ? "water" : x < 12 ? "wetland" : x < 50 ? "not irrigated" : "irrigated", sample.Class);
        });
        Assert.Equal(set.Samples.Select(sample => (sample.X, sample.Y)), WeakLabels.Find([stack], new TrainerOptions()).Samples.Select(sample => (sample.X, sample.Y)));
        FeatureStack desert = Stack(scratch, pool, 2011, (_, _, feature) => feature == 3 ? 5 : feature == 2 ? -0.4f : 0.1f);
        Assert.Contains("no pixel is confidently irrigated", Assert.Throws<InputException>(() => WeakLabels.Find([desert], new TrainerOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Otsu_finds_the_valley_between_two_hills()
    {
        long[] histogram = new long[100];
        for (int i = 0; i < 100; i++)
        {
            histogram[i] = (long)(1000 * Math.Exp(-Math.Pow((i - 20) / 6.0, 2)) + 400 * Math.Exp(-Math.Pow((i - 70) / 8.0, 2)));
        }

        // Between the hills nothing lies, and all splits there are as good: the middle of them.
        Assert.InRange(WeakLabels.Otsu(histogram), 40, 45);
    }

    [Fact]
    public void Land_unlike_that_of_the_training_is_shown_tile_by_tile()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        var random = new Random(3);
        FeatureStack Like(int year, float shift) => Stack(scratch, pool, year, (x, _, feature) => feature == 3 ? 5 : (x < 45 ? 0.2f : 0.7f) + 0.1f * (float)random.NextDouble() + (feature == 0 ? shift : 0));
        FeatureStack known = Like(2010, 0);
        var labels = new List<Label>();
        for (int i = 0; i < 300; i++)
        {
            int x = random.Next(Width);
            labels.Add(Point(x + 0.5, random.Next(Height) + 0.5, x < 45 ? "dry" : "irrigated", 2010));
        }

        IrrigationModel model = ModelTrainer.Train(TrainingSetBuilder.Build([known], labels, "labels", new TrainerOptions(), []), new TrainerOptions { Trees = 20 }, "labels");
        Assert.InRange(Novelty(known), 0, 0.06);
        Assert.InRange(Novelty(Like(2011, 3)), 0.2, 1);

        double Novelty(FeatureStack stack)
        {
            string path = scratch.File("novelty.tif");
            MapClassifier.Classify(stack, model, scratch.File("classes.tif"), null, path);
            return NoveltyMap.MeanOf(path);
        }
    }

    [Fact]
    public void A_search_takes_the_parameters_that_were_best_on_spatial_folds()
    {
        var random = new Random(8);
        TrainingSample[] samples = [.. Enumerable.Range(0, 400).Select(i =>
        {
            float x = (float)random.NextDouble();
            return new TrainingSample(x > 0.5f != random.NextDouble() < 0.1 ? "irrigated" : "dry", 2010, 10_000 * (i % 20), 0, [x, (float)random.NextDouble()]);
        })];
        var set = new TrainingSet(["a", "b"], samples, LabelReport.None);
        (TrainerOptions options, IReadOnlyList<SearchTrial> trials) = ParameterSearch.Run(set, new TrainerOptions());
        Assert.Equal([(7, 0.05), (7, 0.1), (15, 0.05), (15, 0.1), (31, 0.05), (31, 0.1)], trials.Select(trial => (trial.Leaves, trial.LearningRate)));
        Assert.All(trials, trial => Assert.InRange(trial.Trees, 1, 150));
        SearchTrial best = trials.MinBy(trial => trial.LogLoss)!;
        Assert.Equal((best.Leaves, best.LearningRate, best.Trees), (options.Leaves, options.LearningRate, options.Trees));
        // Labels are wrong one time in ten: more than a few trees only learn that by heart.
        Assert.InRange(options.Trees, 1, 150);
        (TrainerOptions forest, IReadOnlyList<SearchTrial> ofForest) = ParameterSearch.Run(set, new TrainerOptions { Kind = TrainerKind.FastForest, Trees = 20 });
        Assert.Equal([15, 31, 63], ofForest.Select(trial => trial.Leaves));
        Assert.Equal((ofForest.MinBy(trial => trial.LogLoss)!.Leaves, 20), (forest.Leaves, forest.Trees));
    }

    [Fact]
    public void Weights_move_a_model_towards_the_class_that_weighs_more()
    {
        var random = new Random(8);
        TrainingSample[] samples = [.. Enumerable.Range(0, 600).Select(i => new TrainingSample(random.NextDouble() < 0.15 ? "irrigated" : "dry", 2010, i, 0, [(float)random.NextDouble()]))];
        var set = new TrainingSet(["a"], samples, LabelReport.None);
        double plain = Mean(new TrainerOptions { Trees = 10, LeastPerLeaf = 50 });
        double balanced = Mean(new TrainerOptions { Trees = 10, LeastPerLeaf = 50, BalancesClasses = true });
        double heavy = Mean(new TrainerOptions { Trees = 10, LeastPerLeaf = 50, ClassWeights = new Dictionary<string, double> { ["irrigated"] = 3 } });
        Assert.InRange(plain, 0.05, 0.25);
        Assert.InRange(balanced, 0.4, 0.6);
        Assert.InRange(heavy, plain + 0.05, balanced);

        double Mean(TrainerOptions options)
        {
            IrrigationModel model = ModelTrainer.Train(set, options, "labels");
            int irrigated = model.Description.Classes.Select((c, i) => (c, i)).First(item => item.c.IsIrrigated).i;
            double sum = 0;
            model.Score([.. samples.Select(sample => sample.Features)], (_, scores) => sum += scores[irrigated]);
            return sum / samples.Length;
        }
    }

    [Fact]
    public void A_validation_knows_its_years_its_intervals_and_its_calibration()
    {
        var random = new Random(5);
        // The first feature tells the class, the second nothing; blocks differ in how often labels are wrong.
        TrainingSample[] samples = [.. Enumerable.Range(0, 1000).Select(i =>
        {
            float x = (float)random.NextDouble();
            int block = i % 25;
            return new TrainingSample(x > 0.5f != random.NextDouble() < block * 0.01 ? "irrigated" : "dry", 2010 + i % 3, 10_000 * block + 5000, 0, [x, (float)random.NextDouble()]) { Sensors = i % 3 == 0 ? "OLI" : "TM" };
        })];
        var set = new TrainingSet(["tells", "tells nothing"], samples, LabelReport.None);
        var options = new TrainerOptions { Trees = 20, Leaves = 7 };
        CrossValidated byBlocks = CrossValidation.ByBlocks(set, options)!;
        Assert.Equal(1000, byBlocks.Samples.Count);
        Assert.All(byBlocks.Samples.GroupBy(held => held.Group), block => Assert.Single(block.Select(held => held.Fold).Distinct()));
        Ranged accuracy = byBlocks.Interval(confusion => confusion.OverallAccuracy);
        Assert.Equal(byBlocks.Overall.OverallAccuracy, accuracy.Value);
        Assert.InRange(accuracy.High - accuracy.Low, 0.02, 0.12);
        Assert.InRange(accuracy.Value, accuracy.Low, accuracy.High);
        Assert.True(byBlocks.Importance[0] > 0.3 && Math.Abs(byBlocks.Importance[1]) < 0.05);
        Assert.Equal(1000, byBlocks.Reliability().Sum(bin => bin.Samples));
        Assert.InRange(byBlocks.Brier, 0.05, 0.2);
        Assert.Equal(["2010", "2011", "2012"], byBlocks.By(sample => sample.Year.ToString(CultureInfo.InvariantCulture)).Select(part => part.Key));
        Assert.Equal(1000, byBlocks.By(sample => sample.Sensors).Sum(part => part.Value.Total));
        CrossValidated byYears = CrossValidation.ByYears(set, options)!;
        Assert.All(byYears.Samples, held => Assert.Equal(held.Sample.Year - 2010, held.Fold));
        Assert.Equal(["OLI", "TM"], CrossValidation.BySensors(set, options)!.Samples.OrderBy(held => held.Fold).Select(held => held.Sample.Sensors).Distinct());
        Assert.All(CrossValidation.BySensors(set, options)!.Samples.GroupBy(held => held.Fold), fold => Assert.Single(fold.Select(held => held.Sample.Sensors).Distinct()));
        CrossValidated random5 = CrossValidation.AtRandom(set, options)!;
        Assert.All(random5.Samples.GroupBy(held => held.Fold), fold => Assert.Equal(200, fold.Count()));
        GoldenFile.AssertSame("validation.json", new[] { Summary(byBlocks), Summary(byYears), Summary(random5) }, 0.002);
        Assert.Null(CrossValidation.ByYears(set with { Samples = [.. samples.Where(sample => sample.Year == 2010)] }, options));
    }

    /// <summary>All figures of a validation.</summary>
    private static object Summary(CrossValidated validation) => new
    {
        validation.Overall.Counts,
        validation.Overall.OverallAccuracy,
        validation.Overall.Kappa,
        Precision = validation.Overall.Precision(1),
        Recall = validation.Overall.Recall(1),
        F1 = validation.Overall.F1(1),
        F1OfAll = validation.Overall.F1(name => name == "irrigated"),
        Interval = validation.Interval(confusion => confusion.F1(1)),
        validation.Brier,
        validation.Importance,
        Reliability = validation.Reliability(),
        ByYear = validation.By(sample => sample.Year.ToString(CultureInfo.InvariantCulture)).Select(part => part.Value.Counts),
    };

    private static Label Point(double x, double y, string name, int year) => new(new Point(Degrees(x, y)), name, year, year);

    private static Label Square(int x, int y, int side, string name, int from, int to)
    {
        // A hair inside of pixel edges, so that rounding cannot push a pixel over.
        Coordinate[] ring = [Degrees(x + 0.001, y + 0.001), Degrees(x + 0.001, y + side - 0.001), Degrees(x + side - 0.001, y + side - 0.001), Degrees(x + side - 0.001, y + 0.001), Degrees(x + 0.001, y + 0.001)];
        return new Label(new Polygon(new LinearRing(ring)), name, from, to);
    }

    private static FeatureStack Stack(ScratchFolder scratch, RasterPool pool, int year, Func<int, int, int, float> value) => SmallStack.Write(scratch, pool, year, Place, value);

    private static Coordinate Degrees(double column, double row)
    {
        double[] x = [Place.Left + 30 * column];
        double[] y = [Place.Top - 30 * row];
        using SpatialReference utm = Place.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(utm, wgs84);
        transformation.Transform(x, y);
        return new Coordinate(x[0], y[0]);
    }
}
