using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>
/// Draws a stratified random sample of the observed pixels of a class map, each stratum without replacement, as Olofsson et al. 2014
/// (Remote Sensing of Environment 148, 42–57) advise for assessment.
/// </summary>
public static class StratifiedSampling
{
    /// <summary>Draws a sample; the same map, options and seed give the same.</summary>
    /// <param name="source">The class map.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <returns>The sample.</returns>
    /// <exception cref="InputException">A raster cannot be read, or nothing of the map was observed.</exception>
    /// <exception cref="ConfigurationException">The options ask for what cannot be.</exception>
    public static PointSample Draw(MapSource source, SampleOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        using OpenClassMap map = OpenClassMap.Open(source);
        var areas = new PixelAreas(map.Grid);
        using var reader = new StratumReader(map, options, options.Classes.Count > 0 ? [] : ClassAreas.Of(map, areas, cancel).Keys);
        var census = Census.Take(reader, areas, cancel);
        if (census.Present.Length == 0)
        {
            throw new InputException(source.Path, options.Zones.Count > 0 ? "has no observed pixel in the zones" : "has no observed pixel");
        }

        MustMatch(map, areas, reader, census, options, cancel);
        int[] points = SampleAllocation.Share(options.Points, Measures(reader, census, options), [.. census.Present.Select(h => census.Pixels[h])], options.Minimum);
        SampleStratum[] strata = [.. census.Present.Select((h, i) => new SampleStratum(reader.NameOf(h), census.Pixels[h], census.SquareMetres[h] / AreaCalculation.SquareMetresPerHectare, points[i]))];
        int? year = MapYear.Find(map);
        return new PointSample(year, strata, Places(reader, census.Present, strata, options.Seed, cancel));
    }

    /// <summary>Refuses classes that no pixel has, and expectations of classes that are none.</summary>
    private static void MustMatch(OpenClassMap map, PixelAreas areas, StratumReader reader, Census census, SampleOptions options, CancellationToken cancel)
    {
        HashSet<string> present = [.. census.Present.Select(reader.ClassOf)];
        // In zones a class may well be missing.
        if (options.Zones.Count == 0 && options.Classes.FirstOrDefault(c => !present.Contains(c.Name)) is ClassValues absent)
        {
            throw new InputException(map.Map.Path, string.Create(CultureInfo.InvariantCulture, $"has no observed pixel of '{absent.Name}' ({string.Join(", ", absent.Values)}); it holds {string.Join(", ", ClassAreas.Of(map, areas, cancel).Keys.Take(20))}: give the class one of these values"));
        }

        if (options.Expected.Keys.FirstOrDefault(name => !Enumerable.Range(0, reader.Count).Any(h => reader.ClassOf(h) == name)) is string unknown)
        {
            throw new ConfigurationException("--expect", $"names '{unknown}', which is no class; use {string.Join(", ", Enumerable.Range(0, reader.Count).Select(reader.ClassOf).Distinct())}");
        }
    }

    private static double[] Measures(StratumReader reader, Census census, SampleOptions options) => options.Allocation switch
    {
        Allocation.Proportional => [.. census.Present.Select(h => census.SquareMetres[h])],
        Allocation.Equal => [.. census.Present.Select(_ => 1.0)],
        _ => [.. census.Present.Select(h => census.SquareMetres[h] * Deviation(reader.ClassOf(h), h, census, options))],
    };

    private static double Deviation(string name, int stratum, Census census, SampleOptions options)
    {
        double right = options.Expected.TryGetValue(name, out double expected) ? expected
            : census.WithChance[stratum] > 0 ? census.Chances[stratum] / census.WithChance[stratum]
            : throw new ConfigurationException("--allocation", $"Neyman's rule needs to know how often '{name}' will be right; give --probability, or --expect \"{name}=0.9\"");
        return Math.Sqrt(Math.Clamp(right * (1 - right), 0, 0.25));
    }

