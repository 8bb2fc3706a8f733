using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Areas of one zone in one map, in square metres.</summary>
/// <param name="Counted">Area of the counted classes.</param>
/// <param name="Observed">Area with a valid class.</param>
/// <param name="Covered">Area of the zone inside the map.</param>
public readonly record struct ZonalSums(double Counted, double Observed, double Covered);

/// <summary>
/// Adds up a class map by zones in one pass: true ellipsoidal pixel areas, border pixels shared by their exact coverage.
/// </summary>
public static class ZonalArea
{
    private const int StripRows = 64;

    /// <summary>Computes the areas of all zones.</summary>
    /// <param name="map">The class map; its first band is read, its nodata value (and NaN) means not observed.</param>
    /// <param name="grid">The map's grid.</param>
    /// <param name="areas">The areas of its pixels.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <returns>Sums, one a zone.</returns>
    /// <exception cref="InputException">The map cannot be read.</exception>
    public static ZonalSums[] Compute(Dataset map, Grid grid, PixelAreas areas, IReadOnlyList<Zone> zones, ClassValues counted, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(areas);
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(counted);
        using var projector = new ZoneProjector(grid);
        PolygonCoverage[] coverages = [.. zones.Select(zone => projector.Cover(zone.Geometry))];
        var sums = new ZonalSums[zones.Count];
        Band band = map.Band(1);
        double? noData = band.NoData;
        double[] values = new double[grid.Width * StripRows];
        double[] pixelAreas = new double[grid.Width];
        double[] shares = new double[grid.Width];
        int end = coverages.Max(coverage => coverage.IsEmpty ? 0 : coverage.EndRow);
        for (int top = 0; top < end; top += StripRows)
        {
            cancel.ThrowIfCancellationRequested();
            int rows = Math.Min(StripRows, grid.Height - top);
            if (!coverages.Any(coverage => !coverage.IsEmpty && coverage.FirstRow < top + rows && coverage.EndRow > top))
            {
                continue;
            }

            try
            {
                band.Read<double>(new PixelWindow(0, top, grid.Width, rows), values);
            }
            catch (GdalException e)
            {
                throw new InputException(map.Path, $"cannot be read ({e.Reason}); make or download the map again", e);
            }

            for (int row = top; row < top + rows; row++)
            {
                areas.Row(row, 0, pixelAreas);
                ReadOnlySpan<double> line = values.AsSpan((row - top) * grid.Width, grid.Width);
                for (int i = 0; i < coverages.Length; i++)
                {
                    PolygonCoverage coverage = coverages[i];
                    if (!coverage.IsEmpty && row >= coverage.FirstRow && row < coverage.EndRow)
                    {
                        coverage.Row(row, shares);
                        sums[i] = Add(sums[i], coverage, shares, line, pixelAreas, noData, counted);
                    }
                }
            }
        }

        return sums;
    }

    /// <summary>Sums a row by itself first, so that long columns of small numbers keep their digits.</summary>
    private static ZonalSums Add(ZonalSums sums, PolygonCoverage coverage, ReadOnlySpan<double> shares, ReadOnlySpan<double> line, ReadOnlySpan<double> pixelAreas, double? noData, ClassValues counted)
    {
        double covered = 0;
        double observed = 0;
        double inClass = 0;
        for (int x = coverage.FirstColumn; x < coverage.EndColumn; x++)
        {
            double share = shares[x - coverage.FirstColumn];
            if (share == 0)
            {
                continue;
            }

            double area = share * pixelAreas[x];
            double value = line[x];
            covered += area;
            if (!double.IsNaN(value) && value != noData)
            {
                observed += area;
                inClass += counted.Contains(value) ? area : 0;
            }
        }

        return new ZonalSums(sums.Counted + inClass, sums.Observed + observed, sums.Covered + covered);
    }
}
