using IrrigationWatch.Classification;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>
/// A training whose figures are worked by hand: eight samples in two blocks, one block without an error, the other with three of four. Nothing is
/// trained: what is published of a model is its description and validation.
/// </summary>
internal static class ModelExample
{
    internal const string Irrigated = "irrigated | drip";

    internal static TrainingSample[] Samples { get; } =
    [
        Sample(Irrigated, 2010, "KZ", "TM"), Sample(Irrigated, 2010, "KZ", "TM"), Sample(Irrigated, 2011, "CN", "ETM"), Sample("dry", 2010, "KZ", "TM"),
        Sample("dry", 2011, "CN", "ETM"), Sample("dry", 2011, "CN", "ETM"), Sample("dry", 2011, "", ""), Sample(Irrigated, 2011, "CN", "ETM"),
    ];

    internal static ModelTraining Training { get; } = Make();

    private static ModelTraining Make()
    {
        (int Group, string Predicted, double Probability)[] held =
            [(0, Irrigated, 0.9), (0, Irrigated, 0.8), (1, "dry", 0.3), (0, "dry", 0.1), (1, "dry", 0.2), (1, Irrigated, 0.6), (1, Irrigated, 0.5), (0, Irrigated, 1)];
        var byBlocks = new CrossValidated(["dry", Irrigated], [Irrigated], [.. held.Select((one, i) => new HeldOut(Samples[i], 4 - one.Group, one.Group, one.Predicted, one.Probability))], [0.01, 0.25], 7);
        var description = new ModelDescription
        {
            FeatureNames = ["early_ndvi", "late_ndvi"],
            Classes = [new ModelClass("dry", 2, false), new ModelClass(Irrigated, 1, true)],
            Trainer = "LightGBM",
            Trees = 100,
            Leaves = 31,
            Seed = 1984,
        };
        var labels = new LabelReport(13, 7, 2, 1, 3, 4, [], 1);
        return new ModelTraining(new IrrigationModel(null!, null!, null!, description), new TrainingSet(["early_ndvi", "late_ndvi"], Samples, labels), new TrainerOptions { BlockMetres = 2500 }, [], byBlocks, null, byBlocks, null);
    }

    private static TrainingSample Sample(string name, int year, string country, string sensors) =>
        new(name, year, 500_015, 4_899_985.5, [0.125f, float.NaN]) { Country = country, Sensors = sensors };
}
