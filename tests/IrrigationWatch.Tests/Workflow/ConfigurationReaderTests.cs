using System.Text.RegularExpressions;
using CsCheck;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>What each key of <c>irrigation.yaml</c> means, what is taken where it is missing, and what is said where it is wrong.</summary>
public sealed class ConfigurationReaderTests : IDisposable
{
    /// <summary>The least that a configuration must say; what a test adds begins on the third line.</summary>
    private const string Least = "scenes: [scenes/]\nyears: 2001\n";

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    private string FileName => scratch.File("ili", "irrigation.yaml");

    [Fact]
    public void What_is_not_said_has_its_documented_default()
    {
        RunConfiguration read = Read(Least);
        Assert.Equal(FileName, read.File);
        Assert.Equal("ili", read.Name);
        Assert.Equal([At("scenes/")], read.Scenes);
        Assert.Equal([2001], read.Years);
        Assert.Equal(At("out/"), read.Output);
        Assert.Equal((null, null, null, null, null), (read.CatalogueFile, read.ScratchFolder, read.ScratchLimit, read.Area, read.Zones));
        Assert.Equal(("name", null, null, 30.0), (read.ZoneName, read.CountryField, read.Crs, read.Resolution));
        Assert.Equal((null, null, false, null, null), (read.Labels, read.ModelFile, read.WeakLabels, read.Assessment, read.Waters));
        Assert.Equal((false, false, 0, 0.8, 0.0), (read.AllowMixedLevels, read.TemporalSmoothing, read.MinimumPatch, read.LeastObserved, read.Simplify));
        Assert.Equal(["csv", "geojson", "cog", "charts", "report"], read.Publish);
        Assert.Equal((string.Empty, "en"), (read.Source, read.Texts.Code));
        Assert.Empty(read.Stacks);
        Assert.Empty(read.Warnings);
        Assert.Equal(["spring: 03-01..04-30", "early: 05-01..07-14", "late: 07-15..09-30"], read.Features.Seasons.Select(season => season.ToString()));
        Assert.Equal(YearCalendar.Default, read.Features.Calendar);
        Assert.Equal([SpectralIndex.Ndvi, SpectralIndex.Evi2, SpectralIndex.Ndmi, SpectralIndex.Mndwi, SpectralIndex.Gi], read.Features.Indices);
        Assert.Empty(read.Features.Ancillary);
        Assert.Equal(110_000_000, read.Features.MemoryLimit);
        Assert.Equal(new ObservationOptions { Mask = new MaskOptions { RejectedQaPixel = QaPixelBits.Obstructed }, Harmonise = true, SunAngle = SunAngle.Scene, Resampling = Resampling.Bilinear }, read.Features.Observation);
        TrainerOptions trainer = read.Trainer;
        Assert.Equal((TrainerKind.LightGbm, 100, 31, 0.1, 5, 1984), (trainer.Kind, trainer.Trees, trainer.Leaves, trainer.LearningRate, trainer.LeastPerLeaf, trainer.Seed));
        Assert.Equal((0, false, false, 40, 10_000.0), (trainer.PreviousYears, trainer.BalancesClasses, trainer.Search, trainer.MostPixelsOfPolygon, trainer.BlockMetres));
        Assert.Equal(["irrigated"], trainer.IrrigatedClasses);
        Assert.Empty(trainer.Features);
        Assert.Empty(trainer.ClassWeights);
    }

