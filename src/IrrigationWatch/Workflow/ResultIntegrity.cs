using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow;

/// <summary>
/// Compares files in a folder of results with the digests that the run kept of them, for those who take them over: a bit that a disk has lost is not to become a number.
/// </summary>
public static class ResultIntegrity
{
    /// <summary>Folders above a file in which the records of its run may lie: years/2010/irrigated.tif is three below.</summary>
    private const int MostLevels = 4;

    /// <summary>Compares files of a folder.</summary>
    /// <param name="folder">The folder of results.</param>
    /// <param name="names">Files, relative to it, with slashes; those that no record tells of are passed over.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Damaged files: as old and as long as they were written, with other bytes. And those that were changed since, by someone or by damage.</returns>
    /// <exception cref="InputException">A file or a record cannot be read.</exception>
    public static (IReadOnlyList<string> Damaged, IReadOnlyList<string> Changed) Compare(string folder, IEnumerable<string> names, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(names);
        var damaged = new List<string>();
        var changed = new List<string>();
        Dictionary<string, OutputStamp> stamps = StampsOf(folder);
        foreach (string name in names)
        {
            cancel.ThrowIfCancellationRequested();
            if (!stamps.TryGetValue(name, out OutputStamp? stamp) || IsWhole(Path.Combine(folder, name), stamp))
            {
                continue;
            }

            (Version(Path.Combine(folder, name)) == stamp.Version ? damaged : changed).Add(name);
        }

        return (damaged, changed);
    }

    /// <summary>Compares files that lie in a folder of results, wherever that is; others are passed over.</summary>
    /// <param name="paths">Files of this machine.</param>
    /// <exception cref="InputException">One is damaged.</exception>
    public static void MustBeWhole(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        // The records of a folder are read once, however many of its files are asked for.
        foreach (IGrouping<string?, string> files in paths.Where(path => !RemotePath.IsAddress(path) && !path.StartsWith("/vsi", StringComparison.Ordinal) && File.Exists(path)).GroupBy(FolderOf))
        {
            if (files.Key is string folder && Compare(folder, files.Select(path => Path.GetRelativePath(folder, Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/'))).Damaged is [string damaged, ..])
            {
                throw Damage(files.First(path => Path.GetFullPath(path) == Path.Combine(folder, damaged)));
            }
        }
    }

    /// <summary>The folder of results that a file lies in; null where it lies in none.</summary>
    private static string? FolderOf(string path)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        for (int level = 0; level < MostLevels && folder is not null; level++, folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(Path.Combine(folder, RunFolder.StepFolder)))
            {
                return folder;
            }
        }

        return null;
    }

    /// <summary>Compares what a folder of results publishes besides rasters.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static void FolderMustBeWhole(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string[] names = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')).Order(StringComparer.Ordinal)] : [];
        if (Compare(folder, names.Where(name => !name.EndsWith(".tif", StringComparison.Ordinal) && name != FolderReport.FileName)).Damaged is [string damaged, ..])
        {
            throw Damage(Path.Combine(folder, damaged));
        }
    }

    /// <summary>The error for a damaged file.</summary>
    internal static InputException Damage(string path) => new(path, "is damaged: its bytes are not those that were written; run its configuration again, which makes it again");

    private static bool IsWhole(string path, OutputStamp stamp)
    {
        try
        {
            if ((WrittenFiles.DigestOf(path) ?? Digest.OfContent(path)) != stamp.Digest)
            {
                return false;
            }

            // Not again in this process, as long as the file is as old as it is now.
            WrittenFiles.Remember(path, stamp.Digest);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && e is not GdalException)
        {
            throw new InputException(path, $"cannot be read ({e.Message.TrimEnd('.')}); check the disk and the permissions", e);
        }
    }

    /// <summary>What is known of the files of a folder: from its steps, or where these were not copied with it, from its record.</summary>
    private static Dictionary<string, OutputStamp> StampsOf(string folder)
    {
        var stamps = new Dictionary<string, OutputStamp>(StringComparer.Ordinal);
        if (Directory.Exists(Path.Combine(folder, RunFolder.StepFolder)))
        {
            foreach ((string file, OutputStamp stamp) in new StepLog(new DiskStore(folder)).All().SelectMany(step => step.Outputs))
            {
                stamps[file] = stamp;
            }

            return stamps;
        }

        string record = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(record))
        {
            return stamps;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(record));
            foreach (JsonProperty file in document.RootElement.GetProperty("steps").EnumerateArray().SelectMany(step => step.GetProperty("files").EnumerateObject()))
            {
                stamps[file.Name] = new OutputStamp(0, string.Empty, file.Value.GetString() ?? string.Empty);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException(record, $"is damaged ({e.Message.TrimEnd('.')}); run again", e);
        }

        return stamps;
    }

    private static string Version(string path) => File.GetLastWriteTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);
}
