using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>A point of a sample with what the map says there.</summary>
/// <param name="Point">The point.</param>
/// <param name="Value">The pixel's value.</param>
internal sealed record AssessedPoint(ReferencePoint Point, double Value);

/// <summary>The maps of one year, which do not overlap, with the points of a sample on them.</summary>
internal sealed class AssessedMap
{
    private readonly List<AssessedPoint> points = [];
    private readonly List<string> remarks = [];

    private AssessedMap(int? year) => Year = year;

    /// <summary>A map that is known already.</summary>
    internal AssessedMap(int? year, IReadOnlyDictionary<double, double> areas, IEnumerable<AssessedPoint> points)
        : this(year)
    {
        foreach ((double value, double area) in areas)
        {
            Areas.Add(value, area);
        }

        this.points.AddRange(points);
    }

    /// <summary>The year of the maps.</summary>
    internal int? Year { get; }

    /// <summary>Square metres by pixel value.</summary>
    internal SortedDictionary<double, double> Areas { get; } = [];

    /// <summary>The same in each zone.</summary>
    internal SortedDictionary<double, double[]> AreasOfZones { get; } = [];

    /// <summary>Points on observed pixels, each pixel once.</summary>
    internal IReadOnlyList<AssessedPoint> Points => points;

    /// <summary>What was left out and why.</summary>
    internal IReadOnlyList<string> Remarks => remarks;

    /// <summary>Of these what the places of the points have to do with; their years and classes are not of this map alone.</summary>
    internal IReadOnlyList<string> OfPlaces { get; private set; } = [];

    /// <summary>Reads maps at the points of a sample, and adds them up.</summary>
    /// <param name="maps">Maps of one year.</param>
    /// <param name="year">Their year; null where they have none.</param>
    /// <param name="sample">The sample; points of other years are left out.</param>
    /// <param name="zones">Zones to add up by; may be empty.</param>
    /// <param name="cancel">Stops between strips.</param>
    /// <exception cref="InputException">A map cannot be read, or two points of one pixel contradict each other.</exception>
    internal static AssessedMap Read(IReadOnlyList<MapSource> maps, int? year, ReferenceSample sample, IReadOnlyList<Zone> zones, CancellationToken cancel)
    {
        var result = new AssessedMap(year);
        ReferencePoint[] left = [.. sample.Points.Where(point => point.IsOf(year))];
        int otherYears = sample.Points.Count - left.Length;
        int unobserved = 0;
        foreach (MapSource one in maps)
        {
            using OpenClassMap map = OpenClassMap.Open(one);
            var areas = new PixelAreas(map.Grid);
            foreach ((double value, double area) in ClassAreas.Of(map, areas, cancel))
            {
                result.Areas[value] = result.Areas.GetValueOrDefault(value) + area;
            }

            left = result.Take(map, left, sample.File, ref unobserved);
            if (zones.Count > 0)
            {
                result.AddZones(map, areas, zones, cancel);
            }
        }

        int ofPlaces = result.remarks.Count;
        result.Remark(sample.Unlabelled, "have no class yet");
        result.Remark(otherYears, string.Create(CultureInfo.InvariantCulture, $"are of other years than {year}"));
        int ofSample = result.remarks.Count;
        result.Remark(left.Length, "lie outside the map");
        result.Remark(unobserved, "lie on pixels that were not observed");
        result.OfPlaces = [.. result.remarks.Take(ofPlaces), .. result.remarks.Skip(ofSample)];
        return result;
    }

    private void Remark(int count, string what)
    {
        if (count > 0)
        {
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{count} points {what}"));
        }
    }

    /// <summary>Takes the points that lie in a map; returns the others.</summary>
    private ReferencePoint[] Take(OpenClassMap map, ReferencePoint[] candidates, string file, ref int unobserved)
    {
        Grid grid = map.Grid;
        using var projector = new ZoneProjector(grid);
        var others = new List<ReferencePoint>();
        var taken = new Dictionary<(int X, int Y), string>();
        int twice = 0;
        double[] pixel = new double[1];
        foreach (ReferencePoint point in candidates)
        {
            (double px, double py) = projector.ToPixel(point.Longitude, point.Latitude);
            if (!(px >= 0 && py >= 0 && px < grid.Width && py < grid.Height))
            {
                others.Add(point);
                continue;
            }

            (int x, int y) = ((int)px, (int)py);
            if (!taken.TryAdd((x, y), point.Class))
            {
                twice++;
                if (taken[(x, y)] != point.Class)
                {
                    throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"two points of one pixel at {point.Longitude:0.#####}, {point.Latitude:0.#####} are '{taken[(x, y)]}' and '{point.Class}'; keep the right one"));
                }

                continue;
            }

            map.Read(new PixelWindow(x, y, 1, 1), pixel);
            if (double.IsNaN(pixel[0]))
            {
                unobserved++;
                continue;
            }

            points.Add(new AssessedPoint(point, pixel[0]));
        }

        Remark(twice, "share a pixel with another of the same class and count once");
        return [.. others];
    }

    private void AddZones(OpenClassMap map, PixelAreas areas, IReadOnlyList<Zone> zones, CancellationToken cancel)
    {
        foreach (double value in Areas.Keys)
        {
            ZonalSums[] sums = ZonalArea.Compute(map, areas, zones, new ClassValues(string.Empty, [value]), cancel);
            double[] total = AreasOfZones.TryGetValue(value, out double[]? known) ? known : AreasOfZones[value] = new double[zones.Count];
            for (int i = 0; i < total.Length; i++)
            {
                total[i] += sums[i].Counted;
            }
        }
    }
}
