using System.Numerics;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// The one place that says whether a pixel was observed: by GDAL's mask of any kind, by the nodata value at the precision of the band, and by what is
/// no finite number.
/// </summary>
/// <remarks>
/// Where GDAL knows of a nodata value alone, stored values are compared to it here, which lets them be read by <see cref="TiffTiles"/> and as bits; the
/// result is that of GDAL's own mask, with exceptions that all lead to "not observed": what is no finite number; bytes whose sign stands in metadata, of
/// which GDAL before 3.7 forgets it; huge sentinels whose nodata value lost digits in a text header (−3.40282e+38 for −3.4028235e+38); a band of opacity wherever it
/// stands and beside a nodata value, where GDAL looks at it only as the last of two or four bands; and of netCDF all that its conventions have (<see cref="NetCdfValues"/>).
/// </remarks>
internal sealed class PixelValidity
{
    /// <summary>Values of this size stand for nothing on Earth; they are sentinels.</summary>
    private const double SentinelSize = 1e20;

    /// <summary>By how much of itself a sentinel may be off: five digits were kept.</summary>
    private const double SentinelTolerance = 1e-5;

    /// <summary>Units in the last place by which GDAL takes two numbers for the same.</summary>
    private const int UnitsOff = 2;

    private readonly RasterType type;
    private readonly double[] missing;

    private readonly (double Least, double Most) range;

    private PixelValidity(RasterType type, double[] missing, (double Least, double Most) range, bool usesMask, int? opacity)
    {
        this.type = type;
        this.missing = missing;
        this.range = range;
        UsesMask = usesMask;
        Opacity = opacity;
    }

    /// <summary>Whether GDAL's mask must be read beside the values.</summary>
    internal bool UsesMask { get; }

    /// <summary>Number of the band of opacity that must be read beside the values, where GDAL does not take it for the mask; else null.</summary>
    internal int? Opacity { get; }

    /// <summary>Whether a value alone can tell that a pixel was not observed, besides what is no finite number.</summary>
    internal bool TellsByValue => missing.Length > 0 || double.IsFinite(range.Least) || double.IsFinite(range.Most);

    /// <summary>Whether one value and nothing else tells it, as GDAL's warp can be told; of sentinels that may have lost digits GDAL would make heights.</summary>
    internal bool IsByOneValue => missing.Length == 1 && Math.Abs(missing[0]) < SentinelSize && !double.IsFinite(range.Least) && !double.IsFinite(range.Most);

    /// <summary>The stored values that mean it, within the range of the type; those of floating-point bands as the band holds them.</summary>
    internal IReadOnlyList<double> Missing => missing;

    /// <summary>What holds for a band.</summary>
    /// <param name="dataset">The band's file.</param>
    /// <param name="band">The band.</param>
    /// <param name="rule">What a user says of it.</param>
    internal static PixelValidity Of(Dataset dataset, Band band, MissingValues rule)
    {
        MaskKinds kinds = band.MaskKinds;
        bool hasValue = rule.UsesFile && band.NoData is not null;
        double[] own = hasValue ? [band.NoData!.Value] : [];
        // Bytes with a sign: what GDAL says of their nodata value is of bytes without one.
        bool byValue = band.Type switch
        {
            RasterType.Int8 or RasterType.Float32 or RasterType.Float64 => true,
            RasterType.Byte or RasterType.UInt16 or RasterType.Int16 or RasterType.UInt32 or RasterType.Int32 => own.All(value => value == Math.Floor(value)),
            _ => false,
        };
        bool ofNoData = kinds.HasFlag(MaskKinds.NoData) && !kinds.HasFlag(MaskKinds.PerDataset);
        bool usesMask = !kinds.HasFlag(MaskKinds.AllValid) && !(ofNoData && (byValue || !rule.UsesFile));
        if (usesMask && kinds.HasFlag(MaskKinds.NoData) && !rule.UsesFile)
        {
            // Several bands are nodata together; without the file's values nothing is left of it.
            usesMask = false;
        }

        // A mask of the file's maker stands above the nodata value, as in GDAL.
        bool byMask = usesMask && !ofNoData;
        double[] more = rule.UsesFile ? NetCdfValues.Missing(dataset, band) : [];
        IEnumerable<double> named = (byMask || !byValue ? [] : own).Concat(more).Concat(rule.Named);
        // Floats of 16 bits are kept as one of those next to them: −9999 is −9992 or −10000.
        bool isHalf = band.Type == RasterType.Float32 && band.GetMetadata("NBITS", "IMAGE_STRUCTURE") == "16";
        double[] values = [.. named.Concat(isHalf ? named.SelectMany(Halves) : []).Select(value => Stored(value, band.Type)).OfType<double>().Distinct()];
        int? opacity = kinds.HasFlag(MaskKinds.Alpha) || kinds.HasFlag(MaskKinds.PerDataset) || band.IsAlpha ? null
            : Enumerable.Range(1, dataset.BandCount).Where(number => dataset.Band(number).IsAlpha).Select(number => (int?)number).FirstOrDefault();
        return new PixelValidity(band.Type, values, rule.UsesFile ? NetCdfValues.Range(dataset, band) : (double.NegativeInfinity, double.PositiveInfinity), usesMask, opacity);
    }

    /// <summary>Whether a stored value means that nothing was observed.</summary>
    internal bool IsMissing(double stored)
    {
        if (!double.IsFinite(stored) || stored < range.Least || stored > range.Most)
        {
            return true;
        }

        foreach (double value in missing)
        {
            if (type == RasterType.Float32 ? Same((float)stored, (float)value) : type == RasterType.Float64 ? Same(stored, value) : stored == value)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<double> Halves(double value)
    {
        var nearest = (Half)value;
        return [(double)nearest, (double)(Math.Abs((double)nearest) > Math.Abs(value) ? value < 0 ? Half.BitIncrement(nearest) : Half.BitDecrement(nearest) : nearest)];
    }

    /// <summary>A nodata value as the type can hold it; null where no pixel can have it.</summary>
    private static double? Stored(double value, RasterType type)
    {
        (double least, double most) = type switch
        {
            RasterType.Byte => (byte.MinValue, byte.MaxValue),
            RasterType.Int8 => (sbyte.MinValue, byte.MaxValue),
            RasterType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            RasterType.Int16 => (short.MinValue, short.MaxValue),
            RasterType.UInt32 => (uint.MinValue, uint.MaxValue),
            RasterType.Int32 => (int.MinValue, (double)int.MaxValue),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        return type switch
        {
            // Not a number is missing without being named.
            _ when double.IsNaN(value) => null,
            // The lowest double as the nodata value of floats, which GDAL gives as infinity: the pixels have the lowest float.
            RasterType.Float32 => (float)Math.Clamp(value, float.MinValue, float.MaxValue),
            _ when !double.IsFinite(value) => null,
            _ when value < least || value > most => null,
            // Written for bytes without a sign.
            RasterType.Int8 when value > sbyte.MaxValue => value - 256,
            _ => value,
        };
    }

    private static bool Same<T>(T a, T b)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (a == b)
        {
            return true;
        }

        T difference = T.Abs(a - b);
        // As GDAL does it: epsilon is the step at 1, not .NET's smallest number.
        T step = T.BitIncrement(T.One) - T.One;
        return difference < step * T.Abs(a + b) * T.CreateChecked(UnitsOff)
            || (T.Abs(b) > T.CreateChecked(SentinelSize) && difference < T.CreateChecked(SentinelTolerance) * T.Abs(b));
    }
}
