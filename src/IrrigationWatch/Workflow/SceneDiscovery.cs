using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>Finds Landsat products below paths: archives, and folders that hold an MTL.txt.</summary>
public static class SceneDiscovery
{
    /// <summary>Finds products.</summary>
    /// <param name="paths">Folders, archives and patterns.</param>
    /// <returns>One path a product, each once, in a fixed order.</returns>
    /// <exception cref="InputException">A path does not exist, or nothing is found.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string path in PathPatterns.Expand(paths))
        {
            if (Directory.Exists(path))
            {
                Walk(path, found);
            }
            else
            {
                // A file that is missing or no product is reported by name when it is opened.
                found.Add(path);
            }
        }

        return found.Count > 0 ? [.. found] : throw new InputException(string.Join(", ", paths), "hold no Landsat product (.tar, .tar.gz, .tgz, or a folder with *_MTL.txt); check 'scenes'");
    }

    private static void Walk(string folder, SortedSet<string> found)
    {
        if (Directory.EnumerateFiles(folder).Any(file => file.EndsWith("_MTL.txt", StringComparison.OrdinalIgnoreCase)))
        {
            found.Add(Path.GetFullPath(folder));
        }

        foreach (string file in Directory.EnumerateFiles(folder).Where(SceneFiles.IsArchive))
        {
            found.Add(Path.GetFullPath(file));
        }

        foreach (string below in Directory.EnumerateDirectories(folder))
        {
            Walk(below, found);
        }
    }
}
