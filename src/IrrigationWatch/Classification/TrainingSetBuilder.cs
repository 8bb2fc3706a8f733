using IrrigationWatch.Areas;
using IrrigationWatch.Features;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Classification;

/// <summary>Takes the features of labelled pixels out of feature stacks.</summary>
public static class TrainingSetBuilder
{
    /// <summary>Builds a training set.</summary>
    /// <param name="stacks">Feature stacks, each of a known year, with the same features.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="labelsFile">The labels' file, for errors.</param>
    /// <param name="options">Which features, and how many pixels of a polygon.</param>
    /// <param name="zones">Zones that say of which country a sample is; may be empty.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The samples, in an order that depends on nothing but the input.</returns>
    /// <exception cref="InputException">A stack cannot be used, or fewer than two classes have an observed pixel.</exception>
    public static TrainingSet Build(IReadOnlyList<FeatureStack> stacks, IReadOnlyList<Label> labels, string labelsFile, TrainerOptions options, IReadOnlyList<Zone> zones, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stacks);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(zones);
        if (stacks.Count == 0)
        {
            throw new ConfigurationException("--features", "no feature stack was given; name at least one");
        }

        string[] names = FeatureChoice.Choose(stacks[0], options.Features);
        var samples = new List<TrainingSample>();
        var fate = new Fate(labels.Count);
        foreach (FeatureStack stack in stacks.OrderBy(stack => stack.Year))
        {
            cancel.ThrowIfCancellationRequested();
            int year = stack.Year ?? throw new InputException(stack.Path, "says no year in its metadata item YEAR; make it with 'irrigationwatch composite'");
            Extract(stack, year, stack.Find(names), labels, options.MostPixelsOfPolygon, zones, samples, fate);
        }

