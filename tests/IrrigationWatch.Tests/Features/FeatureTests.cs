using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Features;

public class FeatureTests
{
    private static readonly string[] Pair =
    [
        Repository.Sample("scenes", "LC08_L2SP_218074_20190114_20200829_02_T1-cropped.tar.gz"),
        Repository.Sample("scenes", "LC08_L2SP_218074_20190130_20200829_02_T1-cropped.tar.gz"),
    ];

    private static readonly Season[] Month = [new("january", 101, 131)];

    [Fact]
    public void Features_do_not_depend_on_the_memory_that_they_may_take()
    {
        using var scratch = new ScratchFolder();
        using Scene before = SceneReader.Open(Pair[0]);
        using Scene after = SceneReader.Open(Pair[1]);
        var bytes = new List<byte[]>();
        foreach (long limit in new[] { 0L, 3_000_000, 1_000_000_000 })
        {
            string path = scratch.File($"{limit}.tif");
            FeatureBuilder.Build([before, after], before.Grid, 2019, new FeatureOptions { Seasons = Month, MemoryLimit = limit }, path, null);
            bytes.Add(File.ReadAllBytes(path));
        }

        Assert.Equal(bytes[0], bytes[1]);
        Assert.Equal(bytes[0], bytes[2]);
    }

    [Fact]
    public void Features_of_a_real_pair_are_those_worked_out_pixel_by_pixel()
    {
        using var scratch = new ScratchFolder();
        using Scene before = SceneReader.Open(Pair[0]);
        using Scene after = SceneReader.Open(Pair[1]);
        string path = scratch.File("features.tif");
        string counts = scratch.File("observations.tif");
        // The pair's second scene lies 30 pixels east, so some pixels were seen once only, and others never.
        FeatureBuilder.Build([after, before], before.Grid, 2019, new FeatureOptions { Seasons = Month }, path, counts);
        using var pool = new RasterPool();
        var whole = new PixelWindow(0, 0, 400, 300);
        var result = new Dictionary<string, float[]>();
        FeatureStack stack = FeatureStack.Open(path, pool);
        Assert.Equal(2019, stack.Year);
        foreach (string name in stack.Names)
        {
            result[name] = new float[whole.PixelCount];
            stack.Read(whole, stack.Find([name]), result[name]);
        }

        foreach (SpectralIndex index in FeatureSet.DefaultIndices)
        {
            (float[] a, float[] b) = (Read(before, index), Read(after, index));
            float[] median = result[$"january_{index.ToString().ToLowerInvariant()}_median"];
            for (int i = 0; i < median.Length; i++)
            {
                float expected = float.IsNaN(a[i]) ? b[i] : float.IsNaN(b[i]) ? a[i] : (float)(((double)a[i] + b[i]) / 2);
                AssertSame(expected, median[i], $"{index} of pixel {i}");
            }
        }

        (float[] first, float[] second) = (Read(before, SpectralIndex.Ndvi), Read(after, SpectralIndex.Ndvi));
        for (int i = 0; i < first.Length; i++)
        {
            float[] seen = [.. new[] { first[i], second[i] }.Where(value => !float.IsNaN(value)).Order()];
            Assert.Equal(seen.Length, result["january_count"][i]);
            AssertSame(seen.Length == 0 ? float.NaN : seen[^1], result["january_ndvi_max"][i], "max");
            float low = seen.Length == 2 ? (float)(seen[0] + 0.1 * ((double)seen[1] - seen[0])) : seen.Length == 1 ? seen[0] : float.NaN;
            AssertSame(low, result["year_ndvi_p10"][i], "p10");
            float day = seen.Length == 0 ? float.NaN : float.IsNaN(second[i]) || first[i] >= second[i] ? 14 : 30;
            AssertSame(day, result["year_ndvi_day_of_max"][i], "day of maximum");
        }

        using Dataset observed = Dataset.Open(counts);
        byte[] total = new byte[whole.PixelCount];
        observed.Band(1).Read<byte>(whole, total);
        Assert.Equal(result["january_count"].Select(count => (byte)count), total);
        Assert.Contains((byte)1, total);

        float[] Read(Scene scene, SpectralIndex index)
        {
            float[] pixels = new float[whole.PixelCount];
            new Observation(scene, before.Grid, pool, new ObservationOptions()).ReadIndices(whole, [index], pixels);
            return pixels;
        }
    }

