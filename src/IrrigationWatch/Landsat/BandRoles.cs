namespace IrrigationWatch.Landsat;

/// <summary>Facts about band roles.</summary>
public static class BandRoles
{
    private static readonly BandRole[] Reflective = [BandRole.Blue, BandRole.Green, BandRole.Red, BandRole.Nir, BandRole.Swir1, BandRole.Swir2];

    /// <summary>True for bands of reflectance, false for quality and angles.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Whether it is a reflective band.</returns>
    public static bool IsReflective(this BandRole role) => role <= BandRole.Swir2;

    /// <summary>The role's name as metadata and configuration write it.</summary>
    /// <param name="role">The role.</param>
    /// <returns>For example <c>swir1</c> or <c>qa_pixel</c>.</returns>
    public static string Name(this BandRole role) => role switch
    {
        BandRole.QaPixel => "qa_pixel",
        BandRole.QaRadsat => "qa_radsat",
        BandRole.CloudQa => "sr_cloud_qa",
        BandRole.AerosolQa => "sr_qa_aerosol",
        BandRole.SolarZenith => "sza",
        BandRole.StackMask => "mask",
        _ => role.ToString().ToLowerInvariant(),
    };

    /// <summary>The bands that a whole product has.</summary>
    /// <param name="id">The product.</param>
    /// <returns>Reflective bands, and the quality and angle bands of its sensor and level.</returns>
    public static IReadOnlyList<BandRole> Of(ProductId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Kind switch
        {
            ProductKind.Stack => Reflective,
            _ when !id.IsLevel2 => [.. Reflective, BandRole.QaPixel, BandRole.QaRadsat, BandRole.SolarZenith],
            _ => [.. Reflective, BandRole.QaPixel, BandRole.QaRadsat, id.Sensor == Sensor.Oli ? BandRole.AerosolQa : BandRole.CloudQa],
        };
    }
}
