using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace IrrigationWatch.Cli.Answers;

/// <summary>What <c>train</c> made.</summary>
internal sealed record TrainAnswer(
    [Description("The model that was written; its card lies beside it.")] string File,
    [AllowedValues("lightgbm", "fastforest")] string Trainer,
    [Description("Pixels that it was trained on.")] int Samples,
    IReadOnlyDictionary<string, int> SamplesByClass,
    [Description("True where confident pixels labelled themselves.")] bool Weak,
    [Description("Overall accuracy by spatial blocks, from 0 to 1; null where there is but one block.")] double? AccuracyByBlocks,
    [Description("By a random split; null where there are too few samples.")] double? AccuracyAtRandom,
    [Description("By whole years; null where there is but one.")] double? AccuracyByYears,
    [Description("What became of labels that were not used.")] string[] Remarks);

/// <summary>What <c>classify</c> wrote.</summary>
internal sealed record ClassifyAnswer(
    [Description("The class map.")] string File,
    [Description("Probability of irrigation, scaled by 10 000.")] string Probability,
    [Description("Per tile the share of features outside of the range in training.")] string Novelty,
    ClassAnswer[] Classes,
    [Description("Pixel value of land that was not observed.")] int NotObserved);

/// <summary>A class of a map.</summary>
internal sealed record ClassAnswer([Description("Pixel value.")] int Value, string Name, [Description("Whether it counts as irrigated.")] bool Irrigated);

/// <summary>What <c>sample</c> drew.</summary>
internal sealed record SampleAnswer([Description("The points that were written.")] string File, [Description("The map's year.")] int? Year, int Points, StratumAnswer[] Strata);

/// <summary>A stratum of a sample.</summary>
internal sealed record StratumAnswer(string Name, long Pixels, [Description("True hectares.")] double AreaHa, int Points, [Description("Probability with which a pixel of it was drawn; null for an empty one.")] double? InclusionProbability);

/// <summary>What <c>assess</c> estimated (Olofsson et al. 2014).</summary>
internal sealed record AssessAnswer(
    int? Year,
    int Points,
    [Description("What the strata are.")] string Strata,
    [Description("Names of the classes, in the order of the matrices.")] string[] Classes,
    [Description("Points by mapped class (rows) and true class (columns).")] long[][] Counts,
    [Description("Estimated shares of the observed area, likewise.")] double[][] Shares,
    double ObservedHa,
    EstimateAnswer? OverallAccuracy,
    ClassAssessmentAnswer[] PerClass,
    ZoneAssessmentAnswer[] Zones,
    string[] Remarks);

/// <summary>An estimate with its 95% interval.</summary>
internal sealed record EstimateAnswer(double Value, double StandardError, double Low, double High);

/// <summary>Accuracy and area of a class.</summary>
internal sealed record ClassAssessmentAnswer(
    string Class,
    [Description("Hectares of the map.")] double MappedHa,
    [Description("Null where no point of the sample can tell.")] EstimateAnswer? UsersAccuracy,
    EstimateAnswer? ProducersAccuracy,
    [Description("Unbiased estimate of its area.")] EstimateAnswer? AreaHa);

/// <summary>Areas of a zone.</summary>
internal sealed record ZoneAssessmentAnswer(
    string Zone,
    string Country,
    int Points,
    double ObservedHa,
    [Description("By class, null for one of which there is no point; null where too few points lie in the zone.")] IReadOnlyDictionary<string, EstimateAnswer?>? AreaHa,
    [Description("Why there is no estimate; empty or null where there is one.")] string? Reason);
