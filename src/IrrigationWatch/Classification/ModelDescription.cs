using System.Text.Json;

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
}
