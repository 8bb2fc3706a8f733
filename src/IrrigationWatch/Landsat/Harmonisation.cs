using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

/// <summary>
/// Surface reflectance of TM and ETM+ brought to that of OLI: OLI = a + b × ETM+ (Roy et al. 2016, Remote Sensing of
/// Environment 185, 57–70, table 2, ordinary least squares). TM bands are taken as those of ETM+.
/// </summary>
public static class Harmonisation
{
    /// <summary>Scaling of a band after harmonisation.</summary>
    /// <param name="id">The product; OLI and Level 1 are left as they are.</param>
    /// <param name="role">A reflective band.</param>
    /// <param name="scaling">The band's own scaling.</param>
    /// <returns>The scaling to OLI-like reflectance.</returns>
    public static BandScaling Apply(ProductId id, BandRole role, BandScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Sensor == Sensor.Oli || !id.IsLevel2)
        {
            return scaling;
        }

        (double intercept, double slope) = Coefficients(role);
        return scaling.Then(slope, intercept);
    }

    /// <summary>Intercept and slope of a band.</summary>
    /// <param name="role">A reflective band.</param>
    /// <returns>a and b of OLI = a + b × ETM+.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The role is not a reflective band.</exception>
    public static (double Intercept, double Slope) Coefficients(BandRole role) => role switch
    {
        BandRole.Blue => (0.0003, 0.8474),
        BandRole.Green => (0.0088, 0.8483),
        BandRole.Red => (0.0061, 0.9047),
        BandRole.Nir => (0.0412, 0.8462),
        BandRole.Swir1 => (0.0254, 0.8937),
        BandRole.Swir2 => (0.0172, 0.9071),
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
