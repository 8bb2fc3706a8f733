using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Overlay;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Operation.Union;

namespace IrrigationWatch.Areas;

/// <summary>From class maps of several years and a set of zones to an area table.</summary>
public static class AreaCalculation
{
    internal const double SquareMetresPerHectare = 10_000;

    /// <summary>Computes the table.</summary>
    /// <param name="maps">Class maps, each of a year. Maps of one year must not overlap.</param>
    /// <param name="zones">The zones, already cut to the area of interest.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="zonesFile">The zones' file, for errors.</param>
    /// <param name="countsOutside">
    /// True when an area of interest was given: what the maps do not reach of a zone counts as part of it, unobserved.
    /// </param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The table, with zones that no map touches left out and named in the warnings.</returns>
    /// <exception cref="InputException">A map cannot be used, or all zones lie outside the maps.</exception>
    public static AreaTable Compute(IReadOnlyList<MapSource> maps, IReadOnlyList<Zone> zones, ClassValues counted, string zonesFile, bool countsOutside = false, CancellationToken cancel = default) =>
        Compute(maps, zones, counted, zonesFile, countsOutside, null, cancel);

    /// <summary>The same, within a limit of work.</summary>
    /// <param name="maps">Class maps.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="zonesFile">The zones' file, for errors.</param>
    /// <param name="countsOutside">Whether what the maps do not reach of a zone counts as part of it.</param>
    /// <param name="work">Is told of the work that the edges of zones make, before it is done; null where nobody asks.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InputException">A map cannot be used, or all zones lie outside the maps.</exception>
    internal static AreaTable Compute(IReadOnlyList<MapSource> maps, IReadOnlyList<Zone> zones, ClassValues counted, string zonesFile, bool countsOutside, IWorkLimit? work, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(zones);
        if (maps.Count == 0)
        {
            throw new ConfigurationException("maps", "no map was given; name at least one class map");
        }

        var results = new List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)>();
        // Zones are projected once for all years on the same grid.
        var known = new List<(Grid Grid, PixelAreas Areas, PolygonCoverage[] Coverages)>();
        if (work is not null)
        {
            // The work of all years is known, and refused where it is too much, before a pixel is read.
            foreach (MapSource one in maps)
            {
                using OpenClassMap map = OpenClassMap.Open(one);
                work.Spend(ZonalArea.StepsOfCrossing * known[Find(map.Grid)].Coverages.Sum(coverage => coverage.Crossings));
            }
        }

        foreach (MapSource one in maps)
        {
            cancel.ThrowIfCancellationRequested();
            using OpenClassMap map = OpenClassMap.Open(one);
            Grid grid = map.Grid;
            int at = Find(grid);
            PolygonCoverage[] coverages = [.. known[at].Coverages.Select(coverage => new PolygonCoverage(coverage))];
            results.Add((one.ToString(), map.Year, grid, ZonalArea.Compute(map, known[at].Areas, coverages, counted, cancel)));
        }

        RefuseOverlaps(results);
        AreaTable table = Join(results, zones, zonesFile, countsOutside);
        return counted.Values.Count > 0 && table.Rows.All(row => row.IrrigatedHectares == 0) && table.Rows.Any(row => row.ObservedHectares > 0)
            ? table with { Warnings = [.. table.Warnings, WhyNone(maps, counted, known, cancel)] }
            : table;

