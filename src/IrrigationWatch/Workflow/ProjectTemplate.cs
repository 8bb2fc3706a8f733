using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The files that a new project starts with.</summary>
public static class ProjectTemplate
{
    private const string Prefix = "Template/";

    /// <summary>Writes them into a folder; files that are there are left as they are.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="InputException">The folder holds an irrigation.yaml already, or cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string configuration = Path.Combine(folder, "irrigation.yaml");
        if (File.Exists(configuration))
        {
            throw new InputException(configuration, "is there already; choose another folder, or remove it first");
        }

        var written = new List<string>();
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "scenes"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(folder, e);
        }

        foreach (string name in typeof(ProjectTemplate).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            string path = Path.Combine(folder, name[Prefix.Length..]);
            if (!File.Exists(path))
            {
                using Stream stream = typeof(ProjectTemplate).Assembly.GetManifestResourceStream(name)!;
                AtomicFile.Write(path, stream.CopyTo);
                written.Add(path);
            }
        }

        return written;
    }
}
