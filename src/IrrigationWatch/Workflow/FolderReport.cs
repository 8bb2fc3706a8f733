using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Workflow;

/// <summary>The report of an output folder, made of the files that lie in it.</summary>
public static class FolderReport
{
    /// <summary>The report, relative to its folder.</summary>
    public const string FileName = "report/index.html";

    /// <summary>Writes the report of a folder that <c>run</c> or <see cref="Publication.Write"/> filled.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="texts">The language; null for that of the folder's record.</param>
    /// <exception cref="InputException">The folder is no output folder, or a file of it cannot be read.</exception>
    public static void Write(string folder, Texts? texts = null)
    {
        string record = new[] { RunRecord.FileName, PublicationRecord.FileName }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new InputException(folder, $"holds neither {RunRecord.FileName} nor {PublicationRecord.FileName}; give the output folder of 'run', or class maps with --zones and -o");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(record));
            HtmlReport.Write(Path.Combine(folder, FileName), Content(folder, document.RootElement, texts));
        }
        catch (JsonException e)
        {
            throw new InputException(record, $"is damaged ({e.Message.TrimEnd('.')}); run again", e);
        }
    }

    private static ReportContent Content(string folder, JsonElement record, Texts? texts)
    {
        texts ??= Texts.Find(Text(record, "language")) ?? Texts.English;
        string At(string name) => Path.Combine(folder, name);
        string water = At(Publication.WaterFile);
        string transitions = At(Publication.TransitionFile);
        string matrix = At(Publication.MatrixFile);
        // A report is handed on: where files lay on the machine that made it says nothing to its readers.
        string home = record.TryGetProperty("configuration", out JsonElement configuration) && Path.GetDirectoryName(Text(configuration, "file")) is { Length: > 0 } of ? of + Path.DirectorySeparatorChar : string.Empty;
        string Short(string text) => home.Length > 0 ? text.Replace(home, string.Empty, StringComparison.Ordinal) : text;
        return new ReportContent
        {
            Name = Text(record, "name") is { Length: > 0 } name ? name : Path.GetFileName(Path.GetFullPath(folder)),
            Source = Text(record, "source"),
            Rows = AreaCsv.Read(At(Publication.AreaFile)),
            LeastObserved = record.TryGetProperty("least_observed", out JsonElement least) ? least.GetDouble() : Areas.ZoneChange.DefaultLeastObserved,
            Transitions = File.Exists(transitions) ? TransitionCsv.Read(transitions) : [],
            Matrix = File.Exists(matrix) ? TransitionMatrixCsv.Read(matrix) : [],
            Waters = File.Exists(water) ? AreaCsv.Read(water, "water") : [],
            Pictures = [.. Pictures(folder, texts)],
            ModelCard = File.Exists(At("model.card.md")) ? File.ReadAllText(At("model.card.md")) : string.Empty,
            Assessment = File.Exists(At("assessment.md")) ? File.ReadAllText(At("assessment.md")) : string.Empty,
            ScenesByYear = record.TryGetProperty("scenes_by_year", out JsonElement scenes)
                ? new SortedDictionary<int, int>(scenes.EnumerateObject().ToDictionary(year => int.Parse(year.Name, CultureInfo.InvariantCulture), year => year.Value.GetInt32()))
                : new SortedDictionary<int, int>(),
            Skipped = record.TryGetProperty("skipped", out JsonElement skipped) ? [.. skipped.EnumerateArray().Select(scene => (Short(Text(scene, "path")), Short(Text(scene, "cause"))))] : [],
            YearNote = YearNote(record, texts),
            Warnings = record.TryGetProperty("warnings", out JsonElement warnings) ? [.. warnings.EnumerateArray().Select(warning => Short(warning.GetString() ?? string.Empty))] : [],
            Versions = [.. Versions(record)],
            Texts = texts,
        };
    }

    private static string YearNote(JsonElement record, Texts texts)
    {
        if (!record.TryGetProperty("year_spans", out JsonElement spans) || spans.EnumerateObject().ToArray() is not { Length: > 0 } years)
        {
            return string.Empty;
        }

        JsonProperty last = years[^1];
        return texts[Text(record, "year_named_by") == "start" ? "year named by start" : "year named by end", Text(record, "year_starts"), last.Name, last.Value[0].GetString() ?? string.Empty, last.Value[1].GetString() ?? string.Empty];
    }

    private static IEnumerable<ReportPicture> Pictures(string folder, Texts texts)
    {
        string At(string name) => Path.Combine(folder, name);
        yield return new ReportPicture("change", At("charts/stacked-area.png"), texts["stacked"]);
        yield return new ReportPicture("change", At("charts/gain-loss.png"), texts["gain loss"]);
        yield return new ReportPicture("maps", At("charts/change.png"), texts["change"]);
        yield return new ReportPicture("maps", At("charts/first-irrigated-year.png"), texts["first year"]);
        yield return new ReportPicture("maps", At("charts/irrigated-years.png"), texts["irrigated years"]);
        string charts = At("charts");
        string[] years = Directory.Exists(charts) ? [.. Directory.GetFiles(charts, "irrigated-????.png").Where(file => int.TryParse(Path.GetFileNameWithoutExtension(file)[^4..], out _)).Order(StringComparer.Ordinal)] : [];
        // The first and the last say what changed; the others move in the time-lapse.
        foreach (string file in years.Length > 1 ? [years[0], years[^1]] : years)
        {
            yield return new ReportPicture("maps", file, $"{texts["irrigated land"]}, {Path.GetFileNameWithoutExtension(file)[^4..]}");
        }

        yield return new ReportPicture("time-lapse", At("timelapse.webp"), texts["heading"]);
        yield return new ReportPicture("water", At("charts/water.png"), texts["water heading"]);
    }

    private static IEnumerable<(string What, string Value)> Versions(JsonElement record)
    {
        yield return ("irrigationwatch", Text(record, "version"));
        yield return ("GDAL", Text(record, "gdal"));
        if (record.TryGetProperty("configuration", out JsonElement configuration))
        {
            yield return (Path.GetFileName(Text(configuration, "file")) + " (SHA-256)", Text(configuration, "sha256"));
        }

        if (record.TryGetProperty("maps", out JsonElement maps))
        {
            foreach (JsonElement map in maps.EnumerateArray())
            {
                yield return (Path.GetFileName(Text(map, "path")) + " (SHA-256)", Text(map, "sha256"));
            }
        }

        if (record.TryGetProperty("steps", out JsonElement steps))
        {
            foreach (JsonProperty file in steps.EnumerateArray().SelectMany(step => step.GetProperty("files").EnumerateObject()).Where(file => file.Name.EndsWith("irrigated.tif", StringComparison.Ordinal) || file.Name is "model.zip" or "area.csv"))
            {
                yield return (file.Name + " (SHA-256)", file.Value.GetString() ?? string.Empty);
            }
        }
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? string.Empty : string.Empty;
}