    [Fact]
    public void Every_key_says_what_it_is_for()
    {
        Touch("area.geojson", "zones.gpkg", "labels.geojson", "points.geojson", "dem.tif", "waters.geojson");
        RunConfiguration read = Read("""
            name: Ili, lower reaches
            scenes: [a/, /archive/*.tar, "s3://bucket/b", one.tar.gz]
            catalogue: shared.db
            area: area.geojson
            zones: zones.gpkg
            zone-name: rayon
            country: iso3
            years: [1999, 1987-1989, 1988 - 1990]
            grid: { crs: "EPSG:32643", resolution: 28.5, resampling: cubic }
            seasons: { late: 07-01..09-30, first: 02-29..06-30 }
            mask: { dilation: 3 }
            level1: { sun-angle: pixel, with-level2: true }
            scratch: { folder: unpacked, limit: 0.5 }
            memory: 1190
            harmonise: false
            ancillary: { elevation: dem.tif }
            indices: [GI, wetness, swir2]
            model:
              labels: labels.geojson
              trainer: FastForest
              trees: 7
              leaves: 2
              learning-rate: 1
              least-per-leaf: 9
              seed: 0
              irrigated: [rice, cotton]
              features: [late_gi, elevation]
              previous-years: 2
              weights: { rice: 2, cotton: 0.5 }
              search: yes
              pixels-per-polygon: 1
              block: 2.5
            assessment: points.geojson
            smoothing: { temporal: on, minimum-patch: 6 }
            waters: waters.geojson
            least-observed: 0.25
            simplify: 45
            language: kk
            source: Landsat, USGS
            publish: [csv, parquet]
            output: results
            """);
        Assert.Equal("Ili, lower reaches", read.Name);
        Assert.Equal([At("a/"), "/archive/*.tar", "s3://bucket/b", At("one.tar.gz")], read.Scenes);
        Assert.Equal((At("shared.db"), At("area.geojson"), At("zones.gpkg")), (read.CatalogueFile, read.Area, read.Zones));
        Assert.Equal(("rayon", "iso3"), (read.ZoneName, read.CountryField));
        Assert.Equal([1987, 1988, 1989, 1990, 1999], read.Years);
        Assert.Equal(("EPSG:32643", 28.5), (read.Crs, read.Resolution));
        Assert.Equal([new Season("first", 229, 630), new Season("late", 701, 930)], read.Features.Seasons);
        Assert.Equal((3, Resampling.Cubic, SunAngle.Pixel, false), (read.Features.Observation.Mask.Dilation, read.Features.Observation.Resampling, read.Features.Observation.SunAngle, read.Features.Observation.Harmonise));
        Assert.True(read.AllowMixedLevels);
        Assert.Equal((At("unpacked/irrigationwatch-scratch"), 500_000_000L), (read.ScratchFolder, read.ScratchLimit));
        Assert.Equal(1_000_000_000, read.Features.MemoryLimit);
        Assert.Equal([KeyValuePair.Create("elevation", new RasterLayer(At("dem.tif")))], read.Features.Ancillary);
        Assert.Equal([SpectralIndex.Gi, SpectralIndex.Wetness, SpectralIndex.Swir2], read.Features.Indices);
        Assert.Equal((At("labels.geojson"), null, false, true), (read.Labels, read.ModelFile, read.WeakLabels, read.HasModel));
        TrainerOptions trainer = read.Trainer;
        Assert.Equal((TrainerKind.FastForest, 7, 2, 1.0, 9, 0), (trainer.Kind, trainer.Trees, trainer.Leaves, trainer.LearningRate, trainer.LeastPerLeaf, trainer.Seed));
        Assert.Equal((2, false, true, 1, 2500.0), (trainer.PreviousYears, trainer.BalancesClasses, trainer.Search, trainer.MostPixelsOfPolygon, trainer.BlockMetres));
        Assert.Equal(["rice", "cotton"], trainer.IrrigatedClasses);
        Assert.Equal(["late_gi", "elevation"], trainer.Features);
        Assert.Equal([KeyValuePair.Create("cotton", 0.5), KeyValuePair.Create("rice", 2.0)], trainer.ClassWeights);
        Assert.Equal((At("points.geojson"), At("waters.geojson")), (read.Assessment, read.Waters));
        Assert.Equal((true, 6, 0.25, 45.0), (read.TemporalSmoothing, read.MinimumPatch, read.LeastObserved, read.Simplify));
        Assert.Equal(("kk", "Landsat, USGS", At("results")), (read.Texts.Code, read.Source, read.Output));
        Assert.Equal(["csv", "parquet"], read.Publish);
    }

    [Fact]
    public void A_model_is_trained_given_or_weak_and_weights_may_be_balanced()
    {
        Touch("zones.gpkg", "model.zip");
        RunConfiguration given = Read(Least + "zones: zones.gpkg\nmodel: { file: model.zip, weights: balanced }\n");
        Assert.Equal((At("model.zip"), null, true), (given.ModelFile, given.Labels, given.HasModel));
        Assert.True(given.Trainer.BalancesClasses);
        Assert.Empty(given.Trainer.ClassWeights);
        RunConfiguration weak = Read(Least + "zones: zones.gpkg\nmodel: { weak: true, trainer: lightgbm }\n");
        Assert.Equal((true, true, TrainerKind.LightGbm), (weak.WeakLabels, weak.HasModel, weak.Trainer.Kind));
    }

