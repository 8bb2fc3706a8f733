using IrrigationWatch.Areas;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Classification;

/// <summary>Takes the features of labelled pixels out of feature stacks.</summary>
public static class TrainingSetBuilder
{
    /// <summary>Most pixels taken of one polygon and year, so that a large field does not outvote many small ones.</summary>
    public const int MaxPixelsPerPolygon = 40;

    private const int TileSize = 256;

    /// <summary>Builds a training set.</summary>
    /// <param name="stacks">Feature stacks, each of a known year, with the same features.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="labelsFile">The labels' file, for errors.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The samples, in an order that depends on nothing but the input.</returns>
    /// <exception cref="InputException">A stack cannot be used, or fewer than two classes have an observed pixel.</exception>
    public static TrainingSet Build(IReadOnlyList<FeatureStack> stacks, IReadOnlyList<Label> labels, string labelsFile, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stacks);
        ArgumentNullException.ThrowIfNull(labels);
        if (stacks.Count == 0)
        {
            throw new ConfigurationException("--features", "no feature stack was given; name at least one");
        }

        string[] names = [.. stacks[0].Names.Where(name => !FeatureSet.IsCount(name))];
        var samples = new List<TrainingSample>();
        var seen = new HashSet<int>();
        foreach (FeatureStack stack in stacks.OrderBy(stack => stack.Year))
        {
            cancel.ThrowIfCancellationRequested();
            int year = stack.Year ?? throw new InputException(stack.Path, "says no year in its metadata item YEAR; make it with 'irrigationwatch composite'");
            Extract(stack, year, stack.Find(names), labels, samples, seen);
        }

        int classes = samples.Select(sample => sample.Class).Distinct(StringComparer.Ordinal).Count();
        return classes >= 2
            ? new TrainingSet(names, samples, labels.Count - seen.Count)
            : throw new InputException(labelsFile, $"its labels meet observed pixels of {classes} class{(classes == 1 ? string.Empty : "es")} only (years {string.Join(", ", stacks.Select(stack => stack.Year))}); check that labels and scenes are of the same place and years");
    }

    private static void Extract(FeatureStack stack, int year, int[] positions, IReadOnlyList<Label> labels, List<TrainingSample> samples, HashSet<int> seen)
    {
        using var projector = new ZoneProjector(stack.Grid);
        var wanted = new List<(int Label, int X, int Y)>();
        for (int i = 0; i < labels.Count; i++)
        {
            if (labels[i].FromYear <= year && year <= labels[i].ToYear)
            {
                wanted.AddRange(PixelsOf(labels[i].Geometry, projector, stack.Grid).Select(pixel => (i, pixel.X, pixel.Y)));
            }
        }

        var found = new List<(int Order, TrainingSample Sample, int Label)>();
        foreach (IGrouping<(int, int), (int Order, int Label, int X, int Y)> block in wanted
            .Select((pixel, order) => (Order: order, pixel.Label, pixel.X, pixel.Y))
            .GroupBy(pixel => (pixel.X / TileSize, pixel.Y / TileSize)))
        {
            (int bx, int by) = block.Key;
            PixelWindow tile = new PixelWindow(bx * TileSize, by * TileSize, TileSize, TileSize).Intersect(new PixelWindow(0, 0, stack.Grid.Width, stack.Grid.Height));
            float[] planes = new float[tile.PixelCount * positions.Length];
            stack.Read(tile, positions, planes);
            foreach ((int order, int label, int x, int y) in block)
            {
                float[] values = new float[positions.Length];
                for (int f = 0; f < values.Length; f++)
                {
                    values[f] = planes[f * tile.PixelCount + (y - tile.Y) * tile.Width + x - tile.X];
                }

                if (!values.All(float.IsNaN))
                {
                    double easting = stack.Grid.Left + (x + 0.5) * stack.Grid.PixelWidth;
                    double northing = stack.Grid.Top - (y + 0.5) * stack.Grid.PixelHeight;
                    found.Add((order, new TrainingSample(labels[label].Class, year, easting, northing, values), label));
                }
            }
        }

        foreach ((_, TrainingSample sample, int label) in found.OrderBy(item => item.Order))
        {
            samples.Add(sample);
            seen.Add(label);
        }
    }

    /// <summary>The pixel of a point; of a polygon the pixels that lie in it whole, thinned evenly to the cap.</summary>
    private static IEnumerable<(int X, int Y)> PixelsOf(Geometry geometry, ZoneProjector projector, Grid grid)
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
                int count = Math.Min(inside.Count, MaxPixelsPerPolygon);
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
}
