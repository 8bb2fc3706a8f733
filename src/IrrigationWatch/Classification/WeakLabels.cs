using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Classification;

/// <summary>
/// Confident pixels of an arid basin label themselves: what stays strongly green through the late season is irrigated, what is not
/// is not; open water is told by MNDWI, and what is green beside water is wetland, as reeds are.
/// </summary>
/// <remarks>
/// The threshold of greenness is Otsu's (1979, IEEE Transactions on Systems, Man, and Cybernetics 9, 62–66) over the late-season
/// NDVI of land. Some fields beside water are labelled wetland too; as most fields lie elsewhere and all reeds there, a model
/// learns to tell them by how they look. Pixels between confident ones are not labelled.
/// </remarks>
public static class WeakLabels
{
    /// <summary>Names of the classes.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["irrigated", "not irrigated", "water", "wetland"];

    private const int Irrigated = 0;
    private const int Bare = 1;
    private const int Water = 2;
    private const int Wetland = 3;

    private const int MostYears = 8;
    private const int MostOfClass = 1500;
    private const int Bins = 400;
    private const double LeastThreshold = 0.25;
    private const double MostThreshold = 0.55;
    private const double SteepestField = 8;

    /// <summary>Metres from water within which green is taken for wetland, and beyond which for a field.</summary>
    private const double NearWater = 150;

    private const double FarFromWater = 300;

    /// <summary>Finds weak labels.</summary>
    /// <param name="stacks">Feature stacks; up to eight years, evenly spread, are looked at.</param>
    /// <param name="options">Which features the model takes; seed of the choice of pixels.</param>
    /// <param name="cancel">Stops between tiles.</param>
    /// <returns>The samples.</returns>
    /// <exception cref="InputException">The stacks lack what the rules need, or no land stays green.</exception>
    public static TrainingSet Find(IReadOnlyList<FeatureStack> stacks, TrainerOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stacks);
        ArgumentNullException.ThrowIfNull(options);
        FeatureStack[] sorted = [.. stacks.OrderBy(stack => stack.Year)];
        FeatureStack[] used = sorted.Length <= MostYears ? sorted : [.. Enumerable.Range(0, MostYears).Select(i => sorted[i * (sorted.Length - 1) / (MostYears - 1)])];
        if (used.Length == 0)
        {
            throw new ConfigurationException("--features", "no feature stack was given; name at least one");
        }

        (double threshold, double low, double high) = Threshold(used, cancel);
        var rules = new Rules(threshold, threshold - 0.25 * (threshold - low), threshold + 0.5 * (high - threshold));
        string[] names = FeatureChoice.Choose(used[0], options.Features);
        var samples = new List<TrainingSample>();
        foreach (FeatureStack stack in used)
        {
            foreach ((int c, List<(int X, int Y)> pixels) in Choose(stack, rules, Math.Max(1, MostOfClass / used.Length), options.Seed, cancel))
            {
                float[]?[] features = FeatureSampler.Read(stack, stack.Find(names), pixels);
                for (int i = 0; i < pixels.Count; i++)
                {
                    if (features[i] is float[] values)
                    {
                        samples.Add(new TrainingSample(Classes[c], stack.Year ?? 0, stack.Grid.Left + (pixels[i].X + 0.5) * stack.Grid.PixelWidth, stack.Grid.Top - (pixels[i].Y + 0.5) * stack.Grid.PixelHeight, values) { Sensors = stack.Sensors });
                    }
                }
            }
        }

        foreach (int needed in new[] { Irrigated, Bare })
        {
            if (!samples.Exists(sample => sample.Class == Classes[needed]))
            {
                throw new InputException(used[0].Path, $"no pixel is confidently {Classes[needed]} by late-season NDVI, so no weak labels can be found; give labels under model: labels:");
            }
        }

