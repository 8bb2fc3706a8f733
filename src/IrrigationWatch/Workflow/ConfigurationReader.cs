using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow;

/// <summary>Reads <c>irrigation.yaml</c>; unknown keys, wrong types and impossible values are errors with file, line and key.</summary>
public static partial class ConfigurationReader
{
    /// <summary>Megabytes that the program, its libraries and what it writes take whatever it computes.</summary>
    private const int OwnMemory = 190;

    private const int LeastMemory = 210;


    /// <summary>Reads a configuration.</summary>
    /// <param name="file">The YAML file; relative paths in it are relative to it.</param>
    /// <param name="output">Output folder to use instead of the file's; null for the file's.</param>
    /// <param name="needsScenes">Whether it is wrong that none of the scenes is there, and the folder of a catalogue is not: machines that join pieces need neither.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="ConfigurationException">Something in the file is wrong.</exception>
    public static RunConfiguration Read(string file, string? output = null, bool needsScenes = false) => YamlSection.ReadFile(file, root => Read(root, file, output, needsScenes));

    private static RunConfiguration Read(YamlSection root, string file, string? output, bool needsScenes)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var warnings = new List<string>();
        YamlSection? grid = root.Section("grid");
        YamlSection? smoothing = root.Section("smoothing");
        YamlSection? model = root.Section("model");
        YamlSection? level1 = root.Section("level1");
        YamlSection? scratch = root.Section("scratch");
        YearCalendar calendar = SeasonReader.ReadCalendar(root);
        string ownOutput = Absolute(folder, root.Text("output") ?? "out/");
        var configuration = new RunConfiguration
        {
            File = file,
            Name = root.Text("name") ?? Path.GetFileName(folder),
            Scenes = [.. (root.Words("scenes") ?? []).Select(path => Absolute(folder, path))],
            Stacks = Stacks(root, folder),
            CatalogueFile = root.Text("catalogue") is string shared ? Path.GetFullPath(Absolute(folder, shared)) : null,
            AllowMixedLevels = level1?.Flag("with-level2") ?? false,
            ScratchFolder = scratch?.Text("folder") is string unpacked ? Path.Combine(Path.GetFullPath(Absolute(folder, unpacked)), "irrigationwatch-scratch") : null,
            ScratchLimit = scratch?.Number("limit", 0.001, 1e6) is double gigabytes ? (long)(gigabytes * 1e9) : null,
            Area = Vector(root, "area", folder),
            Zones = Vector(root, "zones", folder),
            ZoneName = root.Text("zone-name") ?? "name",
            CountryField = root.Text("country"),
            Encoding = root.Text("encoding"),
            Years = Years(root),
            Crs = Crs(grid),
            Resolution = grid?.Number("resolution", 1e-6, 1e6) ?? 30,
            Features = new FeatureOptions
            {
                Seasons = SeasonReader.Read(root, calendar),
                Calendar = calendar,
                Indices = Indices(root),
                Ancillary = Ancillary(root.Section("ancillary"), folder),
                MemoryLimit = root.Whole("memory", LeastMemory, 1_000_000) is int megabytes ? 1_000_000L * (megabytes - OwnMemory) : new FeatureOptions().MemoryLimit,
                Observation = new ObservationOptions
                {
                    Mask = MaskReader.Read(root.Section("mask")),
                    Harmonise = root.Flag("harmonise") ?? true,
                    SunAngle = Angle(level1),
                    Resampling = Resample(grid),
                },
            },
            Labels = model is null ? null : Vector(model, "labels", folder, "; draw labels there, or write 'weak: true' instead of 'labels' for a first map from confident pixels"),
            ModelFile = model is null ? null : Existing(model, "file", folder),
            WeakLabels = model?.Flag("weak") ?? false,
            Trainer = Trainer(model),
            Assessment = Vector(root, "assessment", folder),
            TemporalSmoothing = smoothing?.Flag("temporal") ?? false,
            MinimumPatch = smoothing?.Whole("minimum-patch", 0, 1_000_000) ?? 0,
            Publish = Publish(root),
            Source = root.Text("source") ?? string.Empty,
            Texts = root.Text("language") is string language ? Texts.Find(language) ?? root.Wrong("language", $"is '{language}'; use {string.Join(", ", Texts.Codes)}", Texts.English) : Texts.English,
            LeastObserved = root.Number("least-observed", 0, 1) ?? ZoneChange.DefaultLeastObserved,
            Simplify = root.Number("simplify", 0, 1e6) ?? 0,
            Waters = Vector(root, "waters", folder),
            Warnings = warnings,
            Output = FileStore.FullPlace(output ?? ownOutput),
        };
        Contradictions(root, model);
        if (needsScenes)
        {
            MustHaveScenes(root, configuration);
        }

