using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// How a stack's band of floating-point numbers, or of integers of more than 16 bits, becomes digital numbers: those of USGS's own surface reflectance, so that a
/// float export of a Landsat product gives the numbers that the product had.
/// </summary>
/// <param name="Scale">Reflectance per unit of the file.</param>
/// <param name="Offset">Reflectance of 0.</param>
/// <param name="NoData">The file's value of pixels that were not imaged, beside its own nodata value, its masks and NaN; NaN for no other.</param>
public sealed record RealBand(double Scale, double Offset, double NoData)
{
    /// <summary>Reflectance per DN, and of DN 0: Landsat Collection 2 Level 2 (USGS LSDS-1619, table 6-1).</summary>
    private const double Step = 0.0000275;
    private const double Lowest = -0.2;

    private const ushort Fill = 0;

    /// <summary>What exporters write where a mask was: no land reflects exactly nothing, and of two such bands no ratio is known.</summary>
    private const double NotImaged = 0;

    /// <summary>The scaling of the digital numbers.</summary>
    /// <param name="least">Smallest valid value of the file.</param>
    /// <param name="most">Largest valid value.</param>
    /// <returns>The scaling; what is not valid lies outside of its range.</returns>
    internal BandScaling Scaling(double least, double most) =>
        new(Step, Lowest, (ushort)Math.Clamp(Math.Round(Dn(least)), Fill + 1, ushort.MaxValue - 1), (ushort)Math.Clamp(Math.Round(Dn(most)), Fill + 1, ushort.MaxValue - 1), Fill);

    /// <summary>Digital numbers of values, 0 for NaN.</summary>
    /// <param name="values">Values of the file, NaN where nothing was imaged.</param>
    /// <param name="numbers">Receives as many.</param>
    internal void ToNumbers(ReadOnlySpan<float> values, Span<ushort> numbers)
    {
        for (int i = 0; i < values.Length; i++)
        {
            // Beyond the ends stays beyond them: it is not valid.
            numbers[i] = float.IsNaN(values[i]) ? Fill : (ushort)Math.Clamp(Math.Round(Dn(values[i])), Fill + 1, ushort.MaxValue);
        }
    }

    /// <summary>What is read of a band.</summary>
    internal RasterLayer LayerOf(SceneBand band) =>
        new(band.Path) { Band = band.Number, IsUnscaled = true, Missing = new MissingValues(!band.Role.IsReflective() ? [] : double.IsNaN(NoData) ? [NotImaged] : [NoData, NotImaged]) };

    private double Dn(double value) => (value * Scale + Offset - Lowest) / Step;
}
