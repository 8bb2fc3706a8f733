using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Names of classes in samples, labels and options that match those of a map, nearly match them, or do not.</summary>
public sealed class NameMatchTests : IDisposable
{
    private static readonly Grid Place = new("EPSG:32644", 300_000, 4_900_000, 30, 30, 60, 40);
    private static readonly ClassValues[] Three = [new("irrigated", [1]), new("rainfed", [2]), new("water", [3])];

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>By hand after Olofsson et al. 2014: three thirds of a map, errors of 2 in 20, 5 in 20 and none in 10.</summary>
    [Theory]
    [InlineData("irrigated", "rainfed", "water")]
    [InlineData("1", "2", "3")]
    [InlineData("1.0", "2.0", "3.0")]
    [InlineData("IRRIGATED", "Rainfed", "3")]
    public void Pixel_values_are_names_too(string first, string second, string third)
    {
        Assessment assessment = Assess(Three, [.. Times(18, 0, first), .. Times(2, 0, second), .. Times(15, 1, second), .. Times(5, 1, first), .. Times(10, 2, third)]);
        Assert.Equal(["irrigated", "rainfed", "water"], assessment.Classes);
        double[] mapped = [.. assessment.PerClass.Select(c => c.MappedHectares)];
        double[] expected = [0.9 * mapped[0] + 0.25 * mapped[1], 0.1 * mapped[0] + 0.75 * mapped[1], mapped[2]];
        double error = Math.Sqrt(mapped[0] * mapped[0] * 0.9 * 0.1 / 19 + mapped[1] * mapped[1] * 0.75 * 0.25 / 19);
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(expected[c], assessment.PerClass[c].Hectares.Value, 6);
            Assert.Equal(c == 2 ? 0 : error, assessment.PerClass[c].Hectares.StandardError, 6);
        }

