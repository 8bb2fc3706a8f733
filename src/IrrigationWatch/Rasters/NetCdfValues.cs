using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>What attributes of a netCDF variable say of missing values, of which GDAL takes one alone.</summary>
/// <remarks>After the netCDF conventions of attributes (NUG, appendix A) and the Climate and Forecast conventions 2.5.1: all are of the stored, packed values.</remarks>
internal static class NetCdfValues
{
    /// <summary>Values of <c>_FillValue</c> and <c>missing_value</c>.</summary>
    internal static double[] Missing(Dataset dataset, Band band) =>
        IsNetCdf(dataset) ? [.. Numbers(dataset, band, "_FillValue"), .. Numbers(dataset, band, "missing_value")] : [];

    /// <summary>The smallest and the largest valid value; infinite where none is said.</summary>
    internal static (double Least, double Most) Range(Dataset dataset, Band band)
    {
        if (!IsNetCdf(dataset))
        {
            return (double.NegativeInfinity, double.PositiveInfinity);
        }

        return Numbers(dataset, band, "valid_range") is [double least, double most]
            ? (least, most)
            : (Numbers(dataset, band, "valid_min") is [double min] ? min : double.NegativeInfinity, Numbers(dataset, band, "valid_max") is [double max] ? max : double.PositiveInfinity);
    }

    private static bool IsNetCdf(Dataset dataset) => dataset.DriverName == "netCDF";

    /// <summary>An attribute as GDAL gives it: a number, or several in braces.</summary>
    private static double[] Numbers(Dataset dataset, Band band, string name)
    {
        string? variable = band.GetMetadata("NETCDF_VARNAME");
        string? text = band.GetMetadata(name) ?? (variable is null ? null : dataset.GetMetadata($"{variable}#{name}"));
        double[] numbers = [.. (text ?? string.Empty).Trim('{', '}').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : double.NaN)];
        return Array.Exists(numbers, double.IsNaN) ? [.. numbers.Where(number => !double.IsNaN(number))] : numbers;
    }
}
