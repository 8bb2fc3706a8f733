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
    /// <param name="maps">Paths of class maps; each says its year. Maps of one year must not overlap.</param>
    /// <param name="zones">The zones, already cut to the area of interest.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="zonesFile">The zones' file, for errors.</param>
    /// <param name="countsOutside">
    /// True when an area of interest was given: what the maps do not reach of a zone counts as part of it, unobserved.
    /// </param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The table, with zones that no map touches left out and named in the warnings.</returns>
    /// <exception cref="InputException">A map cannot be used, or all zones lie outside the maps.</exception>
    public static AreaTable Compute(IReadOnlyList<string> maps, IReadOnlyList<Zone> zones, ClassValues counted, string zonesFile, bool countsOutside = false, CancellationToken cancel = default) =>
        Compute(maps, zones, counted, zonesFile, countsOutside, null, cancel);

    /// <summary>The same, within a limit of work.</summary>
    /// <param name="maps">Paths of class maps.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="counted">The pixel values that count.</param>
    /// <param name="zonesFile">The zones' file, for errors.</param>
    /// <param name="countsOutside">Whether what the maps do not reach of a zone counts as part of it.</param>
    /// <param name="work">Is told of the work that the edges of zones make, before it is done; null where nobody asks.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InputException">A map cannot be used, or all zones lie outside the maps.</exception>
    internal static AreaTable Compute(IReadOnlyList<string> maps, IReadOnlyList<Zone> zones, ClassValues counted, string zonesFile, bool countsOutside, IWorkLimit? work, CancellationToken cancel)
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
            foreach (string path in maps)
            {
                using Dataset map = OpenMap(path);
                work.Spend(ZonalArea.StepsOfCrossing * known[Find(Grid.Of(map))].Coverages.Sum(coverage => coverage.Crossings));
            }
        }

        foreach (string path in maps)
        {
            cancel.ThrowIfCancellationRequested();
            using Dataset map = OpenMap(path);
            Grid grid = Grid.Of(map);
            int at = Find(grid);
            PolygonCoverage[] coverages = [.. known[at].Coverages.Select(coverage => new PolygonCoverage(coverage))];
            results.Add((path, MapYear.Of(map), grid, ZonalArea.Compute(map, grid, known[at].Areas, coverages, counted, cancel)));
        }

        RefuseOverlaps(results);
        return Join(results, zones, counted, zonesFile, countsOutside);

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

    private static AreaTable Join(List<(string Path, int Year, Grid Grid, ZonalSums[] Sums)> results, IReadOnlyList<Zone> zones, ClassValues counted, string zonesFile, bool countsOutside)
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

        if (counted.Values.Count > 0 && rows.TrueForAll(row => row.IrrigatedHectares == 0) && rows.Exists(row => row.ObservedHectares > 0))
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"no observed pixel in the zones is '{counted.Name}' ({string.Join(", ", counted.Values)}), in no map; check the values of the class"));
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
    internal static IReadOnlyList<Zone> Touching(IReadOnlyList<string> maps, IReadOnlyList<Zone> zones)
    {
        Polygon[] footprints = [.. maps.Select(path =>
        {
            using Dataset map = OpenMap(path);
            return Grid.Of(map);
        }).Distinct().Select(ZoneProjector.Footprint)];
        return [.. zones.Where(zone => footprints.Any(footprint => ZoneProjector.Turns(zone.Geometry, footprint.EnvelopeInternal).Any(footprint.Intersects)))];
    }

    /// <summary>Opens a class map.</summary>
    /// <param name="path">Any raster that GDAL reads.</param>
    /// <returns>The map.</returns>
    /// <exception cref="InputException">There is no such file, or it is no raster.</exception>
    public static Dataset OpenMap(string path)
    {
        if (!path.StartsWith("/vsi", StringComparison.Ordinal) && !File.Exists(path))
        {
            throw new InputException(path, "no such file; check the path");
        }

        try
        {
            return Dataset.Open(path);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a map ({e.Reason}); give a GeoTIFF or another raster of GDAL", e);
        }
    }
}
