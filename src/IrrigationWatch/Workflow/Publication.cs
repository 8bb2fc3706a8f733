using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>A part of a publication, which can be made for itself once those before it are there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">Files that it makes, relative to the output folder.</param>
/// <param name="Write">Makes them.</param>
internal sealed record PublicationPart(string Name, IReadOnlyList<string> Files, Action Write);

/// <summary>From class maps of several years to all that is handed on: tables, polygons, maps of change, charts, catalogue, time-lapse, report.</summary>
public sealed class Publication
{
    internal const string AreaFile = "area.csv";
    internal const string TransitionFile = "transitions.csv";
    internal const string MatrixFile = "transition-matrix.csv";
    internal const string WaterFile = "water.csv";
    private const string ChangeMap = "change.tif";

    private readonly string folder;
    private readonly IReadOnlyList<PublishedMap> maps;
    private readonly PublicationOptions options;
    private readonly Action<string> warn;
    private readonly CancellationToken cancel;
    private readonly int[] years;

    private Publication(string folder, IReadOnlyList<PublishedMap> maps, PublicationOptions options, Action<string> warn, CancellationToken cancel)
    {
        this.folder = folder;
        this.maps = maps;
        this.options = options;
        this.warn = warn;
        this.cancel = cancel;
        years = [.. maps.Select(map => map.Year).Distinct().Order()];
        Lakes = options is { Waters: not null, WaterValues: not null } ? AreaCalculation.Touching([.. maps.Select(map => map.Map)], ZoneReader.Read(options.Waters, options: new VectorOptions { Encoding = options.Encoding })) : [];
    }

    /// <summary>Lakes on the maps, where open water is one of their classes.</summary>
    private IReadOnlyList<Zone> Lakes { get; }

    /// <summary>What can be published. CSV is always written.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["csv", "geojson", "ndjson", "json", "parquet", "geopackage", "cog", "stac", "charts", "timelapse", "report"];

    /// <summary>What is published unless said otherwise.</summary>
    public static IReadOnlyList<string> DefaultFormats { get; } = ["csv", "geojson", "cog", "charts", "report"];

    /// <summary>Whether pixels of all years can be compared: two years or more, one map each.</summary>
    private bool HasChange => years.Length > 1 && maps.Count == years.Length;

