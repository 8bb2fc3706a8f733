using System.Text.Json;
using System.Text.Json.Serialization;

namespace IrrigationWatch.Classification;

/// <summary>What a model is: its features, classes and how it was trained.</summary>
public sealed record ModelDescription
{
    /// <summary>How descriptions are written.</summary>
    internal static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Names of the features, in the order in which pixels are scored.</summary>
    public required IReadOnlyList<string> FeatureNames { get; init; }

    /// <summary>The classes in the order of the model's probabilities.</summary>
    public required IReadOnlyList<ModelClass> Classes { get; init; }

    /// <summary>The learning method.</summary>
    public required string Trainer { get; init; }

    /// <summary>Trees a class.</summary>
    public required int Trees { get; init; }

    /// <summary>Most leaves of a tree.</summary>
    public required int Leaves { get; init; }

    /// <summary>Seed of all that is random.</summary>
    public required int Seed { get; init; }

    /// <summary>How many years before join with their features.</summary>
    public int PreviousYears { get; init; }

    /// <summary>The range of each feature in training, from the 1st to the 99th percentile; empty in models of before it was kept.</summary>
    public IReadOnlyList<FeatureRange> Ranges { get; init; } = [];

    /// <summary>True where confident pixels labelled themselves, as no labels were given.</summary>
    public bool IsWeak { get; init; }

    /// <summary>The day on which the years that it was trained on begin, <c>MM-DD</c>; null for calendar years.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? YearStarts { get; init; }
}

/// <summary>The range of a feature in training.</summary>
/// <param name="Low">Its 1st percentile; null where it was never observed.</param>
/// <param name="High">Its 99th percentile.</param>
public sealed record FeatureRange(float? Low, float? High);
