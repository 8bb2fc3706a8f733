using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>True areas of all pixel values of a class map.</summary>
internal static class ClassAreas
{
    /// <summary>Values that a class map may have; more is no class map.</summary>
    internal const int MostValues = 256;

    private const int Rows = 256;

    /// <summary>Adds up a map.</summary>
    /// <param name="map">The map; what was not observed is left out.</param>
    /// <param name="areas">The areas of its pixels.</param>
    /// <param name="cancel">Stops between strips.</param>
    /// <returns>Square metres by value.</returns>
    /// <exception cref="InputException">The map cannot be read or has too many values.</exception>
    internal static SortedDictionary<double, double> Of(OpenClassMap map, PixelAreas areas, CancellationToken cancel = default)
    {
        Grid grid = map.Grid;
        var sums = new SortedDictionary<double, double>();
        double[] pixels = new double[grid.Width * Rows];
        double[] areasOfRow = new double[grid.Width];
        for (int top = 0; top < grid.Height; top += Rows)
        {
            cancel.ThrowIfCancellationRequested();
            var window = new PixelWindow(0, top, grid.Width, Math.Min(Rows, grid.Height - top));
            map.Read(window, pixels.AsSpan(0, window.PixelCount));
            for (int row = 0; row < window.Height; row++)
            {
                areas.Row(top + row, 0, areasOfRow);
                AddRow(pixels.AsSpan(row * grid.Width, grid.Width), areasOfRow, sums);
            }

            if (sums.Count > MostValues)
            {
                throw new InputException(map.Map.Path, $"has more than {MostValues} different values; an assessment needs a map of classes");
            }
        }

        return sums;
    }

    /// <summary>Runs of equal values are added up before they are looked up.</summary>
    private static void AddRow(ReadOnlySpan<double> values, ReadOnlySpan<double> areas, SortedDictionary<double, double> sums)
    {
        for (int x = 0; x < values.Length;)
        {
            double value = values[x];
            double sum = 0;
            int end = x;
            do
            {
                sum += areas[end++];
            }
            while (end < values.Length && values[end].Equals(value));
            if (!double.IsNaN(value))
            {
                sums[value] = sums.GetValueOrDefault(value) + sum;
            }

            x = end;
        }
    }
}
