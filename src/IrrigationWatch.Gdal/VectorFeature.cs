namespace IrrigationWatch.Gdal;

/// <summary>One feature of a vector layer.</summary>
/// <param name="Id">The feature's number in its layer.</param>
/// <param name="Fields">Attribute values as text in the invariant form; null where not set.</param>
/// <param name="Wkb">The geometry as ISO well-known binary, little-endian; null where there is none.</param>
public sealed record VectorFeature(long Id, IReadOnlyDictionary<string, string?> Fields, byte[]? Wkb);
