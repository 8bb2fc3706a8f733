namespace IrrigationWatch.Landsat;

/// <summary>A file of a scene that cannot be read whole.</summary>
/// <param name="File">Its name within the product.</param>
/// <param name="Cause">What is wrong, and where in the file.</param>
/// <param name="IsUsed">True for a band that results are computed from; damage to others does no harm here.</param>
public sealed record FileDamage(string File, string Cause, bool IsUsed);
