namespace IrrigationWatch.Areas;

/// <summary>A stratum of a sample.</summary>
/// <param name="Name">What it is, for example <c>irrigated</c> or <c>irrigated, 0.5–0.9, Zhetysu</c>.</param>
/// <param name="Pixels">Its pixels.</param>
/// <param name="Hectares">Their true area.</param>
/// <param name="Points">Points drawn of it.</param>
public sealed record SampleStratum(string Name, long Pixels, double Hectares, int Points)
{
    /// <summary>Probability with which a pixel of it was drawn.</summary>
    public double InclusionProbability => (double)Points / Pixels;
}

/// <summary>A random place in a pixel that was drawn.</summary>
/// <param name="Longitude">Degrees.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Stratum">Position of its stratum.</param>
public sealed record SamplePlace(double Longitude, double Latitude, int Stratum);

/// <summary>A stratified random sample of the pixels of a class map.</summary>
/// <param name="Year">The map's year; null where it has none.</param>
/// <param name="Strata">The strata.</param>
/// <param name="Places">The pixels drawn, in random order, so that the first ones alone are a sample too.</param>
public sealed record PointSample(int? Year, IReadOnlyList<SampleStratum> Strata, IReadOnlyList<SamplePlace> Places);
