using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Classification;

/// <summary>Maps of classes, probability and novelty, against ML.NET's own answer for every pixel.</summary>
public class MapClassifierTests
{
    private const int Width = 300;
    private const int Height = 270;

    [Fact]
    public void Every_pixel_is_what_ML_NET_says_of_it()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        var random = new Random(4);
        Grid place = SmallStack.Place(Width, Height);
        // The last tile was never observed; elsewhere every eighth pixel was not.
        float[] made = [.. Enumerable.Range(0, Width * Height * SmallStack.Names.Length).Select(_ => (float)random.NextDouble())];
        FeatureStack stack = SmallStack.Write(scratch, pool, 2010, place, Value);
        IrrigationModel model = Model(random);
        MapClassifier.Classify(stack, model, scratch.File("classes.tif"), scratch.File("probability.tif"), scratch.File("novelty.tif"));

        byte[] classes = Read<byte>(scratch.File("classes.tif"), Width, Height);
        short[] chances = Read<short>(scratch.File("probability.tif"), Width, Height);
        float[] novelty = Read<float>(scratch.File("novelty.tif"), 2, 2);
        int[] features = stack.Find(model.Description.FeatureNames);
        int[] seen = [.. Enumerable.Range(0, Width * Height).Where(i => Value(i % Width, i / Width, 3) > 0)];
        long[] outside = new long[4];
        long[] present = new long[4];
        model.Score([.. seen.Select(i => features.Select(f => Value(i % Width, i / Width, f)).ToArray())], (at, scores) =>
        {
            int pixel = seen[at];
            int best = 0;
            double irrigated = 0;
            for (int c = 0; c < scores.Length; c++)
            {
                best = scores[c] > scores[best] ? c : best;
                irrigated += model.Description.Classes[c].IsIrrigated ? scores[c] : 0;
            }

            Assert.Equal(model.Description.Classes[best].Value, classes[pixel]);
            Assert.InRange(chances[pixel] - irrigated * 10_000, -0.6, 0.6);
            int tile = pixel / Width / MapClassifier.TileSize * 2 + pixel % Width / MapClassifier.TileSize;
            for (int f = 0; f < features.Length; f++)
            {
                float value = Value(pixel % Width, pixel / Width, features[f]);
                (float low, float high) = (model.Description.Ranges[f].Low!.Value, model.Description.Ranges[f].High!.Value);
                present[tile] += float.IsNaN(value) ? 0 : 1;
                outside[tile] += value < low || value > high ? 1 : 0;
            }
        });
        Assert.All(Enumerable.Range(0, Width * Height).Except(seen), i => Assert.Equal((MapClassifier.NotObserved, IndexMap.Int16NoData), (classes[i], chances[i])));
        Assert.Equal([1, 2, 3, 4], classes.Where(value => value > 0).Distinct().Order().Select(value => (int)value));
        for (int tile = 0; tile < 4; tile++)
        {
            Assert.Equal(present[tile] == 0 ? double.NaN : (double)outside[tile] / present[tile], novelty[tile], 6);
        }

        Assert.True(float.IsNaN(novelty[3]));
        Assert.Equal(novelty.Take(3).Average(value => (double)value), NoveltyMap.MeanOf(scratch.File("novelty.tif")), 6);

        // Told is every tile, and a tile that holds is taken as it is.
        var told = new Told();
        MapClassifier.Classify(stack, model, scratch.File("again.tif"), null, progress: told);
        Assert.Equal([0.25, 0.5, 0.75, 1], told.Shares.Order());
        Assert.Equal(classes, Read<byte>(scratch.File("again.tif"), Width, Height));

        float Value(int x, int y, int feature)
        {
            bool isSeen = (x < 256 || y < 256) && (x * 5 + y * 3) % 8 != 0;
            int at = (feature * Height + y) * Width + x;
            return feature == 3 ? (isSeen ? 1 + at % 5 : at % 2 - 1) : made[at] > 0.97f ? float.NaN : 1.1f * made[at] - 0.02f;
        }
    }

    [Fact]
    public void A_stack_without_a_count_of_observations_is_refused()
    {
        using var scratch = new ScratchFolder();
        using var pool = new RasterPool();
        FeatureStack stack = SmallStack.Write(scratch, pool, 2010, SmallStack.Place(20, 10), (x, y, f) => x + y + f, "late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "year_ndvi_p50");
        InputException refused = Assert.Throws<InputException>(() => MapClassifier.Classify(stack, Model(new Random(4)), scratch.File("classes.tif"), null));
        Assert.Contains("has no count of clear observations", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(scratch.File("classes.tif")));
    }

    /// <summary>Four classes, two of them irrigated, by the sum of two features.</summary>
    private static IrrigationModel Model(Random random)
    {
        string[] classes = ["dry", "irrigated", "rice", "water"];
        TrainingSample[] samples = [.. Enumerable.Range(0, 800).Select(i =>
        {
            float[] row = [.. Enumerable.Range(0, 4).Select(_ => (float)random.NextDouble())];
            return new TrainingSample(classes[Math.Min(3, (int)((row[0] + row[3]) * 2))], 2010, i, 0, row);
        })];
        var set = new TrainingSet(["late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "year_ndvi_p50"], samples, LabelReport.None);
        return ModelTrainer.Train(set, new TrainerOptions { Trees = 12, Leaves = 7, IrrigatedClasses = ["irrigated", "rice"] }, "labels");
    }

    private static T[] Read<T>(string path, int width, int height)
        where T : unmanaged
    {
        using Dataset dataset = Dataset.Open(path);
        Assert.Equal((width, height), (dataset.Width, dataset.Height));
        T[] values = new T[width * height];
        dataset.Band(1).Read<T>(new PixelWindow(0, 0, width, height), values);
        return values;
    }

    private sealed class Told : IProgress<double>
    {
        internal List<double> Shares { get; } = [];

        public void Report(double value)
        {
            lock (Shares)
            {
                Shares.Add(value);
            }
        }
    }
}
