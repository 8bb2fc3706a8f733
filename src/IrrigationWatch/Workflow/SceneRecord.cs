using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>A scene as the catalogue knows it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Digest">Digest of its content.</param>
/// <param name="ProductId">Its product id; empty where it could not be read.</param>
/// <param name="Acquired">Day of acquisition; default where it could not be read.</param>
/// <param name="IsLevel2">True for surface reflectance.</param>
/// <param name="HasQa">True when it has QA_PIXEL, so that clouds can be masked.</param>
/// <param name="Grid">Where it is on the ground; null where it could not be read.</param>
/// <param name="Error">Why it is not used; null for a good scene.</param>
public sealed record SceneRecord(string Path, string Digest, string ProductId, DateOnly Acquired, bool IsLevel2, bool HasQa, Grid? Grid, string? Error);
