using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>A vector file as users name it: a path, or <c>FILE:LAYER</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Layer">The layer; null where none is named.</param>
internal readonly record struct VectorPlace(string File, string? Layer)
{
    /// <summary>Files that belong together, by the ending of the one that is named.</summary>
    private static readonly Dictionary<string, string[]> Companions = new(StringComparer.OrdinalIgnoreCase)
    {
        [".shp"] = [".shx", ".dbf", ".prj", ".cpg"],
        [".tab"] = [".dat", ".map", ".id"],
        [".mif"] = [".mid"],
        [".csv"] = [".csvt"],
        [".gml"] = [".gfs", ".xsd"],
    };

    /// <summary>Whether there is such a file, folder or member of an archive.</summary>
    internal bool Exists => Found(File);

    /// <summary>Splits a text. A file whose own name holds a colon is that file; drives and addresses keep theirs.</summary>
    internal static VectorPlace Parse(string text)
    {
        if (text.Length == 0 || Found(text))
        {
            return new VectorPlace(text, null);
        }

        for (int colon = text.LastIndexOf(':'); colon > 0; colon = text.LastIndexOf(':', colon - 1))
        {
            string layer = text[(colon + 1)..];
            if (layer.Length > 0 && !(IsVirtual(text) && layer.Contains('/', StringComparison.Ordinal)) && Found(text[..colon]))
            {
                return new VectorPlace(text[..colon], layer);
            }
        }

        return new VectorPlace(text, null);
    }

    /// <summary>The files that make up what a text names; empty where they are not of this machine's disk.</summary>
    internal static IReadOnlyList<string> PartsOf(string text)
    {
        string file = Parse(text).File;
        if (IsVirtual(file))
        {
            return [];
        }

        if (Directory.Exists(file))
        {
            return [.. Directory.EnumerateFiles(file, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        }

        string[] endings = Companions.GetValueOrDefault(Path.GetExtension(file)) ?? [];
        return [file, .. endings.SelectMany(ending => new[] { ending, ending.ToUpperInvariant() }).Distinct(StringComparer.Ordinal).Select(ending => Path.ChangeExtension(file, ending)).Where(System.IO.File.Exists)];
    }

    /// <summary>Digest of all that says what a text names: its files and its layer.</summary>
    internal static string DigestOf(string text)
    {
        VectorPlace place = Parse(text);
        IReadOnlyList<string> parts = PartsOf(text);
        return parts.Count == 0 ? Digest.OfTexts("virtual", text, VirtualFileSystem.EntityTag(place.File) ?? string.Empty)
            : parts.Count == 1 && place.Layer is null && !Directory.Exists(place.File) ? Digest.OfFile(parts[0])
            : Digest.OfTexts([place.Layer ?? string.Empty, .. parts.SelectMany(part => new[] { Path.GetFileName(part), Digest.OfFile(part) })]);
    }

    private static bool IsVirtual(string path) => path.StartsWith("/vsi", StringComparison.Ordinal);

    private static bool Found(string path) => IsVirtual(path) ? VirtualFileSystem.Exists(path) : System.IO.File.Exists(path) || Directory.Exists(path);
}
