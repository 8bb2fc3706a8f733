using System.Globalization;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Areas;

/// <summary>
/// Accuracy of a class map, and areas corrected for its errors, from a stratified random sample: Olofsson et al. 2014, Remote
/// Sensing of Environment 148, 42–57.
/// </summary>
/// <remarks>
/// The strata are those of the sample's own design where its points name them with their area, else the values of the map. In
/// zones, the values of the map are strata again, those with less than two points joined (Cochran 1977, Sampling Techniques, 5A.12).
/// </remarks>
public static class AccuracyAssessment
{
    /// <summary>Name of what the classes that were named leave over.</summary>
    public const string Other = "other";

    /// <summary>Fewest points in a zone of which an area is estimated.</summary>
    public const int FewestInZone = 10;

    /// <summary>Share by which strata and map may differ in area before it is said.</summary>
    private const double MostDifference = 0.01;

    /// <summary>Assesses the maps of one year.</summary>
    /// <param name="maps">One map, or several that do not overlap.</param>
    /// <param name="year">Their year, which picks the points; null for all points.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="classes">The classes by their names in the sample and their values in the map; all else is <see cref="Other"/>.</param>
    /// <param name="zones">Zones whose areas are estimated too; may be empty.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <returns>The assessment.</returns>
    /// <exception cref="InputException">A map cannot be read, or the sample cannot tell: no points, a stratum with none or one.</exception>
    public static Assessment Compute(IReadOnlyList<MapSource> maps, int? year, ReferenceSample sample, IReadOnlyList<ClassValues> classes, IReadOnlyList<Zone> zones, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        return Compute(maps, year, sample, classes, zones, [.. maps.SelectMany(map => ClassValues.AllOf(map.Path)).Select(c => c.Name)], cancel);
    }

    /// <summary>The same; <paramref name="known"/> is null where the names of the sample were judged before.</summary>
    internal static Assessment Compute(IReadOnlyList<MapSource> maps, int? year, ReferenceSample sample, IReadOnlyList<ClassValues> classes, IReadOnlyList<Zone> zones, IReadOnlyCollection<string>? known, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(zones);
        foreach (MapSource one in maps)
        {
            using OpenClassMap open = OpenClassMap.Open(one);
            open.MustHold(classes);
        }

        var map = AssessedMap.Read(maps, year, sample, zones, cancel);
        if (map.Points.Count == 0)
        {
            throw new InputException(sample.File, $"has no point on observed pixels of {maps[0]}{(map.Remarks.Count > 0 ? $" ({string.Join(", ", map.Remarks)})" : string.Empty)}; draw a sample of this map with 'irrigationwatch sample'");
        }

        return Of(map, sample, classes, zones, known);
    }

    /// <summary>The assessment of maps that were read.</summary>
    /// <param name="map">The maps with the points on them.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="classes">The classes asked for.</param>
    /// <param name="zones">Zones; may be empty.</param>
    /// <param name="known">Names that the maps themselves have for pixel values, by which names of points are judged; null where they were judged.</param>
    internal static Assessment Of(AssessedMap map, ReferenceSample sample, IReadOnlyList<ClassValues> classes, IReadOnlyList<Zone> zones, IReadOnlyCollection<string>? known = null)
    {
        List<string> warnings = known is null ? [] : [.. SampleNames.Check(sample.File, [.. map.Points.Select(point => point.Point.Class)], classes, [.. known, .. map.Areas.Keys.Select(value => value.ToString(CultureInfo.InvariantCulture))])];
        bool hasOther = map.Areas.Keys.Any(value => ClassOf(classes, value) == classes.Count) || map.Points.Any(point => NameMatch.Position(classes, point.Point.Class) == classes.Count);
        string[] names = [.. classes.Select(c => c.Name), .. hasOther ? [Other] : Array.Empty<string>()];
        int[] mapped = [.. map.Points.Select(point => ClassOf(classes, point.Value))];
        int[] actual = [.. map.Points.Select(point => NameMatch.Position(classes, point.Point.Class))];
        bool ownDesign = map.Points[0].Point.StratumHectares is not null;
        (StratifiedEstimator whole, double[] weights) = ownDesign ? OfDesign(map, sample.File) : OfMap(map, sample.File);
        double[][] expected = ExpectedByValue(map, weights, actual, names.Length);
        double hectares = whole.Area / AreaCalculation.SquareMetresPerHectare;
        double observed = map.Areas.Values.Sum() / AreaCalculation.SquareMetresPerHectare;
        warnings.AddRange(Unknown(map, classes, names, actual));
        string[] remarks = Math.Abs(hectares - observed) <= MostDifference * observed
            ? [.. map.Remarks, .. warnings]
            : [.. map.Remarks, .. warnings, string.Create(CultureInfo.InvariantCulture, $"the strata of the sample make up {hectares:0.#} ha and the observed pixels of the map {observed:0.#} ha: the sample was drawn of a part, or of another map, and the estimates are of its strata")];
        int[][] counts = [.. names.Select((_, i) => names.Select((_, j) => Enumerable.Range(0, mapped.Length).Count(k => mapped[k] == i && actual[k] == j)).ToArray())];
        double[][] shares = [.. names.Select((_, i) => names.Select((_, j) => whole.AreaOf(k => mapped[k] == i && actual[k] == j).Value / whole.Area).ToArray())];
        ClassAssessment[] perClass =
        [
            .. names.Select((name, c) => new ClassAssessment(
                name,
                map.Areas.Where(area => ClassOf(classes, area.Key) == c).Sum(area => area.Value) / AreaCalculation.SquareMetresPerHectare,
                whole.ShareOf(k => mapped[k] == c && actual[k] == c, k => mapped[k] == c),
                whole.ShareOf(k => mapped[k] == c && actual[k] == c, k => actual[k] == c),
                actual.Contains(c) ? whole.AreaOf(k => actual[k] == c).Times(1 / AreaCalculation.SquareMetresPerHectare) : Estimate.Unknown)),
        ];
        return new Assessment(
            map.Year,
            names,
            counts,
            shares,
            hectares,
            whole.AreaOf(k => mapped[k] == actual[k]).Times(1 / whole.Area),
            perClass,
            [.. zones.Select((zone, z) => OfZone(map, zone, z, weights, actual, expected))],
            ownDesign ? $"strata of the sample's design: {string.Join(", ", map.Points.Select(point => point.Point.Stratum).Distinct().Order(StringComparer.Ordinal))}" : "values of the map",
            remarks)
        {
            Warnings = [.. known is null ? map.OfPlaces : map.Remarks, .. warnings],
        };
    }