        int Find(Grid grid)
        {
            int at = known.FindIndex(one => one.Grid.Equals(grid));
            if (at >= 0)
            {
                return at;
            }

            known.Add((grid, new PixelAreas(grid), ZonalArea.Cover(grid, zones, work)));
            return known.Count - 1;
        }
    }

    /// <summary>Says that no pixel counts, and what values there are where none of any map does: a name or a number may be another's.</summary>
    private static string WhyNone(IReadOnlyList<MapSource> maps, ClassValues counted, List<(Grid Grid, PixelAreas Areas, PolygonCoverage[] Coverages)> known, CancellationToken cancel)
    {
        const int MostListed = 20;
        var values = new SortedSet<double>();
        bool isOfClasses = true;
        foreach (MapSource one in maps)
        {
            using OpenClassMap map = OpenClassMap.Open(one);
            try
            {
                values.UnionWith(ClassAreas.Of(map, known.First(grid => grid.Grid.Equals(map.Grid)).Areas, cancel).Keys);
            }
            catch (InputException)
            {
                isOfClasses = false;
            }
        }

        string held = !isOfClasses ? string.Create(CultureInfo.InvariantCulture, $"; a map has more than {ClassAreas.MostValues} different values and may be none of classes")
            : values.Overlaps(counted.Values) ? string.Empty
            : $"; the maps hold {Listed(values.Take(MostListed))}{(values.Count > MostListed ? ", …" : string.Empty)}";
        return $"no observed pixel in the zones is '{counted.Name}' ({Listed(counted.Values)}), in no map{held}; check the values of the class";

        static string Listed(IEnumerable<double> numbers) => string.Join(", ", numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
    }

    private static AreaTable Join(List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)> results, IReadOnlyList<Zone> zones, string zonesFile, bool countsOutside)
    {
        var warnings = new List<string>();
        bool[] touched = new bool[zones.Count];
        for (int i = 0; i < zones.Count; i++)
        {
            touched[i] = results.Any(result => result.Sums[i].Covered > 0);
            if (!touched[i])
            {
                warnings.Add($"zone '{zones[i].Name}' lies outside the maps and is left out");
            }
        }

        if (!touched.Contains(true))
        {
            throw new InputException(zonesFile, "all zones lie outside the maps (or outside the area of interest); check that zones and maps are of the same place");
        }

        List<double[]>? everywhere = CoveredByAllMaps(results, zones.Count);
        if (everywhere is null)
        {
            warnings.Add("the maps of different years cover different, overlapping places: zone_ha is the part of a zone inside the maps of that year");
        }

        double[] outside = countsOutside ? Outside(results, zones) : new double[zones.Count];
        var rows = new List<AreaRow>();
        foreach (IGrouping<int, (string Path, int Year, Grid Grid, ZonalSums[] Sums)> year in results.GroupBy(result => result.Year).OrderBy(group => group.Key))
        {
            for (int i = 0; i < zones.Count; i++)
            {
                if (touched[i])
                {
                    double covered = everywhere is null ? year.Sum(result => result.Sums[i].Covered) : everywhere.Sum(map => map[i]);
                    rows.Add(new AreaRow(
                        year.Key,
                        zones[i].Name,
                        zones[i].Country,
                        year.Sum(result => result.Sums[i].Counted) / SquareMetresPerHectare,
                        year.Sum(result => result.Sums[i].Observed) / SquareMetresPerHectare,
                        (covered + outside[i]) / SquareMetresPerHectare));
                }
            }
        }

        return new AreaTable(rows, [.. zones.Where((_, i) => touched[i])], warnings);
    }

    /// <summary>True area of what no map reaches of each zone.</summary>
    private static double[] Outside(List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)> results, IReadOnlyList<Zone> zones)
    {
        var footprints = new List<Grid>();
        foreach ((_, _, Grid grid, _) in results)
        {
            if (!footprints.Contains(grid))
            {
                footprints.Add(grid);
            }
        }

        var near = new Envelope();
        foreach (Zone zone in zones)
        {
            near.ExpandToInclude(zone.Geometry.EnvelopeInternal);
        }

        Geometry[] parts = [.. footprints.Select(ZoneProjector.Footprint).SelectMany(footprint => ZoneProjector.Turns(footprint, near))];
        Geometry maps = parts.Length == 0 ? GeometryFactory.Default.CreatePolygon() : UnaryUnionOp.Union(parts);
        return [.. zones.Select(zone => ZoneProjector.TrueArea(OverlayNGRobust.Overlay(zone.Geometry, maps, SpatialFunction.Difference)))];
    }

    /// <summary>
    /// Area of the zones in each distinct place that any year's maps cover, so that a map missing in a year reads as
    /// unobserved and not as a smaller zone; null where such places overlap and cannot be added.
    /// </summary>
    private static List<double[]>? CoveredByAllMaps(List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)> results, int zoneCount)
    {
        var places = new List<(Grid Grid, double[] Covered)>();
        foreach ((_, _, Grid grid, ZonalSums[] sums) in results)
        {
            if (places.Any(place => place.Grid.Equals(grid)))
            {
                continue;
            }

            if (places.Any(place => Overlap(place.Grid, grid)))
            {
                return null;
            }

            places.Add((grid, [.. Enumerable.Range(0, zoneCount).Select(i => sums[i].Covered)]));
        }

        return [.. places.Select(place => place.Covered)];
    }

    private static void RefuseOverlaps(List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)> results)
    {
        for (int i = 0; i < results.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (results[i].Year == results[j].Year && Overlap(results[i].Grid, results[j].Grid))
                {
                    throw new InputException(results[i].Path, string.Create(CultureInfo.InvariantCulture, $"is a second map of {results[i].Year} over the same place as {results[j].Path}; give one of them, or join them first"));
                }
            }
        }
    }

    private static bool Overlap(Grid a, Grid b)
    {
        const double Tolerance = 0.01;
        if (a.HasSameCrs(b))
        {
            return a.Left < b.Right - Tolerance * a.PixelWidth && b.Left < a.Right - Tolerance * a.PixelWidth
                && a.Bottom < b.Top - Tolerance * a.PixelHeight && b.Bottom < a.Top - Tolerance * a.PixelHeight;
        }

        // Rectangles of two projections are tilted against each other: only their outlines tell whether they meet.
        Polygon one = ZoneProjector.Footprint(a);
        Polygon two = ZoneProjector.Footprint(b);
        double pixel = Math.Min(one.Area / ((double)a.Width * a.Height), two.Area / ((double)b.Width * b.Height));
        return ZoneProjector.Turns(two, one.EnvelopeInternal).Any(turn => OverlayNGRobust.Overlay(one, turn, SpatialFunction.Intersection).Area > Tolerance * pixel);
    }

    /// <summary>The zones that reach into one of some maps.</summary>
    internal static IReadOnlyList<Zone> Touching(IReadOnlyList<MapSource> maps, IReadOnlyList<Zone> zones)
    {
        Polygon[] footprints = [.. maps.Select(one =>
        {
            using OpenClassMap map = OpenClassMap.Open(one);
            return map.Grid;
        }).Distinct().Select(ZoneProjector.Footprint)];
        return [.. zones.Where(zone => footprints.Any(footprint => ZoneProjector.Turns(zone.Geometry, footprint.EnvelopeInternal).Any(footprint.Intersects)))];
    }

    /// <summary>Opens the file of a map.</summary>
    /// <param name="path">Any raster that GDAL reads, or <c>FILE:VARIABLE</c> for one of several that a file holds.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InputException">There is no such file, it is no raster, or it holds several.</exception>
    public static Dataset OpenMap(string path)
    {
        if (!RasterName.Exists(path))
        {
            throw new InputException(path, "no such file; check the path");
        }

        try
        {
            return RasterName.Open(path);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a map ({e.Reason}); {(VirtualFileSystem.IsRemote(path) ? RemoteAnswer.Remedy(path, e.Reason) : "give a GeoTIFF or another raster of GDAL")}", e);
        }
    }
}
