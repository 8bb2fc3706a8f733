using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>
/// A summer that runs over the turn of the year, as in the south: what was green in November to February is irrigated land of the
/// one year in which that summer lies.
/// </summary>
public sealed class YearTests
{
    private const int Width = 40;
    private const int Height = 24;

    /// <summary>Days on which the place was seen; in the summer of 2022/23 its west is green, in that of 2023/24 its east.</summary>
    private static readonly string[] Days = ["20220912", "20221014", "20221115", "20230102", "20230219", "20230423", "20230914", "20231118", "20231204", "20240121", "20240229", "20240410", "20240920"];

    private const string Seasons = "seasons: { spring: 09-01..10-31, summer: 11-01..02-29 }";

    [Fact]
    public void A_summer_over_the_turn_of_the_year_is_mapped_in_its_own_year()
    {
        using var scratch = new ScratchFolder();
        TinyArea area = Make(scratch.File("south"), "2023-2024", "2023");
        CommandLine.Run("run", area.Configuration).FailsWith(2, "'seasons.summer' is '11-01..02-29', which is cut by the turn of the year on 01-01; write 'year-starts: 09-01'");
        File.AppendAllText(area.Configuration, "\nyear-starts: 09-01\n");
        CommandResult result = CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("years begin on 09-01 and are named by the year in which they end: 2023 is 2022-09-01 to 2023-08-31\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("scenes by year: 2023 (6), 2024 (6)", result.Output, StringComparison.Ordinal);
        AssertGreen(area, 2023, isWest: true);
        AssertGreen(area, 2024, isWest: false);
        AreaRow[] rows = [.. AreaCsv.Read(Path.Combine(area.Output, "area.csv"))];
        Assert.Equal([2023, 2024], rows.Select(row => row.Year));
        Assert.All(rows, row => Assert.InRange(row.IrrigatedHectares / row.ObservedHectares, 0.4999, 0.5001));

        // The features of both years, worked out day by day.
        AssertFeatures(area, 2023, new DateOnly(2022, 9, 1), ["20220912", "20221014", "20221115", "20230102", "20230219", "20230423"], ["20221115", "20230102", "20230219"]);
        AssertFeatures(area, 2024, new DateOnly(2023, 9, 1), ["20230914", "20231118", "20231204", "20240121", "20240229", "20240410"], ["20231118", "20231204", "20240121", "20240229"]);

        // What is handed on says from when to when its year runs.
        foreach (string map in new[] { "features", "irrigated", "probability", "observations" })
        {
            using Dataset raster = Dataset.Open(Path.Combine(area.Output, "years", "2024", map + ".tif"));
            Assert.Equal(("2024", "2023-09-01", "2024-08-31"), (raster.GetMetadata("YEAR"), raster.GetMetadata("YEAR_BEGINS"), raster.GetMetadata("YEAR_ENDS")));
        }

        JsonNode item = JsonNode.Parse(File.ReadAllText(Path.Combine(area.Output, "stac", "irrigation", "2024.json")))!["properties"]!;
        Assert.Equal(("2023-09-01T00:00:00Z", "2024-08-31T23:59:59Z"), ((string)item["start_datetime"]!, (string)item["end_datetime"]!));
        JsonNode collection = JsonNode.Parse(File.ReadAllText(Path.Combine(area.Output, "stac", "irrigation", "collection.json")))!;
        Assert.Equal("""["2022-09-01T00:00:00Z","2024-08-31T23:59:59Z"]""", collection["extent"]!["temporal"]!["interval"]![0]!.ToJsonString());
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(area.Output, "run.json")))!;
        Assert.Equal(("09-01", "end", """["2022-09-01","2023-08-31"]"""), ((string)record["year_starts"]!, (string)record["year_named_by"]!, record["year_spans"]!["2023"]!.ToJsonString()));
        Assert.Contains("Years begin on 09-01 and are named by the calendar year in which they end: 2024 is 2023-09-01 to 2024-08-31.", File.ReadAllText(Path.Combine(area.Output, "report", "index.html")), StringComparison.Ordinal);
        JsonNode scenes = JsonNode.Parse(File.ReadAllText(Path.Combine(area.Output, "scenes.geojson")))!;
        Assert.Equal("2023 2023 2023 2023 2023 2023 2024 2024 2024 2024 2024 2024", string.Join(' ', scenes["features"]!.AsArray().Select(scene => scene!["properties"]!["year"]!.ToJsonString())));