    /// <summary>Publishes maps that were made elsewhere, and a report of them.</summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="maps">The maps; several of one year must not overlap.</param>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops between parts.</param>
    /// <returns>The files that were written, relative to the folder, and what a user should know.</returns>
    /// <exception cref="InputException">A map cannot be read or a file not be written.</exception>
    public static (IReadOnlyList<string> Files, IReadOnlyList<string> Warnings) Write(string folder, IReadOnlyList<PublishedMap> maps, PublicationOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(options);
        var warnings = new List<string>();
        var files = new List<string>();
        foreach (PublicationPart part in Parts(folder, maps, options, warnings.Add, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            part.Write();
            files.AddRange(part.Files);
        }

        PublicationRecord.Write(folder, maps, options, [.. warnings.Distinct()]);
        files.Add(PublicationRecord.FileName);
        if (options.Formats.Contains("report"))
        {
            FolderReport.Write(folder, options.Texts);
            files.Add(FolderReport.FileName);
        }

        return (files, [.. warnings.Distinct()]);
    }

    /// <summary>The parts of a publication in their order, the report apart.</summary>
    internal static IReadOnlyList<PublicationPart> Parts(string folder, IReadOnlyList<PublishedMap> maps, PublicationOptions options, Action<string> warn, CancellationToken cancel)
    {
        var publication = new Publication(folder, maps, options, warn, cancel);
        return [.. publication.All().Where(part => part.Files.Count > 0)];
    }

    private IEnumerable<PublicationPart> All()
    {
        yield return new PublicationPart("area", AreaFiles(), WriteAreas);
        if (HasChange)
        {
            yield return new PublicationPart("change", ChangeFiles(), WriteChange);
        }
        else if (years.Length > 1)
        {
            warn("several maps of one year: change is read from the table of areas only; join the maps of each year (for example with gdalbuildvrt) to have it by pixel");
        }

        yield return new PublicationPart("styles", Has("cog") ? [.. Styles().Select(style => style.File)] : [], () =>
        {
            foreach ((string file, Func<string> style) in Styles())
            {
                AtomicFile.WriteText(At(file), style());
            }
        });
        yield return new PublicationPart("polygons", PolygonFiles(), WritePolygons);
        if (options is { Waters: not null, WaterValues: not null })
        {
            yield return new PublicationPart("water", [WaterFile], WriteWater);
        }

        yield return new PublicationPart("charts", ChartFiles(), WriteCharts);
        yield return new PublicationPart("time-lapse", TimelapseFiles(), WriteTimelapse);
        yield return new PublicationPart("stac", Has("stac") ? [.. StacCatalogue.FilesOf(years).Select(file => "stac/" + file)] : [], WriteCatalogue);
    }

    private bool Has(string format) => options.Formats.Contains(format);

    private string At(string file) => Path.Combine(folder, file);

    private string[] If(string format, params string[] files) => Has(format) ? files : [];

    private string[] AreaFiles() =>
    [
        AreaFile,
        "change.csv",
        .. options.Reference is null ? Array.Empty<string>() : ["assessment.json", "assessment.md"],
        .. If("geojson", "area.geojson"),
        .. If("ndjson", "area.ndjson"),
        .. If("json", "area.json"),
        .. If("parquet", "area.parquet"),
    ];

    private void WriteAreas()
    {
        MapSource[] all = [.. maps.Select(map => map.Map)];
        AreaTable table = AreaCalculation.Compute(all, options.Zones, options.Counted, options.ZonesFile, options.CountsOutside, cancel);
        if (options.Reference is not null)
        {
            (table, IReadOnlyList<Assessment> assessments) = AreaIntervals.Add(table, all, options.Counted, options.Reference, cancel);
            AssessmentWriter.Write(At("assessment.json"), assessments);
            AssessmentWriter.Write(At("assessment.md"), assessments);
        }

        foreach (string warning in table.Warnings)
        {
            warn(warning);
        }

        foreach (string file in AreaFiles().Where(file => file.StartsWith("area.", StringComparison.Ordinal)))
        {
            AreaTableWriter.Write(At(file), table);
        }

        IReadOnlyList<ZoneChange> changes = ZoneChange.Of(table.Rows, options.LeastObserved);
        foreach (string warning in ZoneChange.Warnings(changes, options.LeastObserved))
        {
            warn(warning);
        }

        ChangeCsv.Write(At("change.csv"), changes);
    }

    private string[] ChangeFiles() =>
    [
        TransitionFile,
        MatrixFile,
        .. If("cog", "first-irrigated-year.tif", "first-irrigated-year.qml", "last-irrigated-year.tif", "last-irrigated-year.qml", "irrigated-years.tif", "irrigated-years.qml", "observed-years.tif", "observed-years.qml", ChangeMap, "change.qml"),
    ];

    private void WriteChange()
    {
        bool writes = Has("cog");
        IReadOnlyList<Transition> transitions = ChangeMaps.Compute(
            [.. maps.Select(map => (map.Year, map.Map))],
            options.Counted,
            options.Zones,
            writes ? new ChangeMapFiles { FirstYear = At("first-irrigated-year.tif"), LastYear = At("last-irrigated-year.tif"), IrrigatedYears = At("irrigated-years.tif"), ObservedYears = At("observed-years.tif"), Change = At(ChangeMap) } : new ChangeMapFiles(),
            options.Source,
            cancel);
        TransitionCsv.Write(At(TransitionFile), transitions);
        PublishedMap[] ends = MatrixEnds();
        TransitionMatrixCsv.Write(At(MatrixFile), TransitionMatrix.Compute((ends[0].Year, ends[0].Map), (ends[^1].Year, ends[^1].Map), Classes(ends[0].Path), options.Zones, cancel));
        if (writes)
        {
            AtomicFile.WriteText(At("first-irrigated-year.qml"), QgisStyle.OfYears(years));
            AtomicFile.WriteText(At("last-irrigated-year.qml"), QgisStyle.OfYears(years));
            AtomicFile.WriteText(At("irrigated-years.qml"), QgisStyle.OfCounts(years.Length));
            AtomicFile.WriteText(At("observed-years.qml"), QgisStyle.OfCounts(years.Length));
            AtomicFile.WriteText(At("change.qml"), QgisStyle.OfChange());
        }
    }

    /// <summary>Maps of which the first and the last are compared class by class: of years that were well observed, where there are two.</summary>
    private PublishedMap[] MatrixEnds()
    {
        HashSet<int> seen = [.. AreaCsv.Read(At(AreaFile)).GroupBy(row => row.Year).Where(year => year.Sum(row => row.ObservedHectares) >= options.LeastObserved * year.Sum(row => row.ZoneHectares)).Select(year => year.Key)];
        PublishedMap[] sorted = [.. maps.OrderBy(map => map.Year)];
        return seen.Count > 1 ? [.. sorted.Where(map => seen.Contains(map.Year))] : sorted;
    }

    /// <summary>All classes that the maps name; where they name none, the one that counts.</summary>
    private IReadOnlyList<ClassValues> Classes(string map)
    {
        IReadOnlyList<ClassValues> named = options.Names is null ? ClassValues.AllOf(map) : ClassValues.ByName(options.Names);
        return named.Count == 0 ? [options.Counted] : named;
    }

    /// <summary>Styles for the maps of a year that lie in the folder; beside maps from elsewhere nothing is written.</summary>
    private IEnumerable<(string File, Func<string> Style)> Styles()
    {
        foreach (PublishedMap map in maps.Where(map => Path.GetFullPath(map.Path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            yield return (Style(map.Path), () => QgisStyle.Paletted(NamesOf(map.Path)));
            if (map.Probability is string probability)
            {
                yield return (Style(probability), () => QgisStyle.Ramp(ChangeColors.Probability));
            }

            if (map.Assets.FirstOrDefault(asset => asset.Key == "observations") is { } observations)
            {
                yield return (Style(observations.Path), () => QgisStyle.Ramp(ChangeColors.Observations));
            }
        }

        string Style(string path) => Path.GetRelativePath(folder, Path.ChangeExtension(path, ".qml")).Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>Values, colours and names of a map's classes, those of one name together.</summary>
    private static IEnumerable<(double Value, uint Color, string Name)> NamesOf(string map)
    {
        IReadOnlyList<ClassValues> classes = ClassValues.AllOf(map);
        IReadOnlyDictionary<double, uint> colors = ClassMapStyle.ColorsOf(ClassValues.NamesOf(classes));
        return classes.SelectMany(one => one.Values.Select(value => (value, colors[value], one.Name)));
    }

    private static string PolygonFile(int year, string ending) => string.Create(CultureInfo.InvariantCulture, $"irrigated-{year}{ending}");

    private string[] PolygonFiles() =>
    [
        .. If("geojson", [.. years.Select(year => PolygonFile(year, ".geojson"))]),
        .. If("ndjson", [.. years.Select(year => PolygonFile(year, ".ndjson"))]),
        .. If("parquet", "irrigated.parquet"),
        .. If("geopackage", "irrigation.gpkg"),
        .. HasChange && Has("cog") ? If("geojson", "change.geojson") : [],
    ];

    private void WritePolygons()
    {
        using GeoParquet.LandPolygonWriter? parquet = Has("parquet") ? new GeoParquet.LandPolygonWriter(At("irrigated.parquet")) : null;
        using GeoPackage? package = Has("geopackage") ? new GeoPackage(At("irrigation.gpkg")) : null;
        package?.Add(new AreaTable(AreaCsv.Read(At(AreaFile)), options.Zones, []), options.LeastObserved);
        package?.BeginPolygons("irrigated");
        ClassValues irrigated = options.Counted with { Name = "irrigated" };
        foreach (int year in years)
        {
            var polygons = new List<LandPolygon>();
            foreach (PublishedMap map in maps.Where(map => map.Year == year))
            {
                LandPolygons.Trace(map.Map, [irrigated], options.Zones, map.Probability is string chances ? new RasterLayer(chances) : null, options.Simplify, polygons.Add, cancel);
            }

            // Each format by itself, side by side.
            Action[] writers =
            [
                .. Has("geojson") ? [() => LandPolygonFile.Write(At(PolygonFile(year, ".geojson")), polygons)] : Array.Empty<Action>(),
                .. Has("ndjson") ? [() => LandPolygonFile.Write(At(PolygonFile(year, ".ndjson")), polygons)] : Array.Empty<Action>(),
                .. parquet is null ? Array.Empty<Action>() : [() => parquet.Add(polygons)],
                .. package is null ? Array.Empty<Action>() : [() => package.Add(polygons)],
            ];
            ParallelWork.Run(writers, write => write(), cancel);
        }

        if (HasChange && Has("cog"))
        {
            var changed = new List<LandPolygon>();
            LandPolygons.Trace(At(ChangeMap), [new ClassValues("opened", [ChangeMaps.Opened]), new ClassValues("abandoned", [ChangeMaps.Abandoned])], options.Zones, null, options.Simplify, changed.Add, cancel);
            if (Has("geojson"))
            {
                LandPolygonFile.Write(At("change.geojson"), changed);
            }

            package?.BeginPolygons("change");
            package?.Add(changed);
        }

        parquet?.Commit();
        package?.Commit();
    }

    private void WriteWater()
    {
        IReadOnlyList<Zone> lakes = Lakes;
        if (lakes.Count == 0)
        {
            warn($"no lake of {options.Waters} lies on the maps: no area of open water");
        }

        AreaCsv.Write(At(WaterFile), lakes.Count == 0 ? [] : AreaCalculation.Compute([.. maps.Select(map => map.Map)], lakes, options.WaterValues!, options.Waters!, cancel: cancel).Rows, "water");
    }

    private string[] ChartFiles() => Has("charts") || Has("report")
        ?
        [
            "charts/irrigated-area.png", "charts/irrigated-area.svg", "charts/stacked-area.png", "charts/stacked-area.svg",
            .. HasChange ? ["charts/gain-loss.png", "charts/gain-loss.svg"] : Array.Empty<string>(),
            .. HasChange && Has("cog") ? ["charts/change.png", "charts/first-irrigated-year.png", "charts/irrigated-years.png"] : Array.Empty<string>(),
            .. maps.Count == years.Length ? years.Select(RunFolder.PictureFile) : [],
            .. Lakes.Count > 0 ? ["charts/water.png"] : Array.Empty<string>(),
        ]
        : [];

    private MapOptions MapOptions => new()
    {
        Title = options.Name,
        Source = options.Source,
        Names = options.Names,
        Zones = options.Zones,
        Waters = options.Waters is null ? [] : Water.Read(options.Waters, options: new VectorOptions { Encoding = options.Encoding }),
        Elevation = options.Elevation,
        Texts = options.Texts,
    };

    private void WriteCharts()
    {
        IReadOnlyList<AreaRow> rows = AreaCsv.Read(At(AreaFile));
        MapOptions style = MapOptions;
        Texts texts = options.Texts;
        var chart = new ChartOptions { Title = options.Name, Source = options.Source, LeastObserved = options.LeastObserved, Texts = texts };
        // What is piled up must not lie in one another.
        HashSet<(string, string)> outermost = [.. ZoneNesting.Outermost(options.Zones).Select(zone => (zone.Name, zone.Country))];
        AreaRow[] piled = [.. rows.Where(row => outermost.Contains((row.Zone, row.Country)))];
        Transition[] transitions = HasChange ? [.. TransitionCsv.Read(At(TransitionFile)).Where(row => outermost.Contains((row.Zone, row.Country)))] : [];
        var drawings = new List<Action>();
        foreach (string ending in new[] { ".png", ".svg" })
        {
            drawings.Add(() => AreaChart.Write(At("charts/irrigated-area" + ending), rows, chart));
            drawings.Add(() => ChangeCharts.WriteStacked(At("charts/stacked-area" + ending), piled, chart));
            if (HasChange)
            {
                drawings.Add(() => ChangeCharts.WriteGainLoss(At("charts/gain-loss" + ending), transitions, chart));
            }
        }

        if (HasChange && Has("cog"))
        {
            (Period from, Period to) = ChangeMaps.Ends(years);
            MapOptions ofChange = style with { Names = null };
            drawings.Add(() => MapPicture.Write(At("charts/change.png"), At(ChangeMap), ofChange with { Heading = texts["change"], Title = $"{from} → {to}" }));
            drawings.Add(() => MapPicture.Write(At("charts/first-irrigated-year.png"), At("first-irrigated-year.tif"), ofChange with { Heading = texts["first year"], Title = string.Create(CultureInfo.InvariantCulture, $"{years[0]}–{years[^1]}") }));
            drawings.Add(() => MapPicture.Write(At("charts/irrigated-years.png"), At("irrigated-years.tif"), ofChange with { Heading = texts["irrigated years"], Title = string.Create(CultureInfo.InvariantCulture, $"{years[0]}–{years[^1]}") }));
        }

        if (maps.Count == years.Length)
        {
            drawings.AddRange(maps.Select(map => (Action)(() => MapPicture.Write(At(RunFolder.PictureFile(map.Year)), map.Map, style))));
        }

        if (Lakes.Count > 0)
        {
            drawings.Add(() => AreaChart.Write(At("charts/water.png"), AreaCsv.Read(At(WaterFile), "water"), chart with { Heading = texts["water heading"] }));
        }

        ParallelWork.Run(drawings, draw => draw(), cancel);
    }

    private string[] TimelapseFiles() => Has("timelapse") && years.Length > 1 && maps.Count == years.Length
        ? ["timelapse.webp", "timelapse.gif", .. Timelapse.HasFfmpeg ? ["timelapse.mp4"] : Array.Empty<string>()]
        : [];

    private void WriteTimelapse() =>
        Timelapse.Write([.. TimelapseFiles().Select(At)], [.. maps.Select(map => (map.Year, map.Map))], AreaCsv.Read(At(AreaFile)), MapOptions, cancel);

    private void WriteCatalogue()
    {
        foreach (int year in years.Where(year => maps.Count(map => map.Year == year) > 1))
        {
            warn(string.Create(CultureInfo.InvariantCulture, $"the catalogue names only the first of the maps of {year}"));
        }

        (int, MapSource)[] firsts = [.. years.Select(year => (year, maps.First(map => map.Year == year).Map))];
        StacCatalogue.Write(At("stac"), options.Name, options.Source, firsts, year =>
        [
            .. maps.First(map => map.Year == year).Assets,
            .. Has("geojson") ? [new StacAsset("polygons", At(PolygonFile(year, ".geojson")), "polygons of irrigated land", StacAsset.GeoJson)] : Array.Empty<StacAsset>(),
        ]);
    }
}
