using Microsoft.Extensions.FileSystemGlobbing;

namespace IrrigationWatch;

/// <summary>Paths and patterns (<c>*</c>, <c>?</c>, <c>**</c>) as a user gives them, whether or not a shell has expanded them.</summary>
public static class PathPatterns
{
    private static readonly char[] Wildcards = ['*', '?'];

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
            // In an address '?' begins a query; no store can be asked for a pattern.
            if (path.IndexOfAny(Wildcards) < 0 || path.StartsWith("/vsi", StringComparison.Ordinal) || path.Contains("://", StringComparison.Ordinal) || Path.Exists(path))
            {
                result.Add(path);
                continue;
            }

            (string root, string pattern) = Split(path);
            if (!Directory.Exists(root))
            {
                throw new InputException(path, $"no file matches, there is no folder {root}; check the path");
            }

            string[] found = [.. Match(root, pattern).Order(StringComparer.Ordinal)];
            result.AddRange(found.Length > 0 ? found : throw new InputException(path, "no file matches; check the pattern"));
        }

        return result;
    }

    /// <summary>The folder below which is searched, and the pattern. A folder that is there is no pattern, whatever it is called.</summary>
    private static (string Root, string Pattern) Split(string path)
    {
        int begin = 0;
        while (true)
        {
            int end = path.IndexOfAny(['/', Path.DirectorySeparatorChar], begin);
            if (end < 0 || (path.AsSpan(begin, end - begin).IndexOfAny(Wildcards) >= 0 && !Directory.Exists(path[..end])))
            {
                return (begin == 0 ? "." : path[..begin], path[begin..]);
            }

            begin = end + 1;
        }
    }

    private static IEnumerable<string> Match(string root, string pattern)
    {
        int separator = pattern.IndexOf('/', StringComparison.Ordinal);
        if (separator >= 0 && pattern.Contains('?', StringComparison.Ordinal))
        {
            // The matcher below knows no '?'.
            return Directory.EnumerateDirectories(root, pattern[..separator]).SelectMany(folder => Match(folder, pattern[(separator + 1)..]));
        }

        if (separator < 0 && pattern != "**")
        {
            // Products may be folders as well as files.
            return Directory.EnumerateFileSystemEntries(root, pattern);
        }

        return new Matcher().AddInclude(pattern).GetResultsInFullPath(root);
    }
}