    [Fact]
    public void An_output_that_is_asked_for_takes_the_place_of_the_files()
    {
        File.WriteAllText(Made(), Least + "output: results\n");
        Assert.Equal(scratch.File("elsewhere"), ConfigurationReader.Read(FileName, scratch.File("ili", "..", "elsewhere")).Output);
        Assert.Equal("s3://bucket/results", ConfigurationReader.Read(FileName, "s3://bucket/results/").Output);
        Assert.Equal(At("results"), ConfigurationReader.Read(FileName).Output);
    }

    [Fact]
    public void Scenes_may_come_from_stacks_or_from_a_catalogue_alone()
    {
        RunConfiguration stacks = Read("years: 2001\nstacks: { description: hls-l30, paths: hls/ }\n");
        Assert.Empty(stacks.Scenes);
        Assert.Equal([At("hls/")], Assert.Single(stacks.Stacks).Paths);
        Assert.Equal("HLS L30", stacks.Stacks[0].Description.Name);
        Assert.Equal(At("ili.db"), Read("years: 2001\ncatalogue: ili.db\n").CatalogueFile);
        File.WriteAllText(scratch.File("ili", "own.yaml"), StackDescriptionReader.ReadText("fmask-stack"));
        RunConfiguration own = Read("years: 2001\nstacks:\n- { description: own.yaml, paths: [a, b] }\n- { description: fmask-stack, paths: [c] }\n");
        Assert.Equal(["a", "b", "c"], own.Stacks.SelectMany(stack => stack.Paths).Select(path => Path.GetRelativePath(At(""), path)));
        Assert.Equal(own.Stacks[1].Description.Text, own.Stacks[0].Description.Text);
    }

    /// <summary>Any list of years and spans means the set of its years.</summary>
    [Fact]
    public void Years_are_the_union_of_what_is_listed()
    {
        Made();
        Gen.Select(Gen.Int[1972, 2100], Gen.Int[0, 40]).Array[1, 5].Sample(
            spans =>
            {
                string[] words = [.. spans.Select(span => span.Item2 == 0 ? FormattableString.Invariant($"{span.Item1}") : FormattableString.Invariant($"{span.Item1}-{Math.Min(2100, span.Item1 + span.Item2)}"))];
                int[] years = [.. Enumerable.Range(1972, 129).Where(year => spans.Any(span => year >= span.Item1 && year <= span.Item1 + span.Item2))];
                Assert.Equal(years, Read($"scenes: [a]\nyears: [{string.Join(", ", words)}]\n").Years);
            },
            iter: 30,
            threads: 1);
    }