    /// <summary>Classes of which the sample, or the map, says nothing.</summary>
    private static IEnumerable<string> Unknown(AssessedMap map, IReadOnlyList<ClassValues> classes, string[] names, int[] actual)
    {
        for (int c = 0; c < classes.Count; c++)
        {
            if (!actual.Contains(c))
            {
                yield return $"no point is '{names[c]}': its area is unknown, and nothing is said of how much of it the map misses";
            }

            if (!map.Areas.Keys.Any(classes[c].Contains))
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"no pixel of the map is '{names[c]}' ({string.Join(", ", classes[c].Values)}); the map holds {string.Join(", ", map.Areas.Keys.Take(20))}");
            }
        }
    }

    private static int ClassOf(IReadOnlyList<ClassValues> classes, double value) => NameMatch.First(classes, c => c.Contains(value));

    /// <summary>Strata that the sample names. Weights are the area that each point stands for.</summary>
    private static (StratifiedEstimator Whole, double[] Weights) OfDesign(AssessedMap map, string file)
    {
        string[] names = [.. map.Points.Select(point => point.Point.Stratum!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        int[] strata = [.. map.Points.Select(point => Array.IndexOf(names, point.Point.Stratum))];
        double[] areas = [.. names.Select(name => map.Points.First(point => point.Point.Stratum == name).Point.StratumHectares!.Value * AreaCalculation.SquareMetresPerHectare)];
        for (int h = 0; h < names.Length; h++)
        {
            if (strata.Count(stratum => stratum == h) < 2)
            {
                throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"stratum '{names[h]}' ({areas[h] / AreaCalculation.SquareMetresPerHectare:0.#} ha) has one point on observed pixels, so that its error cannot be estimated; label more of its points"));
            }
        }

        double[] weights = Inclusion(map);
        var whole = new StratifiedEstimator(areas, strata, weights);
        double[] sums = new double[areas.Length];
        for (int k = 0; k < weights.Length; k++)
        {
            sums[strata[k]] += weights[k];
        }

        return (whole, [.. weights.Select((weight, k) => weight / sums[strata[k]] * areas[strata[k]])]);
    }

    /// <summary>The values of the map as strata.</summary>
    private static (StratifiedEstimator Whole, double[] Weights) OfMap(AssessedMap map, string file)
    {
        double[] values = [.. map.Areas.Keys];
        int[] strata = [.. map.Points.Select(point => Array.IndexOf(values, point.Value))];
        double[] areas = [.. map.Areas.Values];
        if (map.Points[0].Point.InclusionProbability is not null)
        {
            // How points were drawn is known: what has no or one point for its rarity is joined.
            double[] known = Inclusion(map);
            (double[] joined, int[] of, _) = Join(areas, strata);
            return (new StratifiedEstimator(joined, of, known), known);
        }

        for (int h = 0; h < values.Length; h++)
        {
            int count = strata.Count(stratum => stratum == h);
            if (count < 2)
            {
                throw new InputException(file, string.Create(CultureInfo.InvariantCulture, $"the {areas[h] / AreaCalculation.SquareMetresPerHectare:0.#} ha mapped as {values[h]} have {(count == 0 ? "no point" : "one point")}, so that their error cannot be estimated; add points there, or, if the points were drawn over the whole map, give them the field '{ReferenceSample.InclusionField}' (1 where all were as likely)"));
            }
        }

        return (new StratifiedEstimator(areas, strata, [.. strata.Select(_ => 1.0)]), [.. strata.Select(h => areas[h] / strata.Count(other => other == h))]);
    }

    private static double[] Inclusion(AssessedMap map) => [.. map.Points.Select(point => 1 / (point.Point.InclusionProbability ?? 1))];

    /// <summary>The areas of one zone, its map values as strata.</summary>
    private static ZoneAssessment OfZone(AssessedMap map, Zone zone, int number, double[] weights, int[] actual, double[][] expected)
    {
        double[] values = [.. map.AreasOfZones.Keys];
        double[] areas = [.. map.AreasOfZones.Values.Select(sums => sums[number])];
        double observed = areas.Sum();
        var locator = new IndexedPointInAreaLocator(zone.Geometry);
        int[] inside = [.. Enumerable.Range(0, map.Points.Count).Where(k => locator.Locate(new Coordinate(map.Points[k].Point.Longitude, map.Points[k].Point.Latitude)) != Location.Exterior)];
        if (inside.Length < FewestInZone || observed <= 0)
        {
            string reason = observed <= 0 ? "nothing of it was observed" : string.Create(CultureInfo.InvariantCulture, $"{inside.Length} points lie in it, {FewestInZone} are needed");
            return new ZoneAssessment(zone.Name, zone.Country, inside.Length, observed / AreaCalculation.SquareMetresPerHectare, null, reason);
        }

        (double[] joined, int[] strata, int[] into) = Join(areas, [.. inside.Select(k => Array.IndexOf(values, map.Points[k].Value))]);
        var estimator = new StratifiedEstimator(joined, strata, [.. inside.Select(k => weights[k])]);
        return new ZoneAssessment(
            zone.Name,
            zone.Country,
            inside.Length,
            observed / AreaCalculation.SquareMetresPerHectare,
            [.. expected.Select((shares, c) => actual.Contains(c) ? estimator.AreaOf(i => actual[inside[i]] == c, Joined(shares, areas, into)).Times(1 / AreaCalculation.SquareMetresPerHectare) : Estimate.Unknown)],
            null);
    }

    /// <summary>The share of each class that is expected where the map has each of its values: what all points say, in all zones.</summary>
    private static double[][] ExpectedByValue(AssessedMap map, double[] weights, int[] actual, int classes)
    {
        double[] values = [.. map.Areas.Keys];
        (double[] joined, int[] strata, int[] into) = Join([.. map.Areas.Values], [.. map.Points.Select(point => Array.IndexOf(values, point.Value))]);
        var estimator = new StratifiedEstimator(joined, strata, weights);
        return [.. Enumerable.Range(0, classes).Select(c => estimator.SharesOf(k => actual[k] == c)).Select(shares => into.Select(h => shares[h]).ToArray())];
    }

    /// <summary>Shares of strata, of which some were joined, by area.</summary>
    private static double[] Joined(double[] shares, double[] areas, int[] into)
    {
        double[] parts = new double[shares.Length];
        double[] wholes = new double[shares.Length];
        for (int h = 0; h < shares.Length; h++)
        {
            parts[into[h]] += areas[h] * shares[h];
            wholes[into[h]] += areas[h];
        }

        return [.. parts.Select((part, h) => wholes[h] > 0 ? part / wholes[h] : shares[h])];
    }

    /// <summary>Joins strata of less than two points with each other, and if these still have less than two with the smallest of the others.</summary>
    private static (double[] Areas, int[] Strata, int[] Into) Join(double[] areas, int[] strata)
    {
        int[] counts = [.. areas.Select((_, h) => strata.Count(stratum => stratum == h))];
        int[] few = [.. Enumerable.Range(0, areas.Length).Where(h => counts[h] < 2)];
        int[] target = [.. Enumerable.Range(0, areas.Length)];
        if (few.Length > 0)
        {
            int into = few[0];
            if (few.Sum(h => counts[h]) < 2 && few.Length < areas.Length)
            {
                into = Enumerable.Range(0, areas.Length).Where(h => counts[h] >= 2).MinBy(h => areas[h]);
            }

            foreach (int h in few)
            {
                target[h] = into;
            }
        }

        double[] joined = new double[areas.Length];
        for (int h = 0; h < areas.Length; h++)
        {
            joined[target[h]] += areas[h];
        }

        return (joined, [.. strata.Select(h => target[h])], target);
    }
}
