using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.Server.Tiles;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Server.Collections;

/// <summary>
/// A folder of results as it was at one moment: its collections, tables and files. Only files that were found below the
/// folder can be asked for; links are not followed.
/// </summary>
internal sealed class ResultFolder : IDisposable
{
    private const string AreaDocument = "area.geojson";
    private const string ChangeDocument = "change.geojson";

    private static readonly string[] Records = ["run.json", PublicationRecord.FileName];
    private static readonly string[] Endings = [".csv", ".geojson", ".ndjson", ".json", ".parquet", ".gpkg", ".tif", ".qml", ".webp", ".gif", ".mp4", ".png", ".svg", ".html", ".md"];

    private readonly IReadOnlyList<string> changed;

    private ResultFolder(string root, string record)
    {
        Root = root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(record));
            Name = Text(document.RootElement, "name") is { Length: > 0 } name ? name : Path.GetFileName(root);
            Attribution = Text(document.RootElement, "source");
            Language = Texts.Find(Text(document.RootElement, "language")) ?? Texts.English;
            LeastObserved = document.RootElement.TryGetProperty("least_observed", out JsonElement least) && least.TryGetDouble(out double share) ? share : ZoneChange.DefaultLeastObserved;
        }
        catch (JsonException e)
        {
            throw new InputException(record, $"is damaged ({e.Message.TrimEnd('.')}); run again", e);
        }

        Files = Find(root);
        if (!Files.ContainsKey(Publication.AreaFile))
        {
            throw new InputException(root, $"holds no {Publication.AreaFile}; finish the run, or publish the maps again");
        }

        // Features are not shown, and are the largest files by far.
        (IReadOnlyList<string> damaged, changed) = ResultIntegrity.Compare(root, Files.Keys.Where(name => !name.EndsWith("/features.tif", StringComparison.Ordinal)));
        if (damaged.Count > 0)
        {
            throw ResultIntegrity.Damage(Path.Combine(root, damaged[0]));
        }

        Rows = AreaCsv.Read(Path.Combine(root, Publication.AreaFile));
        if (Rows.Count == 0)
        {
            throw new InputException(root, $"{Publication.AreaFile} has no row; run again with zones that lie on the maps");
        }

        Years = [.. Rows.Select(row => row.Year).Distinct().Order()];
        Modified = Files.Values.Max(file => file.Modified);
        Stamp = StampOf(root);
        Tag = TagOf(Files.Values);
        Layers = MapLayer.Find(Files, Years);
        Collections = [.. Open()];
    }

    /// <summary>The folder, links resolved.</summary>
    internal string Root { get; }

    /// <summary>What the results are of.</summary>
    internal string Name { get; }

    /// <summary>A line about the source of the maps; may be empty.</summary>
    internal string Attribution { get; }

    /// <summary>The language in which it was published.</summary>
    internal Texts Language { get; }

    /// <summary>Observed share of a zone below which a year says little.</summary>
    internal double LeastObserved { get; }

    /// <summary>The area table.</summary>
    internal IReadOnlyList<AreaRow> Rows { get; }

    /// <summary>Its years, rising.</summary>
    internal IReadOnlyList<int> Years { get; }

    /// <summary>Files that may be downloaded, by their names relative to the folder with slashes.</summary>
    internal IReadOnlyDictionary<string, PublishedFile> Files { get; }

    /// <summary>Collections of features.</summary>
    internal IReadOnlyList<ServedCollection> Collections { get; }

    /// <summary>Maps that are drawn in tiles.</summary>
    internal IReadOnlyList<MapLayer> Layers { get; }

    /// <summary>Draws them.</summary>
    internal RasterTiles Raster { get; } = new();

    /// <summary>When the newest file was written, UTC.</summary>
    internal DateTimeOffset Modified { get; }

    /// <summary>Names this state of the folder: another state has another tag.</summary>
    internal string Tag { get; }

    /// <summary>What <see cref="StampOf"/> said when it was read.</summary>
    internal string Stamp { get; }

    /// <summary>What should be published so that all can be served; empty where nothing is missing.</summary>
    internal IEnumerable<string> Missing()
    {
        if (!Files.ContainsKey(AreaDocument))
        {
            yield return "no area.geojson, and so neither zones nor polygons: add geojson to 'publish'";
        }

        if (changed.Count > 0)
        {
            yield return $"{string.Join(", ", changed.Take(3))}{(changed.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {changed.Count - 3} more") : string.Empty)}: not as the run wrote them; they were changed or damaged since, run again if you did not change them";
        }

        if (!Files.Keys.Any(name => name.StartsWith("years/", StringComparison.Ordinal)))
        {
            yield return "no maps of years below years/: maps that were made elsewhere are shown by their polygons";
        }
    }

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The output folder of <c>run</c> or <c>report</c>.</param>
    /// <returns>Its state.</returns>
    /// <exception cref="InputException">It is no such folder, or a file of it is damaged.</exception>
    internal static ResultFolder Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "no such folder; give the output folder of 'run' or 'report'");
        }

        string root = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string record = Records.Select(name => Path.Combine(root, name)).FirstOrDefault(File.Exists)
            ?? throw new InputException(folder, $"holds neither {Records[0]} nor {Records[1]}; give the output folder of 'run', or of 'report MAPS… -o DIR'");
        return new ResultFolder(root, record);
    }

    /// <summary>Changes when a run into the folder has ended; cheap to ask for.</summary>
    internal static string StampOf(string folder)
    {
        string root = Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
        return string.Join('|', Records.Select(name => new FileInfo(Path.Combine(root, name)))
            .Select(file => file.Exists ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName}:{file.Length}:{file.LastWriteTimeUtc.Ticks}") : string.Empty));
    }

    /// <summary>A collection by its name; null where there is none.</summary>
    internal ServedCollection? Collection(string id) => Collections.FirstOrDefault(collection => collection.Id == id);

    public void Dispose()
    {
        foreach (ServedCollection collection in Collections)
        {
            collection.Dispose();
        }

        Raster.Dispose();
    }

    private IEnumerable<ServedCollection> Open()
    {
        if (!Files.TryGetValue(AreaDocument, out PublishedFile? areas))
        {
            yield break;
        }

        var span = new Moment(Moment.OfYear(Years[0]).Start, Moment.OfYear(Years[^1]).End);
        var table = FeatureFile.Read(FeatureSource.Of(areas.Path));
        Box extent = table.Extent;
        yield return new ServedCollection("areas", "Irrigated area", "Irrigated, observed and whole area of each zone and year, hectares on the ellipsoid, with 95% intervals where there are any.", table) { Extent = extent, Interval = span };
        byte[] zones = ZoneDocument.Make(table, ZoneChange.Of(Rows, LeastObserved), Rows);
        yield return new ServedCollection("zones", "Zones", "Countries, regions and schemes, with the trend of their irrigated area.", FeatureSource.Of("zones", zones)) { Extent = extent, Interval = null };
        if (Files.TryGetValue(ChangeDocument, out PublishedFile? change))
        {
            yield return new ServedCollection("change", "Change", "Land that was opened or abandoned between the first and the last period.", FeatureSource.Of(change.Path)) { Extent = extent, Interval = span };
        }

        if (Files.TryGetValue(SceneFootprints.FileName, out PublishedFile? scenes))
        {
            var all = FeatureFile.Read(FeatureSource.Of(scenes.Path));
            yield return new ServedCollection("scenes", "Scenes", "Landsat scenes of which the maps were made, with their outlines.", all) { Extent = all.Extent, Interval = span };
        }

        foreach (int year in Years)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"irrigated-{year}");
            if (Files.TryGetValue(name + ".geojson", out PublishedFile? polygons))
            {
                yield return new ServedCollection(name, string.Create(CultureInfo.InvariantCulture, $"Irrigated land {year}"), string.Create(CultureInfo.InvariantCulture, $"Polygons of irrigated land in {year}, with area and mean probability."), FeatureSource.Of(polygons.Path)) { Extent = extent, Interval = Moment.OfYear(year) };
            }
        }
    }

    private static SortedDictionary<string, PublishedFile> Find(string root)
    {
        // Hidden files are working files; links could lead out of the folder.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System, MaxRecursionDepth = 6 };
        var files = new SortedDictionary<string, PublishedFile>(StringComparer.Ordinal);
        foreach (FileInfo file in new DirectoryInfo(root).EnumerateFiles("*", options))
        {
            string name = Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            // The records tell where files lay on the machine that made them.
            if (Endings.Contains(file.Extension.ToLowerInvariant()) && !Records.Contains(name))
            {
                files.Add(name, new PublishedFile(name, file.FullName, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)));
            }
        }

        return files;
    }

    private static string TagOf(IEnumerable<PublishedFile> files) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        // Pages change with the program, too.
        string.Join('\n', files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{file.Length}:{file.Modified.UtcTicks}")).Append(typeof(ResultFolder).Module.ModuleVersionId.ToString())))))[..16];

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? string.Empty : string.Empty;
}

/// <summary>A file of the folder that may be downloaded.</summary>
/// <param name="Name">Relative to the folder, with slashes.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Modified">When it was written, UTC.</param>
internal sealed record PublishedFile(string Name, string Path, long Length, DateTimeOffset Modified);
