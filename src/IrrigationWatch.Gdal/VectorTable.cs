namespace IrrigationWatch.Gdal;

/// <summary>The features of a layer, their letters read.</summary>
/// <param name="FieldNames">Names of the attribute fields, as often as the layer has them; a feature has of those that differ in capitals alone the one that is needed, else the first.</param>
/// <param name="Features">The features in the layer's order.</param>
/// <param name="Remarks">What a user should know of how they were read, each one line.</param>
public sealed record VectorTable(IReadOnlyList<string> FieldNames, IReadOnlyList<VectorFeature> Features, IReadOnlyList<string> Remarks);
