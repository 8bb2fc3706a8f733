namespace IrrigationWatch.Classification;

/// <summary>How a model is trained. The same options and samples give the same model on one machine.</summary>
public sealed record TrainerOptions
{
    /// <summary>The learning method.</summary>
    public TrainerKind Kind { get; init; } = TrainerKind.LightGbm;

    /// <summary>Trees a class.</summary>
    public int Trees { get; init; } = 100;

    /// <summary>Most leaves of a tree.</summary>
    public int Leaves { get; init; } = 31;

    /// <summary>Seed of all that is random.</summary>
    public int Seed { get; init; } = 1984;

    /// <summary>Classes that count as irrigated, of which at least one must be among the labels; empty where land is mapped that has none.</summary>
    public IReadOnlyList<string> IrrigatedClasses { get; init; } = ["irrigated"];

    /// <summary>Width in metres of the blocks that cross-validation never splits.</summary>
    public double BlockMetres { get; init; } = 10_000;
}
