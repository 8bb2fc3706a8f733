using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// A product says most things more than once: in several metadata files, in the names of its files, in the header of each band. No checksum covers a metadata file, so what is said twice must agree.
/// </summary>
internal static class ProductConsistency
{
    /// <summary>Half of the last digit of REFLECTANCE_MULT at the greatest DN, and of REFLECTANCE_MAXIMUM.</summary>
    private const double ScalingTolerance = 4e-5;

    /// <summary>Share of a pixel that may come from rounding.</summary>
    private const double RoundingTolerance = 1e-6;

    /// <summary>The metadata files of a product must say the same.</summary>
    /// <param name="first">What one says.</param>
    /// <param name="other">What another says.</param>
    /// <param name="container">The product.</param>
    /// <exception cref="InputException">They differ in what goes into results.</exception>
    internal static void Compare(ProductMetadata first, ProductMetadata other, string container)
    {
        string? what = first.Id.Text != other.Id.Text ? $"the product id ({first.Id.Text} and {other.Id.Text})"
            : first.Time.Date != other.Time.Date ? string.Create(CultureInfo.InvariantCulture, $"the day ({first.Time:yyyy-MM-dd} and {other.Time:yyyy-MM-dd})")
            : first.SunElevation != other.SunElevation ? string.Create(CultureInfo.InvariantCulture, $"the sun's elevation ({first.SunElevation} and {other.SunElevation})")
            : !Equals(first.Grid, other.Grid) ? "where the bands lie"
            : first.Scaling.FirstOrDefault(band => other.Scaling.GetValueOrDefault(band.Key) != band.Value) is { Value.Multiplier: not 0 } band ? $"the scaling of band {band.Key.Name()}"
            : first.Files.FirstOrDefault(file => other.Files.GetValueOrDefault(file.Key) != file.Value) is { Value: not null } file ? $"the file of band {file.Key.Name()}"
            : null;
        if (what is not null)
        {
            throw new InputException(container, $"{first.Source} and {other.Source} differ in {what}; one is damaged, download the product again");
        }
    }

    /// <summary>The scaling must give the smallest and the largest reflectance that the metadata name too.</summary>
    /// <param name="mtl">The metadata.</param>
    /// <param name="groups">Groups of the largest and smallest reflectance and of their DN; the same one in Level 2.</param>
    /// <param name="band">Number of the band, as the keys have it.</param>
    /// <param name="multiplier">Reflectance per DN, before the sun is regarded.</param>
    /// <param name="offset">Reflectance of DN 0.</param>
    /// <exception cref="InputException">It does not.</exception>
    internal static void CheckScaling(Mtl mtl, (string Reflectance, string Dn) groups, string band, double multiplier, double offset)
    {
        foreach (string end in new[] { "MAXIMUM", "MINIMUM" })
        {
            if (mtl.FindNumber(groups.Reflectance, $"REFLECTANCE_{end}_BAND_{band}") is double reflectance
                && mtl.FindNumber(groups.Dn, $"QUANTIZE_CAL_{end[..3]}_BAND_{band}") is double dn
                && Math.Abs(dn * multiplier + offset - reflectance) > ScalingTolerance)
            {
                throw new InputException(mtl.File, string.Create(CultureInfo.InvariantCulture, $"has REFLECTANCE_MULT_BAND_{band} = {multiplier} and REFLECTANCE_ADD_BAND_{band} = {offset}, but REFLECTANCE_{end}_BAND_{band} = {reflectance}, which do not fit each other; the file is damaged, download it again"));
            }
        }
    }

    /// <summary>Names of bands' files must be of this product and of this band.</summary>
    /// <param name="container">The product.</param>
    /// <param name="id">Its identity, as the metadata have it.</param>
    /// <param name="bands">Its bands.</param>
    /// <exception cref="InputException">One is of another.</exception>
    internal static void CheckNames(string container, ProductId id, IReadOnlyDictionary<BandRole, ContainedFile> bands)
    {
        foreach ((BandRole role, ContainedFile file) in bands)
        {
            string stem = Path.GetFileNameWithoutExtension(file.FileName);
            if (ProductId.FindIn(file.FileName) is string named && !string.Equals(named, id.Text, StringComparison.OrdinalIgnoreCase))
            {
                throw new InputException(container, $"its metadata are of {id.Text}, its file {file.FileName} is of another product; a name or the metadata are damaged, download the product again");
            }

            if (!EndsWith(role) && BandRoles.Of(id).Any(other => other != role && EndsWith(other)))
            {
                throw new InputException(container, $"its metadata name {file.FileName} as band {role.Name()}, which it is not by its name; they are damaged, download the product again");
            }

            bool EndsWith(BandRole one) => stem.EndsWith("_" + ProductMetadata.SuffixOf(id, one), StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Whether two bands of a product lie on the same grid.</summary>
    /// <param name="one">The grid of one.</param>
    /// <param name="other">The grid of the other, of as many columns and rows.</param>
    internal static bool IsSamePlace(Grid one, Grid other) =>
        IsNear(one.Left, other.Left, one.PixelWidth) && IsNear(one.Right, other.Right, one.PixelWidth) && IsNear(one.Top, other.Top, one.PixelHeight) && IsNear(one.Bottom, other.Bottom, one.PixelHeight)
        && one.HasSameCrs(other);

    private static bool IsNear(double one, double other, double pixel) => Math.Abs(one - other) <= RoundingTolerance * pixel;

    /// <summary>A band of a product must be of the type that USGS writes.</summary>
    /// <param name="container">The product.</param>
    /// <param name="role">The band.</param>
    /// <param name="file">Its file.</param>
    /// <param name="type">The type of its pixels.</param>
    /// <exception cref="InputException">It is of another.</exception>
    internal static void CheckType(string container, BandRole role, ContainedFile file, RasterType type)
    {
        bool fits = role switch
        {
            BandRole.SolarZenith => type is RasterType.Int16 or RasterType.UInt16,
            BandRole.CloudQa or BandRole.AerosolQa => type is RasterType.Byte or RasterType.UInt16,
            _ => type is RasterType.UInt16 or RasterType.Byte,
        };
        if (!fits)
        {
            throw new InputException(container, $"{file.FileName} holds pixels of type {type}, where a Landsat product has {(role == BandRole.SolarZenith ? "16-bit integers" : "16-bit integers without sign")}; it was changed by another program, download the product again");
        }
    }
}
