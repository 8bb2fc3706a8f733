namespace IrrigationWatch.Rasters;

/// <summary>
/// True areas on the WGS 84 ellipsoid by the authalic closed form (Snyder 1987, Map Projections: A Working Manual,
/// USGS Professional Paper 1395, equations 3-12 and 10-1 to 10-6).
/// </summary>
public static class EllipsoidalArea
{
    /// <summary>Semi-major axis of WGS 84 in metres.</summary>
    public const double SemiMajorAxis = 6378137.0;

    /// <summary>Flattening of WGS 84.</summary>
    public const double Flattening = 1 / 298.257223563;

    private const double EccentricitySquared = Flattening * (2 - Flattening);
    private static readonly double Eccentricity = Math.Sqrt(EccentricitySquared);
    private static readonly double HalfMinorSquared = SemiMajorAxis * SemiMajorAxis * (1 - EccentricitySquared) / 2;

    /// <summary>
    /// Area between the equator and a latitude for one radian of longitude: the northing of the equal-area cylindrical
    /// projection, in which areas are planar.
    /// </summary>
    /// <param name="latitude">Geodetic latitude in degrees, −90 to 90.</param>
    /// <returns>Square metres per radian of longitude, negative in the south.</returns>
    public static double Authalic(double latitude)
    {
        double sine = Math.Sin(latitude * (Math.PI / 180));
        double e = Eccentricity;
        return HalfMinorSquared * (sine / (1 - EccentricitySquared * sine * sine) + Math.Atanh(e * sine) / e);
    }

    /// <summary>Area of a cell between two meridians and two parallels.</summary>
    /// <param name="west">Longitude in degrees.</param>
    /// <param name="south">Latitude in degrees.</param>
    /// <param name="east">Longitude in degrees.</param>
    /// <param name="north">Latitude in degrees.</param>
    /// <returns>Square metres, positive when east and north are the greater.</returns>
    public static double Cell(double west, double south, double east, double north) =>
        (east - west) * (Math.PI / 180) * (Authalic(north) - Authalic(south));

    /// <summary>
    /// Area of a polygon whose edges are straight in the equal-area cylindrical projection. For short edges (kilometres)
    /// this is the geodesic area to better than one part in 10⁷.
    /// </summary>
    /// <param name="longitudes">Degrees, without a jump over the antimeridian; the ring may be closed or open.</param>
    /// <param name="latitudes">Degrees; as many.</param>
    /// <returns>Square metres, positive for a counter-clockwise ring.</returns>
    public static double Polygon(ReadOnlySpan<double> longitudes, ReadOnlySpan<double> latitudes)
    {
        if (longitudes.Length != latitudes.Length)
        {
            throw new ArgumentException("as many longitudes as latitudes are needed", nameof(latitudes));
        }

        if (longitudes.IsEmpty)
        {
            return 0;
        }

        // Relative to the first vertex, so that small polygons keep their digits.
        double x0 = longitudes[0];
        double q0 = Authalic(latitudes[0]);
        double area = 0;
        double px = 0;
        double pq = 0;
        for (int i = 1; i < longitudes.Length; i++)
        {
            double x = (longitudes[i] - x0) * (Math.PI / 180);
            double q = Authalic(latitudes[i]) - q0;
            area += px * q - x * pq;
            (px, pq) = (x, q);
        }

        return area / 2;
    }
}