        return new TrainingSet(names, samples, LabelReport.None) { IsWeak = true, WeakRules = rules.Describe(used) };
    }

    /// <summary>Otsu's threshold of late-season NDVI over all land, and the means below and above it.</summary>
    private static (double Threshold, double Low, double High) Threshold(FeatureStack[] stacks, CancellationToken cancel)
    {
        long[] histogram = new long[Bins];
        foreach (FeatureStack stack in stacks)
        {
            foreach (Tile tile in Tile.All(stack, 0, cancel))
            {
                for (int y = tile.Window.Y; y < tile.Window.Y + tile.Window.Height; y++)
                {
                    int first = tile.Find(tile.Window.X, y);
                    for (int i = first; i < first + tile.Window.Width; i++)
                    {
                        if (!float.IsNaN(tile.Green[i]) && !(tile.Wet[i] > 0))
                        {
                            histogram[Math.Clamp((int)(tile.Green[i] * Bins), 0, Bins - 1)]++;
                        }
                    }
                }
            }
        }

        int split = Otsu(histogram);
        double threshold = Math.Clamp((split + 1.0) / Bins, LeastThreshold, MostThreshold);
        return (threshold, Mean(histogram, 0, (int)(threshold * Bins)), Mean(histogram, (int)(threshold * Bins), Bins));
    }

    /// <summary>The bin up to which the first of two classes reaches, so that the variance between them is largest; the middle of several that are equal.</summary>
    internal static int Otsu(ReadOnlySpan<long> histogram)
    {
        double count = 0;
        double sum = 0;
        for (int i = 0; i < histogram.Length; i++)
        {
            count += histogram[i];
            sum += (double)i * histogram[i];
        }

        double below = 0;
        double sumBelow = 0;
        double best = -1;
        (int first, int last) = (0, 0);
        for (int i = 0; i < histogram.Length - 1; i++)
        {
            below += histogram[i];
            sumBelow += (double)i * histogram[i];
            double above = count - below;
            if (below == 0 || above == 0)
            {
                continue;
            }

            double difference = sumBelow / below - (sum - sumBelow) / above;
            double between = below * above * difference * difference;
            if (between > best * (1 + 1e-12))
            {
                (best, first, last) = (between, i, i);
            }
            else if (between >= best * (1 - 1e-12))
            {
                last = i;
            }
        }

        return (first + last) / 2;
    }

    private static double Mean(long[] histogram, int from, int to)
    {
        double count = 0;
        double sum = 0;
        for (int i = from; i < to; i++)
        {
            count += histogram[i];
            sum += (i + 0.5) / Bins * histogram[i];
        }

        return count == 0 ? (from + to) / 2.0 / Bins : sum / count;
    }

    /// <summary>Confident pixels of one year, of each class those with the smallest random numbers.</summary>
    private static IEnumerable<(int Class, List<(int X, int Y)> Pixels)> Choose(FeatureStack stack, Rules rules, int most, int seed, CancellationToken cancel)
    {
        PriorityQueue<(int X, int Y), uint>[] chosen = [.. Classes.Select(_ => new PriorityQueue<(int, int), uint>(Comparer<uint>.Create((a, b) => b.CompareTo(a))))];
        foreach (Tile tile in Tile.All(stack, Reach(FarFromWater, stack.Grid), cancel))
        {
            ushort[] near = tile.NearWater(Reach(NearWater, stack.Grid));
            ushort[] close = tile.NearWater(Reach(FarFromWater, stack.Grid));
            for (int y = tile.Window.Y; y < tile.Window.Y + tile.Window.Height; y++)
            {
                for (int x = tile.Window.X; x < tile.Window.X + tile.Window.Width; x++)
                {
                    int i = tile.Find(x, y);
                    if (rules.ClassOf(tile, i, near[i] != 0, close[i] != 0) is int c)
                    {
                        uint number = Random(seed, stack.Year ?? 0, x, y);
                        if (chosen[c].Count < most)
                        {
                            chosen[c].Enqueue((x, y), number);
                        }
                        else
                        {
                            chosen[c].EnqueueDequeue((x, y), number);
                        }
                    }
                }
            }
        }

        for (int c = 0; c < chosen.Length; c++)
        {
            yield return (c, [.. chosen[c].UnorderedItems.OrderBy(item => item.Priority).ThenBy(item => item.Element).Select(item => item.Element)]);
        }
    }

    /// <summary>A distance in whole pixels, not less than it is.</summary>
    private static int Reach(double metres, Grid grid) => (int)Math.Ceiling(metres / grid.PixelWidth);

    /// <summary>A number that looks random and depends on the pixel alone (the finaliser of MurmurHash3, Appleby 2011).</summary>
    private static uint Random(int seed, int year, int x, int y)
    {
        uint h = unchecked((uint)seed * 0x9E3779B1u + (uint)year * 0x85EBCA77u + (uint)x * 0xC2B2AE3Du + (uint)y * 0x27D4EB2Fu);
        h = unchecked((h ^ (h >> 16)) * 0x85EBCA6Bu);
        h = unchecked((h ^ (h >> 13)) * 0xC2B2AE35u);
        return h ^ (h >> 16);
    }

    private sealed record Rules(double Threshold, double Bare, double Green)
    {
        internal int? ClassOf(Tile tile, int i, bool nearWater, bool closeToWater)
        {
            (float green, float most, float wet) = (tile.Green[i], tile.Most[i], tile.Wet[i]);
            if (float.IsNaN(green) || float.IsNaN(wet))
            {
                return null;
            }

            if (wet > 0)
            {
                return green < 0.1 ? Water : null;
            }

            if (green >= Green)
            {
                return nearWater ? Wetland : closeToWater || tile.Slope[i] > SteepestField ? null : Irrigated;
            }

            return green <= Bare && most < Threshold ? WeakLabels.Bare : null;
        }

        internal IReadOnlyList<string> Describe(FeatureStack[] stacks)
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            return
            [
                string.Create(invariant, $"looked at {string.Join(", ", stacks.Select(stack => stack.Year))}; Otsu's threshold of late-season NDVI is {Threshold:0.000}"),
                string.Create(invariant, $"irrigated: late-season median NDVI of {Green:0.000} or more, not within {FarFromWater:0} m of water, no slope above {SteepestField:0} degrees where slope is known"),
                string.Create(invariant, $"not irrigated: median NDVI of {Bare:0.000} or less and never above {Threshold:0.000} in the late season"),
                "water: late-season median MNDWI above 0 and NDVI below 0.1",
                string.Create(invariant, $"wetland: as green as irrigated land, within {NearWater:0} m of water"),
            ];
        }
    }

    /// <summary>What the rules need of one tile, and of what lies so near to it that its water counts.</summary>
    private sealed class Tile(PixelWindow window, PixelWindow around, float[] planes)
    {
        private const int Planes = 4;

        /// <summary>The tile itself.</summary>
        internal PixelWindow Window => window;

        internal ReadOnlySpan<float> Green => Plane(0);

        internal ReadOnlySpan<float> Most => Plane(1);

        internal ReadOnlySpan<float> Wet => Plane(2);

        /// <summary>Degrees; NaN where it is not known.</summary>
        internal ReadOnlySpan<float> Slope => Plane(3);

        /// <summary>The tiles of a stack, each with some pixels more on all sides.</summary>
        internal static IEnumerable<Tile> All(FeatureStack stack, int margin, CancellationToken cancel)
        {
            string late = stack.Names.LastOrDefault(FeatureSet.IsCount)?[..^"_count".Length]
                ?? throw new InputException(stack.Path, "has no count of clear observations, so its late season is not known; make it with 'irrigationwatch composite'");
            bool hasSlope = stack.Names.Contains("slope");
            int[] positions = stack.Find([$"{late}_ndvi_median", $"{late}_ndvi_max", $"{late}_mndwi_median", .. hasSlope ? ["slope"] : Array.Empty<string>()]);
            var whole = new PixelWindow(0, 0, stack.Grid.Width, stack.Grid.Height);
            foreach (PixelWindow window in stack.Grid.Tiles(FeatureSampler.TileSize))
            {
                cancel.ThrowIfCancellationRequested();
                PixelWindow around = new PixelWindow(window.X - margin, window.Y - margin, window.Width + 2 * margin, window.Height + 2 * margin).Intersect(whole);
                float[] planes = new float[Planes * around.PixelCount];
                stack.Read(around, positions, planes);
                planes.AsSpan(positions.Length * around.PixelCount).Fill(float.NaN);
                yield return new Tile(window, around, planes);
            }
        }

        /// <summary>Where a pixel of the stack stands in the planes.</summary>
        internal int Find(int x, int y) => (y - around.Y) * around.Width + x - around.X;

        /// <summary>Pixels within a distance of water.</summary>
        internal ushort[] NearWater(int pixels)
        {
            ushort[] water = new ushort[around.PixelCount];
            for (int i = 0; i < water.Length; i++)
            {
                water[i] = Wet[i] > 0 && Green[i] < 0.2f ? QualityKernel.Rejected : (ushort)0;
            }

            ushort[] near = new ushort[water.Length];
            QualityKernel.Dilate(water, around.Width, pixels, near);
            return near;
        }

        private ReadOnlySpan<float> Plane(int number) => planes.AsSpan(number * around.PixelCount, around.PixelCount);
    }
}