        Assert.Empty(assessment.Warnings);
    }

    [Fact]
    public void A_sample_of_other_names_is_refused_and_both_sides_are_listed()
    {
        string message = Assert.Throws<InputException>(() => Assess(Three, [.. Times(12, 0, "arrosé"), .. Times(8, 1, "pluvial")])).Message;
        Assert.Contains("none of its 20 points is of a class asked for (irrigated = 1, rainfed = 2, water = 3): they are 'arrosé' (12), 'pluvial' (8)", message, StringComparison.Ordinal);
        // What it advises: classes named as the points are.
        Assert.Equal(["arrosé", "pluvial", "other"], Assess([new("arrosé", [1]), new("pluvial", [2])], [.. Times(12, 0, "arrosé"), .. Times(8, 1, "pluvial"), .. Times(5, 2, "other")]).Classes);
    }

    [Fact]
    public void A_slip_of_the_pen_is_refused_and_another_class_is_said()
    {
        InputException error = Assert.Throws<InputException>(() => Assess([Three[0]], [.. Times(12, 0, "irrigated"), .. Times(4, 0, "irrigatd"), .. Times(8, 1, "other"), .. Times(8, 2, "other")]));
        Assert.Contains("4 points are 'irrigatd', which is no class asked for (irrigated = 1); write 'irrigated'", error.Message, StringComparison.Ordinal);
        Assessment named = Assess([Three[0]], [.. Times(12, 0, "irrigated"), .. Times(8, 1, "bare soil"), .. Times(8, 2, "other")]);
        Assert.Contains("'bare soil' (8), which no class is named: they count as other", Assert.Single(named.Warnings), StringComparison.Ordinal);
        // Values that the map has are rightly of no class.
        Assert.Empty(Assess([Three[0]], [.. Times(12, 0, "1"), .. Times(8, 1, "2"), .. Times(8, 2, "3")]).Warnings);
    }

    [Fact]
    public void Of_a_class_without_a_point_nothing_is_known()
    {
        Assessment assessment = Assess([.. Three, new("forest", [7])], [.. Times(18, 0, "irrigated"), .. Times(20, 1, "rainfed"), .. Times(10, 2, "rainfed")]);
        Assert.True(double.IsNaN(assessment.PerClass[2].Hectares.Value));
        Assert.True(double.IsNaN(assessment.PerClass[2].Hectares.High));
        Assert.Equal(0, assessment.PerClass[2].User.Value);
        Assert.Contains(assessment.Warnings, warning => warning.StartsWith("no point is 'water': its area is unknown", StringComparison.Ordinal));
        Assert.Contains(assessment.Warnings, warning => warning.StartsWith("no pixel of the map is 'forest' (7); the map holds 1, 2, 3", StringComparison.Ordinal));
        Assert.Contains("| water | 0.000 ± 0.000 | unknown | ", AssessmentWriter.ToText(assessment), StringComparison.Ordinal);
        Assert.Contains("| unknown | unknown |", AssessmentWriter.ToText(assessment), StringComparison.Ordinal);
        Assert.Contains("\"area_ha\": null", AssessmentWriter.ToJson(assessment), StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_are_refused_where_no_point_is_of_the_class_and_left_out_in_a_year_without_one()
    {
        string map = Map();
        AreaTable table = new([new AreaRow(2010, "all", "KZ", 1, 2, 2)], [new Zone("all", "KZ", NetTopologySuite.Geometries.GeometryFactory.Default.ToGeometry(new(70, 90, 30, 60)))], []);
        ReferenceSample strange = Sample([.. Times(12, 0, "arrosé"), .. Times(12, 1, "pluvial"), .. Times(12, 2, "pluvial")]);
        Assert.Contains("'pluvial' (24), 'arrosé' (12)", Assert.Throws<InputException>(() => AreaIntervals.Add(table, [map], Three[0], strange)).Message, StringComparison.Ordinal);
        ReferenceSample ofAnotherYear = Sample([.. Times(12, 0, "rainfed"), .. Times(12, 1, "rainfed"), .. Times(12, 2, "rainfed")]);
        ofAnotherYear = ofAnotherYear with { Points = [.. ofAnotherYear.Points, ofAnotherYear.Points[0] with { Class = "irrigated", FromYear = 2011, ToYear = 2011 }] };
        (AreaTable filled, _) = AreaIntervals.Add(table, [map], Three[0], ofAnotherYear);
        Assert.Null(Assert.Single(filled.Rows).LowHectares);
        Assert.Contains(filled.Warnings, warning => warning.StartsWith("2010: no point is 'irrigated'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_whose_values_no_pixel_has_is_said_or_refused()
    {
        string map = Map();
        string zones = scratch.File("zones.geojson");
        File.WriteAllText(zones, """{"type":"Feature","properties":{"name":"all"},"geometry":{"type":"Polygon","coordinates":[[[78,44],[79,44],[79,45],[78,45],[78,44]]]}}""");
        IReadOnlyList<Zone> all = ZoneReader.Read(zones);
        Assert.Empty(AreaCalculation.Compute([map], all, Three[0], zones).Warnings);
        Assert.Contains("no observed pixel in the zones is 'irrigated' (7)", Assert.Single(AreaCalculation.Compute([map], all, new ClassValues("irrigated", [7]), zones).Warnings), StringComparison.Ordinal);
        Assert.Contains("has no observed pixel of 'forest' (7); it holds 1, 2, 3", Assert.Throws<InputException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 30, Classes = [Three[0], new("forest", [7])] })).Message, StringComparison.Ordinal);
        Assert.Contains("names 'rain', which is no class; use irrigated, other", Assert.Throws<ConfigurationException>(() => StratifiedSampling.Draw(map, new SampleOptions { Points = 30, Classes = [Three[0]], Expected = new Dictionary<string, double> { ["rain"] = 0.9 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_name_classes_that_labels_have()
    {
        var shape = new NetTopologySuite.Geometries.Point(80, 44);
        Label[] labels = [new(shape, "irrigated", 2010, 2010), new(shape, "rice", 2010, 2010), new(shape, "rice", 2010, 2010), new(shape, "bare", 2010, 2010)];
        LabelNames.Check(labels, "labels", new TrainerOptions { IrrigatedClasses = ["irrigated", "rice"] });
        Assert.Contains("no label of the class 'ric', which is to count as irrigated; its labels are 'rice' (2), 'bare' (1), 'irrigated' (1)", Assert.Throws<InputException>(() => LabelNames.Check(labels, "labels", new TrainerOptions { IrrigatedClasses = ["irrigated", "ric"] })).Message, StringComparison.Ordinal);
        Assert.Contains("no label of the class 'bear', which is given a weight", Assert.Throws<InputException>(() => LabelNames.Check(labels, "labels", new TrainerOptions { ClassWeights = new Dictionary<string, double> { ["bear"] = 2 } })).Message, StringComparison.Ordinal);
    }

    /// <summary>However labellers wrote it, a class is one; the options' spelling names it, else the commonest.</summary>
    [Fact]
    public void Spellings_of_a_class_in_labels_are_one()
    {
        IReadOnlyList<Label> labels = LabelNames.Unite(Labels("Irrigated", " irrigated", "irrigated", "IRRIGATED ", "rain  fed", "Rain fed", "Rain fed", "rice"));
        Assert.Equal(["irrigated", "irrigated", "irrigated", "irrigated", "Rain fed", "Rain fed", "Rain fed", "rice"], labels.Select(label => label.Class));
        (labels, TrainerOptions options) = LabelNames.Check(labels, "labels", new TrainerOptions { IrrigatedClasses = ["Irrigated", "RICE"], ClassWeights = new Dictionary<string, double> { ["irrigated"] = 2, ["RAIN FED"] = 3 } });
        Assert.Equal(["Irrigated", "RAIN FED", "RICE"], labels.Select(label => label.Class).Distinct());
        Assert.Equal(["Irrigated", "RICE"], options.IrrigatedClasses);
        Assert.Equal([KeyValuePair.Create("Irrigated", 2.0), KeyValuePair.Create("RAIN FED", 3.0)], options.ClassWeights);
        Assert.Contains("given two weights", Assert.Throws<InputException>(() => LabelNames.Check(labels, "labels", new TrainerOptions { IrrigatedClasses = ["irrigated"], ClassWeights = new Dictionary<string, double> { ["RICE"] = 2, ["rice"] = 3 } })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("irigated", "irrigated")]
    [InlineData("irrigatde", "irrigated")]
    [InlineData("орошаемае", "орошаемые")]
    [InlineData("desrt", "desert")]
    public void A_slip_of_the_pen_in_labels_is_no_class_of_its_own(string slip, string meant)
    {
        // Whichever is the commoner: the one that the options name is meant.
        string message = Assert.Throws<InputException>(() => LabelNames.Check(Labels(slip, slip, slip, meant, meant, "water"), "labels", new TrainerOptions { IrrigatedClasses = [meant] })).Message;
        Assert.Contains($"has 3 labels '{slip}' and 2 labels '{meant}'", message, StringComparison.Ordinal);
        Assert.Contains($"write '{meant}' where that is meant", message, StringComparison.Ordinal);
        Assert.Contains($"has 1 labels '{slip}' and 2 labels '{meant}'", Assert.Throws<InputException>(() => LabelNames.Check(Labels(slip, meant, meant, "water"), "labels", new TrainerOptions { IrrigatedClasses = ["water"] })).Message, StringComparison.Ordinal);
        LabelNames.Check(Labels(meant, meant, meant, meant, meant, "water"), "labels", new TrainerOptions { IrrigatedClasses = [meant] });
        // Two classes after all, named apart as the message says, or both by the options.
        LabelNames.Check(Labels(slip + " 2", meant, meant, "water"), "labels", new TrainerOptions { IrrigatedClasses = [meant] });
        LabelNames.Check(Labels(slip, meant, "water"), "labels", new TrainerOptions { IrrigatedClasses = [slip, meant] });
    }

    [Theory]
    [InlineData("irrigated", "unirrigated")]
    [InlineData("орошаемые", "неорошаемые")]
    [InlineData("wheat a", "wheat b")]
    [InlineData("cotton1", "cotton2")]
    [InlineData("class II", "class III")]
    [InlineData("forest", "desert")]
    [InlineData("rice", "vice")]
    public void Names_of_two_classes_are_no_slips(string one, string other)
    {
        IReadOnlyList<Label> labels = Labels(one, one, one, other);
        Assert.Equal(labels, LabelNames.Check(labels, "labels", new TrainerOptions { IrrigatedClasses = [one] }).Labels);
    }

    private static Label[] Labels(params string[] names) => [.. names.Select(name => new Label(NetTopologySuite.Geometries.Point.Empty, name, 2010, 2010))];

    [Theory]
    [InlineData("irrigatd", "irrigated", true)]
    [InlineData("irigatd", "irrigated", true)]
    [InlineData("Irrigated", "irrigated", false)]
    [InlineData("irrigation", "irrigated", false)]
    [InlineData("non-irrigated", "irrigated", false)]
    [InlineData("class2", "class1", false)]
    [InlineData("rain", "ran", false)]
    public void A_slip_is_told_from_another_name(string written, string name, bool isSlip) => Assert.Equal(isSlip ? name : null, NameMatch.Meant(written, [name]));

    private Assessment Assess(ClassValues[] classes, IEnumerable<(int Third, string Name)> points) => AccuracyAssessment.Compute([Map()], 2010, Sample(points), classes, []);

    private static IEnumerable<(int Third, string Name)> Times(int count, int third, string name) => Enumerable.Repeat((third, name), count);

    private string Map()
    {
        string map = scratch.File("map-2010.tif");
        if (!File.Exists(map))
        {
            ClassMap.Write(map, Place, (x, _) => (byte)(x / 20 + 1));
        }

        return map;
    }

    /// <summary>Points on pixels of their own, each in the left, middle or right third of the map.</summary>
    private static ReferenceSample Sample(IEnumerable<(int Third, string Name)> points)
    {
        using Gdal.SpatialReference utm = Place.OpenSpatialReference();
        using Gdal.SpatialReference wgs84 = Gdal.SpatialReference.Wgs84();
        using var transformation = new Gdal.CoordinateTransformation(utm, wgs84);
        ReferencePoint[] placed =
        [
            .. points.Select((point, i) =>
            {
                double[] x = [Place.Left + (20 * point.Third + i % 20 + 0.5) * 30];
                double[] y = [Place.Top - (i / 20 + 0.5) * 30];
                transformation.Transform(x, y);
                return new ReferencePoint(x[0], y[0], point.Name, 2010, 2010);
            }),
        ];
        return new ReferenceSample("points.geojson", placed, 0);
    }
}
