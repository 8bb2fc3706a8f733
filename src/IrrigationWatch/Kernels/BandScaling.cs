namespace IrrigationWatch.Kernels;

/// <summary>
/// From digital numbers (DN) of a band to reflectance: <c>DN × Multiplier + Offset</c>, for DN from <see cref="MinDn"/> to
/// <see cref="MaxDn"/>; what lies outside is masked, not clipped.
/// </summary>
/// <param name="Multiplier">Reflectance per DN.</param>
/// <param name="Offset">Reflectance of DN 0.</param>
/// <param name="MinDn">Smallest valid DN.</param>
/// <param name="MaxDn">Largest valid DN.</param>
/// <param name="FillDn">DN of pixels that were not imaged; masked always, also where negative reflectance is taken as zero.</param>
public readonly record struct BandScaling(double Multiplier, double Offset, ushort MinDn, ushort MaxDn, ushort FillDn = 0)
{
    /// <summary>The scaling followed by a linear function of reflectance, as in harmonising one sensor to another.</summary>
    /// <param name="slope">Factor.</param>
    /// <param name="intercept">Summand, in reflectance.</param>
    /// <returns>A scaling with the same valid DN.</returns>
    public BandScaling Then(double slope, double intercept) =>
        this with { Multiplier = Multiplier * slope, Offset = Offset * slope + intercept };

    /// <summary>Reflectance of a DN, without masking.</summary>
    /// <param name="dn">The digital number.</param>
    /// <returns>Reflectance.</returns>
    public double Reflectance(ushort dn) => dn * Multiplier + Offset;
}
