using System.Globalization;
using System.Numerics.Tensors;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;
using NetTopologySuite.Simplify;

namespace IrrigationWatch.Areas;

/// <summary>
/// Polygons of classes of a map, cut at the borders of zones at pixel centres. Their areas are those of their pixels, so that they
/// add up to the mapped area whatever is done to the outline.
/// </summary>
public static class LandPolygons
{
    private const int Rows = 256;

    /// <summary>Traces a map.</summary>
    /// <param name="map">The class map.</param>
    /// <param name="kinds">Which values are which kind of land.</param>
    /// <param name="zones">The zones; land outside of all is left out. Where they overlap, the smallest counts. Empty for no zones.</param>
    /// <param name="probability">A map of the probability of irrigation on the same grid; null for none.</param>
    /// <param name="simplify">Most units of the map's CRS by which outlines may be moved to make them simpler; 0 to follow the pixels.</param>
    /// <param name="receive">Called with each polygon.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <exception cref="InputException">A map cannot be read, or the probability lies on another grid.</exception>
    public static void Trace(MapSource map, IReadOnlyList<ClassValues> kinds, IReadOnlyList<Zone> zones, RasterLayer? probability, double simplify, Action<LandPolygon> receive, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentOutOfRangeException.ThrowIfNegative(simplify);
        ArgumentNullException.ThrowIfNull(map);
        using OpenClassMap opened = OpenClassMap.Open(map);
        Grid grid = opened.Grid;
        using OpenClassMap? chances = probability is null ? null : OpenClassMap.Open(new MapSource(probability));
        if (chances is not null && !chances.Grid.Equals(grid))
        {
            throw new InputException(probability!.Path, $"lies on another grid than {map}; give the probability of this map");
        }

        using var outlines = new Outlines(grid, simplify);
        int year = opened.Year;
        int zoneCount = Math.Max(1, zones.Count);
        var tracer = new PatchTracer(grid.Width, patch =>
        {
            (int kind, int zone) = Math.DivRem(patch.Label - 1, zoneCount);
            string first = string.Create(CultureInfo.InvariantCulture, $"{patch.Row}-{patch.Column}");
            receive(new LandPolygon(
                kinds.Count == 1 ? string.Create(CultureInfo.InvariantCulture, $"{year}/{first}") : string.Create(CultureInfo.InvariantCulture, $"{year}/{kinds[kind].Name}/{first}"),
                kinds[kind].Name,
                year,
                zones.Count == 0 ? string.Empty : zones[zone].Name,
                zones.Count == 0 ? string.Empty : zones[zone].Country,
                patch.Area / AreaCalculation.SquareMetresPerHectare,
                double.IsNaN(patch.Mean) ? null : patch.Mean,
                outlines.Of(patch)));
        });
        Read(opened, chances, kinds, zones, tracer, cancel);
        tracer.Finish();
    }

    private static void Read(OpenClassMap map, OpenClassMap? chances, IReadOnlyList<ClassValues> kinds, IReadOnlyList<Zone> zones, PatchTracer tracer, CancellationToken cancel)
    {
        Grid grid = map.Grid;
        using var painter = new ZonePainter(grid, zones);
        var areas = new PixelAreas(grid);
        using var reader = new ClassBitsReader(map, Rows, kinds);
        ClassBits[] strips = [.. kinds.Select(_ => new ClassBits(grid.Width, Rows))];
        int[] labels = new int[grid.Width * Rows];
        int[] zoneOf = new int[grid.Width];
        double[] areaOf = new double[grid.Width];
        float[] values = chances is null ? [] : new float[grid.Width * Rows];
        for (int top = 0; top < grid.Height; top += Rows)
        {
            cancel.ThrowIfCancellationRequested();
            int rows = Math.Min(Rows, grid.Height - top);
            labels.AsSpan().Clear();
            reader.Read(top, strips);
            for (int kind = 0; kind < kinds.Count; kind++)
            {
                for (int row = 0; row < rows; row++)
                {
                    PixelBits.Fill(strips[kind].Counted(row), labels.AsSpan(row * grid.Width, grid.Width), kind * Math.Max(1, zones.Count) + 1);
                }
            }

            if (chances is not null)
            {
                var window = new PixelWindow(0, top, grid.Width, rows);
                chances.Reader.Read(chances.Dataset, window, values.AsSpan(0, window.PixelCount));
            }

            for (int row = 0; row < rows; row++)
            {
                Span<int> line = labels.AsSpan(row * grid.Width, grid.Width);
                if (zones.Count > 0)
                {
                    painter.Paint(top + row, zoneOf);
                    for (int x = 0; x < line.Length; x++)
                    {
                        line[x] = line[x] == 0 || zoneOf[x] < 0 ? 0 : line[x] + zoneOf[x];
                    }
                }

                areas.Row(top + row, 0, areaOf);
                tracer.Add(line, areaOf, chances is null ? [] : values.AsSpan(row * grid.Width, grid.Width));
            }
        }
    }

