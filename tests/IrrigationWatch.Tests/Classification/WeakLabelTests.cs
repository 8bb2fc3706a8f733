using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Classification;

/// <summary>Weak labels against their rules, said once more in plain loops.</summary>
public class WeakLabelTests
{
    private const int Width = 290;
    private const int Height = 34;
    private const int Years = 10;

    private static readonly string[] Names = ["late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "late_count", "slope"];

    [Fact]
    public void Pixels_are_labelled_by_the_rules_and_the_first_by_number_are_taken()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        Grid place = SmallStack.Place(Width, Height);
        var planes = new Dictionary<int, float[][]>();
        var stacks = new List<FeatureStack>();
        for (int year = 2000; year < 2000 + Years; year++)
        {
            planes.Add(year, Planes(new Random(year)));
            stacks.Add(SmallStack.Write(scratch, pool, year, place, (x, y, f) => planes[year][f][y * Width + x], Names));
        }

        stacks.Reverse();
        TrainingSet set = WeakLabels.Find(stacks, new TrainerOptions { Seed = 77 });
        int[] years = [2000, 2001, 2002, 2003, 2005, 2006, 2007, 2009];
        Assert.Equal(years, set.Samples.Select(sample => sample.Year).Distinct());
        Assert.Contains("looked at 2000, 2001, 2002, 2003, 2005, 2006, 2007, 2009;", set.WeakRules[0], StringComparison.Ordinal);
        Assert.Equal(["late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "slope"], set.FeatureNames);
        (double threshold, double bare, double green) = Thresholds([.. years.Select(year => planes[year])]);
        Assert.Contains(FormattableString.Invariant($"{threshold:0.000}"), set.WeakRules[0], StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"NDVI of {green:0.000} or more, not within 300 m of water, no slope above 8 degrees"), set.WeakRules[1], StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"NDVI of {bare:0.000} or less"), set.WeakRules[2], StringComparison.Ordinal);

        int thinned = 0;
        foreach (int year in years)
        {
            string?[] classes = Classes(planes[year], threshold, bare, green);
            foreach (string name in WeakLabels.Classes)
            {
                int[] candidates = [.. Enumerable.Range(0, classes.Length).Where(i => classes[i] == name)];
                Assert.NotEmpty(candidates);
                int[] expected = [.. candidates.OrderBy(i => Number(77, year, i % Width, i / Width)).Take(1500 / years.Length).Order()];
                thinned += expected.Length < candidates.Length ? 1 : 0;
                TrainingSample[] found = [.. set.Samples.Where(sample => sample.Year == year && sample.Class == name).OrderBy(Pixel)];
                Assert.Equal(expected, found.Select(Pixel));
                Assert.All(found, sample => Assert.Equal([.. new[] { 0, 1, 2, 4 }.Select(f => planes[year][f][Pixel(sample)])], sample.Features));
            }
        }

        Assert.InRange(thinned, 8, 24);

        int Pixel(TrainingSample sample) => (int)Math.Floor((place.Top - sample.Y) / 30) * Width + (int)Math.Floor((sample.X - place.Left) / 30);
    }

    [Fact]
    public void Without_slopes_green_land_is_irrigated_wherever_it_lies()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        FeatureStack stack = SmallStack.Write(scratch, pool, 2010, SmallStack.Place(40, 20), (x, _, f) => f switch { 0 => x < 20 ? 0.1f : 0.8f, 1 => x < 20 ? 0.1f : 0.9f, 2 => -0.5f, _ => 4 }, "late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "late_count");
        TrainingSet set = WeakLabels.Find([stack], new TrainerOptions());
        Assert.Equal([("irrigated", 400), ("not irrigated", 400)], set.CountByClass().Select(pair => (pair.Key, pair.Value)));
        Assert.All(set.Samples, sample => Assert.Equal("TM", sample.Sensors));
    }