        // In pieces the same.
        string plan = scratch.File("plan");
        CommandLine.Run("plan", area.Configuration, "-o", plan, "--results", scratch.File("pieces")).Succeeds();
        CommandLine.Run("work", plan, "--piece", "0-1").Succeeds();
        CommandLine.Run("reduce", plan).Succeeds();
        SimulatedCorridor.AssertSame(area.Output, scratch.File("pieces"));

        // A year of features by themselves.
        string features = scratch.File("features.tif");
        CommandLine.Run("composite", "--scenes", area.Scenes, "--year", "2024", "--year-starts", "09-01", "--season", "summer=11-01..02-29", "spring=09-01..10-31", "-o", features).Succeeds();
        Assert.Equal(File.ReadAllBytes(Path.Combine(area.Output, "years", "2024", "features.tif")), File.ReadAllBytes(features));
        // A model of other years says nothing of these.
        CommandLine.Run("composite", "--scenes", area.Scenes, "--year", "2023", "--season", "spring=03-01..10-31", "summer=11-01..12-31", "-o", scratch.File("calendar.tif")).Succeeds();
        CommandLine.Run("classify", "--features", scratch.File("calendar.tif"), "--model", Path.Combine(area.Output, "model.zip"), "-o", scratch.File("c.tif")).FailsWith(1, "calendar.tif: has a year that begins on 01-01, but the model was trained on years that begin on 09-01; train it on such years");
        CommandLine.Run("train", "--features", features, scratch.File("calendar.tif"), "--labels", Path.Combine(area.Folder, "labels.geojson"), "-o", scratch.File("m.zip")).FailsWith(1, "calendar.tif: has a year that begins on 01-01, but that of");
        CommandLine.Run("composite", "--scenes", area.Scenes, "--year", "2024", "--season", "summer=11-01..02-29", "-o", features).FailsWith(2, "--season: summer (11-01..02-29) is cut by the turn of the year; write '--year-starts 11-01'");
        CommandLine.Run("composite", "--scenes", area.Scenes, "--year", "2020", "-o", features).FailsWith(2, "--year: is 2020, but the scenes are of 2022, 2023, 2024");
    }

    [Fact]
    public void A_year_may_be_named_by_its_begin()
    {
        using var scratch = new ScratchFolder();
        TinyArea area = Make(scratch.File("south"), "2022-2024", "2022", "\nyear-starts: 09-01\nyear-named-by: start\n");
        File.WriteAllText(area.Configuration, File.ReadAllText(area.Configuration).Replace("[csv, geojson, stac, cog, report]", "[csv, stac]", StringComparison.Ordinal));
        CommandResult result = CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("scenes by year: 2022 (6), 2023 (6), 2024 (1)", result.Output, StringComparison.Ordinal);
        AssertGreen(area, 2022, isWest: true);
        AssertGreen(area, 2023, isWest: false);
        JsonNode item = JsonNode.Parse(File.ReadAllText(Path.Combine(area.Output, "stac", "irrigation", "2022.json")))!["properties"]!;
        Assert.Equal(("2022-09-01T00:00:00Z", "2023-08-31T23:59:59Z"), ((string)item["start_datetime"]!, (string)item["end_datetime"]!));
    }

    [Fact]
    public void Years_without_scenes_are_answered_with_those_that_have_some()
    {
        using var scratch = new ScratchFolder();
        TinyArea area = Make(scratch.File("south"), "1990-1995", "2023");
        string calendar = File.ReadAllText(area.Configuration).Replace(Seasons, string.Empty, StringComparison.Ordinal);
        File.WriteAllText(area.Configuration, calendar);
        foreach (string[] words in new string[][] { ["run", area.Configuration], ["plan", area.Configuration, "-o", scratch.File("plan")] })
        {
            CommandLine.Run(words).FailsWith(2, "irrigation.yaml: no scene of the years asked for was found (1990-1995); the scenes are of 2022-2024: set 'years' to these, or add scenes");
        }

        // The years that it names, with others: some have scenes, and the run says which have not.
        File.WriteAllText(area.Configuration, calendar.Replace("years: 1990-1995", "years: [2020, 2022-2024]", StringComparison.Ordinal));
        CommandResult result = CommandLine.Run("run", area.Configuration).Succeeds();
        Assert.Contains("warning: no scene of 2020 can be used: nothing is said of this year; the scenes are of 2022-2024\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("years without scenes: 2020\n", result.Output, StringComparison.Ordinal);
    }

    private static TinyArea Make(string folder, string years, string labelled, string further = "")
    {
        var area = new TinyArea(folder, Width, Height, years, Seasons + further, labelled, trains: true);
        File.WriteAllText(area.Configuration, File.ReadAllText(area.Configuration).Replace("[csv, geojson, cog]", "[csv, geojson, stac, cog, report]", StringComparison.Ordinal).Replace("trees: 20", "trees: 20, features: ['*_ndvi_median']", StringComparison.Ordinal));
        foreach (string day in Days)
        {
            string id = $"LC08_L2SP_149030_{day}_20250101_02_T1";
            TinyProduct product = area.Product(id);
            (product with { Pixel = (role, x, y) => role == BandRole.Nir ? Nir(day, x, y) : role == BandRole.Red ? 10_000 : product.Pixel(role, x, y) }).WriteTar(Path.Combine(area.Scenes, id + ".tar"));
        }

        return area;
    }

    private static int Nir(string day, int x, int y)
    {
        bool isWest = x < Width / 2;
        bool isGreen = string.CompareOrdinal(day, "20221101") >= 0 && string.CompareOrdinal(day, "20230228") <= 0 ? isWest
            : string.CompareOrdinal(day, "20231101") >= 0 && string.CompareOrdinal(day, "20240229") <= 0 && !isWest;
        return (isGreen ? 22_000 : 11_500) + day.Aggregate(0, (hash, c) => (hash * 31 + c) % 700) + (x * 31 + y * 17) % 97;
    }

    /// <summary>NDVI as the product guide says: reflectance is 0.0000275 DN − 0.2.</summary>
    private static double Ndvi(string day, int x, int y)
    {
        (double nir, double red) = (0.0000275 * Nir(day, x, y) - 0.2, 0.0000275 * 10_000 - 0.2);
        return (nir - red) / (nir + red);
    }

    private static void AssertGreen(TinyArea area, int year, bool isWest)
    {
        using Dataset map = Dataset.Open(Path.Combine(area.Output, "years", year.ToString(CultureInfo.InvariantCulture), "irrigated.tif"));
        byte[] classes = new byte[map.Width * map.Height];
        map.Band(1).Read<byte>(new PixelWindow(0, 0, map.Width, map.Height), classes);
        Assert.All(Enumerable.Range(0, classes.Length), i => Assert.Equal((i % Width < Width / 2) == isWest, classes[i] == 1));
    }

    private static void AssertFeatures(TinyArea area, int year, DateOnly begin, string[] days, string[] summer)
    {
        using var pool = new RasterPool();
        FeatureStack stack = FeatureStack.Open(Path.Combine(area.Output, "years", year.ToString(CultureInfo.InvariantCulture), "features.tif"), pool);
        string[] names = ["summer_ndvi_median", "summer_ndvi_max", "summer_count", "year_ndvi_p50", "year_ndvi_day_of_max"];
        var whole = new PixelWindow(0, 0, Width, Height);
        float[] values = new float[names.Length * whole.PixelCount];
        stack.Read(whole, stack.Find(names), values);
        for (int i = 0; i < whole.PixelCount; i++)
        {
            double[] of = [.. summer.Select(day => Ndvi(day, i % Width, i / Width)).Order()];
            double[] all = [.. days.Select(day => Ndvi(day, i % Width, i / Width)).Order()];
            DateOnly best = DateOnly.ParseExact(days.MaxBy(day => Ndvi(day, i % Width, i / Width))!, "yyyyMMdd", CultureInfo.InvariantCulture);
            double[] expected = [(of[(of.Length - 1) / 2] + of[of.Length / 2]) / 2, of[^1], of.Length, (all[2] + all[3]) / 2, best.DayNumber - begin.DayNumber + 1];
            for (int f = 0; f < names.Length; f++)
            {
                Assert.True(Math.Abs(values[f * whole.PixelCount + i] - expected[f]) < 1e-5, $"{names[f]} of pixel {i} of {year}: {values[f * whole.PixelCount + i]}, not {expected[f]}");
            }
        }
    }
}