    /// <summary>Says of each pixel in which zone its centre lies, row by row from top to bottom.</summary>
    private sealed class ZonePainter : IDisposable
    {
        private readonly ZoneProjector projector;
        private readonly (int Zone, PolygonCoverage Coverage)[] fromLarge;

        internal ZonePainter(Grid grid, IReadOnlyList<Zone> zones)
        {
            projector = new ZoneProjector(grid);
            fromLarge = [.. zones.Select((zone, i) => (Zone: i, zone.Geometry)).OrderByDescending(zone => ZoneProjector.TrueArea(zone.Geometry)).Select(zone => (zone.Zone, projector.Cover(zone.Geometry)))];
        }

        internal void Paint(int row, Span<int> zoneOf)
        {
            zoneOf.Fill(-1);
            foreach ((int zone, PolygonCoverage coverage) in fromLarge)
            {
                if (coverage.IsEmpty || row < coverage.FirstRow || row >= coverage.EndRow)
                {
                    continue;
                }

                foreach (CoverageRun run in coverage.Runs(row))
                {
                    // Half a pixel or more is inside where a border crosses it once: as good as its centre, and known already.
                    if (run.Share >= 0.5)
                    {
                        zoneOf[run.Start..run.End].Fill(zone);
                    }
                }
            }
        }

        public void Dispose() => projector.Dispose();
    }

    /// <summary>Brings outlines from columns and rows to longitude and latitude.</summary>
    private sealed class Outlines : IDisposable
    {
        private readonly Grid grid;
        private readonly double simplify;
        private readonly CoordinateTransformation? toDegrees;
        private double[] x = new double[64];
        private double[] y = new double[64];

        internal Outlines(Grid grid, double simplify)
        {
            this.grid = grid;
            this.simplify = simplify;
            using SpatialReference reference = grid.OpenSpatialReference();
            using SpatialReference wgs84 = SpatialReference.Wgs84();
            toDegrees = reference.IsGeographic && reference.IsSame(wgs84) ? null : new CoordinateTransformation(reference, wgs84);
        }

        internal double[][] Of(Patch patch)
        {
            IReadOnlyList<(double X, double Y)[]> rings = simplify > 0 ? Simplified(patch) : [.. patch.Rings.Select(InCrs)];
            int count = rings.Sum(ring => ring.Length);
            if (x.Length < count)
            {
                (x, y) = (new double[2 * count], new double[2 * count]);
            }

            int at = 0;
            foreach ((double X, double Y)[] ring in rings)
            {
                foreach ((double X, double Y) point in ring)
                {
                    (x[at], y[at]) = point;
                    at++;
                }
            }

            toDegrees?.Transform(x.AsSpan(0, count), y.AsSpan(0, count));
            // On the turn round the Earth that most of it lies on; an outline over the antimeridian goes on beyond it.
            Longitudes.Unwrap(x.AsSpan(0, count));
            double turn = 360 * Math.Round((x.AsSpan(0, count).IsEmpty ? 0 : (Min(x, count) + Max(x, count)) / 2) / 360);
            for (int i = 0; i < count && turn != 0; i++)
            {
                x[i] -= turn;
            }

            var result = new double[rings.Count][];
            at = 0;
            for (int r = 0; r < result.Length; r++)
            {
                double[] ring = new double[2 * rings[r].Length];
                for (int i = 0; i < ring.Length; i += 2, at++)
                {
                    (ring[i], ring[i + 1]) = (x[at], y[at]);
                }

                result[r] = ring;
            }

            return result;
        }

        public void Dispose() => toDegrees?.Dispose();

        private static double Min(double[] values, int count) => TensorPrimitives.Min(values.AsSpan(0, count));

        private static double Max(double[] values, int count) => TensorPrimitives.Max(values.AsSpan(0, count));

        private (double X, double Y)[] InCrs((int X, int Y)[] ring)
        {
            var points = new (double X, double Y)[ring.Length];
            for (int i = 0; i < ring.Length; i++)
            {
                points[i] = (grid.Left + ring[i].X * grid.PixelWidth, grid.Top - ring[i].Y * grid.PixelHeight);
            }

            return points;
        }

        private IReadOnlyList<(double X, double Y)[]> Simplified(Patch patch)
        {
            LinearRing[] rings = [.. patch.Rings.Select(ring => new LinearRing([.. InCrs(ring).Select(point => new Coordinate(point.X, point.Y))]))];
            Geometry simple = TopologyPreservingSimplifier.Simplify(new Polygon(rings[0], rings[1..]), simplify);
            return simple is Polygon { IsEmpty: false } polygon
                ? [Turned(polygon.Shell, true), .. polygon.Holes.Select(hole => Turned(hole, false))]
                : [.. patch.Rings.Select(InCrs)];
        }

        private static (double X, double Y)[] Turned(LinearRing ring, bool counterClockwise)
        {
            (double X, double Y)[] points = [.. ring.Coordinates.Select(point => (point.X, point.Y))];
            if (ring.IsCCW != counterClockwise)
            {
                Array.Reverse(points);
            }

            return points;
        }
    }
}