    /// <summary>Picks the numbers of the pixels of each stratum, and finds their places in a second pass.</summary>
    private static SamplePlace[] Places(StratumReader reader, int[] present, SampleStratum[] strata, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        var wanted = new Queue<long>[reader.Count];
        int[] number = new int[reader.Count];
        for (int i = 0; i < present.Length; i++)
        {
            wanted[present[i]] = new Queue<long>(Pick(random, strata[i].Pixels, strata[i].Points));
            number[present[i]] = i;
        }

        Grid grid = reader.Grid;
        reader.Rewind();
        long[] seen = new long[reader.Count];
        int[] row = new int[grid.Width];
        var x = new List<double>();
        var y = new List<double>();
        var of = new List<int>();
        for (int r = 0; r < grid.Height; r++)
        {
            cancel.ThrowIfCancellationRequested();
            reader.Read(r, row);
            for (int column = 0; column < row.Length; column++)
            {
                if (row[column] is int stratum and not StratumReader.None)
                {
                    if (wanted[stratum].TryPeek(out long next) && next == seen[stratum])
                    {
                        wanted[stratum].Dequeue();
                        x.Add(grid.Left + (column + Within(random)) * grid.PixelWidth);
                        y.Add(grid.Top - (r + Within(random)) * grid.PixelHeight);
                        of.Add(number[stratum]);
                    }

                    seen[stratum]++;
                }
            }
        }

        double[] longitudes = [.. x];
        double[] latitudes = [.. y];
        using (SpatialReference reference = grid.OpenSpatialReference())
        using (SpatialReference wgs84 = SpatialReference.Wgs84())
        {
            if (!reference.IsSame(wgs84))
            {
                using var transformation = new CoordinateTransformation(reference, wgs84);
                transformation.Transform(longitudes, latitudes);
            }
        }

        SamplePlace[] places = [.. of.Select((stratum, i) => new SamplePlace(Longitudes.Principal(longitudes[i]), latitudes[i], stratum))];
        random.Shuffle(places);
        return places;
    }

    /// <summary>
    /// A place in a pixel. Were it always the centre, fields in step with the grid would be seen too often or too seldom; a hair's
    /// breadth from the edge the rounding of degrees cannot move it to the next pixel.
    /// </summary>
    private static double Within(Random random) => 0.001 + 0.998 * random.NextDouble();

    /// <summary>Different numbers below a bound, all sets as likely, in rising order (Floyd 1987, Communications of the ACM 30, 754).</summary>
    private static SortedSet<long> Pick(Random random, long bound, int count)
    {
        var picked = new SortedSet<long>();
        for (long j = bound - count; j < bound; j++)
        {
            if (!picked.Add(random.NextInt64(j + 1)))
            {
                picked.Add(j);
            }
        }

        return picked;
    }

    /// <summary>Pixels, area and mean probability of every stratum.</summary>
    private sealed class Census(int count)
    {
        internal long[] Pixels { get; } = new long[count];

        internal double[] SquareMetres { get; } = new double[count];

        internal double[] Chances { get; } = new double[count];

        internal long[] WithChance { get; } = new long[count];

        /// <summary>Strata that have pixels.</summary>
        internal int[] Present => [.. Enumerable.Range(0, Pixels.Length).Where(h => Pixels[h] > 0)];

        internal static Census Take(StratumReader reader, PixelAreas areas, CancellationToken cancel)
        {
            var census = new Census(reader.Count);
            reader.Rewind();
            int[] row = new int[reader.Grid.Width];
            double[] areasOfRow = new double[row.Length];
            for (int r = 0; r < reader.Grid.Height; r++)
            {
                cancel.ThrowIfCancellationRequested();
                reader.Read(r, row);
                areas.Row(r, 0, areasOfRow);
                for (int x = 0; x < row.Length; x++)
                {
                    int h = row[x];
                    if (h == StratumReader.None)
                    {
                        continue;
                    }

                    census.Pixels[h]++;
                    census.SquareMetres[h] += areasOfRow[x];
                    if (!double.IsNaN(reader.Chances[x]))
                    {
                        census.Chances[h] += reader.Chances[x];
                        census.WithChance[h]++;
                    }
                }
            }

            return census;
        }
    }
}