    /// <summary>Water, reeds, desert and fields with noise, some steep, some unobserved; the water stands at the edge of a tile of 256 columns.</summary>
    private static float[][] Planes(Random random)
    {
        float[][] planes = [.. Names.Select(_ => new float[Width * Height])];
        for (int i = 0; i < Width * Height; i++)
        {
            int x = i % Width;
            bool water = x is >= 258 and < 268;
            bool leafy = x >= 225 && random.NextDouble() < 0.5;
            float noise = 0.3f * (float)random.NextDouble();
            (planes[0][i], planes[1][i], planes[2][i]) = water ? (noise - 0.15f, noise, 0.2f + noise) : leafy ? (0.5f + noise, 0.6f + noise, -noise) : (0.05f + noise, 0.1f + 1.3f * noise, -0.1f - noise);
            planes[3][i] = 4;
            planes[4][i] = random.Next(4) == 0 ? float.NaN : 10 * (float)random.NextDouble();
            if (random.Next(300) == 0)
            {
                planes[0][i] = random.Next(2) == 0 ? 1.3f : -0.4f;
            }

            if (random.Next(20) == 0)
            {
                planes[random.Next(3)][i] = float.NaN;
            }
        }

        return planes;
    }

    private static (double Threshold, double Bare, double Green) Thresholds(float[][][] years)
    {
        int[] bins = [.. years.SelectMany(planes => Enumerable.Range(0, Width * Height).Where(i => !float.IsNaN(planes[0][i]) && !(planes[2][i] > 0)).Select(i => Math.Clamp((int)(planes[0][i] * 400), 0, 399)))];
        double Between(int split)
        {
            double[] below = [.. bins.Where(bin => bin <= split).Select(bin => (double)bin)];
            double[] above = [.. bins.Where(bin => bin > split).Select(bin => (double)bin)];
            return below.Length == 0 || above.Length == 0 ? -1 : below.Length * (double)above.Length * Math.Pow(below.Average() - above.Average(), 2);
        }

        double[] all = [.. Enumerable.Range(0, 399).Select(Between)];
        int[] best = [.. Enumerable.Range(0, 399).Where(split => all[split] >= all.Max() * (1 - 1e-12))];
        double threshold = Math.Clamp(((best[0] + best[^1]) / 2 + 1) / 400.0, 0.25, 0.55);
        int edge = (int)(threshold * 400);
        double low = bins.Where(bin => bin < edge).Average(bin => (bin + 0.5) / 400);
        double high = bins.Where(bin => bin >= edge).Average(bin => (bin + 0.5) / 400);
        return (threshold, threshold - (threshold - low) / 4, threshold + (high - threshold) / 2);
    }

    private static string?[] Classes(float[][] planes, double threshold, double bare, double green)
    {
        (int X, int Y)[] water = [.. Enumerable.Range(0, Width * Height).Where(i => planes[2][i] > 0 && planes[0][i] < 0.2f).Select(i => (i % Width, i / Width))];
        return [.. Enumerable.Range(0, Width * Height).Select(i =>
        {
            (float ndvi, float most, float wet, float slope) = (planes[0][i], planes[1][i], planes[2][i], planes[4][i]);
            int distance = ndvi >= green ? water.Min(at => (at.X - i % Width) * (at.X - i % Width) + (at.Y - i / Width) * (at.Y - i / Width)) : 0;
            return float.IsNaN(ndvi) || float.IsNaN(wet) ? null
                : wet > 0 ? (ndvi < 0.1 ? "water" : null)
                : ndvi >= green ? (distance <= 25 ? "wetland" : distance <= 100 || slope > 8 ? null : "irrigated")
                : ndvi <= bare && most < threshold ? "not irrigated" : null;
        })];
    }

    /// <summary>The number that a pixel is drawn by: two runs must choose the same.</summary>
    private static uint Number(int seed, int year, int x, int y)
    {
        unchecked
        {
            uint h = (uint)seed * 2654435761u + (uint)year * 2246822519u + (uint)x * 3266489917u + (uint)y * 668265263u;
            h ^= h >> 16;
            h *= 2246822507u;
            h ^= h >> 13;
            h *= 3266489909u;
            return h ^ (h >> 16);
        }
    }
}