        return configuration;
    }

    /// <summary>Scenes of which nothing is there: of several places one may be away for a day, which is said of each scene.</summary>
    private static void MustHaveScenes(YamlSection root, RunConfiguration configuration)
    {
        if (configuration.CatalogueFile is string catalogue && !Directory.Exists(Path.GetDirectoryName(catalogue)))
        {
            root.Wrong("catalogue", $"names {root.Text("catalogue")}, but there is no such folder");
        }

        if (configuration.Scenes.Count > 0 && configuration.Scenes.All(path => !RemotePath.IsAddress(path) && path.AsSpan().IndexOfAny('*', '?') < 0 && !path.StartsWith("/vsi", StringComparison.Ordinal) && !File.Exists(path) && !Directory.Exists(path)))
        {
            root.Wrong("scenes", $"names {string.Join(", ", root.Words("scenes")!)}, but there is no such file or folder");
        }
    }

    /// <summary>
    /// What is missing, or cannot stand side by side: judged by the keys that are there, whatever is wrong with their values, so that
    /// one fault does not make another.
    /// </summary>
    private static void Contradictions(YamlSection root, YamlSection? model)
    {
        if (!root.Has("stacks") && !root.Has("catalogue"))
        {
            root.Missing("scenes", "list folders or files of Landsat products, or name 'stacks' or a 'catalogue'", 0);
        }

        if (model is null)
        {
            return;
        }

        bool isWeak = model.Has("weak") && model.Flag("weak") != false;
        if (isWeak && (model.Has("labels") || model.Has("file")))
        {
            model.Wrong("weak", "makes labels where there are none; leave it out, or 'labels' and 'file'");
        }

        if (model.Has("labels") && model.Has("file"))
        {
            model.Wrong("file", "and 'model.labels' exclude each other; keep one");
        }

        if (!isWeak && !model.Has("labels") && !model.Has("file"))
        {
            root.Wrong("model", "must name 'labels' to train on or the 'file' of a trained model, or say 'weak: true' to have confident pixels label themselves");
        }

        root.Missing("zones", "name a file of polygons to which areas are added up", 0);
    }

    private static string Absolute(string folder, string path) =>
        RemotePath.IsAddress(path) ? path : Path.Combine(folder, path);

    /// <summary>The path of a file that must be there.</summary>
    private static string? Existing(YamlSection section, string key, string folder, string remedy = "")
    {
        if (section.Text(key) is not string text)
        {
            return null;
        }

        string path = Absolute(folder, text);
        return path.StartsWith("/vsi", StringComparison.Ordinal) || File.Exists(path) ? path : section.Wrong(key, $"names {text}, but there is no such file{remedy}", path);
    }

    private static string? ExistingRaster(YamlSection section, string key, string folder) => section.Text(key) is not string text ? null
        : Absolute(folder, text) is string path && RasterName.Exists(path) ? path : section.Wrong(key, $"names {text}, but there is no such file", Absolute(folder, text));

    /// <summary>A vector file, a folder that is one, or a layer of it as FILE:LAYER.</summary>
    private static string? Vector(YamlSection section, string key, string folder, string remedy = "")
    {
        if (section.Text(key) is not string text)
        {
            return null;
        }

        string path = Absolute(folder, text);
        return path.StartsWith("/vsi", StringComparison.Ordinal) || VectorPlace.Parse(path).Exists ? path : section.Wrong(key, $"names {text}, but there is no such file{remedy}", path);
    }

    private static StackConfiguration[] Stacks(YamlSection root, string folder)
    {
        var stacks = new List<StackConfiguration>();
        foreach (YamlSection stack in root.Sections("stacks"))
        {
            string? description = stack.Text("description") ?? stack.Missing<string?>("description", $"name a file or one of {string.Join(", ", StackDescriptionReader.ReadyMade)}", null);
            IReadOnlyList<string> paths = stack.Words("paths") ?? stack.Missing<string[]>("paths", "list folders or archives of scenes", []);
            if (description is null)
            {
                continue;
            }

            string? own = StackDescriptionReader.ReadyMade.Contains(description) ? null : Absolute(folder, description);
            try
            {
                stacks.Add(new StackConfiguration([.. paths.Select(path => Absolute(folder, path))], StackDescriptionReader.Read(own ?? description)) { File = own });
            }
            catch (ConfigurationException e)
            {
                stack.Wrong("description", e);
            }
        }

        return [.. stacks];
    }

    private static SunAngle Angle(YamlSection? level1) => level1?.Text("sun-angle") switch
    {
        null or "scene" => SunAngle.Scene,
        "pixel" => SunAngle.Pixel,
        string text => level1.Wrong("sun-angle", $"is '{text}'; use scene or pixel", SunAngle.Scene),
    };

    private static int[] Years(YamlSection root)
    {
        var years = new SortedSet<int>();
        foreach (string text in root.Words("years") ?? root.Missing<string[]>("years", "write for example 1984-2023", []))
        {
            Match match = YearSpan().Match(text);
            int from = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            int to = match.Success && match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : from;
            if (!match.Success || from > to || from < 1972 || to > 2100)
            {
                root.Wrong("years", $"holds '{text}'; write years or spans between 1972 and 2100, for example 1984-2023");
                continue;
            }

            years.UnionWith(Enumerable.Range(from, to - from + 1));
        }

        return [.. years];
    }

    private static string? Crs(YamlSection? grid)
    {
        string? text = grid?.Text("crs");
        if (text is null or "auto")
        {
            return null;
        }

        try
        {
            using SpatialReference reference = SpatialReference.Parse(text);
            return text;
        }
        catch (GdalException)
        {
            return grid!.Wrong<string?>("crs", $"is '{text}', which GDAL does not know; write auto or for example EPSG:32644", null);
        }
    }

    private static Resampling Resample(YamlSection? grid) => grid?.Text("resampling") switch
    {
        null or "bilinear" => Resampling.Bilinear,
        "near" => Resampling.Near,
        "cubic" => Resampling.Cubic,
        string text => grid!.Wrong("resampling", $"is '{text}'; use near, bilinear or cubic", Resampling.Bilinear),
    };

    private static IReadOnlyList<SpectralIndex> Indices(YamlSection root)
    {
        if (root.Words("indices") is not IReadOnlyList<string> names)
        {
            return FeatureSet.DefaultIndices;
        }

        foreach (string name in names.Where(name => EnumName.Find<SpectralIndex>(name) is null))
        {
            root.Wrong("indices", $"holds '{name}'; use {string.Join(", ", Enum.GetNames<SpectralIndex>()).ToLowerInvariant()}");
        }

        return [.. names.Select(EnumName.Find<SpectralIndex>).OfType<SpectralIndex>()];
    }

    private static List<KeyValuePair<string, RasterLayer>> Ancillary(YamlSection? section, string folder) =>
        [.. (section?.Keys.ToList() ?? []).Select(name => KeyValuePair.Create(name, Layer(section!, name, folder)))];

    /// <summary>A raster: its file alone, or <c>{ file: dem.tif, band: 2, nodata: -32768 }</c>.</summary>
    private static RasterLayer Layer(YamlSection section, string key, string folder)
    {
        if (!section.IsMapping(key))
        {
            return new RasterLayer(ExistingRaster(section, key, folder) ?? string.Empty);
        }

        YamlSection parts = section.Section(key)!;
        return new RasterLayer(ExistingRaster(parts, "file", folder) ?? parts.Missing("file", "name the raster", string.Empty))
        {
            Band = parts.Whole("band", 1, 65_535),
            Missing = Missing(parts),
        };
    }

    private static MissingValues Missing(YamlSection layer)
    {
        try
        {
            return layer.Words("nodata") is IReadOnlyList<string> values ? MissingValues.Parse(string.Join(',', values), "nodata") : MissingValues.OfFile;
        }
        catch (ConfigurationException)
        {
            return layer.Wrong("nodata", "is no list of numbers; write the values that mean not observed, or none where the one that the file declares is a value like others", MissingValues.OfFile);
        }
    }

    private static TrainerOptions Trainer(YamlSection? model) => new()
    {
        Kind = model?.Text("trainer")?.ToLowerInvariant() switch
        {
            null or "lightgbm" => TrainerKind.LightGbm,
            "fastforest" => TrainerKind.FastForest,
            string text => model.Wrong("trainer", $"is '{text}'; use lightgbm or fastforest", TrainerKind.LightGbm),
        },
        Trees = model?.Whole("trees", 1, 10_000) ?? 100,
        Leaves = model?.Whole("leaves", 2, 10_000) ?? 31,
        LearningRate = model?.Number("learning-rate", 0.001, 1) ?? 0.1,
        LeastPerLeaf = model?.Whole("least-per-leaf", 1, 100_000) ?? 5,
        Seed = model?.Whole("seed", 0, int.MaxValue) ?? 1984,
        IrrigatedClasses = model?.Words("irrigated") ?? ["irrigated"],
        Features = model?.Words("features") ?? [],
        PreviousYears = model?.Whole("previous-years", 0, 2) ?? 0,
        BalancesClasses = model is not null && !model.IsMapping("weights") && model.Text("weights") is string weights && (weights == "balanced" || model.Wrong("weights", $"is '{weights}'; write balanced, or a weight for some classes as {{ irrigated: 2 }}", false)),
        ClassWeights = Weights(model),
        Search = model?.Flag("search") ?? false,
        MostPixelsOfPolygon = model?.Whole("pixels-per-polygon", 1, 1_000_000) ?? 40,
        BlockMetres = 1000 * (model?.Number("block", 0.1, 1000) ?? 10),
    };

    private static SortedDictionary<string, double> Weights(YamlSection? model)
    {
        var weights = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (model?.IsMapping("weights") == true)
        {
            YamlSection section = model.Section("weights")!;
            foreach (string name in section.Keys.ToList())
            {
                weights.Add(name, section.Number(name, 0.001, 1000) ?? 1);
            }
        }

        return weights;
    }

    private static IReadOnlyList<string> Publish(YamlSection root)
    {
        IReadOnlyList<string>? words = root.Words("publish");
        foreach (string word in words ?? [])
        {
            if (!Publication.Formats.Contains(word))
            {
                root.Wrong("publish", $"holds '{word}'; use {string.Join(", ", Publication.Formats)}");
            }
        }

        return words ?? Publication.DefaultFormats;
    }

    [GeneratedRegex(@"^([0-9]{4})(?:\s*-\s*([0-9]{4}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex YearSpan();
}
