namespace IrrigationWatch.Landsat;

/// <summary>A path to a part of a file, as <c>items.json#ID</c> or <c>archive.tar#MEMBER</c>. Folders and files may have a <c>#</c> in their own names: what is there decides.</summary>
internal static class MemberPath
{
    private const char Separator = '#';

    /// <summary>The path of a part.</summary>
    internal static string Of(string file, string part) => file + Separator + part;

    /// <summary>The file, and the part of it that is meant; null for all of it.</summary>
    internal static (string File, string? Part) Split(string path)
    {
        int last = path.LastIndexOf(Separator);
        if (last < 0)
        {
            return (path, null);
        }

        if (RemotePath.IsAddress(path))
        {
            return (path[..last], path[(last + 1)..]);
        }

        if (File.Exists(path) || Directory.Exists(path))
        {
            return (path, null);
        }

        for (int i = path.IndexOf(Separator, StringComparison.Ordinal); i >= 0; i = path.IndexOf(Separator, i + 1))
        {
            if (File.Exists(path[..i]))
            {
                return (path[..i], path[(i + 1)..]);
            }
        }

        // Of a file that is gone; never of a folder, which has no parts.
        return Directory.Exists(path[..last]) ? (path, null) : (path[..last], path[(last + 1)..]);
    }
}
