namespace IrrigationWatch.Rasters;

/// <summary>Longitudes along a line.</summary>
internal static class Longitudes
{
    /// <summary>A longitude from −180 to 180.</summary>
    internal static double Principal(double longitude) => longitude is >= -180 and <= 180 ? longitude : longitude - 360 * Math.Round(longitude / 360);

    /// <summary>Lets longitudes go on beyond ±180 where a line crosses the antimeridian, instead of jumping by 360; the first one stays.</summary>
    /// <param name="longitudes">Degrees of points that lie less than half the Earth apart, one after the other.</param>
    internal static void Unwrap(Span<double> longitudes)
    {
        for (int i = 1; i < longitudes.Length; i++)
        {
            longitudes[i] -= 360 * Math.Round((longitudes[i] - longitudes[i - 1]) / 360);
        }
    }
}
