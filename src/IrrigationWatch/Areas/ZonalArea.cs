using System.Runtime.CompilerServices;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Areas of one zone in one map, in square metres.</summary>
/// <param name="Counted">Area of the counted classes.</param>
/// <param name="Observed">Area with a valid class.</param>
/// <param name="Covered">Area of the zone inside the map.</param>
public readonly record struct ZonalSums(double Counted, double Observed, double Covered)
{
    internal ZonalSums Plus(ZonalSums other) => new(Counted + other.Counted, Observed + other.Observed, Covered + other.Covered);
}

/// <summary>
/// Adds up a class map by zones in one pass: true ellipsoidal pixel areas, border pixels shared by their exact coverage.
/// </summary>
/// <remarks>
/// A row of the map becomes two rows of bits, counted and observed. Where the share of a zone is the same from pixel to
/// pixel, as everywhere but on its border, and areas grow in a straight line, the sum over 64 pixels is the number of bits
/// and the sum of their places: integers, and exact.
/// </remarks>
public static class ZonalArea
{
    private const int LeastStripRows = 64;
    private const int MostStripRows = 512;
    private const int UsualStripRows = 256;

    /// <summary>What it costs to put an edge into a pixel and its row in order, in steps of <see cref="IWorkLimit"/>.</summary>
    internal const int StepsOfCrossing = 10;

    /// <summary>Computes the areas of all zones.</summary>
    /// <param name="map">The class map.</param>
    /// <param name="areas">The areas of its pixels.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <returns>Sums, one a zone.</returns>
    /// <exception cref="InputException">The map cannot be read.</exception>
    public static ZonalSums[] Compute(OpenClassMap map, PixelAreas areas, IReadOnlyList<Zone> zones, ClassValues counted, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(areas);
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(counted);
        return Compute(map, areas, Cover(map.Grid, zones), counted, cancel);
    }

    /// <summary>The coverages of some zones over a grid.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="work">Is told of the work before it is done; null where nobody asks.</param>
    internal static PolygonCoverage[] Cover(Grid grid, IReadOnlyList<Zone> zones, IWorkLimit? work = null)
    {
        using var projector = new ZoneProjector(grid);
        return [.. zones.Select(zone => projector.Cover(zone.Geometry, work))];
    }

    /// <summary>Computes the areas of zones by their coverages, which are gone through by it.</summary>
    /// <exception cref="InputException">The map cannot be read.</exception>
    internal static ZonalSums[] Compute(OpenClassMap map, PixelAreas areas, PolygonCoverage[] coverages, ClassValues counted, CancellationToken cancel)
    {
        var sums = new ZonalSums[coverages.Length];
        int end = coverages.Max(coverage => coverage.IsEmpty ? 0 : coverage.EndRow);
        int rows = map.BlockHeight is int block and >= LeastStripRows and <= MostStripRows ? block : UsualStripRows;
        using var reader = new ClassBitsReader(map, rows, counted);
        // Strips are read side by side and added up in their order: the sums are the same to the last bit whatever the number of cores.
        ClassBits[] strips = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new ClassBits(map.Grid.Width, rows))];
        for (int top = 0; top < end; top += rows * strips.Length)
        {
            ParallelWork.Run(
                Enumerable.Range(0, strips.Length).Where(i => IsTouched(coverages, top + i * rows, Math.Min(end, top + (i + 1) * rows))),
                i => reader.Read(top + i * rows, strips[i]),
                cancel);
            for (int i = 0; i < strips.Length; i++)
            {
                for (int zone = 0; zone < coverages.Length; zone++)
                {
                    Add([strips[i]], top + i * rows, Math.Min(end, top + (i + 1) * rows), coverages[zone], areas, sums.AsSpan(zone, 1), cancel);
                }
            }
        }

        return sums;
    }

    private static bool IsTouched(PolygonCoverage[] coverages, int top, int bottom) =>
        top < bottom && Array.Exists(coverages, coverage => !coverage.IsEmpty && coverage.FirstRow < bottom && coverage.EndRow > top);

    /// <summary>Adds rows of several pairs of bits to the sums of one zone: the rows of its coverage are gone through once.</summary>
    internal static void Add(ReadOnlySpan<ClassBits> strips, int top, int bottom, PolygonCoverage coverage, PixelAreas areas, Span<ZonalSums> sums, CancellationToken cancel = default)
    {
        if (coverage.IsEmpty)
        {
            return;
        }

        var ofRow = new ZonalSums[strips.Length];
        for (int row = Math.Max(top, coverage.FirstRow); row < Math.Min(bottom, coverage.EndRow); row++)
        {
            cancel.ThrowIfCancellationRequested();
            // A row by itself first, so that long columns of small numbers keep their digits.
            Array.Clear(ofRow);
            foreach (CoverageRun run in coverage.Runs(row))
            {
                for (int i = 0; i < strips.Length; i++)
                {
                    ofRow[i] = ofRow[i].Plus(Sum(run, strips[i].Counted(row - top), strips[i].Observed(row - top), areas, row));
                }
            }

            for (int i = 0; i < strips.Length; i++)
            {
                sums[i] = sums[i].Plus(ofRow[i]);
            }
        }
    }

    private static ZonalSums Sum(CoverageRun run, ReadOnlySpan<ulong> counted, ReadOnlySpan<ulong> observed, PixelAreas areas, int row)
    {
        int step = areas.Step;
        double inClass = 0;
        double seen = 0;
        double covered = 0;
        (double first, double slope) = (0, 0);
        int line = -1;
        for (int x = run.Start; x < run.End;)
        {
            int number = x / step;
            if (number != line)
            {
                (first, slope) = areas.Line(row, number);
                line = number;
            }

            int length = Math.Min(64, Math.Min(run.End, (number + 1) * step) - x);
            double area = first + slope * (x - number * step);
            inClass += Part(counted, x, length, area, slope);
            seen += Part(observed, x, length, area, slope);
            covered += length * area + slope * (length * (length - 1) / 2);
            x += length;
        }

        return new ZonalSums(run.Share * inClass, run.Share * seen, run.Share * covered);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Part(ReadOnlySpan<ulong> bits, int start, int length, double area, double slope)
    {
        (int count, int places) = PixelBits.Sum(PixelBits.Part(bits, start, length));
        return count * area + places * slope;
    }
}