        int classes = samples.Select(sample => sample.Class).Distinct(StringComparer.Ordinal).Count();
        LabelReport report = fate.ToReport();
        return classes >= 2
            ? new TrainingSet(names, samples, report)
            : throw new InputException(labelsFile, $"its labels meet observed pixels of {classes} class{(classes == 1 ? string.Empty : "es")} only (years {string.Join(", ", stacks.Select(stack => stack.Year))}){(report.Remarks.Count > 0 ? $": {string.Join("; ", report.Remarks)}" : string.Empty)}; check that labels and scenes are of the same place and years");
    }

    private static void Extract(FeatureStack stack, int year, int[] positions, IReadOnlyList<Label> labels, int cap, IReadOnlyList<Zone> zones, List<TrainingSample> samples, Fate fate)
    {
        using var projector = new ZoneProjector(stack.Grid);
        PixelPlace[] wanted = Claims(stack.Grid, projector, year, labels, cap, fate);
        string[] countries = CountriesOf(wanted, projector, stack.Grid, zones);
        float[]?[] features = FeatureSampler.Read(stack, positions, [.. wanted.Select(place => (place.X, place.Y))]);
        for (int i = 0; i < wanted.Length; i++)
        {
            if (features[i] is float[] values)
            {
                (double easting, double northing) = Centre(stack.Grid, wanted[i].X, wanted[i].Y);
                samples.Add(new TrainingSample(labels[wanted[i].Label].Class, year, easting, northing, values) { Country = countries[i], Sensors = stack.Sensors, Label = wanted[i].Label });
                fate.Use(wanted[i].Label);
            }
        }
    }

    /// <summary>The pixels that labels of a year claim, each once; those that are claimed for different classes by none.</summary>
    private static PixelPlace[] Claims(Grid grid, ZoneProjector projector, int year, IReadOnlyList<Label> labels, int cap, Fate fate)
    {
        var claims = new Dictionary<(int X, int Y), List<int>>();
        var order = new List<PixelPlace>();
        for (int label = 0; label < labels.Count; label++)
        {
            if (year < labels[label].FromYear || year > labels[label].ToYear)
            {
                continue;
            }

            fate.HasYear(label);
            foreach ((int x, int y) in PixelsOf(labels[label].Geometry, projector, grid, cap, fate))
            {
                fate.Meets(label);
                if (!claims.TryGetValue((x, y), out List<int>? others))
                {
                    claims.Add((x, y), [label]);
                    order.Add(new PixelPlace(label, x, y));
                    continue;
                }

                others.Add(label);
                if (labels[others[0]].Class == labels[label].Class)
                {
                    fate.Duplicates++;
                    fate.Share(label, others[0]);
                }
            }
        }

        foreach (((int x, int y), List<int> claimants) in claims)
        {
            string[] classes = [.. claimants.Select(label => labels[label].Class).Distinct(StringComparer.Ordinal)];
            if (classes.Length > 1)
            {
                (double easting, double northing) = Centre(grid, x, y);
                claimants.ForEach(fate.Contest);
                fate.Conflicts.Add(new LabelConflict(easting, northing, year, classes));
            }
        }

        return [.. order.Where(place => claims[(place.X, place.Y)].TrueForAll(label => labels[label].Class == labels[place.Label].Class))];
    }

    private static (double X, double Y) Centre(Grid grid, int x, int y) =>
        (grid.Left + (x + 0.5) * grid.PixelWidth, grid.Top - (y + 0.5) * grid.PixelHeight);

    private static string[] CountriesOf(PixelPlace[] places, ZoneProjector projector, Grid grid, IReadOnlyList<Zone> zones)
    {
        string[] countries = new string[places.Length];
        Array.Fill(countries, string.Empty);
        double[] shares = new double[grid.Width];
        ILookup<int, int> byRow = Enumerable.Range(0, places.Length).ToLookup(i => places[i].Y);
        foreach (Zone zone in zones.Where(zone => zone.Country.Length > 0 && places.Length > 0))
        {
            PolygonCoverage coverage = projector.Cover(zone.Geometry);
            for (int row = coverage.FirstRow; row < coverage.EndRow && !coverage.IsEmpty; row++)
            {
                if (!byRow.Contains(row))
                {
                    continue;
                }

                coverage.Row(row, shares.AsSpan(0, coverage.EndColumn - coverage.FirstColumn));
                foreach (int i in byRow[row])
                {
                    int x = places[i].X - coverage.FirstColumn;
                    countries[i] = x >= 0 && x < coverage.EndColumn - coverage.FirstColumn && shares[x] > 0.5 ? zone.Country : countries[i];
                }
            }
        }

        return countries;
    }

    /// <summary>The pixel of a point; of a polygon the pixels that lie in it whole, thinned evenly to the cap.</summary>
    private static IEnumerable<(int X, int Y)> PixelsOf(Geometry geometry, ZoneProjector projector, Grid grid, int cap, Fate fate)
    {
        for (int i = 0; i < geometry.NumGeometries; i++)
        {
            Geometry part = geometry.GetGeometryN(i);
            if (part is Point point && !point.IsEmpty)
            {
                (double x, double y) = projector.ToPixel(point.X, point.Y);
                if (x >= 0 && y >= 0 && x < grid.Width && y < grid.Height)
                {
                    yield return ((int)x, (int)y);
                }
            }
            else if (part is Polygon)
            {
                List<(int X, int Y)> inside = Interior(projector.Cover(part));
                int count = Math.Min(inside.Count, cap);
                fate.Capped += count < inside.Count ? 1 : 0;
                for (int k = 0; k < count; k++)
                {
                    yield return inside[(int)((k + 0.5) * inside.Count / count)];
                }
            }
        }
    }

    private static List<(int X, int Y)> Interior(PolygonCoverage coverage)
    {
        var inside = new List<(int X, int Y)>();
        double[] shares = new double[coverage.EndColumn - coverage.FirstColumn];
        for (int y = coverage.FirstRow; y < coverage.EndRow && !coverage.IsEmpty; y++)
        {
            coverage.Row(y, shares);
            for (int x = 0; x < shares.Length; x++)
            {
                if (shares[x] == 1)
                {
                    inside.Add((coverage.FirstColumn + x, y));
                }
            }
        }

        return inside;
    }

    private readonly record struct PixelPlace(int Label, int X, int Y);

    /// <summary>What became of each label.</summary>
    private sealed class Fate(int labels)
    {
        private readonly bool[] hasYear = new bool[labels];
        private readonly bool[] meets = new bool[labels];
        private readonly bool[] used = new bool[labels];
        private readonly bool[] contested = new bool[labels];
        private readonly List<(int Label, int First)> shared = [];

        internal List<LabelConflict> Conflicts { get; } = [];

        internal int Duplicates { get; set; }

        internal int Capped { get; set; }

        internal void HasYear(int label) => hasYear[label] = true;

        internal void Meets(int label) => meets[label] = true;

        internal void Use(int label) => used[label] = true;

        internal void Contest(int label) => contested[label] = true;

        /// <summary>A label says of a pixel what an earlier one said.</summary>
        internal void Share(int label, int first) => shared.Add((label, first));

        internal LabelReport ToReport()
        {
            shared.ForEach(pair => used[pair.Label] |= used[pair.First]);
            return new LabelReport(
                labels,
                used.Count(taken => taken),
                hasYear.Count(has => !has),
                Enumerable.Range(0, labels).Count(i => hasYear[i] && !meets[i]),
                Enumerable.Range(0, labels).Count(i => meets[i] && !used[i] && !contested[i]),
                Duplicates,
                Conflicts,
                Capped);
        }
    }
}
