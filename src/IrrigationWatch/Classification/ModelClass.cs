namespace IrrigationWatch.Classification;

/// <summary>A class of a model and the value that stands for it in a class map.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Value">The pixel value, from 1; 0 means not observed.</param>
/// <param name="IsIrrigated">True when its area counts as irrigated.</param>
public sealed record ModelClass(string Name, byte Value, bool IsIrrigated);