    [Theory]
    [InlineData("name: [a, b]", "'name' must be one value")]
    [InlineData("name:", "'name' must be one value")]
    [InlineData("output: {}", "'output' must be one value")]
    [InlineData("catalogue: [a.db]", "'catalogue' must be one value")]
    [InlineData("area: missing.geojson", "'area' names missing.geojson, but there is no such file")]
    [InlineData("zones: [a]", "'zones' must be one value")]
    [InlineData("zones: https://example.org/zones.geojson", "'zones' names https://example.org/zones.geojson, but there is no such file")]
    [InlineData("assessment: no.geojson", "'assessment' names no.geojson, but there is no such file")]
    [InlineData("waters: no.geojson", "'waters' names no.geojson, but there is no such file")]
    [InlineData("ancillary: { slope: no.tif }", "'ancillary.slope' names no.tif, but there is no such file")]
    [InlineData("ancillary: dem.tif", "'ancillary' must be a mapping of keys to values")]
    [InlineData("zone-name: []", "'zone-name' must be one value")]
    [InlineData("country: {}", "'country' must be one value")]
    [InlineData("grid: auto", "'grid' must be a mapping of keys to values")]
    [InlineData("grid: { crs: EPSG:99999999 }", "'grid.crs' is 'EPSG:99999999', which GDAL does not know; write auto or for example EPSG:32644")]
    [InlineData("grid: { resolution: 0 }", "'grid.resolution' is '0', but must be a number from 1E-06 to 1000000")]
    [InlineData("grid: { resolution: 30 m }", "'grid.resolution' is '30 m', but must be a number from 1E-06 to 1000000")]
    [InlineData("grid: { resolution: 30,5 }", "unknown key 'grid.5'; known here: crs, resolution, resampling")]
    [InlineData("grid: { resampling: nearest }", "'grid.resampling' is 'nearest'; use near, bilinear or cubic")]
    [InlineData("grid: { size: 30 }", "unknown key 'grid.size'; known here: crs, resolution, resampling")]
    [InlineData("seasons: [spring]", "'seasons' must be a mapping of keys to values")]
    [InlineData("seasons: { Late: 07-15..09-30 }", "'seasons.Late' is no name for a season; use lower case letters, digits and _")]
    [InlineData("seasons: { late: 09-30..07-15 }", "'seasons.late' is '09-30..07-15', which is cut by the turn of the year on 01-01; write 'year-starts: 09-30', so that each year begins with its first season (2013 is then 2012-09-30 to 2013-09-29)")]
    [InlineData("seasons: { late: 02-30..07-15 }", "'seasons.late' is '02-30..07-15'; write MM-DD..MM-DD")]
    [InlineData("seasons: { late: 7-15..9-30 }", "'seasons.late' is '7-15..9-30'; write MM-DD..MM-DD")]
    [InlineData("seasons: { late: \"٠٧-١٥..٠٩-٣٠\" }", "'seasons.late' is '٠٧-١٥..٠٩-٣٠'; write MM-DD..MM-DD")]
    [InlineData("seasons: { late: [07-15, 09-30] }", "'seasons.late' must be one value")]
    [InlineData("seasons: { a: 03-01..06-30, b: 06-01..04-01 }", "'seasons.b' is '06-01..04-01', which is cut by the turn of the year on 01-01; write seasons of which none begins before another has ended")]
    [InlineData("year-starts: 07-01", "'year-starts' is '07-01', which cuts the season early: 05-01..07-14; name 'seasons' that lie within such a year")]
    [InlineData("year-starts: 02-29", "'year-starts' is '02-29'; write a day that every year has as MM-DD, for example 07-01")]
    [InlineData("year-starts: July", "'year-starts' is 'July'; write a day that every year has as MM-DD, for example 07-01")]
    [InlineData("year-named-by: both", "'year-named-by' is 'both'; use end or start")]
    [InlineData("level1: { sun-angle: sun }", "'level1.sun-angle' is 'sun'; use scene or pixel")]
    [InlineData("level1: { with-level2: maybe }", "'level1.with-level2' is 'maybe', but must be true or false")]
    [InlineData("level1: { sunangle: scene }", "unknown key 'level1.sunangle'; did you mean 'sun-angle'?")]
    [InlineData("scratch: { limit: 0 }", "'scratch.limit' is '0', but must be a number from 0.001 to 1000000")]
    [InlineData("scratch: { limit: NaN }", "'scratch.limit' is 'NaN', but must be a number from 0.001 to 1000000")]
    [InlineData("scratch: { size: 1 }", "unknown key 'scratch.size'; known here: folder, limit")]
    [InlineData("memory: 209", "'memory' is '209', but must be a number from 210 to 1000000")]
    [InlineData("memory: 300.5", "'memory' must be a whole number")]
    [InlineData("memory: 300 MB", "'memory' is '300 MB', but must be a number from 210 to 1000000")]
    [InlineData("harmonise: 2", "'harmonise' is '2', but must be true or false")]
    [InlineData("indices: [ndvi, ndwi]", "'indices' holds 'ndwi'; use ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi, wetness, blue, green, red, nir, swir1, swir2")]
    [InlineData("indices: [3]", "'indices' holds '3'; use ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi, wetness, blue, green, red, nir, swir1, swir2")]
    [InlineData("indices: [\"+3\"]", "'indices' holds '+3'; use ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi, wetness, blue, green, red, nir, swir1, swir2")]
    [InlineData("indices: ndvi, evi2", "'indices' holds 'ndvi, evi2'; use ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi, wetness, blue, green, red, nir, swir1, swir2")]
    [InlineData("indices: { ndvi: yes }", "'indices' must be a list of values")]
    [InlineData("model: { labels: no.geojson }", "'model.labels' names no.geojson, but there is no such file; draw labels there, or write 'weak: true' instead of 'labels' for a first map from confident pixels")]
    [InlineData("model: { file: no.zip }", "'model.file' names no.zip, but there is no such file")]
    [InlineData("model: { trainer: lightgbm }", "'model' must name 'labels' to train on or the 'file' of a trained model, or say 'weak: true' to have confident pixels label themselves")]
    [InlineData("model: { labels: there.txt, file: there.txt }", "'model.file' and 'model.labels' exclude each other; keep one")]
    [InlineData("model: { weak: true, labels: there.txt }", "'model.weak' makes labels where there are none; leave it out, or 'labels' and 'file'")]
    [InlineData("model: { weak: true, file: there.txt }", "'model.weak' makes labels where there are none; leave it out, or 'labels' and 'file'")]
    [InlineData("model: { weak: true, trainer: forest }", "'model.trainer' is 'forest'; use lightgbm or fastforest")]
    [InlineData("model: { weak: true, trees: 0 }", "'model.trees' is '0', but must be a number from 1 to 10000")]
    [InlineData("model: { weak: true, leaves: 1 }", "'model.leaves' is '1', but must be a number from 2 to 10000")]
    [InlineData("model: { weak: true, learning-rate: 2 }", "'model.learning-rate' is '2', but must be a number from 0.001 to 1")]
    [InlineData("model: { weak: true, least-per-leaf: 0 }", "'model.least-per-leaf' is '0', but must be a number from 1 to 100000")]
    [InlineData("model: { weak: true, seed: 2147483648 }", "'model.seed' is '2147483648', but must be a number from 0 to 2147483647")]
    [InlineData("model: { weak: true, previous-years: 3 }", "'model.previous-years' is '3', but must be a number from 0 to 2")]
    [InlineData("model: { weak: true, weights: heavy }", "'model.weights' is 'heavy'; write balanced, or a weight for some classes as { irrigated: 2 }")]
    [InlineData("model: { weak: true, weights: { irrigated: 0 } }", "'model.weights.irrigated' is '0', but must be a number from 0.001 to 1000")]
    [InlineData("model: { weak: true, weights: [2] }", "'model.weights' must be one value")]
    [InlineData("model: { weak: true, search: perhaps }", "'model.search' is 'perhaps', but must be true or false")]
    [InlineData("model: { weak: true, pixels-per-polygon: 0 }", "'model.pixels-per-polygon' is '0', but must be a number from 1 to 1000000")]
    [InlineData("model: { weak: true, block: 0 }", "'model.block' is '0', but must be a number from 0.1 to 1000")]
    [InlineData("model: { weak: true, depth: 3 }", "unknown key 'model.depth'; known here: labels, file, weak, trainer, trees, leaves, learning-rate, least-per-leaf, seed, irrigated, features, previous-years, weights, search, pixels-per-polygon, block")]
    [InlineData("smoothing: { temporal: 1 }", "'smoothing.temporal' is '1', but must be true or false")]
    [InlineData("smoothing: { minimum-patch: -1 }", "'smoothing.minimum-patch' is '-1', but must be a number from 0 to 1000000")]
    [InlineData("smoothing: { patch: 6 }", "unknown key 'smoothing.patch'; known here: temporal, minimum-patch")]
    [InlineData("mask: { cloud: true }", "unknown key 'mask.cloud'; known here: confidence, classes, dilation, saturation, terrain-occlusion, cloud-qa, aerosol, stack")]
    [InlineData("least-observed: 80", "'least-observed' is '80', but must be a number from 0 to 1")]
    [InlineData("simplify: -1", "'simplify' is '-1', but must be a number from 0 to 1000000")]
    [InlineData("language: de", "'language' is 'de'; use en, ru, kk, zh")]
    [InlineData("source: [a]", "'source' must be one value")]
    [InlineData("publish: [csv, shapefile]", "'publish' holds 'shapefile'; use csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, timelapse, report")]
    [InlineData("publish: csv, geojson", "'publish' holds 'csv, geojson'; use csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, timelapse, report")]
    [InlineData("stacks: hls-l30", "'stacks' must be a list of mappings of keys to values")]
    [InlineData("stacks: [{ description: hls-l30, paths: [a], level: 2 }]", "unknown key 'stacks.level'; known here: description, paths")]
    [InlineData("years: [2002]", "has the key 'years' twice, first in line 2; remove one")]
    [InlineData("? [a]\n: b", "a key must be a word")]
    [InlineData("name: \"open", "is not valid YAML (While scanning a quoted scalar, found unexpected end of stream.); mend it")]
    public void What_is_wrong_is_named_with_file_line_and_key(string line, string problem)
    {
        Touch("there.txt");
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read(Least + line + "\n" + (line.StartsWith("model", StringComparison.Ordinal) ? "zones: there.txt\n" : string.Empty)));
        Assert.Equal((FileName + ":3", problem), (error.File, error.Problem));
        Assert.Equal($"{FileName}:3: {problem}", error.Message);
    }

    [Theory]
    [InlineData("years: 1971", "1971")]
    [InlineData("years: 2101", "2101")]
    [InlineData("years: 1990-1984", "1990-1984")]
    [InlineData("years: 2000-2101", "2000-2101")]
    [InlineData("years: [1984, 85]", "85")]
    [InlineData("years: 1984, 1985", "1984, 1985")]
    [InlineData("years: ١٩٨٤", "١٩٨٤")]
    public void Years_that_cannot_be_are_quoted(string line, string quoted)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read("name: a\nscenes: [a]\n" + line + "\n"));
        Assert.Equal($"{FileName}:3: 'years' holds '{quoted}'; write years or spans between 1972 and 2100, for example 1984-2023", error.Message);
    }

    [Theory]
    [InlineData("scenes: [a]\n", "'years' is missing; write for example 1984-2023")]
    [InlineData("years: 2001\n", "'scenes' is missing; list folders or files of Landsat products, or name 'stacks' or a 'catalogue'")]
    [InlineData("years: 2001\nstacks: { paths: [a] }\n", "'stacks.description' is missing; name a file or one of ")]
    [InlineData("years: 2001\nstacks: { description: hls-l30 }\n", "'stacks.paths' is missing; list folders or archives of scenes")]
    [InlineData(Least + "model: { weak: true }\n", "'zones' is missing; name a file of polygons to which areas are added up")]
    [InlineData("", "must hold one mapping of keys to values; see 'irrigationwatch init'")]
    [InlineData("- a\n", "must hold one mapping of keys to values; see 'irrigationwatch init'")]
    [InlineData("a: 1\n---\nb: 2\n", "must hold one mapping of keys to values; see 'irrigationwatch init'")]
    public void What_is_missing_is_named_with_file_and_key(string text, string problem)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read(text));
        Assert.Equal(FileName, error.File);
        Assert.StartsWith(problem, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_key_is_answered_with_all_that_are_known()
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read(Least + "epoch: 2001\n"));
        Assert.StartsWith(FileName + ":3: unknown key 'epoch'; known here: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            [
                "ancillary", "area", "assessment", "catalogue", "country", "encoding", "grid", "harmonise", "indices", "language", "least-observed", "level1", "mask", "memory", "model", "name", "output",
                "publish", "scenes", "scratch", "seasons", "simplify", "smoothing", "source", "stacks", "waters", "year-named-by", "year-starts", "years", "zone-name", "zones",
            ],
            error.Problem[(error.Problem.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", ").Order(StringComparer.Ordinal));
    }

    /// <summary>Unknown keys first, then all else in the order of the file; none hides another, and none makes another.</summary>
    [Fact]
    public void All_that_is_wrong_is_told_at_once()
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Read("""
            scenez: [scenes/]
            years: [1990-1984, 2001, 20O2]
            zones: nowhere.geojson
            grid: { resolution: thin, resampling: nearest, crs: EPSG:99999999 }
            seasons: { late: 02-30..07-15, Early: 05-01..06-30 }
            modle:
              lables: none.geojson
              file: none.zip
              trees: 0
            mask: { confidence: { clouds: low, snow: deep }, dilation: 1.5 }
            stacks: { description: own.yaml, path: [a] }
            publish: [csv, shapefile, tif]
            publish: [csv]
            smoothing: yes
            """));
        Assert.Equal(
            [
                "1: unknown key 'scenez'; did you mean 'scenes'?",
                "6: unknown key 'modle'; did you mean 'model'?",
                "7: unknown key 'modle.lables'; did you mean 'labels'?",
                "10: unknown key 'mask.confidence.clouds'; did you mean 'cloud'?",
                "11: unknown key 'stacks.path'; did you mean 'paths'?",
                "2: 'years' holds '1990-1984'; write years or spans between 1972 and 2100, for example 1984-2023",
                "2: 'years' holds '20O2'; write years or spans between 1972 and 2100, for example 1984-2023",
                "3: 'zones' names nowhere.geojson, but there is no such file",
                "4: 'grid.crs' is 'EPSG:99999999', which GDAL does not know; write auto or for example EPSG:32644",
                "4: 'grid.resolution' is 'thin', but must be a number from 1E-06 to 1000000",
                "4: 'grid.resampling' is 'nearest'; use near, bilinear or cubic",
            ],
            Lines(error).Take(11));
        string[] rest = Lines(error)[11..];
        Assert.Collection(
            rest,
            line => Assert.StartsWith("5: 'seasons.late' is '02-30..07-15'; ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("5: 'seasons.Early' is no name for a season; ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("7: 'modle.lables' names none.geojson, but there is no such file; ", line, StringComparison.Ordinal),
            line => Assert.Equal("8: 'modle.file' names none.zip, but there is no such file", line),
            line => Assert.Equal("8: 'modle.file' and 'model.labels' exclude each other; keep one", line),
            line => Assert.Equal("9: 'modle.trees' is '0', but must be a number from 1 to 10000", line),
            line => Assert.Equal("10: 'mask.confidence.snow' is 'deep'; use low, medium, high or none", line),
            line => Assert.Equal("10: 'mask.dilation' must be a whole number", line),
            line => Assert.Contains("own.yaml: is neither a file nor one of the ready-made descriptions of stacks", line, StringComparison.Ordinal),
            line => Assert.Equal("12: 'publish' holds 'shapefile'; use csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, timelapse, report", line),
            line => Assert.StartsWith("12: 'publish' holds 'tif'; ", line, StringComparison.Ordinal),
            line => Assert.Equal("13: has the key 'publish' twice, first in line 12; remove one", line),
            line => Assert.Equal("14: 'smoothing' must be a mapping of keys to values", line));
        Assert.StartsWith($"{FileName}:1: unknown key 'scenez'; did you mean 'scenes'? (and 23 more: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("Zones: there.txt\nmodel: { weak: true }", "3: unknown key 'Zones'; did you mean 'zones'?")]
    [InlineData("zones: [there.txt]\nmodel: { weak: true }", "3: 'zones' must be one value")]
    [InlineData("zones: there.txt\nmodel: { weka: true }", "4: unknown key 'model.weka'; did you mean 'weak'?")]
    [InlineData("zones: there.txt\nmodel: { weak: perhaps }", "4: 'model.weak' is 'perhaps', but must be true or false")]
    [InlineData("zones: there.txt\nmodel: { file: [a] }", "4: 'model.file' must be one value")]
    [InlineData("grid: { pixel: { size: 30, size: 20 } }", "3: unknown key 'grid.pixel'; known here: crs, resolution, resampling|3: has the key 'size' twice, first in line 3; remove one")]
    [InlineData("zone_name: rayon\nzone-name: rayon", "3: unknown key 'zone_name'; did you mean 'zone-name'?")]
    public void One_fault_makes_no_other(string lines, string faults)
    {
        Touch("there.txt");
        Assert.Equal(faults.Split('|'), Lines(Assert.Throws<ConfigurationException>(() => Read(Least + lines + "\n"))));
    }

    /// <summary>What is not there is told with all else; of several places of scenes one may be away.</summary>
    [Fact]
    public void Scenes_of_which_nothing_is_there_are_told_with_what_else_is_missing()
    {
        using var scratch = new ScratchFolder();
        string file = scratch.File("irrigation.yaml");
        File.WriteAllText(file, "scenes: [scens/, more/]\narea: nope.geojson\ncatalogue: nodir/x.db\nyears: 2001\n");
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(file, needsScenes: true));
        Assert.Equal([$"{file}:1", $"{file}:2", $"{file}:3"], e.Faults.Select(fault => fault.File).Order(StringComparer.Ordinal));
        Assert.Contains("'scenes' names scens/, more/, but there is no such file or folder", e.Message, StringComparison.Ordinal);
        Assert.Contains("'catalogue' names nodir/x.db, but there is no such folder", e.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(scratch.File("more"));
        foreach (string scenes in new[] { "scens/, more/", "'scens/*.tar'", "s3://bucket/scenes" })
        {
            File.WriteAllText(file, $"scenes: [{scenes}]\ncatalogue: x.db\nyears: 2001\n");
            Assert.NotEmpty(ConfigurationReader.Read(file, needsScenes: true).Scenes);
        }
    }

    /// <summary>A year that begins with its first season cuts none, and its seasons stand in its own order.</summary>
    [Theory]
    [InlineData("{ spring: 09-01..10-31, summer: 11-01..02-28 }", 901, "spring summer")]
    [InlineData("{ late: 01-15..03-31, early: 10-01..01-14 }", 1001, "early late")]
    [InlineData("{ winter: 11-01..02-29 }", 1101, "winter")]
    public void Seasons_over_the_turn_of_the_year_are_read_as_the_message_says(string seasons, int starts, string order)
    {
        string problem = Assert.Throws<ConfigurationException>(() => Read(Least + $"seasons: {seasons}\n")).Problem;
        string remedy = Regex.Match(problem, "write '([^']+)'").Groups[1].Value;
        FeatureOptions read = Read(Least + $"seasons: {seasons}\n{remedy}\n").Features;
        Assert.Equal(new YearCalendar(starts), read.Calendar);
        Assert.Equal(order, string.Join(' ', read.Seasons.Select(season => season.Name)));
        Assert.Equal(new YearCalendar(starts, true), Read(Least + $"seasons: {seasons}\n{remedy}\nyear-named-by: start\n").Features.Calendar);
    }

    /// <summary>What a missing file of labels is answered with.</summary>
    [Fact]
    public void A_first_map_without_labels_is_asked_for_as_the_message_says()
    {
        Touch("there.txt");
        string problem = Assert.Throws<ConfigurationException>(() => Read(Least + "zones: there.txt\nmodel: { labels: labels.geojson }\n")).Problem;
        string remedy = Regex.Match(problem, "write '([^']+)' instead of 'labels'").Groups[1].Value;
        Assert.True(Read(Least + $"zones: there.txt\nmodel: {{ {remedy} }}\n").WeakLabels);
    }

    private string[] Lines(ConfigurationException error) => [.. error.Faults.Select(fault => fault.Message.Replace(FileName + ":", string.Empty, StringComparison.Ordinal))];

    /// <summary>The guide's reference and the reader know the same keys.</summary>
    [Fact]
    public void The_user_guide_names_every_key()
    {
        string guide = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(File.ReadAllText));
        string known = Assert.Throws<ConfigurationException>(() => Read(Least + "epoch: 2001\n")).Problem;
        Assert.All(known[(known.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].Split(", "), key => Assert.Matches(new Regex($@"(?m)(`|^|\s|\{{){Regex.Escape(key)}(`|:)"), guide));
    }

    [Fact]
    public void A_file_that_is_not_there_or_is_no_configuration_is_refused()
    {
        string missing = scratch.File("missing.yaml");
        Assert.Equal($"{missing}: no such file; write one with 'irrigationwatch init'", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(missing)).Message);
        File.WriteAllText(missing, new string('#', (4 << 20) + 1));
        Assert.Equal($"{missing}: is 4 MB long, which no configuration is; give the right file", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(missing)).Message);
        // A billion laughs, and a mapping deeper than any stack.
        string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat("bcdefghi".Select((letter, i) => $"{letter}: &{letter} [{string.Join(", ", Enumerable.Repeat("*" + (char)('a' + i), 10))}]\n"));
        Assert.Matches(@":\d: is larger or deeper than any configuration", Assert.Throws<ConfigurationException>(() => Read(laughs)).Message);
        Assert.Contains(":1: is larger or deeper than any configuration", Assert.Throws<ConfigurationException>(() => Read("a: " + new string('[', 40) + new string(']', 40) + "\n")).Message, StringComparison.Ordinal);
        Assert.Contains(":1: '*a' stands within what it means, or before it; mend it", Assert.Throws<ConfigurationException>(() => Read("a: &a [*a]\n")).Message, StringComparison.Ordinal);
        Assert.Equal([1999], Read("name: &y \"1999\"\nscenes: [a]\nyears: *y\n").Years);
    }

    private string At(string name) => scratch.File("ili", name);

    private string Made()
    {
        Directory.CreateDirectory(scratch.File("ili"));
        return FileName;
    }

    private void Touch(params string[] names)
    {
        Made();
        Array.ForEach(names, name => File.WriteAllText(At(name), string.Empty));
    }

    private RunConfiguration Read(string text)
    {
        File.WriteAllText(Made(), text);
        return ConfigurationReader.Read(FileName);
    }
}