    [Fact]
    public void Scenes_of_one_pass_count_as_one_observation()
    {
        using var scratch = new ScratchFolder();
        using Scene scene = SceneReader.Open(Pair[0]);
        using Scene again = SceneReader.Open(Pair[0]);
        FeatureBuilder.Build([scene, again], scene.Grid, 2019, new FeatureOptions { Seasons = Month }, scratch.File("f.tif"), scratch.File("o.tif"));
        using Dataset observed = Dataset.Open(scratch.File("o.tif"));
        byte[] total = new byte[400 * 300];
        observed.Band(1).Read<byte>(new PixelWindow(0, 0, 400, 300), total);
        Assert.Equal(1, total.Max());
    }

    [Fact]
    public void Ancillary_rasters_join_as_features()
    {
        using var scratch = new ScratchFolder();
        using Scene scene = SceneReader.Open(Pair[0]);
        string slope = scratch.File("slope.tif");
        using (Dataset raster = Dataset.Create(slope, "GTiff", 400, 300, 1, RasterType.Float32))
        {
            raster.GeoTransform = scene.Grid.ToGeoTransform();
            using SpatialReference reference = scene.Grid.OpenSpatialReference();
            raster.SetSpatialReference(reference);
            raster.Band(1).NoData = -9999;
            float[] heights = [.. Enumerable.Range(0, 120_000).Select(i => (float)i)];
            (heights[0], heights[1], heights[2], heights[3]) = (float.PositiveInfinity, float.NegativeInfinity, float.NaN, -9999);
            raster.Band(1).Write<float>(new PixelWindow(0, 0, 400, 300), heights);
            raster.Finish();
        }

        FeatureBuilder.Build([scene], scene.Grid, 2019, new FeatureOptions { Seasons = Month, Ancillary = [KeyValuePair.Create("slope", new RasterLayer(slope))] }, scratch.File("f.tif"), null);
        using var pool = new RasterPool();
        FeatureStack stack = FeatureStack.Open(scratch.File("f.tif"), pool);
        Assert.Equal("slope", stack.Names[^1]);
        float[] one = new float[1];
        stack.Read(new PixelWindow(7, 3, 1, 1), stack.Find(["slope"]), one);
        Assert.Equal(1207, one[0]);
        float[] none = new float[5];
        stack.Read(new PixelWindow(0, 0, 5, 1), stack.Find(["slope"]), none);
        Assert.Equal([float.NaN, float.NaN, float.NaN, float.NaN, 4], none);
        Assert.Contains("no feature 'aspect'", Assert.Throws<InputException>(() => stack.Find(["aspect"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("07-15..09-30", true)]
    [InlineData("02-29..03-01", true)]
    [InlineData("09-30..07-15", true)]
    [InlineData("02-30..03-01", false)]
    [InlineData("7-15..9-30", false)]
    [InlineData("13-01..13-02", false)]
    public void Seasons_are_spans_of_days(string text, bool valid) =>
        Assert.Equal(valid, Season.TryParse("s", text) is not null);

    [Fact]
    public void A_season_includes_its_first_and_last_day()
    {
        Season late = Season.Default[^1];
        Assert.True(late.Contains(new DateOnly(2010, 7, 15)) && late.Contains(new DateOnly(2010, 9, 30)));
        Assert.False(late.Contains(new DateOnly(2010, 7, 14)) || late.Contains(new DateOnly(2010, 10, 1)));
    }

    private static void AssertSame(float expected, float actual, string what) =>
        Assert.True(expected == actual || (float.IsNaN(expected) && float.IsNaN(actual)), $"{what}: {actual:R} instead of {expected:R}");
}
