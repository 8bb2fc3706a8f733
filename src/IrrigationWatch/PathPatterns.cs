using Microsoft.Extensions.FileSystemGlobbing;

namespace IrrigationWatch;

/// <summary>Paths and patterns (<c>*</c>, <c>?</c>, <c>**</c>) as a user gives them, whether or not a shell has expanded them.</summary>
public static class PathPatterns
{
    /// <summary>Expands patterns; plain paths stay as they are, in the order given.</summary>
    /// <param name="paths">Paths and patterns.</param>
    /// <returns>The paths, those of one pattern sorted by ordinal.</returns>
    /// <exception cref="InputException">A pattern matches nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var result = new List<string>();
        foreach (string path in paths)
        {
            int wildcard = path.IndexOfAny(['*', '?']);
            // In an address '?' begins a query; no store can be asked for a pattern.
            if (wildcard < 0 || path.StartsWith("/vsi", StringComparison.Ordinal) || path.Contains("://", StringComparison.Ordinal) || File.Exists(path))
            {
                result.Add(path);
                continue;
            }

            int separator = path.LastIndexOfAny(['/', Path.DirectorySeparatorChar], wildcard);
            string root = separator < 0 ? "." : path[..(separator + 1)];
            string pattern = path[(separator + 1)..];
            if (!Directory.Exists(root))
            {
                throw new InputException(path, $"no file matches, there is no folder {root}; check the path");
            }

            string[] found = [.. Match(root, pattern).Order(StringComparer.Ordinal)];
            result.AddRange(found.Length > 0 ? found : throw new InputException(path, "no file matches; check the pattern"));
        }

        return result;
    }

    private static IEnumerable<string> Match(string root, string pattern)
    {
        if (pattern.Contains('?', StringComparison.Ordinal))
        {
            return Directory.EnumerateFileSystemEntries(root, pattern);
        }

        if (!pattern.Contains('/', StringComparison.Ordinal) && pattern != "**")
        {
            // Products may be folders as well as files.
            return Directory.EnumerateFileSystemEntries(root, pattern);
        }

        return new Matcher().AddInclude(pattern).GetResultsInFullPath(root);
    }
}
